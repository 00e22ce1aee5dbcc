import {BigIntNumbers} from './bigint-numbers.js';
import {ARITHMETIC_FLAGS, Flag, FLAG_WIDTH_SHIFT, FlagKind, RFLAGS_FIXED} from './flag-bits.js';
import {carryOf, conditionOf, conditionOfWord, type Noted, wordOf} from './flag-formulas.js';
import {Cell} from './layout.js';

export * from './flag-bits.js';

/** Index of the FLAG_KIND cell's lower half among the 32-bit halves of the cells. */
export const FLAG_KIND_HALF = Cell.FLAG_KIND * 2;

const NUMBERS = new BigIntNumbers();

/** Condition codes that ask for ZF: the commonest ones. */
const ZERO = 4;
const NOT_ZERO = 5;

/** A condition code's answer for a given flag word. */
export const evaluate = (code: number, flags: bigint): boolean => conditionOfWord(NUMBERS, code, flags);

/** The lazily kept arithmetic flags of a register file. */
export class LazyFlags implements Noted<bigint> {
	private readonly halves: Int32Array;
	private readonly kept = (): boolean => (this.cells[Cell.RFLAGS] & Flag.CF) !== 0n;

	/** @param cells the machine's cells, see layout.ts */
	constructor(private readonly cells: BigUint64Array) {
		this.halves = new Int32Array(cells.buffer, cells.byteOffset, cells.length * 2);
	}

	/** What set the flags last: one of FlagKind. */
	get kind(): number {
		return this.halves[FLAG_KIND_HALF] & 0xff;
	}

	/** The width of that operation. */
	get bits(): number {
		return this.halves[FLAG_KIND_HALF] >> FLAG_WIDTH_SHIFT;
	}

	/** Its result. */
	get result(): bigint {
		return this.cells[Cell.FLAG_RESULT];
	}

	/** Its first operand. */
	get a(): bigint {
		return this.cells[Cell.FLAG_A];
	}

	/** Its second operand. */
	get b(): bigint {
		return this.cells[Cell.FLAG_B];
	}

	/** CF alone, which `adc`, `sbb`, rotates and conditions ask for most. */
	carry(): boolean {
		return carryOf(NUMBERS, this, this.kept);
	}

	/** The six arithmetic flags in their RFLAGS positions, all others zero. */
	arithmetic(): bigint {
		if (this.kind === FlagKind.EXPLICIT) return this.cells[Cell.RFLAGS] & ARITHMETIC_FLAGS;
		return wordOf(NUMBERS, this, this.kept);
	}

	/** RFLAGS with all bits. */
	all(): bigint {
		return (this.cells[Cell.RFLAGS] & ~ARITHMETIC_FLAGS) | this.arithmetic() | RFLAGS_FIXED;
	}

	/** Works the noted flags out into the RFLAGS cell, so that single flags can be replaced there. */
	settle(): void {
		const {cells} = this;
		if (this.halves[FLAG_KIND_HALF] === FlagKind.EXPLICIT) return;
		const flags = this.arithmetic();
		cells[Cell.RFLAGS] = (cells[Cell.RFLAGS] & ~ARITHMETIC_FLAGS) | flags;
		cells[Cell.FLAG_KIND] = 0n;
	}

	/** Settles, and leaves nothing else behind: so that states which are alike look alike, however they came about. */
	tidy(): void {
		this.settle();
		this.cells.fill(0n, Cell.FLAG_KIND, Cell.FLAG_B + 1);
	}

	/** Works CF alone out into the RFLAGS cell, for what keeps it and sets the others. */
	keepCarry(): void {
		const {cells} = this;
		cells[Cell.RFLAGS] = (cells[Cell.RFLAGS] & ~Flag.CF) | (this.carry() ? Flag.CF : 0n);
	}

	/** A condition code of `jcc`, `setcc`, `cmovcc` (0 to 15; odd numbers negate), SDM vol. 1 appendix B. */
	condition(code: number): boolean {
		const {kind} = this;
		if (kind === FlagKind.EXPLICIT) return evaluate(code, this.cells[Cell.RFLAGS]);
		if ((code === ZERO || code === NOT_ZERO) && kind !== FlagKind.MUL) return (this.result === 0n) === (code === ZERO);
		return conditionOf(NUMBERS, code, this, this.kept);
	}
}
