import type {CodeLine} from '../../trace/moment.js';
import type {LabView} from '../session.js';
import {hex, line, printable, type Row, span} from '../text.js';
import type {GlyphTable} from '../theme.js';

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

function codeRow({number, text}: CodeLine, current: boolean, glyphs: GlyphTable): Row {
	const shown = squeeze(text);
	const comment = shown.indexOf('#');
	const [code, note] = comment < 0 ? [shown, ''] : [shown.slice(0, comment), shown.slice(comment)];
	const mark = span(`${current ? glyphs.pointer : ' '}${String(number).padStart(4)} `, current ? 'key' : 'dim');
	return [mark, span(code, current ? 'current' : 'plain'), span(note, current ? 'current' : 'comment')];
}

/** The source around the next instruction, its line in the upper half. */
export function paintCode({moment, scroll}: LabView, height: number, glyphs: GlyphTable): Row[] {
	const {code, registers} = moment;
	if (code.lines.length === 0) {
		return [line(`rip = ${hex(registers.rip)}`, 'strong'), line(code.symbol === '' ? 'No code of the kernel or the program is there.' : code.symbol)];
	}

	const first = Math.max(0, Math.min(code.lines.length - height, code.current - 1 - Math.floor(height / 2) + (scroll.code ?? 0)));
	return code.lines.slice(first, first + height).map(entry => codeRow(entry, entry.number === code.current, glyphs));
}
