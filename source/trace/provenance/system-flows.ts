import {Flag, RFLAGS_EXISTING, RFLAGS_FIXED} from '../../machine/flags.js';
import {Cell} from '../../machine/layout.js';
import {msrName} from '../../machine/msr.js';
import {type Instruction, type Operand, OperandKind} from '../../machine/ops.js';
import {Register, Segment, SEGMENT_REGISTERS} from '../../machine/registers.js';
import {changeableFlags} from '../../machine/semantics/crossing.js';
import type {FlowOps} from './flow-ops.js';
import {CONSTANT, constant, device, type FlowValue, made, NEXT_ADDRESS, originOf, type Source, system, uniform} from './origin.js';
import {bitsOf, Unit} from './place.js';

/** What a system instruction does with registers, flags and memory, as far as values go. */
type SystemFlow = (o: FlowOps, i: Instruction) => void;

/** All flags. */
export const FLAGS = RFLAGS_EXISTING & ~RFLAGS_FIXED;

/** A value whose number does not matter here. */
const from = (source: Source): FlowValue => uniform(0n, source);

/** The instruction reads operands, and nothing that can be followed comes of them. */
const reads: SystemFlow = (o, i) => {
	for (const operand of [i.d, i.s]) {
		if (operand.kind === OperandKind.REGISTER) o.read(operand, operand.bits);
		else if (operand.kind === OperandKind.MEMORY) o.address(operand);
	}
};

const nothing: SystemFlow = () => undefined;

const readsRegisters = (...numbers: readonly number[]): SystemFlow => o => numbers.forEach(number => o.register(number, 64));

/** A system register goes to a general register or to memory. */
const stores = (what: string, isSelector: boolean): SystemFlow => (o, i) =>
	o.write(i.d, isSelector && i.d.kind === OperandKind.MEMORY ? 16 : i.bits, from(system(what)));

/** Registers that a source fills. */
const fills = (source: Source, ...numbers: readonly number[]): SystemFlow => o => numbers.forEach(number => o.setRegister(number, 64, from(source)));

const both = (...flows: readonly SystemFlow[]): SystemFlow => (o, i) => flows.forEach(flow => flow(o, i));

const setsFlag = (flag: bigint): SystemFlow => o => o.state.putFlags(flag, CONSTANT);

/** Flags from a word: each from the byte of the word that holds it. */
function takeFlags(o: FlowOps, mask: bigint, word: FlowValue): void {
	for (const bit of bitsOf(mask)) o.state.writes.set(Unit.FLAGS + bit, made([originOf(word, bit >> 3)], 'converted'));
}

/** Takes rsp up past what was read. */
const drop = (o: FlowOps, bytes: number): void => o.setRegister(Register.RSP, 64, o.add(o.register(Register.RSP, 64), constant(BigInt(bytes)), 64));

const syscall: SystemFlow = (o, i) => {
	o.setRegister(Register.RCX, 64, uniform(i.next, NEXT_ADDRESS));
	o.setRegister(Register.R11, 64, o.flagsWord(FLAGS, 0n));
	o.state.put(Unit.RIP, 8, from(system('lstar')));
	o.state.putFlags(o.cell(Cell.FMASK) & FLAGS, CONSTANT);
};

const sysret: SystemFlow = o => {
	o.state.put(Unit.RIP, 8, o.register(Register.RCX, 64));
	takeFlags(o, FLAGS & ~(Flag.RF | Flag.VM), o.register(Register.R11, 64));
	o.state.putFlags(Flag.RF | Flag.VM, CONSTANT);
};

const iret = (bits: number): SystemFlow => o => {
	const [target, , flags, stack] = [0, 1, 2, 3, 4].map(word => o.peek(BigInt((word * bits) >> 3), bits));
	const before = o.cell(Cell.RFLAGS);
	const changeable = changeableFlags(o.cpl, before) | Flag.RF | (o.cpl === 0 ? Flag.VIF | Flag.VIP : 0n);
	o.dependsOnValues = true;
	o.state.put(Unit.RIP, 8, target);
	o.setRegister(Register.RSP, 64, stack);
	takeFlags(o, changeable & FLAGS & (bits === 16 ? 0xffffn : ~0n), flags);
};

