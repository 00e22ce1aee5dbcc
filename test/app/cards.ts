import type {App} from './app.js';

/** The rows of the box that lies over the panes, without its border; none if there is no such box. */
export function card(app: App): readonly string[] {
	const rows = app.rows;
	const bottom = rows.findLastIndex(row => row.includes('┗━') && row.includes('━┛'));
	const left = rows.at(bottom)?.lastIndexOf('┗━━━━━━━━━━') ?? -1;
	const top = rows.findLastIndex((row, index) => index < bottom && row.startsWith('┏━ ', left));
	if (bottom < 0 || left < 0 || top < 0) return [];
	const right = rows[bottom].indexOf('┛', left);
	return rows.slice(top, bottom).map((row, index) => (index === 0 ? row.slice(left + 3, right).replace(/ ━*┓?$/u, '') : row.slice(left + 2, right - 1).trimEnd()));
}

/** What a box says, blanks made one. */
export const said = (app: App): string => card(app).join(' ').replaceAll(/\s+/gu, ' ').trim();

/** The row of a box that is marked, without the mark. */
export const markedRow = (app: App): string => card(app).find(row => row.startsWith('▶'))?.slice(2) ?? '';

/** The text in the field that is open. */
export const field = (app: App): string | undefined => /[┃║] > (.*?) *[┃║]/u.exec(app.terminal.text())?.[1];

/** Types a command behind a colon and waits for what it does. */
export async function command(app: App, text: string, expected: Parameters<App['see']>[0]): Promise<void> {
	await app.press(':', 'Command');
	await app.press(text, () => field(app) === text);
	await app.press('enter', expected);
}

/** Goes down a box until the marked row begins as expected. */
export async function markRow(app: App, begin: string): Promise<void> {
	while (!markedRow(app).includes(begin)) {
		const before = markedRow(app);
		await app.press('down', () => markedRow(app) !== before);
	}
}
