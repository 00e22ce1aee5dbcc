import type {Show, View} from './view.js';

/** One piece of a call's text between two commas. */
export interface Part {
	/** Which argument's register it is of, by index. */
	readonly argument: number;
	/** What stands before the value: `flags=`; mostly nothing. */
	readonly label: string;
	/** Whether it can be written only when the call is over. What follows it is then written later, too. */
	readonly isLate: boolean;
	readonly show: Show;
	/** What the end of the call adds to it. */
	readonly addition?: Show;
	/** Whether its text, although it is late, is that of the call's beginning. */
	readonly isKept?: boolean;
}

/** A part that is written when the call begins. */
export const early = (argument: number, show: Show, label = ''): Part => ({argument, label, isLate: false, show});

/** A part that is written when the call is over. */
export const late = (argument: number, show: Show, label = ''): Part => ({argument, label, isLate: true, show});

/** A part that is written when the call begins, and of which the call's end changes something. */
export const changed = (argument: number, show: Show, addition: Show): Part => ({argument, label: '', isLate: false, show, addition});

/** A part that is written when the call is over, as it was when the call began. */
export const kept = (argument: number, show: Show): Part => ({argument, label: '', isLate: true, isKept: true, show});

/** How a call is written where its row in the table does not say enough: its parts, from its arguments. */
export type Form = (view: View) => readonly Part[];

/** A form whose parts are always the same. */
export const always = (...parts: readonly Part[]): Form => () => parts;

/** How an argument is written and when, whichever it is. */
export type Placed = Omit<Part, 'argument'>;

/** At the call's beginning, although the call changes it. */
export const atEntry = (show: Show): Placed => ({label: '', isLate: false, show});

/** At the call's end. */
export const atExit = (show: Show): Placed => ({label: '', isLate: true, show});

/** At the call's end, as it was at its beginning. */
export const asBefore = (show: Show): Placed => ({label: '', isLate: true, isKept: true, show});

/** At the call's beginning, with something added at its end. */
export const thenChanged = (show: Show, addition: Show): Placed => ({label: '', isLate: false, show, addition});
