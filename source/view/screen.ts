import type {AppState} from './app-state.js';
import {paintCard} from './card.js';
import type {Border, GlyphTable} from './glyphs.js';
import {paintKeyBar} from './lab-bar.js';
import type {LabView} from './lab-view.js';
import {chromeRows, type Column, hasSentence, layout, type Placed} from './layout.js';
import {isMarkable, paintMarkedCard} from './marked-card.js';
import {markOf, paneNamed, type PaneName} from './panes/index.js';
import type {Room} from './panes/pane.js';
import {type Overlay, paintNote, paintPrompt} from './prompt.js';
import {paintScrubBar} from './scrub-bar.js';
import {fit, type Row, span, type Span, type Tone, widthOf} from './text.js';
import {encode, encodeRows, type Theme} from './theme.js';

/** The parts of a lab's screen as text, to be placed one below and beside the other. */
export interface ScreenParts {
	readonly top: string;
	readonly columns: readonly {readonly width: number; readonly panes: readonly {readonly name: PaneName; readonly text: string}[]}[];
	/** One row or more, with line ends between. */
	readonly bottom: string;
	/** What lies over all of it. */
	readonly overlay?: Omit<Overlay, 'rows'> & {readonly text: string};
}

/** Columns of a pane's border, with the blanks inside. */
const BORDER = 4;

/** The rows of a pane, and what its border tells. */
function content(view: LabView, name: PaneName, width: number, height: number, glyphs: GlyphTable): readonly Row[] {
	const room: Room = {width, height, glyphs, mark: markOf(view, name), isChosen: view.focus === name};
	return paneNamed(name).paint(view, room);
}

const isKernel = ({moment}: LabView): boolean => moment.registers.cpl !== 3;

/** The border of a pane: its lines tell the ring, its sides whether the pane is chosen. */
function borderOf(view: LabView, isChosen: boolean, {borders}: GlyphTable): Border {
	if (isKernel(view)) return isChosen ? borders.kernelChosen : borders.kernel;
	return isChosen ? borders.userChosen : borders.user;
}

/** The title in a pane's border: its digit, its name, what it is about, and the mark if the last step changed it. */
function titleOf(view: LabView, name: PaneName, {glyphs}: Theme): string {
	const {title, digit, subject, changed} = paneNamed(name);
	const about = subject?.(view) ?? '';
	const mark = changed?.(view) === true ? ` ${glyphs.changed}` : '';
	return ` ${digit === undefined ? '' : `${digit} `}${title}${about === '' ? '' : ` · ${about}`}${mark} `;
}

/** A pane with its border. */
function paintPane(view: LabView, {pane, height}: Placed, width: number, theme: Theme): Row[] {
	const {glyphs} = theme;
	const isChosen = view.focus === pane;
	const {horizontal, vertical, corners} = borderOf(view, isChosen, glyphs);
	const tone: Tone = isChosen ? 'key' : isKernel(view) ? 'kernel-border' : 'user-border';
	const side = span(vertical, isChosen ? 'key' : 'user-border');
	const title = titleOf(view, pane, theme);
	const shown = fit([span(title, isChosen ? 'chosen' : 'label')], Math.min(widthOf(title), width - BORDER), glyphs.ellipsis);
	const rest = width - 3 - Math.min(widthOf(title), width - BORDER);
	const rows = content(view, pane, width - BORDER, height - 2, glyphs);
	const body = Array.from({length: height - 2}, (_, index): Row => [side, span(' '), ...fit(rows[index] ?? [], width - BORDER, glyphs.ellipsis), span(' '), side]);
	return [
		[span(corners[0] + horizontal, tone), ...shown, span(horizontal.repeat(rest) + corners[1], tone)],
		...body,
		[span(corners[2] + horizontal.repeat(width - 2) + corners[3], tone)],
	];
}

/** The ring of the processor, told by word and by colour. */
function ringBadge(view: LabView): Span {
	const {cpl} = view.moment.registers;
	return isKernel(view) ? span(` ring ${cpl} · KERNEL `, 'kernel-badge') : span(` ring ${cpl} · user `, 'user-badge');
}

/** What the machine is doing, or at which step it stands. */
function progressText({moment, origin, running, playing, speed}: LabView): Span {
	if (running) return span(` step ${moment.step - origin}, running, any key stops it `, 'changed');
	const step = `step ${moment.step - origin} of ${moment.length - origin}${moment.hasEnded ? '' : '+'}`;
	return playing ? span(` playing ${speed} a second · ${step} `, 'changed') : span(` ${step} `);
}

function titleRow(view: LabView, width: number, {glyphs}: Theme): Row {
	const {title, lesson} = view;
	const where = lesson === undefined ? '' : ` · ${lesson.number} of ${lesson.count}`;
	const right: Row = [progressText(view), ringBadge(view)];
	const room = width - right.reduce((sum, {text}) => sum + widthOf(text), 0);
	const name = fit([span(' syscall-lab ', 'title'), span(`· ${title}`)], Math.max(0, Math.min(room - widthOf(where), widthOf(title) + 15)), glyphs.ellipsis);
	return [...fit([...name, span(where)], room, glyphs.ellipsis), ...right];
}

