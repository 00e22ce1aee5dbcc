import type {TraceEvent} from '../trace/events.js';
import {BAR} from './commands.js';
import {keyBarOf} from './key-bar.js';
import {type Column, layout, type Placed, SMALLEST} from './layout.js';
import {paintCode} from './panes/code.js';
import {paintConsole} from './panes/console.js';
import {paintEvents} from './panes/events.js';
import {paintLesson} from './panes/lesson.js';
import {paintRegisters} from './panes/registers.js';
import {paintStacks} from './panes/stacks.js';
import {type LabView, PANES, type PaneName} from './session.js';
import {fit, line, type Row, span, type Span, widthOf} from './text.js';
import {encode, type Theme} from './theme.js';

const TITLES: Readonly<Record<PaneName, string>> = {lesson: 'Lesson', registers: 'Registers', code: 'Code', stacks: 'Stacks', events: 'Events', console: 'Console'};

/** The content of a pane at a size; every painter may give fewer or more rows than fit. */
function content(view: LabView, pane: PaneName, width: number, height: number, {glyphs}: Theme): readonly Row[] {
	switch (pane) {
		case 'lesson':
			return paintLesson(view, width, height, glyphs);
		case 'registers':
			return paintRegisters(view, width, height, glyphs);
		case 'code':
			return paintCode(view, width, height, glyphs);
		case 'stacks':
			return paintStacks(view, width, height, glyphs);
		case 'events':
			return paintEvents(view, height, glyphs);
		case 'console':
			return paintConsole(view, width, height);
	}
}

/** A pane with its border: the focused one has another border, and its title says so too. */
function paintPane(view: LabView, {pane, height}: Placed, width: number, theme: Theme): Row[] {
	const {glyphs} = theme;
	const focused = view.focus === pane;
	const horizontal = focused ? glyphs.focusedHorizontal : glyphs.horizontal;
	const vertical = span(focused ? glyphs.focusedVertical : glyphs.vertical, focused ? 'key' : 'dim');
	const corners = focused ? glyphs.focusedCorners : glyphs.corners;
	const tone = focused ? 'key' : 'dim';
	const label = cutLabel(` ${PANES.indexOf(pane) + 1} ${titleOf(view, pane)}${focused ? ` ${glyphs.bullet}` : ''} `, width - 4);
	const rest = Math.max(0, width - 3 - widthOf(label));
	const top: Row = [span(corners[0] + horizontal, tone), span(label, focused ? 'key' : 'label'), span(horizontal.repeat(rest) + corners[1], tone)];
	const bottom: Row = [span(corners[2] + horizontal.repeat(width - 2) + corners[3], tone)];
	const rows = content(view, pane, width - 4, height - 2, theme);
	const body = Array.from({length: height - 2}, (_, index): Row => [vertical, span(' '), ...fit(rows[index] ?? [], width - 4, glyphs.ellipsis), span(' '), vertical]);
	return [top, ...body, bottom];
}

/** What a pane is called; the code's says which file it is of. */
const titleOf = ({moment}: LabView, pane: PaneName): string => (pane === 'code' && moment.code.file !== '' ? `${TITLES.code} · ${moment.code.file}` : TITLES[pane]);

const cutLabel = (label: string, width: number): string => (label.length <= width ? label : label.slice(0, Math.max(0, width)));

/** The ring of the processor, told by word and by colour. */
function ringBadge({moment}: LabView): Span {
	const {cpl} = moment.registers;
	return cpl === 3 ? span(' ring 3 · user ', 'user-badge') : span(` ring ${cpl} · KERNEL `, 'kernel-badge');
}

function titleRow(view: LabView, width: number): Row {
	const {lab, page, moment, origin, running} = view;
	const left: Row = [span(' syscall-lab ', 'title'), span(`· ${lab.title} · ${page + 1} of ${lab.steps.length}`)];
	const right: Row = [span(running ? ' running, any key stops it ' : ` step ${moment.step - origin} of ${moment.length - origin}${moment.hasEnded ? '' : '+'} `, running ? 'changed' : 'plain'), ringBadge(view)];
	const rightWidth = right.reduce((sum, {text}) => sum + widthOf(text), 0);
	return [...fit(left, width - rightWidth), ...right];
}

/** For each column of the bar, whether a step that it stands for is in ring 0. */
function kernelColumns(events: readonly TraceEvent[], origin: number, length: number, width: number): boolean[] {
	const columns = new Array<boolean>(width).fill(false);
	const scale = (step: number): number => Math.floor(((step - origin) * width) / Math.max(1, length - origin));
	let entered: number | undefined;
	const close = (step: number): void => {
		if (entered === undefined) return;
		for (let column = Math.max(0, scale(entered)); column <= Math.min(width - 1, scale(step - 1)); column++) columns[column] = true;
		entered = undefined;
	};

	for (const event of events) {
		if (event.step < origin) continue;
		if (event.kind === 'syscall' || event.kind === 'exception' || event.kind === 'interrupt') entered ??= event.step + 1;
		else if (event.kind === 'sysret' || (event.kind === 'iret' && event.cpl === 3)) close(event.step + 1);
	}

	close(length + 1);
	return columns;
}

