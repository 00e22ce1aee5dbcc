import {absoluteSection} from './image.js';
import type {Image, ImageLine, ImageSymbol, Segment} from './image.js';
import {pageSize, userLayout} from './layout.js';
import type {Layout, SegmentRule} from './layout.js';
import {GlobalSymbols} from './link-symbols.js';
import type {ObjectCode, ObjectSection, ObjectSymbol, Relocation} from './object-code.js';
import {ProblemList, StatementError} from './problems.js';
import {writeField} from './sections/fields.js';
import {fillWithNops} from './sections/nops.js';

/** A section of an object at its address. */
interface PlacedSection {
	readonly object: ObjectCode;
	readonly section: ObjectSection;
	readonly address: bigint;
}

/**
 * Joins objects into one image: gives every section its address, every symbol its value, and fills in what
 * `assemble` left open.
 *
 * @throws AssemblyError for undefined and duplicate symbols, a missing entry, and values that do not fit
 */
export function link(objects: readonly ObjectCode[], layout: Layout = userLayout()): Image {
	return new Linker(objects, layout).run();
}

class Linker {
	private readonly problems = new ProblemList();
	private readonly addresses = new Map<ObjectSection, bigint>();
	private readonly segments: {readonly segment: Segment; readonly parts: readonly PlacedSection[]}[] = [];
	private readonly globals: GlobalSymbols;
	/** The symbols that only the linker defines, as far as they are used. */
	private readonly edges = new Map<string, ImageSymbol>();
	private readonly objects: readonly ObjectCode[];

	constructor(objects: readonly ObjectCode[], private readonly layout: Layout) {
		this.globals = new GlobalSymbols(objects, this.problems, layout.sharesLocals);
		const {common} = this.globals;
		this.objects = common === undefined ? objects : [...objects, common];
	}

	run(): Image {
		this.place();
		for (const {segment, parts} of this.segments) {
			for (const part of parts) for (const relocation of part.section.relocations) this.relocate(segment, part, relocation);
		}
		const entry = this.entry();
		this.problems.throwIfAny();
		return {
			entry,
			segments: this.segments.map(({segment}) => segment),
			symbols: this.symbols(),
			lines: this.lines(),
		};
	}

	private place(): void {
		const waiting = new Set(this.objects.flatMap(object => object.sections.filter(section => section.attributes.allocated && section.size > 0).map(section => ({object, section}))));
		let next = 0n;
		for (const rule of this.layout.segments) {
			const taken = [...waiting].filter(({section}) => rule.takes(section));
			if (taken.length === 0) {
				next = rule.address ?? next;
				continue;
			}
			for (const each of taken) waiting.delete(each);
			const parts = arrange(taken.map(each => each.section.name), taken, rule.address ?? next);
			const segment = makeSegment(rule, rule.address ?? next, parts);
			for (const part of parts) this.addresses.set(part.section, part.address);
			this.segments.push({segment, parts});
			next = alignUp(segment.address + BigInt(segment.memorySize), pageSize);
		}
		this.segments.sort((a, b) => compare(a.segment.address, b.segment.address));
		this.refuseOverlaps();
	}

	private refuseOverlaps(): void {
		this.segments.forEach(({segment, parts}, index) => {
			if (index === 0) return;
			const before = this.segments[index - 1].segment;
			if (segment.address >= before.address + BigInt(before.memorySize)) return;
			const line = parts[0].section.lines.at(0);
			this.problems.add(line ?? {file: parts[0].object.name, line: 1}, `The segments ${before.name} and ${segment.name} overlap at 0x${segment.address.toString(16)}.`, 'Give one of them another address in the layout.');
		});
	}

	private relocate(segment: Segment, part: PlacedSection, relocation: Relocation): void {
		this.problems.guard(relocation.origin, () => {
			const place = part.address + BigInt(relocation.offset);
			const target = this.targetAddress(part.object, relocation);
			if (target === undefined) return;
			const value = BigInt.asIntN(64, target + relocation.addend - (relocation.pcRelative ? place : 0n));
			const unsigned = relocation.signed || relocation.pcRelative || relocation.size < 4 ? value : asField(value, relocation.size);
			writeField(segment.bytes, Number(place - segment.address), unsigned, relocation, this.nameOf(part.object, relocation));
		});
	}

	private targetAddress(object: ObjectCode, {target, origin}: Relocation): bigint | undefined {
		switch (target.kind) {
			case 'absolute': return 0n;
			case 'section': return this.sectionAddress(object, target.index);
			case 'symbol': {
				const edge = this.edge(target.name);
				if (edge !== undefined) return edge;
				const found = this.globals.find(object, target.name, origin);
				return found === undefined ? undefined : this.addressOf(found.object, found.symbol);
			}
		}
	}

	/** What `__start_NAME` and `__stop_NAME` stand for where nothing defines them: the ends of all sections of that name, as in GNU ld. */
	private edge(name: string): bigint | undefined {
		const known = this.edges.get(name);
		if (known !== undefined) return known.address;
		const found = /^__(start|stop)_(\w+)$/.exec(name);
		if (found === null) return undefined;
		const [, end, section] = found;
		const parts = this.globals.definition(name) !== undefined ? [] : this.segments.flatMap(each => each.parts.filter(part => part.section.name === section));
		const [first, last] = [parts.at(0), parts.at(-1)];
		if (first === undefined || last === undefined) return undefined;
		const address = end === 'start' ? first.address : last.address + BigInt(last.section.size);
		this.edges.set(name, {name, address, section, global: true});
		return address;
	}

