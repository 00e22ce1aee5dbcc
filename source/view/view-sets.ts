import type {PaneName} from './panes/index.js';

/** Names of the views: each shows other panes beside the lesson and the code. */
export const VIEW_SET_NAMES = ['crossing', 'processor', 'memory', 'tables', 'calls', 'diagrams'] as const;

export type ViewSetName = (typeof VIEW_SET_NAMES)[number];

/** What a view is for. Which panes it has, and in which order, stands with the panes. */
export interface ViewSet {
	readonly help: string;
	/** The pane that a screen with room for few shows first. */
	readonly featured: PaneName;
}

export const VIEW_SETS: Readonly<Record<ViewSetName, ViewSet>> = {
	crossing: {help: 'the way of a call: registers, stacks, events, console', featured: 'registers'},
	processor: {help: 'what each instruction did inside the processor: hardware, flags, vectors', featured: 'hardware'},
	tables: {help: 'what the kernel has set up: GDT, IDT, TSS, system registers, page tables, tasks', featured: 'tables'},
	calls: {help: 'the calls of the run as strace writes them, the table of all calls, the tasks', featured: 'strace'},
	diagrams: {help: 'the way of a call and the boot chain, drawn', featured: 'path'},
	memory: {help: 'memory as bytes, beside registers and stacks', featured: 'memory'},
};

/** The view behind another, in a ring. */
export const nextViewSet = (name: ViewSetName): ViewSetName => VIEW_SET_NAMES[(VIEW_SET_NAMES.indexOf(name) + 1) % VIEW_SET_NAMES.length];
