import type {Page} from '../lab/session/page.js';
import type {Moment} from '../trace/moment.js';
import type {Card} from './card.js';
import {INITIAL_SESSION} from './initial-session.js';
import type {History, LabView} from './lab-view.js';
import {firstMark} from './marked-card.js';
import {isLessonOrCode, nextPane, paneNamed, type PaneName} from './panes/index.js';
import type {Prompt} from './prompt.js';
import type {Slices} from './slices.js';
import {VIEW_SETS, type ViewSetName} from './view-sets.js';

/** The whole state of the app, outside React. */
export interface Session {
	readonly screen: 'menu' | 'opening' | 'lab' | 'failed';
	/** The list of keys, scrolled by so many lines, over everything else. */
	readonly help?: {readonly scroll: number};
	/** A field in which something is being typed, over the panes. */
	readonly prompt?: Prompt;
	/** An explanation over the panes, scrolled by so many lines, the part that is marked, and the field that closing it leads back to. */
	readonly card?: {readonly card: Card; readonly scroll: number; readonly mark: number; readonly back?: Prompt};
	/** The lab or program that is open; it stays while the menu is shown. */
	readonly view?: LabView;
	/** The entry of the menu that is marked. */
	readonly highlight: number;
	/** Name of the lab that is being opened, or why it could not be. */
	readonly message: string;
	/** What is to be told in the menu: a key file that can't be read, a file that is not there. */
	readonly news?: string;
}

/** Something that changes the session. */
export type Action =
	| {readonly type: 'open'; readonly message: string}
	| {readonly type: 'opened'; readonly view: LabView}
	| {readonly type: 'fail'; readonly message: string}
	| {readonly type: 'menu'}
	| {readonly type: 'highlight'; readonly entry: number}
	| {readonly type: 'resume'}
	| {readonly type: 'news'; readonly news: string | undefined}
	| {readonly type: 'help'; readonly shown: boolean}
	| {readonly type: 'scroll-help'; readonly by: number}
	| {readonly type: 'prompt'; readonly prompt: Prompt | undefined}
	| {readonly type: 'card'; readonly card: Card; readonly back?: Prompt; readonly mark?: number}
	| {readonly type: 'mark-card'; readonly mark: number}
	| {readonly type: 'close-card'}
	| {readonly type: 'scroll-card'; readonly by: number}
	| {readonly type: 'moment'; readonly moment: Moment; readonly sentence: string; readonly origin: number; readonly notice?: string | undefined; readonly spotlight?: PaneName | undefined; readonly lesson?: Page | undefined; readonly hidden?: readonly bigint[]; readonly history?: History}
	| {readonly type: 'lesson'; readonly lesson: Page}
	| {readonly type: 'slices'; readonly slices: Partial<Slices>}
	| {readonly type: 'reveal'; readonly hidden: readonly bigint[]}
	| {readonly type: 'running'; readonly running: boolean}
	| {readonly type: 'playing'; readonly playing: boolean}
	| {readonly type: 'speed'; readonly speed: number}
	| {readonly type: 'notice'; readonly notice: string | undefined}
	| {readonly type: 'focus'; readonly pane: PaneName}
	| {readonly type: 'cycle'; readonly by: number}
	| {readonly type: 'zoom'; readonly zoomed: boolean}
	| {readonly type: 'set'; readonly set: ViewSetName}
	| {readonly type: 'mark'; readonly mark: number}
	| {readonly type: 'scroll'; readonly by: number}
	| {readonly type: 'address'; readonly address: bigint | undefined}
	| {readonly type: 'look'; readonly address: bigint | undefined}
	| {readonly type: 'syntax'; readonly syntax: LabView['syntax']}
	| {readonly type: 'query'; readonly query: string};

/** A copy without some of its fields. */
function without<T extends object, K extends keyof T & string>(whole: T, ...keys: readonly K[]): Omit<T, K> {
	return Object.fromEntries(Object.entries(whole).filter(([key]) => !(keys as readonly string[]).includes(key))) as Omit<T, K>;
}

const withNotice = (view: LabView, notice: string | undefined): LabView => (notice === undefined ? without(view, 'notice') : {...view, notice});

const focusOn = (view: LabView, pane: PaneName): LabView => ({...view, focus: pane, spotlight: isLessonOrCode(pane) ? view.spotlight : pane});

/** Marks that stay where they are when the machine moves. */
function stayingMarks(marks: LabView['marks']): LabView['marks'] {
	return Object.fromEntries(Object.entries(marks).filter(([name]) => paneNamed(name as PaneName).marks?.stays === true));
}

/**
 * Follows the machine again everywhere, but in the lesson. On another page the lesson has the word: where there is room
 * for few panes, the one that the page speaks of must be seen.
 */
const onPage = (view: LabView, lesson = view.lesson): LabView => (lesson === undefined || lesson.number === view.lesson?.number
	? {...view, ...(lesson === undefined ? {} : {lesson}), marks: stayingMarks(view.marks), scroll: view.scroll.lesson === undefined ? {} : {lesson: view.scroll.lesson}}
	: {...view, lesson, marks: stayingMarks(view.marks), focus: 'lesson', zoomed: view.zoomed && view.focus === 'lesson', scroll: {}});