/** The timeline: rings along the run, and where the cursor stands. */
function timelineRow({moment, origin, notice}: LabView, width: number, {glyphs}: Theme): Row {
	if (notice !== undefined) return fit([span(` ${notice}`, 'strong')], width, glyphs.ellipsis);
	const label = ' time ';
	const bar = Math.max(1, width - label.length - 2);
	const {events, length, step} = moment;
	const columns = kernelColumns(events, origin, length, bar);
	const at = Math.min(bar - 1, Math.floor(((step - origin) * bar) / Math.max(1, length - origin)));
	const [user, kernel] = glyphs.bar;
	const spans = columns.map((inKernel, column): Span =>
		column === at ? span(glyphs.cursor, 'strong') : span(inKernel ? kernel : user, inKernel ? 'kernel' : 'user'));
	return fit([span(label, 'dim'), ...merge(spans)], width);
}

/** Joins neighbours of one tone. */
function merge(spans: readonly Span[]): Span[] {
	const out: Span[] = [];
	for (const next of spans) {
		const last = out.at(-1);
		if (last?.tone === next.tone) out[out.length - 1] = span(last.text + next.text, last.tone);
		else out.push(next);
	}

	return out;
}

/** Keys of the field in which a register is changed. */
const EDITOR_KEYS: readonly (readonly [string, string])[] = [['Enter', 'take it'], ['Esc', 'leave it as it was'], ['0x2a · 42 · -1 · \'A\'', 'are possible']];

/** The keys that matter most where the learner is. */
const keyBar = (width: number, editing: boolean): Row => keyBarOf(editing ? EDITOR_KEYS : BAR.map(({shown, label}) => [shown, label] as const), width);

/** A screen in parts, as Ink places them. */
export interface ScreenParts {
	readonly top: string;
	readonly columns: readonly {readonly width: number; readonly panes: readonly {readonly name: PaneName; readonly text: string}[]}[];
	readonly bottom: string;
}

const encodeColumn = (view: LabView, {width, panes}: Column, theme: Theme): ScreenParts['columns'][number] => ({
	width,
	panes: panes.map(placed => ({name: placed.pane, text: paintPane(view, placed, width, theme).map(row => encode(row, theme)).join('\n')})),
});

/** What the focused pane shows, as one text; nothing if it is not on the screen. */
function focusedText(view: LabView, width: number, height: number, theme: Theme): string {
	for (const column of layout(view, width, height)) {
		const placed = column.panes.find(({pane}) => pane === view.focus);
		if (placed === undefined) continue;
		const rows = content(view, view.focus, column.width - 4, placed.height - 2, theme);
		return rows.map(row => row.map(({text}) => text).join('')).join('\n');
	}

	return '';
}

/** By how many lines of the wanted ones the focused pane can be scrolled: beyond its ends there is nothing to see. */
export function scrollable(view: LabView, by: number, width: number, height: number, theme: Theme): number {
	const {focus, scroll} = view;
	const shown = (lines: number): string => focusedText({...view, scroll: {...scroll, [focus]: (scroll[focus] ?? 0) + lines}}, width, height, theme);
	const direction = Math.sign(by);
	let lines = 0;
	for (let before = shown(0); lines !== by; lines += direction) {
		const after = shown(lines + direction);
		if (after === before) break;
		before = after;
	}

	return lines;
}

/** A lab's screen: title, panes, timeline, keys. Every row is exactly as wide as the screen. */
export function paintLab(view: LabView, width: number, height: number, theme: Theme): ScreenParts {
	return {
		top: encode(titleRow(view, width), theme),
		columns: layout(view, width, height).map(column => encodeColumn(view, column, theme)),
		bottom: [timelineRow(view, width, theme), keyBar(width, view.editor !== undefined)].map(row => encode(row, theme)).join('\n'),
	};
}

/** Whether a screen is too small for a lab. */
export const isTooSmall = (width: number, height: number): boolean => width < SMALLEST.width || height < SMALLEST.height;

/** What stands on a screen that is too small. */
export function paintTooSmall(width: number, height: number): Row[] {
	const texts = [`Terminal too small: ${width}x${height}`, `At least ${SMALLEST.width}x${SMALLEST.height} is needed.`, 'Make it larger, or press q to leave.'];
	const top = Math.max(0, Math.floor((height - texts.length) / 2));
	return Array.from({length: height}, (_, index): Row => {
		const text = texts[index - top] ?? '';
		return fit(line(' '.repeat(Math.max(0, Math.floor((width - text.length) / 2))) + text), width);
	});
}

