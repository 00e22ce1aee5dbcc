import {resultErrno} from '../../kernel/errno.js';
import {callName} from './call-text.js';
import {type CallFilter, everyCall} from './filter.js';
import type {CallEntry, CallExit, TaskListener} from './listener.js';

/** What has been counted of one call. */
interface Count {
	readonly name: string;
	steps: number;
	calls: number;
	errors: number;
}

/** A number in a column, at its right edge. */
const column = (text: string | number, width: number): string => text.toString().padStart(width);

const HEAD = ['% steps', '      steps', ' steps/call', '    calls', '   errors', 'syscall'].join(' ');
const RULE = ['------', '-----------', '-----------', '---------', '---------', '----------------'].join(' ');

/**
 * Counts calls, their errors and the instructions that the kernel has done for them, and writes them as strace -c does,
 * whose seconds they stand in for. A call that does not return is counted without its steps.
 */
export class StraceSummary implements TaskListener {
	private readonly counts = new Map<string, Count>();
	private readonly pending = new Map<number, {readonly count: Count; readonly step: number}>();

	/**
	 * @param filter - Which calls are counted; all, if nothing is said.
	 */
	constructor(private readonly filter: CallFilter = everyCall) {}

	started(): void {
		// Tasks are not counted.
	}

	enter(pid: number, {nr, step = 0}: CallEntry): void {
		this.pending.delete(pid);
		if (!this.filter(nr)) return;
		const name = callName(nr);
		const count = this.counts.get(name) ?? {name, steps: 0, calls: 0, errors: 0};
		count.calls++;
		this.counts.set(name, count);
		this.pending.set(pid, {count, step});
	}

	leave(pid: number, {result, step = 0, steps}: CallExit): void {
		const pending = this.pending.get(pid);
		this.pending.delete(pid);
		if (pending === undefined) return;
		pending.count.steps += steps ?? Math.max(0, step - pending.step);
		if (resultErrno(result) !== undefined) pending.count.errors++;
	}

	signal(): void {
		// Signals are not counted.
	}

	exiting(pid: number): void {
		this.pending.delete(pid);
	}

	ended(pid: number): void {
		this.pending.delete(pid);
	}

	finish(): void {
		this.pending.clear();
	}

	/** The table, line by line: calls with most steps first, those with as many in the order in which they were first made. */
	lines(): string[] {
		const rows = [...this.counts.values()].sort((a, b) => b.steps - a.steps);
		const sum = (pick: (count: Count) => number): number => rows.reduce((total, count) => total + pick(count), 0);
		const total: Count = {name: 'total', steps: sum(({steps}) => steps), calls: sum(({calls}) => calls), errors: sum(({errors}) => errors)};
		return [HEAD, RULE, ...rows.map(row => line(row, total.steps)), RULE, line(total, total.steps)];
	}
}

/** One row of the table. */
function line({name, steps, calls, errors}: Count, total: number): string {
	const share = total === 0 ? 0 : (steps * 100) / total;
	const each = calls === 0 ? 0 : Math.floor(steps / calls);
	return [column(share.toFixed(2), 6), column(steps, 11), column(each, 11), column(calls, 9), column(errors === 0 ? '' : errors, 9), name].join(' ');
}
