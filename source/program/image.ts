/** A program in the form in which it is loaded. */
export interface Image {
	/** The address of the first instruction. */
	readonly entry: bigint;
	readonly segments: readonly Segment[];
	/** Sorted by address. */
	readonly symbols: readonly ImageSymbol[];
	/** Sorted by address; no two overlap. */
	readonly lines: readonly ImageLine[];
}

export interface Segment {
	readonly name: string;
	readonly address: bigint;
	/** The contents from `address` on. */
	readonly bytes: Uint8Array;
	/** At least the number of bytes; what is beyond them is zero. */
	readonly memorySize: number;
	readonly read: boolean;
	readonly write: boolean;
	readonly execute: boolean;
}

export interface ImageSymbol {
	readonly name: string;
	readonly address: bigint;
	/** The section it stands in, or `*absolute*` for a number that was given a name. */
	readonly section: string;
	readonly global: boolean;
}

/** The bytes that one line of a source made. */
export interface ImageLine {
	readonly address: bigint;
	readonly length: number;
	readonly file: string;
	readonly line: number;
}

/** The section of symbols that are numbers. */
export const absoluteSection = '*absolute*';

/** Finds symbols by name, and names for addresses. */
export class SymbolTable {
	private readonly byName = new Map<string, ImageSymbol>();
	private readonly places: readonly ImageSymbol[];

	/** @param symbols sorted by address, as in an image */
	constructor(readonly symbols: readonly ImageSymbol[]) {
		for (const symbol of symbols) {
			if (symbol.global || !this.byName.has(symbol.name)) this.byName.set(symbol.name, symbol);
		}
		this.places = symbols.filter(symbol => symbol.section !== absoluteSection);
	}

	/** The address, or the number, that a name stands for. */
	addressOf(name: string): bigint | undefined {
		return this.byName.get(name)?.address;
	}

	/** The symbol that stands at or before an address, and the distance from it in bytes. Global names win. */
	nearest(address: bigint): {readonly name: string; readonly offset: bigint} | undefined {
		let index = lastAtOrBefore(this.places, address);
		if (index < 0) return undefined;
		const found = this.places[index].address;
		let best = this.places[index];
		for (; index >= 0 && this.places[index].address === found; index--) {
			if (!best.global || this.places[index].global) best = this.places[index];
		}
		return {name: best.name, offset: address - found};
	}
}

/** Finds the source line of an address. */
export class LineTable {
	/** @param lines sorted by address, as in an image */
	constructor(readonly lines: readonly ImageLine[]) {}

	at(address: bigint): ImageLine | undefined {
		const index = lastAtOrBefore(this.lines, address);
		const line = index < 0 ? undefined : this.lines[index];
		return line !== undefined && address < line.address + BigInt(line.length) ? line : undefined;
	}

	/** The places that a line made, in order of address; more than one where a macro or a loop repeats it. */
	of(file: string, line: number): readonly ImageLine[] {
		return this.lines.filter(entry => entry.file === file && entry.line === line);
	}
}

function lastAtOrBefore(entries: readonly {readonly address: bigint}[], address: bigint): number {
	let low = 0;
	let high = entries.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (entries[middle].address <= address) low = middle + 1;
		else high = middle;
	}
	return low - 1;
}
