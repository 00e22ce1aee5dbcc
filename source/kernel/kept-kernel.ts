/**
 * The kernel as it was assembled when the package was built. Reading it takes a tenth of the time of assembling it. It
 * carries a digest of the sources from which it was made, and counts only while they are as they were.
 */
import {createHash} from 'node:crypto';
import type {Image, ImageSymbol, Segment} from '../program/image.js';
import {readBuiltFile} from './package-files.js';

/** The file, in the folder of the built program. */
export const KEPT_KERNEL = 'kernel.json';

/** What the file holds: numbers of 64 bits as text, contents in base64, lines in four numbers each. */
interface KeptKernel {
	readonly digest: string;
	readonly entry: string;
	readonly segments: readonly (Omit<Segment, 'address' | 'bytes'> & {readonly address: string; readonly bytes: string})[];
	readonly symbols: readonly (Omit<ImageSymbol, 'address'> & {readonly address: string})[];
	readonly files: readonly string[];
	/** Address from the one before, length, file and line. */
	readonly lines: readonly (readonly [distance: number, length: number, file: number, line: number])[];
}

/** All texts that the kernel is made from, by name. */
export type Sources = ReadonlyMap<string, string>;

function digestOf(sources: Sources): string {
	const hash = createHash('sha256');
	for (const [name, text] of [...sources].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(`${name}\0${text}\0`);
	return hash.digest('hex');
}

/** The text of the file for a kernel. */
export function keptKernel(image: Image, sources: Sources): string {
	const files = [...sources.keys()];
	let before = 0n;
	const lines = image.lines.map(({address, length, file, line}): KeptKernel['lines'][number] => {
		const distance = Number(address - before);
		before = address;
		return [distance, length, files.indexOf(file), line];
	});
	const kept: KeptKernel = {
		digest: digestOf(sources),
		entry: String(image.entry),
		segments: image.segments.map(({address, bytes, ...rest}) => ({...rest, address: String(address), bytes: Buffer.from(bytes).toString('base64')})),
		symbols: image.symbols.map(({address, ...rest}) => ({...rest, address: String(address)})),
		files,
		lines,
	};
	return JSON.stringify(kept);
}

/**
 * The kernel that was kept, if there is one and it was made from these sources.
 * @param read gives the text of each of the kernel's files by name, as it is now
 */
export function readKeptKernel(read: (name: string) => string): Image | undefined {
	const text = readBuiltFile(KEPT_KERNEL);
	return text === undefined ? undefined : parseKeptKernel(text, read);
}

/** The same, from the file's text. */
export function parseKeptKernel(text: string, read: (name: string) => string): Image | undefined {
	const kept = JSON.parse(text) as KeptKernel;
	if (kept.digest !== digestOf(new Map(kept.files.map(name => [name, read(name)])))) return undefined;
	let address = 0n;
	return {
		entry: BigInt(kept.entry),
		segments: kept.segments.map(({address: start, bytes, ...rest}) => ({...rest, address: BigInt(start), bytes: new Uint8Array(Buffer.from(bytes, 'base64'))})),
		symbols: kept.symbols.map(({address: place, ...rest}) => ({...rest, address: BigInt(place)})),
		lines: kept.lines.map(([distance, length, file, line]) => {
			address += BigInt(distance);
			return {address, length, file: kept.files[file], line};
		}),
	};
}
