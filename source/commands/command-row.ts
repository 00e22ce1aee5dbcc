import type {Call} from './call.js';

/** What a shell may complete a word with: files, labs by name, lines of the kernel that may be left out, or fixed words. */
export type Completion = 'file' | 'folder' | 'lab' | 'surgery' | 'command' | readonly string[];

/** What stands behind a flag. */
export interface ValueRow {
	/** What it is called in the usage: `N`, `FILE`. */
	readonly name: string;
	/** May be left out; then it can only be written behind `=`, as in `--strace=FILE`. */
	readonly optional?: boolean;
	/** A whole number within these limits, both included. */
	readonly count?: {readonly minimum: number; readonly maximum?: number};
	/** The words that are allowed; any, if absent. */
	readonly choices?: readonly string[];
	readonly complete?: Completion;
}

/** A flag of a command. */
export interface FlagRow {
	/** Without the dashes, in kebab case. A name that begins with `no-` switches something off. */
	readonly name: string;
	/** One letter, without the dash. */
	readonly short?: string;
	/** Absent: the flag is a switch. */
	readonly value?: ValueRow;
	/** A sentence without its full stop. */
	readonly help: string;
	/** What holds without the flag, for people; the command itself decides. */
	readonly default?: string;
	/** Whether it may be given more than once. */
	readonly repeatable?: boolean;
}

/** A word behind the command's name. */
export interface ArgumentRow {
	/** What it is called in the usage: `FILE`. */
	readonly name: string;
	/** A sentence without its full stop. */
	readonly help: string;
	readonly optional?: boolean;
	/** Whether it may be given more than once; the last argument only. */
	readonly repeatable?: boolean;
	readonly complete?: Completion;
}

/** An example: a command line, and what it does. */
export type ExampleRow = readonly [command: string, meaning: string];

/** An exit code with its meaning, as a sentence without its full stop. */
export type ExitCodeRow = readonly [code: string, meaning: string];

/** One command. Help, completions, man page and readme are made from these rows. */
export interface CommandRow {
	/** Empty for the app itself, which has no name on the command line. */
	readonly name: string;
	/** A phrase for lists of commands, without a full stop. */
	readonly summary: string;
	/** What the command does, a paragraph each. */
	readonly description: readonly string[];
	readonly arguments: readonly ArgumentRow[];
	/** What the words behind `--` are, if the command takes any. */
	readonly rest?: {readonly name: string; readonly help: string};
	/** Flags besides `--help`. */
	readonly flags: readonly FlagRow[];
	readonly examples: readonly ExampleRow[];
	/** The exit codes that people may meet; wrong use is added for all. */
	readonly exitCodes: readonly ExitCodeRow[];
	/** Does it; its module is imported here, so that no command waits for another's. Gives the exit code. */
	readonly run: (call: Call) => Promise<number>;
}
