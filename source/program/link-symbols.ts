import {isIntelRegister} from './encoding/registers.js';
import type {ObjectCode, ObjectSection, ObjectSymbol} from './object-code.js';
import type {Origin, ProblemList} from './problems.js';

export interface FoundSymbol {
	readonly object: ObjectCode;
	readonly symbol: ObjectSymbol;
}

/** The symbols that objects share, and where each is defined. */
export class GlobalSymbols {
	/** A .bss with the common symbols that no object defines in full; undefined when there are none. */
	readonly common: ObjectCode | undefined;
	private readonly definitions = new Map<string, FoundSymbol>();
	private readonly reported = new Set<string>();
	/** The symbols of each object by name, made when they are first asked for. */
	private readonly own = new Map<ObjectCode, ReadonlyMap<string, ObjectSymbol>>();

	/** @param sharesLocals whether local symbols are found by other objects, too */
	constructor(objects: readonly ObjectCode[], private readonly problems: ProblemList, private readonly sharesLocals = false) {
		for (const object of objects) for (const symbol of object.symbols) this.add({object, symbol});
		this.common = this.allocateCommon();
	}

	definition(name: string): FoundSymbol | undefined {
		return this.definitions.get(name);
	}

	/** What a name in an object refers to; an undefined one is reported at its first use. */
	find(object: ObjectCode, name: string, use: Origin): FoundSymbol | undefined {
		const own = this.ownSymbols(object).get(name);
		if (own?.binding === 'local' && own.place.kind !== 'undefined') return {object, symbol: own};
		const found = this.definitions.get(name);
		if (found !== undefined) return found;
		if (own?.binding === 'weak') return {object, symbol: own};
		if (!this.reported.has(name)) {
			this.reported.add(name);
			this.problems.add(use, `The symbol ${name} is not defined.`, isIntelRegister(name) ? `If the register is meant, write %${name}.` : `Check its spelling, or define it: ${name}: before its code or data.`);
		}
		return undefined;
	}

	private ownSymbols(object: ObjectCode): ReadonlyMap<string, ObjectSymbol> {
		const known = this.own.get(object) ?? new Map(object.symbols.map(symbol => [symbol.name, symbol]));
		this.own.set(object, known);
		return known;
	}

	private add(found: FoundSymbol): void {
		const {symbol} = found;
		if ((symbol.binding === 'local' && !this.sharesLocals) || symbol.place.kind === 'undefined') return;
		const known = this.definitions.get(symbol.name);
		if (known === undefined || strength(symbol) > strength(known.symbol) || largerCommon(symbol, known.symbol)) this.definitions.set(symbol.name, found);
		else if (strength(symbol) === strength(known.symbol) && symbol.place.kind !== 'common' && symbol.binding !== 'weak') {
			const {file, line} = known.symbol.origin;
			this.problems.add(symbol.origin, `The ${symbol.binding} symbol ${symbol.name} is already defined on line ${line} of ${file}.`, this.sharesLocals ? 'Give one of the two another name.' : 'Give one of the two another name, or remove its .globl.');
		}
	}

	private allocateCommon(): ObjectCode | undefined {
		const commons = [...this.definitions.values()].filter(({symbol}) => symbol.place.kind === 'common');
		if (commons.length === 0) return undefined;
		let size = 0n;
		let alignment = 1;
		const symbols = commons.flatMap(({symbol}): ObjectSymbol[] => {
			if (symbol.place.kind !== 'common') return [];
			const own = BigInt(symbol.place.alignment);
			const offset = ((size + own - 1n) / own) * own;
			size = offset + symbol.place.size;
			alignment = Math.max(alignment, symbol.place.alignment);
			return [{...symbol, place: {kind: 'section', index: 0, offset}}];
		});
		const section: ObjectSection = {
			name: '.bss',
			attributes: {allocated: true, write: true, execute: false, empty: true},
			alignment,
			size: Number(size),
			bytes: new Uint8Array(0),
			relocations: [],
			lines: [],
		};
		const object: ObjectCode = {name: 'common symbols', sections: [section], symbols};
		for (const symbol of symbols) this.definitions.set(symbol.name, {object, symbol});
		return object;
	}
}

/** A full definition outweighs a common one, which outweighs a weak one. */
function strength(symbol: ObjectSymbol): number {
	if (symbol.binding === 'weak') return 1;
	return symbol.place.kind === 'common' ? 2 : 3;
}

function largerCommon(a: ObjectSymbol, b: ObjectSymbol): boolean {
	return a.place.kind === 'common' && b.place.kind === 'common' && a.place.size > b.place.size;
}
