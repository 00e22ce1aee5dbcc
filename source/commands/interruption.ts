import process from 'node:process';
import {ExitCode} from './exit-codes.js';

/** Signals that ask a command to come to an end. */
const SIGNALS = {SIGINT: 2, SIGTERM: 15} as const;

/** A signal that asks for the end. */
export type EndingSignal = keyof typeof SIGNALS;

/** The exit code of a command that a signal has ended. */
export const codeOfSignal = (signal: EndingSignal): number => ExitCode.SIGNAL + SIGNALS[signal];

/** Watches for the signals that ask for the end. The first one is noted; a second one ends the process at once. */
export class Interruption {
	private readonly controller = new AbortController();
	private readonly listeners: readonly (readonly [EndingSignal, () => void])[];
	private noted: EndingSignal | undefined;

	constructor() {
		this.listeners = (Object.keys(SIGNALS) as EndingSignal[]).map(signal => [signal, () => this.hear(signal)]);
		for (const [signal, listener] of this.listeners) process.on(signal, listener);
	}

	private hear(signal: EndingSignal): void {
		if (this.noted !== undefined) process.exit(codeOfSignal(signal));
		this.noted = signal;
		this.controller.abort();
	}

	/** The signal that has come, if one has. */
	get signal(): EndingSignal | undefined {
		return this.noted;
	}

	/** Is aborted when a signal comes: what waits can give up then. */
	get abort(): AbortSignal {
		return this.controller.signal;
	}

	/** Lets signals that have come meanwhile be heard. */
	async breathe(): Promise<void> {
		await new Promise(resolve => setImmediate(resolve));
	}

	/** Gives the signals back to the system. */
	end(): void {
		for (const [signal, listener] of this.listeners) process.off(signal, listener);
	}
}
