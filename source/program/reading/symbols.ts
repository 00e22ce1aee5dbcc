import {StatementError} from '../problems.js';
import type {Origin} from '../problems.js';
import type {Fragment, SectionBuilder} from '../sections/section-builder.js';
import {type Expression, numberExpression} from './expression.js';

/** A place inside a section. Its offset is known once the section's fragments have been laid out. */
export interface Label {
	readonly section: SectionBuilder;
	readonly fragment: Fragment;
	/** Bytes from the start of the fragment. */
	readonly offset: number;
}

export type SymbolDefinition =
	| {readonly kind: 'label'; readonly label: Label}
	| {readonly kind: 'expression'; readonly expression: Expression; readonly redefinable: boolean}
	| {readonly kind: 'common'; readonly size: bigint; readonly alignment: number};

/** One name of one source. Expressions hold the entry itself, so that a later `.set` does not change them. */
export interface SymbolEntry {
	readonly name: string;
	/** Where it was defined, or first mentioned. */
	origin: Origin;
	definition?: SymbolDefinition;
	binding: 'local' | 'global' | 'weak';
	/** `.local` was said, so a common symbol is allocated here. */
	explicitlyLocal: boolean;
	type: string;
	/** It stands for a number that was known from outside, and is no symbol of this source. */
	readonly outside?: true;
}

/** Numbers that names stand for. */
export interface Constants {
	get(name: string): bigint | undefined;
}

/** The names of one source: ordinary symbols, and the numeric labels that `1b` and `1f` refer to. */
export class SymbolScope {
	private readonly entries = new Map<string, SymbolEntry>();
	private readonly numericBefore = new Map<string, SymbolEntry>();
	private readonly numericAfter = new Map<string, SymbolEntry>();

	/** @param constants numbers that names stand for, unless the source gives them another meaning */
	constructor(private readonly constants: Constants = new Map<string, bigint>()) {}

	/** The entry of a name; a name that is new is undefined until something defines it. */
	lookUp(name: string, origin: Origin): SymbolEntry {
		let entry = this.entries.get(name);
		if (entry === undefined) {
			const constant = this.constants.get(name);
			entry = constant === undefined
				? newEntry(name, origin)
				: {...newEntry(name, origin), definition: {kind: 'expression', expression: numberExpression(constant), redefinable: true}, outside: true};
			this.entries.set(name, entry);
		}
		return entry;
	}

	/** Whether the name has been defined by now, which is what `.ifdef` asks. */
	isDefined(name: string): boolean {
		return (this.entries.get(name)?.definition ?? this.constants.get(name)) !== undefined;
	}

	defineLabel(name: string, label: Label, origin: Origin): void {
		const entry = this.lookUp(name, origin);
		if (entry.definition !== undefined) {
			throw new StatementError(`The label ${name} is already defined on line ${entry.origin.line} of ${entry.origin.file}.`, 'Give one of the two another name.');
		}
		entry.definition = {kind: 'label', label};
		entry.origin = origin;
	}

	/** `.set`, `.equ` and `=` may give a name a new value; expressions read before keep the old one. */
	assign(name: string, expression: Expression, origin: Origin, redefinable: boolean): void {
		let entry = this.lookUp(name, origin);
		const old = entry.definition;
		if (old !== undefined) {
			if (old.kind !== 'expression' || !old.redefinable || !redefinable) {
				throw new StatementError(`The symbol ${name} is already defined on line ${entry.origin.line} of ${entry.origin.file}.`, 'Give one of the two another name.');
			}
			entry = {...newEntry(name, origin), binding: entry.binding, type: entry.type};
			this.entries.set(name, entry);
		}
		entry.definition = {kind: 'expression', expression, redefinable};
		entry.origin = origin;
	}

	/** `1:` defines the label that `1f` meant so far and that `1b` means from here on. */
	defineNumeric(digits: string, label: Label, origin: Origin): void {
		const entry = this.numericAfter.get(digits) ?? newEntry(`${digits}f`, origin);
		this.numericAfter.delete(digits);
		entry.definition = {kind: 'label', label};
		entry.origin = origin;
		this.numericBefore.set(digits, entry);
	}

	numeric(digits: string, direction: 'b' | 'f', origin: Origin): SymbolEntry {
		if (direction === 'b') {
			const before = this.numericBefore.get(digits);
			if (before === undefined) throw new StatementError(`There is no label ${digits}: before this line.`, `Write ${digits}: above, or ${digits}f for a label below.`);
			return before;
		}
		let after = this.numericAfter.get(digits);
		if (after === undefined) {
			after = newEntry(`${digits}f`, origin);
			this.numericAfter.set(digits, after);
		}
		return after;
	}

	/** The numeric labels that were referred to with `f` and never came. */
	pendingNumeric(): IterableIterator<SymbolEntry> {
		return this.numericAfter.values();
	}

	all(): IterableIterator<SymbolEntry> {
		return this.entries.values();
	}
}

/** An entry that no name leads to: the location counter, for one. */
export function anonymousLabel(label: Label, origin: Origin): SymbolEntry {
	return {...newEntry('.', origin), definition: {kind: 'label', label}};
}

function newEntry(name: string, origin: Origin): SymbolEntry {
	return {name, origin, binding: 'local', explicitlyLocal: false, type: 'notype'};
}
