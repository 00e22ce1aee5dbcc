import {PageFaultBit} from '../../machine/fault.js';
import {PAGE_SIZE} from '../../machine/physical-memory.js';
import {ADDRESSES, SIGNAL_CODES, SIGNALS} from '../constants.js';
import type {Host} from './host.js';
import type {SharedObject, SpaceState} from './host-state.js';
import {RLIMIT_STACK, limitOf} from './limits.js';
import {holdsPage, pageOf, Prot, userEntry} from './user-tables.js';
import {carve, indexAbove, insert, type Vma, vmaAt} from './vmas.js';

/** End of what user addresses may be. */
export const TASK_SIZE = Number(ADDRESSES.TASK_SIZE_MAX);

/** The most areas that an address space may have (vm.max_map_count, smaller). */
export const MAX_MAP_COUNT = 4096;

/** The most bytes that an address space may cover, whatever they cost. */
const MOST_COVERED = 2 ** 40;

/** All mappings that may be written together may promise so many times the pages that exist. */
const OVERCOMMIT = 8;

/** Bytes that stay free between a growing stack and the area below it. */
const STACK_GUARD = 256 * PAGE_SIZE;

/** Why a page can't be had: the signal that Linux sends and its si_code. */
export interface Refusal {
	readonly signal: number;
	readonly code: number;
}

/** The address is not mapped. */
const MAPERR: Refusal = {signal: SIGNALS.SIGSEGV, code: SIGNAL_CODES.SEGV_MAPERR};
/** It is mapped, but not for this. */
const ACCERR: Refusal = {signal: SIGNALS.SIGSEGV, code: SIGNAL_CODES.SEGV_ACCERR};
/** It lies behind the end of the file (BUS_ADRERR). */
const BEYOND_FILE: Refusal = {signal: SIGNALS.SIGBUS, code: 2};
/** No memory is left: the process is killed (mm/oom_kill.c). */
const OUT_OF_MEMORY: Refusal = {signal: 9, code: SIGNAL_CODES.SI_KERNEL};

/** The address rounded up to a page. */
export const pageUp = (address: number): number => Math.ceil(address / PAGE_SIZE) * PAGE_SIZE;

/** The address rounded down to a page. */
export const pageDown = (address: number): number => Math.floor(address / PAGE_SIZE) * PAGE_SIZE;

/** Whether an area's pages are promised memory: those that will be written and whose place is counted. */
const isCounted = (vma: Vma): boolean => !vma.noReserve && ((vma.prot & Prot.WRITE) !== 0 || vma.growsDown);

const bytesOf = (vmas: readonly Vma[]): number => vmas.reduce((sum, {start, end}) => sum + end - start, 0);

/** One address space: its areas, and the pages behind them, which appear when they are touched (mm/memory.c, mm/mmap.c). */
export class AddressSpace {
	constructor(
		private readonly host: Host,
		/** Physical address of the top-level table. */
		readonly root: number,
	) {}

	/** What is kept of it. */
	get state(): SpaceState {
		const state = this.host.state.spaces.get(this.root);
		if (state === undefined) throw new Error(`no address space has its tables at 0x${this.root.toString(16)}`);
		return state;
	}

	/** Its areas, sorted. */
	get vmas(): readonly Vma[] {
		return this.state.vmas;
	}

	/** The area that holds an address. */
	find(address: number): Vma | undefined {
		return vmaAt(this.state.vmas, address);
	}

	/** Whether `bytes` more may be mapped, and promised if they are `counted`. */
	mayGrow(bytes: number, counted: boolean): boolean {
		const {state, pages} = this.host;
		if (bytesOf(this.vmas) + bytes > MOST_COVERED || this.vmas.length >= MAX_MAP_COUNT) return false;
		if (!counted) return true;
		const total = state.pages.total * PAGE_SIZE;
		if (bytes > total || pages.free === 0) return false;
		let promised = bytes;
		for (const space of state.spaces.values()) promised += bytesOf(space.vmas.filter(isCounted));
		return promised <= total * OVERCOMMIT;
	}

	/** Adds an area to a place that is free. */
	place(vma: Vma): void {
		this.state.vmas = insert(this.state.vmas, [vma]);
	}

	/** Takes away all areas between two addresses with their pages. False if that would make too many areas. */
	unmap(start: number, end: number): boolean {
		const {state} = this;
		const {inside, outside} = carve(state.vmas, start, end);
		if (inside.length === 0) return true;
		if (outside.length > Math.max(MAX_MAP_COUNT, state.vmas.length)) return false;
		this.dropPages(start, end);
		state.vmas = outside;
		this.host.tables.prune(this.root, start, end);
		this.host.forgetUnused(inside);
		return true;
	}

