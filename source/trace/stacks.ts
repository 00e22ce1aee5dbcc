import {ADDRESSES, IST, SIZES} from '../kernel/constants.js';
import {type Kernel, kernelAddress} from '../kernel/kernel.js';
import type {StackName} from './events.js';

/** One of the kernel's stacks: its lowest address and the one behind its highest. */
export interface StackRange {
	readonly name: StackName;
	readonly bottom: bigint;
	readonly top: bigint;
}

/** Bytes of the boot code's stack, below init_stack_top. */
const BOOT_STACK_SIZE = 4096n;

/** The stacks of the interrupt stack table, each above a page that is not mapped. */
const EXCEPTION_STACKS = Array.from({length: IST.IST_INDEX_MCE}, (_, index): StackRange => {
	const top = ADDRESSES.CPU_ENTRY_AREA_ESTACKS + BigInt((index + 1) * IST.EXCEPTION_STACK_STRIDE);
	return {name: 'exception', bottom: top - BigInt(IST.EXCEPTION_STKSZ), top};
});

/** Tells stacks apart by address. */
export class Stacks {
	private readonly fixed: readonly StackRange[];

	constructor(kernel: Kernel) {
		const bootTop = kernelAddress(kernel, 'init_stack_top');
		const entry = ADDRESSES.CPU_ENTRY_AREA_ENTRY_STACK;
		this.fixed = [
			{name: 'entry', bottom: entry, top: entry + BigInt(SIZES.PAGE_SIZE)},
			{name: 'boot', bottom: bootTop - BOOT_STACK_SIZE, top: bootTop},
			...EXCEPTION_STACKS,
		];
	}

	/** The kernel stack that holds an address, or whose top it is: an empty stack's pointer stands there. */
	kernelStack(address: bigint): StackRange | undefined {
		const fixed = this.fixed.find(({bottom, top}) => address > bottom && address <= top);
		if (fixed !== undefined) return fixed;
		const offset = address - ADDRESSES.VMALLOC_START;
		const stride = BigInt(SIZES.THREAD_STRIDE);
		if (offset <= 0n || offset >= stride * 1024n) return undefined;
		const top = ADDRESSES.VMALLOC_START + ((offset + stride - 1n) / stride) * stride;
		const bottom = top - BigInt(SIZES.THREAD_SIZE);
		return address > bottom ? {name: 'thread', bottom, top} : undefined;
	}

	/** Which stack a stack pointer stands on; in ring 3 it is the program's, whatever it holds. */
	nameOf(address: bigint): StackName {
		return this.kernelStack(address)?.name ?? 'user';
	}
}
