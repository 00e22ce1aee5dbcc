import {buildKernel} from '../../kernel/kernel.js';
import type {Stop} from '../../machine/stop.js';
import type {TraceEvent} from '../../trace/events.js';
import {eventLine, exitLine} from '../../trace/json-lines.js';
import type {Names} from '../../trace/names.js';
import {type Outcome, outcomeOf, userRegisters} from '../../trace/outcome.js';
import {Recording} from '../../trace/recording.js';
import {applySetting} from '../../trace/register-values.js';
import type {EndingSignal, Interruption} from '../interruption.js';
import {print} from '../output.js';
import type {Runnable} from '../program-file.js';
import {guestMachine} from './guest-machine.js';
import type {MappedFiles} from './mapped-files.js';
import type {RunRequest} from './request.js';
import {RunStops} from './run-stops.js';
import {Statistics} from './statistics.js';
import {StraceOutput} from './strace-output.js';


/** Steps between two looks at signals, and two writes of what the guest has printed. */
const SLICE = 25_000;

/** How a run ended: by itself, by a signal to us, or by a condition; the message says what happened. */
export type End = Outcome | {readonly kind: 'interrupted'; readonly signal: EndingSignal} | {readonly kind: 'stopped'; readonly message: string};

/** A run without a screen, whose output goes out as it comes. */
export class HeadlessRun {
	readonly recording: Recording;
	readonly names: Names;
	/** Names for what is mapped from files. */
	readonly files: MappedFiles;
	private readonly stops: RunStops | undefined;
	private readonly strace: StraceOutput | undefined;
	private readonly statistics = new Statistics();
	private printed = 0;
	/** Events of the recording that have been looked at. */
	private noted = 0;
	/** System calls that were made before the one for which there are settings; undefined once that is past. */
	private calls: number | undefined;
	/** The call for which there are settings, when it has come. */
	private theCall: TraceEvent | undefined;

	/** Nothing goes back in this run but once at most, to a call: a single moment to begin from is enough, however long it goes on. */
	constructor(
		private readonly request: RunRequest,
		runnable: Runnable,
		private readonly interruption: Interruption,
	) {
		const kernel = buildKernel(request.kernel);
		const watch = request.json || request.stats || request.stops.length > 0 ? 'everything' : 'calls';
		const {machine, names, files, stackPointer} = guestMachine(request, kernel, runnable);
		this.names = names;
		this.files = files;
		this.recording = new Recording(machine, kernel, {watch, interval: Number.MAX_SAFE_INTEGER});
		this.stops = request.stops.length === 0 ? undefined : new RunStops(request, this.recording, this.names);
		this.calls = request.settings.length === 0 ? undefined : 0;
		this.strace = request.strace === undefined ? undefined : new StraceOutput(request.strace, this.recording.machine, interruption.abort, runnable.kind === 'executable' ? stackPointer : undefined);
	}

	/** Runs to the end. */
	async run(): Promise<End> {
		const {recording, request, interruption} = this;
		const {machine, kernel} = recording;
		for (;;) {
			const left = request.maxSteps - machine.steps;
			const end = left <= 0 ? undefined : this.advance(Math.min(SLICE, left));
			if (this.edit()) continue;
			await this.print();
			if (end !== undefined && 'message' in end) return {kind: 'stopped', message: end.message};
			if (end !== undefined || left <= 0) return outcomeOf(machine, kernel, end);
			await interruption.breathe();
			if (interruption.signal !== undefined) return {kind: 'interrupted', signal: interruption.signal};
		}
	}

	/** Goes on by a slice, or as far as the call for which there are settings. Gives why the run is over, if it is. */
	private advance(steps: number): Stop | {readonly message: string} | undefined {
		const {recording, stops} = this;
		if (!stops?.begun) {
			return recording.advance(steps, event => {
				const begins = stops?.beginsAt(event) ?? false;
				return this.note() || begins;
			});
		}

		const message = stops.advance(steps);
		this.note();
		return message === undefined ? recording.end : {message};
	}

	/** Looks at the events that are new, while the machine stands behind them. True if the run should pause there. */
	private note(): boolean {
		const {events} = this.recording;
		let pauses = false;
		for (; this.noted < events.length && this.theCall === undefined; this.noted++) {
			const event = events[this.noted];
			if (this.isTheCall(event)) return true;
			pauses = (this.strace?.note(event) ?? false) || pauses;
		}

		return pauses;
	}

	/** Whether an event is the call for which there are settings. */
	private isTheCall(event: TraceEvent): boolean {
		if (event.kind !== 'syscall' || this.calls === undefined) return false;
		this.calls++;
		if (this.calls === this.request.at) this.theCall = event;
		return this.theCall !== undefined;
	}

	/** Goes back to before the call and makes the settings there, once. */
	private edit(): boolean {
		const {recording, request, theCall} = this;
		if (theCall === undefined || this.calls === undefined) return false;
		this.calls = undefined;
		this.theCall = undefined;
		recording.seek(theCall.step);
		recording.edit(machine => {
			for (const setting of request.settings) applySetting(machine, setting);
		});
		return true;
	}

	/** Whether the call that the settings were for never came. */
	get missedTheCall(): boolean {
		return this.calls !== undefined;
	}

	/** Counts of the whole run, a line each. */
	get statisticsLines(): readonly string[] {
		return this.statistics.lines(this.recording.machine.steps);
	}

	private async print(): Promise<void> {
		const events = this.recording.drain();
		this.noted = 0;
		for (const event of events) this.statistics.add(event);
		await (this.request.json ? this.printEvents(events) : this.printConsole());
		await this.strace?.flush();
	}

	private async printEvents(events: readonly TraceEvent[]): Promise<void> {
		await print(events.map(event => `${eventLine(event)}\n`).join(''), this.interruption.abort);
	}

	private async printConsole(): Promise<void> {
		const {output} = this.recording.machine.serial;
		const {strace} = this.request;
		// A trace in JSON has stdout for itself.
		if (strace?.json === true && strace.file === undefined) return;
		await print(output.subarray(this.printed), this.interruption.abort);
		this.printed = output.length;
	}

	/** Prints the line that ends JSON output, and the end of a trace. */
	async finish(outcome: End): Promise<void> {
		await this.strace?.finish();
		if (!this.request.json) return;
		const {machine, kernel} = this.recording;
		const stdout = new TextDecoder().decode(machine.serial.output);
		await print(`${exitLine({step: machine.steps, outcome, steps: machine.steps, stdout, regs: userRegisters(machine, kernel)})}\n`, this.interruption.abort);
	}
}
