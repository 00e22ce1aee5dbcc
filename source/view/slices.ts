import type {LaneEntry} from '../trace/hardware/lane-entry.js';

/**
 * What panes show beyond the moment itself. Each is read off the machine only while a pane that needs it is on the screen.
 */

/** Bytes of memory around the address that a person looks at. */
export interface MemorySlice {
	/** Of the first byte; a multiple of the width of a line. */
	readonly from: bigint;
	/** One entry a byte; undefined where nothing is mapped. */
	readonly bytes: readonly (number | undefined)[];
	/** What stands at the address, if it has a name. */
	readonly name?: string;
}

/** The vector registers. */
export interface VectorSlice {
	/** xmm0 to xmm15, 128 bits each. */
	readonly xmm: readonly bigint[];
	readonly mxcsr: bigint;
}

/** One line of a list: a name, a value, and a sentence about it. */
export interface Fact {
	readonly name: string;
	readonly value: string;
	readonly text: string;
	/** Whether it is the heading of those below it. */
	readonly isHead?: boolean;
	/** Whether it is what the machine is at now. */
	readonly isNow?: boolean;
	/** Number of what it stands for, where Enter goes there. */
	readonly id?: number;
}

/** Lists of facts that panes show, by name. */
export type FactSlice = 'path' | 'tables' | 'system' | 'walk' | 'maps' | 'tasks' | 'branches';

/** All that panes may ask for, by name. */
export interface Slices extends Readonly<Record<FactSlice, readonly Fact[]>> {
	/** The last step, unfolded into the things that the processor did. */
	readonly lane: readonly LaneEntry[];
	readonly memory: MemorySlice;
	readonly vector: VectorSlice;
}

export type SliceName = keyof Slices;
