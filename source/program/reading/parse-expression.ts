import {StatementError} from '../problems.js';
import {numberExpression, symbolExpression} from './expression.js';
import type {Expression} from './expression.js';
import type {SymbolEntry} from './symbols.js';

/** What names in an expression mean; given by the assembler at the place where the expression stands. */
export interface NameSource {
	symbol(name: string): SymbolEntry;
	numeric(digits: string, direction: 'b' | 'f'): SymbolEntry;
	/** The location counter. */
	here(): SymbolEntry;
	readonly intel: boolean;
}

/** GNU as for x86: a higher number binds tighter. */
const precedence: Readonly<Record<string, number>> = {
	'*': 6, '/': 6, '%': 6, '<<': 6, '>>': 6,
	'|': 5, '&': 5, '^': 5, '!': 5,
	'+': 4, '-': 4,
	'==': 3, '<>': 3, '!=': 3, '<': 3, '>': 3, '<=': 3, '>=': 3,
	'&&': 2,
	'||': 1,
};
const highestPrecedence = 7;

/** Operators that are words in Intel syntax. */
const intelOperators: Readonly<Record<string, string>> = {
	and: '&', or: '|', xor: '^', not: '~', shl: '<<', shr: '>>', mod: '%',
	eq: '==', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>=',
};

const escapes: Readonly<Record<string, string>> = {b: '\b', f: '\f', n: '\n', r: '\r', t: '\t'};

const token = /\s*(?:([0-9][0-9A-Za-z_]*)|([A-Za-z_.$\u0080-\uffff][\w.$\u0080-\uffff]*)|'(\\.|[^\\])'?|(<<|>>|<=|>=|==|!=|<>|&&|\|\||[-+*/%&|^!~()<>@]))/suy;
const simpleNumber = /^\s*(?:[1-9][0-9]{0,17}|0|0x[0-9a-fA-F]{1,16})\s*$/;

type Token =
	| {readonly kind: 'number' | 'name' | 'character' | 'operator'; readonly text: string}
	| {readonly kind: 'end'};

const end: Token = {kind: 'end'};

/**
 * Parses a whole text as one expression, with GNU as's operators and their precedence.
 *
 * @throws StatementError if the text is empty, is not an expression, or goes on after one
 */
export function parseExpression(text: string, names: NameSource): Expression {
	if (simpleNumber.test(text)) return numberExpression(BigInt(text.trim()));
	return new Parser(text, names).parse();
}

class Parser {
	private at = 0;
	private next: Token = end;

	constructor(
		private readonly text: string,
		private readonly names: NameSource,
	) {}

	parse(): Expression {
		this.advance();
		if (this.next.kind === 'end') throw new StatementError('A number or a symbol is missing here.');
		const expression = this.binary(1);
		const after = this.peek();
		if (after.kind !== 'end') throw new StatementError(`${quote(after.text)} was not expected in the expression ${quote(this.text.trim())}.`, this.remedyFor(after.text));
		return expression;
	}

	private peek(): Token {
		return this.next;
	}

	private remedyFor(text: string): string | undefined {
		return /^[A-Za-z_.]/.test(text) ? 'Put an operator or a comma between two values.' : undefined;
	}

	private binary(lowest: number): Expression {
		let left = this.unary();
		for (;;) {
			const operator = this.operatorHere();
			const level = precedence[operator] ?? 0;
			if (level < lowest) return left;
			this.advance();
			left = {kind: 'binary', operator, left, right: level === highestPrecedence ? this.unary() : this.binary(level + 1)};
		}
	}

	/** The binary operator at the next token, or the empty string. */
	private operatorHere(): string {
		if (this.next.kind === 'operator') return this.next.text;
		if (this.next.kind === 'name' && this.names.intel) return intelOperators[this.next.text.toLowerCase()] ?? '';
		return '';
	}

