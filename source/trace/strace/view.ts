import {resultErrno} from '../../kernel/errno.js';

/**
 * Reads the calling process's memory as its page tables map it now.
 *
 * @param address - Of the first byte, as 64 bits without sign.
 * @param length - In bytes.
 * @returns the bytes, or undefined when one of them is not mapped
 */
export type MemoryReader = (address: bigint, length: number) => Uint8Array | undefined;

/** A call as it stands at its entry or at its exit: all that the text of an argument can depend on. */
export interface View {
	readonly memory: MemoryReader;
	/** The six argument registers, rdi, rsi, rdx, r10, r8, r9, as 64 bits without sign. */
	readonly args: readonly bigint[];
	/** The caller's stack pointer; undefined if it is not known. */
	readonly stack: bigint | undefined;
	/** What the call has left in rax, as 64 bits without sign; undefined at the entry. */
	readonly result: bigint | undefined;
	/** How many bytes of a string and elements of an array are written at most. */
	readonly limit: number;
	/** The name of the last call of the same task that was not restart_syscall; undefined if there is none. */
	readonly previous: string | undefined;
}

/** Writes a value: of a register, or from memory. It is given as 64 bits without sign. */
export type Show = (value: bigint, view: View) => string;

/** Whether the call has failed; false at its entry. */
export const hasFailed = ({result}: View): boolean => result !== undefined && resultErrno(result) !== undefined;

/** The call's result, or 0 at its entry. */
export const resultOf = ({result}: View): bigint => result ?? 0n;

/** The bytes at an address; undefined where they are not mapped or would wrap round the end of the address space. */
export function readBytes({memory}: View, address: bigint, length: number): Uint8Array | undefined {
	if (BigInt.asUintN(64, address + BigInt(length)) < address) return undefined;
	return length === 0 ? new Uint8Array() : memory(address, length);
}

/** A value of 1, 2, 4 or 8 bytes in memory; undefined where it is not mapped. */
export function readValue(view: View, address: bigint, bytes: 1 | 2 | 4 | 8): bigint | undefined {
	const data = readBytes(view, address, bytes);
	return data === undefined ? undefined : valueAt(viewOf(data), 0, bytes);
}

/** Bytes as fields can be read from them. */
export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A value within bytes, least significant byte first, without sign. */
export function valueAt(data: DataView, at: number, bytes: 1 | 2 | 4 | 8): bigint {
	switch (bytes) {
		case 1:
			return BigInt(data.getUint8(at));
		case 2:
			return BigInt(data.getUint16(at, true));
		case 4:
			return BigInt(data.getUint32(at, true));
		case 8:
			return data.getBigUint64(at, true);
	}
}
