import {Cr0, Cr4, isCanonical} from './control-bits.js';
import type {AccessPurpose, DetailListener} from './events.js';
import {Fault, generalProtection, NOT_CANONICAL, nonCanonical, Vector} from './fault.js';
import {Flag} from './flags.js';
import {Cell, RAM_OFFSET, TLB_BANKS, TLB_ENTRIES, TLB_OFFSET, TLB_WORDS, tlbEntry, TlbWord} from './layout.js';
import {Access, Accessor, type Paging, type Translation} from './paging.js';
import {PAGE_SIZE, type PhysicalMemory} from './physical-memory.js';

/** A tag that no page has, since tags are multiples of 4096. */
const NO_PAGE = 1;

/** The bank of the translation cache that is never filled: while it is chosen, every access goes the long way. */
const UNUSED_BANK = Accessor.IMPLICIT;

/** Memory as instructions see it: linear addresses, through the page tables, with the rights of the moment. */
export class LinearMemory {
	/** Wants every access; while set, the short way is not taken, so that it misses none. */
	listener: DetailListener | undefined;
	/** Asked about every access while a data breakpoint is armed: address, bytes, whether it is a write. */
	onBreakpoint: ((address: bigint, bytes: number, write: boolean) => void) | undefined;
	/** What the current accesses are for; the code that pushes or delivers frames sets it. */
	purpose: AccessPurpose = 'data';
	/** Which part of a structure the current access is, where the code that makes it knows. */
	part: string | undefined;
	private readonly tlb: Int32Array;
	private readonly view: DataView;
	private bank = 0;
	/** Whether data that is not aligned to its size raises #AC: CR0.AM and RFLAGS.AC are set, and CPL is 3. */
	private checksAlignment = false;
	private accessor: number = Accessor.SUPERVISOR;
	/** For each accessor, a number that changes whenever an instruction may have become fetchable from elsewhere or not at all. */
	private readonly generations = new Int32Array(TLB_BANKS);
	private lastGeneration = 0;
	private readonly scratch = new BigUint64Array(1);
	private readonly halves = new Int32Array(this.scratch.buffer);

	constructor(
		private readonly memory: PhysicalMemory,
		private readonly paging: Paging,
	) {
		this.tlb = memory.tlb;
		this.view = memory.view;
		this.dropShortcuts();
		paging.onOverflow = () => this.dropShortcuts();
	}

	/** To be called when CPL, RFLAGS.AC, CR0.AM or CR4.SMAP has changed: chooses whose rights count. */
	modeChanged(): void {
		const {cells} = this.memory;
		const guarded = (cells[Cell.CR4] & Cr4.SMAP) !== 0n && (cells[Cell.RFLAGS] & Flag.AC) === 0n;
		const user = cells[Cell.CPL] === 3n;
		this.accessor = user ? Accessor.USER : guarded ? Accessor.SUPERVISOR_GUARDED : Accessor.SUPERVISOR;
		this.checksAlignment = user && (cells[Cell.CR0] & Cr0.AM) !== 0n && (cells[Cell.RFLAGS] & Flag.AC) !== 0n;
		this.bank = (this.checksAlignment ? UNUSED_BANK : this.accessor) * TLB_ENTRIES * TLB_WORDS;
	}

	/** Sets who is asked about data accesses, because breakpoints are armed; undefined: nobody. */
	watch(onBreakpoint: LinearMemory['onBreakpoint']): void {
		this.onBreakpoint = onBreakpoint;
		this.dropShortcuts();
	}

	/** Forgets the short ways to pages; the TLB proper keeps its translations. */
	dropShortcuts(): void {
		this.tlb.fill(NO_PAGE);
		this.codeChanged();
	}

	/** To be called when code has changed or may be elsewhere: whoever remembers where instructions came from must look again. */
	codeChanged(): void {
		for (let accessor = 0; accessor < this.generations.length; accessor++) this.generations[accessor] = ++this.lastGeneration | 0;
	}

	/** Byte offset in the buffer of the bank in force of the translation cache. */
	get bankOffset(): number {
		return TLB_OFFSET + this.bank * 4;
	}

	/** While this number is the same, what an address was fetched from still is what it would be fetched from. */
	get fetchGeneration(): number {
		return this.generations[this.accessor];
	}

	/** Makes the next write to any page go the long way, where page states are looked at. */
	dropWriteShortcuts(): void {
		const {tlb} = this;
		for (let entry = 0; entry < TLB_BANKS * TLB_ENTRIES * TLB_WORDS; entry += TLB_WORDS) tlb[entry + TlbWord.WRITE] = NO_PAGE;
	}

