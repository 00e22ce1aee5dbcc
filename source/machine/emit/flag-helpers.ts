/**
 * The functions that work flags out in the emitted module. They are LazyFlags of flags.ts in WebAssembly: the layout of
 * the cells and the kinds are the same, and the tests of the emitted interpreter compare the two.
 */
import {ARITHMETIC_FLAGS, Flag, FLAG_WIDTH_SHIFT, FlagKind} from '../flags.js';
import {Cell} from '../layout.js';
import {Code, Op, WasmType} from './wasm-code.js';
import type {WasmFunction} from './wasm-module.js';

const {I32, I64} = WasmType;
const at = (cell: number): number => cell * 8;

/** Parts of a function over the lazy cells: its code and the locals that hold them. */
class FlagCode extends Code {
	readonly kind: number;
	readonly bits: number;
	readonly result: number;
	readonly a: number;
	readonly b: number;

	constructor(parameters: number) {
		super(parameters);
		this.kind = this.fixed(I32);
		this.bits = this.fixed(I64);
		this.result = this.fixed(I64);
		this.a = this.fixed(I64);
		this.b = this.fixed(I64);
		this.i32(0).memory(Op.i32Load, at(Cell.FLAG_KIND)).tee(this.kind).i32(FLAG_WIDTH_SHIFT).op(Op.i32ShrU, Op.extendU).set(this.bits);
		this.get(this.kind).i32(0xff).op(Op.i32And).set(this.kind);
		for (const [cell, local] of [[Cell.FLAG_RESULT, this.result], [Cell.FLAG_A, this.a], [Cell.FLAG_B, this.b]]) this.i32(0).memory(Op.i64Load, at(cell)).set(local);
	}

	/** Leaves with what `answer` puts on the stack if the kind is one of some. */
	case(kinds: readonly number[], answer: () => void): void {
		for (const [index, kind] of kinds.entries()) {
			this.get(this.kind).i32(kind).op(Op.i32Eq);
			if (index > 0) this.op(Op.i32Or);
		}

		this.open(Op.if);
		answer();
		this.op(Op.return).end();
	}

	/** The stack's i64: its top bit in the noted width, as i32. */
	topBit(): void {
		this.get(this.bits).i64(1n).op(Op.i64Sub, Op.i64ShrU).i64(1n).op(Op.i64And, Op.wrap);
	}

	/** A number extended from the noted width, its sign in bit 63. */
	extended(local: number): void {
		this.get(local).i64(64n).get(this.bits).op(Op.i64Sub, Op.i64Shl).i64(64n).get(this.bits).op(Op.i64Sub, Op.i64ShrS);
	}

	not(local: number): void {
		this.get(local).i64(-1n).op(Op.i64Xor);
	}

	/** The stack's i32, which is 0 or 1, as the bit of a flag. */
	flag(flag: bigint): void {
		this.op(Op.extendU).i64(BigInt(flag.toString(2).length - 1)).op(Op.i64Shl);
	}

	/** Whether the signed product lost its upper half, as i32. */
	losesProduct(multiplyHigh: number): void {
		const {a, b, result, bits} = this;
		this.get(bits).i64(64n).op(Op.i64Ne).open(Op.if, I32);
		this.extended(a);
		this.extended(b);
		this.op(Op.i64Mul);
		this.extended(result);
		this.op(Op.i64Ne, Op.else);
		this.get(a).get(b).with(Op.call, multiplyHigh);
		for (const [sign, other] of [[a, b], [b, a]]) this.get(other).get(sign).i64(63n).op(Op.i64ShrS, Op.i64And, Op.i64Sub);
		this.get(result).i64(63n).op(Op.i64ShrS, Op.i64Ne);
		this.end();
	}
}

/** The upper half of an unsigned product of 64-bit numbers. */
function multiplyHigh(): Code {
	const code = new Code(2);
	const [low, crossA, crossB] = [code.fixed(I64), code.fixed(I64), code.fixed(I64)];
	const lower = (local: number): Code => code.get(local).i64(0xffff_ffffn).op(Op.i64And);
	const upper = (local: number): Code => code.get(local).i64(32n).op(Op.i64ShrU);
	lower(0);
	lower(1).op(Op.i64Mul).set(low);
	upper(0);
	lower(1).op(Op.i64Mul);
	upper(low).op(Op.i64Add).set(crossA);
	lower(0);
	upper(1).op(Op.i64Mul);
	lower(crossA).op(Op.i64Add).set(crossB);
	upper(0);
	upper(1).op(Op.i64Mul);
	upper(crossA).op(Op.i64Add);
	upper(crossB).op(Op.i64Add);
	return code;
}

