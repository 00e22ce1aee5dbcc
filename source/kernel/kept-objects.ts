/**
 * The kernel's files as they were assembled when the package was built: what a kernel with other settings, or without one
 * line, is linked from. The file is read only when such a kernel is wanted.
 */
import type {ObjectCode, ObjectLine, ObjectSection, ObjectSymbol, Relocation, RelocationTarget, SymbolPlace} from '../program/object-code.js';
import type {Origin} from '../program/problems.js';
import type {KernelObject} from './kernel-objects.js';
import {readBuiltFile} from './package-files.js';

/** The file, in the folder of the built program. */
export const KEPT_OBJECTS = 'kernel-objects.json';

/** A place in a text: file and line; column, or 0 for none; the macro that made it. */
type KeptOrigin = readonly [file: string, line: number, column: number, macro?: string];

const keepOrigin = ({file, line, column, macro}: Origin): KeptOrigin => (macro === undefined ? [file, line, column ?? 0] : [file, line, column ?? 0, macro]);

const originOf = ([file, line, column, macro]: KeptOrigin): Origin => ({file, line, ...(column === 0 ? {} : {column}), ...(macro === undefined ? {} : {macro})});

/** A symbol's place: its section and offset, its value, or nothing where it is defined elsewhere. */
type KeptPlace = readonly [section: number, offset: string] | readonly [value: string] | readonly [];

interface KeptSection {
	readonly shape: Omit<ObjectSection, 'bytes' | 'relocations' | 'lines'>;
	readonly bytes: string;
	readonly relocations: readonly (readonly [offset: number, size: number, pcRelative: boolean, signed: boolean, target: string | number | null, addend: string, ...KeptOrigin])[];
	readonly lines: readonly (readonly [offset: number, length: number, file: string, line: number])[];
}

interface KeptObject {
	readonly name: string;
	readonly sections: readonly KeptSection[];
	readonly symbols: readonly (readonly [name: string, binding: ObjectSymbol['binding'], place: KeptPlace, ...KeptOrigin])[];
	readonly texts: readonly (readonly [name: string, digest: string])[];
	readonly constants: readonly (readonly [name: string, value: string])[];
}

/** The text of the file for some objects. */
export const keptObjects = (objects: readonly KernelObject[]): string => JSON.stringify(objects.map(({object, texts, constants}): KeptObject => ({
	name: object.name,
	sections: object.sections.map(section => keepSection(section)),
	symbols: object.symbols.map(({name, binding, place, origin}) => [name, binding, keepPlace(name, place), ...keepOrigin(origin)]),
	texts: [...texts],
	constants: [...constants].map(([name, value]) => [name, String(value)]),
})));

const keepSection = ({bytes, relocations, lines, ...shape}: ObjectSection): KeptSection => ({
	shape,
	bytes: Buffer.from(bytes).toString('base64'),
	relocations: relocations.map(({offset, size, pcRelative, signed, target, addend, origin}) => [offset, size, pcRelative, signed, keepTarget(target), String(addend), ...keepOrigin(origin)]),
	lines: lines.map(({offset, length, file, line}) => [offset, length, file, line]),
});

function keepTarget(target: RelocationTarget): string | number | null {
	switch (target.kind) {
		case 'symbol': return target.name;
		case 'section': return target.index;
		case 'absolute': return null;
	}
}

function keepPlace(name: string, place: SymbolPlace): KeptPlace {
	switch (place.kind) {
		case 'section': return [place.index, String(place.offset)];
		case 'absolute': return [String(place.value)];
		case 'undefined': return [];
		case 'common': throw new Error(`${name} is a common symbol, which the kernel does not have`);
	}
}

/** The objects that were kept, if this is a built program. */
export function readKeptObjects(): KernelObject[] {
	const text = readBuiltFile(KEPT_OBJECTS);
	return text === undefined ? [] : parseKeptObjects(text);
}

/** The same, from the file's text. */
export const parseKeptObjects = (text: string): KernelObject[] => (JSON.parse(text) as KeptObject[]).map(kept => ({
	object: objectOf(kept),
	texts: new Map(kept.texts),
	constants: new Map(kept.constants.map(([name, value]) => [name, BigInt(value)])),
}));

const objectOf = ({name, sections, symbols}: KeptObject): ObjectCode => ({
	name,
	sections: sections.map(({shape, bytes, relocations, lines}): ObjectSection => ({
		...shape,
		bytes: new Uint8Array(Buffer.from(bytes, 'base64')),
		relocations: relocations.map(([offset, size, pcRelative, signed, target, addend, ...origin]): Relocation => ({offset, size, pcRelative, signed, target: targetOf(target), addend: BigInt(addend), origin: originOf(origin)})),
		lines: lines.map(([offset, length, file, line]): ObjectLine => ({offset, length, file, line})),
	})),
	symbols: symbols.map(([symbol, binding, place, ...origin]): ObjectSymbol => ({name: symbol, binding, place: placeOf(place), origin: originOf(origin)})),
});

function targetOf(kept: string | number | null): RelocationTarget {
	if (kept === null) return {kind: 'absolute'};
	return typeof kept === 'string' ? {kind: 'symbol', name: kept} : {kind: 'section', index: kept};
}

function placeOf(kept: KeptPlace): SymbolPlace {
	if (kept.length === 0) return {kind: 'undefined'};
	return kept.length === 1 ? {kind: 'absolute', value: BigInt(kept[0])} : {kind: 'section', index: kept[0], offset: BigInt(kept[1])};
}
