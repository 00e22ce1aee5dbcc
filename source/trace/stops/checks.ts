import {SIGINFO_T, SIGNAL_NAMES} from '../../kernel/constants.js';
import type {Kernel} from '../../kernel/kernel.js';
import {syscallName} from '../../kernel/syscall-table.js';
import {Port} from '../../machine/devices.js';
import type {Mark, MemoryAccess} from '../../machine/events.js';
import {vectorName} from '../../machine/fault.js';
import {Cell} from '../../machine/layout.js';
import type {Machine} from '../../machine/machine.js';
import {GENERAL_REGISTERS, Register} from '../../machine/registers.js';
import {addressOf} from '../branches/change.js';
import {peekWord} from '../guest-memory.js';
import {hex, type Names} from '../names.js';
import type {Stretch} from '../walk.js';
import type {StopCondition} from './condition.js';

/** Finds out whether a condition has become true. */
export interface Check {
	/** Whether it must look after each step of ring 3. */
	readonly everyStep: boolean;
	/** Hears of each access to memory, if it needs that. */
	readonly access?: (access: MemoryAccess) => void;
	/** To be called where a walk begins. */
	begin?(machine: Machine): void;
	/** The step that the walk may not pass without looking. */
	readonly step?: number;
	/** Says why the run stops behind a stretch; undefined: it does not. */
	hit(stretch: Stretch): string | undefined;
}

/** What a check may ask. */
export interface CheckContext {
	readonly machine: Machine;
	readonly kernel: Kernel;
	readonly names: Names;
}

type Condition<K extends StopCondition['kind']> = Extract<StopCondition, {readonly kind: K}>;

const general = (register: number) => (machine: Machine): bigint => machine.cpu.cells[register];

/** How to read a register by its name. */
function reader(register: string): (machine: Machine) => bigint {
	if (register === 'rflags') return machine => machine.cpu.rflags;
	return general(register === 'rip' ? Cell.RIP : GENERAL_REGISTERS.findIndex(name => name === register));
}

/** What carries the processor from one ring to the other, in words. */
const WAYS: Readonly<Partial<Record<Mark['kind'], string>>> = {syscall: 'SYSCALL', sysret: 'SYSRET', iret: 'IRET', exception: 'an exception', interrupt: 'an interrupt'};

const ring = (): Check => ({
	everyStep: false,
	hit({machine, ring: before, marks}) {
		const now = machine.cpu.cpl;
		if (now === before) return undefined;
		const way = marks.map(({kind}) => WAYS[kind]).findLast(each => each !== undefined);
		return `ring ${before} → ring ${now}${way === undefined ? '' : ` by ${way}`}`;
	},
});

const syscall = ({nr}: Condition<'syscall'>, {names}: CheckContext): Check => ({
	everyStep: false,
	hit({machine, marks}) {
		const mark = marks.find(each => each.kind === 'syscall');
		if (mark === undefined) return undefined;
		const number = Number(BigInt.asIntN(32, machine.cpu.cells[Register.RAX]));
		if (nr !== undefined && number !== nr) return undefined;
		return `SYSCALL at ${names.describe(mark.from)}: number ${number}${named(syscallName(number))}`;
	},
});

const named = (name: string | undefined): string => (name === undefined ? '' : ` (${name})`);

const exception = ({vector}: Condition<'exception'>, {names}: CheckContext): Check => ({
	everyStep: false,
	hit({marks}) {
		const mark = marks.find(each => each.kind === 'exception' && (vector === undefined || each.vector === vector));
		if (mark?.kind !== 'exception') return undefined;
		const address = mark.cr2 === undefined ? '' : `, address ${hex(mark.cr2)}`;
		return `exception ${vectorName(mark.vector)} in ring ${mark.cpl} at ${names.describe(mark.address)}${address}`;
	},
});

/** Something that the processor says it has done. */
const mark = (kind: Mark['kind']): Check => ({
	everyStep: false,
	hit: ({marks}) => (marks.some(each => each.kind === kind) ? `the processor has done: ${kind}` : undefined),
});

const place = ({address}: Condition<'place'>, {names}: CheckContext): Check => {
	// Ring 3 never stands at the kernel's addresses but for the one step in which it faults.
	const everyStep = address < 1n << 63n;
	return {
		everyStep,
		hit: ({machine}) => (machine.cpu.cells[Cell.RIP] === address ? `${names.nameOf(address) ?? hex(address)} comes next (${names.describe(address)})` : undefined),
	};
};