	/** Gives back the pages between two addresses; the areas stay. */
	dropPages(start: number, end: number): void {
		const {memory, tables, pages} = this.host;
		tables.visit(this.root, start, end, (_, at, entry) => {
			if (holdsPage(entry)) pages.release(pageOf(entry));
			memory.write(at, 64, 0n);
		});
		this.host.translationsChanged();
	}

	/** Sets the protection of all areas between two addresses. False if that would make too many areas. */
	protect(start: number, end: number, prot: number): boolean {
		const {state} = this;
		const {inside, outside} = carve(state.vmas, start, end);
		const vmas = insert(outside, inside.map(vma => ({...vma, prot})));
		if (vmas.length > Math.max(MAX_MAP_COUNT, state.vmas.length)) return false;
		state.vmas = vmas;
		const {memory, tables, pages} = this.host;
		for (const vma of inside) {
			tables.visit(this.root, vma.start, vma.end, (_, at, entry) => {
				const physical = pageOf(entry);
				memory.write(at, 64, userEntry(physical, prot, vma.shared || pages.references(physical) === 1));
			});
		}

		this.host.translationsChanged();
		return true;
	}

	/** Moves the pages of a range to another one that is free. False if memory for tables is lacking; nothing has moved then. */
	movePages(from: number, to: number, length: number): boolean {
		const {memory, tables} = this.host;
		const moves: (readonly [from: number, to: number, entry: bigint])[] = [];
		let missing = 0;
		tables.visit(this.root, from, from + length, (address, at, entry) => {
			const target = tables.make(this.root, address - from + to);
			if (target === undefined) missing++;
			else moves.push([at, target, entry]);
		});
		if (missing === 0) {
			for (const [source, target, entry] of moves) {
				memory.write(target, 64, entry);
				memory.write(source, 64, 0n);
			}
		}

		tables.prune(this.root, to, to + length);
		this.host.translationsChanged();
		return missing === 0;
	}

	/**
	 * Does what a page fault asks for (arch/x86/mm/fault.c do_user_addr_fault).
	 * @param address what cr2 holds
	 * @param errorCode as the processor pushed it
	 * @returns undefined if the access can be tried again
	 */
	fault(address: bigint, errorCode: number): Refusal | undefined {
		if (address < 0n || address >= ADDRESSES.TASK_SIZE_MAX) return MAPERR;
		const at = pageDown(Number(address));
		const vma = this.find(at) ?? this.growStack(at);
		if (vma === undefined) return MAPERR;
		if ((errorCode & PageFaultBit.RESERVED) !== 0) return ACCERR;
		const write = (errorCode & PageFaultBit.WRITE) !== 0;
		const fetch = (errorCode & PageFaultBit.FETCH) !== 0;
		// What is there and can't be read or executed won't be so a second time, whatever the area allows.
		if (!write && (errorCode & PageFaultBit.PRESENT) !== 0) return ACCERR;
		if ((vma.prot & (write ? Prot.WRITE : fetch ? Prot.EXEC : Prot.ALL)) === 0) return ACCERR;
		return this.populate(vma, at, write);
	}

	private growStack(address: number): Vma | undefined {
		const {state} = this;
		const index = indexAbove(state.vmas, address);
		const vma = state.vmas[index] as Vma | undefined;
		if (vma?.growsDown !== true) return undefined;
		const below = index === 0 ? undefined : state.vmas[index - 1];
		if (below !== undefined && below.prot !== 0 && address - below.end < STACK_GUARD) return undefined;
		if (below !== undefined && below.end > address) return undefined;
		const [soft] = limitOf(state, RLIMIT_STACK);
		if (BigInt(vma.end - address) > soft || !this.mayGrow(vma.start - address, true)) return undefined;
		const grown = {...vma, start: address};
		state.vmas = state.vmas.map(each => (each === vma ? grown : each));
		return grown;
	}

	/** Makes the page of an area present, and its own if it is to be written. */
	populate(vma: Vma, page: number, write: boolean): Refusal | undefined {
		const {memory, tables, pages} = this.host;
		const at = tables.make(this.root, page);
		if (at === undefined) return OUT_OF_MEMORY;
		const entry = memory.read(at, 64);
		if (!holdsPage(entry)) {
			const fresh = this.firstContent(vma, page);
			if (typeof fresh !== 'number') {
				tables.prune(this.root, page, page + PAGE_SIZE);
				return fresh;
			}

			memory.write(at, 64, userEntry(fresh, vma.prot));
			return undefined;
		}

		let physical = pageOf(entry);
		let own = vma.shared || pages.references(physical) === 1;
		if (write && !own) {
			// Shared since a fork: the writer gets a copy (do_wp_page).
			const copy = pages.take(false);
			if (copy === undefined) return OUT_OF_MEMORY;
			pages.copy(physical, copy);
			pages.release(physical);
			physical = copy;
			own = true;
		}

		memory.write(at, 64, userEntry(physical, vma.prot, own));
		this.host.translationsChanged();
		return undefined;
	}

