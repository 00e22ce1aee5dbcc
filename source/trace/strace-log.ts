import type {TraceEvent} from './events.js';
import type {Recording} from './recording.js';
import {firstEventFrom} from './search.js';
import {CallText} from './strace/call-text.js';
import {resultText} from './strace/results.js';
import type {View} from './strace/view.js';
import {registers, STRING_LIMIT, StraceWriter} from './strace/writer.js';
import {syscallByNumber} from '../kernel/syscall-table.js';
import {TaskTracer} from './task-tracer.js';
import {isUserAddress} from './kernel-state.js';

type EventOf<K extends TraceEvent['kind']> = Extract<TraceEvent, {readonly kind: K}>;

/** One line of a trace, with the steps that it is about. */
export interface LoggedLine {
	readonly kind: 'call' | 'signal' | 'end';
	readonly pid: number;
	/** The step that began it: of a call the SYSCALL instruction. */
	readonly step: number;
	/** The step of its result; absent while there is none. */
	readonly endStep?: number;
	/** As strace writes it when it begins, and as a whole; the same for what is no call. */
	readonly beginning: string;
	readonly text: string;
}

/** Lines before a step and behind it that are written. */
const LINES = {BEFORE: 200, BEHIND: 50} as const;

/** Column of a result's equals sign, as strace -a has it. */
const RESULT_COLUMN = 40;

/** A call whose beginning is written. */
interface Begun {
	readonly text: CallText;
	readonly view: View;
	ended: {readonly result: EventOf<'result'>; readonly text: string} | undefined;
}

/** Writes calls, signals and ends of tasks as strace does, around any step of a recording. What was written is kept. */
export class StraceLog {
	private readonly begun = new WeakMap<TraceEvent, Begun>();

	constructor(private readonly recording: Recording) {}

	/** The caller's memory where the machine stands. */
	private readonly memory = (address: bigint, length: number): Uint8Array | undefined =>
		isUserAddress(address) && isUserAddress(address + BigInt(length) - 1n) ? this.recording.machine.readLinear(address, length) : undefined;

	/** Indices of the events with which lines begin. */
	private heads(): number[] {
		return this.recording.events.flatMap((event, index) => (event.kind === 'syscall' || event.kind === 'signal' || event.kind === 'task-exit' ? [index] : []));
	}

	/**
	 * All lines, in order.
	 * The machine stands elsewhere afterwards, if something had to be read.
	 */
	all(): LoggedLine[] {
		return this.heads().flatMap(index => this.line(this.recording.events[index]) ?? []);
	}

	/**
	 * The lines around a step, in order.
	 * The machine stands elsewhere afterwards, if something had to be read.
	 */
	around(step: number): LoggedLine[] {
		const {events} = this.recording;
		const heads = this.heads();
		const at = heads.filter(index => events[index].step < step).length;
		return heads.slice(Math.max(0, at - LINES.BEFORE), at + LINES.BEHIND).flatMap(index => this.line(events[index]) ?? []);
	}

	private line(event: TraceEvent): LoggedLine | undefined {
		if (event.kind === 'syscall') return this.call(event);
		return event.kind === 'signal' || event.kind === 'task-exit' ? this.aside(event) : undefined;
	}

	/** The result of a call: the task's next one, unless it makes another call before. */
	private resultOf({pid, step}: EventOf<'syscall'>): EventOf<'result'> | undefined {
		const {events} = this.recording;
		for (let index = firstEventFrom(events, step + 1); index < events.length; index++) {
			const event = events[index];
			if (event.kind === 'result' && event.pid === pid) return event;
			if (event.kind === 'syscall' && event.pid === pid) return undefined;
		}

		return undefined;
	}

	private begin(event: EventOf<'syscall'>): Begun {
		const known = this.begun.get(event);
		if (known !== undefined) return known;
		this.recording.seek(event.step + 1);
		const view: View = {memory: this.memory, args: registers(event.args), stack: event.rsp, result: undefined, limit: STRING_LIMIT, previous: undefined};
		const made: Begun = {text: new CallText(event.nr, view), view, ended: undefined};
		this.begun.set(event, made);
		return made;
	}

	private call(event: EventOf<'syscall'>): LoggedLine {
		const result = this.resultOf(event);
		let begun = this.begin(event);
		// Another future of the same call: what was written of its end does not hold.
		if (begun.ended !== undefined && begun.ended.result !== result) {
			this.begun.delete(event);
			begun = this.begin(event);
		}

		const {beginning} = begun.text;
		const common = {kind: 'call', pid: event.pid, step: event.step, beginning} as const;
		if (result === undefined) return {...common, text: beginning};
		begun.ended ??= {result, text: this.end(event, begun, result)};
		return {...common, endStep: result.step, text: begun.ended.text};
	}

	private end({nr}: EventOf<'syscall'>, {text, view}: Begun, event: EventOf<'result'>): string {
		this.recording.seek(event.step + 1);
		const whole: View = {...view, memory: this.memory, result: BigInt.asUintN(64, event.value)};
		return `${`${text.beginning}${text.end(whole)} `.padEnd(RESULT_COLUMN)}= ${resultText(syscallByNumber(nr), whole, BigInt.asUintN(64, event.value)).text}`;
	}

	/** A signal, or the end of a task: nothing but the event is needed for its line. */
	private aside(event: EventOf<'signal' | 'task-exit'>): LoggedLine {
		const lines: string[] = [];
		new TaskTracer(this.recording.machine, new StraceWriter({write: line => lines.push(line)})).note(event);
		const text = lines.at(-1) ?? '';
		return {kind: event.kind === 'signal' ? 'signal' : 'end', pid: event.pid, step: event.step, endStep: event.step, beginning: text, text};
	}
}
