import type {Argument} from '../../kernel/syscalls/argument-types.js';
import {valueFormat} from '../../kernel/syscalls/argument-types.js';
import {type Syscall, syscallByNumber} from '../../kernel/syscall-table.js';
import {CallText, type WrittenPart} from './call-text.js';
import {type CallFilter, everyCall} from './filter.js';
import type {CallEntry, CallExit, TaskListener} from './listener.js';
import {resultText} from './results.js';
import {plain} from './scalars.js';
import {signal, SIGINFO} from './structures/signals.js';
import {readText} from './texts.js';
import {valueAt, type View, viewOf} from './view.js';
import {endText, registers, RESTART, STRING_LIMIT} from './writer.js';

/** One argument of a call. */
export interface ArgumentRecord {
	/** The name that the manual gives it; `arg1` to `arg6` for numbers without a call. */
	readonly name: string;
	/** Its type in the system call table, after `in`, `out` or `inout` if it is the address of it. */
	readonly type: string;
	/** The whole register. */
	readonly raw: bigint;
	/** As it is written in a trace. */
	readonly text: string;
	/** The number as the kernel looks at it, or the text that it is the address of, as it was when the call began. */
	readonly value?: number | bigint | string;
}

/** A call that has ended, or whose task has. */
export interface CallRecord {
	readonly kind: 'call';
	readonly pid: number;
	readonly step: number;
	readonly name: string;
	readonly nr: number;
	readonly args: readonly ArgumentRecord[];
	/** Absent when there is none, since the task has ended in the call. */
	readonly result?: {readonly raw: bigint; readonly text: string; readonly errno?: string};
	/** When it ended; absent like the result. */
	readonly endStep?: number;
}

/** A signal that was delivered, or the end of a task. */
export interface TaskRecord {
	readonly kind: 'signal' | 'end';
	readonly pid: number;
	readonly step: number;
	/** Between the dashes or plus signs of a trace. */
	readonly text: string;
	readonly signal?: string;
	readonly status?: number;
}

/** One line of a trace in JSON. */
export type TraceRecord = CallRecord | TaskRecord;

interface Pending {
	readonly nr: number;
	readonly step: number;
	readonly syscall: Syscall | undefined;
	readonly text: CallText;
	readonly view: View;
	readonly values: ReadonlyMap<number, number | bigint | string>;
}

/** How a trace is to be recorded. */
export interface RecordOptions {
	/** Takes a record. */
	readonly record: (record: TraceRecord) => void;
	/** Which calls are recorded; all, if nothing is said. */
	readonly filter?: CallFilter;
	/** As in {@link import('./writer.js').StraceOptions.limit}. */
	readonly limit?: number;
}

/** Makes one record of each call, when it is over. */
export class StraceRecorder implements TaskListener {
	private readonly pending = new Map<number, Pending>();
	private readonly previous = new Map<number, string>();

	constructor(private readonly options: RecordOptions) {}

	started(): void {
		// A task's first event announces it.
	}

	enter(pid: number, {nr, args, stack, memory, step = 0}: CallEntry): void {
		const view: View = {memory, args: registers(args), stack, result: undefined, limit: this.options.limit ?? STRING_LIMIT, previous: this.previous.get(pid)};
		const text = new CallText(nr, view);
		const syscall = syscallByNumber(nr);
		if (nr !== RESTART) this.previous.set(pid, text.name);
		this.pending.delete(pid);
		if ((this.options.filter ?? everyCall)(nr)) this.pending.set(pid, {nr, step, syscall, text, view, values: valuesOf(syscall, view)});
	}

	leave(pid: number, {result, memory, step = 0}: CallExit): void {
		const pending = this.pending.get(pid);
		if (pending === undefined) return;
		this.pending.delete(pid);
		const view = {...pending.view, memory, result: BigInt.asUintN(64, result)};
		pending.text.end(view);
		this.options.record({...callRecord(pid, pending), result: {raw: view.result, ...resultText(pending.syscall, view, view.result)}, endStep: step});
	}

	signal(pid: number, siginfo: Uint8Array, step = 0): void {
		const data = viewOf(siginfo);
		const name = plain(signal, valueAt(data, 0, 4));
		this.options.record({kind: 'signal', pid, step, text: `${name} ${SIGINFO.write(data, {memory: () => undefined, args: [], stack: undefined, result: undefined, limit: STRING_LIMIT, previous: undefined})}`, signal: name});
	}

	exiting(pid: number): void {
		this.abandon(pid);
	}

	ended(pid: number, status: number, step = 0): void {
		this.abandon(pid);
		const number = status & 0x7f;
		const how = number === 0 ? {status: (status >> 8) & 0xff} : {signal: plain(signal, BigInt(number))};
		this.options.record({kind: 'end', pid, step, text: endText(status), ...how});
	}

	finish(): void {
		for (const pid of [...this.pending.keys()]) this.abandon(pid);
	}

	/** Records a call that has not come to its end. */
	private abandon(pid: number): void {
		const pending = this.pending.get(pid);
		this.pending.delete(pid);
		if (pending !== undefined) this.options.record(callRecord(pid, pending));
	}
}

const callRecord = (pid: number, {nr, step, syscall, text, view, values}: Pending): CallRecord => ({
	kind: 'call', pid, step, name: text.name, nr, args: text.arguments.map(part => argumentRecord(part, syscall, view, values)),
});

function argumentRecord({argument, text}: WrittenPart, syscall: Syscall | undefined, {args}: View, values: Pending['values']): ArgumentRecord {
	const row = syscall?.arguments.at(argument);
	const value = values.get(argument);
	return {
		name: row?.name ?? `arg${argument + 1}`, type: row === undefined ? 'word' : typeText(row), raw: args.at(argument) ?? 0n, text, ...(value === undefined ? {} : {value}),
	};
}

const typeText = ({type, access}: Argument): string => (access === undefined ? type : `${access} ${type}`);

/** The longest text that is read. */
const LONGEST_TEXT = 4096;

/** The values of the arguments that have one. */
function valuesOf(syscall: Syscall | undefined, view: View): Map<number, number | bigint | string> {
	const values = new Map<number, number | bigint | string>();
	for (const [index, argument] of (syscall?.arguments ?? []).entries()) {
		const value = valueOf(argument, view.args[index], view);
		if (value !== undefined) values.set(index, value);
	}

	return values;
}

function valueOf({type, access}: Argument, raw: bigint, view: View): number | bigint | string | undefined {
	if (access === 'in' && (type === 'path' || type === 'string')) {
		const text = raw === 0n ? undefined : readText(view, raw, LONGEST_TEXT);
		return text === undefined ? undefined : new TextDecoder().decode(text.bytes);
	}

	const format = access === undefined ? valueFormat(type) : undefined;
	if (format === undefined || type === 'unused') return undefined;
	const value = format.signed ? BigInt.asIntN(format.bits, raw) : BigInt.asUintN(format.bits, raw);
	return BigInt(Number.MIN_SAFE_INTEGER) <= value && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** A record as a line of JSON, without the line feed. Numbers of 64 bits are text: "0x" and lower-case hex digits. */
export const recordLine = (record: TraceRecord): string => JSON.stringify(record, (_key, value: unknown) => {
	if (typeof value !== 'bigint') return value;
	return `0x${BigInt.asUintN(64, value).toString(16)}`;
});