	/** What a page holds when it is touched for the first time. */
	private firstContent(vma: Vma, page: number): number | Refusal {
		const {memory, pages, files} = this.host;
		const offset = vma.offset + page - vma.start;
		if (vma.object !== undefined) return this.sharedPage(vma.object, offset / PAGE_SIZE);
		if (vma.inode === undefined) return pages.take() ?? OUT_OF_MEMORY;
		if (offset >= pageUp(files.size(vma.inode))) return BEYOND_FILE;
		const bytes = files.readAt(vma.inode, offset, PAGE_SIZE);
		if (bytes === undefined) return BEYOND_FILE;
		const fresh = pages.take();
		if (fresh === undefined) return OUT_OF_MEMORY;
		memory.writeBytes(fresh, bytes);
		return fresh;
	}

	/** Bytes as a tracer sees them: what is mapped and not brought in yet reads as what it will be. Nothing changes. */
	peek(address: number, length: number): Uint8Array | undefined {
		const bytes = new Uint8Array(length);
		for (let done = 0; done < length; ) {
			const page = pageDown(address + done);
			const within = address + done - page;
			const count = Math.min(PAGE_SIZE - within, length - done);
			const part = this.peekPage(page, within, count);
			if (part === undefined) return undefined;
			bytes.set(part, done);
			done += count;
		}

		return bytes;
	}

	private peekPage(page: number, within: number, count: number): Uint8Array | undefined {
		const {memory, files, state} = this.host;
		const vma = this.find(page);
		if (vma === undefined || (vma.prot & Prot.READ) === 0) return undefined;
		const offset = vma.offset + page - vma.start;
		const shared = vma.object === undefined ? undefined : state.objects.get(vma.object)?.pages.get(offset / PAGE_SIZE);
		const physical = this.present(page, false) ?? shared;
		if (physical !== undefined) return Uint8Array.from({length: count}, (_, index) => Number(memory.read(physical + within + index, 8)));
		if (vma.inode === undefined) return new Uint8Array(count);
		return offset >= pageUp(files.size(vma.inode)) ? undefined : files.readAt(vma.inode, offset + within, count);
	}

	private sharedPage(number: number, index: number): number | Refusal {
		const {pages, state} = this.host;
		const object = state.objects.get(number);
		const known = object?.pages.get(index);
		if (known !== undefined) return pages.share(known) ? known : OUT_OF_MEMORY;
		const fresh = pages.take();
		if (fresh === undefined || object === undefined) return OUT_OF_MEMORY;
		pages.share(fresh);
		this.ownObject(number, object).pages.set(index, fresh);
		return fresh;
	}

	private ownObject(number: number, object: SharedObject): SharedObject {
		const {state} = this.host;
		if (object.owner === state.owner) return object;
		const own = {owner: state.owner, pages: new Map(object.pages)};
		state.objects.set(number, own);
		return own;
	}

	/** Physical address of a user byte that may be read, or written; the page is brought in. Undefined: EFAULT. */
	physical(address: number, write: boolean): number | undefined {
		const page = pageDown(address);
		const ready = this.present(page, write);
		if (ready !== undefined) return ready + address - page;
		if (this.fault(BigInt(address), write ? PageFaultBit.WRITE : 0) !== undefined) return undefined;
		const now = this.present(page, write);
		return now === undefined ? undefined : now + address - page;
	}

	/** The page of a present entry that allows the access and lies in memory. */
	private present(page: number, write: boolean): number | undefined {
		const {memory, tables} = this.host;
		if (page < 0 || page >= TASK_SIZE) return undefined;
		const at = tables.find(this.root, page);
		if (at === undefined) return undefined;
		const entry = memory.read(at, 64);
		const wanted = write ? 7n : 5n;
		return (entry & wanted) === wanted && memory.holds(pageOf(entry), PAGE_SIZE) ? pageOf(entry) : undefined;
	}

	/** Writes into the pages whatever their protection says, as a loader does. False if memory is lacking. */
	install(address: number, bytes: Uint8Array): boolean {
		for (let done = 0; done < bytes.length; ) {
			const page = pageDown(address + done);
			const vma = this.find(page);
			if (vma === undefined || this.populate(vma, page, true) !== undefined) return false;
			const at = this.host.tables.find(this.root, page);
			if (at === undefined) return false;
			const within = address + done - page;
			const count = Math.min(PAGE_SIZE - within, bytes.length - done);
			this.host.memory.writeBytes(pageOf(this.host.memory.read(at, 64)) + within, bytes.subarray(done, done + count));
			done += count;
		}

		return true;
	}
}
