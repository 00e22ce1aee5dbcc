import {type Command, type CommandName, COMMANDS, type Context} from './commands.js';
import type {GlyphTable} from './glyphs.js';

/** Keys that people gave to commands instead of the table's own. */
export type KeyChoices = ReadonlyMap<CommandName, readonly string[]>;

/** How parts of key names are written for people. */
const SPELLED: Readonly<Partial<Record<string, string>>> = {
	space: 'Space', enter: 'Enter', esc: 'Esc', tab: 'Tab', home: 'Home', end: 'End', pageup: 'PgUp', pagedown: 'PgDn', backspace: 'Backspace', delete: 'Delete', insert: 'Insert',
	left: 'Left', right: 'Right', up: 'Up', down: 'Down', ctrl: 'Ctrl', alt: 'Alt', shift: 'Shift',
};

/** A key as people know it: `Ctrl+C`, `PgUp`, `←`. */
export function shownKey(key: string, glyphs: GlyphTable): string {
	if (key === '-') return key;
	return key.split(/-(?=.)/u).map((part, index, parts) => {
		if (index < parts.length - 1) return SPELLED[part] ?? part;
		const named = glyphs.keys[part] ?? SPELLED[part] ?? (/^f\d+$/.test(part) ? part.toUpperCase() : part);
		// Ctrl+C is written with a capital, though no Shift is pressed.
		return parts.includes('ctrl') && named.length === 1 ? named.toUpperCase() : named;
	}).join('+');
}

/** Which key does what: the table's keys, with those that people chose in their place. */
export class Keymap {
	private readonly byKey: ReadonlyMap<string, CommandName>;

	constructor(private readonly choices: KeyChoices = new Map()) {
		this.byKey = new Map(COMMANDS.flatMap(command => command.contexts.flatMap(context => this.keysOf(command).map((key): [string, CommandName] => [`${context} ${key}`, command.name]))));
	}

	/** The keys of a command. */
	keysOf({name, keys}: Command): readonly string[] {
		return this.choices.get(name) ?? keys;
	}

	/** The command that a key stands for in a place. */
	commandFor(context: Context, key: string): CommandName | undefined {
		return this.byKey.get(`${context} ${key}`);
	}

	/**
	 * The key that is shown for a command; empty if it has none.
	 * @param whileTyping only keys that type nothing themselves
	 */
	shown(command: Command, glyphs: GlyphTable, whileTyping = false): string {
		const key = this.keysOf(command).find(each => !whileTyping || each.length > 1);
		return key === undefined ? '' : shownKey(key, glyphs);
	}

	/** All keys of a command, for the help. */
	allShown(command: Command, glyphs: GlyphTable): string {
		return this.keysOf(command).map(key => shownKey(key, glyphs)).join(' ');
	}
}
