import type {LaneEntry} from '../trace/hardware/lane-entry.js';
import type {Diagram, Position} from '../trace/machine-views/diagram.js';
import type {RegionAt} from '../trace/machine-views/region-at.js';
import type {LoggedLine} from '../trace/strace-log.js';
import type {Card} from './card.js';

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
	/** What the marked address belongs to, and who may do what there. */
	readonly region: RegionAt;
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
	/** More of it, which Enter shows. */
	readonly card?: Card;
}

/** A diagram, and where the machine is in it. */
export interface DiagramSlice {
	readonly diagram: Diagram;
	readonly position: Position;
}

/** The step and the instruction that panes speak of: the last step and the next instruction, unless something else is marked. */
export interface Inspected {
	/** Absent: the marked instruction was not run near here, or nothing was run yet. */
	readonly step?: number;
	/** Where the instruction stands that the code pane shows. */
	readonly address: bigint;
	/** Whether something was marked: then the step is not the last one. */
	readonly isAsked: boolean;
}

/** A line of the code pane. */
export interface ListingLine {
	/** Counted from 1; 0 for an instruction without source. */
	readonly number: number;
	readonly text: string;
	readonly address?: bigint;
	/** The statement of C that the line carries out or ends, indented by its depth. */
	readonly statement?: string;
	/** The line's instruction in the other syntax. */
	readonly other?: string;
}

/** Code as text, around an instruction. */
export interface Listing {
	/** Empty for code without source. */
	readonly file: string;
	readonly symbol: string;
	readonly lines: readonly ListingLine[];
	/** Index of the instruction that is shown, and of the one that comes next; -1 if it is not among the lines. */
	readonly at: number;
	readonly next: number;
	/** Index of the line whose statement of C the shown instruction belongs to; -1: none. */
	readonly statementAt: number;
}

/** Lists of facts that panes show, by name. */
export type FactSlice = 'tables' | 'system' | 'walk' | 'maps' | 'process' | 'calls' | 'tasks' | 'branches';

/** All that panes may ask for, by name. */
export interface Slices extends Readonly<Record<FactSlice, readonly Fact[]>> {
	readonly path: DiagramSlice;
	readonly boot: DiagramSlice;
	/** Calls as strace writes them, around the cursor. */
	readonly strace: readonly LoggedLine[];
	readonly inspected: Inspected;
	readonly listing: Listing;
	/** The inspected step, unfolded into the things that the processor did. */
	readonly lane: readonly LaneEntry[];
	readonly memory: MemorySlice;
	readonly vector: VectorSlice;
}

export type SliceName = keyof Slices;
