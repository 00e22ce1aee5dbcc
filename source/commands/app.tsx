import path from 'node:path';
import {render} from 'ink';
import {readEntry} from '../lab/catalogue.js';
import {hasTitle} from '../terminal/capabilities.js';
import {ShellGuard} from '../terminal/guard.js';
import {giveScreenBack, restoreTitle} from '../terminal/screen-session.js';
import type {Terminal} from '../terminal/terminal.js';
import {App} from '../ui/app.js';
import {Controller} from '../ui/controller.js';
import {type AppState, Store} from '../view/app-state.js';
import {COMMANDS} from '../view/commands.js';
import type {Keymap} from '../view/keymap.js';
import {themeFor} from '../view/theme.js';
import {folderEntries} from './folder-entries.js';
import {watchFile} from './watch-file.js';
import {writeNew} from './write-new.js';
import {Keeper} from './keeper.js';
import {knownWords} from './known-words.js';

/** How the app runs besides what it shows at first. */
export interface RunOptions {
	readonly size: () => {readonly columns: number; readonly rows: number};
	readonly motion: boolean;
	/** A lab to be opened at once. */
	readonly lab?: string;
	/** A program to be opened at once: its path. */
	readonly file?: string;
	/** The folder of this computer that is the file system of executables. */
	readonly root?: string;
}

/** Keys that the menu's own component does not get: those of commands that work there too, and digits, which would choose by place. */
const reservedInMenu = (keymap: Keymap): string[] =>
	[...COMMANDS.filter(({contexts, fixed, name}) => contexts.includes('menu') && (fixed !== true || name === 'interrupt')).flatMap(command => keymap.keysOf(command)), ...Array.from({length: 10}, (_, digit) => String(digit))];

/** Opens the lab of the command line: one of the package's, or a folder of somebody's own. */
export function openAtOnce(controller: Controller, lab: string): void {
	const own = readEntry(path.resolve(lab));
	if (own !== undefined) controller.open({kind: 'lab', entry: own});
	const problem = own === undefined ? controller.openNamed(lab) : undefined;
	if (problem !== undefined) controller.tell(problem);
}

/** Runs the app on a terminal that already shows the menu. */
export function runApp(terminal: Terminal, initial: AppState, {size, motion, lab, file, root}: RunOptions): void {
	const store = new Store(initial);
	const home = process.env.HOME ?? '/';
	const quit = (): never => {
		instance.unmount();
		terminal.close();
		process.exit(0);
	};

	const controller: Controller = new Controller(store, {
		quit,
		suspend: () => terminal.session.suspend(),
		redraw: () => terminal.frames.repaint(),
		menuHasKeys(has) {
			if (has) terminal.keys.routeToInk(reservedInMenu(initial.keymap));
			else terminal.keys.routeToApp();
		},
		async open(request) {
			const {openRequest} = await import('./open-request.js');
			return openRequest(request, keeper.seed, home, root);
		},
		folder: folder => folderEntries(folder, home),
		write: writeNew,
		watch: watchFile,
		glossary: knownWords(),
		theme: name => themeFor(initial.theme.colour, initial.theme.glyphSet, name),
		saved: opened => keeper.saved(opened),
		save(opened, record) {
			// The screen does not wait for the disk.
			setImmediate(() => {
				keeper.save(opened, record);
				store.useLabs(store.get().labs.map(entry => {
					const progress = keeper.progress(entry.name);
					return progress === undefined ? entry : {...entry, progress};
				}));
			});
		},
		motion,
	});
	const keeper = new Keeper(problem => controller.tell(problem));
	const instance = render(<App store={store} onChoose={entry => controller.choose(entry)} onHighlight={index => controller.highlight(index)} />, terminal.inkOptions);
	process.stdout.on('resize', () => {
		const {columns, rows} = size();
		store.resize(columns, rows);
		controller.resized();
	});
	terminal.session.protect(new ShellGuard(giveScreenBack + (hasTitle(process.env) ? restoreTitle : '')));
	terminal.keys.routeToInk(reservedInMenu(initial.keymap));
	terminal.keys.attach(key => controller.key(key));
	if (lab !== undefined) openAtOnce(controller, lab);
	else if (file !== undefined) controller.open({kind: 'file', path: file});
}
