/** Exception vectors (SDM vol. 3A, table 6-1). */
export const Vector = {
	DE: 0,
	DB: 1,
	NMI: 2,
	BP: 3,
	OF: 4,
	BR: 5,
	UD: 6,
	NM: 7,
	DF: 8,
	TS: 10,
	NP: 11,
	SS: 12,
	GP: 13,
	PF: 14,
	MF: 16,
	AC: 17,
	MC: 18,
	XM: 19,
	VE: 20,
	CP: 21,
} as const;

/** The vectors' short names, by number; empty where the manual reserves the number. */
export const VECTOR_NAMES: readonly string[] = [
	'#DE', '#DB', 'NMI', '#BP', '#OF', '#BR', '#UD', '#NM', '#DF', '', '#TS', '#NP', '#SS', '#GP', '#PF', '',
	'#MF', '#AC', '#MC', '#XM', '#VE', '#CP',
];

/** A vector as the manual writes it: `#GP`, or `vector 32` for one without a name. */
export const vectorName = (vector: number): string => VECTOR_NAMES[vector] || `vector ${vector}`;

/** Page-fault error-code bits (SDM vol. 3A, 4.7). */
export const PageFaultBit = {PRESENT: 1, WRITE: 2, USER: 4, RESERVED: 8, FETCH: 16} as const;

/** Selector error-code bits (SDM vol. 3A, 6.13). */
export const SelectorErrorBit = {EXT: 1, IDT: 2} as const;

/**
 * A fault that an instruction or its fetch raises: a value which the processor delivers to the guest through the IDT.
 * It is thrown only to leave the instruction that can't complete; it is not an Error and carries no stack.
 */
export class Fault {
	/**
	 * @param vector the exception's vector
	 * @param errorCode what is pushed last, for the vectors that push one
	 * @param address the linear address of a page fault, for cr2
	 * @param reason what the processor did not like, in a few words for people; the guest never sees it
	 */
	constructor(
		readonly vector: number,
		readonly errorCode?: number,
		readonly address?: bigint,
		readonly reason?: string,
	) {}
}

/** Why an address is refused before any table is asked. */
export const NOT_CANONICAL = 'the address is not canonical: its bits 63 to 47 are not all equal';

/** #GP with an error code: 0, or a selector's index. */
export const generalProtection = (errorCode = 0, reason?: string): Fault => new Fault(Vector.GP, errorCode, undefined, reason);

/** #UD. */
export const undefinedOpcode = (reason?: string): Fault => new Fault(Vector.UD, undefined, undefined, reason);

/** A non-canonical address: #SS for accesses through the stack segment, #GP for the others. */
export const nonCanonical = (stack: boolean): Fault => new Fault(stack ? Vector.SS : Vector.GP, 0, undefined, NOT_CANONICAL);

/** An instruction that the machine knows by name but does not execute; it ends the run and is never skipped. */
export class NotImplemented {
	/**
	 * @param mnemonic the instruction, as the Intel manual names it
	 * @param address where it stands
	 */
	constructor(
		readonly mnemonic: string,
		readonly address: bigint,
	) {}

	/** The message that users see. */
	get message(): string {
		return `not implemented: ${this.mnemonic} at 0x${this.address.toString(16)}`;
	}
}
