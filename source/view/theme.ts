import {asciiOf, type Glyphs, GLYPHS, type GlyphTable} from './glyphs.js';
import type {Row, Tone} from './text.js';

/** How colours may be used. */
export type ColourUse = 'none' | 'ansi';

/** The themes that people can choose: for a dark background, for a light one, and with the highest contrast. */
export const THEME_NAMES = ['dark', 'light', 'contrast'] as const;

export type ThemeName = (typeof THEME_NAMES)[number];

/** How tones look: the parameters of an SGR sequence. */
type Palette = Readonly<Record<Tone, string>>;

/** For a dark background. The 16 ANSI colours follow the terminal's own palette; blue and yellow can be told apart by all. */
const DARK: Palette = {
	plain: '', dim: '2', strong: '1', title: '1', key: '1;36', changed: '1;33', user: '36', kernel: '33', name: '36', value: '',
	current: '7', error: '1;31', good: '1;34', comment: '2', selected: '7', 'user-badge': '1;30;46', 'kernel-badge': '1;30;43', label: '1;34', chosen: '1;7;36',
	'user-border': '2', 'kernel-border': '33', term: '4',
};

/** For a light background, on which yellow and cyan can hardly be seen. */
const LIGHT: Palette = {
	...DARK,
	key: '1;34', changed: '1;35', user: '34', kernel: '31', name: '34', error: '1;31', good: '1;34', 'user-badge': '1;97;44', 'kernel-badge': '1;97;41', chosen: '1;7;34',
	'kernel-border': '31',
};

/** Bright on black, whatever the terminal's background is, and nothing dimmed. */
const CONTRAST: Palette = {
	plain: '97;40', dim: '97;40', strong: '1;97;40', title: '1;4;97;40', key: '1;96;40', changed: '1;30;103', user: '1;96;40', kernel: '1;93;40', name: '1;96;40', value: '97;40',
	current: '1;30;107', error: '1;97;41', good: '1;96;40', comment: '97;40', selected: '1;30;107', 'user-badge': '1;30;106', 'kernel-badge': '1;30;103', label: '1;97;40', chosen: '1;30;106',
	'user-border': '97;40', 'kernel-border': '1;93;40', term: '4;97;40',
};

/** Without colours: weight, reversal and lines only. */
const COLOURLESS: Palette = {
	...DARK,
	key: '1', changed: '1', user: '', kernel: '1', name: '', error: '1', good: '1', 'user-badge': '1', 'kernel-badge': '1;7', label: '1', chosen: '1;7', 'kernel-border': '',
};

const PALETTES: Readonly<Record<ThemeName, Palette>> = {dark: DARK, light: LIGHT, contrast: CONTRAST};

/** Everything that turns rows into text for a terminal. */
export interface Theme {
	readonly name: ThemeName;
	readonly colour: ColourUse;
	readonly glyphSet: Glyphs;
	readonly sgr: Palette;
	readonly glyphs: GlyphTable;
	/** What a text looks like in the characters that the terminal has; as wide as it was. */
	readonly spell: (text: string) => string;
}

/** The theme for a terminal's abilities and a person's choice. */
export const themeFor = (colour: ColourUse, glyphSet: Glyphs, name: ThemeName = 'dark'): Theme => ({
	name, colour, glyphSet,
	sgr: colour === 'none' ? COLOURLESS : PALETTES[name],
	glyphs: GLYPHS[glyphSet],
	spell: glyphSet === 'ascii' ? asciiOf : text => text,
});

/** A row as the terminal wants it: each span's style opened and closed within the row. */
export function encode(row: Row, theme: Theme): string {
	let out = '';
	for (const {text, tone} of row) {
		if (text === '') continue;
		const sgr = theme.sgr[tone];
		const spelled = theme.spell(text);
		out += sgr === '' ? spelled : `\u001b[${sgr}m${spelled}\u001b[0m`;
	}

	return out;
}

/** Rows as the terminal wants them. */
export const encodeRows = (rows: readonly Row[], theme: Theme): string => rows.map(row => encode(row, theme)).join('\n');
