import {hex64, type Span, span, type Tone} from '../text.js';

/** A 64-bit value as sixteen digits, the leading zeros dimmed: what is there is found at once. */
export function valueSpans(value: bigint, tone: Tone): Span[] {
	const digits = hex64(value);
	if (tone !== 'value') return [span(digits, tone)];
	const zeros = Math.min(digits.length - 1, digits.length - digits.replace(/^0+/, '').length);
	return [span(digits.slice(0, zeros), 'dim'), span(digits.slice(zeros), tone)];
}

/** A sign with its looks, or a blank without any. */
export const signSpan = (isThere: boolean, sign: string, tone: Tone): Span => (isThere ? span(sign, tone) : span(' '.repeat(sign.length)));

/** Rows of a long list that are shown: where the first one is, so that row `at` is in sight, moved by `scroll`. */
export function firstShown(count: number, height: number, at: number, scroll = 0): number {
	return Math.max(0, Math.min(count - height, at + scroll));
}

/** The first row of a window of a list that is moved as little as can be, so that a row of it is in sight. */
export function keepInSight(first: number, height: number, row: number): number {
	if (row < first) return row;
	return row >= first + height ? row - height + 1 : first;
}
