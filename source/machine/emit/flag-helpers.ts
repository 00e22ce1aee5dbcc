/**
 * The functions that answer questions about flags in the emitted module, where an instruction's own code does not know
 * what set them. Each looks at the lazy cells and goes on to the formula for that kind and width; see flag-formulas.ts.
 */
import {ARITHMETIC_FLAGS, Flag, FLAG_WIDTH_SHIFT, FlagKind} from '../flags.js';
import {carryOf, conditionOf, conditionOfWord, type Noted, wordOf} from '../flag-formulas.js';
import {Cell} from '../layout.js';
import {EmittingNumbers} from './emitting-numbers.js';
import {cellOffset, type Condition, type Helpers, type Value} from './values.js';
import {Code, Op, WasmType} from './wasm-code.js';
import type {WasmFunction} from './wasm-module.js';

const {I32, I64} = WasmType;

/** The widths that are noted, by the logarithm of their bytes. */
const WIDTHS = [8, 16, 32, 64] as const;

const KINDS = Object.values(FlagKind);

/** The kinds for which CF stands in the RFLAGS cell. */
export const KEEPING: ReadonlySet<number> = new Set([FlagKind.EXPLICIT, FlagKind.INC, FlagKind.DEC]);

/** Even condition codes. */
const ZERO = 4;
const QUESTIONS = [0, 2, ZERO, 6, 8, 10, 12, 14];

/** What a function of flags does for a kind and width, given what the lazy cells hold: it leaves the answer on the stack. */
type Formula = (numbers: FlagNumbers, noted: Noted<Value>) => void;

/** The numbers that lie in the lazy cells. */
class FlagNumbers extends EmittingNumbers {
	/** CF as it stands in the RFLAGS cell. */
	readonly kept = (): Condition => {
		this.code.i32(0).memory(Op.i64Load, cellOffset(Cell.RFLAGS)).i64(Flag.CF).op(Op.i64And, Op.wrap);
		return this.answer();
	};

	/** Puts CF into the RFLAGS cell. */
	setKept(carry: Condition): void {
		const value = this.toValue(carry);
		this.code.i32(0).i32(0).memory(Op.i64Load, cellOffset(Cell.RFLAGS)).i64(~Flag.CF).op(Op.i64And);
		this.put(value);
		this.code.op(Op.i64Or).memory(Op.i64Store, cellOffset(Cell.RFLAGS));
	}

	/** The flags of the RFLAGS cell. */
	explicit(): Value {
		this.code.i32(0).memory(Op.i64Load, cellOffset(Cell.RFLAGS)).i64(ARITHMETIC_FLAGS).op(Op.i64And);
		return this.result();
	}

	/** All flags, by the function for that. */
	word(index: number): Value {
		this.code.with(Op.call, index);
		return this.result();
	}

	/** What was noted, read from the cells. */
	noted(kind: number, bits: number): Noted<Value> {
		return {kind, bits, result: this.cell(Cell.FLAG_RESULT), a: this.cell(Cell.FLAG_A), b: this.cell(Cell.FLAG_B)};
	}
}

/** A function that goes by what is noted: to a formula for some kinds, to another way for the rest. */
function byNoted(multiplyHigh: number, kinds: readonly number[], formula: Formula, otherwise: (numbers: FlagNumbers) => void): Code {
	const code = new Code(0);
	const numbers = new FlagNumbers(code, -1, multiplyHigh);
	const cases = kinds.flatMap(kind => WIDTHS.map((bits, width) => ({kind, bits, number: kind * WIDTHS.length + width})));
	const rest = code.open(Op.block);
	const labels = cases.map(() => code.open(Op.block)).reverse();
	const table = Array.from({length: KINDS.length * WIDTHS.length}, (_, number) => labels[cases.findIndex(one => one.number === number)] ?? rest);
	// The number of a case: the kind, and the logarithm of the width in bytes.
	code.i32(0).memory(Op.i32Load, cellOffset(Cell.FLAG_KIND)).i32(0xff).op(Op.i32And).i32(2).op(Op.i32Shl);
	code.i32(0).memory(Op.i32Load, cellOffset(Cell.FLAG_KIND)).i32(FLAG_WIDTH_SHIFT + 3).op(Op.i32ShrU, Op.i32Ctz).i32(3).op(Op.i32And, Op.i32Or);
	code.table([...table, rest]);
	for (const {kind, bits} of cases) {
		code.end();
		formula(numbers, numbers.noted(kind, bits));
		code.op(Op.return);
		code.release();
	}

	code.end();
	otherwise(numbers);
	return code;
}

