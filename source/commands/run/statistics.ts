import {syscallName} from '../../kernel/syscall-table.js';
import type {TraceEvent} from '../../trace/events.js';

const count = (counts: Map<string, number>, name: string): unknown => counts.set(name, (counts.get(name) ?? 0) + 1);

const grouped = (value: number): string => value.toLocaleString('en');

/** “4: write 3, exit 1” */
function list(counts: ReadonlyMap<string, number>): string {
	const total = [...counts.values()].reduce((sum, each) => sum + each, 0);
	const parts = [...counts].sort(([, a], [, b]) => b - a).map(([name, each]) => `${name} ${grouped(each)}`);
	return parts.length === 0 ? '0' : `${grouped(total)}: ${parts.join(', ')}`;
}

/** Counts what happens in a run: steps in each ring, calls, exceptions, interrupts. */
export class Statistics {
	private ring = 0;
	/** The step at which the stretch in this ring began. */
	private since = 0;
	/** Steps in ring 0 before the program's first instruction; undefined until then. */
	private boot: number | undefined;
	private readonly steps = new Map<number, number>([[0, 0], [3, 0]]);
	private readonly calls = new Map<string, number>();
	private readonly exceptions = new Map<string, number>();
	private readonly interrupts = new Map<string, number>();

	/** Counts an event; they come in the order of their steps. */
	add(event: TraceEvent): void {
		switch (event.kind) {
			case 'syscall':
				count(this.calls, syscallName(event.nr) ?? `number ${event.nr}`);
				this.enter(0, event.step + 1);
				break;
			case 'sysret':
				this.enter(3, event.step + 1);
				break;
			case 'iret':
				this.enter(event.cpl, event.step + 1);
				break;
			case 'exception':
				count(this.exceptions, event.name);
				this.enter(0, event.step + 1);
				break;
			case 'interrupt':
				count(this.interrupts, `vector ${event.vector}`);
				this.enter(0, event.step + 1);
				break;
			default:
		}
	}

	/** A ring begins at a step. What leads there, the instruction or the fault in place of one, belongs to the ring before. */
	private enter(ring: number, step: number): void {
		if (ring === 3) this.boot ??= step;
		this.steps.set(this.ring, (this.steps.get(this.ring) ?? 0) + step - this.since);
		this.ring = ring;
		this.since = step;
	}

	/** The counts as lines of text. @param end the number of steps of the whole run */
	lines(end: number): string[] {
		this.enter(this.ring, end);
		const boot = this.boot ?? end;
		const rows: readonly (readonly [string, string])[] = [
			['steps', grouped(end)],
			['  boot', `${grouped(boot)} in ring 0, before the program’s first instruction`],
			['  program', `${grouped(this.steps.get(3) ?? 0)} in ring 3`],
			['  kernel', `${grouped((this.steps.get(0) ?? 0) - boot)} in ring 0`],
			['system calls', list(this.calls)],
			['exceptions', list(this.exceptions)],
			['interrupts', list(this.interrupts)],
		];
		return rows.map(([name, text]) => `${name.padEnd(14)}${text}`);
	}
}
