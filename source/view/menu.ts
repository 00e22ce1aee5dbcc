import type {LabEntry} from '../lab/catalogue.js';
import type {AppState} from './app-state.js';
import type {GlyphTable} from './glyphs.js';
import {barOutsideLabs, keyBarOf} from './key-bar.js';
import {fit, line, type Row, span, wrap} from './text.js';

/** A lab as the menu shows it. */
export interface MenuLab extends LabEntry {
	readonly track?: string;
	/** Pages that are done, of how many. */
	readonly progress?: {readonly done: number; readonly of: number; readonly savedAt: string};
}

/** Something that can be chosen in the menu. */
export type MenuEntry =
	/** Back to what is open, as it was left; or to the lab that was worked on last, if one is given. */
	| {readonly kind: 'resume'; readonly title: string; readonly place: string; readonly lab?: MenuLab}
	| {readonly kind: 'lab'; readonly lab: MenuLab; readonly number: string}
	/** A lab's program without its lesson. */
	| {readonly kind: 'free'; readonly lab: MenuLab}
	| {readonly kind: 'file'};

/** The lab whose program runs without a lesson, by its name; the first if there is none of it. */
const FREE = 'tour';

/** A lab's number: the one that its folder's name begins with, else its place in the list. */
const numberOf = ({name}: MenuLab, index: number): string => /^\d+/.exec(name)?.[0] ?? String(index + 1).padStart(2, '0');

/** Everything that can be chosen. */
export function menuEntries({labs, session: {view}}: Pick<AppState, 'labs' | 'session'>): MenuEntry[] {
	const last = labs.filter(({progress}) => progress !== undefined && progress.done < progress.of).sort((a, b) => (b.progress?.savedAt ?? '').localeCompare(a.progress?.savedAt ?? '')).at(0);
	const place = view?.lesson === undefined ? '' : `page ${view.lesson.number} of ${view.lesson.count}`;
	const free = labs.find(({name}) => name.includes(FREE)) ?? labs.at(0);
	return [
		...(view === undefined ? [] : [{kind: 'resume', title: view.title, place} as const]),
		...(view !== undefined || last === undefined ? [] : [{kind: 'resume', title: last.title, place: '', lab: last} as const]),
		...labs.map((lab, index) => ({kind: 'lab', lab, number: numberOf(lab, index)} as const)),
		...(free === undefined ? [] : [{kind: 'free', lab: free} as const]),
		{kind: 'file'},
	];
}

const INTRODUCTION =
	'A program asks the kernel for something, and the processor changes sides. Walk with it, one instruction at a time, forwards and backwards. Everything you see is ' +
	'read from an emulated x86-64 machine that runs real machine code.';

/** What the marked entry is, in a sentence or two. */
function detailOf(entry: MenuEntry): string {
	switch (entry.kind) {
		case 'resume':
			return entry.lab === undefined ? `Goes on with ${entry.title}; the machine stands as you left it.` : `Goes on with ${entry.title}, where you were last time.`;
		case 'lab':
			return entry.lab.summary;
		case 'free':
			return `The program of ${entry.lab.title}, without the lesson: step through it, change what you like.`;
		case 'file':
			return 'Runs an assembly file of your own (.s, AT&T or Intel syntax) on the same machine and kernel.';
	}
}

/** Squares that show how much of a lab is done. */
const SQUARES = 5;

function progressText({progress}: MenuLab, {steps: [done, open]}: GlyphTable): string {
	if (progress === undefined) return '';
	const filled = Math.min(SQUARES, Math.floor((progress.done * SQUARES) / Math.max(1, progress.of)));
	return `${done.repeat(filled)}${open.repeat(SQUARES - filled)} ${progress.done}/${progress.of}`;
}

/** Columns of the list at most; and those of track, minutes and progress. */
const WIDEST = 100;
const TRACK = 6;
const MINUTES = 8;
const PROGRESS = 12;

