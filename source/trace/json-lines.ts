import type {Outcome} from './outcome.js';
import type {TraceEvent} from './events.js';

/** Numbers of 64 bits are text, since JSON's own numbers cannot hold them: "0x" and lower-case hex digits. */
const replacer = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? `0x${value.toString(16)}` : value);

/** One event as a line of JSON, without the line feed. */
export const eventLine = (event: TraceEvent): string => JSON.stringify(event, replacer);

/** What the last line of a run says. */
export interface ExitFacts {
	readonly step: number;
	/** `interrupted`: a person has stopped the run; `stopped`: a condition that was to stop it has become true. */
	readonly outcome: Outcome | {readonly kind: 'interrupted'} | {readonly kind: 'stopped'; readonly message: string};
	readonly steps: number;
	readonly stdout: string;
	readonly regs: Readonly<Record<string, bigint>>;
}

/** The part of the last line that depends on how the run ended. */
function ending(outcome: ExitFacts['outcome']): Record<string, unknown> {
	switch (outcome.kind) {
		case 'exited':
			return {status: outcome.status};
		case 'killed':
			return {signal: outcome.signal.number, signalName: outcome.signal.name, code: outcome.signal.code, address: outcome.signal.address};
		case 'not-implemented':
		case 'triple-fault':
		case 'stopped':
			return {stop: outcome.kind, message: outcome.message};
		default:
			return {stop: outcome.kind};
	}
}

/** The last line of a run. */
export const exitLine = ({step, outcome, steps, stdout, regs}: ExitFacts): string =>
	JSON.stringify({step, kind: 'exit', ...ending(outcome), steps, stdout, regs}, replacer);
