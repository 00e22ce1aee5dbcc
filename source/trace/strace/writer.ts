import {type Syscall, syscallByNumber, syscallNumber} from '../../kernel/syscall-table.js';
import {CallText} from './call-text.js';
import {type CallFilter, everyCall} from './filter.js';
import type {CallEntry, CallExit, TaskListener} from './listener.js';
import {resultText} from './results.js';
import {plain} from './scalars.js';
import {signal, SIGINFO} from './structures/signals.js';
import {valueAt, type View, viewOf} from './view.js';

/** How many bytes of a string strace writes by itself (its option -s). */
export const STRING_LIMIT = 32;

/** Where the equals sign of a result stands, if there is room (strace's option -a). */
const RESULT_COLUMN = 40;

/** The call that the kernel itself has a program make, to go on with another: its name is not the last. */
export const RESTART = syscallNumber('restart_syscall');

/** How a trace is to be written. */
export interface StraceOptions {
	/** Takes a line, without its line feed. */
	readonly write: (line: string) => void;
	/** Which calls are shown; all, if nothing is said. */
	readonly filter?: CallFilter;
	/** How many bytes of a string and elements of an array are shown: {@link STRING_LIMIT}, if nothing is said. */
	readonly limit?: number;
	/**
	 * How lines say which task they are of. `several`: `[pid 42] `, while there is more than one, as strace -f writes to a
	 * terminal. `always`: `42    `, as strace -f -o FILE does. `several`, if nothing is said.
	 */
	readonly tasks?: 'several' | 'always';
}

/** A call that has begun. */
interface Pending {
	readonly nr: number;
	readonly syscall: Syscall | undefined;
	readonly text: CallText;
	readonly view: View;
	readonly isShown: boolean;
}

/** What is known of a task. */
interface Task {
	pending: Pending | undefined;
	/** The name of its last call but restart_syscall. */
	previous: string | undefined;
}

/** Writes what traced tasks do, in the lines of strace. */
export class StraceWriter implements TaskListener {
	private readonly tasks = new Map<number, Task>();
	/** The line that is not yet complete, and whose it is. */
	private open: {readonly pid: number; text: string} | undefined;

	constructor(private readonly options: StraceOptions) {}

	started(pid: number): void {
		this.task(pid);
	}

	enter(pid: number, {nr, args, stack, memory}: CallEntry): void {
		const task = this.task(pid);
		const view: View = {memory, args: registers(args), stack, result: undefined, limit: this.options.limit ?? STRING_LIMIT, previous: task.previous};
		const text = new CallText(nr, view);
		const isShown = (this.options.filter ?? everyCall)(nr);
		task.pending = {nr, syscall: syscallByNumber(nr), text, view, isShown};
		if (nr !== RESTART) task.previous = text.name;
		if (!isShown) return;
		this.interrupt();
		this.open = {pid, text: this.prefix(pid) + text.beginning};
	}

	leave(pid: number, {result, memory}: CallExit): void {
		const task = this.task(pid);
		const {pending} = task;
		task.pending = undefined;
		if (pending?.isShown !== true) return;
		const view = {...pending.view, memory, result: BigInt.asUintN(64, result)};
		this.resume(pid, pending);
		this.complete(pid, pending.text.end(view), resultText(pending.syscall, view, view.result).text);
	}

	signal(pid: number, siginfo: Uint8Array): void {
		this.task(pid);
		const data = viewOf(siginfo);
		this.line(pid, `--- ${plain(signal, valueAt(data, 0, 4))} ${SIGINFO.write(data, NO_CALL)} ---`);
	}

	exiting(pid: number): void {
		const task = this.task(pid);
		const {pending} = task;
		task.pending = undefined;
		if (pending?.isShown !== true) return;
		this.resume(pid, pending);
		this.complete(pid, `${pending.text.isComplete ? '' : ' <unfinished ...>'})`, '?');
	}

	ended(pid: number, status: number): void {
		this.exiting(pid);
		this.line(pid, `+++ ${endText(status)} +++`);
		this.tasks.delete(pid);
	}

	finish(): void {
		this.interrupt();
	}

	private task(pid: number): Task {
		const known = this.tasks.get(pid) ?? {pending: undefined, previous: undefined};
		this.tasks.set(pid, known);
		return known;
	}

	private prefix(pid: number): string {
		if (this.options.tasks === 'always') return `${pid.toString().padEnd(5)} `;
		return this.tasks.size > 1 ? `[pid ${pid.toString().padStart(5)}] ` : '';
	}

	/** Leaves the line that is not complete as it is. */
	private interrupt(): void {
		if (this.open !== undefined) this.options.write(`${this.open.text} <unfinished ...>`);
		this.open = undefined;
	}

	/** Goes on with a call's line, or begins another for it. */
	private resume(pid: number, {text}: Pending): void {
		if (this.open?.pid === pid) return;
		this.interrupt();
		this.open = {pid, text: `${this.prefix(pid)}<... ${text.name} resumed>`};
	}

	private complete(pid: number, rest: string, result: string): void {
		const text = this.open?.pid === pid ? this.open.text : '';
		this.open = undefined;
		this.options.write(`${`${text}${rest} `.padEnd(RESULT_COLUMN)}= ${result}`);
	}

	private line(pid: number, text: string): void {
		this.interrupt();
		this.options.write(this.prefix(pid) + text);
	}
}

/** Six registers as 64 bits without sign. */
export const registers = (args: readonly bigint[]): readonly bigint[] => [0, 1, 2, 3, 4, 5].map(index => BigInt.asUintN(64, args.at(index) ?? 0n));

/** For what no call belongs to. */
const NO_CALL: View = {memory: () => undefined, args: [], stack: undefined, result: undefined, limit: STRING_LIMIT, previous: undefined};

const CORE_DUMPED = 0x80;

/** How a task has come to its end, by its wait status. */
export function endText(status: number): string {
	const number = status & 0x7f;
	if (number === 0) return `exited with ${(status >> 8) & 0xff}`;
	return `killed by ${plain(signal, BigInt(number))}${(status & CORE_DUMPED) === 0 ? '' : ' (core dumped)'}`;
}
