import {parseValue, ValueError} from '../trace/register-values.js';
import type {Editor} from './session.js';

/** A key as the editor sees it: its name, and the text that it types if it types one. */
export interface EditorKey {
	readonly name: string;
	readonly text: string;
}

/** What a key does in the editor: the editor goes on, or it is left with a value, or without. */
export type EditOutcome =
	| {readonly kind: 'editing'; readonly editor: Editor}
	| {readonly kind: 'accepted'; readonly value: bigint}
	| {readonly kind: 'cancelled'};

/** Characters that the field takes. */
const MAX_LENGTH = 80;

/** Characters that move the cursor or can't be seen: a paste may carry some along. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The first half of a character that takes two units of a string, cut off from the second. */
const HALF_AT_END = /[\ud800-\udbff]$/;

/** Units of the character before a place in a text, and of the one at it. */
const unitsBefore = (text: string, at: number): number => ((text.codePointAt(at - 2) ?? 0) > 0xffff ? 2 : 1);
const unitsAt = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);

/** Replaces the text, keeping the cursor within it; a message about the old text goes. */
const withText = ({register}: Editor, text: string, cursor: number): EditOutcome =>
	({kind: 'editing', editor: {register, text, cursor: Math.max(0, Math.min(text.length, cursor))}});

function insert(editor: Editor, typed: string): EditOutcome {
	const clean = typed.replaceAll(CONTROL, '').slice(0, MAX_LENGTH - editor.text.length).replace(HALF_AT_END, '');
	const text = editor.text.slice(0, editor.cursor) + clean + editor.text.slice(editor.cursor);
	return withText(editor, text, editor.cursor + clean.length);
}

/** Deletes part of the text; the cursor stands there then. */
function cutOut(editor: Editor, from: number, to: number): EditOutcome {
	const {text} = editor;
	return withText(editor, text.slice(0, Math.max(0, from)) + text.slice(to), from);
}

/** Keys that move or delete, by name. */
const EDITING: Readonly<Partial<Record<string, (editor: Editor) => EditOutcome>>> = {
	left: editor => withText(editor, editor.text, editor.cursor - unitsBefore(editor.text, editor.cursor)),
	right: editor => withText(editor, editor.text, editor.cursor + unitsAt(editor.text, editor.cursor)),
	home: editor => withText(editor, editor.text, 0),
	end: editor => withText(editor, editor.text, editor.text.length),
	backspace: editor => cutOut(editor, editor.cursor - unitsBefore(editor.text, editor.cursor), editor.cursor),
	delete: editor => cutOut(editor, editor.cursor, editor.cursor + unitsAt(editor.text, editor.cursor)),
	'ctrl-u': editor => withText(editor, editor.text.slice(editor.cursor), 0),
	'ctrl-a': editor => withText(editor, editor.text, 0),
	'ctrl-e': editor => withText(editor, editor.text, editor.text.length),
	esc: () => ({kind: 'cancelled'}),
	enter: accept,
};

/** Takes the text, or says why not and keeps it. */
function accept(editor: Editor): EditOutcome {
	try {
		return {kind: 'accepted', value: parseValue(editor.text)};
	} catch (error) {
		if (!(error instanceof ValueError)) throw error;
		return {kind: 'editing', editor: {...editor, error: error.message}};
	}
}

/** What a key does to a field. */
export function editKey(editor: Editor, key: EditorKey): EditOutcome {
	const action = EDITING[key.name];
	if (action !== undefined) return action(editor);
	return key.text === '' ? {kind: 'editing', editor} : insert(editor, key.text);
}
