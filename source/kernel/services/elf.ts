/**
 * Reads executables (System V ABI, chapters 4 and 5; Linux fs/binfmt_elf.c). Every number in a file may be a lie: each is
 * checked before it is used, and what can't be run is refused with the reason.
 */
import {nameOfBytes} from './inodes.js';
import {Prot} from './user-tables.js';

/** A part of the file that is to be mapped. */
export interface ElfSegment {
	/** Relative to the load address for position-independent files. */
	readonly address: number;
	readonly offset: number;
	readonly fileSize: number;
	readonly memorySize: number;
	readonly prot: number;
}

/** An executable that can be loaded. */
export interface ElfFile {
	readonly entry: number;
	/** Whether it may be loaded anywhere. */
	readonly relocatable: boolean;
	/** The largest alignment that a segment asks for, at least a page. */
	readonly alignment: number;
	/** Sorted by address, not overlapping, at least one. */
	readonly segments: readonly ElfSegment[];
	/** Address of the program headers in memory, 0 if no segment holds them. */
	readonly headers: number;
	readonly headerCount: number;
	/** The program that must be loaded with it, as a byte string. */
	readonly interpreter: string | undefined;
	readonly executableStack: boolean;
}

/** Why a file can't be run. */
export interface ElfRefusal {
	readonly refused: string;
}

const HEADER_SIZE = 64;
const PROGRAM_HEADER_SIZE = 56;
const EM_X86_64 = 62;
const PAGE = 4096;

/** End of the addresses that programs have. */
const USER_END = 0x7fff_ffff_f000;

/** The largest image in memory, far above what any machine here has. */
const MOST_MEMORY = 2 ** 36;

/** The most program headers: 64 KiB of them (fs/binfmt_elf.c load_elf_phdrs). */
const MOST_HEADERS = Math.floor(65_536 / PROGRAM_HEADER_SIZE);

const Type = {EXEC: 2, DYN: 3} as const;
const Segment = {LOAD: 1, INTERP: 3, PHDR: 6, GNU_STACK: 0x6474_e551} as const;
const PF = {X: 1, W: 2, R: 4} as const;

/** Names of other machines that people's files are for. */
const MACHINES: ReadonlyMap<number, string> = new Map([[3, '32-bit x86'], [40, '32-bit ARM'], [183, '64-bit ARM'], [243, 'RISC-V'], [21, 'PowerPC'], [22, 'S390'], [8, 'MIPS']]);

const FILE_TYPES: ReadonlyMap<number, string> = new Map([[0, 'no type'], [1, 'a relocatable object, not linked yet'], [4, 'a core dump']]);

/** Thrown within this file only. */
class Refusal extends Error {}

const refuse = (reason: string): never => {
	throw new Refusal(reason);
};

interface ProgramHeader {
	readonly type: number;
	readonly flags: number;
	readonly offset: number;
	readonly address: number;
	readonly fileSize: number;
	readonly memorySize: number;
	readonly alignment: number;
}

/** A file that is read in parts. */
export interface ElfSource {
	/** Its length in bytes. */
	readonly length: number;
	/** Bytes from an offset on, as many as there are; undefined if they can't be read. */
	readonly read: (offset: number, length: number) => Uint8Array | undefined;
}

/** Reads numbers of which none may be larger than what a file or a program can have. */
class Reader {
	private readonly view: DataView;

	constructor(readonly bytes: Uint8Array) {
		this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	}

	u16(at: number): number {
		return this.view.getUint16(at, true);
	}

	u32(at: number): number {
		return this.view.getUint32(at, true);
	}

	u64(at: number, what: string): number {
		const value = this.view.getBigUint64(at, true);
		return value > BigInt(USER_END) ? refuse(`${what} is 0x${value.toString(16)}, beyond what a program can have`) : Number(value);
	}
}

/** A part of a file that must be there as a whole. */
function part({length, read}: ElfSource, offset: number, size: number, missing: string): Uint8Array {
	if (offset + size > length) return refuse(missing);
	const bytes = read(offset, size);
	return bytes?.length === size ? bytes : refuse('it can’t be read');
}

/** Reads a file, or says why it can't be run. Never throws. */
export function readElf(source: ElfSource): ElfFile | ElfRefusal {
	try {
		return parse(source);
	} catch (error) {
		if (error instanceof Refusal) return {refused: error.message};
		throw error;
	}
}

/** The same for a file that is in memory as a whole. */
export const parseElf = (bytes: Uint8Array): ElfFile | ElfRefusal => readElf({length: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length)});

function parse(source: ElfSource): ElfFile {
	const reader = new Reader(part(source, 0, Math.min(HEADER_SIZE, source.length), ''));
	checkIdentity(reader);
	const type = reader.u16(16);
	if (type !== Type.EXEC && type !== Type.DYN) refuse(`it is no executable: ${FILE_TYPES.get(type) ?? `file type ${type}`}`);
	const machine = reader.u16(18);
	if (machine !== EM_X86_64) refuse(`it is for another processor: ${MACHINES.get(machine) ?? `machine ${machine}`}`);
	if (reader.u32(20) !== 1) refuse(`its version is ${reader.u32(20)}, not 1`);
	const {table, headers} = programHeaders(source, reader);
	const loads = headers.filter(({type: kind, memorySize}) => kind === Segment.LOAD && memorySize > 0);
	checkLoads(loads, source.length);
	const entry = reader.u64(24, 'its entry point');
	if (!loads.some(({address, memorySize}) => entry >= address && entry < address + memorySize)) refuse(`its entry point 0x${entry.toString(16)} lies in no segment`);
	const stack = headers.find(({type: kind}) => kind === Segment.GNU_STACK);
	return {
		entry,
		relocatable: type === Type.DYN,
		alignment: loads.reduce((most, {alignment}) => Math.max(most, alignment), PAGE),
		segments: loads.map(({address, offset, fileSize, memorySize, flags}) => ({address, offset, fileSize, memorySize, prot: protection(flags)})),
		headers: headersAddress(headers, loads, table),
		headerCount: headers.length,
		interpreter: interpreter(headers, source),
		executableStack: stack !== undefined && (stack.flags & PF.X) !== 0,
	};
}

