import type {LoggedLine} from '../../trace/strace-log.js';
import type {LabView} from '../lab-view.js';
import {line, printable, type Row, span, type Tone, wrap} from '../text.js';
import type {Pane, Room} from './pane.js';
import {firstShown, keepInSight, signSpan} from './values.js';

const linesOf = ({slices: {strace = []}}: LabView): readonly LoggedLine[] => strace;

/** What a line is at a step: it has been written, its call is running, or it lies ahead. */
function stateOf({step, endStep}: LoggedLine, now: number): 'done' | 'running' | 'ahead' {
	if (step >= now) return 'ahead';
	return endStep !== undefined && endStep < now ? 'done' : 'running';
}

/** Index of the line that the machine is at: the last one that has begun. */
const currentIndex = (view: LabView): number => linesOf(view).findLastIndex(each => stateOf(each, view.moment.step) !== 'ahead');

/** A line's text as far as it is known at a step; several tasks are told apart by their numbers. */
function textOf(logged: LoggedLine, {moment: {step}}: LabView, several: boolean): string {
	const {pid, text, beginning} = logged;
	return printable(`${several ? `[pid ${pid}] ` : ''}${stateOf(logged, step) === 'running' ? `${beginning} …` : text}`);
}

const hasSeveral = (lines: readonly LoggedLine[]): boolean => lines.some(({pid}) => pid !== lines[0].pid);

const TONES: Readonly<Record<ReturnType<typeof stateOf>, Tone>> = {done: 'plain', running: 'changed', ahead: 'dim'};

function lineRows(logged: LoggedLine, view: LabView, several: boolean, isMarked: boolean, {width, glyphs}: Room): Row[] {
	const state = stateOf(logged, view.moment.step);
	const sign = isMarked ? span(`${glyphs.pointer} `, 'key') : signSpan(state === 'running', `${glyphs.changed} `, 'changed');
	const tone = isMarked ? 'selected' : TONES[state];
	// Blanks in front of the result's sign are worth keeping only where there is room for them.
	const whole = textOf(logged, view, several);
	const text = whole.length + 2 > width ? whole.replace(/ {2,}= /, ' = ') : whole;
	if (text.length + 2 <= width) return [[sign, span(text, tone)]];
	const [first = '', ...more] = wrap(text, Math.max(1, width - 4));
	return [[sign, span(first, tone)], ...more.map((part): Row => [span('    '), span(part, tone)])];
}

/** The calls around the cursor: those that were made, the running one, and, if the run is known further, those ahead. */
function paint(view: LabView, room: Room): readonly Row[] {
	const lines = linesOf(view);
	if (lines.length === 0) return [line('No system call has been made yet.', 'dim')];
	const {height, mark, isChosen} = room;
	const several = hasSeveral(lines);
	const parts = lines.map((each, index) => lineRows(each, view, several, isChosen && index === mark, room));
	const rowOf = (index: number): number => parts.slice(0, index).reduce((sum, rows) => sum + rows.length, 0);
	const rows = parts.flat();
	const current = Math.max(0, currentIndex(view));
	const first = firstShown(rows.length, height, Math.max(0, rowOf(current + 1) - Math.ceil((height * 2) / 3)), view.scroll.strace);
	const begin = rowOf(mark);
	const kept = isChosen ? keepInSight(keepInSight(first, height, begin + (parts.at(mark)?.length ?? 1) - 1), height, begin) : first;
	return rows.slice(kept, kept + height);
}

/** Lines that are read out. */
const TOLD = 12;

export const stracePane: Pane<'strace'> = {
	name: 'strace', title: 'strace',
	help: 'The system calls of the run as strace writes them, the running one marked; Enter goes to the marked one',
	size: {least: 5, good: 12, grows: 2},
	views: {calls: 1},
	needs: ['strace'],
	paint,
	changed: ({moment: {step}, slices: {strace = []}}) => strace.some(each => each.step === step - 1 || each.endStep === step - 1),
	marks: {
		count: view => Math.max(1, linesOf(view).length),
		usual: view => Math.max(0, currentIndex(view)),
		action(view, mark) {
			const logged = linesOf(view).at(mark);
			return logged === undefined ? undefined : {kind: 'go', step: logged.step + 1};
		},
		refusal: 'no system call has been made yet',
		label: 'go there',
		stays: false,
	},
	tell(view) {
		const lines = linesOf(view);
		const past = lines.filter(each => stateOf(each, view.moment.step) !== 'ahead').slice(-TOLD);
		const several = lines.length > 0 && hasSeveral(lines);
		return past.length === 0 ? ['no system call has been made yet'] : past.map(each => `${stateOf(each, view.moment.step) === 'running' ? 'running: ' : ''}${textOf(each, view, several).replace(/ {2,}= /, ' = ')}`);
	},
};
