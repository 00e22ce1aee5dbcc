/** Operands of random instructions: registers by width, places in memory by every way of naming them. */
import type {Prng} from './prng.js';

/** Operand widths in bytes, with their suffixes in AT&T syntax. */
export const SUFFIX: Readonly<Record<number, string>> = {1: 'b', 2: 'w', 4: 'l', 8: 'q'};

/** Any width. */
export const WIDTHS = [1, 2, 4, 8] as const;

/** The widths of instructions that know no bytes. */
export const WIDE = [2, 4, 8] as const;

type Row = Readonly<Record<1 | 2 | 4 | 8, string>>;

const old = (letter: string): Row => ({8: `r${letter}x`, 4: `e${letter}x`, 2: `${letter}x`, 1: `${letter}l`});
const pointer = (name: string): Row => ({8: `r${name}`, 4: `e${name}`, 2: name, 1: `${name}l`});
const numbered = (number: number): Row => ({8: `r${number}`, 4: `r${number}d`, 2: `r${number}w`, 1: `r${number}b`});

/**
 * Registers that random instructions may change. The others have work of their own: rsp, r15 (the middle of the data),
 * r14 (rounds), r12 and r13 (the counters of loops).
 */
const FREE: readonly Row[] = [old('a'), old('b'), old('c'), old('d'), pointer('si'), pointer('di'), pointer('bp'), ...[8, 9, 10, 11].map(numbered)];

const HIGH = ['ah', 'bh', 'ch', 'dh'] as const;
const LOW = ['al', 'bl', 'cl', 'dl'] as const;

/** Bytes of data on either side of r15. */
export const DATA_REACH = 0x2000;

/** Offset from r15 of the word that says where a fault goes on. */
export const RESUME = 0x1fe0;

/** A place in memory: lines that must come right before its instruction, none of which touches a flag, and the operand. */
export interface Place {
	readonly before: string;
	readonly operand: string;
}

/** Numbers at which arithmetic does something special. */
const SPECIAL = [0n, 1n, 2n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffffn, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 0x7fff_ffff_ffff_ffffn, 0x8000_0000_0000_0000n, 0xffff_ffff_ffff_ffffn] as const;

/** Chooses operands. */
export class Operands {
	/**
	 * @param random chooses
	 * @param vectors whether many instructions are to be of vector registers
	 */
	constructor(
		readonly random: Prng,
		readonly vectors: boolean,
	) {}

	private row(): Row {
		return this.random.pick(FREE);
	}

	/** A free register. */
	register(width: number): string {
		return `%${this.row()[width as 1]}`;
	}

	/** A free register in two widths. */
	pair(one: number, other: number): readonly [string, string] {
		const row = this.row();
		return [`%${row[one as 1]}`, `%${row[other as 1]}`];
	}

	/** Two registers of which one or both are the second byte of a register: both can be named without a REX prefix. */
	highBytes(): readonly [string, string] {
		const {random} = this;
		const [one, other] = [`%${random.pick(HIGH)}`, `%${random.pick(random.once(2) ? HIGH : LOW)}`];
		return random.once(2) ? [one, other] : [other, one];
	}

	/** An immediate of a width that instructions sign-extend from 32 bits at most. */
	immediate(width: number): string {
		const {random} = this;
		const bits = Math.min(width * 8, 32);
		const value = random.once(2) ? random.pick(SPECIAL) : random.word() >> BigInt(random.below(64));
		return `$${BigInt.asIntN(bits, value)}`;
	}

	/** A number for `movabsq`. */
	word(): bigint {
		return this.random.once(3) ? this.random.pick(SPECIAL) : this.random.word();
	}

	/** An offset from r15: often a small distance before a page's end. */
	private offset(room: number): number {
		const {random} = this;
		if (random.once(8)) return 0;
		if (random.once(5)) return random.pick([-0x1000, 0, 0x1000]) - random.below(9);
		return random.below(2 * DATA_REACH - room - 0x40) - DATA_REACH;
	}

	/** A place in the data for an access of some bytes. */
	memory(): Place {
		const {random} = this;
		const offset = this.offset(0x900);
		const scale = random.pick([1, 2, 4, 8]);
		const [index, index32, indexByte] = this.index();
		const [base, base32] = this.pair(8, 4);
		const bounded = `movzbl ${indexByte}, ${index32}\n`;
		const based = `leaq ${this.offset(0x900)}(%r15), ${base}\n`;
		return random.pick<() => Place>([
			() => ({before: '', operand: `${offset}(%r15)`}),
			() => ({before: '', operand: offset === 0 ? '(%r15)' : `${offset}(%r15)`}),
			() => ({before: bounded, operand: `${offset}(%r15,${index},${scale})`}),
			() => ({before: bounded, operand: `(%r15,${index},${scale})`}),
			() => ({before: based, operand: `(${base})`}),
			() => ({before: based, operand: `${random.below(8)}(${base})`}),
			() => ({before: '', operand: `middle+${offset}(%rip)`}),
			() => ({before: bounded, operand: `middle+${offset}(,${index},${scale})`}),
			() => ({before: '', operand: `middle+${offset}`}),
			() => ({before: '', operand: `%fs:${offset}`}),
			() => ({before: bounded, operand: `%gs:${offset}(,${index},${scale})`}),
			() => ({before: bounded, operand: `%fs:(${index})`}),
			() => ({before: '', operand: `${offset}(%r15d)`}),
			() => ({before: bounded, operand: `${offset}(%r15d,${index32},${scale})`}),
			() => ({before: based, operand: `3(${base32})`}),
			() => ({before: '', operand: `${-8 * (1 + random.below(12))}(%rsp)`}),
		])();
	}

	private index(): readonly [string, string, string] {
		const row = this.row();
		return [`%${row[8]}`, `%${row[4]}`, `%${row[1]}`];
	}

	/** A place that can be named together with the second bytes of registers. */
	plainMemory(): Place {
		const offset = this.offset(0x40);
		return this.random.once(2) ? {before: '', operand: `middle+${offset}(%rip)`} : {before: `leaq middle+${offset}(%rip), %rbx\n`, operand: '(%rbx)'};
	}
}