/** What stands in an entry's row: its title, and facts at the right. */
function entryParts(entry: MenuEntry, glyphs: GlyphTable): {readonly number: string; readonly title: string; readonly facts: string} {
	switch (entry.kind) {
		case 'resume':
			return {number: '', title: `Go on: ${entry.title}`, facts: entry.place.padStart(TRACK + MINUTES).padEnd(PROGRESS + TRACK + MINUTES)};
		case 'lab': {
			const {lab, number} = entry;
			const minutes = lab.minutes > 0 ? `${lab.minutes} min` : '';
			return {number, title: lab.title, facts: `${(lab.track ?? '').padEnd(TRACK)}${minutes.padStart(MINUTES - 2)}  ${progressText(lab, glyphs).padEnd(PROGRESS)}`};
		}

		case 'free':
			return {number: '', title: 'Free play', facts: ''};
		case 'file':
			return {number: '', title: `Open a file ${glyphs.ellipsis}`, facts: ''};
	}
}

/** One entry of the list. */
export function menuItem(entry: MenuEntry, isMarked: boolean, width: number, glyphs: GlyphTable): Row {
	const {number, title, facts} = entryParts(entry, glyphs);
	const room = Math.min(width, WIDEST) - 9 - facts.length;
	const shown = fit([span(title, isMarked ? 'selected' : entry.kind === 'lab' ? 'strong' : 'plain')], Math.max(4, room), glyphs.ellipsis);
	return fit([span('  '), isMarked ? span(`${glyphs.pointer} `, 'key') : span('  '), span(`${number.padEnd(3)} `, 'dim'), ...shown, span(` ${facts}`, 'dim')], width, glyphs.ellipsis);
}

/** Rows for the sentence about the marked entry. */
const DETAIL = 2;

/** The menu in parts, so that the list between them can be one that keys move in. */
export interface MenuParts {
	readonly head: readonly Row[];
	/** Entries that are shown at a time. */
	readonly limit: number;
	/** Below the list, down to the screen's last row. */
	readonly foot: readonly Row[];
}

/** Everything of the menu but its list. */
export function menuParts(state: AppState, marked: number): MenuParts {
	const {session: {news, prompt, card}, width, height, theme: {glyphs}, keymap} = state;
	const entries = menuEntries(state);
	const inner = Math.min(WIDEST, width) - 4;
	const told = news === undefined ? [] : [...wrap(news, inner).slice(0, 3).map(text => fit(line(`  ${text}`, 'error'), width)), fit([], width)];
	const introduction = [...wrap(INTRODUCTION, Math.min(76, inner)).map(text => fit(line(`  ${text}`), width)), fit([], width)];
	const fixed = 2 + told.length + 1 + DETAIL + 1 + 1;
	const isRoomy = fixed + introduction.length + entries.length + 1 <= height;
	const head = [fit(line(' syscall-lab', 'title'), width), fit([], width), ...told, ...(isRoomy ? introduction : []), fit(line('  Choose a lab:', 'strong'), width)];
	const limit = Math.max(1, Math.min(entries.length, height - head.length - DETAIL - 2));
	const entry = entries.at(marked);
	const detail = wrap(entry === undefined ? '' : detailOf(entry), inner - 4).slice(0, DETAIL);
	const context = card !== undefined ? 'help' : prompt !== undefined ? 'field' : 'menu';
	const bar = keyBarOf(barOutsideLabs(context, keymap, glyphs), width);
	const foot = [fit([], width), ...Array.from({length: DETAIL}, (_, index) => fit(line(`        ${detail[index] ?? ''}`), width, glyphs.ellipsis))];
	while (head.length + limit + foot.length < height - 1) foot.push(fit([], width));
	return {head, limit, foot: [...foot, bar]};
}

/** The whole menu as it first appears, before anything that can choose in it is loaded. */
export function paintMenu(state: AppState): Row[] {
	const {width, height, theme: {glyphs}} = state;
	const {head, limit, foot} = menuParts(state, 0);
	const items = menuEntries(state).slice(0, limit).map((entry, index) => menuItem(entry, index === 0, width, glyphs));
	return [...head, ...items, ...foot].slice(0, height);
}
