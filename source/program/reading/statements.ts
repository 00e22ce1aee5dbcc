import type {Origin, ProblemList} from '../problems.js';

/** One statement of the source: comments are blanked out, so a column in it is a column of the line. */
export interface Statement {
	readonly text: string;
	readonly origin: Origin;
}

/** Everything up to the next character that could end a statement or begin a string or a comment. */
const plain = /[^"'#;\n/]+/y;
const stringLiteral = /"(?:[^"\\\n]|\\.|\\\n)*("?)/y;
/** GNU as: an apostrophe, one character or an escape, and a closing apostrophe that may be left out. */
const characterConstant = /'(?:\\[^\n]|[^\n])'?/y;

/**
 * Cuts a text into statements the way GNU as does for x86: `;` and the end of a line end a statement,
 * `#`, `//` and block comments are comments, and none of these counts inside a string or a character constant.
 */
export function splitStatements(file: string, text: string, problems: ProblemList): Statement[] {
	return new Splitter(file, text, problems).run();
}

class Splitter {
	private readonly statements: Statement[] = [];
	private at = 0;
	private line = 1;
	private lineStart = 0;
	private current = '';
	private startLine = 1;
	private startColumn = 0;
	private afterSemicolon = false;

	constructor(
		private readonly file: string,
		private readonly text: string,
		private readonly problems: ProblemList,
	) {}

	run(): Statement[] {
		while (this.at < this.text.length) {
			const taken = this.match(plain) ?? this.special();
			this.current += taken;
		}
		this.finish();
		return this.statements;
	}

	private special(): string {
		switch (this.text[this.at]) {
			case '\n': return this.newline();
			case ';': return this.semicolon();
			case '#': return this.lineComment();
			case '"': return this.string();
			case '/': return this.slash();
			default: return this.match(characterConstant) ?? this.take(1);
		}
	}

	private slash(): string {
		const next = this.text[this.at + 1];
		if (next === '/') return this.lineComment();
		return next === '*' ? this.blockComment() : this.take(1);
	}

	private newline(): string {
		this.finish();
		this.at++;
		this.line++;
		this.lineStart = this.at;
		this.begin(false);
		return '';
	}

	private semicolon(): string {
		this.finish();
		this.at++;
		this.begin(true);
		return '';
	}

	private lineComment(): string {
		const end = this.text.indexOf('\n', this.at);
		this.at = end < 0 ? this.text.length : end;
		return '';
	}

	private blockComment(): string {
		const end = this.text.indexOf('*/', this.at + 2);
		if (end < 0) this.problems.add(this.here(), 'A comment opened with /* is never closed.', 'Add */ where the comment ends.');
		const comment = this.take((end < 0 ? this.text.length : end + 2) - this.at);
		this.countLines(comment);
		return ' '.repeat(comment.includes('\n') ? 1 : comment.length);
	}

	private string(): string {
		const origin = this.here();
		const literal = this.match(stringLiteral) ?? this.take(1);
		if (literal.length < 2 || !/(?:^|[^\\])(?:\\\\)*"$/s.test(literal.slice(1))) {
			this.problems.add(origin, 'A string is not closed on its line.', 'Add the closing ".');
			// The problem is told; what follows must not fail over the same string again.
			return `${literal.replace(/\\$/, '')}"`;
		}
		this.countLines(literal);
		return literal;
	}

	private countLines(text: string): void {
		for (let index = text.indexOf('\n'); index >= 0; index = text.indexOf('\n', index + 1)) {
			this.line++;
			this.lineStart = this.at - text.length + index + 1;
		}
	}

	private match(pattern: RegExp): string | undefined {
		pattern.lastIndex = this.at;
		const found = pattern.exec(this.text);
		return found === null ? undefined : this.take(found[0].length);
	}

	private take(length: number): string {
		this.at += length;
		return this.text.slice(this.at - length, this.at);
	}

	private here(): Origin {
		return {file: this.file, line: this.line, column: this.at - this.lineStart + 1};
	}

	private begin(afterSemicolon: boolean): void {
		this.afterSemicolon = afterSemicolon;
		this.current = '';
		this.startLine = this.line;
		this.startColumn = this.at - this.lineStart;
	}

	private finish(): void {
		const text = this.current.trim();
		if (text === '') return;
		const column = this.startColumn + this.current.length - this.current.trimStart().length + 1;
		const origin = {file: this.file, line: this.startLine, column, ...(this.afterSemicolon ? {afterSemicolon: true} as const : {})};
		this.statements.push({text, origin});
	}
}
