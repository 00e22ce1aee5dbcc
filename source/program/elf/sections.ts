import {ByteReader} from './bytes.js';

/** A section of an ELF file (System V ABI, chapter 4, Sections). */
export interface ElfSection {
	readonly name: string;
	readonly type: number;
	readonly flags: number;
	readonly link: number;
	/** Its bytes in the file; none where it has none, or where they lie beyond the file's end. */
	readonly bytes: Uint8Array;
}

/** A part that is loaded. */
export interface LoadedPart {
	readonly flags: number;
	/** Where it stands in the file. */
	readonly offset: number;
	readonly address: bigint;
	readonly bytes: Uint8Array;
	readonly memorySize: number;
}

/** What an ELF file says of itself, as far as it says anything sound. */
export interface ElfContents {
	readonly entry: bigint;
	readonly sections: readonly ElfSection[];
	readonly parts: readonly LoadedPart[];
}

const MAGIC = [0x7f, 0x45, 0x4c, 0x46, 2, 1] as const;

/** Offsets in the file's header (Elf64_Ehdr). */
const Header = {ENTRY: 24, PROGRAM_HEADERS: 32, SECTION_HEADERS: 40, PROGRAM_HEADER_COUNT: 56, SECTION_COUNT: 60, NAMES: 62, SIZE: 64} as const;

const PROGRAM_HEADER_SIZE = 56;
const SECTION_HEADER_SIZE = 64;
const PT_LOAD = 1;
const SHT_NOBITS = 8;

/** The contents are compressed, which is not undone here (SHF_COMPRESSED). */
const SHF_COMPRESSED = 0x800;

const NONE = new Uint8Array(0);

function slice(bytes: Uint8Array, offset: number, size: number): Uint8Array {
	return offset + size <= bytes.length ? bytes.subarray(offset, offset + size) : NONE;
}

/** The text at an offset of a string table. */
export const stringAt = (table: Uint8Array, offset: number): string => (offset < table.length ? new ByteReader(table, offset).text() : '');

/** Reads the headers of a 64-bit little-endian ELF file; undefined for all else. */
export function elfContents(bytes: Uint8Array): ElfContents | undefined {
	if (bytes.length < Header.SIZE || MAGIC.some((byte, index) => bytes[index] !== byte)) return undefined;
	const number = (at: number, size: number): number => new ByteReader(bytes, at).unsigned(size);
	return {
		entry: new ByteReader(bytes, Header.ENTRY).word(),
		sections: sectionsOf(bytes, number(Header.SECTION_HEADERS, 8), number(Header.SECTION_COUNT, 2), number(Header.NAMES, 2)),
		parts: partsOf(bytes, number(Header.PROGRAM_HEADERS, 8), number(Header.PROGRAM_HEADER_COUNT, 2)),
	};
}

function sectionsOf(bytes: Uint8Array, table: number, count: number, names: number): ElfSection[] {
	if (table === 0 || table + count * SECTION_HEADER_SIZE > bytes.length) return [];
	const raw = Array.from({length: count}, (_, index) => {
		const reader = new ByteReader(bytes, table + index * SECTION_HEADER_SIZE);
		const [name, type, flags] = [reader.unsigned(4), reader.unsigned(4), reader.unsigned(8)];
		reader.skip(8);
		const [offset, size, link] = [reader.unsigned(8), reader.unsigned(8), reader.unsigned(4)];
		const isThere = type !== SHT_NOBITS && Math.floor(flags / SHF_COMPRESSED) % 2 === 0;
		return {name, type, flags, link, bytes: isThere ? slice(bytes, offset, size) : NONE};
	});
	const strings = raw.at(names)?.bytes ?? NONE;
	return raw.map(section => ({...section, name: stringAt(strings, section.name)}));
}

function partsOf(bytes: Uint8Array, table: number, count: number): LoadedPart[] {
	if (table + count * PROGRAM_HEADER_SIZE > bytes.length) return [];
	const parts: LoadedPart[] = [];
	for (let index = 0; index < count; index++) {
		const reader = new ByteReader(bytes, table + index * PROGRAM_HEADER_SIZE);
		if (reader.unsigned(4) !== PT_LOAD) continue;
		const flags = reader.unsigned(4);
		const offset = reader.unsigned(8);
		const address = reader.word();
		reader.skip(8);
		parts.push({flags, offset, address, bytes: slice(bytes, offset, reader.unsigned(8)), memorySize: reader.unsigned(8)});
	}

	return parts;
}
