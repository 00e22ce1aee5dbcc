import {StatementError} from '../problems.js';
import type {Origin} from '../problems.js';
import type {Statement} from './statements.js';

/** Deeper nesting is taken for a macro or a file that includes itself. */
const maximumDepth = 100;
/** More statements than this are taken for a macro that never ends. */
const maximumStatements = 1_000_000;

interface Frame {
	readonly statements: readonly Statement[];
	next: number;
	/** Present for the expansion of a macro. */
	readonly macro: boolean;
	/** How many `.if` were open when the frame began. */
	readonly openConditions: number;
}

/** Where statements come from: a stack of texts, since a macro or an include puts its own in front. */
export class Input {
	private readonly frames: Frame[] = [];
	private total = 0;

	/** @throws StatementError if texts nest too deeply or grow without end */
	push(statements: readonly Statement[], macro: boolean, openConditions: number): void {
		if (this.frames.length >= maximumDepth) throw new StatementError('Macros or includes are nested too deeply.', 'Look for one that uses itself without an .if that ends it.');
		this.total += statements.length;
		if (this.total > maximumStatements) throw new StatementError('Macros and repetitions make too many statements.', 'Repeat less often.');
		this.frames.push({statements, next: 0, macro, openConditions});
	}

	next(): Statement | undefined {
		for (let frame = this.frames.at(-1); frame !== undefined; frame = this.frames.at(-1)) {
			if (frame.next < frame.statements.length) return frame.statements[frame.next++];
			this.frames.pop();
		}
		return undefined;
	}

	/**
	 * Takes the statements up to the directive that closes a block, which is taken as well.
	 *
	 * @param open directives that begin a block of the same sort inside this one
	 */
	takeBlock(open: RegExp, close: RegExp): Statement[] | undefined {
		const frame = this.frames.at(-1);
		if (frame === undefined) return undefined;
		let depth = 1;
		for (let index = frame.next; index < frame.statements.length; index++) {
			const text = frame.statements[index].text;
			if (open.test(text)) depth++;
			else if (close.test(text)) depth--;
			if (depth === 0) {
				const block = frame.statements.slice(frame.next, index);
				frame.next = index + 1;
				return block;
			}
		}
		frame.next = frame.statements.length;
		return undefined;
	}

	/** Leaves the innermost macro; returns how many `.if` were open when it began, or undefined outside of macros. */
	exitMacro(): number | undefined {
		if (!this.frames.some(frame => frame.macro)) return undefined;
		for (;;) {
			const frame = this.frames.pop();
			if (frame?.macro === true) return frame.openConditions;
		}
	}
}

/** The origin of what a macro makes: the line that invoked it, outermost first. */
export function expansionOrigin(invocation: Origin, macro: string): Origin {
	return {file: invocation.file, line: invocation.line, macro};
}
