import {directives} from '../directives/index.js';
import {assembleInstruction} from '../encoding/instructions.js';
import type {Instruction, Syntax} from '../encoding/instructions.js';
import {COMMENT_REMEDY, ProblemList, StatementError} from '../problems.js';
import type {Origin} from '../problems.js';
import {measureEarly} from '../sections/relax.js';
import {SectionList} from '../sections/section-list.js';
import {Conditions} from './conditions.js';
import {constantValue, numberExpression} from './expression.js';
import type {Expression} from './expression.js';
import {Input} from './input.js';
import {expandMacro} from './macros.js';
import type {Macro} from './macros.js';
import {parseExpression} from './parse-expression.js';
import type {NameSource} from './parse-expression.js';
import {splitStatements} from './statements.js';
import type {Statement} from './statements.js';
import {anonymousLabel, SymbolScope} from './symbols.js';
import type {Constants, SymbolEntry} from './symbols.js';

export type IncludeFile = (name: string) => string | undefined;

const label = /^(?:([A-Za-z_.$\u0080-\uffff][\w.$\u0080-\uffff]*)|([0-9]+))\s*:(?!:)\s*/u;
const assignment = /^([A-Za-z_.$\u0080-\uffff][\w.$\u0080-\uffff]*)\s*==?(?!=)\s*([^]*)$/u;
const firstWord = /^(\S+)\s*([^]*)$/;
/** The directives that are obeyed while an `.if` skips. */
const conditional = /^\.(?:if\w*|else|elseif|endif)$/;

/** Reads one source statement by statement, and keeps what has been made of it so far. */
export class Assembler implements NameSource {
	readonly problems = new ProblemList();
	readonly symbols: SymbolScope;
	readonly sections = new SectionList();
	readonly conditions = new Conditions();
	readonly input = new Input();
	readonly macros = new Map<string, Macro>();
	syntax: Syntax = 'att';
	private ended = false;
	private origin: Origin = {file: '', line: 1};
	private expansions = 0;
	/** How often an expression asked what a name means. */
	private lookups = 0;

	/** @param constants numbers that names stand for from outside */
	constructor(private readonly includeFile: IncludeFile, constants?: Constants) {
		this.symbols = new SymbolScope(constants);
	}

	get intel(): boolean {
		return this.syntax === 'intel';
	}

	/** Where the statement being read stands. */
	get currentOrigin(): Origin {
		return this.origin;
	}

	read(name: string, text: string): void {
		this.input.push(splitStatements(name, text, this.problems), false, 0);
		for (let statement = this.input.next(); statement !== undefined && !this.ended; statement = this.input.next()) {
			const current = statement;
			this.origin = current.origin;
			this.problems.guard(current.origin, () => this.statement(current));
		}
		for (const origin of this.conditions.unclosed()) this.problems.add(origin, 'This .if is never closed.', 'Add .endif.');
	}

	// What directives and operands ask for.

	parse(text: string): Expression {
		return parseExpression(text, this);
	}

	constant(expression: Expression): bigint | undefined {
		return constantValue(expression, measureEarly);
	}

	/** A number that must be known at once. `what` begins the error message. */
	number(text: string, what: string): bigint {
		const value = this.constant(this.parse(text));
		if (value === undefined) throw new StatementError(`${what} must be a number that is known here, and ${text.trim()} is not.`, 'Define its symbols above this line.');
		return value;
	}

	symbol(name: string): SymbolEntry {
		this.lookups++;
		return this.symbols.lookUp(name, this.origin);
	}

	numeric(digits: string, direction: 'b' | 'f'): SymbolEntry {
		this.lookups++;
		return this.symbols.numeric(digits, direction, this.origin);
	}

	here(): SymbolEntry {
		this.lookups++;
		return anonymousLabel(this.sections.current.here(), this.origin);
	}

	assign(name: string, text: string, redefinable: boolean): void {
		const expression = this.parse(text);
		const value = this.constant(expression);
		this.symbols.assign(name, value === undefined ? expression : numberExpression(value), this.origin, redefinable);
	}

	emit(bytes: ArrayLike<number>): void {
		if (this.sections.current.attributes.empty && Array.from(bytes).some(byte => byte !== 0)) throw noContents(this.sections.current.name);
		if (this.sections.current.attributes.empty) this.sections.current.reserve(bytes.length, this.origin);
		else this.sections.current.emit(bytes, this.origin);
	}

	/** Emits a field of data that holds an expression. */
	emitValue(expression: Expression, size: number): void {
		const section = this.sections.current;
		this.emit(new Uint8Array(size));
		if (section.attributes.empty) {
			if (this.constant(expression) !== 0n) throw noContents(section.name);
			return;
		}
		section.bytes.fixups.push({offset: section.bytes.size - size, size, expression, pcRelative: false, distanceToEnd: 0, signed: false, origin: this.origin});
	}

