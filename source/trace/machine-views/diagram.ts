import type {TraceEvent} from '../events.js';

/** A box of a diagram. */
export interface DiagramNode {
	readonly id: string;
	readonly title: string;
	/** What happens there, in one sentence. */
	readonly caption: string;
	/** Where its code begins, if it has code. */
	readonly address?: bigint;
	/** How deep it stands: in calls for the boot chain; 0 for the program's side and 1 for the kernel's on a crossing. */
	readonly depth: number;
	/** The box that it takes the place of on another way: the two are never both on the way. */
	readonly instead?: string;
}

/** A diagram: boxes in the order in which a run comes through them. */
export interface Diagram {
	readonly id: 'boot' | 'crossing';
	readonly title: string;
	readonly nodes: readonly DiagramNode[];
}

/** What a box is to a run at a step. `ready`: its part begins anew whenever there is an occasion. `skipped`: the run goes another way. */
export type NodeState = 'done' | 'now' | 'ahead' | 'ready' | 'skipped';

/** Where a run is in a diagram. */
export interface Position {
	/** The box of the instruction that comes next; absent where that is none of them. */
	readonly now?: string;
	/** The state of each box, by its id. */
	readonly states: Readonly<Record<string, NodeState>>;
	/** What goes on instead, where no box is `now`; else what goes on in it. */
	readonly sentence: string;
}

/** What must be known of a run at a step; a moment has all of it. */
export interface Whereabouts {
	readonly step: number;
	readonly registers: {readonly rip: bigint; readonly cpl: number};
	/** In order; those behind the step may be among them. */
	readonly events: readonly TraceEvent[];
}

/** The events up to a step, the last first, back to where a search ends. */
export function* backwards({events, step}: Whereabouts): Generator<TraceEvent> {
	let low = 0;
	let high = events.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (events[middle].step <= step) low = middle + 1;
		else high = middle;
	}

	for (let index = low - 1; index >= 0; index--) yield events[index];
}

/** States for a way on which one box comes after the other. */
export function along(nodes: readonly DiagramNode[], now: string | undefined, reached: string | undefined): Record<string, NodeState> {
	const at = nodes.findIndex(({id}) => id === (now ?? reached));
	return Object.fromEntries(nodes.map(({id}, index): [string, NodeState] => [id, id === now ? 'now' : index < at || (now === undefined && index === at) ? 'done' : 'ahead']));
}
