import {ADDRESSES, PT_REGS_FIELDS, type PtRegsField, SELECTORS, SIZES} from '../../kernel/constants.js';
import {errnoNumber} from '../../kernel/errno.js';
import {NR_SYSCALLS} from '../../kernel/syscall-table.js';
import {isCanonical} from '../../machine/control-bits.js';
import {vectorName} from '../../machine/fault.js';
import {Flag} from '../../machine/flags.js';
import {GENERAL_REGISTERS, type GeneralRegister} from '../../machine/registers.js';
import {hex} from '../names.js';
import {isUserAddress} from '../kernel-state.js';
import {Stacks} from '../stacks.js';
import {USER_TABLES} from './kernel-memory.js';
import {type Departure, REGISTER_OF, type Witness} from './witness.js';

/** When a promise can be broken, and so when it is looked at. */
export type Occasion =
	/** Before each instruction of ring 0. */
	| 'instruction'
	/** do_syscall_64 has been called. */
	| 'call'
	/** The number is about to choose the handler. */
	| 'choice'
	/** The kernel writes memory. */
	| 'write'
	/** An exception came in ring 0, or could not be delivered. */
	| 'fault'
	/** Ring 3 has been reached. */
	| 'return';

/** Something that the kernel owes to the program or to itself in every crossing. */
export interface PromiseRow {
	readonly name: string;
	/** What is promised. */
	readonly sentence: string;
	/** Why it matters, in one sentence. */
	readonly why: string;
	readonly on: Occasion;
	/** What was found instead, in a few words; undefined while the promise is kept. */
	check(witness: Witness): string | undefined;
}

/** Instructions that read or write where rsp points. */
const STACK_USERS: ReadonlySet<string> = new Set(['push', 'pop', 'call', 'ret', 'leave', 'enter', 'pushfq', 'popfq', 'iretq', 'push-segment', 'pop-segment']);

/** Registers that must be empty when do_syscall_64 is called: all but rsp, and rax, rdi and rsi with the call's own values. */
const CLEARED = GENERAL_REGISTERS.filter(name => !['rsp', 'rax', 'rdi', 'rsi'].includes(name));

/** Registers that may come back changed, by the way into the kernel. */
const CHANGED_BY: Readonly<Record<Departure['by'], ReadonlySet<GeneralRegister>>> = {
	syscall: new Set(['rax', 'rcx', 'r11']),
	gate: new Set(['rax']),
	exception: new Set(),
	interrupt: new Set(),
};

/** Flags that the program gets back otherwise than they were saved, and may: RF, which the processor uses up. */
const PASSING_FLAGS = Flag.RF;

/** What a field of struct pt_regs must hold at the call, from what SYSCALL found. */
function expectedField(field: PtRegsField, {departure}: Witness): bigint | undefined {
	if (departure === undefined) return undefined;
	const {general} = departure.registers;
	const register = REGISTER_OF[field];
	if (register !== undefined) return general[register];
	switch (field) {
		case 'ax':
			return BigInt.asUintN(64, BigInt(-errnoNumber('ENOSYS')));
		case 'orig_ax':
			return general.rax;
		case 'ip':
			return general.rcx;
		case 'flags':
			return general.r11;
		case 'cs':
			return BigInt(SELECTORS.__USER_CS);
		default:
			return BigInt(SELECTORS.__USER_DS);
	}
}

function checkSaved(witness: Witness): string | undefined {
	const {departure} = witness;
	if (departure?.by !== 'syscall') return undefined;
	const frame = witness.general('rdi');
	// From its lowest field up: if one was not pushed, it is the first that is wrong.
	for (const field of PT_REGS_FIELDS) {
		const expected = expectedField(field, witness);
		const found = witness.field(frame, field);
		if (expected !== undefined && found !== expected) return `pt_regs->${field} holds ${hex(found)} instead of ${hex(expected)}`;
	}

	return undefined;
}

