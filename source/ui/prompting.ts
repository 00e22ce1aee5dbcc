import {plainInline} from '../lab/format/markdown.js';
import type {AskedQuestion} from '../lab/session/lab-session.js';
import type {AppState, Store} from '../view/app-state.js';
import {refusalOf} from '../view/availability.js';
import type {Command, CommandName} from '../view/commands.js';
import {editField, type Field, fieldOf, typeText} from '../view/editing.js';
import {openPalette, palettePrompt, parseCommandLine, type Sources, symbolSuggestions} from '../view/palette.js';
import type {MarkAction} from '../view/panes/pane.js';
import type {Prompt} from '../view/prompt.js';
import {type Found, searchPrompt} from '../view/search.js';

/** A key as it is typed: its name, and the text that it types if it types one. */
export interface TypedKey {
	readonly name: string;
	readonly text: string;
}

/** What is done with what was typed; each gives the reason if it can't be done. */
export interface PromptTarget {
	answer(question: AskedQuestion, text: string): string | undefined;
	run(command: Command, argument: string): string | undefined;
	change(text: string): string | undefined;
	/** Shows what was found; closing it leads back to the field. */
	found(found: Found, back: Prompt): string | undefined;
	/** The field is gone. */
	closed(): void;
}

const CHANGE_HINT = 'Hex 0x2a, decimal 42, negative -1, characters ‘AB’ in single quotes, or a name such as message+4.';
const BYTES_HINT = 'Bytes as 41 42 43, a text as "AB", or one number: hex, decimal, negative, a character, a name. A number of more than a byte takes eight.';

/** What can be typed as an answer. */
const ANSWER_HINTS: Readonly<Record<AskedQuestion['kind'], string>> = {
	number: '(a number: hex, decimal, negative, or a name)', choice: '(mark one with the arrows, Enter takes it)', register: '(the name of a register)', slot: '(the name of a field of pt_regs)',
	order: '(the numbers in their order, such as 2 1 3)',
};

/** Bytes as pairs of hex digits, or characters in double quotes. */
const BYTES = /^(?:"[^]*"|(?:[0-9a-f]{2}[\s_]*)+)$/iu;

/** A number that fits into one byte, as far as can be seen from how it is written. */
function isByte(text: string): boolean {
	const value = Number(text);
	if (/^'(?:[\x20-\x7e]|\\.)'$/.test(text)) return true;
	return text !== '' && Number.isInteger(value) && value >= -0x80 && value <= 0xff;
}

/** A change as the list of changes has it: bytes as they are, a number with its width. */
function changeText({target = '', bytes = false}: Prompt, text: string): string {
	if (!bytes || BYTES.test(text)) return `${target}=${text}`;
	return `${target}:${isByte(text) ? 1 : 8}=${text}`;
}

/** A field without what was wrong with its text. */
function withoutError(prompt: Prompt): Prompt {
	const copy = {...prompt};
	delete copy.error;
	return copy;
}

/** The field over the panes: commands are typed there, and new values. */
export class Prompting {
	constructor(
		private readonly store: Store,
		private readonly sources: Sources,
		private readonly target: PromptTarget,
	) {}

	/** The app's state, with the field that a text would make. */
	private get state(): AppState {
		return this.store.get();
	}

	private set(prompt: Prompt | undefined): void {
		this.store.dispatch({type: 'prompt', prompt});
	}

	/** Opens the field for commands, with a text in it. */
	openCommand(text = ''): void {
		this.set(openPalette(text, this.state, this.sources));
	}

	/** Opens the field for a new value. */
	openChange({target, title, now, bytes = false}: Extract<MarkAction, {kind: 'change'}>): void {
		this.set({kind: 'change', title: `${title} (now ${now})`, field: fieldOf(''), hint: bytes ? BYTES_HINT : CHANGE_HINT, suggestions: [], chosen: -1, target, bytes});
	}

	/** Opens the field for an answer. */
	openAnswer(question: AskedQuestion): void {
		const {kind, options, text} = question;
		const suggestions = options.map((option, index) => ({text: String(index + 1), label: `${index + 1}`, note: plainInline(option)}));
		this.set({kind: 'answer', title: 'Answer', field: fieldOf(''), hint: `${plainInline(text)} ${ANSWER_HINTS[kind]}`, suggestions, chosen: kind === 'choice' ? 0 : -1, question});
	}

	private close(): void {
		this.set(undefined);
		this.target.closed();
	}

	/** Takes a key that is meant for the field. */
	key(prompt: Prompt, key: TypedKey, command: CommandName | undefined): void {
		if (key.text !== '') this.typed(prompt, typeText(prompt.field, key.text));
		else if (command !== undefined) this.obey(prompt, command);
	}

