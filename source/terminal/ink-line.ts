import {
	ansiCodesToString,
	diffAnsiCodes,
	reduceAnsiCodesIncremental,
	styledCharsFromTokens,
	tokenize,
	type AnsiCode,
} from '@alcalzone/ansi-tokenize';
import ansiStyles from 'ansi-styles';
import stringWidth from 'string-width';
import {RecentCache} from './recent-cache.js';
import {isSingleWidth} from './styled-row.js';

/** The codes in force at a character. There is one object for each combination, so styles are compared by identity. */
export interface Style {
	readonly codes: readonly AnsiCode[];
	/** The text that turns this style into another. */
	readonly transitions: Map<Style, string>;
}

/** A line of text as cells: each has a grapheme, or `''` where a wide one goes on. */
export interface StyledLine {
	readonly values: string | readonly string[];
	/** The style of each cell. */
	readonly styles: readonly Style[];
	/** The text from the first character to the last, without what opens the first style and closes the last. */
	readonly inner: string;
}

const styles = new Map<string, Style>();

function styleOf(codes: readonly AnsiCode[]): Style {
	const key = codes.map(code => code.code).join('');
	let style = styles.get(key);
	if (!style) {
		style = {codes, transitions: new Map()};
		styles.set(key, style);
	}

	return style;
}

/** The style without any codes. */
export const plain = styleOf([]);

/** The codes between two neighbouring characters of these styles. */
export function transition(from: Style, to: Style): string {
	if (from === to) {
		return '';
	}

	let text = from.transitions.get(to);
	if (text === undefined) {
		text = ansiCodesToString(diffAnsiCodes([...from.codes], [...to.codes]));
		from.transitions.set(to, text);
	}

	return text;
}

/** The text of cells, without what opens the first style and closes the last. */
export function innerText(values: string | readonly string[], cellStyles: readonly Style[]): string {
	let text = '';
	let before = cellStyles[0];
	for (const [index, style] of cellStyles.entries()) {
		if (style !== before) {
			text += transition(before, style);
			before = style;
		}

		text += values[index];
	}

	return text;
}

// One parameter, or the several of a palette or direct colour.
const parameter = /[34]8;5;\d*|[34]8;2;\d*;\d*;\d*|\d*/uy;
const ends = new Set(ansiStyles.codes.values());

/** The parameter that ends what this one begins; an unknown one is ended by a reset. */
function endOf(begin: string): number {
	const number = Number.parseInt(begin, 10);
	if (ends.has(number)) {
		return number;
	}

	const end = ansiStyles.codes.get(number);
	return end ?? (begin.startsWith('38') ? 39 : begin.startsWith('48') ? 49 : 0);
}

const sequences = new RecentCache<string, readonly AnsiCode[]>(500);

/** The codes of an SGR sequence, as ansi-tokenize gives them. */
function codesOf(sequence: string): readonly AnsiCode[] {
	return sequences.get(sequence, () => {
		const text = sequence.slice(2, -1);
		const codes: AnsiCode[] = [];
		for (parameter.lastIndex = 0; parameter.lastIndex <= text.length; parameter.lastIndex++) {
			const begin = parameter.exec(text)?.[0] ?? '';
			codes.push({type: 'ansi', code: `\u001B[${begin}m`, endCode: `\u001B[${endOf(begin)}m`});
		}

		return codes;
	});
}

const sgr = /(\u001B\[[\d;]*m)/u;

/** Reads a line where each character is a cell; most lines are such, and this is many times faster than the general way. */
function readSimple(line: string): {values: string; styles: readonly Style[]} | undefined {
	let values = '';
	const cellStyles: Style[] = [];
	let style = plain;
	for (const [index, piece] of line.split(sgr).entries()) {
		if (index % 2 === 1) {
			style = styleOf(reduceAnsiCodesIncremental([...style.codes], [...codesOf(piece)]));
			continue;
		}

		if (!isSingleWidth(piece)) {
			return undefined;
		}

		values += piece;
		for (let count = piece.length; count > 0; count--) {
			cellStyles.push(style);
		}
	}

	return {values, styles: cellStyles};
}

function readAny(line: string): {values: readonly string[]; styles: readonly Style[]} {
	const values: string[] = [];
	const cellStyles: Style[] = [];
	for (const character of styledCharsFromTokens(tokenize(line))) {
		const style = styleOf(character.styles);
		values.push(character.value);
		cellStyles.push(style);
		for (let width = stringWidth(character.value); width > 1; width--) {
			values.push('');
			cellStyles.push(style);
		}
	}

	return {values, styles: cellStyles};
}

const lines = new RecentCache<string, StyledLine>(2000);

/** A line of text with ANSI codes as cells. */
export function styledLine(line: string): StyledLine {
	return lines.get(line, () => {
		const cells = readSimple(line) ?? readAny(line);
		return {...cells, inner: innerText(cells.values, cells.styles)};
	});
}
