import {PER_CPU, PER_CPU_PAGES, PT_REGS_FIELDS, PT_REGS_SIZE, type PtRegsField, SIZES, TASK} from '../../kernel/constants.js';
import {type Kernel, kernelAddress} from '../../kernel/kernel.js';
import type {Mark, MemoryAccess} from '../../machine/events.js';
import {Cell} from '../../machine/layout.js';
import type {Machine} from '../../machine/machine.js';
import type {Instruction, Operand} from '../../machine/ops.js';
import {GENERAL_REGISTERS, type GeneralRegister, Segment} from '../../machine/registers.js';
import {readRegisters, type RegisterFile} from '../detail.js';
import type {Names} from '../names.js';
import {KernelMemory} from './kernel-memory.js';

/** The program as it was when it left for the kernel. */
export interface Departure {
	/** `gate`: a call through vector 0x80, which the processor treats as an exception. */
	readonly by: 'syscall' | 'gate' | 'exception' | 'interrupt';
	readonly step: number;
	/** The thread's number: its task may be another one's later. */
	readonly pid: bigint;
	/** For a system call, rcx and r11 are what SYSCALL has put there. */
	readonly registers: RegisterFile;
	/** Where the program is to go on. */
	readonly rip: bigint;
	readonly rsp: bigint;
}

/** The general register that a field of struct pt_regs is saved from. */
export const REGISTER_OF: Readonly<Partial<Record<PtRegsField, GeneralRegister>>> = {
	r15: 'r15', r14: 'r14', r13: 'r13', r12: 'r12', bp: 'rbp', bx: 'rbx', r11: 'r11', r10: 'r10', r9: 'r9', r8: 'r8',
	cx: 'rcx', dx: 'rdx', si: 'rsi', di: 'rdi', sp: 'rsp',
};

/** The struct pt_regs of a thread that is in a system call. */
export interface Frame {
	readonly address: bigint;
	/** The thread's number. */
	readonly pid: bigint;
	/** Where do_syscall_64 returns to. */
	readonly returnAddress: bigint;
	/** What the program is to get back: the fields as do_syscall_64 left them. */
	wanted: Readonly<Record<PtRegsField, bigint>> | undefined;
}

/** What is known of a crossing at one moment: the machine as it stands, and what was noted on the way here. */
export class Witness {
	readonly memory: KernelMemory;
	/** Address of this CPU's variables: the kernel's GS base. */
	readonly perCpu: bigint;
	readonly doSyscall: bigint;
	readonly doSyscallX64: bigint;
	readonly callTable: bigint;
	readonly entryText: readonly [start: bigint, end: bigint];
	/** Instructions whose faults are foreseen. */
	readonly foreseen: ReadonlySet<bigint>;
	/** The program as each thread left it, by the address of its task. */
	readonly departures = new Map<bigint, Departure>();
	/** The struct pt_regs of each thread that is in a system call, by the address of its task. */
	readonly frames = new Map<bigint, Frame>();
	/** The instruction that comes next in ring 0; undefined if it can't be fetched. */
	instruction: Instruction | undefined;
	/** The registers as they stand, where a check wants all of them. */
	registers: RegisterFile;
	/** What the processor said in the last step. */
	marks: readonly Mark[] = [];
	/** A write of ring 0 that is to be judged. */
	write: MemoryAccess | undefined;
	/** Whether the number that is about to choose the handler was masked since it was checked. */
	masked = false;
	/** Whether the machine has come to its end by a triple fault. */
	tripleFault = false;

	constructor(
		readonly machine: Machine,
		readonly kernel: Kernel,
		readonly names: Names,
	) {
		this.memory = new KernelMemory(machine, kernel);
		this.perCpu = this.word(kernelAddress(kernel, 'boot_per_cpu'));
		this.doSyscall = kernelAddress(kernel, 'do_syscall_64');
		this.doSyscallX64 = kernelAddress(kernel, 'do_syscall_x64');
		this.callTable = kernelAddress(kernel, 'x64_sys_call');
		this.entryText = [kernelAddress(kernel, '__entry_text_start'), kernelAddress(kernel, '__entry_text_end')];
		this.foreseen = new Set([kernelAddress(kernel, 'native_irq_return_iret'), ...this.exceptionTable()]);
		this.registers = readRegisters(machine);
	}

