import type {Mark} from '../machine/events.js';
import {vectorName} from '../machine/fault.js';
import {Cell} from '../machine/layout.js';
import type {Machine} from '../machine/machine.js';
import {Port} from '../machine/devices.js';
import {type Instruction, type Operand, OperandKind} from '../machine/ops.js';
import {Register} from '../machine/registers.js';
import {PER_CPU, PT_REGS_FIELDS, PT_REGS_SIZE, type PtRegsField, SCHEDULING, TASK} from '../kernel/constants.js';
import {type Kernel, kernelAddress} from '../kernel/kernel.js';
import {serviceName} from '../kernel/services/service-table.js';
import {syscallName} from '../kernel/syscall-table.js';
import {peekWord} from './guest-memory.js';
import {readPerCpu, readPtRegs, readSignalInfo} from './kernel-state.js';
import {kernelWord} from './machine-views/kernel-memory.js';
import type {StackName, TraceEvent} from './events.js';
import {Stacks} from './stacks.js';

/** Registers that carry a call's arguments, in order (System V ABI, A.2.1). */
const ARGUMENT_REGISTERS = [Register.RDI, Register.RSI, Register.RDX, 10, Register.R8, 9] as const;

/** Instructions that push what an operand names; calls push too, but a return address is no one's data. */
const PUSHES = new Set(['push', 'pushfq', 'push-segment']);

/** Functions of the boot chain that are worth a mark of their own. */
const BOOT_CHAIN = [
	'startup_64', 'start_kernel', 'trap_init', 'setup_cpu_entry_areas', 'sev_es_init_vc_handling', 'cpu_init_exception_handling',
	'set_tss_desc', 'load_TR_desc', 'idt_setup_traps', 'cpu_init', 'syscall_init', 'idt_syscall_init', 'rest_init',
] as const;

const HANDLER_PREFIX = '__x64_sys_';

/** Instructions that carry rsp to another stack if they write it. Others only move it on its stack, or borrow it. */
const WRITES = new Set(['mov', 'pop', 'xchg', 'lea']);

/** Instructions that may change the stack whatever their operands are. */
const RETURNS = new Set(['leave', 'iretq', 'sysretq']);

const isStackPointer = ({kind, register}: Operand): boolean => kind === OperandKind.REGISTER && register === Register.RSP;

const canSwitch = ({name, d, s}: Instruction): boolean => RETURNS.has(name) || (WRITES.has(name) && (isStackPointer(d) || (name === 'xchg' && isStackPointer(s))));

/** A stack, told from others of its kind by where its top is. */
interface StackPlace {
	readonly name: StackName;
	readonly top: bigint;
}

/** The program's stack may be anywhere. */
const USER_STACK: StackPlace = {name: 'user', top: -1n};

type Emit = (event: TraceEvent) => void;

/**
 * Watches a machine that runs the kernel and tells what happens there: from the processor's marks, and in ring 0 from
 * each instruction, by the addresses of the kernel's labels.
 */
export class KernelObserver {
	private readonly stacks: Stacks;
	private readonly labels = new Map<bigint, string>();
	private readonly notices = new Map<bigint, () => TraceEvent>();
	private readonly doSyscall64: bigint;
	private readonly exitWork: bigint;
	/** The stack that rsp was last known to be on, and its value there. */
	private stack: StackPlace = {name: 'boot', top: 0n};
	private stackPointer = 0n;
	/** Name of the instruction of the step that is under way, and whether it can carry rsp to another stack. */
	private instruction = '';
	private switches = false;

	constructor(
		private readonly machine: Machine,
		private readonly kernel: Kernel,
		private readonly emit: Emit,
	) {
		this.stacks = new Stacks(kernel);
		this.doSyscall64 = kernelAddress(kernel, 'do_syscall_64');
		this.exitWork = kernelAddress(kernel, 'syscall_exit_to_user_mode');
		this.notices.set(this.exitWork, () => this.result());
		this.notices.set(kernelAddress(kernel, '__switch_to'), () => this.taskSwitch());
		this.notices.set(kernelAddress(kernel, 'handle_signal'), () => this.signal(this.pid(), this.machine.register('r12'), false));
		this.notices.set(kernelAddress(kernel, 'ptrace_signal'), () => this.signal(this.pid(), this.machine.register('r12'), false));
		this.notices.set(kernelAddress(kernel, 'note_death'), () => this.signal(this.processOf(this.machine.register('rcx')), this.machine.register('rdi'), true));
		this.notices.set(kernelAddress(kernel, 'do_exit'), () => this.taskExit());
		for (const label of BOOT_CHAIN) this.labels.set(kernelAddress(kernel, label), label);
		for (const {name, address} of kernel.image.symbols) if (name.startsWith(HANDLER_PREFIX)) this.labels.set(address, name);
	}

