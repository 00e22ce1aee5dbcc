import process from 'node:process';
import {listLabs} from '../lab/catalogue.js';
import {progressFolder} from '../lab/progress/progress-folder.js';
import {chalkLevel, colourDepth, glyphSet, screenRefusal, terminalSize} from '../terminal/capabilities.js';
import {openTerminal} from '../terminal/terminal.js';
import type {AppState} from '../view/app-state.js';
import {Keymap} from '../view/keymap.js';
import {type MenuLab, paintMenu} from '../view/menu.js';
import {INITIAL_SESSION} from '../view/initial-session.js';
import {encode, themeFor, type ThemeName} from '../view/theme.js';
import {isTooSmall, paintTooSmall} from '../view/too-small.js';
import {ExitCode} from './exit-codes.js';
import {quickProgress} from './quick-progress.js';
import {userKeys} from './user-keys.js';

/** How the app was asked to look, and where to begin. */
export interface StartOptions {
	/** False: no colours, whatever the environment says. */
	readonly colour?: boolean;
	/** The theme's name; dark by default. */
	readonly theme?: ThemeName;
	/** True: no screen, one sentence a step, appended. */
	readonly plain?: boolean;
	/** False: each state at once, without animation. */
	readonly motion?: boolean;
	/** A lab to be opened at once: its name, its number or its folder. */
	readonly lab?: string;
	/** A program to be opened at once: its path. */
	readonly file?: string;
	/** The folder of this computer that is the file system of executables. */
	readonly root?: string;
}

/** The labs, with how far they have been done. */
function labsWithProgress(): MenuLab[] {
	const progress = quickProgress(progressFolder(process.env, process.env.HOME ?? '/'));
	return listLabs().map(lab => {
		const known = progress.get(lab.name);
		return known === undefined ? lab : {...lab, progress: known};
	});
}

/** What is to be opened at once, as far as it was named. */
function openedAtOnce({lab, file, root}: StartOptions): Pick<StartOptions, 'lab' | 'file' | 'root'> {
	return {...(lab === undefined ? {} : {lab}), ...(file === undefined ? {} : {file}), ...(root === undefined ? {} : {root})};
}

/** Opens the app: paints the menu at once, then loads what makes it live. */
export async function start(options: StartOptions = {}): Promise<void> {
	const {colour = true, theme: name = 'dark', plain = false, motion = true} = options;
	const atOnce = openedAtOnce(options);
	const labs = labsWithProgress();
	if (plain || process.env.TERM === 'dumb') {
		const {runPlain} = await import('./plain.js');
		await runPlain({labs, ...atOnce, ...(plain ? {} : {reason: 'The terminal cannot move its cursor (TERM=dumb), so this is the plain mode.'})});
		return;
	}

	const refusal = screenRefusal({input: process.stdin, output: process.stdout}, process.env);
	if (refusal !== undefined) {
		process.stderr.write(`syscall-lab: ${refusal} To run a program without a screen: syscall-lab run FILE.s\n`);
		process.exitCode = ExitCode.USAGE;
		return;
	}

	const depth = colourDepth(process.env, {noColour: !colour});
	// Ink's own components follow the same choice.
	process.env.FORCE_COLOR = chalkLevel(depth);
	const {keymap, problem} = await userKeys(process.env, new Keymap());
	const terminal = openTerminal({title: 'syscall-lab'});
	const theme = themeFor(depth === 'none' ? 'none' : 'ansi', glyphSet(process.env), name);
	const size = (): {columns: number; rows: number} => terminalSize(process.stdout);
	const {columns: width, rows: height} = size();
	const session = problem === undefined ? INITIAL_SESSION : {...INITIAL_SESSION, news: problem};
	const state: AppState = {session, labs, width, height, theme, keymap};
	const rows = isTooSmall(width, height) ? paintTooSmall(width, height) : paintMenu(state);
	terminal.frames.draw(rows.map(row => encode(row, theme)));
	const {runApp} = await import('./app.js');
	// Meanwhile the terminal may have got another size.
	const now = size();
	runApp(terminal, {...state, width: now.columns, height: now.rows}, {size, motion, ...atOnce});
}
