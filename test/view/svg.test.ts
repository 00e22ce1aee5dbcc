import xterm from '@xterm/headless';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {cellFrom} from '../../scripts/picture/pictures.js';
import {cellsOf} from '../../source/view/export/cells.js';
import {screenToSvg} from '../../source/view/export/svg.js';
import {span, type Tone} from '../../source/view/text.js';
import {encode, THEME_NAMES, themeFor} from '../../source/view/theme.js';

const COLUMNS = 30;
const ROWS = 4;

const TONES = Object.keys(themeFor('ansi', 'unicode').sgr) as Tone[];

/** Rows in a theme, as the app writes them. */
const anyRows = fc.constantFrom(...THEME_NAMES).chain(name => fc.record({
	name: fc.constant(name),
	rows: fc.array(fc.array(fc.record({text: fc.constantFrom('rax', ' ', '   ', '<&>', '┌──┐', '╒═╕│', '┏━┓┃', '█', '漢字', 'e\u0301', '▶ x'), tone: fc.constantFrom(...TONES)}), {maxLength: 5}), {maxLength: ROWS})
		.map(rows => rows.map(row => encode(row.map(({text, tone}) => span(text, tone)), themeFor('ansi', 'unicode', name)))),
}));

test('a picture of rows is that of the terminal that shows them', async () => {
	await fc.assert(fc.asyncProperty(anyRows, async ({name, rows}) => {
		const terminal = new xterm.Terminal({cols: COLUMNS, rows: ROWS, allowProposedApi: true});
		await new Promise<void>(resolve => terminal.write(rows.map((row, index) => `\u001b[${index + 1};1H${row}`).join(''), resolve));
		const cell = (column: number, row: number) => {
			const found = terminal.buffer.active.getLine(row)?.getCell(column);
			if (found === undefined) throw new Error(`the terminal has no cell ${column}, ${row}`);
			return cellFrom(found);
		};

		expect(screenToSvg(cellsOf(rows, COLUMNS, ROWS), 'title', name)).toBe(screenToSvg({columns: COLUMNS, rows: ROWS, cell}, 'title', name));
	}), {numRuns: 150});
});

test('words stand at their columns, with the looks of their cells; lines are drawn as lines', () => {
	const svg = screenToSvg(cellsOf(['\u001b[1;33mrax\u001b[0m   \u001b[7m&\u001b[0m', '┌─┐ \u001b[4mterm\u001b[0m'], 10), 'A & B');
	expect(svg.split('\n')).toEqual([
		'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 50" font-family="ui-monospace,\'DejaVu Sans Mono\',Menlo,Consolas,monospace" font-size="13.3">',
		'<title>A &amp; B</title>',
		'<rect width="96" height="50" rx="8" fill="#1e222a"/>',
		'<path d="M12 33.5V42M28 33.5V42M12 33.5H28" stroke="#d8dee9" stroke-linecap="square" fill="none"/>',
		'<text x="8" y="21" textLength="24" fill="#e5c07b" font-weight="bold">rax</text><rect x="56" y="8" width="8" height="17" fill="#d8dee9"/><text x="56" y="21" textLength="8" fill="#1e222a">&amp;</text>',
		'<text x="40" y="38" textLength="32" fill="#d8dee9" text-decoration="underline">term</text>',
		'</svg>',
		'',
	]);
});

test('wide characters take the room that they take in a terminal', () => {
	expect(screenToSvg(cellsOf(['漢字  x'], 10), '')).toContain('<text x="8" y="21" textLength="32" fill="#d8dee9">漢字</text><text x="56" y="21" textLength="8" fill="#d8dee9">x</text>');
});

test('a light theme has a light ground', () => {
	expect(screenToSvg(cellsOf(['x'], 1), '', 'light')).toContain('fill="#fafafa"');
	expect(screenToSvg(cellsOf(['x'], 1), '', 'contrast')).toContain('fill="#000000"');
});