	/** What the processor says of itself, during a step. */
	mark(mark: Mark): void {
		const step = this.machine.steps;
		const event = this.fromMark(mark, step);
		if (event !== undefined) this.emit(event);
		if (mark.kind === 'reached') this.notice(mark.address);
		if (mark.kind === 'exception' || mark.kind === 'interrupt') this.frame(mark, step);
	}

	private fromMark(mark: Mark, step: number): TraceEvent | undefined {
		switch (mark.kind) {
			case 'syscall':
				return this.syscall(mark, step);
			case 'sysret':
				return {step, kind: 'sysret', rip: mark.to, flags: mark.flags, rsp: this.machine.register('rsp')};
			case 'iret':
				return {step, kind: 'iret', rip: mark.to, rsp: mark.stack, cpl: mark.cpl};
			case 'swapgs':
			case 'cr3':
				return {step, kind: mark.kind, before: mark.before, after: mark.after};
			case 'exception': {
				const {vector, errorCode, cr2, address, cpl} = mark;
				return {step, kind: 'exception', vector, name: vectorName(vector), rip: address, cpl, ...(errorCode === undefined ? {} : {errorCode}), ...(cr2 === undefined ? {} : {cr2})};
			}

			case 'interrupt':
				return {step, kind: 'interrupt', vector: mark.vector, rip: mark.address, cpl: mark.cpl};
			case 'hypercall':
				return {step, kind: 'hypercall', service: serviceName(mark.number) ?? `service ${mark.number}`};
			case 'out':
				return mark.port === Port.SERIAL ? {step, kind: 'out', bytes: String.fromCharCode(mark.value & 0xff)} : undefined;
			default:
				return undefined;
		}
	}

	private syscall(mark: Extract<Mark, {kind: 'syscall'}>, step: number): TraceEvent {
		const {cells} = this.machine.cpu;
		this.stack = USER_STACK;
		this.stackPointer = cells[Register.RSP];
		return {
			step,
			kind: 'syscall',
			pid: this.pid(),
			nr: Number(BigInt.asIntN(32, cells[Register.RAX])),
			args: ARGUMENT_REGISTERS.map(register => cells[register]),
			rip: mark.from,
			target: mark.to,
			rcx: mark.returnAddress,
			r11: mark.flags,
			rsp: this.stackPointer,
		};
	}

	/** The words that the processor pushed for an exception, and the stack that it chose for them. */
	private frame(mark: Extract<Mark, {kind: 'exception' | 'interrupt'}>, step: number): void {
		const {stackBefore, stackAfter} = mark;
		const words = mark.kind === 'exception' && mark.errorCode !== undefined ? 6n : 5n;
		const top = stackAfter + words * 8n;
		const place = this.placeOf(top);
		if (place.top !== this.stack.top) this.emit({step, kind: 'stack-switch', from: stackBefore, to: top, stack: place.name});
		this.stack = place;
		this.stackPointer = stackAfter;
		for (let address = top - 8n; address >= stackAfter; address -= 8n) this.pushed(address, step, true);
	}

	/**
	 * To be called when the run goes on elsewhere than where it was left.
	 * @param events what has been told of the way there
	 */
	reset(events: readonly TraceEvent[]): void {
		this.stackPointer = this.machine.register('rsp');
		this.stack = this.machine.cpu.cpl === 3 ? USER_STACK : this.placeOf(this.stackPointer);
		// The kernel's first instructions run on the program's rsp, which may hold anything: a kernel stack's address, too.
		const last = events.findLast(({kind}) => kind === 'syscall' || kind === 'stack-switch');
		if (last?.kind === 'syscall') this.stack = USER_STACK;
	}

	/** To be called in ring 0 before each step. */
	before(): void {
		const {cpu} = this.machine;
		const step = cpu.steps;
		const rip = cpu.cells[Cell.RIP];
		const label = this.labels.get(rip);
		if (label !== undefined) this.label(label, step);
		this.notice(rip);
		this.lookAt(rip, step);
	}

	/** The addresses at which something is told without looking at each step: see Processor.watch. */
	get watched(): ReadonlySet<bigint> {
		return new Set(this.notices.keys());
	}

	/** Tells what is told at an address. */
	private notice(address: bigint): void {
		const event = this.notices.get(address)?.();
		if (event !== undefined) this.emit(event);
	}

	/** Looks at the instruction that comes next; one that cannot be fetched is the processor's to report. */
	private lookAt(rip: bigint, step: number): void {
		this.instruction = '';
		this.switches = false;
		let instruction;
		try {
			instruction = this.machine.cpu.code.instruction(rip);
		} catch {
			return;
		}

		this.instruction = instruction.name;
		this.switches = canSwitch(instruction);
		if (instruction.name === 'call' && instruction.d.value === this.doSyscall64) this.ptRegs(step);
	}

