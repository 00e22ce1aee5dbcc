import {StatementError} from '../problems.js';

const escape = /\\(?:x[0-9a-fA-F]+|[0-7]{1,3}|[^])/g;
const named: Readonly<Record<string, number>> = {b: 8, f: 12, n: 10, r: 13, t: 9, '"': 34, '\\': 92};
const encoder = new TextEncoder();

/**
 * The bytes of a string as written, quotes included, with GNU as's escapes; other text is UTF-8.
 *
 * @throws StatementError if the text is not one string
 */
export function stringBytes(literal: string): number[] {
	if (literal.length < 2 || !literal.startsWith('"') || !literal.endsWith('"')) {
		throw new StatementError(`${literal === '' ? 'Nothing' : literal} stands where a string in double quotes is needed.`, 'Write "text".');
	}
	const text = literal.slice(1, -1);
	const bytes: number[] = [];
	let at = 0;
	for (const found of text.matchAll(escape)) {
		bytes.push(...encoder.encode(text.slice(at, found.index)), ...escapedByte(found[0].slice(1)));
		at = found.index + found[0].length;
	}
	bytes.push(...encoder.encode(text.slice(at)));
	return bytes;
}

function escapedByte(text: string): number[] {
	if (/^x[0-9a-fA-F]/.test(text)) return [parseInt(text.slice(1).slice(-2), 16)];
	if (/^[0-7]/.test(text)) return [parseInt(text, 8) & 0xff];
	if (text === '\n') return [10];
	if (text in named) return [named[text]];
	throw new StatementError(`The escape \\${text} is unknown.`, 'Use \\n, \\t, \\r, \\b, \\f, \\\\, \\", \\x and hexadecimal digits, or octal digits.');
}

/** A macro argument without its quotes; without quotes, as it is. */
export function unquote(text: string): string {
	const trimmed = text.trim();
	return /^"[^]*"$/.test(trimmed) && trimmed.length >= 2 ? trimmed.slice(1, -1).replace(/\\"/g, '"') : trimmed;
}

/** The operands of a directive, of which the later ones may be left out. */
export function operandsOf(text: string): readonly (string | undefined)[] {
	return splitList(text);
}

const separator = /"(?:[^"\\]|\\[^])*"?|'(?:\\.|[^\\])'?|[([{]|[)\]}]|,|[^"'()[\]{},]+/g;

/** Cuts a list at the commas that stand outside of strings, character constants and brackets. */
export function splitList(text: string): string[] {
	if (text.trim() === '') return [];
	if (!text.includes(',')) return [text.trim()];
	const found: string[] = [];
	let current = '';
	let depth = 0;
	for (const part of text.match(separator) ?? []) {
		if (/^[([{]$/.test(part)) depth++;
		if (/^[)\]}]$/.test(part)) depth--;
		if (part === ',' && depth <= 0) {
			found.push(current.trim());
			current = '';
		} else {
			current += part;
		}
	}
	found.push(current.trim());
	return found;
}