const popFlags: SystemFlow = (o, i) => {
	const word = o.peek(0n, i.bits);
	const changeable = changeableFlags(o.cpl, o.cell(Cell.RFLAGS)) & FLAGS & (i.bits === 16 ? 0xffffn : ~0n);
	o.dependsOnValues = true;
	drop(o, i.bits >> 3);
	takeFlags(o, changeable, word);
};

/** Far jumps and calls: where they lead is computed from the pointer, maybe by way of a gate. */
const farJump: SystemFlow = (o, i) => {
	const address = o.address(i.d);
	const pointer = o.state.load(address.value, (i.bits >> 3) + 2);
	o.state.put(Unit.RIP, 8, from(made(pointer.bytes)));
};

const farCall: SystemFlow = (o, i) => {
	farJump(o, i);
	o.setRegister(Register.RSP, 64, from(made(o.register(Register.RSP, 64).bytes)));
};

const farReturn: SystemFlow = (o, i) => {
	o.state.put(Unit.RIP, 8, o.peek(0n, i.bits));
	o.setRegister(Register.RSP, 64, from(made(o.register(Register.RSP, 64).bytes)));
};

const moveSegment: SystemFlow = (o, i) => {
	if (i.d.kind === OperandKind.SEGMENT) o.read(i.s, 16);
	else o.write(i.d, i.d.kind === OperandKind.MEMORY ? 16 : i.bits, from(system(SEGMENT_REGISTERS[i.s.register])));
};

const loadPointer: SystemFlow = (o, i) => o.write(i.d, i.bits, o.state.load(o.address(i.s).value, i.bits >> 3));

/** Moves from and to control and debug registers. */
const moveSystem = (kind: number, letter: string): SystemFlow => (o, i) => {
	if (i.d.kind === kind) o.read(i.s, 64);
	else o.write(i.d, 64, from(system(`${letter}${i.s.register}`)));
};

/** rdfsbase and its kin. */
const segmentBase = (segment: number, write: boolean): SystemFlow => (o, i) => {
	if (write) o.read(i.d, i.bits);
	else o.write(i.d, i.bits, o.segmentBase(segment));
};

const portOf = (o: FlowOps, operand: Operand): number =>
	operand.kind === OperandKind.IMMEDIATE ? Number(operand.value & 0xffn) : Number(o.register(Register.RDX, 16).value);

const port = (number: number): Source => device(`port 0x${number.toString(16)}`);

/** Moves a string pointer on. */
const advance = (o: FlowOps, i: Instruction, pointer: number, bits: number): void =>
	o.setRegister(pointer, i.addressBits, o.add(o.register(pointer, i.addressBits), o.stride(bits >> 3), i.addressBits));

const inputString: SystemFlow = (o, i) => {
	const source = port(portOf(o, i.s));
	o.repeat(i, () => {
		o.store(o.register(Register.RDI, i.addressBits), i.d.bits, from(source));
		advance(o, i, Register.RDI, i.d.bits);
		return undefined;
	});
};

const outputString: SystemFlow = (o, i) => {
	portOf(o, i.d);
	o.repeat(i, () => {
		o.load(o.add(o.segmentBase(i.segment), o.register(Register.RSI, i.addressBits), 64), i.s.bits);
		advance(o, i, Register.RSI, i.s.bits);
		return undefined;
	});
};

/** lar, lsl, verr, verw: ZF tells. What lar and lsl leave in the register, if they do, is seen from the step. */
const inspect: SystemFlow = (o, i) => {
	const selector = o.read(i.s.kind === OperandKind.NONE ? i.d : i.s, 16);
	o.state.putFlags(Flag.ZF, made(selector.bytes));
};

const storeTable = (register: string): SystemFlow => (o, i) => {
	const {value} = o.address(i.d);
	o.state.store(value, 2, from(system(`${register}.limit`)));
	o.state.store(value + 2n, 8, from(system(`${register}.base`)));
};

