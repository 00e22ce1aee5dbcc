import {type Extended, packExtended} from '../float/extended.js';
import {FloatKind, INDEFINITE} from '../float/float.js';
import {DOUBLE, FloatFlag, SINGLE} from '../float/format.js';
import {integerIndefinite, roundToInteger} from '../float/integer.js';
import {type Instruction, OperandKind} from '../ops.js';
import type {Processor} from '../processor.js';
import type {SystemSemantic, SystemTable} from './system-table.js';
import {memoryInteger} from './x87-arithmetic.js';
import {
	beginX87, endX87, isRefused, memoryNumber, noteDenormals, noteInvalid, number, stackFault, STORE_BLOCKING, toMemory, toRegister, type X87Context,
} from './x87-numeric.js';
import {getRegister, isEmpty, loadExtended, pop, push, setRegister, storeExtended, x87} from './x87-state.js';

const INDEFINITE_REGISTER = packExtended(INDEFINITE);

/** Pushes a value unless the register that becomes the top is in use. */
export function pushChecked(cpu: Processor, value: Extended): void {
	const overflow = !isEmpty(cpu, 7);
	if (overflow) stackFault(true);
	endX87(cpu);
	if (!isRefused(FloatFlag.INVALID)) push(cpu, overflow ? INDEFINITE_REGISTER : value);
}

/** fld of 32 or 64 bits: the one load that looks at the number, since it changes the format. */
function loadNumber(cpu: Processor, i: Instruction): void {
	const value = memoryNumber(cpu, i.d);
	beginX87(cpu);
	if (isEmpty(cpu, 7)) {
		noteInvalid(value);
		noteDenormals(value, value);
	}

	const kept = value.kind === FloatKind.SIGNALING_NAN ? {...value, kind: FloatKind.QUIET_NAN, significand: value.significand | (1n << 62n)} : value;
	pushChecked(cpu, packExtended(kept));
}

const load = x87((cpu, i) => {
	if (i.d.kind === OperandKind.MEMORY && i.d.bits !== 80) {
		loadNumber(cpu, i);
		return;
	}

	beginX87(cpu);
	if (i.d.kind === OperandKind.MEMORY) pushChecked(cpu, loadExtended(cpu, cpu.ops.address(i.d), i.d.stack));
	else if (isEmpty(cpu, i.d.register)) pushMissing(cpu);
	else pushChecked(cpu, getRegister(cpu, i.d.register));
});

/** Pushes the default NaN for a register that holds nothing. */
function pushMissing(cpu: Processor): void {
	stackFault(false);
	endX87(cpu);
	if (!isRefused()) push(cpu, INDEFINITE_REGISTER);
}

const loadInteger = x87((cpu, i) => {
	const value = memoryInteger(cpu, i.d);
	beginX87(cpu);
	pushChecked(cpu, packExtended(value));
});

/** st(0) to another register. */
function copyTop(cpu: Processor, index: number): void {
	const missing = isEmpty(cpu, 0);
	if (missing) stackFault(false);
	endX87(cpu);
	if (!isRefused()) setRegister(cpu, index, missing ? INDEFINITE_REGISTER : getRegister(cpu, 0));
}

/** Stores 80 bits unless an exception forbids; a fault of memory comes before that exception. */
export function storeChecked(cpu: Processor, i: Instruction, value: Extended): void {
	const address = cpu.ops.address(i.d);
	if (isRefused()) cpu.linear.checkWritable(address, 10, i.d.stack);
	else storeExtended(cpu, address, value, i.d.stack);
	endX87(cpu);
}

/** st(0) to 80 bits of memory, as it is. */
function storeWhole(cpu: Processor, i: Instruction): void {
	const missing = isEmpty(cpu, 0);
	if (missing) stackFault(false);
	storeChecked(cpu, i, missing ? INDEFINITE_REGISTER : getRegister(cpu, 0));
}

/** Stores bits that have been made of st(0), in the same way. */
function storeBits(cpu: Processor, i: Instruction, bits: bigint): void {
	if (isRefused(STORE_BLOCKING)) cpu.linear.checkWritable(cpu.ops.address(i.d), i.d.bits / 8, i.d.stack);
	else cpu.ops.write(i.d, i.d.bits, bits);
	endX87(cpu);
}

/** fst and fstp, to a register or to memory of 32, 64 or 80 bits. */
const store = (pops: boolean): SystemSemantic => x87((cpu, i) => {
	beginX87(cpu);
	if (i.d.kind !== OperandKind.MEMORY) copyTop(cpu, i.d.register);
	else if (i.d.bits === 80) storeWhole(cpu, i);
	else storeBits(cpu, i, toMemory(i.d.bits === 64 ? DOUBLE : SINGLE, isEmpty(cpu, 0) ? stackFault(false) : number(cpu, 0)));
	if (pops && !isRefused(STORE_BLOCKING)) pop(cpu);
});

