import process from 'node:process';
import {listLabs} from '../lab/catalogue.js';
import {chalkLevel, colourDepth, glyphSet, screenRefusal, terminalSize} from '../terminal/capabilities.js';
import {openTerminal} from '../terminal/terminal.js';
import {paintMenu} from '../view/menu.js';
import {isTooSmall, paintTooSmall} from '../view/screen.js';
import {encode, themeFor} from '../view/theme.js';
import {ExitCode} from './exit-codes.js';

/** How the app was asked to look, and where to begin. */
export interface StartOptions {
	/** False: no colours, whatever the environment says. */
	readonly colour?: boolean;
	/** The theme's name; dark by default. */
	readonly theme?: 'dark' | 'light' | 'contrast';
	/** True: no screen, one sentence a step, appended. */
	readonly plain?: boolean;
	/** False: each state at once, without animation. */
	readonly motion?: boolean;
	/** A lab to be opened at once: its name, its number or its folder. */
	readonly lab?: string;
}

/** Opens the app: paints the menu at once, then loads what makes it live. */
export async function start({colour = true}: StartOptions = {}): Promise<void> {
	const refusal = screenRefusal({input: process.stdin, output: process.stdout}, process.env);
	if (refusal !== undefined) {
		process.stderr.write(`syscall-lab: ${refusal} To run a program without a screen: syscall-lab run FILE.s\n`);
		process.exitCode = ExitCode.USAGE;
		return;
	}

	const depth = colourDepth(process.env, {noColour: !colour});
	// Ink's own components follow the same choice.
	process.env.FORCE_COLOR = chalkLevel(depth);
	const terminal = openTerminal({title: 'syscall-lab'});
	const theme = themeFor(depth === 'none' ? 'none' : 'ansi', glyphSet(process.env));
	const size = (): {columns: number; rows: number} => terminalSize(process.stdout);
	const {columns: width, rows: height} = size();
	const labs = listLabs();
	const rows = isTooSmall(width, height) ? paintTooSmall(width, height) : paintMenu(labs, 0, width, height, theme.glyphs);
	terminal.frames.draw(rows.map(row => encode(row, theme)));
	const {runApp} = await import('./app.js');
	// Meanwhile the terminal may have got another size.
	const now = size();
	runApp(terminal, {labs, width: now.columns, height: now.rows, theme}, size);
}
