import {EmittedInterpreter} from '../machine/emit/index.js';
import {KEPT_EDITION} from '../machine/emit/kept-edition.js';
import {type Engine, Machine} from '../machine/machine.js';
import {Cell} from '../machine/layout.js';
import {PAGE_SIZE} from '../machine/physical-memory.js';
import type {Image, Segment} from '../program/image.js';
import {ADDRESSES, ENTRY_WORK, FIRST_PID, ISOLATION, PER_CPU, PER_CPU_PAGES, SCHEDULING, SIZES} from './constants.js';
import {errnoNumber} from './errno.js';
import {type Kernel, kernelAddress} from './kernel.js';
import {readBuiltFile} from './package-files.js';
import {LoadError, PageAllocator, PageTables, type Rights} from './page-tables.js';
import type {LoadedAt} from './services/exec.js';
import type {InitialFiles} from './services/file-system.js';
import {HostServices, type StartedProcess} from './services/host-services.js';
import type {OutsideFile} from './services/outside.js';

/** Where the loader puts things in physical memory: the kernel at 1 MiB, all else behind it. */
const FIRST_PAGE = 0x10_0000;

/** How to start a program. */
export interface BootOptions {
	readonly argv?: readonly string[];
	readonly envp?: readonly string[];
	/** Decides everything random; the same seed gives the same run. */
	readonly seed?: bigint;
	/** Bytes of guest memory. */
	readonly memory?: number;
	/** What runs the machine's instructions. */
	readonly engine?: Engine;
	/** Calls that the filter refuses, with an error number or by killing the process; all others are allowed. */
	readonly seccomp?: readonly FilterLine[];
	/** Whether each call leaves a record in the audit trail. */
	readonly audit?: boolean;
	/** What the program can read from the console; without it, or behind it, the input ends at once. */
	readonly input?: Uint8Array;
	/** Whether a person types at the console: the input goes on, has lines, and is echoed. */
	readonly terminal?: boolean;
	/** Files besides those that are always there, by absolute path. */
	readonly files?: InitialFiles;
	/** A folder outside of the machine that is its file system, read-only. */
	readonly root?: OutsideFile;
	/** Working directory of the program; /home/user by default. */
	readonly directory?: string;
	/** Whether somebody traces the tasks: signals that they ignore are then taken, too, and told of. */
	readonly traced?: boolean;
	/** Whether all pages of the program are there from the start, so that none is brought in by a page fault. On. */
	readonly populate?: boolean;
}

/** A program to start: linked here, or a file by its absolute path in the guest's file system. */
export type Startable = Image | string;

/** A machine with a kernel, and the services that the host does for it. */
export interface BootedMachine {
	readonly machine: Machine;
	readonly services: HostServices;
	/** The files that were loaded: the program's, and its interpreter's if it has one. */
	readonly loaded: readonly LoadedAt[];
	/** Where the program's stack begins, with argc on top. */
	readonly stackPointer: number;
}

/** One line of the system-call filter. */
export interface FilterLine {
	/** The call's number. */
	readonly nr: number;
	readonly action: 'errno' | 'kill';
	/** The error number for `errno`, positive. */
	readonly errno?: number;
}

/** Reserves and fills pages for an image's segments and maps them. */
class Loader {
	private readonly pages: PageAllocator;
	private readonly kernelTables: PageTables;

	constructor(
		private readonly machine: Machine,
		private readonly kernel: Kernel,
	) {
		this.pages = new PageAllocator(machine.memory, FIRST_PAGE);
		this.kernelTables = new PageTables(machine.memory, this.pages);
	}

