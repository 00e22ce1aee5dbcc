import {StatementError} from '../problems.js';
import type {Label, SymbolEntry} from './symbols.js';

/** An expression as written; symbols in it may still be unknown. */
export type Expression =
	| {readonly kind: 'number'; readonly value: bigint}
	| {readonly kind: 'symbol'; readonly symbol: SymbolEntry}
	| {readonly kind: 'unary'; readonly operator: string; readonly operand: Expression}
	| {readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression};

/** What an expression comes to: a number, plus the address of at most one symbol, minus that of at most one. */
export interface Value {
	readonly addend: bigint;
	readonly plus?: SymbolEntry;
	readonly minus?: SymbolEntry;
}

/** The distance `a - b` in bytes of two labels in one section, or undefined while padding between them is open. */
export type Measure = (a: Label, b: Label) => bigint | undefined;

export function numberExpression(value: bigint): Expression {
	return {kind: 'number', value};
}

export function symbolExpression(symbol: SymbolEntry): Expression {
	return {kind: 'symbol', symbol};
}

const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);
const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);
/** GNU as: a true comparison is -1. */
const truth = (condition: boolean): bigint => (condition ? -1n : 0n);
const logical = (condition: boolean): bigint => (condition ? 1n : 0n);

const unaryOperators: Readonly<Record<string, (value: bigint) => bigint>> = {
	'+': value => value,
	'-': value => -value,
	'~': value => ~value,
	'!': value => logical(value === 0n),
};

const binaryOperators: Readonly<Record<string, (left: bigint, right: bigint) => bigint>> = {
	'*': (left, right) => left * right,
	'/': (left, right) => left / nonZero(right),
	'%': (left, right) => left % nonZero(right),
	'<<': (left, right) => shiftLeft(left, right),
	'>>': (left, right) => shiftRight(left, right),
	'|': (left, right) => left | right,
	'&': (left, right) => left & right,
	'^': (left, right) => left ^ right,
	'!': (left, right) => left | ~right,
	'+': (left, right) => left + right,
	'-': (left, right) => left - right,
	'==': (left, right) => truth(left === right),
	'<>': (left, right) => truth(left !== right),
	'!=': (left, right) => truth(left !== right),
	'<': (left, right) => truth(left < right),
	'>': (left, right) => truth(left > right),
	'<=': (left, right) => truth(left <= right),
	'>=': (left, right) => truth(left >= right),
	'&&': (left, right) => logical(left !== 0n && right !== 0n),
	'||': (left, right) => logical(left !== 0n || right !== 0n),
};

function nonZero(divisor: bigint): bigint {
	if (divisor === 0n) throw new StatementError('An expression divides by zero.');
	return divisor;
}

function shiftLeft(left: bigint, right: bigint): bigint {
	return right < 0n || right > 63n ? 0n : left << right;
}

/** GNU as shifts 64-bit values to the right without their sign. */
function shiftRight(left: bigint, right: bigint): bigint {
	return right < 0n || right > 63n ? 0n : unsigned(left) >> right;
}

/** Chains of `.set` longer than this are taken for a symbol defined by itself. */
const maximumDepth = 1000;

/**
 * Works an expression out as far as `measure` allows.
 *
 * @returns undefined while it cannot be known yet
 * @throws StatementError if it can never be: two addresses added, an address multiplied
 */
export function evaluate(expression: Expression, measure: Measure, depth = 0): Value | undefined {
	if (depth > maximumDepth) throw new StatementError('A symbol is defined by itself.', 'Define it with a number or with another symbol.');
	switch (expression.kind) {
		case 'number': return {addend: expression.value};
		case 'symbol': return evaluateSymbol(expression.symbol, measure, depth);
		case 'unary': return evaluateUnary(expression.operator, evaluate(expression.operand, measure, depth + 1));
		case 'binary': {
			const left = evaluate(expression.left, measure, depth + 1);
			const right = evaluate(expression.right, measure, depth + 1);
			return left === undefined || right === undefined ? undefined : combine(expression.operator, left, right, measure);
		}
	}
}

/** The number that an expression comes to by now, or undefined if it is not a number, or not yet. */
export function constantValue(expression: Expression, measure: Measure): bigint | undefined {
	if (expression.kind === 'number') return expression.value;
	const value = evaluate(expression, measure);
	return value?.plus === undefined && value?.minus === undefined ? value?.addend : undefined;
}

