import type {Card} from '../card.js';
import type {GlyphTable} from '../glyphs.js';
import type {LabView} from '../lab-view.js';
import type {SliceName} from '../slices.js';
import type {Row} from '../text.js';
import type {ViewSetName} from '../view-sets.js';

/** The space inside a pane's border, in cells, and how it is to be filled. */
export interface Room {
	readonly width: number;
	readonly height: number;
	readonly glyphs: GlyphTable;
	/** The line that is marked; the mark is drawn only in the pane that is chosen. */
	readonly mark: number;
	readonly isChosen: boolean;
}

/** What Enter does with the line that is marked. */
export type MarkAction =
	/** A new value is typed: for what stands in front of `=` in a list of changes. */
	| {readonly kind: 'change'; readonly target: string; readonly title: string; readonly now: string; readonly bytes?: boolean}
	/** These changes are made at once. */
	| {readonly kind: 'apply'; readonly changes: string}
	/** The branch of the run that is shown becomes another one. */
	| {readonly kind: 'branch'; readonly id: number}
	/** An explanation is laid over the screen. */
	| {readonly kind: 'explain'; readonly card: Card}
	/** The machine goes to a step. */
	| {readonly kind: 'go'; readonly step: number};

/** Lines of a pane that can be marked. */
export interface Marks {
	/** How many there are. */
	readonly count: (view: LabView) => number;
	/** The one that is marked while nobody has chosen another. */
	readonly usual: (view: LabView) => number;
	/** What Enter does with the marked one; undefined: nothing. */
	readonly action: (view: LabView, mark: number) => MarkAction | undefined;
	/** Why Enter does nothing, where it does nothing; by itself that nothing can be changed there. */
	readonly refusal?: string;
	/** What Enter is called in the key bar. */
	readonly label: string;
	/** Whether the mark stays where it is when the machine moves. */
	readonly stays: boolean;
}

/** Rows and columns that a pane wants, its border included. */
export interface PaneSize {
	/** Rows without which it is of no use. */
	readonly least: number;
	/** Rows with which it shows what matters. */
	readonly good: number;
	/** Whether more rows are of use: its share of those that are left over. */
	readonly grows: number;
}

/** One pane: everything that the screen, the keys, the palette and the help must know of it. */
export interface Pane<Name extends string = string> {
	readonly name: Name;
	readonly title: string;
	/** A sentence for help and palette: what it shows. */
	readonly help: string;
	/** The digit that chooses it; panes without one are chosen by `:show` and by views. */
	readonly digit?: number;
	readonly size: PaneSize;
	/** The views that show it, each with its place there: 1 comes first. Lesson and code are in all of them. */
	readonly views: Readonly<Partial<Record<ViewSetName, number>>>;
	/** What it shows beyond the moment. */
	readonly needs?: readonly SliceName[];
	/** Its rows, as many as the room has or fewer; rows that are too wide are cut. */
	readonly paint: (view: LabView, room: Room) => readonly Row[];
	/** Added to the title: a file's name, an address. */
	readonly subject?: (view: LabView) => string;
	/** Whether the last step changed what it shows. */
	readonly changed?: (view: LabView) => boolean;
	readonly marks?: Marks;
	/** What it shows, as sentences for people who don't see the screen; else its rows are read out. */
	readonly tell?: (view: LabView) => readonly string[];
}
