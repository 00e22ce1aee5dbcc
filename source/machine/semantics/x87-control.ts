import {Cr0} from '../control-bits.js';
import {Fault, Vector} from '../fault.js';
import {type Extended, unpackExtended} from '../float/extended.js';
import {FloatKind} from '../float/float.js';
import {Cell} from '../layout.js';
import {type Instruction, OperandKind} from '../ops.js';
import type {Processor} from '../processor.js';
import {Register} from '../registers.js';
import {checkMmx} from './sse-operands.js';
import type {SystemSemantic, SystemTable} from './system-table.js';
import {
	checkPending, checkX87, CONDITION_CODES, enterMmx, EXCEPTIONS, free, getRegister, pop, setRegister, setTop,
	Status, summarize, top, x87, X87_CELLS,
} from './x87-state.js';

/** The control word after `fninit`: all exceptions masked, full precision, to nearest. */
const INITIAL_CONTROL = 0x37fn;

/** Control word bits that exist, and the one that always reads as set. */
const CONTROL_EXISTING = 0x1f3fn;
const CONTROL_FIXED = 0x40n;

/** What `fnclex` leaves of the status word. */
const AFTER_CLEARING = CONDITION_CODES | Status.TOP;

/** Tags of a register (SDM vol. 1, 8.1.7). */
const Tag = {VALID: 0, ZERO: 1, SPECIAL: 2, EMPTY: 3} as const;

/** An instruction that looks at no pending exception. */
const immediately = (semantic: SystemSemantic): SystemSemantic => (cpu, i) => {
	checkX87(cpu);
	semantic(cpu, i);
};

/** An instruction that waits for pending exceptions; handlers do not want to find it. */
const waiting = (semantic: SystemSemantic): SystemSemantic => immediately((cpu, i) => {
	checkPending(cpu);
	semantic(cpu, i);
});

/** Sets the control word; exceptions that it unmasks become pending if their flags are set. */
export function setControl(cpu: Processor, value: bigint): void {
	cpu.cells[Cell.X87_CONTROL] = (value & CONTROL_EXISTING) | CONTROL_FIXED;
	summarize(cpu);
}

function initialize(cpu: Processor): void {
	const {cells} = cpu;
	for (const cell of [Cell.X87_STATUS, Cell.X87_TAG, Cell.X87_OPCODE, Cell.X87_IP, Cell.X87_DP]) cells[cell] = 0n;
	cells[Cell.X87_CONTROL] = INITIAL_CONTROL;
}

/** The tag that a register's content gives. */
function tagOf(cpu: Processor, register: number): number {
	if ((cpu.cells[Cell.X87_TAG] & (1n << BigInt(register))) === 0n) return Tag.EMPTY;
	const cell = Cell.X87 + X87_CELLS * register;
	const {kind, denormal} = unpackExtended({significand: cpu.cells[cell], signExponent: cpu.cells[cell + 1]});
	if (kind === FloatKind.ZERO) return Tag.ZERO;
	return kind === FloatKind.FINITE && !denormal ? Tag.VALID : Tag.SPECIAL;
}

/** The tag word of all eight registers, two bits each. */
const fullTags = (cpu: Processor): number =>
	[0, 1, 2, 3, 4, 5, 6, 7].reduce((word, register) => word | (tagOf(cpu, register) << (2 * register)), 0);

/** Of a tag word only empty or not is kept: the rest follows from the registers. */
function setFullTags(cpu: Processor, word: bigint): void {
	let tags = 0n;
	for (let register = 0n; register < 8n; register++) if (((word >> (2n * register)) & 3n) !== 3n) tags |= 1n << register;
	cpu.cells[Cell.X87_TAG] = tags;
}

/** An environment is seven fields, each as wide as the operand size says: 14 or 28 bytes (SDM vol. 1, 8.1.10). */
const SHORT_ENVIRONMENT_BYTES = 14;
const LONG_ENVIRONMENT_BYTES = 28;
const STATE_BYTES = 80;

/** Whether an operand's environment is the long one. */
const isLong = ({d}: Instruction): boolean => d.bits / 8 === LONG_ENVIRONMENT_BYTES || d.bits / 8 === LONG_ENVIRONMENT_BYTES + STATE_BYTES;

const at = (address: bigint, bytes: number): bigint => BigInt.asUintN(64, address + BigInt(bytes));

/** The seven fields. Selectors of code and data are no longer kept and read as zero; so do short forms' opcodes. */
function environment(cpu: Processor, long: boolean): bigint[] {
	const {cells} = cpu;
	const words = [cells[Cell.X87_CONTROL], cells[Cell.X87_STATUS], BigInt(fullTags(cpu))];
	if (!long) return [...words, cells[Cell.X87_IP] & 0xffffn, 0n, cells[Cell.X87_DP] & 0xffffn, 0n];
	const upper = 0xffff_0000n;
	return [...words.map(word => word | upper), cells[Cell.X87_IP] & 0xffff_ffffn, cells[Cell.X87_OPCODE] << 16n, cells[Cell.X87_DP] & 0xffff_ffffn, upper];
}

function storeEnvironment(cpu: Processor, i: Instruction, address: bigint): number {
	const long = isLong(i);
	const bytes = long ? 4 : 2;
	for (const [index, field] of environment(cpu, long).entries()) cpu.linear.store(at(address, index * bytes), bytes * 8, field, i.d.stack);
	return 7 * bytes;
}

function loadEnvironment(cpu: Processor, i: Instruction, address: bigint): readonly bigint[] {
	const bytes = isLong(i) ? 4 : 2;
	return [0, 1, 2, 3, 4, 5, 6].map(index => cpu.linear.load(at(address, index * bytes), bytes * 8, i.d.stack));
}

