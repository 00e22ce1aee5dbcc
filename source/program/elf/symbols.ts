import {absoluteSection, type ImageSymbol} from '../image.js';
import {ByteReader} from './bytes.js';
import {type ElfSection, stringAt} from './sections.js';

const SYMBOL_SIZE = 24;

/** Section types with symbols: for the linker, and for the dynamic linker. */
const SHT_SYMTAB = 2;
const SHT_DYNSYM = 11;

const SHN_UNDEF = 0;
const SHN_ABS = 0xfff1;
const STB_LOCAL = 0;

/** Symbol types that name a place: none, data, function, function that chooses another (System V ABI, chapter 4, Symbol Table). */
const PLACES: ReadonlySet<number> = new Set([0, 1, 2, 10]);

/** Names that people use come before those that a library keeps for itself: fewer underscores, then shorter. */
const rank = (name: string): number => (/^_*/u.exec(name)?.[0].length ?? 0) * 1000 + name.length;

function compare(a: ImageSymbol, b: ImageSymbol): number {
	if (a.address !== b.address) return a.address < b.address ? -1 : 1;
	return rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1);
}

/**
 * The symbols of an ELF file, sorted by address; the more usual of several names comes first.
 * @param bias what is added to the file's addresses
 */
export function elfSymbols(sections: readonly ElfSection[], bias: bigint): ImageSymbol[] {
	const table = sections.find(({type}) => type === SHT_SYMTAB) ?? sections.find(({type}) => type === SHT_DYNSYM);
	if (table === undefined) return [];
	const names = sections.at(table.link)?.bytes ?? new Uint8Array(0);
	const symbols: ImageSymbol[] = [];
	for (let at = 0; at + SYMBOL_SIZE <= table.bytes.length; at += SYMBOL_SIZE) {
		const reader = new ByteReader(table.bytes, at);
		const [name, info] = [stringAt(names, reader.unsigned(4)), reader.unsigned(1)];
		reader.skip(1);
		const index = reader.unsigned(2);
		if (index === SHN_UNDEF || name === '' || !PLACES.has(info & 0xf)) continue;
		const isNumber = index === SHN_ABS;
		const address = BigInt.asUintN(64, reader.word() + (isNumber ? 0n : bias));
		symbols.push({name: name.replace(/@.*$/u, ''), address, section: isNumber ? absoluteSection : sections.at(index)?.name ?? '', global: info >> 4 !== STB_LOCAL});
	}

	return symbols.sort(compare);
}
