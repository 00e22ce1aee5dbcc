import {carryOf, conditionOf, type Noted} from '../flag-formulas.js';
import {ARITHMETIC_FLAGS, Flag, FLAG_WIDTH_SHIFT, FlagKind} from '../flags.js';
import {Cell} from '../layout.js';
import {EmittingNumbers} from './emitting-numbers.js';
import {cellOffset, type Condition, known, type Surroundings, type Value} from './values.js';
import {type Code, Op} from './wasm-code.js';

/** Kinds of flags for which the first operand, or the second, is never asked for. */
const WITHOUT_A: ReadonlySet<number> = new Set([FlagKind.LOGIC]);
const WITHOUT_B: ReadonlySet<number> = new Set([FlagKind.LOGIC, FlagKind.INC, FlagKind.DEC]);

/** What an instruction has to do with flags and faults, as its emission has shown. */
export interface Effects {
	/** Whether it looks at flags. */
	readsFlags: boolean;
	/** Whether it notes flags, all or all but CF, in any case. */
	notesFlags: boolean;
	/** Whether it sets all arithmetic flags anew in any case. */
	overwritesFlags: boolean;
	/** Whether it may leave to the direct backend. */
	mayLeave: boolean;
}

/** The kinds for which CF stands in the RFLAGS cell, a bit each; a kind is below 32, and shifts take counts modulo 32. */
const KEPT = (1 << FlagKind.EXPLICIT) | (1 << FlagKind.INC) | (1 << FlagKind.DEC);

/** The operations on flags: each appends the code that will do it. */
export class EmittingFlags extends EmittingNumbers {
	readonly effects: Effects = {readsFlags: false, notesFlags: false, overwritesFlags: false, mayLeave: false};
	/** True: flags that are noted are not wanted. */
	isQuiet = false;
	/** Whether something has been changed that a fault must not find changed. */
	protected written = false;
	/** Whether flags get into their cells as soon as they are noted. */
	protected readonly isEager: boolean = true;
	/** What set the flags, where the code emitted before has done so; and which of it stands in its cells. */
	private noted: Noted<Value> | undefined;
	private stored: Noted<Value> | undefined;
	/** How many conditions the code being emitted is under, and in how many loops. */
	protected conditions = 0;
	private loops = 0;

	constructor(
		code: Code,
		protected readonly around: Surroundings,
	) {
		super(code, around.record, around.helpers.multiplyHigh);
	}

	when(condition: Condition, body: () => void): void {
		if (condition.constant === undefined) this.under(condition, body);
		else if (condition.constant) body();
	}

	/** Emits what may be done more than once, or not at all. */
	protected inLoop(body: () => void): void {
		this.flushNoted();
		this.noted = undefined;
		this.stored = undefined;
		this.loops++;
		body();
		this.loops--;
		this.noted = undefined;
		this.stored = undefined;
	}

	private under(condition: Condition, body: () => void): void {
		this.flushNoted();
		this.ask(condition);
		this.code.open(Op.if);
		this.conditions++;
		body();
		this.conditions--;
		this.code.end();
		this.noted = undefined;
		this.stored = undefined;
	}

	noteFlags(kind: number, bits: number, result: Value, a: Value, b: Value): void {
		this.written = true;
		const keepsCarry = kind === FlagKind.INC || kind === FlagKind.DEC;
		if (!this.isOnlyPerhaps) this.effects.notesFlags = true;
		if (!keepsCarry && !this.isOnlyPerhaps) this.effects.overwritesFlags = true;
		if (this.isQuiet) return;
		if (keepsCarry) this.keepCarry();
		this.noted = {kind, bits, result, a, b};
		if (this.isEager || this.isOnlyPerhaps) this.flushNoted();
	}

	/** Whether the code being emitted may be left out when it runs. */
	private get isOnlyPerhaps(): boolean {
		return this.conditions > 0 || this.loops > 0;
	}

	/** Sees to it that what was noted stands in its cells. */
	protected flushNoted(): void {
		this.storeNoted();
		this.stored = this.noted;
	}

	/** Appends code that stores what was noted, if it does not stand in its cells yet. */
	protected storeNoted(): void {
		if (this.noted === undefined || this.noted === this.stored) return;
		const {kind, bits, result, a, b} = this.noted;
		this.code.i32(0).i32(kind | (bits << FLAG_WIDTH_SHIFT)).memory(Op.i32Store, cellOffset(Cell.FLAG_KIND));
		this.setCell(Cell.FLAG_RESULT, result);
		if (!WITHOUT_A.has(kind)) this.setCell(Cell.FLAG_A, a);
		if (!WITHOUT_B.has(kind)) this.setCell(Cell.FLAG_B, b);
	}

	/** Works CF out into the RFLAGS cell, where it stays. */
	private keepCarry(): void {
		const {code, noted} = this;
		if (noted === undefined) {
			// The kinds after which there is nothing to do, as a set of bits.
			code.i32(KEPT).i32(0).memory(Op.i32Load, cellOffset(Cell.FLAG_KIND)).op(Op.i32ShrU).i32(1).op(Op.i32And, Op.i32Eqz).open(Op.if);
			code.with(Op.call, this.around.helpers.keepCarry).end();
			return;
		}

		if (noted.kind === FlagKind.INC || noted.kind === FlagKind.DEC) return;
		const carry = carryOf(this, noted, () => this.keptCarry());
		code.i32(0).i32(0).memory(Op.i64Load, cellOffset(Cell.RFLAGS)).i64(~Flag.CF).op(Op.i64And);
		this.put(this.toValue(carry));
		code.op(Op.i64Or).memory(Op.i64Store, cellOffset(Cell.RFLAGS));
	}

	/** CF as it stands in the RFLAGS cell. */
	private keptCarry(): Condition {
		this.code.i32(0).memory(Op.i64Load, cellOffset(Cell.RFLAGS)).i64(Flag.CF).op(Op.i64And, Op.wrap);
		return this.answer();
	}

	carry(): Condition {
		this.effects.readsFlags = true;
		if (this.noted !== undefined) return carryOf(this, this.noted, () => this.keptCarry());
		this.code.with(Op.call, this.around.helpers.carry);
		return this.answer();
	}

	condition(number: number): Condition {
		this.effects.readsFlags = true;
		if (this.noted !== undefined) return conditionOf(this, number, this.noted, () => this.keptCarry());
		this.code.with(Op.call, this.around.helpers.conditions[number >> 1]);
		const answer = this.answer();
		return (number & 1) === 0 ? answer : this.negate(answer);
	}

	flags(): Value {
		this.effects.readsFlags = true;
		this.flushNoted();
		this.code.with(Op.call, this.around.helpers.word);
		return this.result();
	}

	setFlags(mask: bigint, word: Value): void {
		const {code} = this;
		this.written = true;
		if (mask === ARITHMETIC_FLAGS) {
			if (!this.isOnlyPerhaps) this.effects.overwritesFlags = true;
			this.setCell(Cell.FLAG_KIND, known(0n));
		} else {
			this.flushNoted();
			code.with(Op.call, this.around.helpers.settle);
		}

		this.noted = undefined;
		this.stored = undefined;
		code.i32(0).i32(0).memory(Op.i64Load, cellOffset(Cell.RFLAGS)).i64(~mask).op(Op.i64And);
		this.put(word);
		code.i64(mask).op(Op.i64And, Op.i64Or).memory(Op.i64Store, cellOffset(Cell.RFLAGS));
	}
}
