import type {Instruction, VectorSemantic} from '../ops.js';
import type {Effects} from './emitting-flags.js';
import {interpreterBytes, tryShape} from './interpreter-code.js';
import type {KeptEdition} from './kept-edition.js';
import {Handler} from './records.js';
import {hasShape, type Ingredient, makeShape, type Shape, shapeKey, valueKey} from './shapes.js';
import {Unemittable} from './values.js';
import {type WasmModule, webAssembly} from './web-assembly.js';

/** A shape with its number. */
export interface Catalogued {
	readonly key: string;
	readonly shape: Shape;
	readonly effects: Effects;
	readonly ingredients: readonly Ingredient[];
	/** Its place in the catalogue: handlers are numbered alike from Handler.FIRST on. */
	readonly handler: number;
}

/** A module, and how many of the catalogue's shapes it has. */
export interface Edition {
	readonly module: WasmModule;
	readonly shapes: number;
}

/** Shapes in a module at most: beyond, the compiler behind WebAssembly becomes slow. */
const MOST_SHAPES = 1800;

/** Where a shape of a kept edition stands in it, and what it has to do with flags and faults. */
interface Kept {
	readonly index: number;
	readonly effects: Effects;
}

/** All shapes that programs have shown so far, for all machines, and the latest module made from them. */
export class Catalogue {
	/** By handler; those of a kept edition that no program has shown yet are missing. */
	private readonly shapes: (Catalogued | undefined)[] = [];
	/** By key: the shape, undefined for the direct backend, or that immediates belong to the key. */
	private readonly known = new Map<string, Catalogued | 'by-value' | undefined>();
	private readonly kept = new Map<string, Kept>();
	private latest: Edition | undefined;

	/** @param complete finds all shapes of a kept edition, for when a new one is to be made */
	constructor(private readonly complete: (catalogue: Catalogue) => void = () => undefined) {}

	/** An instruction's shape; undefined if the direct backend must do it. */
	find(instruction: Instruction, semantic: VectorSemantic): Catalogued | undefined {
		if (!hasShape(instruction)) return undefined;
		const key = shapeKey(instruction);
		const found = this.known.get(key);
		if (found === 'by-value') return this.byValue(instruction, semantic, key + valueKey(instruction));
		if (found !== undefined || this.known.has(key)) return found;
		const made = this.make(key, [{instruction, semantic, byValue: false}], false);
		if (made === undefined && valueKey(instruction) !== '') {
			this.known.set(key, 'by-value');
			return this.byValue(instruction, semantic, key + valueKey(instruction));
		}

		this.known.set(key, made);
		return made;
	}

	private byValue(instruction: Instruction, semantic: VectorSemantic, key: string): Catalogued | undefined {
		return this.once(key, () => this.make(key, [{instruction, semantic, byValue: true}], false));
	}

	/** The same instruction where nobody asks for the flags that it sets. */
	quiet({key, ingredients}: Catalogued): Catalogued | undefined {
		return this.once(`${key} ~`, () => this.make(`${key} ~`, ingredients, true));
	}

	/** Two instructions in a row as one; undefined if the second could not be done without the first being over. */
	joined(first: Catalogued, second: Catalogued): Catalogued | undefined {
		const key = `${first.key} + ${second.key}`;
		return this.once(key, () => this.make(key, [...first.ingredients, ...second.ingredients], false));
	}

	private once(key: string, make: () => Catalogued | undefined): Catalogued | undefined {
		if (!this.known.has(key)) this.known.set(key, make());
		const found = this.known.get(key);
		return found === 'by-value' ? undefined : found;
	}

	private make(key: string, ingredients: readonly Ingredient[], isQuiet: boolean): Catalogued | undefined {
		const kept = this.kept.get(key);
		if (kept === undefined && this.shapes.length >= MOST_SHAPES) return undefined;
		const shape = makeShape(ingredients, isQuiet);
		try {
			const effects = kept?.effects ?? tryShape(shape);
			const index = kept?.index ?? this.shapes.length;
			this.shapes[index] = {key, shape, effects, ingredients, handler: Handler.FIRST + index};
			return this.shapes[index];
		} catch (error) {
			if (error instanceof Unemittable) return undefined;
			throw error;
		}
	}

	/** Shapes so far. */
	get size(): number {
		return this.shapes.length;
	}

	/** The shapes so far, by handler. */
	get all(): readonly (Catalogued | undefined)[] {
		return this.shapes;
	}

	/** Keys to which immediates belong. */
	get keysByValue(): readonly string[] {
		return [...this.known].flatMap(([key, found]) => (found === 'by-value' ? [key] : []));
	}

	/** The latest module; undefined before the first. */
	get edition(): Edition | undefined {
		return this.latest;
	}

	/** Begins with an edition that was made before; to be called while the catalogue is empty. */
	begin({bytes, shapes, keysByValue}: KeptEdition): void {
		if (webAssembly === undefined || this.size > 0) return;
		for (const [index, {key, effects}] of shapes.entries()) this.kept.set(key, {index, effects});
		for (const key of keysByValue) this.known.set(key, 'by-value');
		this.shapes.length = shapes.length;
		this.latest = {module: new webAssembly.Module(bytes), shapes: shapes.length};
	}

	/** Makes a module with all shapes so far. */
	publish(): Edition | undefined {
		if (webAssembly === undefined || this.latest?.shapes === this.size) return this.latest;
		this.latest = {module: new webAssembly.Module(this.bytes()), shapes: this.size};
		return this.latest;
	}

	/** The bytes of a module with all shapes so far. */
	bytes(): Uint8Array {
		if (this.kept.size > 0) this.complete(this);
		return interpreterBytes(this.shapes.map(found => found?.shape));
	}
}
