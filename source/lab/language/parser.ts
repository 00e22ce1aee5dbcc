import {PT_REGS_FIELDS, type PtRegsField} from '../../kernel/constants.js';
import type {EventKind} from '../../trace/events.js';
import {didYouMean} from '../format/spelling.js';
import {EVENT_FIELDS, EVENT_KINDS, isEventKind, NAMED_EVENTS} from './events.js';
import {FUNCTIONS} from './names.js';
import {BINARY_OPERATORS, type BinaryOperator, type Expr, type Nth, type Point, type Selector, SyntaxProblem} from './syntax.js';
import {type Token, tokenize} from './tokens.js';

/** Widths of numbers in memory, by the names that they have in expressions. */
const MEMORY_BITS: ReadonlyMap<string, 8 | 16 | 32 | 64> = new Map([['u8', 8], ['u16', 16], ['u32', 32], ['u64', 64]]);

/** The level of the comparisons among the operators. */
const COMPARISONS = 2;

const list = (words: readonly string[]): string => words.join(', ');

/** Reads expressions and points by recursive descent. */
class Parser {
	private readonly tokens: readonly Token[];
	private at = 0;

	constructor(text: string) {
		this.tokens = tokenize(text);
	}

	/** Takes all of the text. */
	whole<T>(read: () => T): T {
		const result = read();
		const {kind, text, offset} = this.next;
		if (kind !== 'end') throw new SyntaxProblem(offset, `${text} was found where an operator or the end was expected`);
		return result;
	}

	private get next(): Token {
		return this.tokens[this.at];
	}

	/** Takes the next token; the end stays. */
	private take(): Token {
		const token = this.next;
		if (token.kind !== 'end') this.at++;
		return token;
	}

	private is(text: string): boolean {
		return this.next.kind !== 'text' && this.next.text === text;
	}

	/** Takes a token if it is the one that may stand here. */
	private accept(text: string): boolean {
		if (!this.is(text)) return false;
		this.at++;
		return true;
	}

	private expect(text: string, what: string): void {
		if (!this.accept(text)) throw this.unexpected(`${text} ${what}`);
	}

	private unexpected(expected: string): SyntaxProblem {
		const {kind, text, offset} = this.next;
		return new SyntaxProblem(offset, `${kind === 'end' ? 'the end' : text} was found, expected ${expected}`);
	}

	expression = (): Expr => this.binary(0);

	private binary(level: number): Expr {
		const operators = BINARY_OPERATORS.at(level);
		if (operators === undefined) return this.unary();
		const {offset: start} = this.next;
		// “not” turns a whole comparison round.
		if (level === COMPARISONS && this.accept('not')) return {kind: 'unary', operator: 'not', operand: this.binary(level), offset: start};
		let left = this.binary(level + 1);
		while (this.next.kind !== 'text' && (operators as readonly string[]).includes(this.next.text)) {
			const {text, offset} = this.take();
			left = {kind: 'binary', operator: text as BinaryOperator, left, right: this.binary(level + 1), offset};
		}

		return left;
	}

	private unary(): Expr {
		const {offset} = this.next;
		for (const operator of ['-', '~'] as const) if (this.accept(operator)) return {kind: 'unary', operator, operand: this.unary(), offset};
		if (this.accept('&')) return this.pointed(this.address(offset));
		return this.pointed(this.primary());
	}

	/** A value with the moment at which it is read. */
	private pointed(value: Expr): Expr {
		const {offset} = this.next;
		if (!['before', 'after', 'at', 'here'].some(word => this.is(word))) return value;
		if (value.kind === 'number' || value.kind === 'text') throw new SyntaxProblem(offset, 'a number is the same at every point; put ( ) around what the point is for');
		return {kind: 'at', value, point: this.point(), offset};
	}

	private address(offset: number): Expr {
		const target = this.primary();
		if (target.kind === 'slot') return {kind: 'slot-address', field: target.field, offset};
		if (target.kind === 'memory' || target.kind === 'string') return target.address;
		throw new SyntaxProblem(target.offset, '& gives the address of a pt_regs field or of memory, as in &regs->ip');
	}

	private primary(): Expr {
		const {kind, text, offset} = this.next;
		if (this.accept('(')) {
			const inner = this.expression();
			this.expect(')', 'for the ( before');
			return inner;
		}

		if (kind === 'number' || kind === 'text') {
			this.take();
			return kind === 'text' ? {kind, value: text, offset} : {kind, value: BigInt(text), offset};
		}

		if (kind !== 'word') throw this.unexpected('a value');
		return this.word();
	}

	private word(): Expr {
		const {text, offset} = this.take();
		const bits = MEMORY_BITS.get(text);
		if (bits !== undefined) return {kind: 'memory', bits, address: this.bracketed(text), offset};
		if (text === 'text') return this.string(offset);
		if (text === 'regs' && this.is('->')) return this.slot(offset);
		if (isEventKind(text) && (this.is('.') || this.is('['))) return this.event(text, offset);
		if (this.is('(')) return this.function(text, offset);
		let name = text;
		while (this.accept('.')) name += `.${this.take().text}`;
		return {kind: 'name', name, offset};
	}

