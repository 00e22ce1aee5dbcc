import {errnoEntry, resultErrno} from '../../kernel/errno.js';

/** What an expression comes to: 64 bits (negative only where a sign was asked for), a text, or a truth. */
export type Value = bigint | string | boolean;

/** Numbers from here on are shown in hex. */
const LONGEST_DECIMAL = 4096n;

/** A number as 64 bits. */
export const word = (value: bigint): bigint => BigInt.asUintN(64, value);

/** A number in hex, with its prefix. */
export const hex = (value: bigint): string => (value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`);

/** A number as people read it: small ones in decimal, negated error numbers with their names, the others in hex. */
export function showNumber(value: bigint): string {
	const error = resultErrno(word(value));
	if (error !== undefined) {
		const entry = errnoEntry(error);
		return entry === undefined ? `-${error}` : `-${error} (${entry.name})`;
	}

	return value > -LONGEST_DECIMAL && value < LONGEST_DECIMAL ? value.toString() : hex(value);
}

/** A text in quotes, with what can't be seen as escapes. */
export const quote = (text: string): string =>
	`"${text.replaceAll(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r').replaceAll('\0', '\\0')}"`;

/** A value for a sentence. */
export function show(value: Value): string {
	if (typeof value === 'boolean') return value ? 'yes' : 'no';
	return typeof value === 'string' ? quote(value) : showNumber(value);
}

/** A value for the middle of an author's text: a text without quotes. */
export const showBare = (value: Value): string => (typeof value === 'string' ? value : show(value));

/** Whether two values are the same; numbers as 64 bits, and a truth is 1 or 0. */
export function same(left: Value, right: Value): boolean {
	if (typeof left === 'string' || typeof right === 'string') return left === right;
	return word(BigInt(left)) === word(BigInt(right));
}

/** A piece of code in a sentence: lessons are Markdown. */
export const code = (text: string): string => (text.includes('`') ? text : `\`${text}\``);
