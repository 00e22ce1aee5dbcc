import type {Moment} from '../trace/moment.js';
import type {Lab} from '../lab/lab-file.js';

/** The panes, in the order of their numbers. */
export const PANES = ['lesson', 'registers', 'code', 'stacks', 'events', 'console'] as const;

export type PaneName = (typeof PANES)[number];

/** A register that is being changed. */
export interface Editor {
	readonly register: string;
	readonly text: string;
	/** Position of the text cursor, in characters. */
	readonly cursor: number;
	/** Why the text was not taken. */
	readonly error?: string;
}

/** What a lab's screen remembers besides the machine. */
export interface LabView {
	readonly lab: Lab;
	readonly moment: Moment;
	/** The first step of the program. */
	readonly origin: number;
	/** The page of the lesson. */
	readonly page: number;
	readonly focus: PaneName;
	readonly zoomed: boolean;
	/** The register that is marked. */
	readonly register: number;
	editor?: Editor;
	/** Lines by which panes are scrolled away from where they follow the machine. */
	readonly scroll: Readonly<Partial<Record<PaneName, number>>>;
	/** The pane that the page or the last command speaks of, shown where there is room for few. */
	readonly spotlight: PaneName;
	/** Whether the guest is running on. */
	readonly running: boolean;
	/** One line for the learner: what a command could not do, or how the run ended. */
	notice?: string;
}

/** The whole state of the app, outside React. */
export interface Session {
	readonly screen: 'menu' | 'opening' | 'lab' | 'failed';
	readonly help: boolean;
	/** Lines by which the help is scrolled. */
	readonly helpScroll: number;
	readonly view?: LabView;
	/** Name of the lab that is being opened, or why it could not be. */
	readonly message: string;
}

/** Something that changes the session. */
export type Action =
	| {readonly type: 'open'; readonly message: string}
	| {readonly type: 'opened'; readonly view: LabView}
	| {readonly type: 'fail'; readonly message: string}
	| {readonly type: 'menu'}
	| {readonly type: 'help'; readonly shown: boolean}
	| {readonly type: 'scroll-help'; readonly by: number}
	| {readonly type: 'moment'; readonly moment: Moment; readonly notice?: string | undefined; readonly spotlight?: PaneName | undefined; readonly page?: number | undefined}
	| {readonly type: 'running'; readonly running: boolean}
	| {readonly type: 'notice'; readonly notice: string}
	| {readonly type: 'focus'; readonly pane: PaneName}
	| {readonly type: 'cycle'; readonly by: number}
	| {readonly type: 'zoom'; readonly zoomed: boolean}
	| {readonly type: 'mark'; readonly by: number; readonly count: number}
	| {readonly type: 'scroll'; readonly by: number}
	| {readonly type: 'edit'; readonly editor: Editor | undefined};

/** How a program starts: at the menu. */
export const INITIAL_SESSION: Session = {screen: 'menu', help: false, helpScroll: 0, message: ''};

const wrapAround = (value: number, count: number): number => ((value % count) + count) % count;

/** The view without its notice and its editor: most actions end them. */
function quiet(view: LabView): LabView {
	const copy = {...view};
	delete copy.notice;
	delete copy.editor;
	return copy;
}

const withNotice = (view: LabView, notice: string | undefined): LabView => (notice === undefined ? view : {...view, notice});

const focusOn = (view: LabView, pane: PaneName): LabView =>
	({...view, focus: pane, spotlight: pane === 'lesson' || pane === 'code' ? view.spotlight : pane});

/**
 * Follows the machine again everywhere, but in the lesson. On another page the lesson has the word: where there is room
 * for few panes, the one that the page speaks of must be seen.
 */
const onPage = (view: LabView, page: number = view.page): LabView => (page === view.page
	? {...view, scroll: view.scroll.lesson === undefined ? {} : {lesson: view.scroll.lesson}}
	: {...view, page, focus: 'lesson', zoomed: view.zoomed && view.focus === 'lesson', scroll: {}});

/** The changes of an open lab, by the type of action. */
const VIEW_CHANGES: {readonly [T in Action['type']]?: (view: LabView, action: Extract<Action, {type: T}>) => LabView} = {
	moment: (view, {moment, spotlight, notice, page}) => withNotice({...quiet(onPage(view, page)), moment, spotlight: spotlight ?? view.spotlight}, notice),
	running: (view, {running}) => ({...view, running}),
	notice: (view, {notice}) => ({...view, notice}),
	focus: (view, {pane}) => focusOn(view, pane),
	cycle: (view, {by}) => focusOn(view, PANES[wrapAround(PANES.indexOf(view.focus) + by, PANES.length)]),
	zoom: (view, {zoomed}) => ({...view, zoomed}),
	mark: (view, {by, count}) => ({...view, register: Math.max(0, Math.min(count - 1, view.register + by))}),
	scroll: (view, {by}) => ({...view, scroll: {...view.scroll, [view.focus]: (view.scroll[view.focus] ?? 0) + by}}),
	edit: (view, {editor}) => (editor === undefined ? quiet(view) : {...quiet(view), editor}),
};

/** The part of the reducer that concerns an open lab. */
function reduceView(view: LabView, action: Action): LabView {
	const change = VIEW_CHANGES[action.type] as ((view: LabView, action: Action) => LabView) | undefined;
	return change === undefined ? view : change(view, action);
}

/** The next state. */
export function reduce(session: Session, action: Action): Session {
	switch (action.type) {
		case 'open':
			return {...INITIAL_SESSION, screen: 'opening', message: action.message};
		case 'opened':
			return {...session, screen: 'lab', view: action.view};
		case 'fail':
			return {...INITIAL_SESSION, screen: 'failed', message: action.message};
		case 'menu':
			return INITIAL_SESSION;
		case 'help':
			return {...session, help: action.shown, helpScroll: 0};
		case 'scroll-help':
			return {...session, helpScroll: Math.max(0, session.helpScroll + action.by)};
		default:
			return session.view === undefined ? session : {...session, view: reduceView(session.view, action)};
	}
}