/** The host answers in rax; it is told the service in rax and three arguments. */
const hypercall: SystemFlow = both(readsRegisters(Register.RAX, Register.RDI, Register.RSI, Register.RDX), fills({kind: 'host', inputs: new Set()}, Register.RAX));

const TIMESTAMP = device('the time-stamp counter');
const CPUID = device('what the processor tells of itself');

/** Flows of the instructions that work on the processor itself, by name. What is not here moves no value that is followed. */
export const SYSTEM_FLOWS: ReadonlyMap<string, SystemFlow> = new Map<string, SystemFlow>(Object.entries({
	syscall, sysretq: sysret, sysret, iretq: iret(64), iretd: iret(32), iret: iret(16), vmcall: hypercall,
	sysenter: both(fills(system('sysenter_esp'), Register.RSP), o => o.state.put(Unit.RIP, 8, from(system('sysenter_eip'))), setsFlag(Flag.IF | Flag.VM)),
	sysexitq: o => {
		o.setRegister(Register.RSP, 64, o.register(Register.RCX, 64));
		o.state.put(Unit.RIP, 8, o.register(Register.RDX, 64));
	},
	ljmp: farJump, lcall: farCall, retf: farReturn,
	'mov-segment': moveSegment,
	'push-segment': (o, i) => o.push(i.bits, from(system(SEGMENT_REGISTERS[i.d.register]))),
	'pop-segment': (o, i) => {
		o.peek(0n, i.bits);
		drop(o, i.bits >> 3);
	},
	lss: loadPointer, lfs: loadPointer, lgs: loadPointer, lar: inspect, lsl: inspect, verr: inspect, verw: inspect,
	rdmsr: (o, i) => {
		const number = Number(o.register(Register.RCX, 32).value);
		fills(system(msrName(number)), Register.RAX, Register.RDX)(o, i);
	},
	wrmsr: readsRegisters(Register.RCX, Register.RAX, Register.RDX),
	rdtsc: fills(TIMESTAMP, Register.RAX, Register.RDX),
	rdtscp: both(fills(TIMESTAMP, Register.RAX, Register.RDX), fills(system('tsc_aux'), Register.RCX)),
	cpuid: both(readsRegisters(Register.RAX, Register.RCX), fills(CPUID, Register.RAX, Register.RBX, Register.RCX, Register.RDX)),
	lgdt: reads, lidt: reads, sgdt: storeTable('gdtr'), sidt: storeTable('idtr'), ltr: reads, lldt: reads,
	str: stores('tr', true), sldt: stores('ldtr', true), smsw: stores('cr0', true), lmsw: reads,
	'mov-control': moveSystem(OperandKind.CONTROL, 'cr'), 'mov-debug': moveSystem(OperandKind.DEBUG, 'dr'),
	rdfsbase: segmentBase(Segment.FS, false), rdgsbase: segmentBase(Segment.GS, false),
	wrfsbase: segmentBase(Segment.FS, true), wrgsbase: segmentBase(Segment.GS, true),
	cli: setsFlag(Flag.IF), sti: setsFlag(Flag.IF), clac: setsFlag(Flag.AC), stac: setsFlag(Flag.AC), cld: setsFlag(Flag.DF), std: setsFlag(Flag.DF),
	pushfq: (o, i) => o.push(i.bits, o.flagsWord(FLAGS, 0n)),
	pushf: (o, i) => o.push(i.bits, o.flagsWord(FLAGS, 0n)),
	popfq: popFlags, popf: popFlags,
	invlpg: reads, invpcid: reads, clflush: reads,
	in: (o, i) => o.setRegister(Register.RAX, i.d.bits, from(port(portOf(o, i.s)))),
	out: (o, i) => {
		portOf(o, i.d);
		o.register(Register.RAX, i.s.bits);
	},
	ins: inputString, outs: outputString,
	...Object.fromEntries(['swapgs', 'int', 'int3', 'int1', 'ud0', 'ud1', 'ud2', 'hlt', 'clts', 'rdpmc', 'pause', 'lfence', 'mfence', 'sfence', 'endbr64', 'wbinvd', 'invd', 'sysexit'].map(name => [name, nothing])),
}));
