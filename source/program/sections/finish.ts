import {allocateCommon} from '../directives/symbol.js';
import type {ObjectCode, ObjectLine, ObjectSection, ObjectSymbol, Relocation, RelocationTarget, SymbolPlace} from '../object-code.js';
import {StatementError} from '../problems.js';
import type {Origin} from '../problems.js';
import type {Assembler} from '../reading/assembler.js';
import {evaluate} from '../reading/expression.js';
import type {Value} from '../reading/expression.js';
import type {SymbolEntry} from '../reading/symbols.js';
import {writeField} from './fields.js';
import {fillWithNops} from './nops.js';
import {layOut, measurePlaced, placeOf} from './relax.js';
import type {AlignFragment, Fixup, Fragment, JumpFragment, SectionBuilder} from './section-builder.js';

/** Lays out what an assembler has read and makes an object of it: bytes, open fields, symbols, lines. */
export function finish(assembler: Assembler, name: string): ObjectCode {
	return new Finisher(assembler).run(name);
}

class Finisher {
	private readonly sections: readonly SectionBuilder[];

	constructor(private readonly assembler: Assembler) {
		this.sections = assembler.sections.all;
	}

	run(name: string): ObjectCode {
		this.settleSymbols();
		layOut(this.sections, this.assembler.problems);
		const sections = this.sections.map(section => this.section(section));
		const symbols = [...this.assembler.symbols.all()].filter(symbol => isKept(symbol)).flatMap(symbol => this.symbol(symbol));
		return {name, sections, symbols};
	}

	private settleSymbols(): void {
		const {symbols, problems} = this.assembler;
		for (const pending of symbols.pendingNumeric()) {
			problems.add(pending.origin, `There is no label ${pending.name.slice(0, -1)}: after this line.`, `Write ${pending.name.slice(0, -1)}: below, or ${pending.name.slice(0, -1)}b for a label above.`);
		}
		for (const symbol of symbols.all()) {
			const {definition} = symbol;
			if (definition?.kind === 'common' && symbol.explicitlyLocal) {
				symbol.binding = 'local';
				allocateCommon(this.assembler, symbol, definition.size, definition.alignment);
			}
			if (definition === undefined) this.nameSection(symbol);
		}
	}

	/** The name of a section, where nothing else has it, is the place where the section begins. */
	private nameSection(symbol: SymbolEntry): void {
		const section = this.sections.find(({name}) => name === symbol.name);
		const first = section?.fragments.at(0);
		if (section !== undefined && first !== undefined) {
			symbol.definition = {kind: 'label', label: {section, fragment: first, offset: 0}};
			symbol.type = sectionType;
		}
	}

	private section(section: SectionBuilder): ObjectSection {
		const last = section.fragments.at(-1);
		const size = last === undefined ? 0 : last.start + last.size;
		const bytes = new Uint8Array(section.attributes.empty ? 0 : size);
		const relocations: Relocation[] = [];
		const lines: ObjectLine[] = [];
		for (const fragment of section.fragments) {
			if (!section.attributes.empty) this.contents(fragment, section, bytes, relocations);
			addLines(fragment, lines);
		}
		return {name: section.name, attributes: section.attributes, alignment: section.alignment, size, bytes, relocations, lines};
	}

	private contents(fragment: Fragment, section: SectionBuilder, bytes: Uint8Array, relocations: Relocation[]): void {
		const own = bytes.subarray(fragment.start, fragment.start + fragment.size);
		switch (fragment.kind) {
			case 'bytes':
				own.set(fragment.bytes.subarray(0, fragment.size));
				for (const fixup of fragment.fixups) this.settle(fixup, fragment.start, section, bytes, relocations);
				break;
			case 'align': fillAlignment(own, fragment, section); break;
			case 'space': for (let at = 0; at < own.length; at += fragment.unit.length) own.set(fragment.unit, at); break;
			case 'origin': own.fill(fragment.fill); break;
			case 'jump':
				own.set(fragment.isLong ? fragment.long : [fragment.short]);
				this.settle(jumpField(fragment), fragment.start, section, bytes, relocations);
				break;
		}
	}

	/** Fills a field in, or leaves it to the linker. */
	private settle(fixup: Fixup, start: number, section: SectionBuilder, bytes: Uint8Array, relocations: Relocation[]): void {
		this.assembler.problems.guard(fixup.origin, () => {
			const value = evaluate(fixup.expression, measurePlaced);
			if (value === undefined) throw new StatementError('This expression cannot be worked out: it calculates with a symbol that is not defined here.', 'Define the symbol, or use only + and - on it.');
			const offset = start + fixup.offset;
			const open = openField(value, fixup, offset, section);
			if (open === undefined) {
				const known = fixup.pcRelative ? distanceWithin(value, fixup, offset) : value.addend;
				writeField(bytes, offset, known, fixup, value.plus?.name ?? 'The value');
			} else {
				relocations.push({...open, target: this.target(value.plus), origin: fixup.origin});
			}
		});
	}

