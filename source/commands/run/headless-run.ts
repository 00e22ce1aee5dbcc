import {buildKernel} from '../../kernel/kernel.js';
import {boot} from '../../kernel/loader.js';
import {LoadError} from '../../kernel/page-tables.js';
import type {Kernel} from '../../kernel/kernel.js';
import type {Machine} from '../../machine/machine.js';
import type {TraceEvent} from '../../trace/events.js';
import {eventLine, exitLine} from '../../trace/json-lines.js';
import {type Outcome, outcomeOf, userRegisters} from '../../trace/outcome.js';
import {Recording} from '../../trace/recording.js';
import {applySetting} from '../../trace/register-values.js';
import {CommandError} from '../command-error.js';
import {ExitCode} from '../exit-codes.js';
import type {EndingSignal, Interruption} from '../interruption.js';
import {print} from '../output.js';
import type {LoadableProgram} from '../program-file.js';
import type {RunRequest} from './request.js';
import {Statistics} from './statistics.js';

/** Steps between two looks at signals, and two writes of what the guest has printed. */
const SLICE = 25_000;

/** How a run ended: by itself, or by a signal to us. */
export type End = Outcome | {readonly kind: 'interrupted'; readonly signal: EndingSignal};

/** Builds the machine. @throws CommandError where the program does not fit into it */
function machineFor({file, boot: options}: RunRequest, kernel: Kernel, program: LoadableProgram): Machine {
	try {
		return boot(kernel, program.image, options);
	} catch (error) {
		if (error instanceof LoadError) throw new CommandError(ExitCode.DATA, `${file}: ${error.message}`);
		if (error instanceof RangeError) throw new CommandError(ExitCode.USAGE, `syscall-lab: ${error.message}`);
		throw error;
	}
}

/** A run without a screen, whose output goes out as it comes. */
export class HeadlessRun {
	readonly recording: Recording;
	private readonly statistics = new Statistics();
	private printed = 0;
	private calls = 0;

	/** Nothing goes back in this run but once at most, to a call: a single moment to begin from is enough, however long it goes on. */
	constructor(
		private readonly request: RunRequest,
		program: LoadableProgram,
		private readonly interruption: Interruption,
	) {
		const kernel = buildKernel(request.kernel);
		const watch = request.json || request.stats ? 'everything' : 'calls';
		this.recording = new Recording(machineFor(request, kernel, program), kernel, {watch, interval: Number.MAX_SAFE_INTEGER});
	}

	/** Runs to the end. */
	async run(): Promise<End> {
		const {recording, request, interruption} = this;
		const {machine, kernel} = recording;
		for (;;) {
			const left = request.maxSteps - machine.steps;
			const stop = left <= 0 ? undefined : recording.advance(Math.min(SLICE, left), event => event.kind === 'syscall' && this.isTheCall());
			if (this.calls === request.at && this.edit()) continue;
			await this.print();
			if (stop !== undefined || left <= 0) return outcomeOf(machine, kernel, stop);
			await interruption.breathe();
			if (interruption.signal !== undefined) return {kind: 'interrupted', signal: interruption.signal};
		}
	}

	private isTheCall(): boolean {
		if (this.request.settings.length === 0 || this.calls >= this.request.at) return false;
		this.calls++;
		return this.calls === this.request.at;
	}

	/** Goes back to before the call and makes the settings there, once. */
	private edit(): boolean {
		const {recording, request} = this;
		const last = recording.events.at(-1);
		this.calls = request.at + 1;
		if (last === undefined || request.settings.length === 0) return false;
		recording.seek(last.step);
		recording.edit(machine => {
			for (const setting of request.settings) applySetting(machine, setting);
		});
		return true;
	}

	/** Whether the call that the settings were for never came. */
	get missedTheCall(): boolean {
		return this.request.settings.length > 0 && this.calls <= this.request.at;
	}

	/** Counts of the whole run, a line each. */
	get statisticsLines(): readonly string[] {
		return this.statistics.lines(this.recording.machine.steps);
	}

	private async print(): Promise<void> {
		const events = this.recording.drain();
		for (const event of events) this.statistics.add(event);
		await (this.request.json ? this.printEvents(events) : this.printConsole());
	}

	private async printEvents(events: readonly TraceEvent[]): Promise<void> {
		await print(events.map(event => `${eventLine(event)}\n`).join(''), this.interruption.abort);
	}

	private async printConsole(): Promise<void> {
		const {output} = this.recording.machine.serial;
		await print(output.subarray(this.printed), this.interruption.abort);
		this.printed = output.length;
	}

	/** Prints the line that ends JSON output. */
	async finish(outcome: End): Promise<void> {
		if (!this.request.json) return;
		const {machine, kernel} = this.recording;
		const stdout = new TextDecoder().decode(machine.serial.output);
		await print(`${exitLine({step: machine.steps, outcome, steps: machine.steps, stdout, regs: userRegisters(machine, kernel)})}\n`, this.interruption.abort);
	}
}
