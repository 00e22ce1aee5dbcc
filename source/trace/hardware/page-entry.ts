import {PHYSICAL_PAGE_MASK, Pte} from '../../machine/control-bits.js';
import {hex} from '../names.js';

/** What the tables of the four levels are called, from level 1 up (SDM vol. 3A, 4.5). */
export const LEVEL_NAMES = ['', 'page table', 'page directory', 'page-directory-pointer table', 'PML4'] as const;

/** Bytes that an entry of each level maps if it maps a page itself. */
export const LEVEL_SPAN = [0n, 1n << 12n, 1n << 21n, 1n << 30n, 1n << 39n] as const;

/** A bit of a page-table entry in words. */
interface EntryBit {
	readonly name: string;
	readonly mask: bigint;
	readonly one: string;
	readonly zero: string;
	/** Whether it says something only in an entry that maps a page. */
	readonly leafOnly?: boolean;
}

/** The bits of an entry that this processor looks at (SDM vol. 3A, 4.5 and 4.6). */
const BITS: readonly EntryBit[] = [
	{name: 'P', mask: Pte.P, one: 'present', zero: 'not present: nothing is mapped here, the other bits do not count'},
	{name: 'R/W', mask: Pte.W, one: 'may be written', zero: 'may only be read'},
	{name: 'U/S', mask: Pte.U, one: 'ring 3 may touch it', zero: 'for rings 0 to 2 only'},
	{name: 'PWT', mask: Pte.PWT, one: 'the cache writes through', zero: 'the cache writes back'},
	{name: 'PCD', mask: Pte.PCD, one: 'not cached', zero: 'cached'},
	{name: 'A', mask: Pte.A, one: 'accessed: a walk has used it', zero: 'no walk has used it yet'},
	{name: 'D', mask: Pte.D, one: 'dirty: the page was written', zero: 'the page was not written yet', leafOnly: true},
	{name: 'G', mask: Pte.G, one: 'global: it outlives a change of cr3 in the TLB', zero: 'not global', leafOnly: true},
	{name: 'NX', mask: Pte.NX, one: 'no instructions may be fetched from it', zero: 'instructions may be fetched from it'},
];

/** One field of an entry. */
export interface EntryField {
	readonly name: string;
	readonly value: bigint;
	readonly sentence: string;
}

/** A page-table entry in fields. */
export interface DecodedEntry {
	readonly present: boolean;
	/** Whether it maps a page itself: always at level 1, with PS at levels 2 and 3. */
	readonly leaf: boolean;
	/** Physical address of the page or of the next table. */
	readonly physical: bigint;
	readonly fields: readonly EntryField[];
	/** All of it in a few words. */
	readonly text: string;
}

/**
 * Reads an entry of a page table (SDM vol. 3A, 4.5).
 * @param level 4 for the PML4 down to 1 for the page table
 */
export function decodeEntry(entry: bigint, level: number): DecodedEntry {
	const present = (entry & Pte.P) !== 0n;
	const leaf = level === 1 || ((entry & Pte.PS) !== 0n && level < 4);
	const physical = entry & PHYSICAL_PAGE_MASK & (leaf ? ~(LEVEL_SPAN[level] - 1n) : ~0n);
	const bits = BITS.filter(({leafOnly}) => leaf || leafOnly !== true).map(({name, mask, one, zero}): EntryField => {
		const set = (entry & mask) !== 0n;
		return {name, value: set ? 1n : 0n, sentence: set ? one : zero};
	});
	const size = level === 2 || level === 3 ? [{name: 'PS', value: leaf ? 1n : 0n, sentence: leaf ? `it maps a page of ${sizeText(LEVEL_SPAN[level])} itself` : 'it leads to a further table'}] : [];
	const address = {name: 'address', value: physical, sentence: leaf ? `the page lies at physical ${hex(physical)}` : `the next table lies at physical ${hex(physical)}`};
	return {present, leaf, physical, fields: [...bits, ...size, address], text: textOf(entry, present, leaf, physical)};
}

function textOf(entry: bigint, present: boolean, leaf: boolean, physical: bigint): string {
	if (!present) return entry === 0n ? 'empty: not present' : 'not present';
	const rights = [
		(entry & Pte.U) === 0n ? 'kernel only' : 'ring 3 too',
		(entry & Pte.W) === 0n ? 'read-only' : 'writable',
		...((entry & Pte.NX) === 0n ? [] : ['no code']),
	];
	return `present, ${rights.join(', ')}; ${leaf ? 'the page' : 'the next table'} lies at physical ${hex(physical)}`;
}

/** A number of bytes as people say it. */
export function sizeText(bytes: bigint): string {
	const units = [[1n << 40n, 'TiB'], [1n << 30n, 'GiB'], [1n << 20n, 'MiB'], [1n << 10n, 'KiB']] as const;
	const unit = units.find(([size]) => bytes >= size && bytes % size === 0n);
	return unit === undefined ? `${bytes} bytes` : `${bytes / unit[0]} ${unit[1]}`;
}
