import type {Outcome} from '../../trace/outcome.js';
import type {LabView} from '../session.js';
import {hex, line, printable, type Row, wrap} from '../text.js';

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

/** What the program has printed, the end of it if there is much, and how it ended. */
export function paintConsole({moment}: LabView, width: number, height: number): Row[] {
	const lines = moment.console === '' ? [] : moment.console.replace(/\n$/, '').split('\n').flatMap(text => {
		const whole = printable(text);
		return Array.from({length: Math.max(1, Math.ceil(whole.length / width))}, (_, index) => whole.slice(index * width, (index + 1) * width));
	});
	const end = moment.outcome === undefined ? [] : wrap(describeOutcome(moment.outcome), width);
	const rows: Row[] = lines.length === 0 && end.length === 0 ? [line('Nothing has been printed yet.', 'dim')] : lines.map(text => line(text));
	return [...rows, ...end.map(text => line(text, 'good'))].slice(-height);
}