	private obey(prompt: Prompt, command: CommandName): void {
		const edited = editField(prompt.field, command);
		if (edited !== undefined) this.typed(prompt, edited);
		else if (command === 'field-cancel') this.close();
		else if (command === 'field-complete') this.complete(prompt);
		else if (command === 'field-up') this.mark(prompt, -1);
		else if (command === 'field-down') this.mark(prompt, 1);
		else if (command === 'field-accept') this.accept(prompt);
	}

	/** Another text: what it can be completed to changes, and a message about the old one goes. */
	private typed(prompt: Prompt, field: Field): void {
		if (prompt.kind === 'command') {
			this.set(palettePrompt(field.text, field.cursor, this.state, this.sources));
			return;
		}

		if (prompt.kind === 'search') this.set(searchPrompt(field, prompt.findables ?? []));
		else if (prompt.kind === 'answer') this.set({...withoutError(prompt), field, chosen: -1});
		else this.set({...withoutError(prompt), field, suggestions: symbolSuggestions(field.text, this.sources.symbols()), chosen: -1});
	}

	private mark(prompt: Prompt, by: number): void {
		const {suggestions: {length}, chosen} = prompt;
		if (length > 0) this.set({...prompt, chosen: Math.max(0, Math.min(length - 1, chosen + by))});
	}

	private complete(prompt: Prompt): void {
		const suggestion = prompt.suggestions.at(Math.max(0, prompt.chosen));
		if (suggestion !== undefined && prompt.question?.kind !== 'order') this.typed(prompt, fieldOf(suggestion.text));
	}

	/** Takes what was typed, or the marked suggestion; what is wrong is said, and the text stays. */
	private accept(prompt: Prompt): void {
		if (prompt.kind === 'change' && prompt.chosen >= 0) {
			this.complete(prompt);
			return;
		}

		const refusal = prompt.kind === 'command' ? this.acceptCommand(prompt) : prompt.kind === 'search' ? this.acceptFound(prompt) : this.acceptText(prompt);
		if (refusal !== undefined) this.fail(prompt, refusal);
	}

	/** Shows the marked answer of a search. */
	private acceptFound(prompt: Prompt): string | undefined {
		const found = prompt.found?.at(Math.max(0, prompt.chosen));
		if (found === undefined) return prompt.hint;
		this.close();
		const refusal = this.target.found(found, prompt);
		if (refusal === undefined) return undefined;
		this.set({...prompt, error: refusal});
		return '';
	}

	/** Opens a field. */
	open(prompt: Prompt): void {
		this.set(prompt);
	}

	/** Says why not; a field that something else has opened or closed meanwhile is left alone. */
	private fail(prompt: Prompt, error: string): void {
		if (error !== '') this.set({...prompt, error});
	}

	/** Takes a new value, or an answer: the one that is marked, if one is. */
	private acceptText(prompt: Prompt): string | undefined {
		const text = prompt.field.text.trim() || (prompt.suggestions.at(prompt.chosen)?.text ?? '');
		const {question} = prompt;
		if (text === '' || (prompt.chosen < 0 && prompt.field.text.trim() === '')) return 'nothing was typed: type a value, or Esc to leave it as it was';
		const refusal = question === undefined ? this.target.change(changeText(prompt, text)) : this.target.answer(question, text);
		if (refusal === undefined) this.close();
		return refusal;
	}

	/** @returns why it was not taken; empty if the field goes on with another text */
	private acceptCommand(prompt: Prompt): string | undefined {
		const chosen = prompt.suggestions.at(prompt.chosen);
		const marked = prompt.chosen >= 0 ? chosen : undefined;
		const line = marked?.text ?? prompt.field.text;
		const parsed = parseCommandLine(line);
		if (parsed === undefined) return line.trim() === '' ? 'nothing was typed: type a command, or Esc to leave' : `there is no command ${line.trim().split(/\s/u)[0]}`;
		const {command, argument} = parsed;
		// A folder is entered, and a command that wants more is completed first.
		if (argument.endsWith('/') || (argument === '' && command.needsArgument === true && prompt.field.text !== line)) {
			this.typed(prompt, fieldOf(line));
			return '';
		}

		if (argument === '' && command.needsArgument === true && command.argument !== 'address') return `${command.name} needs something behind it: ${prompt.hint.charAt(0).toLowerCase()}${prompt.hint.slice(1)}`;
		return this.run(prompt, command, argument);
	}

	private run(prompt: Prompt, command: Command, argument: string): string | undefined {
		const {session} = this.state;
		const refused = refusalOf(command.name, session);
		if (refused !== undefined) return `not now: ${refused}`;
		// The command may open something else: the field is gone first, and comes back if it fails.
		this.close();
		const refusal = this.target.run(command, argument);
		if (refusal === undefined) return undefined;
		this.set({...prompt, error: refusal});
		return '';
	}
}
