import type {Image, ImageLine, Segment} from '../image.js';
import {type LineFile, type LineRow, lineRows} from './line-table.js';
import {elfContents, type ElfSection} from './sections.js';
import {elfSymbols} from './symbols.js';

/** An executable as an image, and the files that its lines come from. */
export interface ElfImage {
	readonly image: Image;
	/** The files that lines name, by the name that the lines have. */
	readonly files: ReadonlyMap<string, LineFile>;
}

const PF = {X: 1, W: 2, R: 4} as const;

/** The rows between two ends, which cover addresses without a gap. */
function sequences(rows: readonly LineRow[]): LineRow[][] {
	const all: LineRow[][] = [];
	let current: LineRow[] = [];
	for (const row of rows) {
		current.push(row);
		if (!row.endsSequence) continue;
		all.push(current);
		current = [];
	}

	// Code that was left out at linking has the address 0.
	return all.filter(([first]) => first.address !== 0n);
}

/** Rows that follow one another are one line as long as file and line stay the same. */
function linesOf(rows: readonly LineRow[], bias: bigint): ImageLine[] {
	const lines: ImageLine[] = [];
	for (const [index, {address, file, line, endsSequence}] of rows.entries()) {
		const length = Number((rows.at(index + 1)?.address ?? address) - address);
		if (endsSequence || file === undefined || line <= 0 || length <= 0) continue;
		const start = BigInt.asUintN(64, address + bias);
		const last = lines.at(-1);
		if (last?.file === file.name && last.line === line && last.address + BigInt(last.length) === start) lines[lines.length - 1] = {...last, length: last.length + length};
		else lines.push({address: start, length, file: file.name, line});
	}

	return lines;
}

/** Sorts lines; what overlaps the line before it, as in a damaged table, is left out. */
function sorted(lines: readonly ImageLine[]): ImageLine[] {
	let end = 0n;
	return [...lines].sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0)).filter(({address, length}) => {
		if (address < end) return false;
		end = address + BigInt(length);
		return true;
	});
}

const sectionBytes = (sections: readonly ElfSection[], name: string): Uint8Array => sections.find(section => section.name === name)?.bytes ?? new Uint8Array(0);

/** The rows of an ELF file's line tables. */
export function elfLineRows(bytes: Uint8Array): LineRow[] {
	const sections = elfContents(bytes)?.sections ?? [];
	return lineRows({line: sectionBytes(sections, '.debug_line'), lineStrings: sectionBytes(sections, '.debug_line_str'), strings: sectionBytes(sections, '.debug_str')});
}

/**
 * What an executable says of its code: segments, symbols, and the lines that it was made from. What is damaged in it is
 * left out.
 * @param bias what is added to the file's addresses
 */
export function elfImage(bytes: Uint8Array, bias = 0n): ElfImage {
	const contents = elfContents(bytes);
	if (contents === undefined) return {image: {entry: 0n, segments: [], symbols: [], lines: []}, files: new Map()};
	const rows = elfLineRows(bytes);
	const files = new Map<string, LineFile>();
	for (const {file} of rows) if (file !== undefined && !files.has(file.name)) files.set(file.name, file);
	const segments = contents.parts.map(({flags, address, bytes: part, memorySize}, index): Segment => ({
		name: `segment ${index}`, address: BigInt.asUintN(64, address + bias), bytes: part, memorySize,
		read: (flags & PF.R) !== 0, write: (flags & PF.W) !== 0, execute: (flags & PF.X) !== 0,
	}));
	const image = {entry: BigInt.asUintN(64, contents.entry + bias), segments, symbols: elfSymbols(contents.sections, bias), lines: sorted(sequences(rows).flatMap(each => linesOf(each, bias)))};
	return {image, files};
}
