import {PAGE_SIZE, type PhysicalMemory} from '../../machine/physical-memory.js';
import type {HostState, PagesState} from './host-state.js';

/** Pages whose counts are kept, and copied, together. */
const BLOCK = 1024;

/** The most references that a page can have. */
const MOST_REFERENCES = 0xffff;

/** The pages from `first` on, none of them in use. */
export function newPages(first: number, total: number, owner: object): PagesState {
	const blocks = Array.from({length: Math.ceil(total / BLOCK)}, () => ({owner, counts: new Uint16Array(BLOCK)}));
	return {first, total, free: total, hint: 0, blocks};
}

/**
 * Hands out pages of guest memory and counts who uses them (mm/page_alloc.c, reduced to single pages). The lowest free
 * page is always given out, so that equal runs use equal pages.
 */
export class PhysicalPages {
	constructor(
		private readonly holder: {readonly state: HostState},
		private readonly memory: PhysicalMemory,
	) {}

	private get pages(): PagesState {
		return this.holder.state.pages;
	}

	/** Pages that nobody uses. */
	get free(): number {
		return this.pages.free;
	}

	/** Takes a page, zeroed unless the caller fills it. Undefined if there is none left. */
	take(zeroed = true): number | undefined {
		const {pages} = this;
		const index = this.nextFree(pages.hint);
		if (index === undefined) return undefined;
		pages.hint = index + 1;
		return this.claim(index, zeroed);
	}

	/** Takes two consecutive zeroed pages, the first at a multiple of 8192. Undefined if there are none. */
	takePair(): number | undefined {
		const {pages} = this;
		for (let index = this.nextFree(pages.hint); index !== undefined; index = this.nextFree(index + 1)) {
			const physical = pages.first + index * PAGE_SIZE;
			if (physical % (2 * PAGE_SIZE) !== 0 || index + 1 >= pages.total || this.count(index + 1) !== 0) continue;
			this.claim(index + 1, true);
			return this.claim(index, true);
		}

		return undefined;
	}

	private nextFree(from: number): number | undefined {
		const {pages} = this;
		if (pages.free === 0) return undefined;
		for (let index = from; index < pages.total; index++) if (this.count(index) === 0) return index;
		return undefined;
	}

	private claim(index: number, zeroed: boolean): number {
		this.setCount(index, 1);
		this.pages.free--;
		const physical = this.pages.first + index * PAGE_SIZE;
		if (zeroed) this.zero(physical);
		return physical;
	}

	/** One more user of a page. False if its count is at its end or the page is none of these. */
	share(physical: number): boolean {
		const index = this.indexOf(physical);
		if (index === undefined) return false;
		const count = this.count(index);
		if (count === 0 || count === MOST_REFERENCES) return false;
		this.setCount(index, count + 1);
		return true;
	}

	/** One user less; the last one frees the page. Addresses that are no page in use are ignored. */
	release(physical: number): void {
		const index = this.indexOf(physical);
		if (index === undefined) return;
		const count = this.count(index);
		if (count === 0) return;
		this.setCount(index, count - 1);
		if (count > 1) return;
		const {pages} = this;
		pages.free++;
		pages.hint = Math.min(pages.hint, index);
	}

	/** Users of a page; 0 for what is no page of these. */
	references(physical: number): number {
		const index = this.indexOf(physical);
		return index === undefined ? 0 : this.count(index);
	}

	/** Fills a page with zeros. */
	zero(physical: number): void {
		this.memory.clear(physical, PAGE_SIZE);
	}

	/** Copies a page. */
	copy(from: number, to: number): void {
		this.memory.copy(from, to, PAGE_SIZE);
	}

	private indexOf(physical: number): number | undefined {
		const index = (physical - this.pages.first) / PAGE_SIZE;
		return Number.isInteger(index) && index >= 0 && index < this.pages.total ? index : undefined;
	}

	private count(index: number): number {
		return this.pages.blocks[Math.floor(index / BLOCK)].counts[index % BLOCK];
	}

	private setCount(index: number, count: number): void {
		const {blocks} = this.pages;
		const at = Math.floor(index / BLOCK);
		const {owner} = this.holder.state;
		if (blocks[at].owner !== owner) blocks[at] = {owner, counts: blocks[at].counts.slice()};
		blocks[at].counts[index % BLOCK] = count;
	}
}