	/** Puts kernel and program into memory and the processor at the kernel's first instruction. */
	boot(program: Startable, options: BootOptions): Omit<BootedMachine, 'machine'> {
		const {memory, cpu} = this.machine;
		for (const segment of this.kernel.image.segments) this.place(segment);
		const rights = this.kernelRights({write: true, execute: false});
		this.kernelTables.mapLarge(ADDRESSES.PAGE_OFFSET, 0, memory.size, rights);
		const perCpu = this.pages.take(PER_CPU_PAGES);
		const stackTop = this.kernelStacks();
		const entryArea = this.kernelTables.pageTable(ADDRESSES.CPU_ENTRY_AREA);
		const isolatedRoot = this.kernel.isolation ? this.isolatedRoot(perCpu) : undefined;
		const services = this.services(options, isolatedRoot);
		const {root, entry, stackPointer, loaded} = startProgram(services, program, options);
		this.parameters({
			boot_per_cpu: ADDRESSES.PAGE_OFFSET + BigInt(perCpu),
			boot_per_cpu_physical: BigInt(perCpu),
			boot_idt_physical: BigInt(this.physical(kernelAddress(this.kernel, 'idt_table'))),
			boot_entry_area_table: ADDRESSES.PAGE_OFFSET + BigInt(entryArea),
			boot_cr3: BigInt(root | (this.kernel.isolation ? ISOLATION.KERNEL_PCID : 0)),
			boot_stack_top: stackTop,
			boot_user_ip: BigInt(entry),
			boot_user_sp: BigInt(stackPointer),
			boot_seed: BigInt.asUintN(64, options.seed ?? 0n),
			boot_epoch: services.host.epoch * 1_000_000_000n,
			tasks_traced: options.traced === true ? 1n : 0n,
			console_is_terminal: options.terminal === true ? 1n : 0n,
			boot_work: BigInt((options.seccomp === undefined ? 0 : ENTRY_WORK.SYSCALL_WORK_SECCOMP) | (options.audit === true ? ENTRY_WORK.SYSCALL_WORK_SYSCALL_AUDIT : 0)),
		});
		this.filter(options.seccomp ?? []);
		cpu.cells[Cell.CR3] = BigInt(this.kernelTables.root);
		cpu.cells[Cell.RIP] = this.kernel.image.entry;
		cpu.stateReplaced();
		cpu.onHypercall = processor => services.handle(processor);
		this.machine.parts.push(services);
		if (options.input !== undefined) this.machine.serial.type(options.input);
		if (options.terminal !== true) this.machine.serial.hangUp();
		return {services, loaded, stackPointer};
	}

	/** What the host does for the kernel, with all memory that is left. */
	private services({seed, files, root, directory}: BootOptions, isolatedRoot: number | undefined): HostServices {
		return new HostServices(this.machine, {
			firstPage: this.pages.take(),
			kernel: {root: this.kernelTables.root, isolatedRoot},
			...(seed === undefined ? {} : {seed}),
			...(files === undefined ? {} : {files}),
			...(root === undefined ? {} : {root}),
			...(directory === undefined ? {} : {directory}),
		});
	}

	/** Fills the system-call filter. */
	private filter(lines: readonly FilterLine[]): void {
		if (lines.length > ENTRY_WORK.SECCOMP_LINES) throw new RangeError(`the filter has ${lines.length} lines; it can have ${ENTRY_WORK.SECCOMP_LINES}`);
		const {memory} = this.machine;
		const table = this.physical(kernelAddress(this.kernel, 'seccomp_filter'));
		for (const [index, {nr, action, errno = 0}] of lines.entries()) {
			const at = table + index * ENTRY_WORK.SECCOMP_LINE_SIZE;
			memory.write(at + ENTRY_WORK.SECCOMP_nr, 32, BigInt(nr));
			memory.write(at + ENTRY_WORK.SECCOMP_action, 32, BigInt(action === 'kill' ? ENTRY_WORK.SECCOMP_RET_KILL : ENTRY_WORK.SECCOMP_RET_ERRNO));
			memory.write(at + ENTRY_WORK.SECCOMP_data, 64, BigInt(errno));
		}

		this.parameters({seccomp_filter_count: BigInt(lines.length)});
	}

	/** Kernel pages are global, so that they outlive changes of cr3; with isolation that would leave them to the user. */
	private kernelRights({write, execute}: Pick<Rights, 'write' | 'execute'>): Rights {
		return {write, execute, user: false, global: !this.kernel.isolation};
	}

