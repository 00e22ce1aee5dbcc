import type {Kernel} from '../kernel/kernel.js';
import {absoluteSection, type Image, type ImageLine, LineTable, SymbolTable} from '../program/image.js';

/** A program's names and lines, as far as they are wanted here. */
export interface NamedProgram {
	readonly image: Image;
	/** The text of its files, where it is at hand. */
	readonly sources?: ReadonlyMap<string, string> | undefined;
}

/** A line of a source. */
export interface SourcePlace {
	readonly file: string;
	/** Counted from 1. */
	readonly line: number;
	/** Its text without the space around it; empty where the source is not at hand. */
	readonly text: string;
}

/** Bytes behind a symbol that are still called by its name. */
const REACH = 0xffffn;

/** A 64-bit value as people read it. */
export const hex = (value: bigint): string => `0x${value.toString(16)}`;

interface Part {
	readonly image: Image;
	readonly symbols: SymbolTable;
	readonly lines: LineTable;
	readonly sources: ReadonlyMap<string, string>;
}

/** Names for the addresses of a program and the kernel below it, and addresses for names. */
export class Names {
	/** The program first: its names hide the kernel's. */
	private readonly parts: readonly Part[];

	/** @param others what else is mapped beside the program, such as its dynamic linker */
	constructor(kernel: Kernel, program?: NamedProgram, others: readonly NamedProgram[] = []) {
		const own = program === undefined ? [] : [program];
		this.parts = [...[...own, ...others].map(({image, sources}) => ({image, symbols: new SymbolTable(image.symbols), lines: new LineTable(image.lines), sources: sources ?? new Map<string, string>()})), kernel];
	}

	/** The address, or the number, that a name stands for. */
	addressOf(name: string): bigint | undefined {
		for (const {symbols} of this.parts) {
			const address = symbols.addressOf(name);
			if (address !== undefined) return address;
		}

		return undefined;
	}

	/** Bytes from a symbol to the next one of its section, or to the end of its segment; undefined for an unknown name. */
	lengthOf(name: string): bigint | undefined {
		for (const {symbols, image} of this.parts) {
			const address = symbols.addressOf(name);
			if (address === undefined) continue;
			const next = symbols.symbols.find(other => other.address > address && other.section !== absoluteSection)?.address;
			const segment = image.segments.find(each => address >= each.address && address < each.address + BigInt(each.memorySize));
			const end = segment === undefined ? undefined : segment.address + BigInt(segment.memorySize);
			const nearest = [next, end].filter(each => each !== undefined).reduce<bigint | undefined>((least, each) => (least === undefined || each < least ? each : least), undefined);
			return (nearest ?? address + 8n) - address;
		}

		return undefined;
	}

	/** A symbol, with the distance from it in bytes. */
	nameOf(address: bigint): string | undefined {
		for (const {symbols, image} of this.parts) {
			const found = symbols.nearest(address);
			const inside = image.segments.some(segment => address >= segment.address && address < segment.address + BigInt(segment.memorySize));
			if (found === undefined || !inside || found.offset > REACH) continue;
			return found.offset === 0n ? found.name : `${found.name}+${hex(found.offset)}`;
		}

		return undefined;
	}

	/** The line whose bytes an address lies in. */
	lineOf(address: bigint): ImageLine | undefined {
		for (const {lines} of this.parts) {
			const found = lines.at(address);
			if (found !== undefined) return found;
		}

		return undefined;
	}

	/** The line of source that an instruction comes from. */
	placeOf(address: bigint): SourcePlace | undefined {
		for (const {lines, sources} of this.parts) {
			const found = lines.at(address);
			if (found !== undefined) return {file: found.file, line: found.line, text: sources.get(found.file)?.split('\n').at(found.line - 1)?.trim() ?? ''};
		}

		return undefined;
	}

	/** The address of a line's first instruction. */
	addressOfLine(file: string, line: number): bigint | undefined {
		for (const {lines} of this.parts) {
			const [first] = lines.of(file, line);
			if ((first as typeof first | undefined) !== undefined) return first.address;
		}

		return undefined;
	}

	/** An instruction's place in words: file and line if they are known, else its name, else its address. */
	describe(address: bigint): string {
		const place = this.placeOf(address);
		return place === undefined ? this.nameOf(address) ?? hex(address) : `${place.file}:${place.line}`;
	}
}