function carry(high: number): Code {
	const code = new FlagCode(0);
	const {a, b, result, bits} = code;
	code.case([FlagKind.ADD], () => code.get(result).get(a).op(Op.i64LtU));
	code.case([FlagKind.SUB], () => code.get(a).get(b).op(Op.i64LtU));
	code.case([FlagKind.LOGIC], () => code.i32(0));
	code.case([FlagKind.ADC], () => {
		code.get(a).get(b).op(Op.i64And).get(a).get(b).op(Op.i64Or);
		code.not(result);
		code.op(Op.i64And, Op.i64Or);
		code.topBit();
	});
	code.case([FlagKind.SBB], () => {
		code.not(a);
		code.get(b).op(Op.i64And);
		code.not(a);
		code.get(b).op(Op.i64Or).get(result).op(Op.i64And, Op.i64Or);
		code.topBit();
	});
	code.case([FlagKind.MUL], () => code.losesProduct(high));
	code.case([FlagKind.SHL], () => code.get(b).get(bits).op(Op.i64LeU).get(a).get(bits).get(b).op(Op.i64Sub, Op.i64ShrU).i64(1n).op(Op.i64And, Op.wrap, Op.i32And));
	code.case([FlagKind.SHR], () => code.get(a).get(b).i64(1n).op(Op.i64Sub, Op.i64ShrU).i64(1n).op(Op.i64And, Op.wrap));
	code.case([FlagKind.SAR], () => {
		code.extended(a);
		code.get(b).i64(1n).op(Op.i64Sub, Op.i64ShrS).i64(1n).op(Op.i64And, Op.wrap);
	});
	code.i32(0).memory(Op.i64Load, at(Cell.RFLAGS)).i64(Flag.CF).op(Op.i64And, Op.wrap);
	return code;
}

/** OF, as i32. */
function overflow(high: number): Code {
	const code = new FlagCode(0);
	const {a, b, result} = code;
	const differ = (x: number, y: number): Code => code.get(x).get(y).op(Op.i64Xor);
	code.case([FlagKind.ADD, FlagKind.ADC], () => {
		differ(a, result);
		differ(b, result).op(Op.i64And);
		code.topBit();
	});
	code.case([FlagKind.SUB, FlagKind.SBB], () => {
		differ(a, b);
		differ(a, result).op(Op.i64And);
		code.topBit();
	});
	code.case([FlagKind.INC], () => {
		code.not(a);
		code.get(result).op(Op.i64And);
		code.topBit();
	});
	code.case([FlagKind.DEC], () => {
		code.not(result);
		code.get(a).op(Op.i64And);
		code.topBit();
	});
	code.case([FlagKind.SHL], () => {
		code.get(a).get(a).i64(1n).op(Op.i64Shl, Op.i64Xor);
		code.topBit();
	});
	code.case([FlagKind.SHR], () => {
		code.get(a);
		code.topBit();
	});
	code.case([FlagKind.MUL], () => code.losesProduct(high));
	code.i32(0);
	return code;
}

function arithmetic(carryAt: number, overflowAt: number): Code {
	const code = new FlagCode(0);
	const {a, b, result, kind} = code;
	code.case([FlagKind.EXPLICIT], () => code.i32(0).memory(Op.i64Load, at(Cell.RFLAGS)).i64(ARITHMETIC_FLAGS).op(Op.i64And));
	code.with(Op.call, carryAt);
	code.flag(Flag.CF);
	code.get(result).i64(0xffn).op(Op.i64And, Op.i64Popcnt).i64(1n).op(Op.i64And, Op.i64Eqz);
	code.flag(Flag.PF);
	code.op(Op.i64Or);
	// AF: for additions and subtractions with an operand, for those of one, for the rest.
	const isOne = (...kinds: readonly number[]): void => {
		for (const [index, one] of kinds.entries()) {
			code.get(kind).i32(one).op(Op.i32Eq);
			if (index > 0) code.op(Op.i32Or);
		}
	};

	isOne(FlagKind.ADD, FlagKind.SUB, FlagKind.ADC, FlagKind.SBB);
	code.open(Op.if, I64);
	code.get(a).get(b).op(Op.i64Xor).get(result).op(Op.i64Xor, Op.else);
	isOne(FlagKind.INC, FlagKind.DEC);
	code.open(Op.if, I64);
	code.get(a).get(result).op(Op.i64Xor).i64(1n).op(Op.i64Xor, Op.else).i64(0n).end().end();
	code.i64(Flag.AF).op(Op.i64And, Op.i64Or);
	code.get(result).op(Op.i64Eqz).get(kind).i32(FlagKind.MUL).op(Op.i32Ne, Op.i32And);
	code.flag(Flag.ZF);
	code.op(Op.i64Or).get(result);
	code.topBit();
	code.flag(Flag.SF);
	code.op(Op.i64Or).with(Op.call, overflowAt);
	code.flag(Flag.OF);
	code.op(Op.i64Or);
	return code;
}