function evaluateSymbol(symbol: SymbolEntry, measure: Measure, depth: number): Value | undefined {
	return symbol.definition?.kind === 'expression'
		? evaluate(symbol.definition.expression, measure, depth + 1)
		: {addend: 0n, plus: symbol};
}

function evaluateUnary(operator: string, operand: Value | undefined): Value | undefined {
	if (operand === undefined || operator === '+') return operand;
	if (isConstant(operand)) return {addend: wrap(unaryOperators[operator](operand.addend))};
	if (operator !== '-') throw notConstant(operator, operand);
	return negate(operand);
}

function combine(operator: string, left: Value, right: Value, measure: Measure): Value | undefined {
	if (isConstant(left) && isConstant(right)) return {addend: wrap(binaryOperators[operator](left.addend, right.addend))};
	if (operator === '+') return add(left, right, measure);
	if (operator === '-') return add(left, negate(right), measure);
	return combineSettled(operator, left, right, measure);
}

/** Operators that need numbers: an address in them may still turn out to be one, such as a symbol that is set below. */
function combineSettled(operator: string, left: Value, right: Value, measure: Measure): Value | undefined {
	const undecided = [left.plus, left.minus, right.plus, right.minus].some(symbol => symbol !== undefined && symbol.definition === undefined);
	if (undecided) return undefined;
	const comparison = binaryOperators[operator];
	const bothPlaces = left.plus !== undefined && right.plus !== undefined && left.minus === undefined && right.minus === undefined;
	if (bothPlaces && /^(?:[=<>!]=|[<>]|<>)$/.test(operator)) {
		const difference = add(left, negate(right), measure);
		if (difference === undefined) return undefined;
		if (isConstant(difference)) return {addend: comparison(difference.addend, 0n)};
	}
	throw notConstant(operator, isConstant(left) ? right : left);
}

function add(left: Value, right: Value, measure: Measure): Value | undefined {
	const plus = [left.plus, right.plus].filter(symbol => symbol !== undefined);
	const minus = [left.minus, right.minus].filter(symbol => symbol !== undefined);
	let addend = left.addend + right.addend;
	for (let index = plus.length - 1; index >= 0; index--) {
		const partner = minus.findIndex(symbol => sameSection(plus[index], symbol));
		if (partner < 0) continue;
		const distance = distanceBetween(plus[index], minus[partner], measure);
		if (distance === undefined) return undefined;
		addend += distance;
		plus.splice(index, 1);
		minus.splice(partner, 1);
	}
	if (plus.length > 1) throw new StatementError(`The addresses ${plus[0].name} and ${plus[1].name} cannot be added.`, 'Add numbers to an address, or subtract one address from another.');
	if (minus.length > 1) throw new StatementError(`The addresses ${minus[0].name} and ${minus[1].name} cannot both be subtracted.`, 'Subtract one address from another.');
	return {
		addend: wrap(addend),
		...(plus.length > 0 ? {plus: plus[0]} : {}),
		...(minus.length > 0 ? {minus: minus[0]} : {}),
	};
}

function sameSection(a: SymbolEntry, b: SymbolEntry): boolean {
	if (a === b) return true;
	return a.definition?.kind === 'label' && b.definition?.kind === 'label' && a.definition.label.section === b.definition.label.section;
}

function distanceBetween(a: SymbolEntry, b: SymbolEntry, measure: Measure): bigint | undefined {
	if (a === b) return 0n;
	return a.definition?.kind === 'label' && b.definition?.kind === 'label' ? measure(a.definition.label, b.definition.label) : undefined;
}

function negate(value: Value): Value {
	return {
		addend: -value.addend,
		...(value.minus === undefined ? {} : {plus: value.minus}),
		...(value.plus === undefined ? {} : {minus: value.plus}),
	};
}

function isConstant(value: Value): boolean {
	return value.plus === undefined && value.minus === undefined;
}

function notConstant(operator: string, value: Value): StatementError {
	const name = value.plus?.name ?? value.minus?.name ?? 'a symbol';
	return new StatementError(`The operator ${operator} needs numbers, and ${name} is an address.`, 'Use the difference of two labels, or a symbol set to a number.');
}
