import type {GlyphTable} from '../glyphs.js';
import type {LabView} from '../lab-view.js';
import type {Listing, ListingLine} from '../slices.js';
import {fit, hex, line, printable, type Row, span, type Tone, widthOf, wrap} from '../text.js';
import type {Pane, Room} from './pane.js';
import {signSpan} from './values.js';

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

/** Columns from which the C has a column of its own, and its share of them. */
const WITH_C = {FROM: 70, SHARE: 0.44} as const;

/** Rows from which a statement of C that ends further down has a row below the line that is shown. */
const ROWS_FOR_C = 7;

/** A line of source in its parts. */
interface Split {
	readonly code: string;
	readonly note: string;
}

/** @param withoutC the C has a column of its own */
function split(text: string, withoutC: boolean): Split {
	const shown = squeeze(text);
	const comment = shown.indexOf('#');
	if (comment < 0) return {code: shown, note: ''};
	const note = shown.slice(comment);
	return {code: shown.slice(0, comment), note: withoutC ? note.replace(/^#\s*C: .*$/, '') : note};
}

/** The lines that have an instruction: those that can be marked. */
export const codeLinesOf = (lines: readonly ListingLine[]): readonly ListingLine[] => lines.filter(({address}) => address !== undefined);

/** Whether a person has marked a line. */
export const isCodeMarked = ({focus, marks}: LabView): boolean => focus === 'code' && marks.code !== undefined;

/** What is shown: the listing, or what the moment itself knows while there is none. */
function listingOf({moment: {code}, slices: {listing}}: LabView): Listing {
	if (listing !== undefined) return listing;
	const at = code.lines.findIndex(({number}) => number === code.current);
	return {file: code.file, symbol: code.symbol, lines: code.lines, at, next: at, statementAt: -1};
}

/** How a listing is drawn. */
interface Drawn {
	readonly listing: Listing;
	readonly width: number;
	/** Columns of the C; 0: it stands in the comments. */
	readonly c: number;
	readonly other: boolean;
	readonly glyphs: GlyphTable;
}

/** What a line says, and what is known besides: in the other syntax, if that is wanted. */
function partsOf(index: number, {listing: {lines}, c, other}: Drawn): Split {
	const {text, other: rewritten} = lines[index];
	const parts = split(text, c > 0);
	return other && rewritten !== undefined ? {code: `  ${rewritten.padEnd(Math.max(0, parts.code.length - 4))}  `, note: parts.note} : parts;
}

function toneOf(index: number, {listing: {at, next}}: Drawn): Tone {
	return index === next ? 'current' : index === at ? 'selected' : 'plain';
}

/** What stands in front of a line: whether it comes next or is marked, and its number, or the end of its address. */
function marginOf(index: number, {listing: {lines, at, next}, glyphs}: Drawn): Row {
	const {number, address = 0n} = lines[index];
	const sign = index === next ? glyphs.pointer : glyphs.landmark;
	const label = number > 0 ? String(number) : (address & 0xffffn).toString(16);
	const isMarked = index === next || index === at;
	return [signSpan(isMarked, sign, 'key'), span(`${label.padStart(4)} `, isMarked ? 'key' : 'dim')];
}

/** A line's row; where there is a column of C, its statement stands there. */
function codeRow(index: number, {code, note}: Split, drawn: Drawn): Row {
	const {listing: {lines, statementAt}, width, c, glyphs} = drawn;
	const tone = toneOf(index, drawn);
	const row: Row = [...marginOf(index, drawn), span(code, tone), span(note, tone === 'plain' ? 'comment' : tone)];
	// Comments without code may take the column of C, too.
	if (c === 0 || lines[index].address === undefined) return row;
	return [...fit(row, width - c - 2, glyphs.ellipsis), span(`${glyphs.divider} `, 'dim'), span(lines[index].statement ?? '', index === statementAt ? 'strong' : 'comment')];
}

const below = (text: string, {width}: Drawn): Row[] => wrap(text, Math.max(1, width - MARGIN)).map((part): Row => [span(' '.repeat(MARGIN)), span(part, 'comment')]);

/** The line that is shown; a comment that does not fit beside the code stands below it, whole. */
function shownRows(index: number, height: number, drawn: Drawn): Row[] {
	const {listing: {lines, statementAt}, width, c, other} = drawn;
	const parts = partsOf(index, drawn);
	const room = width - MARGIN - (c === 0 ? 0 : c + 2);
	const isWhole = widthOf(parts.code.trimEnd() + parts.note) <= room || parts.code.trim() === '';
	const own = split(lines[index].text, true).code.trim();
	const written = other && lines[index].other !== undefined && lines[index].other !== own ? below(own, drawn) : [];
	const statement = c === 0 && statementAt > index && height >= ROWS_FOR_C ? below(`C: ${lines[statementAt].statement?.trim() ?? ''}`, drawn) : [];
	return [codeRow(index, isWhole ? parts : {code: parts.code.trimEnd(), note: ''}, drawn), ...written, ...(isWhole ? [] : below(parts.note, drawn)), ...statement];
}

/** Lines of source, the one that is shown in the upper half. */
function paint(view: LabView, {width, height, glyphs}: Room): readonly Row[] {
	const listing = listingOf(view);
	const {lines, symbol} = listing;
	if (lines.length === 0) {
		return [line(`rip = ${hex(view.moment.registers.rip)}`, 'strong'), line(symbol === '' ? 'No code of the kernel or the program is there.' : symbol)];
	}

	const c = width >= WITH_C.FROM && lines.some(({statement}) => statement !== undefined) ? Math.floor(width * WITH_C.SHARE) : 0;
	const drawn: Drawn = {listing, width, c, other: view.syntax === 'other', glyphs};
	const at = listing.at < 0 ? listing.next : listing.at;
	const shown = at < 0 ? [] : shownRows(at, height, drawn);
	// Rows that the shown line takes beyond its own.
	const extra = Math.max(0, shown.length - 1);
	const total = lines.length + extra;
	const first = Math.max(0, Math.min(total - height, at - Math.floor(height / 2) + (view.scroll.code ?? 0)));
	return Array.from({length: Math.min(height, total - first)}, (_, offset) => {
		const row = first + offset;
		if (at >= 0 && row >= at && row <= at + extra) return shown[row - at];
		const index = row < at || at < 0 ? row : row - extra;
		return codeRow(index, partsOf(index, drawn), drawn);
	});
}

/** Lines that are read out before and behind the shown one. */
const AROUND = 2;

function tell(view: LabView): string[] {
	const {lines, at, next, file, statementAt} = listingOf(view);
	const {rip} = view.moment.registers;
	const shown = at < 0 ? next : at;
	if (shown < 0) return [`rip is ${hex(rip)}; no source is known for it`];
	const place = ({number, address = 0n}: ListingLine): string => (number > 0 ? `line ${number} of ${file}` : `at ${hex(address)}`);
	const told = lines.slice(Math.max(0, shown - AROUND), shown + AROUND + 1).map(each =>
		`${each === lines[next] ? 'next, ' : ''}${place(each)}: ${printable(each.text.trim().replaceAll(/\s+/g, ' ')) || 'empty'}${each.other === undefined || view.syntax === 'written' ? '' : `, in the other syntax ${each.other}`}`);
	return [...told, ...(statementAt < 0 ? [] : [`as C: ${lines[statementAt].statement?.trim() ?? ''}`])];
}

/** What the title says besides: the file, and the syntax if it is not the one that the text is written in. */
function subject(view: LabView): string {
	const {file, symbol} = listingOf(view);
	return [file === '' ? symbol : file, ...(view.syntax === 'other' ? ['other syntax'] : [])].filter(part => part !== '').join(', ');
}

export const codePane: Pane<'code'> = {
	name: 'code', title: 'Code', digit: 3,
	help: 'The source around the instruction that comes next, with the C that it stands for; the arrows mark another one, Enter goes to where it ran',
	size: {least: 7, good: 8, grows: 3},
	views: {},
	needs: ['listing', 'inspected'],
	paint,
	subject,
	marks: {
		count: view => Math.max(1, codeLinesOf(listingOf(view).lines).length),
		usual(view) {
			const {lines, at, next} = listingOf(view);
			const shown = at < 0 ? next : at;
			return Math.max(0, codeLinesOf(lines.slice(0, shown + 1)).length - 1);
		},
		action(view) {
			const {inspected} = view.slices;
			return inspected?.isAsked === true && inspected.step !== undefined ? {kind: 'go', step: inspected.step} : undefined;
		},
		refusal: 'mark an instruction that has run, and Enter goes there',
		label: 'go there',
		stays: false,
	},
	tell,
};
