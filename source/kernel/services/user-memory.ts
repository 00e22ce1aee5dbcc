import {PAGE_SIZE, type PhysicalMemory} from '../../machine/physical-memory.js';
import {ADDRESSES} from '../constants.js';
import type {AddressSpace} from './address-space.js';

/** Whether a range lies in the user's half (arch/x86/include/asm/uaccess_64.h access_ok). */
export const accessOk = (address: bigint, length: bigint): boolean =>
	address >= 0n && length >= 0n && address + length <= ADDRESSES.TASK_SIZE_MAX;

/** A process's memory as the kernel copies from and to it: pages are brought in, and what can't be had is EFAULT. */
export class UserMemory {
	constructor(
		private readonly space: AddressSpace,
		private readonly memory: PhysicalMemory,
	) {}

	/** Calls back for each piece that lies in one page. Returns the bytes reached before a page that can't be had. */
	private walk(address: bigint, length: number, write: boolean, each: (physical: number, from: number, count: number) => void): number {
		if (!accessOk(address, 0n)) return 0;
		let done = 0;
		while (done < length) {
			const at = Number(address) + done;
			const physical = this.space.physical(at, write);
			if (physical === undefined) break;
			const count = Math.min(length - done, PAGE_SIZE - (at % PAGE_SIZE));
			each(physical, done, count);
			done += count;
		}

		return done;
	}

	/** Copies bytes in, as far as the pages reach. */
	readSome(address: bigint, length: number): Uint8Array {
		const pieces: Uint8Array[] = [];
		const count = this.walk(address, length, false, (physical, _, size) => pieces.push(this.memory.ram.slice(physical, physical + size)));
		if (pieces.length === 1) return pieces[0];
		const bytes = new Uint8Array(count);
		let at = 0;
		for (const piece of pieces) {
			bytes.set(piece, at);
			at += piece.length;
		}

		return bytes;
	}

	/** Copies bytes in; undefined if one of them can't be read. */
	read(address: bigint, length: number): Uint8Array | undefined {
		if (!accessOk(address, BigInt(length))) return undefined;
		const bytes = this.readSome(address, length);
		return bytes.length === length ? bytes : undefined;
	}

	/** Copies bytes out, as far as the pages reach. Returns how many. */
	writeSome(address: bigint, bytes: Uint8Array): number {
		return this.walk(address, bytes.length, true, (physical, from, count) => this.memory.writeBytes(physical, bytes.subarray(from, from + count)));
	}

	/** Copies bytes out; false if one of them can't be written (some may have been). */
	write(address: bigint, bytes: Uint8Array): boolean {
		return accessOk(address, BigInt(bytes.length)) && this.writeSome(address, bytes) === bytes.length;
	}

	/** Zeros bytes, as far as the pages reach. Returns how many. */
	clearSome(address: bigint, length: number): number {
		return this.walk(address, length, true, (physical, _, count) => {
			this.memory.clear(physical, count);
		});
	}

	/** Bytes up to a zero byte, without it. `'long'` if there is none within `limit` bytes, undefined if memory ends before. */
	string(address: bigint, limit: number): Uint8Array | 'long' | undefined {
		const bytes: Uint8Array[] = [];
		let length = 0;
		while (length < limit) {
			const at = address + BigInt(length);
			if (!accessOk(at, 1n)) return undefined;
			const piece = this.readSome(at, Math.min(limit - length, PAGE_SIZE - Number(at & 0xfffn)));
			if (piece.length === 0) return undefined;
			const end = piece.indexOf(0);
			bytes.push(end < 0 ? piece : piece.subarray(0, end));
			length += end < 0 ? piece.length : end;
			if (end >= 0) return concatenate(bytes, length);
		}

		return 'long';
	}

	/** A 64-bit word. */
	word(address: bigint): bigint | undefined {
		const bytes = this.read(address, 8);
		return bytes === undefined ? undefined : new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
	}
}

function concatenate(pieces: readonly Uint8Array[], length: number): Uint8Array {
	const bytes = new Uint8Array(length);
	let at = 0;
	for (const piece of pieces) {
		bytes.set(piece, at);
		at += piece.length;
	}

	return bytes;
}
