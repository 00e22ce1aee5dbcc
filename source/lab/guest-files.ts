import {readFileSync} from 'node:fs';
import path from 'node:path';
import type {InitialFile, InitialFiles} from '../kernel/services/file-system.js';
import type {Image, Segment} from '../program/image.js';
import type {Program} from '../trace/moment.js';

/** Sizes and numbers of an ELF file (System V ABI, chapter 4). */
const ELF = {HEADER_SIZE: 64, PROGRAM_HEADER_SIZE: 56, PAGE: 4096, EXECUTABLE: 2, X86_64: 62, PT_LOAD: 1} as const;

/** Magic number, 64 bits, little endian, version 1. */
const IDENTITY = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1];

/** Offsets in the file's header. */
const HEADER = {TYPE: 16, MACHINE: 18, VERSION: 20, ENTRY: 24, PROGRAM_HEADERS: 32, SIZE: 52, ENTRY_SIZE: 54, ENTRIES: 56} as const;

const flagsOf = ({read, write, execute}: Segment): number => (execute ? 1 : 0) | (write ? 2 : 0) | (read ? 4 : 0);

/** A segment with the place of its bytes in the file: at the same distance from a page's beginning as in memory. */
function placed(segments: readonly Segment[]): {readonly segment: Segment; readonly offset: number}[] {
	let end: number = ELF.HEADER_SIZE + segments.length * ELF.PROGRAM_HEADER_SIZE;
	return segments.map(segment => {
		const within = Number(segment.address % BigInt(ELF.PAGE));
		const offset = Math.ceil(Math.max(0, end - within) / ELF.PAGE) * ELF.PAGE + within;
		end = offset + segment.bytes.length;
		return {segment, offset};
	});
}

/** A linked program as a static executable. */
export function executableOf({entry, segments}: Image): Uint8Array {
	const places = placed(segments);
	const bytes = new Uint8Array(Math.max(ELF.HEADER_SIZE, ...places.map(({segment, offset}) => offset + segment.bytes.length)));
	const view = new DataView(bytes.buffer);
	bytes.set(IDENTITY);
	view.setUint16(HEADER.TYPE, ELF.EXECUTABLE, true);
	view.setUint16(HEADER.MACHINE, ELF.X86_64, true);
	view.setUint32(HEADER.VERSION, 1, true);
	view.setBigUint64(HEADER.ENTRY, entry, true);
	view.setBigUint64(HEADER.PROGRAM_HEADERS, BigInt(ELF.HEADER_SIZE), true);
	view.setUint16(HEADER.SIZE, ELF.HEADER_SIZE, true);
	view.setUint16(HEADER.ENTRY_SIZE, ELF.PROGRAM_HEADER_SIZE, true);
	view.setUint16(HEADER.ENTRIES, places.length, true);
	for (const [index, {segment, offset}] of places.entries()) {
		const at = ELF.HEADER_SIZE + index * ELF.PROGRAM_HEADER_SIZE;
		view.setUint32(at, ELF.PT_LOAD, true);
		view.setUint32(at + 4, flagsOf(segment), true);
		const fields = [BigInt(offset), segment.address, segment.address, BigInt(segment.bytes.length), BigInt(segment.memorySize), BigInt(ELF.PAGE)];
		for (const [field, value] of fields.entries()) view.setBigUint64(at + 8 + field * 8, value, true);
		bytes.set(segment.bytes, offset);
	}

	return bytes;
}

/** Rights of an executable. */
const EXECUTABLE_MODE = 0o755;

/** A file that can be executed. */
export const executable = ({image}: Program): InitialFile => ({bytes: executableOf(image), mode: EXECUTABLE_MODE});

/**
 * The files that a lab puts into the machine's file system: text and data as they are, a program's text as an executable.
 * @param files names in the lab's folder, by absolute path in the machine
 * @param assemble reads and assembles a program's text
 */
export function guestFiles(folder: string, files: Readonly<Record<string, string>>, assemble: (name: string) => Program): InitialFiles {
	return new Map(Object.entries(files).map(([guest, name]): [string, InitialFile] =>
		[guest, name.endsWith('.s') ? executable(assemble(name)) : new Uint8Array(readFileSync(path.join(folder, name)))]));
}
