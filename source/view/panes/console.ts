import type {Outcome} from '../../trace/outcome.js';
import type {LabView} from '../lab-view.js';
import {cut, firstCharacter, hex, line, printable, type Row, wrap} from '../text.js';
import type {Pane, Room} from './pane.js';
import {firstShown} from './values.js';

/** How the program ended, in a sentence. */
export function describeOutcome(outcome: Outcome): string {
	switch (outcome.kind) {
		case 'exited':
			return `The program has exited with status ${outcome.status}.`;
		case 'killed':
			return `The program was killed by ${outcome.signal.name} (address ${hex(outcome.signal.address)}).`;
		case 'panic':
			return 'The kernel has given up.';
		case 'step-limit':
			return '';
		case 'waits':
			return 'The machine waits, and nothing can wake it.';
		case 'not-implemented':
		case 'triple-fault':
			return `${outcome.message}.`;
	}
}

/** A line of output as a terminal of that width breaks it: anywhere. */
function broken(text: string, width: number): string[] {
	const pieces: string[] = [];
	for (let rest = text; ;) {
		const piece = cut(rest, width) || firstCharacter(rest);
		pieces.push(piece);
		rest = rest.slice(piece.length);
		if (rest === '') return pieces;
	}
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

/** What the program has printed, the end of it if there is much, and how it ended. */
function paint({moment, scroll}: LabView, {width, height}: Room): readonly Row[] {
	const lines = linesOf(moment.console).flatMap(text => broken(printable(text), width));
	const end = moment.outcome === undefined ? [] : wrap(describeOutcome(moment.outcome), width);
	const rows: Row[] = lines.length === 0 && end.length === 0 ? [line('Nothing has been printed yet.', 'dim')] : lines.map(text => line(text));
	rows.push(...end.map(text => line(text, 'good')));
	const first = firstShown(rows.length, height, rows.length - height, scroll.console);
	return rows.slice(first, first + height);
}

export const consolePane: Pane<'console'> = {
	name: 'console', title: 'Console', digit: 6,
	help: 'What the program has printed, and how it ended',
	size: {least: 4, good: 7, grows: 0},
	views: {crossing: 4, processor: 7, memory: 4, calls: 3},
	paint,
	changed: ({moment: {last, outcome}}) => outcome !== undefined || last?.marks.some(({kind}) => kind === 'out') === true,
	tell({moment}) {
		const lines = linesOf(moment.console);
		return [
			...(lines.length === 0 ? ['nothing has been printed yet'] : ['the program has printed:', ...lines.map(text => printable(text))]),
			...(moment.outcome === undefined ? [] : [describeOutcome(moment.outcome)]),
		];
	},
};