function register({register: name, value}: Condition<'register'>): Check {
	const read = reader(name);
	let before: bigint | undefined;
	return {
		everyStep: true,
		begin: machine => (before = read(machine)),
		hit({machine}) {
			const now = read(machine);
			const was = before;
			before = now;
			return now === value && was !== value ? `${name} became ${hex(value)}${was === undefined ? '' : ` (it was ${hex(was)})`}` : undefined;
		},
	};
}

/** Bytes that are compared at most, to find what the host wrote. */
const COMPARED = 0x1_0000;

function write({place: where, length}: Condition<'write'>, {machine, names}: CheckContext): Check {
	const first = addressOf(machine, where);
	const end = first + length;
	// The branch that is shown may be another one by the time of a walk.
	let on = machine;
	const compared = Math.min(Number(length), COMPARED);
	const bytes = (): string | undefined => on.readLinear(first, compared)?.join();
	let heard: MemoryAccess | undefined;
	let before: string | undefined;
	return {
		everyStep: false,
		begin(now) {
			on = now;
			before = bytes();
		},
		access(access) {
			if (!access.write || access.address >= end || access.address + BigInt(access.bits >> 3) <= first) return;
			heard ??= access;
			// The processor looks for a pause behind a block of instructions; one whose code is gone ends with this instruction.
			on.cpu.pause();
			on.cpu.code.clear();
		},
		hit({marks}) {
			const found = heard;
			heard = undefined;
			// The host writes for the kernel without an instruction of the machine: there only a comparison can tell.
			const now = found !== undefined || marks.some(({kind}) => kind === 'hypercall') ? bytes() : before;
			// What has come or gone with an address space was not written.
			const changed = now !== before && now !== undefined && before !== undefined;
			before = now;
			if (found === undefined) return changed ? `the host wrote into ${names.nameOf(first) ?? hex(first)} for the kernel` : undefined;
			const {address, bits, value, before: old} = found;
			return `${bits >> 3} bytes were written at ${names.nameOf(address) ?? hex(address)}: ${hex(old)} → ${hex(BigInt.asUintN(bits, value))}`;
		},
	};
}

/** The function of the kernel by which every signal goes; rdi points to its record. */
const SIGNAL_FUNCTION = '__send_signal_locked';

function signal({number}: Condition<'signal'>, {kernel}: CheckContext): Check {
	const door = kernel.symbols.addressOf(SIGNAL_FUNCTION);
	return {
		everyStep: false,
		hit({machine}) {
			if (machine.cpu.cells[Cell.RIP] !== door) return undefined;
			const record = peekWord(machine, machine.cpu.cells[Register.RDI] + BigInt(SIGINFO_T.SI_signo));
			const sent = Number(BigInt.asUintN(32, record ?? 0n));
			return number === undefined || sent === number ? `the kernel is about to send ${SIGNAL_NAMES.get(sent) ?? `signal ${sent}`}` : undefined;
		},
	};
}

const console = ({text}: Condition<'console'>): Check => {
	const wanted = text === undefined ? undefined : [...new TextEncoder().encode(text)];
	return {
		everyStep: false,
		hit({machine, marks}) {
			const out = marks.findLast(each => each.kind === 'out' && each.port === Port.SERIAL);
			if (out === undefined) return undefined;
			if (wanted === undefined) return 'a byte went to the console';
			const {output} = machine.serial;
			const end = output.subarray(Math.max(0, output.length - wanted.length));
			return wanted.length === end.length && wanted.every((byte, index) => byte === end[index]) ? `the console shows “${text ?? ''}”` : undefined;
		},
	};
};

const step = ({step: goal}: Condition<'step'>): Check => ({
	everyStep: false,
	step: goal,
	hit: ({machine, from}) => (machine.steps >= goal && from < goal ? `${goal} steps have been done` : undefined),
});

/** Makes what finds out whether a condition has become true; places by a register are found on the machine as it stands. */
export function makeCheck(condition: StopCondition, context: CheckContext): Check {
	switch (condition.kind) {
		case 'ring':
			return ring();
		case 'syscall':
			return syscall(condition, context);
		case 'exception':
			return exception(condition, context);
		case 'place':
			return place(condition, context);
		case 'register':
			return register(condition);
		case 'write':
			return write(condition, context);
		case 'signal':
			return signal(condition, context);
		case 'console':
			return console(condition);
		case 'step':
			return step(condition);
		default:
			return mark(condition.kind);
	}
}
