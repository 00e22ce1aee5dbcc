import type {CommandRow, FlagRow} from './command-row.js';

/** What a command was called with, checked against its row. */
export class Call {
	/**
	 * @param words the arguments, in their order
	 * @param rest the words behind `--`, where the command takes any
	 * @param values the flags that were given, by name: the values in their order, '' for a switch or a value left out
	 */
	constructor(
		readonly row: CommandRow,
		readonly words: readonly string[],
		readonly rest: readonly string[],
		private readonly values: ReadonlyMap<string, readonly string[]>,
	) {}

	private flag(name: string): FlagRow {
		const found = this.row.flags.find(flag => flag.name === name);
		if (found === undefined) throw new Error(`the row of ${this.row.name} has no flag ${name}`);
		return found;
	}

	/** Whether a flag was given. */
	has(name: string): boolean {
		return this.values.has(this.flag(name).name);
	}

	/** A flag's value; undefined if it was not given. */
	text(name: string): string | undefined {
		return this.texts(name).at(-1);
	}

	/** All values of a flag that may be given more than once. */
	texts(name: string): readonly string[] {
		return this.values.get(this.flag(name).name) ?? [];
	}

	/** The value of a flag whose row says that it is a count. */
	count(name: string): number | undefined {
		const text = this.text(name);
		return text === undefined ? undefined : Number(text);
	}

	/** Whether an `on|off` flag says on; undefined if it was not given. */
	isOn(name: string): boolean | undefined {
		const text = this.text(name);
		return text === undefined ? undefined : text === 'on';
	}
}
