import type {Cr0, Cr4, Efer} from '../../machine/control-bits.js';
import type {BitMeaning} from './field.js';

/** What the bits of CR0 say (SDM vol. 3A, 2.5). */
export const CR0_MEANINGS: Readonly<Record<keyof typeof Cr0, BitMeaning>> = {
	PE: ['Protected mode: rings and descriptors count', 'Real mode'],
	MP: ['wait and fwait look at TS', 'wait and fwait do not look at TS'],
	EM: ['There is no floating-point unit: its instructions are #UD or #NM', 'Floating-point instructions are carried out'],
	TS: ['Another task’s floating-point registers may be loaded: the next use is #NM', 'The floating-point registers are the current task’s'],
	ET: ['Always 1 on processors of today', 'Never seen on processors of today'],
	NE: ['Floating-point errors are the exception #MF', 'Floating-point errors go to an external interrupt, as on old computers'],
	WP: ['Ring 0 too must not write read-only pages', 'Ring 0 may write read-only pages'],
	AM: ['AC in rflags makes ring 3’s unaligned data #AC', 'Unaligned data are never #AC'],
	NW: ['Writes need not reach memory at once', 'Writes reach memory'],
	CD: ['Caches are off', 'Caches are on'],
	PG: ['Paging: every address goes through page tables', 'No paging'],
};

/** What the bits of CR4 say that this processor has (SDM vol. 3A, 2.5). */
export const CR4_MEANINGS: Readonly<Record<keyof typeof Cr4, BitMeaning>> = {
	TSD: ['rdtsc is for ring 0 only', 'Programs may read the time-stamp counter'],
	DE: ['Breakpoints on ports are possible', 'No breakpoints on ports'],
	PSE: ['Large pages in 32-bit paging, which is not used here', 'No large pages in 32-bit paging'],
	PAE: ['Entries of page tables have 64 bits: 64-bit mode needs it', 'Entries of page tables have 32 bits'],
	MCE: ['Machine checks are #MC', 'A machine check shuts the processor down'],
	PGE: ['Global pages stay in the TLB when cr3 changes', 'No page is global'],
	PCE: ['Programs may read performance counters', 'Performance counters are for ring 0'],
	OSFXSR: ['The system saves SSE registers: SSE instructions work', 'SSE instructions are #UD'],
	OSXMMEXCPT: ['SSE’s floating-point errors are #XM', 'SSE’s floating-point errors are #UD'],
	UMIP: ['Programs cannot ask where GDT, IDT and TSS are', 'Programs can ask where GDT, IDT and TSS are'],
	FSGSBASE: ['wrgsbase and its kin work, in ring 3 too', 'FS and GS bases are changed by wrmsr only'],
	PCIDE: ['cr3’s low twelve bits name an address space to the TLB', 'A change of cr3 empties the TLB but for global pages'],
	SMEP: ['Ring 0 must not run the program’s pages', 'Ring 0 may run the program’s pages'],
	SMAP: ['Ring 0 must not touch the program’s pages unless AC is set', 'Ring 0 may touch the program’s pages'],
};

/** What the bits of IA32_EFER say (SDM vol. 3A, 2.2.1). */
export const EFER_MEANINGS: Readonly<Record<keyof typeof Efer, BitMeaning>> = {
	SCE: ['SYSCALL and SYSRET are instructions', 'SYSCALL and SYSRET are #UD'],
	LME: ['64-bit mode is switched on', '64-bit mode is switched off'],
	LMA: ['64-bit mode is active', '64-bit mode is not active'],
	NXE: ['Page tables have a no-execute bit', 'The no-execute bit is reserved'],
};