/** The program headers, and where in the file they stand. */
function programHeaders(source: ElfSource, header: Reader): {readonly table: number; readonly headers: readonly ProgramHeader[]} {
	const size = header.u16(54);
	if (size !== PROGRAM_HEADER_SIZE) refuse(`its program headers have ${size} bytes, not ${PROGRAM_HEADER_SIZE}`);
	const count = header.u16(56);
	if (count < 1) refuse('it has no program headers');
	if (count > MOST_HEADERS) refuse(`it has ${count} program headers, more than ${MOST_HEADERS}`);
	const table = header.u64(32, 'the offset of its program headers');
	const reader = new Reader(part(source, table, count * PROGRAM_HEADER_SIZE, 'its program headers reach beyond the end of the file'));
	return {table, headers: Array.from({length: count}, (_, index) => programHeader(reader, index * PROGRAM_HEADER_SIZE, index))};
}

function checkIdentity({bytes}: Reader): void {
	if (bytes.length < 4 || bytes[0] !== 0x7f || nameOfBytes(bytes.subarray(1, 4)) !== 'ELF') refuse('it is no ELF file: the first four bytes are others');
	if (bytes.length < HEADER_SIZE) refuse(`it ends after ${bytes.length} bytes, within the ELF header`);
	if (bytes[4] === 1) refuse('it is a 32-bit program');
	if (bytes[4] !== 2) refuse(`its class is ${bytes[4]}, neither 32 nor 64 bits`);
	if (bytes[5] !== 1) refuse('its numbers are not little-endian');
	if (bytes[6] !== 1) refuse(`the version of its identification is ${bytes[6]}, not 1`);
}

function programHeader(reader: Reader, at: number, index: number): ProgramHeader {
	const type = reader.u32(at);
	const flags = reader.u32(at + 4);
	// Of what is not used here, nothing can be wrong.
	if (type !== Segment.LOAD && type !== Segment.INTERP && type !== Segment.PHDR) return {type, flags, offset: 0, address: 0, fileSize: 0, memorySize: 0, alignment: 0};
	const name = (field: string): string => `the ${field} of program header ${index}`;
	return {
		type,
		flags,
		offset: reader.u64(at + 8, name('offset')),
		address: reader.u64(at + 16, name('address')),
		fileSize: reader.u64(at + 32, name('file size')),
		memorySize: reader.u64(at + 40, name('memory size')),
		alignment: reader.u64(at + 48, name('alignment')),
	};
}

function checkLoads(loads: readonly ProgramHeader[], fileLength: number): void {
	if (loads.length === 0) refuse('it has nothing to load');
	let end = 0;
	let total = 0;
	for (const {address, offset, fileSize, memorySize, alignment} of loads) {
		const where = `the segment at 0x${address.toString(16)}`;
		if (fileSize > memorySize) refuse(`${where} has more bytes in the file than in memory`);
		if (offset + fileSize > fileLength) refuse(`${where} reaches beyond the end of the file: the file is truncated or damaged`);
		if (address + memorySize > USER_END) refuse(`${where} reaches beyond the addresses that programs have`);
		if (alignment > 2 ** 30 || (alignment > 1 && !Number.isInteger(Math.log2(alignment)))) refuse(`${where} wants an alignment of 0x${alignment.toString(16)}`);
		if (fileSize > 0 && address % PAGE !== offset % PAGE) refuse(`${where} does not stand in memory as it stands in the file's pages`);
		if (address < end) refuse(`${where} overlaps the one before, or they are not sorted`);
		end = address + memorySize;
		total += memorySize;
	}

	if (total > MOST_MEMORY || end - loads[0].address > MOST_MEMORY) refuse(`its segments take up ${total} bytes of memory, spread over ${end - loads[0].address}`);
}

const protection = (flags: number): number => ((flags & PF.R) === 0 ? 0 : Prot.READ) | ((flags & PF.W) === 0 ? 0 : Prot.WRITE) | ((flags & PF.X) === 0 ? 0 : Prot.EXEC);

function headersAddress(headers: readonly ProgramHeader[], loads: readonly ProgramHeader[], table: number): number {
	const own = headers.find(({type}) => type === Segment.PHDR);
	if (own !== undefined) return own.address;
	const holder = loads.find(({offset, fileSize}) => offset <= table && table < offset + fileSize);
	return holder === undefined ? 0 : table - holder.offset + holder.address;
}

function interpreter(headers: readonly ProgramHeader[], source: ElfSource): string | undefined {
	const all = headers.filter(({type}) => type === Segment.INTERP);
	if (all.length === 0) return undefined;
	if (all.length > 1) refuse('it names more than one interpreter');
	const [{offset, fileSize}] = all;
	if (fileSize < 2 || fileSize > PAGE) refuse(`its interpreter's path has ${fileSize} bytes`);
	const path = part(source, offset, fileSize, 'its interpreter’s path reaches beyond the end of the file');
	if (path[fileSize - 1] !== 0) refuse('its interpreter’s path has no end');
	return nameOfBytes(path.subarray(0, path.indexOf(0)));
}
