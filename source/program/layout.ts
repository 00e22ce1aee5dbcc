import type {ObjectSection} from './object-code.js';

/** Pages are 4 KiB (Intel SDM volume 3, 4-level paging). */
export const pageSize = 0x1000n;

/** One segment of an image: which sections go into it, where it begins, and what may be done with it. */
export interface SegmentRule {
	readonly name: string;
	/** Takes the sections that no earlier rule has taken. */
	readonly takes: (section: ObjectSection) => boolean;
	/** Its first address; without one, the next page after the segment before it. */
	readonly address?: bigint;
	readonly read: boolean;
	readonly write: boolean;
	readonly execute: boolean;
}

export interface Layout {
	readonly segments: readonly SegmentRule[];
	/** The symbol that a program begins at. */
	readonly entry: string;
	/** What to do when nothing defines it. */
	readonly withoutEntry: 'error' | 'first-text-byte';
	/** Whether objects see each other's local symbols, as parts of one text would. */
	readonly sharesLocals: boolean;
}

export interface LayoutOptions {
	/** Sections by name that stand at an address of their own. */
	readonly sections?: Readonly<Record<string, bigint>>;
	/** Where the first segment begins. */
	readonly text?: bigint;
	readonly entry?: string;
	readonly withoutEntry?: Layout['withoutEntry'];
	readonly sharesLocals?: boolean;
}

const standard: readonly SegmentRule[] = [
	{name: '.text', takes: ({attributes}) => attributes.execute && !attributes.write, read: true, write: false, execute: true},
	{name: '.rodata', takes: ({attributes}) => !attributes.execute && !attributes.write, read: true, write: false, execute: false},
	{name: '.wxtext', takes: ({attributes}) => attributes.execute && attributes.write, read: true, write: true, execute: true},
	{name: '.data', takes: ({attributes}) => !attributes.empty, read: true, write: true, execute: false},
	{name: '.bss', takes: () => true, read: true, write: true, execute: false},
];

/** Code at an address, and after it read-only data, data and empty data, each on pages of its own. */
function layoutAt(text: bigint, options: LayoutOptions): Layout {
	const placed = Object.entries(options.sections ?? {});
	const own = placed.map(([name, address]): SegmentRule => ({name, takes: section => section.name === name, address, read: true, write: true, execute: true}));
	const rules = standard.map((rule, index): SegmentRule => (index === 0 ? {...rule, address: options.text ?? text} : rule));
	return {segments: [...own, ...rules], entry: options.entry ?? '_start', withoutEntry: options.withoutEntry ?? 'error', sharesLocals: options.sharesLocals ?? false};
}

/** Where GNU ld puts a static program. */
export function userLayout(options: LayoutOptions = {}): Layout {
	return layoutAt(0x401000n, options);
}

/** Where Linux has its text (arch/x86/include/asm/page_64_types.h, __START_KERNEL). */
export function kernelLayout(options: LayoutOptions = {}): Layout {
	return layoutAt(0xffffffff81000000n, options);
}
