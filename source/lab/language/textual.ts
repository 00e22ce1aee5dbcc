import type {Expr} from './syntax.js';

/** Names, fields and functions whose values are texts. */
const TEXT_NAMES = new Set(['console', 'stack', 'signal']);
const TEXT_FIELDS = new Set(['name', 'stack', 'slot', 'handler', 'label', 'bytes']);
const TEXT_FUNCTIONS = new Set(['hex', 'dec', 'char', 'errno', 'symbol', 'function', 'line', 'instruction']);

/** Whether an expression comes to a text, whatever the run holds. */
export function isTextual(expr: Expr): boolean {
	switch (expr.kind) {
		case 'text':
		case 'string':
			return true;
		case 'name':
			return TEXT_NAMES.has(expr.name);
		case 'event':
			return TEXT_FIELDS.has(expr.field);
		case 'function':
			return TEXT_FUNCTIONS.has(expr.name);
		case 'at':
			return isTextual(expr.value);
		default:
			return false;
	}
}

/** An expression as it is read beside another one: beside a text, a single word is a text, too. */
export const asWord = (expr: Expr, beside: Expr): Expr =>
	(expr.kind === 'name' && !isTextual(expr) && isTextual(beside) ? {kind: 'text', value: expr.name, offset: expr.offset} : expr);