	/** The upper half of a program's second top-level table: of the kernel only what the way in and out touches. */
	private isolatedRoot(perCpu: number): number {
		const user = new PageTables(this.machine.memory, this.pages);
		user.shareEntry(this.kernelTables, ADDRESSES.CPU_ENTRY_AREA);
		const scratch = perCpu + PER_CPU.cpu_tss_rw;
		user.map(ADDRESSES.PAGE_OFFSET + BigInt(scratch), scratch, PAGE_SIZE, this.kernelRights({write: true, execute: false}));
		const start = kernelAddress(this.kernel, '__entry_text_start');
		const bytes = Number(kernelAddress(this.kernel, '__entry_text_end') - start);
		user.map(start, this.physical(start), bytes, this.kernelRights({write: false, execute: true}));
		return user.root;
	}

	private place(segment: Segment): void {
		const {memory} = this.machine;
		const first = segment.address & ~0xfffn;
		const offset = Number(segment.address - first);
		const count = Math.max(1, Math.ceil((offset + segment.memorySize) / PAGE_SIZE));
		const physical = this.pages.take(count);
		memory.writeBytes(physical + offset, segment.bytes);
		this.kernelTables.map(first, physical, count * PAGE_SIZE, this.kernelRights(segment));
	}

	/** A kernel stack for each task; the pages below each stay unmapped. Gives the first one's top. */
	private kernelStacks(): bigint {
		const rights = this.kernelRights({write: true, execute: false});
		for (let task = 1; task <= SCHEDULING.NR_TASKS; task++) {
			const top = ADDRESSES.VMALLOC_START + BigInt(task * SIZES.THREAD_STRIDE);
			const physical = this.pages.take(SIZES.THREAD_SIZE / PAGE_SIZE);
			this.kernelTables.map(top - BigInt(SIZES.THREAD_SIZE), physical, SIZES.THREAD_SIZE, rights);
		}

		return ADDRESSES.VMALLOC_START + BigInt(SIZES.THREAD_STRIDE);
	}

	private physical(address: bigint): number {
		const {memory} = this.machine;
		const table = this.kernelTables.pageTable(address);
		return Number(memory.read(table + Number((address >> 12n) & 511n) * 8, 64) & 0xf_ffff_ffff_f000n) + Number(address & 0xfffn);
	}

	/** Fills the variables that the kernel reads at boot. */
	private parameters(values: Readonly<Record<string, bigint>>): void {
		for (const [label, value] of Object.entries(values)) this.machine.memory.write(this.physical(kernelAddress(this.kernel, label)), 64, value);
	}
}

/** Makes the first process. Throws LoadError if its program can't be started. */
function startProgram(services: HostServices, program: Startable, {argv, envp = [], populate = true, directory}: BootOptions): StartedProcess {
	const name = typeof program === 'string' ? program : 'program';
	const started = services.start({tid: FIRST_PID, program, argv: argv ?? [name], envp, populate}, directory);
	if (!('refused' in started)) return started;
	const {refused, errno} = started;
	throw errno === errnoNumber('ENOMEM') ? new LoadError(`the program needs more than the machine's ${services.host.memory.size >> 20} MiB of memory`) : new LoadError(refused, errno);
}

/**
 * A machine with kernel and program in its memory, about to run the kernel's first instruction, and the host's services.
 * @throws LoadError for a program that can't be started
 */
export function bootMachine(kernel: Kernel, program: Startable, options: BootOptions = {}): BootedMachine {
	EmittedInterpreter.readKept = () => readBuiltFile(KEPT_EDITION);
	const machine = new Machine({...(options.memory === undefined ? {} : {memory: options.memory}), ...(options.engine === undefined ? {} : {engine: options.engine})});
	return {machine, ...new Loader(machine, kernel).boot(program, options)};
}

/** The same, for those who need the machine alone. */
export const boot = (kernel: Kernel, program: Startable, options: BootOptions = {}): Machine => bootMachine(kernel, program, options).machine;
