import type {Machine} from '../../machine/machine.js';

/** Memory at the kernel's linear addresses, through the page tables in force. */
export class KernelMemory {
	constructor(private readonly machine: Machine) {}

	/** 64-bit words; undefined if they are not mapped. */
	read(address: bigint, count: number): bigint[] | undefined {
		const bytes = this.machine.readLinear(address, count * 8);
		if (bytes === undefined) return undefined;
		const view = new DataView(bytes.buffer);
		return Array.from({length: count}, (_, index) => view.getBigUint64(index * 8, true));
	}

	/** Whether so many bytes are mapped. */
	mayWrite(address: bigint, length: number): boolean {
		return this.machine.readLinear(address, length) !== undefined;
	}

	/** Writes 64-bit words, whatever the pages' rights. False if they are not mapped. */
	write(address: bigint, words: readonly bigint[]): boolean {
		const bytes = new Uint8Array(BigUint64Array.from(words).buffer);
		if (!this.mayWrite(address, bytes.length)) return false;
		for (const [index, byte] of bytes.entries()) {
			const at = BigInt.asUintN(64, address + BigInt(index));
			const page = this.machine.cpu.paging.peek(at);
			if (page !== undefined) this.machine.memory.write(page.physical + Number(at & 0xfffn), 8, BigInt(byte));
		}

		return true;
	}
}
