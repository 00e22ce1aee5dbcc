import path from 'node:path';
import process from 'node:process';
import {readEntry} from '../lab/catalogue.js';
import {chalkLevel, glyphSet} from '../terminal/capabilities.js';
import {LineReader} from '../terminal/line-reader.js';
import {Controller} from '../ui/controller.js';
import {PlainApp} from '../ui/plain.js';
import {Store} from '../view/app-state.js';
import {asciiOf} from '../view/glyphs.js';
import {INITIAL_SESSION} from '../view/initial-session.js';
import {Keymap} from '../view/keymap.js';
import type {MenuLab} from '../view/menu.js';
import {themeFor} from '../view/theme.js';
import {folderEntries} from './folder-entries.js';
import {writeNew} from './write-new.js';
import {Keeper} from './keeper.js';
import {knownWords} from './known-words.js';
import {userKeys} from './user-keys.js';

/** How the plain mode begins. */
export interface PlainOptions {
	readonly labs: readonly MenuLab[];
	/** A lab to be opened at once. */
	readonly lab?: string;
	/** A program to be opened at once: its path. */
	readonly file?: string;
	/** The folder of this computer that is the file system of executables. */
	readonly root?: string;
	/** Why there is no screen, if nobody asked for none. */
	readonly reason?: string;
}

/** Width and height that nothing depends on here. */
const SIZE = {width: 80, height: 24} as const;

const PROMPT = '> ';

/** Runs the app without a screen, until the input ends or it is left. */
export async function runPlain({labs, lab, file, root, reason}: PlainOptions): Promise<void> {
	process.env.FORCE_COLOR = chalkLevel('none');
	const glyphs = glyphSet(process.env);
	const reader = new LineReader({input: process.stdin, output: process.stdout, events: process});
	const write = (lines: readonly string[]): void => reader.write(lines.map(line => `${glyphs === 'ascii' ? asciiOf(line) : line}\n`).join(''));
	const {keymap, problem} = await userKeys(process.env, new Keymap());
	const store = new Store({session: {...INITIAL_SESSION, ...(problem === undefined ? {} : {news: problem})}, labs, ...SIZE, theme: themeFor('none', glyphs), keymap});
	const home = process.env.HOME ?? '/';
	const keeper = new Keeper(words => write([words]));
	const controller: Controller = new Controller(store, {
		quit: () => reader.end(),
		suspend: () => undefined,
		redraw: () => undefined,
		menuHasKeys: () => undefined,
		async open(request) {
			const {openRequest} = await import('./open-request.js');
			return openRequest(request, keeper.seed, home, root);
		},
		folder: folder => folderEntries(folder, home),
		write: writeNew,
		// Lines come when they are asked for.
		watch: () => () => undefined,
		glossary: knownWords(),
		theme: name => themeFor('none', glyphs, name),
		saved: opened => keeper.saved(opened),
		save: (opened, record) => keeper.save(opened, record),
		motion: false,
	});
	const app = new PlainApp(store, controller, write);
	app.greet(reason);
	const own = lab === undefined ? undefined : readEntry(path.resolve(lab));
	if (own !== undefined) await app.open(own);
	else if (lab !== undefined) await app.line(`lab ${lab}`);
	else if (file !== undefined) await app.line(`open ${file}`);
	reader.onInterrupt = () => controller.interrupt();
	for (;;) {
		const line = await reader.next(PROMPT);
		if (line === undefined) return;
		await app.line(line);
	}
}
