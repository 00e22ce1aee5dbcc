import {type Syscall, syscallByNumber} from '../../kernel/syscall-table.js';
import {defaultParts} from './default-parts.js';
import {FORMS} from './forms/index.js';
import {early, type Form, type Part} from './parts.js';
import {hexLong} from './scalars.js';
import type {Show, View} from './view.js';

/** How a number without a call is written: all six registers. */
const WITHOUT_CALL: Form = () => [0, 1, 2, 3, 4, 5].map(index => early(index, hexLong));

const known = new Map<number, Form>();

/** How a call is written. */
function formOf(number: number, syscall: Syscall | undefined): Form {
	const form = known.get(number) ?? (syscall === undefined ? WITHOUT_CALL : FORMS[syscall.name] ?? defaultParts(syscall));
	known.set(number, form);
	return form;
}

/** The name that a call is written with. */
export const callName = (number: number, syscall: Syscall | undefined = syscallByNumber(number)): string => syscall?.name ?? `syscall_0x${BigInt.asUintN(32, BigInt(number)).toString(16)}`;

/** Writes what is already known. */
const keep = (text: string): Show => () => text;

/** Calls whose arguments are known at their beginning, but of which there is always more to say at the end. */
const TOLD_AT_END: ReadonlySet<string> = new Set(['poll', 'ppoll', 'select', 'pselect6']);

/** What is written of one argument. */
export interface WrittenPart {
	readonly argument: number;
	readonly text: string;
}

/** The text of a call's arguments, which comes in two pieces: at the call's beginning and at its end. */
export class CallText {
	readonly name: string;
	/** What can be written when the call begins: the name, the parenthesis and what is known by then. */
	readonly beginning: string;
	/** The arguments, each with what has been written of it so far. */
	private readonly written: WrittenPart[] = [];
	private readonly parts: readonly Part[];

	constructor(number: number, view: View) {
		const syscall = syscallByNumber(number);
		this.name = callName(number, syscall);
		this.parts = formOf(number, syscall)(view).map(part => (part.isKept === true ? {...part, show: keep(part.show(view.args[part.argument], view))} : part));
		const count = this.parts.findIndex(({isLate, addition}) => isLate || addition !== undefined);
		const first = count < 0 ? this.parts : this.parts.slice(0, count + (this.parts[count].isLate ? 0 : 1));
		for (const part of first) this.add(part, view);
		const text = this.written.map(part => part.text).join(', ');
		this.beginning = `${this.name}(${text}${this.isLateNext && first.length > 0 ? ', ' : ''}`;
	}

	private get isLateNext(): boolean {
		return this.parts.at(this.written.length)?.isLate === true && this.parts[Math.max(this.written.length - 1, 0)].addition === undefined;
	}

	private add({argument, label, show}: Part, view: View): void {
		this.written.push({argument, text: label + show(view.args[argument], view)});
	}

	/** Writes the rest of the arguments, when the call is over. */
	end(view: View): string {
		const begun = this.written.length;
		const last = this.parts.at(begun - 1);
		const addition = begun > 0 && last?.addition !== undefined ? last.addition(view.args[last.argument], view) : '';
		if (addition !== '') this.written[begun - 1] = {...this.written[begun - 1], text: this.written[begun - 1].text + addition};
		for (const part of this.parts.slice(begun)) this.add(part, view);
		const rest = this.written.slice(begun).map(({text}) => text).join(', ');
		const separator = rest !== '' && begun > 0 && !this.beginning.endsWith(', ') ? ', ' : '';
		return `${addition}${separator}${rest})`;
	}

	/** Whether all that there is to write of the arguments has been written. */
	get isComplete(): boolean {
		return !TOLD_AT_END.has(this.name) && this.written.length === this.parts.length && this.parts.every(({addition}) => addition === undefined);
	}

	/** The arguments as they have been written. */
	get arguments(): readonly WrittenPart[] {
		return this.written;
	}
}
