import type {CodeLine} from '../../trace/moment.js';
import type {GlyphTable} from '../glyphs.js';
import type {LabView} from '../lab-view.js';
import {hex, line, printable, type Row, span, widthOf, wrap} from '../text.js';
import type {Pane, Room} from './pane.js';

/** Columns of a tab stop in source text. */
const TAB = 8;

/** Text with its tabs as spaces, up to their stops. */
function expandTabs(text: string): string {
	let out = '';
	for (const character of text) out += character === '\t' ? ' '.repeat(TAB - (out.length % TAB)) : character;
	return printable(out);
}

/** Narrow panes show less of the space between code and comment. */
const squeeze = (text: string): string => expandTabs(text).replace(/^ {8}/, '  ').replaceAll(/(\S) {3,}(?=#)/g, '$1  ');

/** Columns in front of a line's text: the mark and the line's number. */
const MARGIN = 6;

/** A line of source in its parts. */
interface Split {
	readonly code: string;
	readonly note: string;
}

function split(text: string): Split {
	const shown = squeeze(text);
	const comment = shown.indexOf('#');
	return comment < 0 ? {code: shown, note: ''} : {code: shown.slice(0, comment), note: shown.slice(comment)};
}

function codeRow({number}: CodeLine, {code, note}: Split, current: boolean, glyphs: GlyphTable): Row {
	const mark = span(`${current ? glyphs.pointer : ' '}${String(number).padStart(4)} `, current ? 'key' : 'dim');
	return [mark, span(code, current ? 'current' : 'plain'), span(note, current ? 'current' : 'comment')];
}

/** The line that comes next; a comment that does not fit beside the code stands below it, whole. */
function currentRows(entry: CodeLine, width: number, glyphs: GlyphTable): Row[] {
	const parts = split(entry.text);
	const room = width - MARGIN;
	if (widthOf(parts.code + parts.note) <= room || parts.code.trim() === '') return [codeRow(entry, parts, true, glyphs)];
	const below = wrap(parts.note, room).map((text): Row => [span(' '.repeat(MARGIN)), span(text, 'comment')]);
	return [codeRow(entry, {code: parts.code.trimEnd(), note: ''}, true, glyphs), ...below];
}

/** The source around the next instruction, its line in the upper half. */
function paint({moment, scroll}: LabView, {width, height, glyphs}: Room): readonly Row[] {
	const {code, registers} = moment;
	if (code.lines.length === 0) {
		return [line(`rip = ${hex(registers.rip)}`, 'strong'), line(code.symbol === '' ? 'No code of the kernel or the program is there.' : code.symbol)];
	}

	const {lines} = code;
	const at = lines.findIndex(({number}) => number === code.current);
	const current = at < 0 ? [] : currentRows(lines[at], width, glyphs);
	// Rows that the current line takes beyond its own.
	const extra = Math.max(0, current.length - 1);
	const total = lines.length + extra;
	const first = Math.max(0, Math.min(total - height, at - Math.floor(height / 2) + (scroll.code ?? 0)));
	return Array.from({length: Math.min(height, total - first)}, (_, index) => {
		const row = first + index;
		if (at >= 0 && row >= at && row <= at + extra) return current[row - at];
		const entry = lines[row < at || at < 0 ? row : row - extra];
		return codeRow(entry, split(entry.text), false, glyphs);
	});
}

/** Lines that are read out before and behind the current one. */
const AROUND = 2;

export const codePane: Pane<'code'> = {
	name: 'code', title: 'Code', digit: 3,
	help: 'The source around the instruction that comes next',
	size: {least: 7, good: 8, grows: 3},
	views: {},
	paint,
	subject: ({moment}) => moment.code.file,
	tell({moment: {code, registers}}) {
		const at = code.lines.findIndex(({number}) => number === code.current);
		if (at < 0) return [`rip is ${hex(registers.rip)}; no source is known for it`];
		return code.lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).map(({number, text}) => `${number === code.current ? 'next, ' : ''}line ${number} of ${code.file}: ${printable(text.trim().replaceAll(/\s+/g, ' ')) || 'empty'}`);
	},
};
