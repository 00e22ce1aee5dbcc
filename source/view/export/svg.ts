/** A terminal's screen as an SVG: one text element a run of cells that look alike. */
import {widthOf} from '../text.js';
import type {ThemeName} from '../theme.js';
import type {Cell, CellStyle, ScreenCells} from './cells.js';

/** Size of a cell and of the text in it, in the picture's units. */
const SIZE = {width: 8, height: 17, font: 13.3, baseline: 13} as const;

const MARGIN = 8;

/** The colours that a terminal has: the sixteen of ANSI, and its own two. */
interface Palette {
	readonly colours: readonly string[];
	readonly background: string;
	readonly foreground: string;
}

const PALETTES: Readonly<Record<ThemeName, Palette>> = {
	dark: {
		colours: [
			'#3b4252', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#d8dee9',
			'#6b7386', '#ff7a85', '#b5e890', '#ffd98a', '#82c4ff', '#dd9bef', '#7fd6e0', '#ffffff',
		],
		background: '#1e222a',
		foreground: '#d8dee9',
	},
	light: {
		colours: [
			'#383a42', '#c22f26', '#3f7f3e', '#8a5d00', '#0a5fb4', '#8b1f8a', '#086b7a', '#696c77',
			'#4f525e', '#e45649', '#50a14f', '#c18401', '#4078f2', '#a626a4', '#0997b3', '#ffffff',
		],
		background: '#fafafa',
		foreground: '#383a42',
	},
	contrast: {
		colours: [
			'#000000', '#cd0000', '#00cd00', '#cdcd00', '#3b78ff', '#cd00cd', '#00cdcd', '#e5e5e5',
			'#7f7f7f', '#ff5555', '#55ff55', '#ffff55', '#7aa2ff', '#ff77ff', '#55ffff', '#ffffff',
		],
		background: '#000000',
		foreground: '#ffffff',
	},
};

/** How a run of cells looks, in the colours of a picture. */
interface Style {
	readonly foreground: string;
	readonly background: string;
	readonly bold: boolean;
	readonly dim: boolean;
	readonly underline: boolean;
}

function styleOf({foreground, background, inverse, bold, dim, underline}: CellStyle, palette: Palette): Style {
	const ink = foreground === undefined ? palette.foreground : palette.colours[foreground % palette.colours.length];
	const paper = background === undefined ? palette.background : palette.colours[background % palette.colours.length];
	return {foreground: inverse ? paper : ink, background: inverse ? ink : paper, bold, dim, underline};
}

const sameStyle = (a: Style, b: Style): boolean =>
	a.foreground === b.foreground && a.background === b.background && a.bold === b.bold && a.dim === b.dim && a.underline === b.underline;

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

interface Run {
	readonly column: number;
	readonly style: Style;
	text: string;
}

/** How the lines of a box-drawing character are: those that run across, or all of them, may be double. */
type Lines = 'single' | 'double' | 'double-across' | 'heavy';

/** Where a box-drawing character has lines: to the left, right, up, down; and how they are. */
const BOX: Readonly<Partial<Record<string, readonly [directions: string, lines: Lines]>>> = {
	'─': ['lr', 'single'], '│': ['ud', 'single'], '┌': ['rd', 'single'], '┐': ['ld', 'single'], '└': ['ru', 'single'], '┘': ['lu', 'single'],
	'═': ['lr', 'double'], '║': ['ud', 'double'], '╔': ['rd', 'double'], '╗': ['ld', 'double'], '╚': ['ru', 'double'], '╝': ['lu', 'double'],
	'╒': ['rd', 'double-across'], '╕': ['ld', 'double-across'], '╘': ['ru', 'double-across'], '╛': ['lu', 'double-across'],
	'━': ['lr', 'heavy'], '┃': ['ud', 'heavy'], '┏': ['rd', 'heavy'], '┓': ['ld', 'heavy'], '┗': ['ru', 'heavy'], '┛': ['lu', 'heavy'],
};

const BLOCK = '█';

/** Distance of each of two lines from the middle of the cell. */
const DOUBLE = 1.5;

/** A straight piece of a line: at `at`, from `from` to `to`. */
interface Piece {
	readonly horizontal: boolean;
	readonly at: number;
	readonly from: number;
	readonly to: number;
}

/** Offsets from the middle of the cell. */
const offsets = (isDouble: boolean): readonly number[] => (isDouble ? [-DOUBLE, DOUBLE] : [0]);

/** The pieces of a box-drawing character in the cell whose corner is at x, y. They meet those of the cells beside it. */
function piecesOf(x: number, y: number, directions: string, lines: Lines): Piece[] {
	const middle = {x: x + SIZE.width / 2, y: y + SIZE.height / 2};
	const has = (direction: string): boolean => directions.includes(direction);
	if (lines === 'double-across') {
		const across = offsets(true).map((offset): Piece => ({horizontal: true, at: middle.y + offset, from: has('l') ? x : middle.x, to: has('r') ? x + SIZE.width : middle.x}));
		return [...across, {horizontal: false, at: middle.x, from: has('u') ? y : middle.y - DOUBLE, to: has('d') ? y + SIZE.height : middle.y + DOUBLE}];
	}

	return offsets(lines === 'double').flatMap(offset => {
		// In a corner the outer line turns later than the inner one: where it goes right, its part that goes down is the left one.
		const across = has('r') === has('d') ? offset : -offset;
		const horizontal: Piece = {horizontal: true, at: middle.y + offset, from: has('l') ? x : middle.x + across, to: has('r') ? x + SIZE.width : middle.x + across};
		const vertical: Piece = {horizontal: false, at: middle.x + (has('l') && has('r') ? offset : across), from: has('u') ? y : middle.y + offset, to: has('d') ? y + SIZE.height : middle.y + offset};
		if (!has('u') && !has('d')) return [horizontal];
		return has('l') || has('r') ? [horizontal, vertical] : [{...vertical, at: middle.x + offset}];
	});
}

