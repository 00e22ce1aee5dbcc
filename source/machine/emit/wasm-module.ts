import type {Code} from './wasm-code.js';
import {unsigned} from './wasm-code.js';

/** A function's parameters and results, as WebAssembly types. */
export interface Signature {
	readonly parameters: readonly number[];
	readonly results: readonly number[];
}

/** A function of a module; imported ones have no code. */
export interface WasmFunction {
	readonly name: string;
	readonly signature: Signature;
	readonly code?: Code;
}

const MAGIC = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const FUNCTION_REFERENCE = 0x70;
const SectionId = {TYPE: 1, IMPORT: 2, FUNCTION: 3, EXPORT: 7, CODE: 10} as const;

function vector(items: readonly (readonly number[])[]): number[] {
	const bytes: number[] = [];
	unsigned(bytes, items.length);
	for (const item of items) for (const byte of item) bytes.push(byte);
	return bytes;
}

const text = (value: string): number[] => vector(Array.from(value, letter => [letter.charCodeAt(0)]));

function number(value: number): number[] {
	const bytes: number[] = [];
	unsigned(bytes, value);
	return bytes;
}

/**
 * A module's bytes. It imports the memory `machine.memory` and the functions without code, and exports the others.
 * @param functions all functions; those without code come first, and each one's index is its place here
 * @param called the signature of functions that are called by the table `machine.table`, which is imported then; its
 *   type's number comes after those of the functions
 */
export function moduleBytes(functions: readonly WasmFunction[], called?: Signature): Uint8Array {
	const signatures = [...functions.map(({signature}) => signature), ...(called === undefined ? [] : [called])];
	const types = signatures.map(signature => [0x60, ...vector(signature.parameters.map(type => [type])), ...vector(signature.results.map(type => [type]))]);
	const imports = functions.flatMap(({name, code}, index) => (code === undefined ? [[...text('machine'), ...text(name), 0, ...number(index)]] : []));
	imports.push([...text('machine'), ...text('memory'), 2, 0, 1]);
	if (called !== undefined) imports.push([...text('machine'), ...text('table'), 1, FUNCTION_REFERENCE, 0, 1]);
	const own = functions.flatMap(({name, code}, index) => (code === undefined ? [] : [{name, code, index}]));
	const bytes = [...MAGIC];
	const section = (id: number, items: readonly (readonly number[])[]): void => {
		const content = vector(items);
		bytes.push(id);
		unsigned(bytes, content.length);
		for (const byte of content) bytes.push(byte);
	};

	section(SectionId.TYPE, types);
	section(SectionId.IMPORT, imports);
	section(SectionId.FUNCTION, own.map(({index}) => number(index)));
	section(SectionId.EXPORT, own.map(({name, index}) => [...text(name), 0, ...number(index)]));
	section(SectionId.CODE, own.map(({code}) => code.body()));
	return Uint8Array.from(bytes);
}