	/** Reads `bits` (8, 16, 32 or 64). A fault names #SS instead of #GP if `stack`. */
	load(address: bigint, bits: number, stack = false): bigint {
		const at = this.shortcut(address, bits >> 3, TlbWord.READ);
		if (at < 0) return this.loadSlowly(address, bits, stack);
		return this.get(at, bits);
	}

	/** Writes `bits` (8, 16, 32 or 64). */
	store(address: bigint, bits: number, value: bigint, stack = false): void {
		const at = this.shortcut(address, bits >> 3, TlbWord.WRITE);
		if (at < 0) this.storeSlowly(address, bits, value, stack);
		else this.put(at, bits, value);
	}

	/** Reads what will be written next: the fault, if any, is the write's. */
	loadForWrite(address: bigint, bits: number, stack = false): bigint {
		const at = this.shortcut(address, bits >> 3, TlbWord.WRITE);
		if (at < 0) {
			this.checkAligned(address, bits >> 3, stack);
			this.checkWritable(address, bits >> 3, stack);
			return this.loadSlowly(address, bits, stack);
		}

		return this.get(at, bits);
	}

	/** Raises the fault that a write of `bytes` would raise. */
	checkWritable(address: bigint, bytes: number, stack = false): void {
		this.checkSpan(address, bytes, stack);
		this.translate(address, Access.WRITE);
		const last = BigInt.asUintN(64, address + BigInt(bytes - 1));
		if (last >> 12n !== address >> 12n) this.translate(last & ~0xfffn, Access.WRITE);
	}

	/** Reads with the processor's own rights, as it reads descriptor tables and the TSS. */
	loadImplicit(address: bigint, bits: number, purpose: AccessPurpose, part?: string): bigint {
		const {accessor} = this;
		this.accessor = Accessor.IMPLICIT;
		this.purpose = purpose;
		this.part = part;
		try {
			return this.loadSlowly(address, bits, false);
		} finally {
			this.accessor = accessor;
			this.purpose = 'data';
			this.part = undefined;
		}
	}

	/** Writes with the processor's own rights, as it marks descriptors. */
	storeImplicit(address: bigint, bits: number, value: bigint, purpose: AccessPurpose, part?: string): void {
		this.part = part;
		this.storeAs(Accessor.IMPLICIT, address, bits, value, purpose, false);
	}

	/** Pushes a word of a frame with the rights of the ring that is being entered. */
	storeFrame(address: bigint, bits: number, value: bigint, cpl: number, part?: string): void {
		this.part = part;
		this.storeAs(cpl === 3 ? Accessor.USER : this.supervisor(), address, bits, value, 'frame', true);
	}

	private storeAs(accessor: number, address: bigint, bits: number, value: bigint, purpose: AccessPurpose, stack: boolean): void {
		const own = this.accessor;
		this.accessor = accessor;
		this.purpose = purpose;
		try {
			this.storeSlowly(address, bits, value, stack);
		} finally {
			this.accessor = own;
			this.purpose = 'data';
			this.part = undefined;
		}
	}

	/** Physical address of an instruction byte, as a number. Throws the fault of the fetch. */
	fetch(address: bigint): number {
		const at = this.shortcut(address, 1, TlbWord.EXECUTE);
		if (at >= 0) return at - RAM_OFFSET;
		if (!isCanonical(address)) throw generalProtection(0, NOT_CANONICAL);
		const page = this.paging.translate(address, Access.EXECUTE, this.accessor);
		this.remember(address, page, TlbWord.EXECUTE);
		return page.physical + Number(address & 0xfffn);
	}

	private supervisor(): number {
		return (this.memory.cells[Cell.CR4] & Cr4.SMAP) === 0n ? Accessor.SUPERVISOR : Accessor.SUPERVISOR_GUARDED;
	}

	/** Offset in the buffer if the short way is open for all bytes of an access, else -1. */
	private shortcut(address: bigint, bytes: number, right: number): number {
		this.scratch[0] = address;
		const low = this.halves[0];
		const {tlb} = this;
		const entry = this.bank + tlbEntry(low) * TLB_WORDS;
		if (tlb[entry + right] !== ((low + bytes - 1) & -PAGE_SIZE) || tlb[entry + right + 1] !== this.halves[1]) return -1;
		return (low + tlb[entry + TlbWord.ADDEND]) | 0;
	}

