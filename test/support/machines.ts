/** Recorded machines for tests of the kernel, the trace and the labs: small memory, one kernel for a whole test file. */
import {createHash} from 'node:crypto';
import {buildKernel, kernelAddress, type KernelOptions} from '../../source/kernel/kernel.js';
import {boot, type BootOptions} from '../../source/kernel/loader.js';
import type {Machine} from '../../source/machine/machine.js';
import {assemble} from '../../source/program/assemble.js';
import {type Image, SymbolTable} from '../../source/program/image.js';
import {link} from '../../source/program/link.js';
import {readRegisters, type RegisterFile} from '../../source/trace/detail.js';
import type {EventKind, TraceEvent} from '../../source/trace/events.js';
import {type Outcome, outcomeOf} from '../../source/trace/outcome.js';
import {Recording} from '../../source/trace/recording.js';

/** Memory of a test's machine: what the kernel and a small program need. */
const MEMORY = 8 * 1024 * 1024;

/** Steps after which a program of a test counts as one that never ends. */
const STEP_LIMIT = 1_000_000;

/** One kind of event. */
export type EventOf<K extends EventKind> = Extract<TraceEvent, {readonly kind: K}>;

/** How a test's machine is started. */
export interface RecordOptions extends BootOptions {
	/** Steps between two moments from which the run can be repeated. */
	readonly interval?: number;
	/** How the kernel is built. */
	readonly kernel?: KernelOptions;
}

/** Assembles and links a text as a program. */
export const imageOf = (text: string): Image => link([assemble({name: 'test.s', text})]);

/** A machine with kernel and program, about to run its first instruction. */
export const bootText = (text: string, options: BootOptions = {}): Machine => boot(buildKernel(), imageOf(text), {memory: MEMORY, ...options});

/** The same, recorded. */
export const record = (text: string, {interval, ...options}: RecordOptions = {}): Recording => new Recording(bootText(text, options), buildKernel(), {interval});

/** A run that is over. */
export class Run {
	readonly recording: Recording;
	readonly outcome: Outcome;
	private readonly symbols: SymbolTable;

	constructor(text: string, options: RecordOptions = {}) {
		const image = imageOf(text);
		const {interval, kernel, ...bootOptions} = options;
		const built = buildKernel(kernel);
		this.symbols = new SymbolTable(image.symbols);
		this.recording = new Recording(boot(built, image, {memory: MEMORY, ...bootOptions}), built, {interval});
		this.outcome = outcomeOf(this.recording.machine, this.recording.kernel, this.recording.advance(STEP_LIMIT));
	}

	/** Events of one kind since the program's first instruction, in order. */
	events<K extends EventKind>(kind: K): EventOf<K>[] {
		return this.recording.events.filter((event): event is EventOf<K> => event.kind === kind && event.step > this.origin);
	}

	/** The step by which the program was entered. */
	private get origin(): number {
		return this.recording.events.find(({kind}) => kind === 'iret')?.step ?? Infinity;
	}

	/** Results of the system calls, in order, as signed numbers. */
	get results(): number[] {
		return this.events('result').map(({value}) => Number(BigInt.asIntN(64, value)));
	}

	/** What the program printed. */
	get output(): string {
		return Buffer.from(this.recording.machine.serial.output).toString('latin1');
	}

	/** How the program ended, as one line; addresses that are symbols by their names. */
	get end(): string {
		const {outcome} = this;
		switch (outcome.kind) {
			case 'exited':
				return `exited with ${outcome.status}`;
			case 'killed':
				return `${outcome.signal.name}, code ${outcome.signal.code}, address ${this.name(outcome.signal.address)}`;
			default:
				return outcome.kind;
		}
	}

	private name(address: bigint): string {
		const found = this.symbols.nearest(address);
		return found?.offset === 0n ? found.name : `0x${address.toString(16)}`;
	}

	/** The address of one of the program's labels. */
	address(label: string): bigint {
		const found = this.symbols.addressOf(label);
		if (found === undefined) throw new Error(`the program has no label ${label}`);
		return found;
	}

	/** The registers when so many steps have been done. */
	registersAt(step: number): RegisterFile {
		this.recording.seek(step);
		return readRegisters(this.recording.machine);
	}
}

/** Runs a recording until the kernel stands at one of its labels for the first time, and leaves the machine there. */
export function runToLabel(recording: Recording, label: string): Machine {
	const {machine, kernel} = recording;
	const goal = kernelAddress(kernel, label);
	while (machine.rip !== goal) {
		if (recording.advance(1) !== undefined || machine.steps > STEP_LIMIT) throw new Error(`the kernel has not come to ${label}`);
	}

	return machine;
}

/** Everything that a machine remembers, in short: two machines in the same state have the same one. */
export function fingerprint(machine: Machine): string {
	const hash = createHash('sha1');
	const {cells, ram} = machine.memory;
	machine.cpu.lazy.tidy();
	hash.update(new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength)).update(ram).update(machine.serial.output);
	return `${machine.steps} ${hash.digest('hex')}`;
}