/** st(0) as an integer of the operand's width, or the integer indefinite. */
function integerBits(cpu: Processor, i: Instruction, context: X87Context): bigint {
	if (isEmpty(cpu, 0)) {
		stackFault(false);
		return integerIndefinite(i.d.bits);
	}

	const integer = roundToInteger(number(cpu, 0), i.d.bits, context.rounding);
	if (integer === undefined) {
		context.flags |= FloatFlag.INVALID;
		return integerIndefinite(i.d.bits);
	}

	if (integer.inexact) context.flags |= FloatFlag.PRECISION;
	context.c1 = integer.up;
	return BigInt.asUintN(i.d.bits, integer.value);
}

const storeInteger = (pops: boolean): SystemSemantic => x87((cpu, i) => {
	const context = beginX87(cpu);
	storeBits(cpu, i, integerBits(cpu, i, context));
	if (pops && !isRefused()) pop(cpu);
});

/** fxch: empty registers count as default NaNs. */
const exchange = x87((cpu, i) => {
	const other = i.s.register;
	beginX87(cpu);
	const [a, b] = [0, other].map(index => {
		if (!isEmpty(cpu, index)) return getRegister(cpu, index);
		stackFault(false);
		return INDEFINITE_REGISTER;
	});
	endX87(cpu);
	if (isRefused()) return;
	setRegister(cpu, other, a);
	setRegister(cpu, 0, b);
});

/** fcmovcc: the condition is one of the general flags. C1 only tells of a stack fault. */
const moveIf = (condition: number): SystemSemantic => x87((cpu, i) => {
	if (!isEmpty(cpu, 0) && !isEmpty(cpu, i.s.register)) {
		if (cpu.ops.condition(condition)) setRegister(cpu, 0, getRegister(cpu, i.s.register));
		return;
	}

	beginX87(cpu);
	stackFault(false);
	endX87(cpu);
	if (!isRefused()) setRegister(cpu, 0, INDEFINITE_REGISTER);
});

/** fchs and fabs: they touch the sign alone, of NaNs too. */
const changeSign = (change: (signExponent: bigint) => bigint): SystemSemantic => x87(cpu => {
	beginX87(cpu);
	const missing = isEmpty(cpu, 0);
	if (missing) stackFault(false);
	endX87(cpu);
	if (isRefused()) return;
	const {significand, signExponent} = getRegister(cpu, 0);
	setRegister(cpu, 0, missing ? INDEFINITE_REGISTER : {significand, signExponent: change(signExponent)});
});

/**
 * A constant, given by 66 bits of which the lowest stands for all that follow; it is rounded by the rounding control.
 * @param exponent of the lowest of those bits
 */
const constant = (significand: bigint, exponent: number): SystemSemantic => x87(cpu => {
	const context = beginX87(cpu);
	const value = toRegister({kind: FloatKind.FINITE, negative: false, exponent, significand, denormal: false});
	// Loading a constant raises no exception and says nothing of rounding.
	context.flags = 0;
	context.c1 = false;
	pushChecked(cpu, value);
});

const loadZero = x87(cpu => {
	beginX87(cpu);
	pushChecked(cpu, {significand: 0n, signExponent: 0n});
});

/** Data transfer and constants (SDM vol. 1, 8.3.3 and 8.3.4). */
export const X87_MOVE: SystemTable = {
	fld: load,
	fild: loadInteger,
	fst: store(false),
	fstp: store(true),
	fstpnce: store(true),
	fist: storeInteger(false),
	fistp: storeInteger(true),
	fxch: exchange,
	fchs: changeSign(signExponent => signExponent ^ 0x8000n),
	fabs: changeSign(signExponent => signExponent & 0x7fffn),
	fcmovb: moveIf(2),
	fcmovnb: moveIf(3),
	fcmove: moveIf(4),
	fcmovne: moveIf(5),
	fcmovbe: moveIf(6),
	fcmovnbe: moveIf(7),
	fcmovu: moveIf(10),
	fcmovnu: moveIf(11),
	fldz: loadZero,
	fld1: constant(1n, 0),
	fldl2t: constant(0x3_5269_e12f_346e_2bf9n, -64),
	fldl2e: constant(0x2_e2a8_eca5_705f_c2efn, -65),
	fldpi: constant(0x3_243f_6a88_85a3_08d3n, -64),
	fldlg2: constant(0x2_6882_6a13_ef3f_de63n, -67),
	fldln2: constant(0x2_c5c8_5fdf_473d_e6afn, -66),
};