/** Joins pieces that touch, and writes them as the data of a path. */
function pathOf(pieces: readonly Piece[]): string {
	const sorted = [...pieces].sort((a, b) => Number(a.horizontal) - Number(b.horizontal) || a.at - b.at || a.from - b.from);
	const joined: Piece[] = [];
	for (const piece of sorted) {
		const last = joined.at(-1);
		if (last?.horizontal === piece.horizontal && last.at === piece.at && last.to >= piece.from) joined[joined.length - 1] = {...last, to: Math.max(last.to, piece.to)};
		else joined.push(piece);
	}

	return joined.map(({horizontal, at, from, to}) => (horizontal ? `M${from} ${at}H${to}` : `M${at} ${from}V${to}`)).join('');
}

/** Lines that look alike. */
interface LineGroup {
	readonly style: Style;
	readonly isHeavy: boolean;
	readonly pieces: Piece[];
}

/** A screen taken apart: runs of text by row, and lines by how they look. */
interface Drawing {
	readonly runs: readonly (readonly Run[])[];
	readonly lines: ReadonlyMap<string, LineGroup>;
}

/** What stands in a cell. */
const characterOf = ({text}: Cell): string => (text === '' ? ' ' : text);

/** Takes a screen apart; blanks without a background are left out. */
function takeApart(screen: ScreenCells, palette: Palette): Drawing {
	const lines = new Map<string, LineGroup>();
	const runs = Array.from({length: screen.rows}, (_, row) => {
		const found: Run[] = [];
		for (let column = 0; column < screen.columns; column++) {
			const cell = screen.cell(column, row);
			if (cell.width === 0) continue;
			const style = styleOf(cell.style, palette);
			const characters = characterOf(cell);
			const box = BOX[characters];
			if (box !== undefined) {
				const isHeavy = box[1] === 'heavy';
				const key = `${style.foreground}${style.dim}${isHeavy}`;
				if (!lines.has(key)) lines.set(key, {style, isHeavy, pieces: []});
				lines.get(key)?.pieces.push(...piecesOf(MARGIN + column * SIZE.width, MARGIN + row * SIZE.height, ...box));
			}

			const text = box === undefined ? characters : ' ';
			const last = found.at(-1);
			if (last !== undefined && sameStyle(last.style, style)) last.text += text;
			else found.push({column, style, text});
		}

		return found.filter(({text, style}) => text.trim() !== '' || style.background !== palette.background);
	});
	return {runs, lines};
}

const rectangle = (x: number, y: number, columns: number, fill: string): string => `<rect x="${x}" y="${y}" width="${columns * SIZE.width}" height="${SIZE.height}" fill="${fill}"/>`;

/** Words further apart than this stand each at a place of their own: a font of another width would move them. */
const GAP = / {2,}/;

function drawWord(word: string, x: number, y: number, {foreground, bold, dim, underline}: Style): string {
	if (word === '') return '';
	if (word.replaceAll(BLOCK, '') === '') return rectangle(x, y, widthOf(word), foreground);
	const weight = bold ? ' font-weight="bold"' : '';
	const opacity = dim ? ' opacity=".6"' : '';
	const line = underline ? ' text-decoration="underline"' : '';
	return `<text x="${x}" y="${y + SIZE.baseline}" textLength="${widthOf(word) * SIZE.width}" fill="${foreground}"${weight}${opacity}${line}>${escape(word)}</text>`;
}

function drawRun({column, style, text}: Run, row: number, paper: string): string {
	const x = MARGIN + column * SIZE.width;
	const y = MARGIN + row * SIZE.height;
	const box = style.background === paper ? '' : rectangle(x, y, widthOf(text), style.background);
	let at = 0;
	const words = text.split(GAP).map(word => {
		const place = text.indexOf(word, at);
		at = place + word.length;
		const before = text.slice(0, place + word.length - word.trimStart().length);
		return drawWord(word.trim(), x + widthOf(before) * SIZE.width, y, style);
	});
	return box + words.join('');
}

/**
 * Draws a screen.
 * @param title what the picture shows, for those who can't see it
 * @param theme whose colours it is to have
 */
export function screenToSvg(screen: ScreenCells, title: string, theme: ThemeName = 'dark'): string {
	const palette = PALETTES[theme];
	const width = screen.columns * SIZE.width + 2 * MARGIN;
	const height = screen.rows * SIZE.height + 2 * MARGIN;
	const {runs, lines} = takeApart(screen, palette);
	const rows = runs.map((found, row) => found.map(run => drawRun(run, row, palette.background)).join('')).filter(row => row !== '');
	const paths = [...lines.values()].map(({style, isHeavy, pieces}) => `<path d="${pathOf(pieces)}" stroke="${style.foreground}"${isHeavy ? ' stroke-width="2"' : ''} stroke-linecap="square" fill="none"${style.dim ? ' opacity=".6"' : ''}/>`);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace" font-size="${SIZE.font}">`,
		`<title>${escape(title)}</title>`,
		`<rect width="${width}" height="${height}" rx="8" fill="${palette.background}"/>`,
		...paths,
		...rows,
		'</svg>',
		'',
	].join('\n');
}
