/** CR0 bits (SDM vol. 3A, 2.5). */
export const Cr0 = {
	PE: 1n << 0n,
	MP: 1n << 1n,
	EM: 1n << 2n,
	TS: 1n << 3n,
	ET: 1n << 4n,
	NE: 1n << 5n,
	WP: 1n << 16n,
	AM: 1n << 18n,
	NW: 1n << 29n,
	CD: 1n << 30n,
	PG: 1n << 31n,
} as const;

/** CR4 bits (SDM vol. 3A, 2.5) that this processor has. */
export const Cr4 = {
	TSD: 1n << 2n,
	DE: 1n << 3n,
	PSE: 1n << 4n,
	PAE: 1n << 5n,
	MCE: 1n << 6n,
	PGE: 1n << 7n,
	PCE: 1n << 8n,
	OSFXSR: 1n << 9n,
	OSXMMEXCPT: 1n << 10n,
	UMIP: 1n << 11n,
	FSGSBASE: 1n << 16n,
	PCIDE: 1n << 17n,
	SMEP: 1n << 20n,
	SMAP: 1n << 21n,
} as const;

/** EFER bits (SDM vol. 3A, 2.2.1). */
export const Efer = {SCE: 1n << 0n, LME: 1n << 8n, LMA: 1n << 10n, NXE: 1n << 11n} as const;

/** Page-table entry bits (SDM vol. 3A, 4.5). */
export const Pte = {
	P: 1n << 0n,
	W: 1n << 1n,
	U: 1n << 2n,
	PWT: 1n << 3n,
	PCD: 1n << 4n,
	A: 1n << 5n,
	D: 1n << 6n,
	PS: 1n << 7n,
	G: 1n << 8n,
	NX: 1n << 63n,
} as const;

/** Width of a physical address (CPUID 0x80000008). */
export const PHYSICAL_ADDRESS_BITS = 40n;

/** Width of a linear address. */
export const LINEAR_ADDRESS_BITS = 48n;

/** Bits 51:12 of an entry or of cr3: the physical page. */
export const PHYSICAL_PAGE_MASK = 0xf_ffff_ffff_f000n;

/** Whether bits 63:47 of an address are all equal (SDM vol. 1, 3.3.7.1). */
export const isCanonical = (address: bigint): boolean =>
	address < 0x8000_0000_0000n || (address >= 0xffff_8000_0000_0000n && address <= 0xffff_ffff_ffff_ffffn);
