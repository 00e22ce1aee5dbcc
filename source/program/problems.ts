/** Where a statement stands in the text that a person wrote. */
export interface Origin {
	readonly file: string;
	/** Counted from 1. */
	readonly line: number;
	/** Counted from 1; absent where the text was made by a macro. */
	readonly column?: number;
	/** The macro whose expansion made the statement; the line is then the line that invoked it. */
	readonly macro?: string;
	/** A `;` stands before the statement on its line. NASM begins a comment there, GNU as a statement. */
	readonly afterSemicolon?: true;
}

/** One mistake in a program's text: a fact, and where there is one, what to do about it. */
export interface Problem {
	readonly file: string;
	readonly line: number;
	readonly column?: number;
	readonly message: string;
	readonly remedy?: string;
}

/** Thrown by `assemble` and `link` with everything that is wrong, in the order of the text. */
export class AssemblyError extends Error {
	readonly problems: readonly Problem[];

	constructor(problems: readonly Problem[]) {
		super(problems.map(problem => describe(problem)).join('\n'));
		this.name = 'AssemblyError';
		this.problems = problems;
	}
}

/**
 * A mistake inside one statement, thrown where it is noticed; whoever processes the statement
 * knows its origin and turns this into a `Problem`.
 */
export class StatementError extends Error {
	readonly remedy: string | undefined;

	constructor(message: string, remedy?: string) {
		super(message);
		this.name = 'StatementError';
		this.remedy = remedy;
	}
}

/** What to do about a comment that was read as a statement. */
export const COMMENT_REMEDY = 'Begin a comment with #.';

/** What to do about a problem; behind a `;` it may be that a comment was meant. */
function remedyAt({afterSemicolon}: Origin, remedy: string | undefined): string | undefined {
	if (afterSemicolon === undefined || remedy === COMMENT_REMEDY) return remedy;
	return `${remedy === undefined ? '' : `${remedy} `}If a comment is meant, begin it with #, since a ; separates statements.`;
}

/** Collects problems, so that one run reports all of them. */
export class ProblemList {
	readonly problems: Problem[] = [];

	add(origin: Origin, message: string, remedy?: string): void {
		const advice = remedyAt(origin, remedy);
		const inMacro = origin.macro === undefined ? '' : ` (in the expansion of macro ${origin.macro})`;
		this.problems.push({
			file: origin.file,
			line: origin.line,
			...(origin.column === undefined ? {} : {column: origin.column}),
			message: message + inMacro,
			...(advice === undefined ? {} : {remedy: advice}),
		});
	}

	/** Runs `action`; a `StatementError`, or anything that a library throws, becomes a problem at `origin`. */
	guard(origin: Origin, action: () => void): void {
		try {
			action();
		} catch (error: unknown) {
			if (error instanceof StatementError) this.add(origin, error.message, error.remedy);
			else this.add(origin, `This statement could not be assembled: ${textOf(error)}`, 'Write it in another way, or report it.');
		}
	}

	/** Throws everything collected, if anything was: files in the order in which they appear, and lines in theirs. */
	throwIfAny(): void {
		if (this.problems.length === 0) return;
		const files = [...new Set(this.problems.map(problem => problem.file))];
		const place = ({file, line, column = 0}: Problem): readonly number[] => [files.indexOf(file), line, column];
		throw new AssemblyError([...this.problems].sort((a, b) => comparePlaces(place(a), place(b))));
	}
}

function comparePlaces(a: readonly number[], b: readonly number[]): number {
	const index = a.findIndex((value, position) => value !== b[position]);
	return index < 0 ? 0 : a[index] - b[index];
}

function describe(problem: Problem): string {
	const remedy = problem.remedy === undefined ? '' : ` ${problem.remedy}`;
	return `${problem.file}:${problem.line}: ${problem.message}${remedy}`;
}

function textOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