	/** Reads another file in place of the present statement. */
	include(name: string): void {
		const text = this.includeFile(name);
		if (text === undefined) throw new StatementError(`The file ${name} cannot be included, since it was not found.`, 'Check its name.');
		this.input.push(splitStatements(name, text, this.problems), false, this.conditions.depth);
	}

	isDefined(name: string): boolean {
		return this.symbols.isDefined(name);
	}

	/** Reads no further: `.end`. */
	end(): void {
		this.ended = true;
	}

	pushStatements(statements: readonly Statement[]): void {
		this.input.push(statements, false, this.conditions.depth);
	}

	// How a statement is read.

	private statement(statement: Statement): void {
		if (!this.conditions.active) {
			const [word, rest] = splitWord(statement.text);
			if (conditional.test(word.toLowerCase())) this.directive(word, rest, statement);
			return;
		}
		const rest = this.takeLabels(statement.text);
		if (rest === '') return;
		const assigned = assignment.exec(rest);
		const [word, operands] = splitWord(rest);
		const macro = this.macros.get(word);
		if (assigned !== null) {
			this.assignSymbol(assigned[1], assigned[2], statement);
		} else if (macro !== undefined) {
			this.input.push(expandMacro(macro, operands, statement.origin, this.expansions++), true, this.conditions.depth);
		} else if (word.startsWith('.')) {
			this.directive(word, operands, statement);
		} else {
			this.instruction(rest, statement);
		}
	}

	private takeLabels(text: string): string {
		let rest = text;
		for (let found = label.exec(rest) as (string | undefined)[] | null; found !== null; found = label.exec(rest)) {
			const [whole = '', name, digits = ''] = found;
			if (name === undefined) this.symbols.defineNumeric(digits, this.sections.current.here(), this.origin);
			else this.symbols.defineLabel(name, this.sections.current.here(), this.origin);
			rest = rest.slice(whole.length);
		}
		return rest;
	}

	private assignSymbol(name: string, text: string, statement: Statement): void {
		if (name === '.') directives['.org'](this, text, statement);
		else this.assign(name, text, true);
	}

	private directive(word: string, operands: string, statement: Statement): void {
		const lower = word.toLowerCase();
		if (lower.startsWith('.cfi_')) return;
		if (!Object.hasOwn(directives, lower)) throw new StatementError(`The directive ${word} is not known here.`, 'Check its spelling; macros, data, sections, alignment and conditions of GNU as are supported.');
		directives[lower](this, operands, statement);
	}

	private encode(text: string, statement: Statement): Instruction {
		const key = `${this.syntax} ${text}`;
		const known = constantInstructions.get(key);
		if (known !== undefined) return known;
		const lookups = this.lookups;
		try {
			const made = assembleInstruction(text, this.syntax, this);
			if (this.lookups === lookups && made.jump === undefined) {
				if (constantInstructions.size >= maximumConstantInstructions) constantInstructions.clear();
				constantInstructions.set(key, made);
			}
			return made;
		} catch (error: unknown) {
			if (error instanceof StatementError && statement.origin.afterSemicolon === true && error.message.startsWith('There is no instruction')) {
				throw new StatementError(`${error.message.slice(0, -1)}, which is read as a statement because a ; separates statements.`, COMMENT_REMEDY);
			}
			throw error;
		}
	}

	private instruction(text: string, statement: Statement): void {
		const section = this.sections.current;
		const made = this.encode(text, statement);
		if (section.attributes.empty) throw noContents(section.name);
		const offset = section.bytes.size;
		section.emit(made.bytes, this.origin);
		for (const field of made.fields) {
			section.bytes.fixups.push({
				...field,
				offset: offset + field.offset,
				distanceToEnd: made.bytes.length - field.offset,
				origin: this.origin,
			});
		}
		const {jump} = made;
		if (jump !== undefined) section.add(index => ({kind: 'jump', ...jump, isLong: false, start: 0, size: 0, index, origin: this.origin}));
	}
}

/** Instructions in which no name occurs are the same wherever they stand. */
const constantInstructions = new Map<string, Instruction>();
const maximumConstantInstructions = 20_000;

function splitWord(text: string): [string, string] {
	const found = firstWord.exec(text);
	return found === null ? ['', ''] : [found[1], found[2]];
}

function noContents(section: string): StatementError {
	return new StatementError(`The section ${section} has no contents, so only zeros can be put there.`, 'Put values into .data, or use .skip here.');
}