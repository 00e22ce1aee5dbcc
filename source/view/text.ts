import stringWidth from 'string-width';

/** What a piece of text means; a theme decides how that looks. */
export type Tone =
	| 'plain' | 'dim' | 'strong' | 'title' | 'key' | 'changed' | 'user' | 'kernel' | 'name' | 'value' | 'current' | 'error' | 'good' | 'comment'
	| 'selected' | 'user-badge' | 'kernel-badge' | 'label' | 'chosen' | 'user-border' | 'kernel-border' | 'term';

/** A piece of text with one meaning. */
export interface Span {
	readonly text: string;
	readonly tone: Tone;
}

/** One line of a pane. */
export type Row = readonly Span[];

/** Makes a span. */
export const span = (text: string, tone: Tone = 'plain'): Span => ({text, tone});

/** Makes a row of one span. */
export const line = (text: string, tone: Tone = 'plain'): Row => [span(text, tone)];

const PLAIN_TEXT = /^[\x20-\x7e\u2190-\u21ff\u2500-\u259f\u25a0-\u25ff\u2013-\u2026·×]*$/;

/** Columns that a text takes. */
export const widthOf = (text: string): number => (PLAIN_TEXT.test(text) ? text.length : stringWidth(text));

/** Characters beyond the first 32 that a terminal acts upon instead of showing them: C1 controls, directions of writing. */
const UNSEEN = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Columns that a row takes. */
export const rowWidth = (row: Row): number => row.reduce((sum, {text}) => sum + widthOf(text), 0);

/** Control characters would move the cursor: they are shown as their pictures. */
export const printable = (text: string): string =>
	text.replaceAll('\t', '        ').replaceAll(/[\u0000-\u001f]/g, character => String.fromCharCode(0x2400 + character.charCodeAt(0))).replaceAll(UNSEEN, '·');

/** The first character of a text, whether it is one or two units of its string. */
export const firstCharacter = (text: string): string => String.fromCodePoint(text.codePointAt(0) ?? 0).slice(0, text.length);

/** The longest beginning of a text that fits into `width` columns. */
export function cut(text: string, width: number): string {
	if (widthOf(text) <= width) return text;
	let columns = 0;
	let kept = '';
	for (const character of text) {
		columns += widthOf(character);
		if (columns > width) break;
		kept += character;
	}

	return kept;
}

/** Cuts or pads a row to exactly `width` columns; what was cut off shows as an ellipsis. */
export function fit(row: Row, width: number, ellipsis = '…'): Row {
	const total = rowWidth(row);
	if (total === width) return row;
	if (total < width) return [...row, span(' '.repeat(width - total))];
	const spans: Span[] = [];
	let left = Math.max(0, width - widthOf(ellipsis));
	for (const {text, tone} of row) {
		const kept = cut(text, left);
		spans.push(span(kept, tone));
		left -= widthOf(kept);
		if (kept !== text) break;
	}

	const mark = cut(ellipsis, width);
	return [...spans, span(' '.repeat(Math.max(0, left))), span(mark, 'dim')];
}

/** Breaks a text into lines of at most `width` columns, at spaces where there are some. */
export function wrap(text: string, width: number): string[] {
	const lines: string[] = [];
	let current = '';
	for (const word of text.split(/\s+/).filter(part => part !== '')) {
		const joined = current === '' ? word : `${current} ${word}`;
		if (widthOf(joined) <= width) {
			current = joined;
			continue;
		}

		if (current !== '') lines.push(current);
		current = word;
		while (widthOf(current) > width) {
			const head = cut(current, width) || firstCharacter(current);
			lines.push(head);
			current = current.slice(head.length);
		}
	}

	return current === '' ? lines : [...lines, current];
}

/** A 64-bit value as sixteen hex digits. */
export const hex64 = (value: bigint): string => value.toString(16).padStart(16, '0');

/** A value as short hex with its prefix. */
export const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** Results from here up to -1 are negated error numbers. */
const LOWEST_ERROR = -4095n;

/** A result of a call that means an error, as the negative number that it is; nothing for other values. */
export function errorNumber(value: bigint): string {
	const signed = BigInt.asIntN(64, value);
	return signed < 0n && signed >= LOWEST_ERROR ? ` ${signed}` : '';
}
