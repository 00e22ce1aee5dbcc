import {SERIAL_VECTOR} from '../../machine/devices.js';
import {PageFaultBit, SelectorErrorBit, Vector, vectorName} from '../../machine/fault.js';
import {TIMER_VECTOR} from '../../machine/timer.js';

/** What the vectors are called (SDM vol. 3A, table 6-1). */
const TITLES: ReadonlyMap<number, string> = new Map([
	[Vector.DE, 'divide error'], [Vector.DB, 'debug'], [Vector.NMI, 'non-maskable interrupt'], [Vector.BP, 'breakpoint'],
	[Vector.OF, 'overflow'], [Vector.BR, 'bound range exceeded'], [Vector.UD, 'invalid opcode'], [Vector.NM, 'device not available'],
	[Vector.DF, 'double fault'], [Vector.TS, 'invalid TSS'], [Vector.NP, 'segment not present'], [Vector.SS, 'stack-segment fault'],
	[Vector.GP, 'general protection'], [Vector.PF, 'page fault'], [Vector.MF, 'x87 floating-point error'], [Vector.AC, 'alignment check'],
	[Vector.MC, 'machine check'], [Vector.XM, 'SIMD floating-point exception'], [Vector.VE, 'virtualization exception'],
	[Vector.CP, 'control-protection exception'], [TIMER_VECTOR, 'the timer'], [SERIAL_VECTOR, 'the serial port'],
]);

/** What a vector is called; undefined for one that a program or a device may use as it likes. */
export const vectorTitle = (vector: number): string | undefined => TITLES.get(vector);

/** A vector by its short name and what it is called: `#PF, page fault`. */
export function vectorText(vector: number): string {
	const title = vectorTitle(vector);
	return title === undefined ? vectorName(vector) : `${vectorName(vector)}, ${title}`;
}

/** A field of an error code in words. */
export interface ErrorCodeField {
	readonly name: string;
	readonly value: bigint;
	readonly sentence: string;
}

/** Bits of a page fault's error code (SDM vol. 3A, 4.7). */
const PAGE_FAULT_BITS: readonly (readonly [name: string, mask: number, one: string, zero: string])[] = [
	['P', PageFaultBit.PRESENT, 'the page is there: its rights forbid the access', 'no page is there'],
	['W/R', PageFaultBit.WRITE, 'it was a write', 'it was a read or a fetch'],
	['U/S', PageFaultBit.USER, 'it was made in ring 3', 'it was made by the kernel or by the processor itself'],
	['RSVD', PageFaultBit.RESERVED, 'a reserved bit is set in an entry', 'no reserved bit is set'],
	['I/D', PageFaultBit.FETCH, 'an instruction was to be fetched', 'it was no fetch'],
];

/** Which table a selector error code means, by its bits IDT and TI. */
const TABLES = ['the GDT', 'the IDT', 'the LDT', 'the IDT'] as const;

/** The bit of a selector error code that names the LDT. */
const LDT_BIT = 4;

/** Reads an error code (SDM vol. 3A, 4.7 and 6.13). */
export function decodeErrorCode(vector: number, code: number): ErrorCodeField[] {
	if (vector === Vector.PF) {
		return PAGE_FAULT_BITS.map(([name, mask, one, zero]) => ({name, value: (code & mask) === 0 ? 0n : 1n, sentence: (code & mask) === 0 ? zero : one}));
	}

	if (code === 0) return [{name: 'code', value: 0n, sentence: 'no segment or gate is at fault'}];
	const external = (code & SelectorErrorBit.EXT) !== 0;
	const table = TABLES[((code & SelectorErrorBit.IDT) === 0 ? 0 : 1) + ((code & LDT_BIT) === 0 ? 0 : 2)];
	const index = BigInt(code >> 3);
	return [
		{name: 'EXT', value: external ? 1n : 0n, sentence: external ? 'it came up while something from outside the program was delivered' : 'the program’s own instruction caused it'},
		{name: 'table', value: BigInt((code >> 1) & 3), sentence: `${table} is meant`},
		{name: 'index', value: index, sentence: `its entry ${index}`},
	];
}
