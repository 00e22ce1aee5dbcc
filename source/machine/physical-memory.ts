import {type WasmMemory, WASM_PAGE, webAssembly} from './emit/web-assembly.js';
import {Cell, RAM_OFFSET, TLB_BANKS, TLB_ENTRIES, TLB_OFFSET, TLB_WORDS} from './layout.js';

/** Bytes of the smallest page. */
export const PAGE_SIZE = 4096;

/** What must happen before a page is written the next time. */
export const PageState = {
	/** Its content is wanted as it is now, by whoever records the run. */
	COPY: 1,
	/** Instructions were decoded from it. */
	CODE: 2,
} as const;

/** PageState.COPY of four pages. */
const COPY_ALL = PageState.COPY * 0x0101_0101;

/** A memory for WebAssembly; undefined where the system gives no room in its address space for one. */
function reserve(pages: number): WasmMemory | undefined {
	try {
		return webAssembly === undefined ? undefined : new webAssembly.Memory({initial: pages, maximum: pages});
	} catch (error) {
		if (error instanceof RangeError) return undefined;
		throw error;
	}
}

/**
 * The machine's buffer: register cells, translation cache and guest physical memory, seen through typed arrays.
 * Physical addresses are JavaScript numbers from 0; what lies beyond the memory reads as ones and swallows writes.
 */
export class PhysicalMemory {
	readonly cells: BigUint64Array;
	readonly tlb: Int32Array;
	/** The whole buffer, for accesses at RAM_OFFSET plus a physical address. */
	readonly view: DataView;
	/** Guest memory alone. */
	readonly ram: Uint8Array;
	/** One PageState word for each page of guest memory. */
	readonly pages: Uint8Array;
	/** The same words, four at once. */
	private readonly pageGroups: Uint32Array;
	/** Called with a page's number before its first write since PageState.COPY was set. */
	onCopy: ((page: number) => void) | undefined;
	/** Called with a page's number before a write to a page with PageState.CODE. */
	onCodeWrite: ((page: number) => void) | undefined;
	/**
	 * Told of every write, by whoever makes it, before it is made: physical address, bytes. Of what instructions write it
	 * hears only while the processor has a detail listener: else most of that takes a shorter way.
	 */
	onWrite: ((address: number, bytes: number) => void) | undefined;

	/** The same memory for WebAssembly, where that was asked for and is there. */
	readonly wasm: WasmMemory | undefined;

	/**
	 * @param size bytes of guest memory: a positive multiple of 4096
	 * @param behind bytes that the emitted interpreter wants behind it; 0: WebAssembly will not come
	 */
	constructor(readonly size: number, behind = 0) {
		if (!Number.isSafeInteger(size) || size <= 0 || size % PAGE_SIZE !== 0) {
			throw new RangeError(`memory of ${size} bytes: give a positive multiple of ${PAGE_SIZE}`);
		}

		if (behind > 0 && webAssembly !== undefined) {
			const pages = Math.ceil((RAM_OFFSET + size + behind) / WASM_PAGE);
			this.wasm = reserve(pages);
		}

		const buffer = this.wasm?.buffer ?? new ArrayBuffer(RAM_OFFSET + size);
		this.cells = new BigUint64Array(buffer, 0, Cell.COUNT);
		this.tlb = new Int32Array(buffer, TLB_OFFSET, TLB_BANKS * TLB_ENTRIES * TLB_WORDS);
		this.view = new DataView(buffer);
		this.ram = new Uint8Array(buffer, RAM_OFFSET, size);
		const count = size / PAGE_SIZE;
		this.pageGroups = new Uint32Array(Math.ceil(count / 4));
		this.pages = new Uint8Array(this.pageGroups.buffer, 0, count);
	}

	/** Sets PageState.COPY for all pages. */
	wantCopies(): void {
		const {pageGroups} = this;
		for (let group = 0; group < pageGroups.length; group++) pageGroups[group] |= COPY_ALL;
	}

	/** Whether `length` bytes from `address` lie within the memory. */
	holds(address: number, length: number): boolean {
		return address >= 0 && address + length <= this.size;
	}

	/** Does what a page's state asks for, and clears it. */
	prepareWrite(page: number): void {
		const state = this.pages[page];
		if (state === 0) return;
		this.pages[page] = 0;
		if ((state & PageState.COPY) !== 0) this.onCopy?.(page);
		if ((state & PageState.CODE) !== 0) this.onCodeWrite?.(page);
	}

	/** Reads `bits` (8, 16, 32 or 64) at a physical address. */
	read(address: number, bits: number): bigint {
		if (!this.holds(address, bits >> 3)) return (1n << BigInt(bits)) - 1n;
		const at = RAM_OFFSET + address;
		switch (bits) {
			case 64:
				return this.view.getBigUint64(at, true);
			case 32:
				return BigInt(this.view.getUint32(at, true));
			case 16:
				return BigInt(this.view.getUint16(at, true));
			default:
				return BigInt(this.view.getUint8(at));
		}
	}

	/** Writes `bits` (8, 16, 32 or 64) at a physical address. */
	write(address: number, bits: number, value: bigint): void {
		if (!this.holds(address, bits >> 3)) return;
		this.prepareWrite(Math.floor(address / PAGE_SIZE));
		this.onWrite?.(address, bits >> 3);
		const at = RAM_OFFSET + address;
		switch (bits) {
			case 64:
				this.view.setBigUint64(at, value, true);
				break;
			case 32:
				this.view.setUint32(at, Number(value), true);
				break;
			case 16:
				this.view.setUint16(at, Number(value), true);
				break;
			default:
				this.view.setUint8(at, Number(value));
		}
	}

	/** Copies bytes into guest memory, as a loader or a device does. */
	writeBytes(address: number, bytes: Uint8Array): void {
		this.prepareRange(address, bytes.length);
		this.ram.set(bytes, address);
	}

	/** Makes bytes of guest memory zero. */
	clear(address: number, length: number): void {
		this.prepareRange(address, length);
		this.ram.fill(0, address, address + length);
	}

	/** Copies bytes within guest memory. */
	copy(from: number, to: number, length: number): void {
		this.prepareRange(to, length);
		this.ram.copyWithin(to, from, from + length);
	}

	/** What comes before a write to a range; it must lie within the memory. */
	private prepareRange(address: number, length: number): void {
		if (!this.holds(address, length)) {
			throw new RangeError(`${length} bytes at physical 0x${address.toString(16)} do not fit into ${this.size} bytes of memory`);
		}

		if (length === 0) return;
		const last = Math.floor((address + length - 1) / PAGE_SIZE);
		for (let page = Math.floor(address / PAGE_SIZE); page <= last; page++) this.prepareWrite(page);
		this.onWrite?.(address, length);
	}
}