/** What the program gets back against what the pt_regs say. */
function checkRestored(witness: Witness): string | undefined {
	const wantedFields = witness.frames.get(witness.thread)?.wanted;
	if (wantedFields === undefined) return undefined;
	const {general, rip, rflags, cs, ss} = witness.registers;
	const bySysret = witness.marks.some(({kind}) => kind === 'sysret');
	const values: Partial<Record<PtRegsField, bigint>> = {ip: rip, cs, ss, sp: general.rsp, ax: general.rax};
	for (const field of PT_REGS_FIELDS) {
		const register = REGISTER_OF[field];
		// SYSRET uses rcx and r11 for rip and the flags.
		if (register !== undefined && !(bySysret && (field === 'cx' || field === 'r11'))) values[field] = general[register];
	}

	for (const field of [...PT_REGS_FIELDS].reverse()) {
		const wanted = wantedFields[field];
		const found = values[field];
		if (found !== undefined && found !== wanted) return `pt_regs->${field} is ${hex(wanted)}, the program gets ${hex(found)}`;
	}

	const wanted = wantedFields.flags;
	return ((wanted ^ rflags) & ~PASSING_FLAGS) === 0n ? undefined : `pt_regs->flags is ${hex(wanted)}, the program gets ${hex(rflags)}`;
}

function checkPreserved(witness: Witness): string | undefined {
	const {departure, registers} = witness;
	// A program that is sent elsewhere, as to a signal handler, gets other registers on purpose.
	if (departure?.rip !== registers.rip) return undefined;
	for (const name of GENERAL_REGISTERS) {
		if (CHANGED_BY[departure.by].has(name)) continue;
		const before = name === 'rsp' ? departure.rsp : departure.registers.general[name];
		if (registers.general[name] !== before) return `${name} was ${hex(before)} and comes back as ${hex(registers.general[name])}`;
	}

	return undefined;
}

function checkLeak(witness: Witness): string | undefined {
	const {departure, registers} = witness;
	const known = new Set(departure === undefined ? [] : Object.values(departure.registers.general));
	for (const name of GENERAL_REGISTERS) {
		const value = registers.general[name];
		if (value >= 1n << 63n && !known.has(value) && witness.isKernelAddress(value)) return `${name} holds ${witness.names.nameOf(value) ?? hex(value)}, an address of the kernel’s`;
	}

	return undefined;
}

function checkGuard(witness: Witness): string | undefined {
	const {cr2} = witness;
	const offset = cr2 - ADDRESSES.VMALLOC_START;
	const stride = BigInt(SIZES.THREAD_STRIDE);
	if (offset < 0n || offset >= stride * 1024n || offset % stride >= stride - BigInt(SIZES.THREAD_SIZE)) return undefined;
	// A double fault is delivered on a stack of its own: where rsp was before is what counts.
	const mark = witness.marks.find(each => each.kind === 'exception');
	const pointer = (mark?.kind === 'exception' ? mark.stackBefore : witness.rsp) - ADDRESSES.VMALLOC_START;
	const near = pointer >= 0n && pointer / stride === offset / stride;
	return near ? `${hex(cr2)} lies below the stack’s last page` : undefined;
}

function checkForeseen(witness: Witness): string | undefined {
	const mark = witness.marks.find(each => each.kind === 'exception' && each.cpl === 0);
	if (mark?.kind === 'exception' && !witness.foreseen.has(mark.address)) return `${vectorName(mark.vector)} at ${witness.names.describe(mark.address)}${mark.cr2 === undefined ? '' : `, address ${hex(mark.cr2)}`}`;
	return witness.tripleFault ? 'an exception that could not be delivered, and the machine stopped' : undefined;
}

function checkThreadStack(witness: Witness): string | undefined {
	const own = witness.task('TASK_stack');
	const found = witness.variable('cpu_current_top_of_stack');
	return own === 0n || own === found ? undefined : `cpu_current_top_of_stack is ${hex(found)}, the thread’s stack begins at ${hex(own)}`;
}

function checkOwnStack(witness: Witness): string | undefined {
	const top = witness.task('TASK_stack');
	const frame = witness.general('rdi');
	if (frame > top - BigInt(SIZES.THREAD_SIZE) && frame < top) return undefined;
	const stack = new Stacks(witness.kernel).nameOf(frame);
	return `the pt_regs are at ${hex(frame)}${stack === 'user' ? ', on the program’s stack' : ''}; the thread’s stack begins at ${hex(top)}`;
}

