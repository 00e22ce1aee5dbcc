import type {Instruction, Semantic} from '../ops.js';
import {Unemittable} from './values.js';
import {interpreterBytes, tryShape} from './interpreter-code.js';
import {Handler} from './records.js';
import {hasShape, makeShape, type Shape, shapeKey, valueKey} from './shapes.js';
import {type WasmModule, webAssembly} from './web-assembly.js';

/** A shape with its number. */
export interface Catalogued {
	readonly shape: Shape;
	/** Its place in the catalogue: handlers are numbered alike from Handler.FIRST on. */
	readonly handler: number;
}

/** A module, and how many of the catalogue's shapes it has. */
export interface Edition {
	readonly module: WasmModule;
	readonly shapes: number;
}

/** Shapes in a module at most: beyond, the compiler behind WebAssembly becomes slow. */
const MOST_SHAPES = 1500;

/** All shapes that programs have shown so far, for all machines, and the latest module made from them. */
export class Catalogue {
	private readonly shapes: Shape[] = [];
	/** By key: the shape, undefined for the direct backend, or that immediates belong to the key. */
	private readonly known = new Map<string, Catalogued | 'by-value' | undefined>();
	private latest: Edition | undefined;

	/** An instruction's shape; undefined if the direct backend must do it. */
	find(instruction: Instruction, semantic: Semantic): Catalogued | undefined {
		if (!hasShape(instruction)) return undefined;
		const key = shapeKey(instruction);
		const known = this.known.get(key);
		if (known === 'by-value') return this.findByValue(instruction, semantic, key + valueKey(instruction));
		if (known !== undefined || this.known.has(key)) return known;
		const made = this.make(instruction, semantic, false);
		if (made === undefined && valueKey(instruction) !== '') {
			this.known.set(key, 'by-value');
			return this.findByValue(instruction, semantic, key + valueKey(instruction));
		}

		this.known.set(key, made);
		return made;
	}

	private findByValue(instruction: Instruction, semantic: Semantic, key: string): Catalogued | undefined {
		if (!this.known.has(key)) this.known.set(key, this.make(instruction, semantic, true));
		const known = this.known.get(key);
		return known === 'by-value' ? undefined : known;
	}

	private make(instruction: Instruction, semantic: Semantic, byValue: boolean): Catalogued | undefined {
		if (this.shapes.length >= MOST_SHAPES) return undefined;
		const shape = makeShape(instruction, semantic, byValue);
		try {
			tryShape(shape);
		} catch (error) {
			if (error instanceof Unemittable) return undefined;
			throw error;
		}

		return {shape, handler: Handler.FIRST + this.shapes.push(shape) - 1};
	}

	/** Shapes so far. */
	get size(): number {
		return this.shapes.length;
	}

	/** The latest module; undefined before the first. */
	get edition(): Edition | undefined {
		return this.latest;
	}

	/** Makes a module with all shapes so far. */
	publish(): Edition | undefined {
		if (webAssembly === undefined || this.latest?.shapes === this.size) return this.latest;
		this.latest = {module: new webAssembly.Module(interpreterBytes(this.shapes)), shapes: this.size};
		return this.latest;
	}
}