	private target(symbol: SymbolEntry | undefined): RelocationTarget {
		if (symbol === undefined) return {kind: 'absolute'};
		const {definition} = symbol;
		if (definition?.kind !== 'label' || symbol.binding === 'weak') return {kind: 'symbol', name: symbol.name};
		return {kind: 'section', index: this.sections.indexOf(definition.label.section)};
	}

	private symbol(symbol: SymbolEntry): ObjectSymbol[] {
		const made: ObjectSymbol[] = [];
		this.assembler.problems.guard(symbol.origin, () => {
			made.push({name: symbol.name, binding: symbol.binding, place: this.place(symbol), origin: symbol.origin});
		});
		return made;
	}

	private place(symbol: SymbolEntry): SymbolPlace {
		const {definition} = symbol;
		if (definition === undefined) return {kind: 'undefined'};
		if (definition.kind === 'common') return {kind: 'common', size: definition.size, alignment: definition.alignment};
		const value = definition.kind === 'label' ? {addend: 0n, plus: symbol} : evaluate(definition.expression, measurePlaced);
		if (value === undefined || value.minus !== undefined) throw new StatementError(`The value of ${symbol.name} cannot be worked out.`, 'Use numbers, one label, or the difference of two labels in one section.');
		if (value.plus === undefined) return {kind: 'absolute', value: value.addend};
		const target = value.plus.definition;
		if (target?.kind !== 'label') throw new StatementError(`The symbol ${symbol.name} is set to ${value.plus.name}, which is not defined in this file.`, `Define ${value.plus.name} here.`);
		return {kind: 'section', index: this.sections.indexOf(target.label.section), offset: BigInt(placeOf(target.label)) + value.addend};
	}
}

/** What `.type` would say of the name of a section. */
const sectionType = 'section';

/** Names that begin with .L are for the assembler alone, and the names of sections are known anyway. */
function isKept(symbol: SymbolEntry): boolean {
	return symbol.outside !== true && symbol.type !== sectionType && (!symbol.name.startsWith('.L') || symbol.definition === undefined);
}

/** What a field needs from the linker, or undefined when it can be filled in here. */
function openField(value: Value, fixup: Fixup, offset: number, section: SectionBuilder): Omit<Relocation, 'target' | 'origin'> | undefined {
	const {size, signed} = fixup;
	const {plus, minus} = value;
	if (minus !== undefined) {
		if (minus.definition?.kind !== 'label' || minus.definition.label.section !== section || fixup.pcRelative) throw impossibleDifference(value);
		return {offset, size, signed, pcRelative: true, addend: targetAddend(value) + BigInt(offset - placeOf(minus.definition.label))};
	}
	if (plus === undefined && !fixup.pcRelative) return undefined;
	if (fixup.pcRelative) {
		const near = plus?.definition?.kind === 'label' && plus.definition.label.section === section && plus.binding !== 'weak';
		return near ? undefined : {offset, size, signed, pcRelative: true, addend: targetAddend(value) - BigInt(fixup.distanceToEnd)};
	}
	return {offset, size, signed, pcRelative: false, addend: targetAddend(value)};
}

/** Relocations against a label here are written against its section. */
function targetAddend({plus, addend}: Value): bigint {
	return plus?.definition?.kind === 'label' && plus.binding !== 'weak' ? addend + BigInt(placeOf(plus.definition.label)) : addend;
}

function impossibleDifference({plus, minus}: Value): StatementError {
	return new StatementError(`${plus === undefined ? 'A number' : plus.name} minus the address ${minus?.name ?? ''} cannot be worked out.`, 'Both must be defined in one section, or the second in the section of this line.');
}

function distanceWithin(value: Value, fixup: Fixup, offset: number): bigint {
	return targetAddend(value) - BigInt(offset + fixup.distanceToEnd);
}

function jumpField(jump: JumpFragment): Fixup {
	const size = jump.isLong ? 4 : 1;
	return {offset: jump.size - size, size, expression: jump.target, pcRelative: true, distanceToEnd: size, signed: true, origin: jump.origin};
}

function fillAlignment(own: Uint8Array, fragment: AlignFragment, section: SectionBuilder): void {
	if (fragment.fill === undefined) {
		if (section.attributes.execute) fillWithNops(own);
		return;
	}
	const {fill, width} = fragment;
	// A remainder that is too short for a unit is zero, and stands first.
	for (let at = own.length % width; at < own.length; at += width) {
		for (let byte = 0; byte < width; byte++) own[at + byte] = Number((fill >> BigInt(byte * 8)) & 0xffn);
	}
}

function addLines(fragment: Fragment, lines: ObjectLine[]): void {
	switch (fragment.kind) {
		case 'bytes':
			for (const {offset, length, origin} of fragment.lines) addLine(lines, fragment.start + offset, length, origin);
			break;
		case 'align': break;
		default: addLine(lines, fragment.start, fragment.size, fragment.origin);
	}
}

/** Neighbouring bytes of one source line are one entry. */
function addLine(lines: ObjectLine[], offset: number, length: number, {file, line}: Origin): void {
	if (length === 0) return;
	const last = lines.at(-1);
	if (last?.line === line && last.file === file && last.offset + last.length === offset) {
		lines[lines.length - 1] = {...last, length: last.length + length};
	} else {
		lines.push({offset, length, file, line});
	}
}