	private bracketed(name: string): Expr {
		this.expect('[', `with an address, as in ${name}[rsp]`);
		const inner = this.expression();
		this.expect(']', 'for the [ before');
		return inner;
	}

	private string(offset: number): Expr {
		this.expect('[', 'with an address, as in text[rsi, 12]');
		const address = this.expression();
		const length = this.accept(',') ? this.expression() : undefined;
		this.expect(']', 'for the [ before');
		return {kind: 'string', address, length, offset};
	}

	private slot(offset: number): Expr {
		this.take();
		const {text, offset: at} = this.take();
		if (!(PT_REGS_FIELDS as readonly string[]).includes(text)) {
			throw new SyntaxProblem(at, `struct pt_regs has no field ${text === '' ? 'without a name' : text}${didYouMean(text, PT_REGS_FIELDS)}; it has ${list(PT_REGS_FIELDS)}`);
		}

		return {kind: 'slot', field: text as PtRegsField, offset};
	}

	private event(event: EventKind, offset: number): Expr {
		const selector = this.selector(event);
		this.expect('.', `and a field, as in ${event}.${EVENT_FIELDS[event][0]}`);
		const {text: field, offset: at} = this.take();
		if (field !== 'step' && !EVENT_FIELDS[event].includes(field)) {
			throw new SyntaxProblem(at, `${event} has no field ${field}${didYouMean(field, EVENT_FIELDS[event])}; it has step, ${list(EVENT_FIELDS[event])}`);
		}

		const index = field === 'args' ? this.index() : undefined;
		return {kind: 'event', event, selector, field, index, offset};
	}

	private index(): number {
		this.expect('[', 'and which argument, from 0, as in syscall.args[0]');
		const {kind, text, offset} = this.take();
		if (kind !== 'number' || Number(text) > 5) throw new SyntaxProblem(offset, `${text} was found, expected 0 to 5: a call has six arguments`);
		this.expect(']', 'for the [ before');
		return Number(text);
	}

	private function(name: string, offset: number): Expr {
		if (!FUNCTIONS.includes(name)) throw new SyntaxProblem(offset, `there is no function ${name}${didYouMean(name, FUNCTIONS)}; there are ${list(FUNCTIONS)}`);
		this.expect('(', '');
		const argument = this.expression();
		this.expect(')', 'for the ( before');
		return {kind: 'function', name, argument, offset};
	}

	/** What may stand behind a kind of event: `[2]`, `[write]`, `[write 2]`, `[last]`. */
	private selector(event: EventKind): Selector {
		if (!this.accept('[')) return {nth: 1};
		const of = this.next.kind === 'word' && !this.isNth() ? this.eventName(event) : undefined;
		const nth = this.is(']') ? 1 : this.nth();
		this.expect(']', 'for the [ before');
		return {of, nth};
	}

	private eventName(event: EventKind): string {
		const {text, offset} = this.take();
		if (!NAMED_EVENTS.includes(event)) throw new SyntaxProblem(offset, `${event} has no names to choose by; write a number, last or next`);
		return text;
	}

	private isNth(): boolean {
		return this.next.kind === 'number' || this.is('last') || this.is('next');
	}

	private nth(): Nth {
		if (!this.isNth()) throw this.unexpected('which one: a number, last or next');
		const {text, offset} = this.take();
		if (text === 'last' || text === 'next') return text;
		if (Number(text) < 1) throw new SyntaxProblem(offset, `${text} was found; the first one has the number 1`);
		return Number(text);
	}

	point = (): Point => {
		const {text, offset} = this.take();
		if (text === 'start' || text === 'end' || text === 'here') return {to: text};
		if (text === 'at') return this.place();
		if (text !== 'before' && text !== 'after') throw new SyntaxProblem(offset, `${text === '' ? 'nothing' : text} was found, expected start, end, here, before EVENT, after EVENT or at LABEL`);
		const event = this.take();
		if (!isEventKind(event.text)) throw new SyntaxProblem(event.offset, `there is no event ${event.text}${didYouMean(event.text, EVENT_KINDS)}; there are ${list(EVENT_KINDS)}`);
		const {of, nth} = this.selector(event.text);
		return {to: text, event: event.text, nth, ...(of === undefined ? {} : {of})};
	};

	private place(): Point {
		if (['start', 'end', 'here'].some(word => this.is(word))) return {to: this.take().text as 'start' | 'end' | 'here'};
		if (this.next.kind !== 'word') throw this.unexpected('a label, start, end or here');
		const label = this.take().text;
		if (!this.accept('[')) return {to: 'label', label, nth: 1};
		const nth = this.nth();
		this.expect(']', 'for the [ before');
		return {to: 'label', label, nth};
	}
}

/**
 * Reads an expression.
 * @throws SyntaxProblem that says what was found, what is allowed, and where
 */
export function parseExpression(text: string): Expr {
	const parser = new Parser(text);
	return parser.whole(parser.expression);
}

/**
 * Reads a point such as `before syscall[write 2]`.
 * @throws SyntaxProblem that says what was found, what is allowed, and where
 */
export function parsePoint(text: string): Point {
	const parser = new Parser(text);
	return parser.whole(parser.point);
}