	/** To be called after each step that began in ring 0, with the step's number. */
	after(step: number): void {
		const pointer = this.machine.register('rsp');
		const before = this.stackPointer;
		if (this.switches) this.switched(pointer, step);
		else if (pointer === before) return;
		else if (PUSHES.has(this.instruction) && pointer === BigInt.asUintN(64, before - 8n)) this.pushed(pointer, step, false);
		else if (this.placeOf(pointer).top !== this.stack.top) return;
		this.stackPointer = pointer;
	}

	/** The stack that an address is on; what is on none of the kernel's is the program's. */
	private placeOf(address: bigint): StackPlace {
		return this.stacks.kernelStack(address) ?? USER_STACK;
	}

	private switched(pointer: bigint, step: number): void {
		// The kernel pops only one stack pointer: the program's, on the way out.
		const place = this.machine.cpu.cpl === 3 || this.instruction === 'pop' ? USER_STACK : this.placeOf(pointer);
		if (place.top === this.stack.top) return;
		this.emit({step, kind: 'stack-switch', from: this.stackPointer, to: pointer, stack: place.name});
		this.stack = place;
	}

	private pushed(address: bigint, step: number, hardware: boolean): void {
		const value = peekWord(this.machine, address) ?? 0n;
		const slot = this.slotAt(address);
		this.emit({step, kind: 'push', address, value, hardware, ...(slot === undefined ? {} : {slot})});
	}

	/** The field of the current thread's pt_regs that an address is, if it is one. */
	private slotAt(address: bigint): PtRegsField | undefined {
		const top = readPerCpu(this.machine, this.kernel, PER_CPU.cpu_current_top_of_stack);
		const offset = top - address;
		if (offset <= 0n || offset > BigInt(PT_REGS_SIZE)) return undefined;
		return PT_REGS_FIELDS[PT_REGS_FIELDS.length - Number(offset / 8n)];
	}

	private ptRegs(step: number): void {
		const address = this.machine.register('rdi');
		this.emit({step, kind: 'pt_regs', address, fields: readPtRegs(this.machine, address)});
	}

	private label(label: string, step: number): void {
		if (!label.startsWith(HANDLER_PREFIX)) {
			this.emit({step, kind: 'boot', label});
			return;
		}

		const nr = this.number();
		const handler = label.slice(HANDLER_PREFIX.length);
		this.emit({step, kind: 'dispatch', nr, name: handler === 'ni_syscall' ? syscallName(nr) ?? handler : handler, handler: label});
	}

	/** The number that the current call came with. */
	private number(): number {
		const regs = readPerCpu(this.machine, this.kernel, PER_CPU.cpu_current_top_of_stack) - BigInt(PT_REGS_SIZE);
		return Number(BigInt.asIntN(32, readPtRegs(this.machine, regs).orig_ax));
	}

	private get step(): number {
		return this.machine.cpu.steps;
	}

	private result(): TraceEvent {
		const regs = readPtRegs(this.machine, this.machine.register('rdi'));
		return {step: this.step, kind: 'result', pid: this.pid(), nr: Number(BigInt.asIntN(32, regs.orig_ax)), value: regs.ax};
	}

	/** Number of the task that runs. */
	private pid(): number {
		return this.taskNumber(readPerCpu(this.machine, this.kernel, PER_CPU.current_task));
	}

	private taskNumber(task: bigint): number {
		return Number(BigInt.asUintN(32, kernelWord(this.machine, this.kernel, task + BigInt(TASK.TASK_pid)) ?? 0n));
	}

	private taskSwitch(): TraceEvent {
		return {step: this.step, kind: 'switch', from: this.taskNumber(this.machine.register('rdi')), to: this.taskNumber(this.machine.register('rsi'))};
	}

	private signal(pid: number, record: bigint, fatal: boolean): TraceEvent {
		return {step: this.step, kind: 'signal', pid, fatal, ...readSignalInfo(this.machine, record)};
	}

	/** Number of the process that has a signal_struct; 0 if none has. */
	private processOf(signal: bigint): number {
		const first = kernelAddress(this.kernel, 'init_task');
		const field = (task: bigint, offset: number): bigint => peekWord(this.machine, task + BigInt(offset)) ?? 0n;
		for (let task = first, count = 0; count < SCHEDULING.NR_TASKS; count++) {
			if (field(task, TASK.TASK_signal) === signal) return Number(BigInt.asUintN(32, field(task, TASK.TASK_tgid)));
			task = field(task, TASK.TASK_next);
			if (task === first) break;
		}

		return 0;
	}

	private taskExit(): TraceEvent {
		const task = readPerCpu(this.machine, this.kernel, PER_CPU.current_task);
		const tgid = Number(BigInt.asUintN(32, peekWord(this.machine, task + BigInt(TASK.TASK_tgid)) ?? 0n));
		return {step: this.step, kind: 'task-exit', pid: this.taskNumber(task), tgid, status: Number(BigInt.asUintN(32, this.machine.register('rdi')))};
	}
}
