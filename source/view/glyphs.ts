import {cut, widthOf} from './text.js';

/** Which characters borders and marks may be made of. */
export type Glyphs = 'unicode' | 'ascii';

/** The pieces of a border. */
export interface Border {
	readonly horizontal: string;
	readonly vertical: string;
	readonly corners: readonly [topLeft: string, topRight: string, bottomLeft: string, bottomRight: string];
}

/**
 * Borders of panes. What runs lengthwise tells the ring: one line in ring 3, two in ring 0. Sides and corners tell the
 * pane that is chosen: they are heavy.
 */
export interface Borders {
	readonly user: Border;
	readonly kernel: Border;
	readonly userChosen: Border;
	readonly kernelChosen: Border;
}

/** Borders and marks. */
export interface GlyphTable {
	readonly borders: Borders;
	/** The line between two columns of one pane. */
	readonly divider: string;
	readonly ellipsis: string;
	readonly pointer: string;
	readonly left: string;
	readonly changed: string;
	/** The run in ring 3 and in ring 0. */
	readonly bar: readonly [user: string, kernel: string];
	readonly landmark: string;
	readonly cursor: string;
	readonly arrow: string;
	readonly bullet: string;
	/** What leads to the boxes of a tree; all are as wide. */
	readonly tree: Readonly<Record<'branch' | 'last' | 'line' | 'blank', string>>;
	/** A step that is done, one that is not. */
	readonly steps: readonly [done: string, open: string];
	/** Goals that are open, met, not met. */
	readonly goals: Readonly<Record<'open' | 'met' | 'unmet', string>>;
	/** Names of keys that have a sign of their own. */
	readonly keys: Readonly<Partial<Record<string, string>>>;
}

export const GLYPHS: Readonly<Record<Glyphs, GlyphTable>> = {
	unicode: {
		borders: {
			user: {horizontal: '─', vertical: '│', corners: ['┌', '┐', '└', '┘']},
			kernel: {horizontal: '═', vertical: '│', corners: ['╒', '╕', '╘', '╛']},
			userChosen: {horizontal: '━', vertical: '┃', corners: ['┏', '┓', '┗', '┛']},
			kernelChosen: {horizontal: '═', vertical: '║', corners: ['╔', '╗', '╚', '╝']},
		},
		divider: '│', ellipsis: '…', pointer: '▶', left: '◀', changed: '●', bar: ['─', '█'], landmark: '◆', cursor: '▼', arrow: '→', bullet: '•', tree: {branch: '├─ ', last: '└─ ', line: '│  ', blank: '   '}, steps: ['■', '□'], goals: {open: '○', met: '✓', unmet: '✗'},
		keys: {left: '←', right: '→', up: '↑', down: '↓'},
	},
	ascii: {
		borders: {
			user: {horizontal: '-', vertical: '|', corners: ['+', '+', '+', '+']},
			kernel: {horizontal: '=', vertical: '|', corners: ['+', '+', '+', '+']},
			userChosen: {horizontal: '-', vertical: '#', corners: ['#', '#', '#', '#']},
			kernelChosen: {horizontal: '=', vertical: '#', corners: ['#', '#', '#', '#']},
		},
		divider: '|', ellipsis: '~', pointer: '>', left: '<', changed: '*', bar: ['-', '#'], landmark: '+', cursor: 'v', arrow: '->', bullet: '*', tree: {branch: '|- ', last: '`- ', line: '|  ', blank: '   '}, steps: ['#', '.'], goals: {open: 'o', met: '+', unmet: 'x'},
		keys: {},
	},
};

/** What stands in for the characters of our own texts that ASCII lacks; each is one column wide. */
const ASCII_FOR: Readonly<Partial<Record<string, string>>> = {
	'‘': "'", '’': "'", '“': '"', '”': '"', '…': '~', '–': '-', '—': '-', '·': '.', '•': '*', '×': 'x', '←': '<', '→': '>', '↑': '^', '↓': 'v', '▶': '>', '◀': '<', '●': '*', '─': '-', '│': '|',
	'█': '#', '■': '#', '□': '.', '▼': 'v', '▲': '^', '◆': '+', '○': 'o', '✓': '+', '✗': 'x',
};

const NOT_ASCII = /[^\x20-\x7e]/gu;

/** A text in ASCII, as wide as it was: in a terminal without UTF-8 each byte of a character would take a cell of its own. */
export function asciiOf(text: string): string {
	const spelled = text.replaceAll(NOT_ASCII, character => ASCII_FOR[character] ?? '?'.repeat(widthOf(character)));
	// Several characters can be one on the screen, and narrower together than one by one.
	const missing = widthOf(text) - spelled.length;
	return missing < 0 ? cut(spelled, widthOf(text)) : spelled + ' '.repeat(missing);
}
