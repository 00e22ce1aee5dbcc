/** Environment variables, as `process.env` gives them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How many colours may be sent: none, the 16 ANSI colours, the 256 of xterm, or 24 bits. */
export type ColourDepth = 'none' | 'ansi' | 'xterm256' | 'truecolour';

/** The characters that borders and marks are drawn with. */
export type GlyphSet = 'unicode' | 'ascii';

/** A terminal's size in cells. */
export interface TerminalSize {
	readonly columns: number;
	readonly rows: number;
}

const forcedDepths: Readonly<Record<string, ColourDepth>> = {
	'0': 'none',
	false: 'none',
	'1': 'ansi',
	true: 'ansi',
	'': 'ansi',
	'2': 'xterm256',
	'3': 'truecolour',
};

const chalkLevels: Readonly<Record<ColourDepth, string>> = {
	none: '0',
	ansi: '1',
	xterm256: '2',
	truecolour: '3',
};

/**
The colours to use. In order: `--no-color`, `FORCE_COLOR`, `NO_COLOR` (no-color.org: any value but an empty one), then
what `TERM` and `COLORTERM` say.
*/
export function colourDepth(environment: Environment, options: {noColour?: boolean} = {}): ColourDepth {
	if (options.noColour === true) {
		return 'none';
	}

	const forced = environment.FORCE_COLOR;
	if (forced !== undefined) {
		return forcedDepths[forced.toLowerCase()] ?? 'ansi';
	}

	const term = environment.TERM ?? '';
	if ((environment.NO_COLOR ?? '') !== '' || term === 'dumb') {
		return 'none';
	}

	if (/^(?:truecolor|24bit)$/iu.test(environment.COLORTERM ?? '') || term.endsWith('-direct')) {
		return 'truecolour';
	}

	return /-256(?:color)?$/iu.test(term) ? 'xterm256' : 'ansi';
}

/** The value of `FORCE_COLOR` that makes chalk, and so Ink's own components, use the same depth. */
export function chalkLevel(depth: ColourDepth): string {
	return chalkLevels[depth];
}

/** The first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set decides, as in POSIX; the Linux console has few glyphs. */
export function glyphSet(environment: Environment): GlyphSet {
	const term = environment.TERM ?? '';
	if (term === 'linux' || term === 'dumb') {
		return 'ascii';
	}

	const locale = ['LC_ALL', 'LC_CTYPE', 'LANG'].map(name => environment[name]).find(value => value !== undefined && value !== '');
	return locale !== undefined && /utf-?8/iu.test(locale) ? 'unicode' : 'ascii';
}

const positive = (value: number | undefined): value is number => value !== undefined && Number.isInteger(value) && value > 0;

/** The size that the stream says, or 80 by 24 where it doesn't know, as in some containers. */
export function terminalSize({columns, rows}: {readonly columns?: number | undefined; readonly rows?: number | undefined}): TerminalSize {
	return {columns: positive(columns) ? columns : 80, rows: positive(rows) ? rows : 24};
}

/** Why no screen can be painted here, as a sentence to print, or `undefined` if one can. */
export function screenRefusal(
	streams: {readonly input: {readonly isTTY?: boolean | undefined}; readonly output: {readonly isTTY?: boolean | undefined}},
	environment: Environment,
): string | undefined {
	if (streams.input.isTTY !== true) {
		return 'Standard input is not a terminal.';
	}

	if (streams.output.isTTY !== true) {
		return 'Standard output is not a terminal.';
	}

	return environment.TERM === 'dumb' ? 'The terminal cannot move its cursor (TERM=dumb).' : undefined;
}

/** Whether a window title may be sent: the Linux console prints it as text. */
export function hasTitle(environment: Environment): boolean {
	return !/^(?:linux|dumb|vt\d+)?$/u.test(environment.TERM ?? '');
}
