import {readFileSync, writeSync} from 'node:fs';
import path from 'node:path';
import {buildKernel} from '../kernel/kernel.js';
import {boot} from '../kernel/loader.js';
import {LoadError} from '../kernel/page-tables.js';
import {assemble} from '../program/assemble.js';
import type {Image} from '../program/image.js';
import {link} from '../program/link.js';
import {AssemblyError} from '../program/problems.js';
import {eventLine, exitLine} from '../trace/json-lines.js';
import {type Outcome, outcomeOf, userRegisters} from '../trace/outcome.js';
import {Recording} from '../trace/recording.js';
import {applySetting, type Setting} from '../trace/register-values.js';
import {ExitCode, exitCodeOf} from './exit-codes.js';

/** What `syscall-lab run` was asked to do. */
export interface RunRequest {
	readonly file: string;
	readonly settings: readonly Setting[];
	/** Number of the system call before which the settings are made, from 1. */
	readonly at: number;
	readonly json: boolean;
	readonly maxSteps: number;
}

/** Steps between two writes of what the guest has printed. */
const SLICE = 100_000;

/** Problems of a program that are printed. */
const PROBLEMS_SHOWN = 20;

/** Ends the command with a message for people. */
class CommandError extends Error {
	constructor(
		readonly code: number,
		message: string,
	) {
		super(message);
	}
}

function readProgram(file: string): Image {
	let text: string;
	try {
		const bytes = readFileSync(file);
		if (bytes.includes(0)) throw new CommandError(ExitCode.DATA, `${file}: this is no assembly text; give a .s file`);
		text = bytes.toString('utf8');
	} catch (error) {
		if (error instanceof CommandError) throw error;
		const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
		throw new CommandError(ExitCode.USAGE, `${file}: can't be read (${reason}); give the path of a .s file`);
	}

	const folder = path.dirname(file);
	try {
		return link([assemble({name: file, text}, {include: name => includeFile(path.join(folder, name))})]);
	} catch (error) {
		if (!(error instanceof AssemblyError)) throw error;
		const lines = error.problems.slice(0, PROBLEMS_SHOWN).map(problem => {
			const place = [problem.file, problem.line, problem.column].filter(part => part !== undefined).join(':');
			return `${place}: ${problem.message}${problem.remedy === undefined ? '' : `; ${problem.remedy}`}`;
		});
		const more = error.problems.length - lines.length;
		throw new CommandError(ExitCode.DATA, [...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n'));
	}
}

function includeFile(file: string): string | undefined {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return undefined;
	}
}

/** Writes all bytes to a descriptor, waiting where a pipe is full. */
function writeAll(descriptor: number, bytes: Uint8Array): void {
	for (let done = 0; done < bytes.length; ) {
		try {
			done += writeSync(descriptor, bytes, done);
		} catch (error) {
			if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
		}
	}
}

const STDOUT = 1;
const STDERR = 2;
const encoder = new TextEncoder();

/** A run whose output goes out as it comes. */
class HeadlessRun {
	private readonly recording: Recording;
	private printed = 0;
	private calls = 0;

	constructor(private readonly request: RunRequest, program: Image) {
		const kernel = buildKernel();
		this.recording = new Recording(boot(kernel, program, {argv: [request.file]}), kernel, {watch: request.json ? 'everything' : 'calls'});
	}

	/** Runs to the end. */
	run(): Outcome {
		const {recording, request} = this;
		const {machine, kernel} = recording;
		for (;;) {
			const left = request.maxSteps - machine.steps;
			const stop = left <= 0 ? undefined : recording.advance(Math.min(SLICE, left), event => event.kind === 'syscall' && this.isTheCall());
			if (this.calls === request.at && this.edit()) continue;
			this.print();
			if (stop !== undefined || left <= 0) return outcomeOf(machine, kernel, stop);
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

	private print(): void {
		const events = this.recording.drain();
		if (this.request.json) {
			if (events.length > 0) writeAll(STDOUT, encoder.encode(events.map(event => `${eventLine(event)}\n`).join('')));
			return;
		}

		const {output} = this.recording.machine.serial;
		writeAll(STDOUT, output.subarray(this.printed));
		this.printed = output.length;
	}

	/** The line that ends JSON output. */
	finish(outcome: Outcome): void {
		if (!this.request.json) return;
		const {machine, kernel} = this.recording;
		const stdout = new TextDecoder().decode(machine.serial.output);
		writeAll(STDOUT, encoder.encode(`${exitLine({step: machine.steps, outcome, steps: machine.steps, stdout, regs: userRegisters(machine, kernel)})}\n`));
	}
}

/** What people are told about an end that is not an ordinary exit. */
function explain(outcome: Outcome, {maxSteps}: RunRequest): string | undefined {
	switch (outcome.kind) {
		case 'exited':
			return undefined;
		case 'killed':
			return `killed by ${outcome.signal.name} (si_code ${outcome.signal.code}, address 0x${outcome.signal.address.toString(16)})`;
		case 'panic':
			return 'the kernel gave up: its last words are on the console';
		case 'step-limit':
			return `not finished after ${maxSteps} steps; give a higher --max-steps to let it go on`;
		case 'waits':
			return 'the machine waits, and nothing can wake it';
		case 'not-implemented':
		case 'triple-fault':
			return outcome.message;
	}
}

/** Runs a program without a screen: its console goes to stdout, or its events do as JSON lines. Gives the exit code. */
export function runCommand(request: RunRequest): number {
	try {
		const run = new HeadlessRun(request, readProgram(request.file));
		const outcome = run.run();
		run.finish(outcome);
		const message = explain(outcome, request);
		if (message !== undefined) writeAll(STDERR, encoder.encode(`syscall-lab: ${message}\n`));
		if (run.missedTheCall) writeAll(STDERR, encoder.encode(`syscall-lab: call number ${request.at} never came, so nothing was set; give a lower --at\n`));
		return exitCodeOf(outcome);
	} catch (error) {
		if (error instanceof LoadError) {
			writeAll(STDERR, encoder.encode(`${request.file}: ${error.message}\n`));
			return ExitCode.DATA;
		}

		if (error instanceof CommandError) {
			writeAll(STDERR, encoder.encode(`${error.message}\n`));
			return error.code;
		}

		if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return ExitCode.OK;
		throw error;
	}
}
