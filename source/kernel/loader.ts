import {Machine} from '../machine/machine.js';
import {Cell} from '../machine/layout.js';
import {PAGE_SIZE} from '../machine/physical-memory.js';
import type {Image, Segment} from '../program/image.js';
import {ADDRESSES, ENTRY_WORK, ISOLATION, PER_CPU, PER_CPU_PAGES, SCHEDULING, SIZES} from './constants.js';
import {type Kernel, kernelAddress} from './kernel.js';
import {PageAllocator, PageTables, type Rights} from './page-tables.js';
import {buildUserStack} from './user-stack.js';

/** Where the loader puts things in physical memory: the kernel at 1 MiB, all else behind it. */
const FIRST_PAGE = 0x10_0000;

/** Bytes of the user's stack. */
const USER_STACK_SIZE = 0x2_1000;

/** How to start a program. */
export interface BootOptions {
	readonly argv?: readonly string[];
	readonly envp?: readonly string[];
	/** Decides everything random; the same seed gives the same run. */
	readonly seed?: bigint;
	/** Bytes of guest memory. */
	readonly memory?: number;
	/** Calls that the filter refuses, with an error number or by killing the process; all others are allowed. */
	readonly seccomp?: readonly FilterLine[];
	/** Whether each call leaves a record in the audit trail. */
	readonly audit?: boolean;
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
	boot(program: Image, options: BootOptions): void {
		const {memory, cpu} = this.machine;
		for (const segment of this.kernel.image.segments) this.place(this.kernelTables, segment, false);
		const rights = this.kernelRights({write: true, execute: false});
		this.kernelTables.mapLarge(ADDRESSES.PAGE_OFFSET, 0, memory.size, rights);
		const perCpu = this.pages.take(PER_CPU_PAGES);
		const stackTop = this.kernelStacks();
		const entryArea = this.kernelTables.pageTable(ADDRESSES.CPU_ENTRY_AREA);
		const roots = this.pages.takeAligned(2);
		const process = new PageTables(memory, this.pages, roots);
		process.shareKernelHalf(this.kernelTables);
		for (const segment of program.segments) this.place(process, segment, true);
		const stackPointer = this.userStack(process, program, options);
		if (this.kernel.isolation) this.isolate(process, perCpu);
		this.parameters({
			boot_per_cpu: ADDRESSES.PAGE_OFFSET + BigInt(perCpu),
			boot_per_cpu_physical: BigInt(perCpu),
			boot_idt_physical: BigInt(this.physical(kernelAddress(this.kernel, 'idt_table'))),
			boot_entry_area_table: ADDRESSES.PAGE_OFFSET + BigInt(entryArea),
			boot_cr3: BigInt(process.root | (this.kernel.isolation ? ISOLATION.KERNEL_PCID : 0)),
			boot_stack_top: stackTop,
			boot_user_ip: program.entry,
			boot_user_sp: stackPointer,
			boot_seed: BigInt.asUintN(64, options.seed ?? 0n),
			boot_work: BigInt((options.seccomp === undefined ? 0 : ENTRY_WORK.SYSCALL_WORK_SECCOMP) | (options.audit === true ? ENTRY_WORK.SYSCALL_WORK_SYSCALL_AUDIT : 0)),
		});
		this.filter(options.seccomp ?? []);
		cpu.cells[Cell.CR3] = BigInt(this.kernelTables.root);
		cpu.cells[Cell.RIP] = this.kernel.image.entry;
		cpu.stateReplaced();
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

	/** The second top-level table: the program's half, and of the kernel only what the way in and out touches. */
	private isolate(process: PageTables, perCpu: number): void {
		const user = new PageTables(this.machine.memory, this.pages, process.root + PAGE_SIZE);
		user.shareUserHalf(process);
		user.shareEntry(this.kernelTables, ADDRESSES.CPU_ENTRY_AREA);
		const scratch = perCpu + PER_CPU.cpu_tss_rw;
		user.map(ADDRESSES.PAGE_OFFSET + BigInt(scratch), scratch, PAGE_SIZE, this.kernelRights({write: true, execute: false}));
		const start = kernelAddress(this.kernel, '__entry_text_start');
		const bytes = Number(kernelAddress(this.kernel, '__entry_text_end') - start);
		user.map(start, this.physical(start), bytes, this.kernelRights({write: false, execute: true}));
	}

	private place(tables: PageTables, segment: Segment, user: boolean): void {
		const {memory} = this.machine;
		const first = segment.address & ~0xfffn;
		const offset = Number(segment.address - first);
		const count = Math.max(1, Math.ceil((offset + segment.memorySize) / PAGE_SIZE));
		const physical = this.pages.take(count);
		memory.writeBytes(physical + offset, segment.bytes);
		tables.map(first, physical, count * PAGE_SIZE, user ? {write: segment.write, execute: segment.execute, user} : this.kernelRights(segment));
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

	private userStack(tables: PageTables, program: Image, {argv = ['program'], envp = [], seed = 0n}: BootOptions): bigint {
		const top = ADDRESSES.TASK_SIZE_MAX;
		const physical = this.pages.take(USER_STACK_SIZE / PAGE_SIZE);
		tables.map(top - BigInt(USER_STACK_SIZE), physical, USER_STACK_SIZE, {write: true, execute: false, user: true});
		const stack = buildUserStack(top, {argv, envp, entry: program.entry, random: randomBytes(seed)});
		if (stack.bytes.length > USER_STACK_SIZE) throw new RangeError('the arguments and the environment do not fit onto the stack');
		this.machine.memory.writeBytes(physical + USER_STACK_SIZE - stack.bytes.length, stack.bytes);
		return stack.address;
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

/** Sixteen bytes from a seed, by SplitMix64. */
function randomBytes(seed: bigint): Uint8Array {
	const bytes = new Uint8Array(16);
	const view = new DataView(bytes.buffer);
	let state = seed;
	for (const at of [0, 8]) {
		state = BigInt.asUintN(64, state + 0x9e37_79b9_7f4a_7c15n);
		let mixed = state;
		mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xbf58_476d_1ce4_e5b9n);
		mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d0_49bb_1331_11ebn);
		view.setBigUint64(at, mixed ^ (mixed >> 31n), true);
	}

	return bytes;
}

/** A machine with kernel and program in its memory, about to run the kernel's first instruction. */
export function boot(kernel: Kernel, program: Image, options: BootOptions = {}): Machine {
	const machine = new Machine(options.memory === undefined ? {} : {memory: options.memory});
	new Loader(machine, kernel).boot(program, options);
	return machine;
}
