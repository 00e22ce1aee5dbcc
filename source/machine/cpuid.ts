import {ADDRESS_SIZES} from './control-registers.js';

/** The four registers that CPUID fills, in the order eax, ebx, ecx, edx. */
export type CpuidLeaf = readonly [eax: number, ebx: number, ecx: number, edx: number];

/** Leaf 1 edx: fpu, de, pse, tsc, msr, pae, mce, cx8, sep, pge, cmov, pat, clfsh, mmx, fxsr, sse, sse2. */
const BASIC_FEATURES = bitsOf([0, 2, 3, 4, 5, 6, 7, 8, 11, 13, 15, 16, 19, 23, 24, 25, 26]);

/** Leaf 1 ecx: cx16 and pcid; nothing newer than SSE2, so that C libraries choose plain code. */
const NEWER_FEATURES = bitsOf([13, 17]);

/** Leaf 7 ebx: fsgsbase, smep, invpcid, x87 selectors that read as zero, smap. */
const STRUCTURED_FEATURES = bitsOf([0, 7, 10, 13, 20]);

/** Leaf 7 ecx: umip. */
const STRUCTURED_FEATURES_2 = bitsOf([2]);

/** Leaf 0x80000001 edx: syscall, nx, pdpe1gb, rdtscp, lm. */
const EXTENDED_FEATURES = bitsOf([11, 20, 26, 27, 29]);

/** Leaf 0x80000001 ecx: lahf in 64-bit mode. */
const EXTENDED_FEATURES_2 = bitsOf([0]);

/** Family 6, a model and stepping that no other processor has. */
const SIGNATURE = 0x0000_06f1;

/** clflush lines of 8 quadwords, one logical processor. */
const MISCELLANEOUS = 0x0001_0800;

function bitsOf(positions: readonly number[]): number {
	return positions.reduce((all, position) => all | (1 << position), 0) >>> 0;
}

/** Twelve characters as the three registers hold them. */
const text = (characters: string): [number, number, number] => {
	const word = (at: number): number => [3, 2, 1, 0].reduce((value, byte) => ((value << 8) | characters.charCodeAt(at + byte)) >>> 0, 0);
	return [word(0), word(4), word(8)];
};

/** The vendor string goes to ebx, edx, ecx. Software knows Intel's rules by this name; ours are the same. */
const [VENDOR_EBX, VENDOR_EDX, VENDOR_ECX] = text('GenuineIntel');

const BRAND = 'syscall-lab x86-64 machine'.padEnd(48, '\0');

const brand = (part: number): CpuidLeaf => {
	const at = part * 16;
	const [a, b, c] = text(BRAND.slice(at, at + 12));
	return [a, b, c, text(BRAND.slice(at + 12, at + 16).padEnd(12, '\0'))[0]];
};

const LEAVES: ReadonlyMap<number, CpuidLeaf> = new Map<number, CpuidLeaf>([
	[0, [7, VENDOR_EBX, VENDOR_ECX, VENDOR_EDX]],
	[1, [SIGNATURE, MISCELLANEOUS, NEWER_FEATURES, BASIC_FEATURES]],
	[7, [0, STRUCTURED_FEATURES, STRUCTURED_FEATURES_2, 0]],
	[0x8000_0000, [0x8000_0008, 0, 0, 0]],
	[0x8000_0001, [SIGNATURE, 0, EXTENDED_FEATURES_2, EXTENDED_FEATURES]],
	[0x8000_0002, brand(0)],
	[0x8000_0003, brand(1)],
	[0x8000_0004, brand(2)],
	[0x8000_0008, [Number(ADDRESS_SIZES), 0, 0, 0]],
]);

const NOTHING: CpuidLeaf = [0, 0, 0, 0];

/** What CPUID answers: a plain x86-64 processor of the first generation, with the guards that the kernel uses. */
export function cpuid(leaf: number, subleaf: number): CpuidLeaf {
	if (leaf === 7 && subleaf !== 0) return NOTHING;
	return LEAVES.get(leaf) ?? NOTHING;
}
