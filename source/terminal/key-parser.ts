import {characterName, sequenceName} from './key-names.js';

/** One key press, or one paste. */
export interface Key {
	/** `s`, `S`, `enter`, `up`, `ctrl-c`, `alt-x`, `ctrl-shift-left`, `f1`, `paste`. */
	readonly name: string;
	/** What the key types into a text field: empty for keys that type nothing, the whole text for a paste. */
	readonly text: string;
	/** The characters as the terminal sent them. */
	readonly sequence: string;
}

/** What the parser holds back: nothing, the start of a key, the start of a terminal's long answer, or of a paste. */
export type Unfinished = 'none' | 'key' | 'answer' | 'paste';

type Token = 'mouse' | 'sequence' | 'answer' | 'broken' | 'alt' | 'character';

/**
The grammar of what a terminal sends (ECMA-48 5.4 for CSI, 5.6 for control strings; xterm's ctlseqs for SS3 and mouse).
The first rule that matches decides. Text that only `begun` matches waits for more.
*/
const grammar: readonly {readonly token: Token; readonly whole: RegExp; readonly begun?: RegExp}[] = [
	{token: 'mouse', whole: /^\u001B\[M[^]{3}/u, begun: /^\u001B\[M[^]{0,2}$/u},
	{token: 'sequence', whole: /^\u001B{1,2}\[\[?[0-?]*[ -/]*[@-~]/u, begun: /^\u001B{1,2}\[\[?[0-?]*[ -/]*$/u},
	{token: 'sequence', whole: /^\u001B{1,2}O\d*[@-~]/u, begun: /^\u001B{1,2}O\d*$/u},
	{token: 'answer', whole: /^\u001B[\]P_^X][^\u0007\u001B]*(?:\u0007|\u001B\\)/u, begun: /^\u001B[\]P_^X][^\u0007\u001B]*\u001B?$/u},
	// Cut short by something else: what is there of it is no key.
	{token: 'broken', whole: /^\u001B(?:\[\[?[0-?]+[ -/]*|[\]P_^X][^\u0007\u001B]+)/u},
	{token: 'alt', whole: /^\u001B[^\u001B]/u},
	{token: 'character', whole: /^[^]/u, begun: /^\u001B{1,2}$/u},
];

const pasteBegin = '\u001B[200~';
const pasteEnd = '\u001B[201~';
const controls = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/gu;

/** Turns what a terminal sends into keys, however it is cut into pieces. */
export class KeyParser {
	#held = '';
	#paste: string | undefined;

	/** What waits for more characters. */
	get unfinished(): Unfinished {
		if (this.#paste !== undefined) {
			return 'paste';
		}

		if (this.#held === '') {
			return 'none';
		}

		return /^\u001B[\]P_^X]./u.test(this.#held) ? 'answer' : 'key';
	}

	/** The keys that these characters complete. */
	push(text: string): readonly Key[] {
		this.#held += text;
		const keys: Key[] = [];
		while (this.#held !== '' && this.#takeOne(keys)) {
			// Each turn takes one key.
		}

		return keys;
	}

	/** No more characters came in time: the keys that what is held must have been. */
	finish(): readonly Key[] {
		const held = this.#held;
		const paste = this.#paste;
		this.#held = '';
		this.#paste = undefined;
		if (paste !== undefined) {
			return [pasteKey(paste + held)];
		}

		const introducer = /^\u001B[[O\]P_^X]$/u.test(held);
		if (introducer) {
			return namedKey('alt', held);
		}

		// One or two presses of Esc; anything longer is the torn start of a sequence.
		return /^\u001B+$/u.test(held) ? Array.from(held).flatMap(character => namedKey('character', character)) : [];
	}

	/** Takes one token off the held text, or gives false if more is needed. */
	#takeOne(keys: Key[]): boolean {
		if (this.#paste !== undefined) {
			return this.#takePaste(keys, this.#paste);
		}

		for (const {token, whole, begun} of grammar) {
			if (begun?.test(this.#held)) {
				return false;
			}

			const sequence = whole.exec(this.#held)?.[0];
			if (sequence !== undefined) {
				this.#held = this.#held.slice(sequence.length);
				if (sequence === pasteBegin) {
					this.#paste = '';
				} else {
					keys.push(...namedKey(token, sequence));
				}

				return true;
			}
		}

		return false;
	}

	#takePaste(keys: Key[], before: string): boolean {
		const end = this.#held.indexOf(pasteEnd);
		if (end === -1) {
			// The last characters may be the beginning of the end mark.
			const safe = Math.max(0, this.#held.length - pasteEnd.length + 1);
			this.#paste = before + this.#held.slice(0, safe);
			this.#held = this.#held.slice(safe);
			return false;
		}

		keys.push(pasteKey(before + this.#held.slice(0, end)));
		this.#held = this.#held.slice(end + pasteEnd.length);
		this.#paste = undefined;
		return true;
	}
}

/** Line ends become `\n`; other controls, which could drive a terminal that prints the text, are left out. */
function pasteKey(pasted: string): Key {
	return {name: 'paste', text: pasted.replaceAll(/\r\n?/gu, '\n').replaceAll(controls, ''), sequence: pasted};
}

function nameOf(token: Token, sequence: string): string | undefined {
	if (token === 'character') {
		return characterName(sequence);
	}

	const isAlt = token === 'alt' || sequence.startsWith('\u001B\u001B');
	const body = sequence.replace(/^\u001B+/u, '');
	const name = token === 'alt' ? characterName(body) : token === 'sequence' ? sequenceName(body) : undefined;
	return name === undefined ? undefined : isAlt && !name.includes('alt-') ? `alt-${name}`.replace('alt-ctrl-', 'ctrl-alt-') : name;
}

/** A key as a list of one, or none for what is no key. */
function namedKey(token: Token, sequence: string): readonly Key[] {
	const name = nameOf(token, sequence);
	const types = token === 'character' && !/^[\u0000-\u001F\u007F-\u009F]/u.test(sequence);
	return name === undefined ? [] : [{name, text: types ? sequence : '', sequence}];
}