const NOTED_KINDS = KINDS.filter(kind => kind !== FlagKind.EXPLICIT);

const carry = (high: number): Code => byNoted(high, NOTED_KINDS, (o, noted) => o.ask(carryOf(o, noted, o.kept)), o => o.ask(o.kept()));

const word = (high: number): Code => byNoted(high, NOTED_KINDS, (o, noted) => o.put(wordOf(o, noted, o.kept)), o => o.put(o.explicit()));

/** An even condition code's answer: at once after comparisons and logic, else by way of all flags. */
function condition(high: number, wordAt: number, question: number): Code {
	const kinds = question === ZERO ? NOTED_KINDS : [FlagKind.SUB, FlagKind.LOGIC];
	return byNoted(high, kinds, (o, noted) => o.ask(conditionOf(o, question, noted, o.kept)), o => o.ask(conditionOfWord(o, question, o.word(wordAt))));
}

/** Works CF out into the RFLAGS cell, if it is not there. */
function keepCarry(high: number): Code {
	return byNoted(high, NOTED_KINDS.filter(kind => !KEEPING.has(kind)), (o, noted) => o.setKept(carryOf(o, noted, o.kept)), () => undefined);
}

/** Works all flags out into the RFLAGS cell. */
function settle(wordAt: number): Code {
	const code = new Code(0);
	code.i32(0).memory(Op.i32Load, cellOffset(Cell.FLAG_KIND)).open(Op.if);
	code.i32(0).i32(0).memory(Op.i64Load, cellOffset(Cell.RFLAGS)).i64(~ARITHMETIC_FLAGS).op(Op.i64And).with(Op.call, wordAt).op(Op.i64Or).memory(Op.i64Store, cellOffset(Cell.RFLAGS));
	code.i32(0).i64(0n).memory(Op.i64Store, cellOffset(Cell.FLAG_KIND)).end();
	return code;
}

/** The upper half of an unsigned product of 64-bit numbers, from the four products of their halves. */
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

/** The numbers of the helping functions, if the first of them has number `first`. */
export const helpersFrom = (first: number): Helpers => ({
	multiplyHigh: first, carry: first + 1, word: first + 2, keepCarry: first + 3, settle: first + 4, conditions: QUESTIONS.map((_, index) => first + 5 + index),
});

/** How many helping functions there are. */
export const HELPER_COUNT = 5 + QUESTIONS.length;

const NOTHING = {parameters: [], results: []};
const TO_I32 = {parameters: [], results: [I32]};
const TO_I64 = {parameters: [], results: [I64]};

/** The helping functions, in the order of their numbers; without code, as another module imports them. */
export function helperSignatures(): readonly WasmFunction[] {
	return [
		{name: 'multiplyHigh', signature: {parameters: [I64, I64], results: [I64]}},
		{name: 'carry', signature: TO_I32},
		{name: 'word', signature: TO_I64},
		{name: 'keepCarry', signature: NOTHING},
		{name: 'settle', signature: NOTHING},
		...QUESTIONS.map(question => ({name: `condition${question}`, signature: TO_I32})),
	];
}

/**
 * The helping functions with their code.
 * @param first the number of the first of them in the module
 */
export function helperFunctions(first: number): readonly WasmFunction[] {
	const at = helpersFrom(first);
	const codes = [
		multiplyHigh(), carry(at.multiplyHigh), word(at.multiplyHigh), keepCarry(at.multiplyHigh), settle(at.word),
		...QUESTIONS.map(question => condition(at.multiplyHigh, at.word, question)),
	];
	return helperSignatures().map((each, index) => ({...each, code: codes[index]}));
}
