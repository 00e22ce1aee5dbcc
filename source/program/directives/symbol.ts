import {StatementError} from '../problems.js';
import type {Assembler} from '../reading/assembler.js';
import {operandsOf, splitList} from '../reading/strings.js';
import type {SymbolEntry} from '../reading/symbols.js';
import type {Directive} from './index.js';

const namePattern = /^[A-Za-z_.$\u0080-\uffff][\w.$\u0080-\uffff]*$/u;

/** Directives that say something about symbols. */
export const symbolDirectives: Readonly<Record<string, Directive>> = {
	'.globl': eachSymbol(symbol => symbol.binding = symbol.binding === 'weak' ? 'weak' : 'global'),
	'.global': eachSymbol(symbol => symbol.binding = symbol.binding === 'weak' ? 'weak' : 'global'),
	'.weak': eachSymbol(symbol => symbol.binding = 'weak'),
	'.local': eachSymbol(symbol => symbol.explicitlyLocal = true),
	'.set': (assembler, operands) => assign(assembler, operands, true),
	'.equ': (assembler, operands) => assign(assembler, operands, true),
	'.equiv': (assembler, operands) => assign(assembler, operands, false),
	'.eqv': (assembler, operands) => assign(assembler, operands, false),
	'.comm': (assembler, operands) => common(assembler, operands, false),
	'.common': (assembler, operands) => common(assembler, operands, false),
	'.lcomm': (assembler, operands) => common(assembler, operands, true),
	'.type': (assembler, operands) => {
		const [name = '', type = ''] = operands.includes(',') ? splitList(operands) : operands.split(/\s+/);
		symbolNamed(assembler, name).type = type.replace(/^[@%"#]|"$/g, '').toLowerCase();
	},
	// These matter to a dynamic linker or a debugger only; their names must still be names.
	'.hidden': eachSymbol(() => undefined),
	'.protected': eachSymbol(() => undefined),
	'.internal': eachSymbol(() => undefined),
	// A symbol that another file defines needs no declaration; GNU as accepts one, and ignores it.
	'.extern': eachSymbol(() => undefined),
	'.size': () => undefined,
};

function eachSymbol(action: (symbol: SymbolEntry) => unknown): Directive {
	return (assembler, operands) => {
		const names = splitList(operands);
		if (names.length === 0) throw new StatementError('The name of a symbol is missing.', 'Write .globl name.');
		for (const name of names) action(symbolNamed(assembler, name));
	};
}

function symbolNamed(assembler: Assembler, name: string): SymbolEntry {
	if (!namePattern.test(name)) throw new StatementError(`"${name}" is not a name of a symbol.`, 'A name has letters, digits, _, . and $, and does not begin with a digit.');
	return assembler.symbol(name);
}

function assign(assembler: Assembler, operands: string, redefinable: boolean): void {
	const comma = operands.indexOf(',');
	if (comma < 0) throw new StatementError('A name and a value are needed.', 'Write .set name, value.');
	const name = operands.slice(0, comma).trim();
	if (name === '.') throw new StatementError('.set cannot move the location counter.', 'Use .org.');
	if (!namePattern.test(name)) throw new StatementError(`"${name}" is not a name of a symbol.`, 'Write .set name, value.');
	assembler.assign(name, operands.slice(comma + 1), redefinable);
}

function common(assembler: Assembler, operands: string, local: boolean): void {
	const [name = '', sizeText = '', alignmentText] = operandsOf(operands);
	const size = assembler.number(sizeText, 'The size of a common symbol');
	const alignment = alignmentText === undefined ? naturalAlignment(size) : Number(assembler.number(alignmentText, 'The alignment of a common symbol'));
	const symbol = symbolNamed(assembler, name);
	if (symbol.definition !== undefined) throw new StatementError(`The symbol ${name} is already defined on line ${symbol.origin.line} of ${symbol.origin.file}.`, 'Give one of the two another name.');
	symbol.definition = {kind: 'common', size, alignment};
	if (local) symbol.explicitlyLocal = true;
	else if (symbol.binding === 'local') symbol.binding = 'global';
}

/** Gives a common symbol that belongs to this source its place in .bss, after everything else in it. */
export function allocateCommon(assembler: Assembler, symbol: SymbolEntry, size: bigint, alignment: number): void {
	const bss = assembler.sections.get('.bss');
	bss.alignment = Math.max(bss.alignment, alignment);
	bss.add(index => ({kind: 'align', alignment, fill: undefined, width: 1, maximum: Infinity, start: 0, size: 0, index}));
	symbol.definition = {kind: 'label', label: bss.here()};
	bss.reserve(Number(size), symbol.origin);
}

function naturalAlignment(size: bigint): number {
	return size >= 16n ? 16 : size >= 8n ? 8 : size >= 4n ? 4 : size >= 2n ? 2 : 1;
}
