/** The readme's pictures, each made from a run of the app in a pseudo-terminal. */
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type {IBufferCell} from '@xterm/headless';
import type {Cell} from '../../source/view/export/cells.js';
import {screenToSvg} from '../../source/view/export/svg.js';
import {ProgressStore} from '../../source/lab/progress/progress-store.js';
import {TestTerminal} from '../../test/support/terminal.js';

/** One picture: its file, the terminal's size, and the keys that lead to the moment. */
interface Picture {
	readonly file: string;
	readonly title: string;
	readonly columns: number;
	readonly rows: number;
	/** Keys, each with what must be on the screen before the next one. */
	readonly keys: readonly (readonly [key: string, expected: string])[];
}

/** The lab of the pictures, from the package's folder. */
const LAB = ['test', 'app', 'the-crossing'];

const TO_PT_REGS = [['space', '· 2 of 8'], ['space', '· 3 of 8'], ['space', '· 4 of 8']] as const;

const PICTURES: readonly Picture[] = [
	{file: 'crossing.svg', title: 'The kernel has just saved the program’s registers on its own stack', columns: 150, rows: 42, keys: TO_PT_REGS},
	{file: 'crossing-80x24.svg', title: 'The same moment on a terminal of 80 columns and 24 rows', columns: 80, rows: 24, keys: TO_PT_REGS},
];

/** The DEC private mode that is on within a frame: a screen is looked at between two of them. */
const SYNCHRONIZED = 2026;

/** How long a screen is waited for, in milliseconds. */
const PATIENCE = 20_000;

/** A cell of the terminal as the picture wants it. */
export const cellFrom = (cell: IBufferCell): Cell => ({
	text: cell.getChars(),
	width: cell.getWidth(),
	style: {
		...(cell.isFgPalette() ? {foreground: cell.getFgColor()} : {}),
		...(cell.isBgPalette() ? {background: cell.getBgColor()} : {}),
		bold: cell.isBold() !== 0, dim: cell.isDim() !== 0, underline: cell.isUnderline() !== 0, inverse: cell.isInverse() !== 0,
	},
});

/** The cast: the way in, up to the page on which all registers are saved, as the app itself exports it. */
const CAST = {file: 'way-in.cast', columns: 80, rows: 24, last: 4, pages: 8} as const;

/** Decides what is random in the runs that are shown. */
const SEED = 7n;

async function makeCast(cli: string, lab: string): Promise<string> {
	const home = mkdtempSync(path.join(tmpdir(), 'syscall-lab-cast-'));
	const {columns, rows, last, pages, file} = CAST;
	new ProgressStore(home, {writer: 'cast', seed: SEED}).update(data => ({...data, labs: {none: {at: '', count: 0, steps: {}}}}));
	const terminal = TestTerminal.launch(process.execPath, [cli, '--no-motion', '--lab', lab], {columns, rows, env: {SYSCALL_LAB_HOME: home, XDG_CONFIG_HOME: home}});
	const seen = (expected: string): Promise<void> => terminal.until(screen => screen.text().includes(expected) && !screen.isModeSet(SYNCHRONIZED), {timeout: PATIENCE});
	for (let page = 1; page <= last; page++) {
		await seen(`· ${page} of ${pages}`);
		if (page < last) terminal.press('space');
	}

	terminal.press(':');
	terminal.type(`export ${path.join(home, file)}\r`);
	await seen(' pictures.');
	const text = readFileSync(path.join(home, file), 'utf8');
	terminal.kill();
	rmSync(home, {recursive: true, force: true});
	return text;
}

/** Makes the pictures and the cast: their file names and texts. */
export async function makePictures(cli: string): Promise<Map<string, string>> {
	const made = new Map<string, string>();
	const lab = path.join(path.dirname(cli), '..', ...LAB);
	for (const {file, title, columns, rows, keys} of PICTURES) {
		// Nobody's progress is shown, and none is kept.
		const home = mkdtempSync(path.join(tmpdir(), 'syscall-lab-picture-'));
		const terminal = TestTerminal.launch(process.execPath, [cli, '--no-motion', '--lab', lab], {columns, rows, env: {SYSCALL_LAB_HOME: home, XDG_CONFIG_HOME: home}});
		const seen = (expected: string): Promise<void> => terminal.until(screen => screen.text().includes(expected) && !screen.isModeSet(SYNCHRONIZED), {timeout: PATIENCE});
		await seen('· 1 of 8');
		for (const [key, expected] of keys) {
			terminal.press(key);
			await seen(expected);
		}

		made.set(file, screenToSvg({columns, rows, cell: (column, row) => cellFrom(terminal.cell(column, row))}, title));
		terminal.kill();
		rmSync(home, {recursive: true, force: true});
	}

	made.set(CAST.file, await makeCast(cli, lab));
	return made;
}
