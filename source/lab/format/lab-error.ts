/** A place in a file; both counted from 1. */
export interface Place {
	readonly line: number;
	readonly column: number;
}

/** A lab that can't be read: where, what is wrong, what would do. */
export class LabError extends Error {
	readonly line: number;
	readonly column: number;

	constructor(
		readonly file: string,
		{line, column}: Place,
		/** What is wrong, without the place. */
		readonly fact: string,
	) {
		super(`${file}:${line}:${column}: ${fact}`);
		this.line = line;
		this.column = column;
	}
}
