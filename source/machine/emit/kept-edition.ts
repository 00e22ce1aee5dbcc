/**
 * The first module of the emitted interpreter as it was made when the package was built, so that nothing needs to be
 * emitted when a machine changes over to it.
 */
import type {Catalogue} from './catalogue.js';
import type {Effects} from './emitting-flags.js';

/** The file, in the folder of the built program. */
export const KEPT_EDITION = 'emitted.json';

/** A module, and the shapes that it has handlers for, in their order. */
export interface KeptEdition {
	readonly bytes: Uint8Array;
	readonly shapes: readonly {readonly key: string; readonly effects: Effects}[];
	readonly keysByValue: readonly string[];
}

/** Effects in the order in which the file has them, each a digit. */
const EFFECTS: readonly (keyof Effects)[] = ['readsFlags', 'notesFlags', 'overwritesFlags', 'mayLeave'];

interface KeptText {
	readonly module: string;
	readonly shapes: readonly (readonly [key: string, effects: string])[];
	readonly byValue: readonly string[];
}

/** The text of the file for a catalogue. */
export function keptEdition(catalogue: Catalogue): string {
	const text: KeptText = {
		module: base64(catalogue.bytes()),
		shapes: catalogue.all.flatMap(found => (found === undefined ? [] : [[found.key, EFFECTS.map(name => (found.effects[name] ? '1' : '0')).join('')] as const])),
		byValue: catalogue.keysByValue,
	};
	return JSON.stringify(text);
}

/** Reads the file's text. */
export function parseKeptEdition(text: string): KeptEdition {
	const {module, shapes, byValue} = JSON.parse(text) as KeptText;
	return {
		bytes: Uint8Array.from(atob(module), letter => letter.charCodeAt(0)),
		shapes: shapes.map(([key, digits]) => ({key, effects: Object.fromEntries(EFFECTS.map((name, index) => [name, digits[index] === '1'])) as unknown as Effects})),
		keysByValue: byValue,
	};
}

const base64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