	private sectionAddress(object: ObjectCode, index: number): bigint {
		const section = object.sections[index];
		const address = this.addresses.get(section);
		if (address !== undefined) return address;
		if (section.attributes.allocated) return this.emptyAddress(section);
		throw new StatementError(`The section ${section.name} is not loaded, so it has no address.`, `Write .section ${section.name},"a" for data, "aw" if it is written to, or "ax" for code.`);
	}

	/** A section without bytes stands where the segment of its sort begins. */
	private emptyAddress(section: ObjectSection): bigint {
		const rule = this.layout.segments.find(each => each.takes(section));
		const found = this.segments.find(({segment}) => segment.name === rule?.name);
		return found?.segment.address ?? rule?.address ?? 0n;
	}

	/** undefined for a weak symbol that nothing defines stands for address 0. */
	private addressOf(object: ObjectCode, symbol: ObjectSymbol): bigint {
		switch (symbol.place.kind) {
			case 'absolute': return symbol.place.value;
			case 'section': return BigInt.asUintN(64, this.sectionAddress(object, symbol.place.index) + symbol.place.offset);
			case 'common':
			case 'undefined': return 0n;
		}
	}

	private nameOf(object: ObjectCode, {target, addend, pcRelative, size}: Relocation): string {
		if (target.kind === 'symbol') return target.name;
		if (target.kind === 'absolute') return 'The value';
		const offset = addend + (pcRelative ? BigInt(size) : 0n);
		const symbol = object.symbols.find(({place}) => place.kind === 'section' && place.index === target.index && place.offset === offset);
		return symbol?.name ?? object.sections[target.index].name;
	}

	private entry(): bigint {
		const found = this.globals.definition(this.layout.entry);
		if (found !== undefined) return this.addressOf(found.object, found.symbol);
		const local = this.objects.flatMap(object => object.symbols.filter(symbol => symbol.name === this.layout.entry).map(symbol => ({object, symbol}))).at(0);
		const text = this.segments.find(({segment}) => segment.execute);
		if (this.layout.withoutEntry === 'first-text-byte' && text !== undefined) return text.segment.address;
		const origin = local?.symbol.origin ?? {file: this.objects.at(0)?.name ?? '', line: 1};
		if (local === undefined || local.symbol.place.kind === 'undefined') {
			this.problems.add(origin, `Nothing defines ${this.layout.entry}, where the program begins.`, `Put ${this.layout.entry}: before the first instruction, and .globl ${this.layout.entry} above it.`);
		} else {
			this.problems.add(origin, `${this.layout.entry} is not global, so the program has no beginning.`, `Add .globl ${this.layout.entry}.`);
		}
		return 0n;
	}

	private symbols(): ImageSymbol[] {
		const found: ImageSymbol[] = [...this.edges.values()];
		for (const object of this.objects) {
			for (const symbol of object.symbols) {
				const {place} = symbol;
				if (place.kind === 'undefined' || place.kind === 'common') continue;
				if (place.kind === 'section' && !object.sections[place.index].attributes.allocated) continue;
				found.push({
					name: symbol.name,
					address: this.addressOf(object, symbol),
					section: place.kind === 'section' ? object.sections[place.index].name : absoluteSection,
					global: symbol.binding !== 'local',
				});
			}
		}
		return found.sort((a, b) => compare(a.address, b.address));
	}

	private lines(): ImageLine[] {
		return this.segments.flatMap(({parts}) => parts.flatMap(({section, address}) =>
			section.lines.map(({offset, length, file, line}): ImageLine => ({address: address + BigInt(offset), length, file, line}))));
	}
}

/** Sections of one name stand together, in the order of the objects; names in the order in which they first appear. */
function arrange(names: readonly string[], taken: readonly {readonly object: ObjectCode; readonly section: ObjectSection}[], start: bigint): PlacedSection[] {
	const order = [...new Set([...names.filter(name => /^\.(?:text|rodata|data|bss)$/.test(name)), ...names])];
	let at = start;
	return order.flatMap(name => taken.filter(({section}) => section.name === name)).map(({object, section}) => {
		const address = alignUp(at, BigInt(section.alignment));
		at = address + BigInt(section.size);
		return {object, section, address};
	});
}

function makeSegment(rule: SegmentRule, address: bigint, parts: readonly PlacedSection[]): Segment {
	const ends = parts.map(part => Number(part.address - address) + part.section.size);
	const filled = parts.map((part, index) => (part.section.attributes.empty ? 0 : ends[index]));
	const bytes = new Uint8Array(Math.max(0, ...filled));
	let end = 0;
	parts.forEach((part, index) => {
		const offset = Number(part.address - address);
		if (rule.execute && offset <= bytes.length) fillWithNops(bytes.subarray(end, offset));
		if (!part.section.attributes.empty) bytes.set(part.section.bytes, offset);
		end = ends[index];
	});
	return {name: rule.name, address, bytes, memorySize: Math.max(0, ...ends), read: rule.read, write: rule.write, execute: rule.execute};
}

/** A field of data that holds an address may hold it as the unsigned number it is. */
function asField(value: bigint, size: number): bigint {
	return value < 0n && size < 8 ? BigInt.asUintN(64, value) : value;
}

function alignUp(value: bigint, alignment: bigint): bigint {
	return ((value + alignment - 1n) / alignment) * alignment;
}

function compare(a: bigint, b: bigint): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
