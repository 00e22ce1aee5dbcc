import type {Form, Placed} from '../parts.js';
import type {Show, View} from '../view.js';

/** Arguments that are written otherwise than their type says, by call and by the argument's name; also when, if not as their direction says. */
export type ArgumentShows = Readonly<Partial<Record<string, Readonly<Record<string, Show | Placed>>>>>;

/** Calls that are written in a form of their own. */
export type Forms = Readonly<Partial<Record<string, Form>>>;

/** A result that is written to another base, and what is added to it. */
export interface RebasedNote {
	readonly base: 16;
	readonly note: string | undefined;
}

/** What is added to a result in parentheses; nothing for undefined. */
export type Note = string | RebasedNote | undefined;

/** What is added to the results of calls. It is asked only of calls that have succeeded. */
export type Notes = Readonly<Partial<Record<string, (view: View) => Note>>>;
