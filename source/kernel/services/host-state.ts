/**
 * Everything that the host keeps for the kernel, as plain data. A copy costs little: what is large (file contents, page
 * counts, inodes) is shared between copies and copied when one of them changes it. A part belongs to the state whose
 * `owner` it carries, and only that state changes it in place.
 */
import type {Inode} from './inodes.js';
import type {OpenFile} from './open-files.js';
import type {Vma} from './vmas.js';

/** Reference counts of consecutive physical pages. */
export interface CountBlock {
	readonly owner: object;
	readonly counts: Uint16Array;
}

/** The physical pages that user memory and its page tables are made of. */
export interface PagesState {
	/** Physical address of the first page. */
	readonly first: number;
	readonly total: number;
	free: number;
	/** No page before this one is free. */
	hint: number;
	blocks: CountBlock[];
}

/** Pages that several mappings share, by page number within the object. */
export interface SharedObject {
	readonly owner: object;
	readonly pages: Map<number, number>;
}

/** A soft and a hard limit (struct rlimit64). */
export type Limit = readonly [soft: bigint, hard: bigint];

/** One address space (struct mm_struct). */
export interface SpaceState {
	/** Physical address of the top-level page table; names the address space. */
	readonly root: number;
	/** Tasks that run in it. */
	users: number;
	vmas: readonly Vma[];
	startBrk: number;
	brk: number;
	/** Where rsp pointed when the program was started. */
	startStack: number;
	/** The program's file, for /proc/self/exe. */
	executable: string;
	/** Resource limits that differ from those at boot. */
	limits: ReadonlyMap<number, Limit>;
}

/** One entry of a descriptor table. */
export interface Descriptor {
	/** Number of the open file. */
	readonly file: number;
	readonly closeOnExec: boolean;
}

/** The descriptors of one process, or of several that share them, and where they stand (files_struct, fs_struct). */
export interface DescriptorTable {
	users: number;
	descriptors: (Descriptor | undefined)[];
	/** Inode of the working directory. */
	directory: number;
	umask: number;
}

/** What a task uses. */
export interface TaskState {
	space: number;
	table: number;
	/** It has ended and waits to be released: its number and its top-level table are still taken. */
	exited: boolean;
	/** Its name: at first that of its program. */
	name: Uint8Array;
}

/** How many open files lead to a pipe's ends. */
export interface PipeState {
	readers: number;
	writers: number;
}

/** All of it. */
export interface HostState {
	/** What carries this very object may be changed in place. */
	owner: object;
	pages: PagesState;
	spaces: Map<number, SpaceState>;
	objects: Map<number, SharedObject>;
	tasks: Map<number, TaskState>;
	tables: Map<number, DescriptorTable>;
	open: Map<number, OpenFile>;
	inodes: Map<number, Inode>;
	pipes: Map<number, PipeState>;
	/** Pipes whose number of readers or writers fell, and nobody has asked yet. */
	changedPipes: number[];
	/** Bytes that files take up beyond those at boot. */
	fileBytes: number;
	/** Inodes of a folder outside. */
	outsideFiles: number;
	/** The last number given out, for objects, descriptor tables, open files and inodes alike. */
	lastNumber: number;
	/** State of the generator of random numbers. */
	random: bigint;
	/** The console's struct termios. */
	termios: Uint8Array;
}

const mapValues = <K, V>(map: ReadonlyMap<K, V>, change: (value: V) => V): Map<K, V> => {
	const copy = new Map<K, V>();
	for (const [key, value] of map) copy.set(key, change(value));
	return copy;
};

/** A copy that stays as it is whatever becomes of the original. The large parts are shared from now on. */
export function cloneState(state: HostState): HostState {
	state.owner = {};
	return {
		...state,
		owner: {},
		pages: {...state.pages, blocks: [...state.pages.blocks]},
		spaces: mapValues(state.spaces, space => ({...space})),
		objects: new Map(state.objects),
		tasks: mapValues(state.tasks, task => ({...task})),
		tables: mapValues(state.tables, table => ({...table, descriptors: [...table.descriptors]})),
		open: mapValues(state.open, file => ({...file})),
		inodes: new Map(state.inodes),
		pipes: mapValues(state.pipes, pipe => ({...pipe})),
		changedPipes: [...state.changedPipes],
		termios: state.termios.slice(),
	};
}
