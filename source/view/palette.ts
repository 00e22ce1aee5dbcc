import {EVENT_KINDS} from '../lab/language/events.js';
import {ATTACKS} from '../trace/contract/attacks/index.js';
import type {AppState} from './app-state.js';
import {contextOf, refusalOf} from './availability.js';
import {type ArgumentKind, type Command, commandNamed, COMMANDS, type Context} from './commands.js';
import {fieldOf} from './editing.js';
import {fuzzyFilter} from './fuzzy.js';
import {PANES} from './panes/index.js';
import type {Prompt, Suggestion} from './prompt.js';
import {THEME_NAMES} from './theme.js';
import {VIEW_SET_NAMES, VIEW_SETS} from './view-sets.js';

/** An entry of a folder. */
export interface FolderEntry {
	readonly name: string;
	readonly isFolder: boolean;
}

/** What suggestions are made of besides the app's state. */
export interface Sources {
	/** Entries of a folder, as a path leads to it; none if it can't be read. */
	readonly folder: (path: string) => readonly FolderEntry[];
	/** Names of the program and the kernel that addresses can be given by. */
	readonly symbols: () => readonly string[];
	/** What a setting of the kernel can be completed to. */
	readonly settings: (text: string) => readonly {readonly text: string; readonly help: string}[];
}

/** What can be typed behind a command, in a line. */
const HINTS: Readonly<Record<ArgumentKind, string>> = {
	step: 'A step by its number, as the title counts them; start or end.',
	changes: 'A list such as rdi=77, rsi=message, cf=1, xmm0=0x1, [rsp+8]:8=-1, [message]=41 42 or "AB". Hex, decimal, negative, characters and names are taken.',
	view: 'The name of a view.',
	pane: 'The name of a pane.',
	address: 'An address, a name, or a register with a distance: 0x402000, message, rsp+8. Empty: where rsp stands.',
	theme: 'The name of a theme.',
	lab: 'The name of a lab.',
	word: 'A word, a system call by name or number, a lab, or a name of the program or the kernel.',
	query: 'A number, a name, a word of what the call does, an argument; here for those that this kernel carries out. Empty: all.',
	setting: 'isolation, entry-stack, second-door, audit: on or off; without LINE…; seccomp CALL=ERROR…. Empty: as it is now.',
	lines: 'Names of lines, with blanks between them; Tab completes a name. nothing: none is left out.',
	event: 'The kind of an event: push, exception, syscall, swapgs, stack-switch and others.',
	condition: 'ring, syscall, syscall=write, exception=#PF, signal, console=text, at NAME, at entry_64.s:63, rax=0x10, write message, write 0x404000:4.',
	stop: 'The number of a stop, as :stops lists them, or its text; all takes every one away.',
	words: 'Words with blanks between them, the program’s own name first; "two words" in quotes are one.',
	place: 'A register, a flag, pt_regs->di, [rsp+8], [message]:1, an address or a name. Empty: what is marked.',
	compared: 'The name of a branch; set and changes, such as set rdi=77; or without and lines of the kernel, such as without swapgs. Empty: the run before the last change.',
	attacks: 'Names of attacks, with blanks between them. Empty: all of them.',
	branch: 'The name of a branch. Empty: the one that is marked.',
	name: 'A name that no other branch has.',
	consent: 'yes shows it; without it, what you find out is your own.',
	file: 'The path of a .s file or an executable; Tab completes it.',
};

const COMMAND_HINT = 'Type a command, or a part of it. Tab completes it, Enter runs it.';

/** A command line taken to pieces: the command's word, and what stands behind it if anything does. */
function split(text: string): {readonly word: string; readonly argument: string | undefined} {
	const match = /^\s*(\S*)(?:\s+(.*))?$/su.exec(text);
	return {word: match?.[1] ?? '', argument: match?.at(2)};
}

/** The command and its argument that a line means; undefined if it begins with no command's name. */
export function parseCommandLine(text: string): {readonly command: Command; readonly argument: string} | undefined {
	const {word, argument} = split(text);
	const command = commandNamed(word);
	return command === undefined ? undefined : {command, argument: argument?.trim() ?? ''};
}

/** Commands that make sense when they are typed: not those that move in lists and fields. */
const isTyped = ({group, name}: Command, context: Context): boolean => group !== 'Menu' && group !== 'Typing' && name !== 'palette' && COMMANDS.find(each => each.name === name)?.contexts.includes(context) === true;

function commandSuggestions(word: string, state: AppState): Suggestion[] {
	const below = {...state.session};
	delete below.prompt;
	const context = contextOf(below);
	const commands = COMMANDS.filter(command => isTyped(command, context));
	// A name that matches comes before a text that does, and what can be done before what can't.
	const named = fuzzyFilter(word, commands, ({name}) => name);
	const told = word.length < TELLING ? [] : commands.filter(command => !named.includes(command) && beginsWord(command.help, word));
	const suggestions = [...named, ...told].map((command): Suggestion => {
		const refused = refusalOf(command.name, below);
		return {
			text: command.argument === undefined ? command.name : `${command.name} `, label: command.name, note: command.help, key: state.keymap.shown(command, state.theme.glyphs),
			...(refused === undefined ? {} : {refused}),
		};
	});
	return [...suggestions.filter(({refused}) => refused === undefined), ...suggestions.filter(({refused}) => refused !== undefined)];
}