/** The rows between the panes and the keys: what just happened or what is to be told, and the whole run. */
function statusRows(view: LabView, width: number, height: number, theme: Theme): Row[] {
	const {notice} = view;
	const told = notice === undefined || isLong(notice, width) ? undefined : fit([span(` ${notice}`, 'strong')], width, theme.glyphs.ellipsis);
	const sentence: Row = [span(` ${theme.glyphs.changed} `, 'changed'), span(view.sentence)];
	if (hasSentence(height)) return [told ?? fit(sentence, width, theme.glyphs.ellipsis), paintScrubBar(view, width, theme)];
	// On a low screen the run and the sentence share a row; a sentence that would be cut has it alone.
	const run = Math.floor(width * RUN_SHARE);
	if (sentence.reduce((sum, {text}) => sum + widthOf(text), run) > width) return [told ?? fit(sentence, width, theme.glyphs.ellipsis)];
	return [told ?? [...paintScrubBar(view, run, theme), ...fit(sentence, width - run, theme.glyphs.ellipsis)]];
}

/** How much of a row the run takes where the sentence stands beside it. */
const RUN_SHARE = 0.38;

const encodeColumn = (view: LabView, {width, panes}: Column, theme: Theme): ScreenParts['columns'][number] => ({
	width,
	panes: panes.map(placed => ({name: placed.pane, text: encodeRows(paintPane(view, placed, width, theme), theme)})),
});

/** What the focused pane shows, as one text; nothing if it is not on the screen. */
function focusedText(view: LabView, width: number, height: number, theme: Theme): string {
	for (const column of layout(view, width, height)) {
		const placed = column.panes.find(({pane}) => pane === view.focus);
		if (placed === undefined) continue;
		const rows = content(view, view.focus, column.width - BORDER, placed.height - 2, theme.glyphs);
		return rows.map(row => row.map(({text}) => text).join('')).join('\n');
	}

	return '';
}

/** By how many lines of the wanted ones the focused pane can be scrolled: beyond its ends there is nothing to see. */
export function scrollable(view: LabView, by: number, width: number, height: number, theme: Theme): number {
	const {focus, scroll} = view;
	const shown = (lines: number): string => focusedText({...view, scroll: {...scroll, [focus]: (scroll[focus] ?? 0) + lines}}, width, height, theme);
	const direction = Math.sign(by);
	let lines = 0;
	for (let before = shown(0); lines !== by; lines += direction) {
		const after = shown(lines + direction);
		if (after === before) break;
		before = after;
	}

	return lines;
}

/** The rows that a pane has on a screen, its border left out: what a page of scrolling is. Zero if it is not there. */
export function rowsOf(view: LabView, pane: PaneName, width: number, height: number): number {
	const placed = layout(view, width, height).flatMap(({panes}) => panes).find(each => each.pane === pane);
	return placed === undefined ? 0 : placed.height - 2;
}

/** Whether a notice is too long for its row: then it lies over the panes until the next key. */
export const isLong = (notice: string, width: number): boolean => widthOf(notice) + 1 > width;

/** What lies over a screen, as rows. */
function overlayRows({session: {card, prompt, view, screen}, width, height, theme}: AppState): Overlay | undefined {
	const below = chromeRows(height) - 1;
	if (card !== undefined) return isMarkable(card.card) ? paintMarkedCard(card.card, card.mark, width, height, below, theme) : paintCard(card.card, card.scroll, width, height, below, theme);
	if (prompt !== undefined) return paintPrompt(prompt, width, height, below, theme);
	const notice = screen === 'lab' ? view?.notice : undefined;
	return notice === undefined || !isLong(notice, width) ? undefined : paintNote(notice, width, height, below, theme);
}

/** What lies over a screen: an explanation, a field in which something is typed, or a long notice. */
export function paintOverlay(state: AppState): ScreenParts['overlay'] {
	const found = overlayRows(state);
	if (found === undefined) return undefined;
	const {rows, ...place} = found;
	return {...place, text: encodeRows(rows, state.theme)};
}

/** A lab's screen: title, panes, what happened, the run, keys. Every row is exactly as wide as the screen. */
export function paintLab(view: LabView, state: AppState): ScreenParts {
	const {session, width, height, theme, keymap} = state;
	const overlay = paintOverlay(state);
	return {
		top: encode(titleRow(view, width, theme), theme),
		columns: layout(view, width, height).map(column => encodeColumn(view, column, theme)),
		bottom: encodeRows([...statusRows(view, width, height, theme), paintKeyBar(session, keymap, width, theme.glyphs)], theme),
		...(overlay === undefined ? {} : {overlay}),
	};
}

/** A lab's whole screen as rows with SGR sequences, without what lies over it. */
export function labRows(state: AppState): string[] {
	const {view} = state.session;
	if (view === undefined) return [];
	const {top, columns, bottom} = paintLab(view, state);
	const rows = columns.map(({panes}) => panes.flatMap(({text}) => text.split('\n')));
	const height = Math.max(...rows.map(({length}) => length));
	return [top, ...Array.from({length: height}, (_, row) => rows.map(column => column.at(row) ?? '').join('')), ...bottom.split('\n')];
}
