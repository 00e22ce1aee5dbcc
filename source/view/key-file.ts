import {didYouMean} from '../lab/format/spelling.js';
import {type Command, type CommandName, COMMANDS, type Context} from './commands.js';
import type {KeyChoices} from './keymap.js';

/** A key file that can't be used: the line, what is wrong, what would do. */
export class KeyFileError extends Error {
	constructor(
		readonly line: number,
		message: string,
	) {
		super(message);
	}
}

/** A text of the file and the line that it stands on. */
interface Word {
	readonly text: string;
	readonly line: number;
}

/** Keys that are given to a command. */
interface Entry {
	readonly command: Word;
	readonly keys: readonly Word[];
}

const TOKEN = /\s*(?:("(?:\\.|[^"\\\n])*")|([{}[\]:,])|(\S))/uy;

/** Takes JSON to pieces, one token at a time; only what a key file may hold is known. */
class Tokens {
	private at = 0;

	constructor(private readonly text: string) {}

	private lineAt(place: number): number {
		return this.text.slice(0, place).split('\n').length;
	}

	/** The next token, or the end of the file. */
	next(): Word & {readonly isText: boolean} {
		TOKEN.lastIndex = this.at;
		const match = TOKEN.exec(this.text);
		if (match === null) return {text: '', line: this.lineAt(this.text.trimEnd().length), isText: false};
		this.at = TOKEN.lastIndex;
		const line = this.lineAt(this.at - 1);
		const quoted = match.at(1);
		if (quoted === undefined) return {text: match.at(2) ?? match[3], line, isText: false};
		try {
			return {text: String(JSON.parse(quoted)), line, isText: true};
		} catch {
			throw new KeyFileError(line, `${quoted} is no text that JSON allows; write \\\\ for a backslash`);
		}
	}

	/** The next token, which must be a certain sign. */
	expect(sign: string, where: string): void {
		const found = this.next();
		if (found.isText || found.text !== sign) throw unexpected(found, `${sign} ${where}`);
	}

	/** The next token, which must be a text. */
	word(what: string): Word {
		const found = this.next();
		if (!found.isText) throw unexpected(found, what);
		return found;
	}

	/** Whether the next token is a certain sign; then it is taken. */
	has(sign: string): boolean {
		const {at} = this;
		const found = this.next();
		if (!found.isText && found.text === sign) return true;
		this.at = at;
		return false;
	}
}

const unexpected = ({text, line, isText}: Word & {readonly isText: boolean}, wanted: string): KeyFileError =>
	new KeyFileError(line, `${text === '' && !isText ? 'the file ends' : `${isText ? JSON.stringify(text) : text} stands`} where ${wanted} was expected`);

function readKeys(tokens: Tokens): Word[] {
	const what = 'a key such as "x", or a list of keys such as ["x", "ctrl-x"],';
	if (!tokens.has('[')) return [tokens.word(what)];
	const keys: Word[] = [];
	if (tokens.has(']')) return keys;
	do keys.push(tokens.word('a key such as "x"')); while (tokens.has(','));
	tokens.expect(']', 'behind the keys');
	return keys;
}

function readEntries(text: string): Entry[] {
	const tokens = new Tokens(text);
	tokens.expect('{', 'at the beginning');
	const entries: Entry[] = [];
	if (!tokens.has('}')) {
		do {
			const command = tokens.word('a command’s name in double quotes');
			tokens.expect(':', `behind "${command.text}"`);
			entries.push({command, keys: readKeys(tokens)});
		} while (tokens.has(','));
		tokens.expect('}', 'at the end');
	}

	const more = tokens.next();
	if (more.isText || more.text !== '') throw unexpected(more, 'the end of the file');
	return entries;
}

/** Keys that have a name instead of a character. */
const NAMED = ['space', 'enter', 'esc', 'tab', 'shift-tab', 'backspace', 'delete', 'insert', 'home', 'end', 'pageup', 'pagedown', 'up', 'down', 'left', 'right', ...Array.from({length: 12}, (_, index) => `f${index + 1}`)];

/** Whether a terminal can send a key of that name. */
function isKey(name: string): boolean {
	const plain = name.replace(/^(?:ctrl-)?(?:alt-)?(?:shift-)?(?=.)/u, '');
	if (NAMED.includes(name) || NAMED.includes(plain)) return true;
	return /^[^\s\p{Cc}]$/u.test(plain);
}

function commandOf({text, line}: Word): Command {
	const command = COMMANDS.find(({name}) => name === text);
	if (command === undefined) throw new KeyFileError(line, `there is no command “${text}”${didYouMean(text, COMMANDS.map(({name}) => name)) || '; ? in the app lists their names'}`);
	if (command.fixed === true) throw new KeyFileError(line, `${text} can’t have other keys; leave it out`);
	return command;
}

/** Two commands of one place must not have the same key. */
function checkClashes(chosen: ReadonlyMap<CommandName, readonly Word[]>): void {
	const taken = new Map<string, CommandName>();
	for (const command of COMMANDS) {
		const keys = chosen.get(command.name) ?? command.keys.map(text => ({text, line: 0}));
		for (const context of command.contexts) for (const key of keys) checkClash(taken, context, key, command.name, chosen);
	}
}

function checkClash(taken: Map<string, CommandName>, context: Context, key: Word, name: CommandName, chosen: ReadonlyMap<CommandName, readonly Word[]>): void {
	const place = `${context} ${key.text}`;
	const other = taken.get(place);
	taken.set(place, name);
	if (other === undefined || other === name) return;
	const line = key.line > 0 ? key.line : chosen.get(other)?.find(({text}) => text === key.text)?.line ?? 1;
	throw new KeyFileError(line, `the key ${key.text} would stand for ${other} and for ${name}; give one of them another key`);
}

/**
 * Reads a key file: JSON, one object, with the names of commands and the key or list of keys for each. An empty list takes
 * a command's keys away.
 * @throws KeyFileError
 */
export function readKeyFile(text: string): KeyChoices {
	const chosen = new Map<CommandName, readonly Word[]>();
	for (const {command: word, keys} of readEntries(text.replace(/^\u{FEFF}/u, ''))) {
		const {name} = commandOf(word);
		if (chosen.has(name)) throw new KeyFileError(word.line, `${name} stands here for the second time; write all its keys in one list`);
		const bad = keys.find(key => !isKey(key.text));
		if (bad !== undefined) throw new KeyFileError(bad.line, `“${bad.text}” is no key; write a character, or a name such as space, f5, ctrl-x, shift-tab`);
		chosen.set(name, keys);
	}

	checkClashes(chosen);
	return new Map([...chosen].map(([name, keys]) => [name, keys.map(key => key.text)]));
}
