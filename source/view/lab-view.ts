import type {Page} from '../lab/session/page.js';
import type {Moment} from '../trace/moment.js';
import type {PaneName} from './panes/index.js';
import type {Slices} from './slices.js';
import type {ViewSetName} from './view-sets.js';

/** What can be taken back and made again, in words. */
export interface History {
	readonly undo?: string;
	readonly redo?: string;
}

/** What the screen of a lab, or of a program without a lesson, remembers besides the machine. */
export interface LabView {
	/** What the screen is called: the lab's title, or the program's file. */
	readonly title: string;
	/** The page of the lesson; absent where a program runs without one. */
	readonly lesson?: Page;
	readonly moment: Moment;
	/** What the last step did, in a sentence. */
	readonly sentence: string;
	/** The first step of the program. */
	readonly origin: number;
	readonly focus: PaneName;
	/** The pane that the page or the last command speaks of, shown where there is room for few. */
	readonly spotlight: PaneName;
	/** The panes that stand beside the lesson and the code. */
	readonly set: ViewSetName;
	readonly zoomed: boolean;
	/** The line that is marked in a pane; absent: the one that the pane itself finds best. */
	readonly marks: Readonly<Partial<Record<PaneName, number>>>;
	/** Lines by which panes are scrolled away from where they follow the machine. */
	readonly scroll: Readonly<Partial<Record<PaneName, number>>>;
	/** What panes on the screen show beyond the moment. */
	readonly slices: Readonly<Partial<Slices>>;
	/** The address that the memory pane shows; absent: where the stack pointer stands. */
	readonly address?: bigint;
	/** An address whose code is shown; absent: that of the instruction that comes next. */
	readonly codeAt?: bigint;
	/** Whether instructions are shown as they are written, or in the other syntax too. */
	readonly syntax: 'written' | 'other';
	/** What is looked for in the table of system calls. */
	readonly query: string;
	/** Words of the kernel's stack that were pushed, but are still to appear. */
	readonly hidden: readonly bigint[];
	/** Whether the guest is running on. */
	readonly running: boolean;
	/** Whether steps follow one another by themselves. */
	readonly playing: boolean;
	/** Steps a second while playing. */
	readonly speed: number;
	readonly history: History;
	/** One line for the learner: what a command could not do, or how the run ended. */
	readonly notice?: string;
}

/** The fields of a view that a new one begins with. */
export type Opened = Pick<LabView, 'title' | 'moment' | 'origin' | 'sentence'> & Pick<Partial<LabView>, 'lesson'>;

/** Steps a second that playing can have, and the one that it begins with. */
export const SPEEDS: readonly number[] = [1, 2, 4, 8, 15, 30];
const USUAL_SPEED = 4;

/** A view as it is when a lab or a program has been opened. */
export const openedView = (opened: Opened): LabView => ({
	...opened, focus: 'lesson', spotlight: 'registers', set: 'crossing', zoomed: false, marks: {}, scroll: {}, slices: {}, syntax: 'written', query: '', hidden: [],
	running: false, playing: false, speed: USUAL_SPEED, history: {},
});
