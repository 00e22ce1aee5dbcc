import {packExtended} from '../float/extended.js';
import {FloatFlag} from '../float/format.js';
import {fromInteger, roundToInteger} from '../float/integer.js';
import {withSign} from '../float/float.js';
import type {Instruction} from '../ops.js';
import type {Processor} from '../processor.js';
import type {SystemTable} from './system-table.js';
import {pushChecked, storeChecked} from './x87-move.js';
import {beginX87, isRefused, number, stackFault, type X87Context} from './x87-numeric.js';
import {isEmpty, loadExtended, pop, x87} from './x87-state.js';

/** Digits of a packed decimal integer: two a byte, the last byte is the sign's (SDM vol. 1, 4.7). */
const DIGITS = 18;
const LARGEST = 10n ** BigInt(DIGITS) - 1n;
const SIGN = 0x8000n;

/** The packed decimal that stands for everything which cannot be one. */
const INDEFINITE = {significand: 0xc000_0000_0000_0000n, signExponent: 0xffffn};

/** fbld: pushes a packed decimal integer. What digits above nine give is not defined; here they count as they are. */
function loadDecimal(cpu: Processor, i: Instruction): void {
	const {significand, signExponent} = loadExtended(cpu, cpu.ops.address(i.d), i.d.stack);
	const packed = ((signExponent & 0xffn) << 64n) | significand;
	let value = 0n;
	for (let digit = DIGITS - 1; digit >= 0; digit--) value = value * 10n + ((packed >> BigInt(4 * digit)) & 15n);
	beginX87(cpu);
	pushChecked(cpu, packExtended(withSign(fromInteger(value), (signExponent & SIGN) !== 0n)));
}

/** The decimal digits of st(0), rounded to an integer, or the indefinite. */
function digitsOf(cpu: Processor, context: X87Context): typeof INDEFINITE {
	const value = number(cpu, 0);
	const integer = isEmpty(cpu, 0) ? undefined : roundToInteger(value, 64, context.rounding);
	if (isEmpty(cpu, 0)) stackFault(false);
	const magnitude = integer === undefined ? LARGEST + 1n : integer.value < 0n ? -integer.value : integer.value;
	if (magnitude > LARGEST) {
		context.flags |= FloatFlag.INVALID;
		return INDEFINITE;
	}

	if (integer?.inexact === true) context.flags |= FloatFlag.PRECISION;
	context.c1 = integer?.up === true;
	const packed = BigInt(`0x${magnitude.toString()}`);
	return {significand: BigInt.asUintN(64, packed), signExponent: (packed >> 64n) | (value.negative ? SIGN : 0n)};
}

/** fbstp: stores st(0) as a packed decimal integer and pops. */
function storeDecimal(cpu: Processor, i: Instruction): void {
	const context = beginX87(cpu);
	storeChecked(cpu, i, digitsOf(cpu, context));
	if (!isRefused()) pop(cpu);
}

/** Packed decimal integers (SDM vol. 1, 8.3.3). */
export const X87_DECIMAL: SystemTable = {
	fbld: x87(loadDecimal),
	fbstp: x87(storeDecimal),
};