	private *exceptionTable(): Generator<bigint> {
		const end = kernelAddress(this.kernel, '__stop___ex_table');
		for (let at = kernelAddress(this.kernel, '__start___ex_table'); at < end; at += 16n) yield this.word(at);
	}

	/** A word of the kernel's memory; zero where nothing is mapped. */
	word(address: bigint): bigint {
		return this.memory.read(address) ?? 0n;
	}

	/** A variable of this CPU. */
	variable(name: keyof typeof PER_CPU): bigint {
		return this.word(this.perCpu + BigInt(PER_CPU[name]));
	}

	/** The thread that the kernel works for: the address of its task. */
	get thread(): bigint {
		return this.variable('current_task');
	}

	/** A field of the current thread's task. */
	task(field: keyof typeof TASK): bigint {
		return this.word(this.thread + BigInt(TASK[field]));
	}

	/** The current thread as it left its program, if that was seen. */
	get departure(): Departure | undefined {
		const found = this.departures.get(this.thread);
		return found?.pid === this.task('TASK_pid') ? found : undefined;
	}

	/** All fields of a struct pt_regs. */
	fields(frame: bigint): Record<PtRegsField, bigint> {
		return Object.fromEntries(PT_REGS_FIELDS.map(name => [name, this.field(frame, name)])) as Record<PtRegsField, bigint>;
	}

	/** A field of a struct pt_regs. */
	field(frame: bigint, name: PtRegsField): bigint {
		return this.word(frame + BigInt(PT_REGS_FIELDS.indexOf(name) * 8));
	}

	get rip(): bigint {
		return this.machine.cpu.cells[Cell.RIP];
	}

	get rsp(): bigint {
		return this.machine.register('rsp');
	}

	get gsBase(): bigint {
		return this.machine.cpu.segments.base(Segment.GS);
	}

	get cr3(): bigint {
		return this.machine.cpu.cells[Cell.CR3];
	}

	get cr2(): bigint {
		return this.machine.cpu.cells[Cell.CR2];
	}

	/** Whether rip stands in the code that is mapped in the user's tables, too. */
	get isInEntryText(): boolean {
		return this.rip >= this.entryText[0] && this.rip < this.entryText[1];
	}

	/** The flags as they stand. */
	get flags(): bigint {
		return this.machine.cpu.rflags;
	}

	/** Operands of the next instruction that reach memory through GS. */
	private get gsOperands(): readonly Operand[] {
		const {instruction} = this;
		return instruction === undefined ? [] : [instruction.d, instruction.s, instruction.t].filter(({segment}) => segment === Segment.GS);
	}

	/** Whether the next instruction reaches memory through GS. */
	get usesGs(): boolean {
		return this.instruction?.segment === Segment.GS || this.gsOperands.length > 0;
	}

	/** Whether the next instruction reaches variables of this CPU that the user's tables do not map: all but the TSS's page. */
	get reachesVariables(): boolean {
		return this.gsOperands.some(({displacement}) => (displacement & ~0xfffn) !== BigInt(PER_CPU.cpu_tss_rw));
	}

	/** The thread whose saved registers an address is among, and the field. */
	frameAt(address: bigint): {readonly thread: bigint; readonly field: PtRegsField} | undefined {
		for (const [thread, frame] of this.frames) {
			const offset = address - frame.address;
			// A place in the table of tasks, and the stack that goes with it, may have been given to a new thread.
			const isSame = (): boolean => this.word(thread + BigInt(TASK.TASK_pid)) === frame.pid;
			if (offset >= 0n && offset < BigInt(PT_REGS_SIZE) && isSame()) return {thread, field: PT_REGS_FIELDS[Number(offset / 8n)]};
		}

		return undefined;
	}

	/** Whether an address is one of the kernel's: of its image, its stacks, this CPU's variables. */
	isKernelAddress(address: bigint): boolean {
		const {image} = this.kernel;
		if (address < 1n << 63n) return false;
		if (address >= this.perCpu && address < this.perCpu + BigInt(PER_CPU_PAGES * SIZES.PAGE_SIZE)) return true;
		if (image.segments.some(segment => address >= segment.address && address < segment.address + BigInt(segment.memorySize))) return true;
		return this.memory.read(address & ~7n) !== undefined;
	}

	/** A general register by its place in the encoding. */
	general(name: GeneralRegister): bigint {
		return this.machine.cpu.cells[GENERAL_REGISTERS.indexOf(name)];
	}
}
