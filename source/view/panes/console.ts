import type {Outcome} from '../../trace/outcome.js';
import type {LabView} from '../session.js';
import {cut, firstCharacter, hex, line, printable, type Row, wrap} from '../text.js';

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

/** What the program has printed, the end of it if there is much, and how it ended. */
export function paintConsole({moment}: LabView, width: number, height: number): Row[] {
	const lines = moment.console === '' ? [] : moment.console.replace(/\n$/, '').split('\n').flatMap(text => broken(printable(text), width));
	const end = moment.outcome === undefined ? [] : wrap(describeOutcome(moment.outcome), width);
	const rows: Row[] = lines.length === 0 && end.length === 0 ? [line('Nothing has been printed yet.', 'dim')] : lines.map(text => line(text));
	return [...rows, ...end.map(text => line(text, 'good'))].slice(-height);
}