/** The changes of an open lab, by the type of action. */
const VIEW_CHANGES: {readonly [T in Action['type']]?: (view: LabView, action: Extract<Action, {type: T}>) => LabView} = {
	moment: (view, {moment, sentence, origin, spotlight, notice, lesson, hidden = [], history}) => {
		// What was changed in place stays marked: a second word is often changed beside it.
		const stays = moment.step === view.moment.step && lesson?.number === view.lesson?.number;
		const place = stays ? {marks: view.marks, scroll: view.scroll} : {};
		return withNotice({...onPage(without(view, 'codeAt'), lesson), ...place, moment, sentence, origin, hidden, spotlight: spotlight ?? view.spotlight, history: history ?? view.history}, notice);
	},
	lesson: (view, {lesson}) => onPage(view, lesson),
	slices: (view, {slices}) => ({...view, slices}),
	reveal: (view, {hidden}) => ({...view, hidden}),
	running: (view, {running}) => ({...view, running}),
	playing: (view, {playing}) => ({...view, playing}),
	speed: (view, {speed}) => ({...view, speed}),
	notice: (view, {notice}) => withNotice(view, notice),
	focus: (view, {pane}) => focusOn(view, pane),
	cycle: (view, {by}) => focusOn(view, nextPane(view.focus, view.set, by)),
	zoom: (view, {zoomed}) => ({...view, zoomed}),
	set: (view, {set}) => ({...view, set, spotlight: VIEW_SETS[set].featured, focus: isLessonOrCode(view.focus) ? view.focus : VIEW_SETS[set].featured}),
	mark: (view, {mark}) => ({...view, marks: {...view.marks, [view.focus]: mark}}),
	scroll: (view, {by}) => ({...view, scroll: {...view.scroll, [view.focus]: (view.scroll[view.focus] ?? 0) + by}}),
	address: (view, {address}) => ({...(address === undefined ? without(view, 'address') : {...view, address}), marks: without(view.marks, 'memory'), scroll: without(view.scroll, 'memory')}),
	look: (view, {address}) => ({...(address === undefined ? without(view, 'codeAt') : {...view, codeAt: address}), marks: without(view.marks, 'code'), scroll: without(view.scroll, 'code')}),
	syntax: (view, {syntax}) => ({...view, syntax}),
	query: (view, {query}) => ({...view, query, marks: without(view.marks, 'calls'), scroll: without(view.scroll, 'calls')}),
};

/** The part of the reducer that concerns an open lab. */
function reduceView(view: LabView, action: Action): LabView {
	const change = VIEW_CHANGES[action.type] as ((view: LabView, action: Action) => LabView) | undefined;
	return change === undefined ? view : change(view, action);
}

/** The menu, with what is open behind it. */
const closed = (view: LabView | undefined): Session => (view === undefined ? INITIAL_SESSION : {...INITIAL_SESSION, view});

/** The changes of the whole, by the type of action. */
const CHANGES: {readonly [T in Action['type']]?: (session: Session, action: Extract<Action, {type: T}>) => Session} = {
	open: ({view}, {message}) => ({...closed(view), screen: 'opening', message}),
	opened: (session, {view}) => ({...session, screen: 'lab', view}),
	fail: ({view}, {message}) => ({...closed(view), screen: 'failed', message}),
	highlight: (session, {entry}) => ({...session, highlight: entry}),
	menu: ({view}) => closed(view),
	resume: session => (session.view === undefined ? session : {...session, screen: 'lab'}),
	news: (session, {news}) => (news === undefined ? without(session, 'news') : {...session, news}),
	help: (session, {shown}) => (shown ? {...session, help: {scroll: 0}} : without(session, 'help')),
	'scroll-help': (session, {by}) => (session.help === undefined ? session : {...session, help: {scroll: Math.max(0, session.help.scroll + by)}}),
	prompt: (session, {prompt}) => (prompt === undefined ? without(session, 'prompt') : {...session, prompt}),
	card: (session, {card, back, mark = firstMark(card)}) => ({...without(session, 'prompt'), card: {card, scroll: 0, mark, ...(back === undefined ? {} : {back})}}),
	'mark-card': (session, {mark}) => (session.card === undefined ? session : {...session, card: {...session.card, mark}}),
	'close-card': session => ({...without(session, 'card'), ...(session.card?.back === undefined ? {} : {prompt: session.card.back})}),
	'scroll-card': (session, {by}) => (session.card === undefined ? session : {...session, card: {...session.card, scroll: Math.max(0, session.card.scroll + by)}}),
};

/** The next state. */
export function reduce(session: Session, action: Action): Session {
	const change = CHANGES[action.type] as ((session: Session, action: Action) => Session) | undefined;
	if (change !== undefined) return change(session, action);
	return session.view === undefined ? session : {...session, view: reduceView(session.view, action)};
}