function settle(arithmeticAt: number): Code {
	const code = new Code(0);
	code.i32(0).memory(Op.i32Load, at(Cell.FLAG_KIND)).open(Op.if);
	code.i32(0).i32(0).memory(Op.i64Load, at(Cell.RFLAGS)).i64(~ARITHMETIC_FLAGS).op(Op.i64And).with(Op.call, arithmeticAt).op(Op.i64Or).memory(Op.i64Store, at(Cell.RFLAGS));
	code.i32(0).i64(0n).memory(Op.i64Store, at(Cell.FLAG_KIND)).end();
	return code;
}

/** The questions that a comparison of the operands answers, by condition code: opcode for unsigned or signed numbers. */
const COMPARED: readonly (readonly [code: number, opcode: number, isSigned: boolean])[] = [
	[2, Op.i64LtU, false], [6, Op.i64LeU, false], [12, Op.i64LtS, true], [14, Op.i64LeS, true],
];

/** A condition code's answer, as i32. */
function condition(arithmeticAt: number): Code {
	const code = new FlagCode(1);
	const {a, b, result, kind} = code;
	const flags = code.fixed(I64);
	const question = code.fixed(I32);
	code.get(0).i32(-2).op(Op.i32And).set(question);
	const negated = (): Code => code.get(0).i32(1).op(Op.i32And, Op.i32Xor);
	// The commonest first: equal or zero, after anything but what leaves ZF elsewhere.
	code.get(question).i32(4).op(Op.i32Eq).get(kind).i32(FlagKind.EXPLICIT).op(Op.i32Ne, Op.i32And).get(kind).i32(FlagKind.MUL).op(Op.i32Ne, Op.i32And).open(Op.if);
	code.get(result).op(Op.i64Eqz);
	negated().op(Op.return).end();
	code.get(kind).i32(FlagKind.SUB).op(Op.i32Eq).open(Op.if);
	for (const [asked, opcode, isSigned] of COMPARED) {
		code.get(question).i32(asked).op(Op.i32Eq).open(Op.if);
		for (const operand of [a, b]) {
			if (isSigned) code.extended(operand);
			else code.get(operand);
		}

		code.op(opcode);
		negated().op(Op.return).end();
	}

	code.end().with(Op.call, arithmeticAt).set(flags);
	const bit = (flag: bigint): Code => code.get(flags).i64(flag).op(Op.i64And, Op.i64Eqz, Op.i32Eqz);
	const less = (): Code => {
		bit(Flag.SF);
		return bit(Flag.OF).op(Op.i32Xor);
	};

	const answers: readonly (readonly [code: number, answer: () => Code])[] = [
		[0, () => bit(Flag.OF)], [2, () => bit(Flag.CF)], [4, () => bit(Flag.ZF)], [6, () => bit(Flag.CF | Flag.ZF)],
		[8, () => bit(Flag.SF)], [10, () => bit(Flag.PF)], [12, less],
	];
	for (const [asked, answer] of answers) {
		code.get(question).i32(asked).op(Op.i32Eq).open(Op.if);
		answer();
		negated().op(Op.return).end();
	}

	less();
	bit(Flag.ZF).op(Op.i32Or);
	negated();
	return code;
}

/**
 * The helping functions.
 * @param first the number of the first of them in the module
 */
export function helperFunctions(first: number): readonly (WasmFunction & {readonly index: number})[] {
	const [high, carryAt, overflowAt, arithmeticAt, settleAt, conditionAt] = [0, 1, 2, 3, 4, 5].map(place => first + place);
	return [
		{name: 'multiplyHigh', index: high, signature: {parameters: [I64, I64], results: [I64]}, code: multiplyHigh()},
		{name: 'carry', index: carryAt, signature: {parameters: [], results: [I32]}, code: carry(high)},
		{name: 'overflow', index: overflowAt, signature: {parameters: [], results: [I32]}, code: overflow(high)},
		{name: 'arithmetic', index: arithmeticAt, signature: {parameters: [], results: [I64]}, code: arithmetic(carryAt, overflowAt)},
		{name: 'settle', index: settleAt, signature: {parameters: [], results: []}, code: settle(arithmeticAt)},
		{name: 'condition', index: conditionAt, signature: {parameters: [I32], results: [I32]}, code: condition(arithmeticAt)},
	];
}
