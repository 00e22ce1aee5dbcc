import {errnoEntry, resultErrno} from '../../kernel/errno.js';
import {isCanonical} from '../../machine/control-bits.js';
import type {Scene} from './scene.js';
import {hex, type Value, word} from './values.js';

/** Says why a value can't be worked out, though the run has come there. */
export class Unreadable extends Error {}

/** Bytes behind a symbol that are still called by its name. */
const REACH = 0xffffn;

/** The line of an address: its text without comment and without the space around it. */
function lineAt({recording, program}: Scene, address: bigint): string {
	for (const {lines, sources} of [program, recording.kernel]) {
		const place = lines.at(address);
		if (place === undefined) continue;
		const text = sources.get(place.file)?.split('\n').at(place.line - 1) ?? '';
		return text.replace(/#.*$/, '').trim().replaceAll(/\s+/g, ' ');
	}

	return '';
}

/** The symbol at or before an address, with the distance from it. */
function nearest({recording, program}: Scene, address: bigint): {readonly name: string; readonly offset: bigint} | undefined {
	for (const {image, symbols} of [program, recording.kernel]) {
		const inside = image.segments.some(segment => address >= segment.address && address < segment.address + BigInt(segment.memorySize));
		const found = inside ? symbols.nearest(address) : undefined;
		if (found !== undefined && found.offset <= REACH) return found;
	}

	return undefined;
}

/** An address by its symbol, where it is one exactly or lies behind one; else in hex. */
export function symbolAt(scene: Scene, address: bigint): string {
	const found = nearest(scene, address);
	if (found === undefined) return hex(address);
	return found.offset === 0n ? found.name : `${found.name}+${found.offset}`;
}

/** The name of an error that a result means. */
function errorName(value: bigint): string {
	const number = resultErrno(word(value)) ?? Number(value);
	return errnoEntry(number)?.name ?? String(value);
}

/** The name of the instruction at an address; empty where none can be fetched. */
function instructionAt({recording}: Scene, address: bigint): string {
	try {
		return recording.machine.cpu.code.instruction(address).name;
	} catch {
		return '';
	}
}

/** What each function makes of a number, with the machine where the number was read. */
const TABLE: Readonly<Record<string, (value: bigint, scene: Scene) => Value>> = {
	hex: value => hex(word(value)),
	dec: value => String(value),
	signed: value => BigInt.asIntN(64, value),
	char: value => String.fromCodePoint(Number(BigInt.asUintN(8, value))),
	errno: errorName,
	symbol: (value, scene) => symbolAt(scene, word(value)),
	function: (value, scene) => nearest(scene, word(value))?.name ?? hex(word(value)),
	line: (value, scene) => lineAt(scene, word(value)),
	instruction: (value, scene) => instructionAt(scene, word(value)),
	mapped: (value, {recording}) => recording.machine.readLinear(word(value), 1) !== undefined,
	canonical: value => isCanonical(word(value)),
};

/**
 * Applies a function of the language.
 * @throws Unreadable for a value that is no number
 */
export function applyFunction(name: string, value: Value, scene: Scene): Value {
	if (typeof value === 'string') throw new Unreadable(`${name}() takes a number, and “${value}” is a text`);
	return TABLE[name](BigInt(value), scene);
}