/** Letters from which what commands do is searched, too. */
const TELLING = 3;

/** Whether a word of a text begins with some letters. */
const beginsWord = (text: string, begin: string): boolean => text.toLowerCase().split(/[^a-z0-9]+/).some(word => word.startsWith(begin.toLowerCase()));

/** Values of arguments that are names out of a list, with what each is. */
function namedValues(kind: ArgumentKind, {labs}: AppState): readonly (readonly [name: string, note: string])[] {
	switch (kind) {
		case 'theme':
			return THEME_NAMES.map(name => [name, {dark: 'for a dark background', light: 'for a light background', contrast: 'bright on black, nothing dimmed'}[name]]);
		case 'view':
			return VIEW_SET_NAMES.map(name => [name, VIEW_SETS[name].help]);
		case 'pane':
			return PANES.map(({name, help}: {readonly name: string; readonly help: string}) => [name, help]);
		case 'event':
			return EVENT_KINDS.map(kind => [kind, '']);
		case 'attacks':
			return ATTACKS.map(({name, sentence}) => [name, sentence]);
		case 'consent':
			return [['no', 'go on by myself'], ['yes', 'show it']];
		case 'lab':
			return labs.map(({name, title}) => [name, title]);
		default:
			return [];
	}
}

/** A path up to its last slash, and what stands behind that. */
const splitPath = (path: string): readonly [folder: string, name: string] => [path.slice(0, path.lastIndexOf('/') + 1), path.slice(path.lastIndexOf('/') + 1)];

/** Files that can be opened, and folders that lead to some; those that begin with a dot only if that was typed. */
function fileSuggestions(command: Command, argument: string, {folder}: Sources): Suggestion[] {
	const [base, name] = splitPath(argument);
	return folder(base)
		.filter(entry => entry.name.toLowerCase().startsWith(name.toLowerCase()) && (name.startsWith('.') || !entry.name.startsWith('.')) && (entry.isFolder || entry.name.endsWith('.s')))
		.map(entry => {
			const shown = `${entry.name}${entry.isFolder ? '/' : ''}`;
			return {text: `${command.name} ${base}${shown}`, label: shown, note: entry.isFolder ? 'folder' : ''};
		});
}

/** The name that is being typed at the end of an argument. */
const LAST_NAME = /[A-Za-z_.$][\w.$]*$/u;

/** At most so many names are suggested. */
const MOST_NAMES = 40;

/** Names of addresses that complete the end of a text. */
export function symbolSuggestions(text: string, names: readonly string[]): Suggestion[] {
	const begun = LAST_NAME.exec(text)?.[0];
	if (begun === undefined) return [];
	return names.filter(name => name !== begun && name.startsWith(begun)).slice(0, MOST_NAMES).map(name => ({text: text.slice(0, -begun.length) + name, label: name, note: 'a name of the program or the kernel'}));
}

function argumentSuggestions(command: Command, argument: string, state: AppState, sources: Sources): Suggestion[] {
	if (command.argument === undefined) return [];
	if (command.argument === 'file') return fileSuggestions(command, argument, sources);
	if (command.argument === 'setting') return sources.settings(argument).map(({text, help}) => ({text: `${command.name} ${text}`, label: text, note: help}));
	if (command.argument === 'lines') return sources.settings(`without ${argument}`).map(({text, help}) => ({text: `${command.name} ${text.slice('without '.length)}`, label: text.slice('without '.length), note: help}));
	if (command.argument === 'changes' || command.argument === 'address' || command.argument === 'place') return symbolSuggestions(`${command.name} ${argument}`, sources.symbols());
	return fuzzyFilter(argument, namedValues(command.argument, state), ([name]) => name).map(([name, note]) => ({text: `${command.name} ${name}`, label: name, note}));
}

/** Arguments of which one of a list must be taken: the first that matches is marked. */
const isFromList = ({argument}: Command): boolean => argument !== undefined && ['theme', 'view', 'pane', 'lab', 'consent'].includes(argument);

/** The palette with a text in it, the cursor where it is, and what it can be completed to. */
export function palettePrompt(text: string, cursor: number, state: AppState, sources: Sources): Prompt {
	const {word, argument} = split(text);
	const command = argument === undefined ? undefined : commandNamed(word);
	const common = {kind: 'command', title: 'Command', field: {text, cursor}} as const;
	if (command === undefined) {
		const suggestions = commandSuggestions(word, state);
		return {...common, hint: suggestions.length === 0 ? `There is no command ${word}.` : COMMAND_HINT, suggestions, chosen: suggestions.length === 0 ? -1 : 0};
	}

	const suggestions = argumentSuggestions(command, argument ?? '', state, sources);
	const hint = command.argument === undefined ? `${command.name} takes nothing behind it.` : HINTS[command.argument];
	return {...common, title: command.help, hint, suggestions, chosen: isFromList(command) && suggestions.length > 0 ? 0 : -1};
}

/** The palette when it is opened, with a text in it. */
export const openPalette = (text: string, state: AppState, sources: Sources): Prompt => palettePrompt(text, fieldOf(text).cursor, state, sources);