/** All promises, in the order in which a crossing meets them. */
export const PROMISES: readonly PromiseRow[] = [
	{
		name: 'interrupts-off', on: 'instruction',
		sentence: 'Interrupts are off in the entry code.',
		why: 'an interrupt between SYSCALL and the stack switch would find ring 0 with the program’s stack and the program’s GS base',
		check: witness => (witness.isInEntryText && (witness.flags & Flag.IF) !== 0n ? 'IF is set' : undefined),
	},
	{
		name: 'kernel-gs', on: 'instruction',
		sentence: 'Where the kernel reaches memory through GS, GS has the kernel’s base.',
		why: 'with the program’s base, the program decides what the kernel takes for its own variables',
		check: witness => (witness.usesGs && witness.gsBase !== witness.perCpu ? `the GS base is ${hex(witness.gsBase)} instead of ${hex(witness.perCpu)}` : undefined),
	},
	{
		name: 'kernel-stack', on: 'instruction',
		sentence: 'The kernel pushes and pops on no stack of the program’s.',
		why: 'the program chose that stack pointer: it can point to nothing, to the kernel’s own data, or to memory that another thread is changing',
		check: ({instruction, rsp}) => (instruction !== undefined && STACK_USERS.has(instruction.name) && (isUserAddress(rsp) || !isCanonical(rsp)) ? `rsp is ${hex(rsp)}` : undefined),
	},
	{
		name: 'kernel-tables', on: 'instruction',
		sentence: 'With isolation, the kernel works on its own page tables.',
		why: 'the program’s tables map next to nothing of the kernel, so its first touch of anything else is a page fault without a handler that could run',
		check: witness => (witness.kernel.isolation && (witness.cr3 & USER_TABLES) !== 0n && (!witness.isInEntryText || witness.reachesVariables) ? `cr3 is ${hex(witness.cr3)}, the program’s` : undefined),
	},
	{
		name: 'own-stack', on: 'call',
		sentence: 'A call is worked on upon the kernel stack of the thread that made it.',
		why: 'two threads on one stack overwrite each other’s return addresses and saved registers',
		check: checkOwnStack,
	},
	{
		name: 'saved', on: 'call',
		sentence: 'The struct pt_regs holds every register of the program as SYSCALL found it.',
		why: 'what is not saved here can’t be given back, and the handlers read their arguments from here',
		check: checkSaved,
	},
	{
		name: 'cleared', on: 'call',
		sentence: 'What the program left in registers is gone when do_syscall_64 is called.',
		why: 'nothing breaks at once: a processor that guesses wrong may use such a value, and the program would have chosen it',
		check(witness) {
			const left = CLEARED.find(name => witness.general(name) !== 0n);
			return left === undefined ? undefined : `${left} still holds ${hex(witness.general(left))}`;
		},
	},
	{
		name: 'clamped', on: 'choice',
		sentence: 'The number that chooses the handler is masked after it was checked.',
		why: 'nothing breaks at once, and this machine never guesses: a processor that guesses the check’s branch wrong would choose by a number out of range',
		check: witness => (witness.masked ? undefined : `no mask was applied to esi, which is ${hex(witness.general('rsi'))}`),
	},
	{
		name: 'in-range', on: 'choice',
		sentence: 'The number that chooses the handler is within the table.',
		why: 'a number beyond it would make the kernel jump to whatever stands behind the table',
		check(witness) {
			const number = BigInt.asUintN(32, witness.general('rsi'));
			return number < BigInt(NR_SYSCALLS) ? undefined : `esi is ${hex(number)}`;
		},
	},
	{
		name: 'frame', on: 'write',
		sentence: 'Nobody but a thread itself writes its saved registers while it is in a call.',
		why: 'the thread would go back to its program with registers that another one has chosen',
		check(witness) {
			const {write} = witness;
			const found = write === undefined ? undefined : witness.frameAt(write.address);
			if (write === undefined || found === undefined || found.thread === witness.thread) return undefined;
			return `pt_regs->${found.field} of another thread is overwritten: ${hex(write.before)} → ${hex(write.value)}`;
		},
	},
	{
		name: 'guard', on: 'fault',
		sentence: 'A kernel stack stays within its pages.',
		why: 'the page below is left unmapped so that this is noticed at all; without it the next stack would be overwritten in silence',
		check: checkGuard,
	},
	{
		name: 'no-fault', on: 'fault',
		sentence: 'The kernel raises no exception that it has not foreseen.',
		why: 'there is nobody left who could deal with it: the kernel gives up, and everything stands still',
		check: checkForeseen,
	},
	{
		name: 'sysret-address', on: 'instruction',
		sentence: 'SYSRET is given an address of the program’s half.',
		why: 'with an address that is not canonical it faults while still in ring 0, on a stack pointer that the program has chosen',
		check({instruction, machine}) {
			const target = machine.register('rcx');
			return instruction?.name === 'sysretq' && !isUserAddress(target) ? `rcx is ${hex(target)}` : undefined;
		},
	},
	{
		name: 'sysret-flags', on: 'instruction',
		sentence: 'SYSRET is given no flags that it restores at the wrong time.',
		why: 'RF is lost, and TF traps one instruction too early: only IRET gives them back as they were',
		check({instruction, machine}) {
			const flags = machine.register('r11');
			return instruction?.name === 'sysretq' && (flags & (Flag.TF | Flag.RF)) !== 0n ? `r11 is ${hex(flags)}` : undefined;
		},
	},
	{
		name: 'user-gs', on: 'return',
		sentence: 'The program gets its own GS base back.',
		why: 'with the kernel’s base it could read where the kernel’s variables are, and the next swapgs would give the kernel the program’s',
		check({gsBase, perCpu, departure}) {
			const wanted = departure?.registers.gsBase;
			return gsBase === perCpu || (wanted !== undefined && wanted !== gsBase) ? `the GS base is ${hex(gsBase)}${wanted === undefined ? '' : ` instead of ${hex(wanted)}`}` : undefined;
		},
	},
	{
		name: 'user-tables', on: 'return',
		sentence: 'With isolation, the program runs on its own page tables.',
		why: 'on the kernel’s tables all of the kernel is mapped again, which is what isolation is there to prevent',
		check: ({kernel, cr3}) => (kernel.isolation && (cr3 & USER_TABLES) === 0n ? `cr3 is ${hex(cr3)}, the kernel’s` : undefined),
	},
	{
		name: 'user-segments', on: 'return',
		sentence: 'The program runs with its own segments, with interrupts on and without the right to ports.',
		why: 'with a kernel segment or IOPL 3 it could do what only ring 0 may; with interrupts off nobody could take the CPU from it',
		check({registers: {cs, ss, rflags}}) {
			if (cs !== BigInt(SELECTORS.__USER_CS)) return `cs is ${hex(cs)}`;
			if (ss !== BigInt(SELECTORS.__USER_DS)) return `ss is ${hex(ss)}`;
			return (rflags & Flag.IF) === 0n || (rflags & Flag.IOPL) !== 0n ? `rflags is ${hex(rflags)}` : undefined;
		},
	},
	{
		name: 'restored', on: 'return',
		sentence: 'The program goes on with what its struct pt_regs says.',
		why: 'a debugger, a signal or the handler may have changed the saved registers, and the program must see that',
		check: checkRestored,
	},
	{
		name: 'preserved', on: 'return',
		sentence: 'A call changes no register but rax, rcx and r11.',
		why: 'compilers keep values in all others across a system call',
		check: checkPreserved,
	},
	{
		name: 'leak', on: 'return',
		sentence: 'No register tells the program an address of the kernel’s.',
		why: 'who knows where the kernel lies knows where to aim',
		check: checkLeak,
	},
	{
		name: 'thread-stack', on: 'return',
		sentence: 'The entry code will go to the stack of the thread that runs.',
		why: 'the next call of this thread would be pushed over the saved registers of another one',
		check: checkThreadStack,
	},
];
