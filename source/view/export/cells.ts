/** Rows of text as a terminal shows them, cell by cell. */
import {widthOf} from '../text.js';

/** How a cell looks. Colours are numbers of the sixteen of ANSI; absent: the terminal's own. */
export interface CellStyle {
	readonly foreground?: number | undefined;
	readonly background?: number | undefined;
	readonly bold: boolean;
	readonly dim: boolean;
	readonly underline: boolean;
	readonly inverse: boolean;
}

/** One cell of a screen. */
export interface Cell {
	/** What stands in it; empty for none. */
	readonly text: string;
	/** Columns that it takes: 2 for a wide character, 0 for the column behind one. */
	readonly width: number;
	readonly style: CellStyle;
}

/** What is read of a screen. */
export interface ScreenCells {
	readonly columns: number;
	readonly rows: number;
	cell(column: number, row: number): Cell;
}

const PLAIN: CellStyle = {bold: false, dim: false, underline: false, inverse: false};

const BLANK: Cell = {text: '', width: 1, style: PLAIN};

/** First parameter of each run of colours, what it colours, and the number of the first of its colours (ECMA-48 8.3.117, and xterm's bright ones). */
const COLOURS: readonly (readonly [first: number, which: 'foreground' | 'background', number: number])[] = [
	[30, 'foreground', 0], [40, 'background', 0], [90, 'foreground', 8], [100, 'background', 8],
];

const COLOURS_IN_A_RUN = 8;

/** What the other parameters change. */
const CHANGES: Readonly<Partial<Record<number, Partial<CellStyle>>>> = {
	0: {...PLAIN, foreground: undefined, background: undefined},
	1: {bold: true}, 2: {dim: true}, 4: {underline: true}, 7: {inverse: true},
	22: {bold: false, dim: false}, 24: {underline: false}, 27: {inverse: false}, 39: {foreground: undefined}, 49: {background: undefined},
};

/** A style after one SGR parameter; others than those of the themes change nothing. */
function changed(style: CellStyle, parameter: number): CellStyle {
	for (const [first, which, number] of COLOURS) {
		if (parameter >= first && parameter < first + COLOURS_IN_A_RUN) return {...style, [which]: number + parameter - first};
	}

	return {...style, ...CHANGES[parameter]};
}

const SEQUENCE = /\u001b\[([\d;]*)m/g;

const characters = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** The cells of a row of text with SGR sequences. */
function cellsOfRow(row: string): Cell[] {
	const cells: Cell[] = [];
	let style = PLAIN;
	let from = 0;
	const take = (text: string): void => {
		for (const {segment} of characters.segment(text)) {
			const width = widthOf(segment);
			if (width === 0) continue;
			cells.push({text: segment, width, style});
			if (width === 2) cells.push({text: '', width: 0, style});
		}
	};

	for (const match of row.matchAll(SEQUENCE)) {
		take(row.slice(from, match.index));
		from = match.index + match[0].length;
		style = match[1].split(';').reduce((before, parameter) => changed(before, Number(parameter)), style);
	}

	take(row.slice(from));
	return cells;
}

/** A screen of rows as they are written to a terminal: text with SGR sequences, each row for itself. */
export function cellsOf(rows: readonly string[], columns: number, height = rows.length): ScreenCells {
	const cells = rows.map(cellsOfRow);
	return {columns, rows: height, cell: (column, row) => cells.at(row)?.at(column) ?? BLANK};
}