	private unary(): Expression {
		const operator = this.operatorHere();
		if (operator === '-' || operator === '+' || operator === '~' || operator === '!') {
			this.advance();
			return {kind: 'unary', operator, operand: this.unary()};
		}
		return this.primary();
	}

	private primary(): Expression {
		const taken = this.next;
		this.advance();
		switch (taken.kind) {
			case 'number': return this.number(taken.text);
			case 'character': return numberExpression(characterValue(taken.text));
			case 'name': return symbolExpression(this.name(taken.text));
			case 'operator': return this.bracketed(taken.text);
			case 'end': throw new StatementError(`The expression ${quote(this.text.trim())} ends too early.`, 'Add the missing value.');
		}
	}

	private bracketed(operator: string): Expression {
		if (operator !== '(') throw new StatementError(`${quote(operator)} was not expected in the expression ${quote(this.text.trim())}.`, operator === '%' ? 'A register cannot be part of an expression.' : undefined);
		const inner = this.binary(1);
		if (this.next.kind !== 'operator' || this.next.text !== ')') throw new StatementError(`A bracket is not closed in ${quote(this.text.trim())}.`, 'Add the missing ).');
		this.advance();
		return inner;
	}

	private name(name: string): SymbolEntry {
		if (name === '.' || (this.names.intel && name === '$')) return this.names.here();
		if (this.next.kind === 'operator' && this.next.text === '@') this.relocationSuffix();
		return this.names.symbol(name);
	}

	/** `call name@PLT` is what compilers write; without dynamic linking it is the same as `call name`. */
	private relocationSuffix(): void {
		this.advance();
		const suffix = this.next.kind === 'name' ? this.next.text : '';
		if (suffix.toUpperCase() !== 'PLT') throw new StatementError(`The relocation @${suffix} is not supported.`, 'Programs here are linked statically: use the symbol itself, as name(%rip).');
		this.advance();
	}

	private number(text: string): Expression {
		const numeric = /^([0-9]+)([bf])$/.exec(text);
		if (numeric !== null) return symbolExpression(this.names.numeric(numeric[1], numeric[2] as 'b' | 'f'));
		return numberExpression(numberValue(text));
	}

	private advance(): void {
		token.lastIndex = this.at;
		const found = token.exec(this.text);
		if (found === null) {
			if (this.text.slice(this.at).trim() !== '') throw new StatementError(`${quote(this.text.slice(this.at).trim())} cannot be part of an expression.`);
			this.next = end;
			return;
		}
		this.at = token.lastIndex;
		this.next = toToken(found);
	}
}

function toToken(found: RegExpExecArray): Token {
	const [, number, name, character, operator] = found as (string | undefined)[];
	if (number !== undefined) return {kind: 'number', text: number};
	if (name !== undefined) return {kind: 'name', text: name};
	if (character !== undefined) return {kind: 'character', text: character};
	return {kind: 'operator', text: operator ?? ''};
}

function characterValue(text: string): bigint {
	const character = text.startsWith('\\') ? escapes[text[1]] ?? text[1] : text;
	return BigInt(character.codePointAt(0) ?? 0);
}

function numberValue(text: string): bigint {
	if (/^0[xX][0-9a-fA-F]+$/.test(text) || /^0[bB][01]+$/.test(text)) return BigInt(text.toLowerCase());
	if (/^0[0-7]+$/.test(text)) return BigInt(`0o${text.slice(1)}`);
	if (/^[0-9]+$/.test(text) && !text.startsWith('0')) return BigInt(text);
	if (text === '0') return 0n;
	if (/^[0-9][0-9a-fA-F]*[hH]$/.test(text)) {
		throw new StatementError(`${text} is not how GNU as writes a hexadecimal number.`, `Write 0x${text.slice(0, -1)}.`);
	}
	throw new StatementError(`${text} is not a number.`, 'Numbers are 10, 0x0a, 012 (octal) or 0b1010.');
}

function quote(text: string): string {
	return `"${text}"`;
}
