import type {CommandName} from './commands.js';

/** A line of text that is being typed. */
export interface Field {
	readonly text: string;
	/** Place of the cursor, in units of the string. */
	readonly cursor: number;
}

/** A field that holds a text, its cursor behind it. */
export const fieldOf = (text: string): Field => ({text, cursor: text.length});

/** Characters that a field takes: paths may be long. */
const MAX_LENGTH = 1024;

/** Characters that move the cursor or can't be seen: a paste may carry some along. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The first half of a character that takes two units of a string, cut off from the second. */
const HALF_AT_END = /[\ud800-\udbff]$/;

/** Units of the character before a place in a text, and of the one at it. */
const unitsBefore = (text: string, at: number): number => ((text.codePointAt(at - 2) ?? 0) > 0xffff ? 2 : 1);
const unitsAt = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);

const clamped = (text: string, cursor: number): Field => ({text, cursor: Math.max(0, Math.min(text.length, cursor))});

/** Types a text where the cursor stands; controls in it are left out, and what is too long. */
export function typeText({text, cursor}: Field, typed: string): Field {
	const clean = typed.replaceAll(CONTROL, '').slice(0, MAX_LENGTH - text.length).replace(HALF_AT_END, '');
	return clamped(text.slice(0, cursor) + clean + text.slice(cursor), cursor + clean.length);
}

/** Deletes part of the text; the cursor stands there then. */
const cutOut = ({text}: Field, from: number, to: number): Field => clamped(text.slice(0, Math.max(0, from)) + text.slice(to), from);

/** Where the word before the cursor begins. */
const wordStart = ({text, cursor}: Field): number => text.slice(0, cursor).replace(/[^\s/=]*[\s/=]*$/u, '').length;

/** What commands do to a field. */
const EDITS: Readonly<Partial<Record<CommandName, (field: Field) => Field>>> = {
	'field-left': ({text, cursor}) => clamped(text, cursor - unitsBefore(text, cursor)),
	'field-right': ({text, cursor}) => clamped(text, cursor + unitsAt(text, cursor)),
	'field-home': ({text}) => clamped(text, 0),
	'field-end': ({text}) => clamped(text, text.length),
	'field-erase': field => cutOut(field, field.cursor - unitsBefore(field.text, field.cursor), field.cursor),
	'field-delete': field => cutOut(field, field.cursor, field.cursor + unitsAt(field.text, field.cursor)),
	'field-erase-word': field => cutOut(field, wordStart(field), field.cursor),
	'field-erase-before': field => cutOut(field, 0, field.cursor),
	'field-erase-after': ({text, cursor}) => clamped(text.slice(0, cursor), cursor),
};

/** What a command does to a field; undefined if it concerns something else. */
export const editField = (field: Field, command: CommandName): Field | undefined => EDITS[command]?.(field);
