/** A terminal's screen as an SVG: one text element a run of cells that look alike. */
import type {IBufferCell} from '@xterm/headless';

/** What is read of a screen. */
export interface ScreenCells {
	readonly columns: number;
	readonly rows: number;
	cell(column: number, row: number): IBufferCell;
}

/** Size of a cell and of the text in it, in the picture's units. */
const CELL = {width: 8, height: 17, font: 13.3, baseline: 13} as const;

const MARGIN = 8;

/** The sixteen ANSI colours on a dark background. */
const PALETTE = [
	'#3b4252', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#d8dee9',
	'#6b7386', '#ff7a85', '#b5e890', '#ffd98a', '#82c4ff', '#dd9bef', '#7fd6e0', '#ffffff',
] as const;

const BACKGROUND = '#1e222a';
const FOREGROUND = '#d8dee9';

/** How a run of cells looks. */
interface Style {
	readonly foreground: string;
	readonly background: string;
	readonly bold: boolean;
	readonly dim: boolean;
}

const colour = (isPalette: boolean, number: number, fallback: string): string => (isPalette ? PALETTE[number % PALETTE.length] : fallback);

function styleOf(cell: IBufferCell): Style {
	const foreground = colour(cell.isFgPalette(), cell.getFgColor(), FOREGROUND);
	const background = colour(cell.isBgPalette(), cell.getBgColor(), BACKGROUND);
	const inverse = cell.isInverse() !== 0;
	return {foreground: inverse ? background : foreground, background: inverse ? foreground : background, bold: cell.isBold() !== 0, dim: cell.isDim() !== 0};
}

const sameStyle = (a: Style, b: Style): boolean => a.foreground === b.foreground && a.background === b.background && a.bold === b.bold && a.dim === b.dim;

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

interface Run {
	readonly column: number;
	readonly style: Style;
	text: string;
}

/** The runs of one row; blanks without a background are not drawn. */
function runsOf(screen: ScreenCells, row: number): Run[] {
	const runs: Run[] = [];
	for (let column = 0; column < screen.columns; column++) {
		const cell = screen.cell(column, row);
		if (cell.getWidth() === 0) continue;
		const style = styleOf(cell);
		const last = runs.at(-1);
		const characters = cell.getChars() === '' ? ' ' : cell.getChars();
		if (last !== undefined && sameStyle(last.style, style)) last.text += characters;
		else runs.push({column, style, text: characters});
	}

	return runs.filter(({text, style}) => text.trim() !== '' || style.background !== BACKGROUND);
}

function drawRun({column, style, text}: Run, row: number): string {
	const x = MARGIN + column * CELL.width;
	const y = MARGIN + row * CELL.height;
	const width = text.length * CELL.width;
	const box = style.background === BACKGROUND ? '' : `<rect x="${x}" y="${y}" width="${width}" height="${CELL.height}" fill="${style.background}"/>`;
	const blanks = text.length - text.trimStart().length;
	const shown = text.trim();
	if (shown === '') return box;
	const weight = style.bold ? ' font-weight="bold"' : '';
	const opacity = style.dim ? ' opacity=".6"' : '';
	const place = `x="${x + blanks * CELL.width}" y="${y + CELL.baseline}" textLength="${shown.length * CELL.width}"`;
	return `${box}<text ${place} fill="${style.foreground}"${weight}${opacity}>${escape(shown)}</text>`;
}

/** Draws a screen. */
export function screenToSvg(screen: ScreenCells, title: string): string {
	const width = screen.columns * CELL.width + 2 * MARGIN;
	const height = screen.rows * CELL.height + 2 * MARGIN;
	const rows = Array.from({length: screen.rows}, (_, row) => runsOf(screen, row).map(run => drawRun(run, row)).join('')).filter(row => row !== '');
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace" font-size="${CELL.font}" xml:space="preserve">`,
		`<title>${escape(title)}</title>`,
		`<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>`,
		...rows,
		'</svg>',
		'',
	].join('\n');
}