function setEnvironment(cpu: Processor, [control, status, tags, ip, opcode, dp]: readonly bigint[], long: boolean): void {
	const {cells} = cpu;
	cells[Cell.X87_STATUS] = status & 0xffffn;
	setFullTags(cpu, tags);
	cells[Cell.X87_IP] = ip;
	cells[Cell.X87_OPCODE] = long ? (opcode >> 16n) & 0x7ffn : 0n;
	cells[Cell.X87_DP] = dp;
	setControl(cpu, control);
}

/** Registers follow the environment in pieces of 16 bits: the state as a whole need not be aligned to more than a field. */
function storeRegister(cpu: Processor, address: bigint, {significand, signExponent}: Extended, stack: boolean): void {
	for (let word = 0; word < 4; word++) cpu.linear.store(at(address, 2 * word), 16, (significand >> BigInt(16 * word)) & 0xffffn, stack);
	cpu.linear.store(at(address, 8), 16, signExponent, stack);
}

function loadRegister(cpu: Processor, address: bigint, stack: boolean): Extended {
	const words = [0, 1, 2, 3, 4].map(word => cpu.linear.load(at(address, 2 * word), 16, stack));
	return {significand: words[0] | (words[1] << 16n) | (words[2] << 32n) | (words[3] << 48n), signExponent: words[4]};
}

/** fnstenv: afterwards all exceptions are masked. */
function saveEnvironment(cpu: Processor, i: Instruction): void {
	const address = cpu.ops.address(i.d);
	cpu.linear.checkWritable(address, i.d.bits / 8, i.d.stack);
	storeEnvironment(cpu, i, address);
	setControl(cpu, cpu.cells[Cell.X87_CONTROL] | EXCEPTIONS);
}

function saveAll(cpu: Processor, i: Instruction): void {
	const address = cpu.ops.address(i.d);
	cpu.linear.checkWritable(address, i.d.bits / 8, i.d.stack);
	const start = storeEnvironment(cpu, i, address);
	for (let index = 0; index < 8; index++) storeRegister(cpu, at(address, start + 10 * index), getRegister(cpu, index), i.d.stack);
	initialize(cpu);
}

function restoreAll(cpu: Processor, i: Instruction): void {
	const address = cpu.ops.address(i.d);
	const fields = loadEnvironment(cpu, i, address);
	const start = isLong(i) ? LONG_ENVIRONMENT_BYTES : SHORT_ENVIRONMENT_BYTES;
	const registers = [0, 1, 2, 3, 4, 5, 6, 7].map(index => loadRegister(cpu, at(address, start + 10 * index), i.d.stack));
	setEnvironment(cpu, fields, isLong(i));
	const tags = cpu.cells[Cell.X87_TAG];
	for (const [index, register] of registers.entries()) setRegister(cpu, index, register);
	cpu.cells[Cell.X87_TAG] = tags;
}

/** wait: unlike the others it looks at TS only if MP says so. */
function wait(cpu: Processor): void {
	const {cells} = cpu;
	if ((cells[Cell.CR0] & (Cr0.MP | Cr0.TS)) === (Cr0.MP | Cr0.TS)) throw new Fault(Vector.NM);
	checkPending(cpu);
}

function storeStatus(cpu: Processor, i: Instruction): void {
	const status = cpu.cells[Cell.X87_STATUS];
	if (i.d.kind === OperandKind.MEMORY) cpu.ops.write(i.d, 16, status);
	else cpu.ops.setRegister(Register.RAX, 16, status);
}

function release(cpu: Processor, i: Instruction): void {
	free(cpu, i.d.register);
	cpu.cells[Cell.X87_STATUS] &= ~Status.C1;
}

/** Moves the top of the stack; the registers stay where they are. */
const rotate = (step: number): SystemSemantic => x87(cpu => {
	setTop(cpu, top(cpu) + step);
	cpu.cells[Cell.X87_STATUS] &= ~Status.C1;
});

const nothing: SystemSemantic = () => {
	// Old coprocessors were told of interrupts and of protected mode by these.
};

/** Control of the x87 unit (SDM vol. 1, 8.3.9 and 8.3.10), and the end of MMX code. */
export const X87_CONTROL: SystemTable = {
	fninit: immediately(initialize),
	fnclex: immediately(cpu => {
		cpu.cells[Cell.X87_STATUS] &= AFTER_CLEARING;
	}),
	fldcw: waiting((cpu, i) => setControl(cpu, cpu.ops.read(i.d, 16))),
	fnstcw: immediately((cpu, i) => cpu.ops.write(i.d, 16, cpu.cells[Cell.X87_CONTROL])),
	fnstsw: immediately(storeStatus),
	fnstenv: immediately(saveEnvironment),
	fldenv: waiting((cpu, i) => setEnvironment(cpu, loadEnvironment(cpu, i, cpu.ops.address(i.d)), isLong(i))),
	fnsave: immediately(saveAll),
	frstor: waiting(restoreAll),
	wait,
	fnop: x87(nothing),
	fneni: immediately(nothing),
	fndisi: immediately(nothing),
	fnsetpm: immediately(nothing),
	ffree: x87(release),
	ffreep: x87((cpu, i) => {
		release(cpu, i);
		pop(cpu);
	}),
	fincstp: rotate(1),
	fdecstp: rotate(-1),
	emms(cpu) {
		checkMmx(cpu);
		enterMmx(cpu);
		cpu.cells[Cell.X87_TAG] = 0n;
	},
};
