import {type Outcome, outcomeOf, userRegisters} from '../outcome.js';
import type {EventKind} from '../events.js';
import type {Recording} from '../recording.js';
import {type Crossing, crossingsOf, type RingSteps, ringSteps} from './crossings.js';

/** What a run came to. */
export interface RunSummary {
	readonly outcome: Outcome;
	readonly steps: number;
	readonly rings: RingSteps;
	/** What the program printed, a character a byte. */
	readonly console: string;
	/** The program's registers at the end. */
	readonly registers: Readonly<Record<string, bigint>>;
	/** From the program's first instruction on. */
	readonly crossings: readonly Crossing[];
	/** How many events of each kind there were from the program's first instruction on. */
	readonly events: ReadonlyMap<EventKind, number>;
}

/** A run's outcome in a few words. */
export function outcomeText(outcome: Outcome): string {
	switch (outcome.kind) {
		case 'exited':
			return `exited with ${outcome.status}`;
		case 'killed':
			return `killed by ${outcome.signal.name} (si_code ${outcome.signal.code}, address 0x${outcome.signal.address.toString(16)})`;
		case 'panic':
			return 'the kernel gave up (panic)';
		case 'step-limit':
			return `not finished after ${outcome.steps} steps`;
		case 'waits':
			return 'waits for ever';
		default:
			return outcome.message;
	}
}

/** Sums a run up as far as it has come; the machine stands at its furthest step afterwards. */
export function summarize(recording: Recording): RunSummary {
	const {machine, kernel, events} = recording;
	recording.seek(recording.length);
	const origin = events.find(event => event.kind === 'iret' && event.cpl === 3)?.step ?? 0;
	const since = events.filter(({step}) => step > origin);
	const counts = new Map<EventKind, number>();
	for (const {kind} of since) counts.set(kind, (counts.get(kind) ?? 0) + 1);
	return {
		outcome: outcomeOf(machine, kernel, recording.end),
		steps: recording.length,
		rings: ringSteps(events, recording.length),
		console: Array.from(machine.serial.output, byte => String.fromCharCode(byte)).join(''),
		registers: userRegisters(machine, kernel),
		crossings: crossingsOf(since, kernel),
		events: counts,
	};
}
