import {cut, type Row, type Tone, widthOf} from './text.js';

/** How colours may be used. */
export type ColourUse = 'none' | 'ansi';

/** Which characters borders and marks may be made of. */
export type Glyphs = 'unicode' | 'ascii';

/** How tones look: the parameters of an SGR sequence. The 16 ANSI colours follow the terminal's own palette. */
const COLOURED: Readonly<Record<Tone, string>> = {
	plain: '', dim: '2', strong: '1', title: '1', key: '1;36', changed: '1;33', user: '36', kernel: '33', name: '36', value: '',
	current: '7', error: '1;31', good: '1;34', comment: '2', selected: '7', 'user-badge': '1;30;46', 'kernel-badge': '1;30;43', label: '1;34',
};

/** Without colours: weight and reversal only. */
const PLAIN: Readonly<Record<Tone, string>> = {
	...COLOURED,
	key: '1', changed: '1', user: '', kernel: '1', name: '', error: '1', good: '1', 'user-badge': '1', 'kernel-badge': '1;7', label: '1',
};

/** Border pieces and marks. */
export interface GlyphTable {
	readonly horizontal: string;
	readonly vertical: string;
	readonly corners: readonly [topLeft: string, topRight: string, bottomLeft: string, bottomRight: string];
	readonly focusedHorizontal: string;
	readonly focusedVertical: string;
	readonly focusedCorners: readonly [string, string, string, string];
	readonly ellipsis: string;
	readonly pointer: string;
	readonly left: string;
	readonly changed: string;
	readonly bar: readonly [user: string, kernel: string, ahead: string];
	readonly cursor: string;
	readonly arrow: string;
	readonly bullet: string;
}

/** Everything that turns rows into text for a terminal. */
export interface Theme {
	readonly sgr: Readonly<Record<Tone, string>>;
	readonly glyphs: GlyphTable;
	/** What a text looks like in the characters that the terminal has; as wide as it was. */
	readonly spell: (text: string) => string;
}

const GLYPHS: Readonly<Record<Glyphs, GlyphTable>> = {
	unicode: {
		horizontal: '─', vertical: '│', corners: ['┌', '┐', '└', '┘'], focusedHorizontal: '═', focusedVertical: '║', focusedCorners: ['╔', '╗', '╚', '╝'],
		ellipsis: '…', pointer: '▶', left: '◀', changed: '●', bar: ['─', '█', '·'], cursor: '▼', arrow: '→', bullet: '•',
	},
	ascii: {
		horizontal: '-', vertical: '|', corners: ['+', '+', '+', '+'], focusedHorizontal: '=', focusedVertical: '#', focusedCorners: ['#', '#', '#', '#'],
		ellipsis: '~', pointer: '>', left: '<', changed: '*', bar: ['-', '#', '.'], cursor: 'v', arrow: '->', bullet: '*',
	},
};

/** What stands in for the characters of our own texts that ASCII lacks; each is one column wide. */
const ASCII_FOR: Readonly<Partial<Record<string, string>>> = {
	'‘': "'", '’': "'", '“': '"', '”': '"', '…': '~', '–': '-', '—': '-', '·': '.', '•': '*', '×': 'x', '←': '<', '→': '>', '↑': '^', '↓': 'v', '▶': '>', '◀': '<', '●': '*', '─': '-', '│': '|',
};

const NOT_ASCII = /[^\x20-\x7e]/gu;

/** A text in ASCII: in another terminal each byte of a character in UTF-8 would take a cell of its own. */
function asciiOf(text: string): string {
	const spelled = text.replaceAll(NOT_ASCII, character => ASCII_FOR[character] ?? '?'.repeat(widthOf(character)));
	// Several characters can be one on the screen, and narrower together than one by one.
	const missing = widthOf(text) - spelled.length;
	return missing < 0 ? cut(spelled, widthOf(text)) : spelled + ' '.repeat(missing);
}

/** The theme for a terminal's abilities. */
export const themeFor = (colour: ColourUse, glyphs: Glyphs): Theme => ({
	sgr: colour === 'none' ? PLAIN : COLOURED,
	glyphs: GLYPHS[glyphs],
	spell: glyphs === 'ascii' ? asciiOf : text => text,
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