	/** Opens the short way to a page for one kind of access. */
	private remember(address: bigint, page: Translation, right: number): void {
		if (right !== TlbWord.EXECUTE && (this.listener !== undefined || this.onBreakpoint !== undefined)) return;
		// Who wants to know everything hears of each fetch's translation too.
		if (this.listener?.note !== undefined) return;
		// The processor's own accesses have other rights than the bank of the code that is running.
		if (this.bank !== this.accessor * TLB_ENTRIES * TLB_WORDS || !this.memory.holds(page.physical, PAGE_SIZE)) return;
		this.scratch[0] = address & ~0xfffn;
		const low = this.halves[0];
		const high = this.halves[1];
		const {tlb} = this;
		const entry = this.bank + tlbEntry(low) * TLB_WORDS;
		const addend = (RAM_OFFSET + page.physical - low) | 0;
		for (const other of [TlbWord.READ, TlbWord.WRITE, TlbWord.EXECUTE]) {
			if (tlb[entry + other] !== low || tlb[entry + other + 1] !== high || tlb[entry + TlbWord.ADDEND] !== addend) tlb[entry + other] = NO_PAGE;
		}

		tlb[entry + TlbWord.ADDEND] = addend;
		tlb[entry + right] = low;
		tlb[entry + right + 1] = high;
	}

	private get(at: number, bits: number): bigint {
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

	private put(at: number, bits: number, value: bigint): void {
		switch (bits) {
			case 64:
				this.view.setBigUint64(at, value, true);
				break;
			case 32:
				this.scratch[0] = value;
				this.view.setInt32(at, this.halves[0], true);
				break;
			case 16:
				this.view.setUint16(at, Number(value), true);
				break;
			default:
				this.view.setUint8(at, Number(value));
		}
	}

	private checkSpan(address: bigint, bytes: number, stack: boolean): void {
		if (!isCanonical(address) || !isCanonical(BigInt.asUintN(64, address + BigInt(bytes - 1)))) throw nonCanonical(stack);
	}

	private translate(address: bigint, access: number): number {
		return this.paging.translate(address, access, this.accessor).physical + Number(address & 0xfffn);
	}

	/** Raises #AC for data that is not aligned, where that is checked: before any page fault, after a bad address. */
	private checkAligned(address: bigint, bytes: number, stack: boolean): void {
		if (!this.checksAlignment || this.accessor !== Accessor.USER || (address & BigInt(bytes - 1)) === 0n) return;
		this.checkSpan(address, bytes, stack);
		throw new Fault(Vector.AC, 0, undefined, 'the address is no multiple of the operand’s size, and AC asks for that');
	}

	/** Tells the breakpoints of a data access that the program makes. */
	private notice(address: bigint, bytes: number, write: boolean): void {
		if (this.accessor !== Accessor.IMPLICIT) this.onBreakpoint?.(address, bytes, write);
	}

	private loadSlowly(address: bigint, bits: number, stack: boolean): bigint {
		const bytes = bits >> 3;
		this.checkAligned(address, bytes, stack);
		this.checkSpan(address, bytes, stack);
		this.notice(address, bytes, false);
		const value = this.readLinear(address, bits, Access.READ);
		this.tell(false, address, bits, value, value);
		return value;
	}

	private tell(write: boolean, address: bigint, bits: number, before: bigint, value: bigint): void {
		const {purpose, part} = this;
		this.listener?.access({purpose, write, address, bits, before, value, ...(part === undefined ? {} : {part})});
	}

	private storeSlowly(address: bigint, bits: number, value: bigint, stack: boolean): void {
		const bytes = bits >> 3;
		this.checkAligned(address, bytes, stack);
		this.checkWritable(address, bytes, stack);
		this.notice(address, bytes, true);
		if (this.listener !== undefined) {
			const before = this.readLinear(address, bits, Access.WRITE);
			this.tell(true, address, bits, before, value);
		}

		const within = PAGE_SIZE - Number(address & 0xfffn);
		const page = this.paging.translate(address, Access.WRITE, this.accessor);
		const physical = page.physical + Number(address & 0xfffn);
		if (bytes <= within) {
			this.memory.write(physical, bits, value);
			this.remember(address, page, TlbWord.WRITE);
			return;
		}

		const second = this.translate(BigInt.asUintN(64, address + BigInt(within)), Access.WRITE);
		for (let byte = 0; byte < bytes; byte++) {
			this.memory.write(byte < within ? physical + byte : second + byte - within, 8, (value >> BigInt(8 * byte)) & 0xffn);
		}
	}

	/** Reads bytes that may lie on two pages; both are translated before either is read. */
	private readLinear(address: bigint, bits: number, access: number): bigint {
		const bytes = bits >> 3;
		const within = PAGE_SIZE - Number(address & 0xfffn);
		const page = this.paging.translate(address, access, this.accessor);
		const physical = page.physical + Number(address & 0xfffn);
		if (bytes <= within) {
			if (access === Access.READ) this.remember(address, page, TlbWord.READ);
			return this.memory.read(physical, bits);
		}

		const second = this.translate(BigInt.asUintN(64, address + BigInt(within)), access);
		let value = 0n;
		for (let byte = 0; byte < bytes; byte++) {
			value |= this.memory.read(byte < within ? physical + byte : second + byte - within, 8) << BigInt(8 * byte);
		}

		return value;
	}
}

