import type {Machine} from '../../machine/machine.js';
import {PAGE_SIZE, type PhysicalMemory} from '../../machine/physical-memory.js';
import {FileSystem, type InitialFiles} from './file-system.js';
import {newFileSystem} from './first-files.js';
import {cloneState, type HostState} from './host-state.js';
import type {OutsideFile} from './outside.js';
import {newPages, PhysicalPages} from './physical-pages.js';
import {INITIAL_TERMIOS} from './structures.js';
import {type KernelHalf, UserTables} from './user-tables.js';
import type {Vma} from './vmas.js';

/** What the host needs to know of a machine that runs the kernel. */
export interface HostOptions {
	/** Physical address from which on pages are the host's to give out; a multiple of 4096. */
	readonly firstPage: number;
	/** How many; up to the end of memory by default. */
	readonly pageCount?: number;
	/** Where the upper halves of new top-level tables come from. */
	readonly kernel: KernelHalf;
	/** Decides all random numbers. */
	readonly seed?: bigint;
	/** Seconds since 1970 at step 0. */
	readonly epoch?: bigint;
	/** Files besides those that are always there, by absolute path. */
	readonly files?: InitialFiles;
	/** Bytes that programs may write to files. */
	readonly fileBytes?: number;
	/** A folder outside of the machine that is its file system, read-only; without one the machine has files of its own. */
	readonly root?: OutsideFile;
	/** Working directory of the first process; without one it is /home/user, which is the machine's own then. */
	readonly directory?: string;
}

/** 2026-01-01 00:00:00 UTC. */
const DEFAULT_EPOCH = 1_767_225_600n;

const DEFAULT_FILE_BYTES = 16 * 1024 * 1024;

/** The state and the parts that work on it. Nothing is remembered anywhere else. */
export class Host {
	state: HostState;
	readonly memory: PhysicalMemory;
	readonly pages: PhysicalPages;
	readonly tables: UserTables;
	readonly files: FileSystem;
	readonly epoch: bigint;
	readonly fileBytes: number;

	constructor(
		readonly machine: Machine,
		options: HostOptions,
	) {
		const {memory} = machine;
		const {firstPage, pageCount = Math.floor((memory.size - firstPage) / PAGE_SIZE), kernel} = options;
		if (firstPage % PAGE_SIZE !== 0 || pageCount < 1 || !memory.holds(firstPage, pageCount * PAGE_SIZE)) {
			throw new RangeError(`${pageCount} pages from physical 0x${firstPage.toString(16)} do not lie within ${memory.size} bytes of memory`);
		}

		this.memory = memory;
		this.epoch = options.epoch ?? DEFAULT_EPOCH;
		this.fileBytes = options.fileBytes ?? DEFAULT_FILE_BYTES;
		this.state = emptyState(firstPage, pageCount, BigInt.asUintN(64, options.seed ?? 0n));
		this.pages = new PhysicalPages(this, memory);
		this.tables = new UserTables(memory, this.pages, kernel);
		this.files = new FileSystem(this);
		newFileSystem(this.files, options);
	}

	/** Nanoseconds since power-on: one a step, and those that the processor slept. */
	get nanoseconds(): bigint {
		return this.machine.cpu.clock;
	}

	/** Nanoseconds since 1970. */
	get now(): bigint {
		return this.epoch * 1_000_000_000n + this.nanoseconds;
	}

	/** A number that nothing else has. */
	nextNumber(): number {
		return ++this.state.lastNumber;
	}

	/** To be called when pages were taken away or their rights were changed. */
	translationsChanged(): void {
		this.machine.cpu.translationsChanged();
	}

	/** 64 random bits, by SplitMix64. */
	randomWord(): bigint {
		this.state.random = BigInt.asUintN(64, this.state.random + 0x9e37_79b9_7f4a_7c15n);
		let mixed = this.state.random;
		mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xbf58_476d_1ce4_e5b9n);
		mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d0_49bb_1331_11ebn);
		return mixed ^ (mixed >> 31n);
	}

	/** Random bytes. */
	randomBytes(length: number): Uint8Array {
		const bytes = new Uint8Array(Math.ceil(length / 8) * 8);
		const view = new DataView(bytes.buffer);
		for (let at = 0; at < bytes.length; at += 8) view.setBigUint64(at, this.randomWord(), true);
		return bytes.subarray(0, length);
	}

	/** Gives up shared objects and deleted files of areas that are gone, if no other area needs them. */
	forgetUnused(gone: readonly Vma[]): void {
		const {state} = this;
		for (const number of new Set(gone.map(({object}) => object))) {
			if (number === undefined || this.someArea(vma => vma.object === number)) continue;
			for (const physical of state.objects.get(number)?.pages.values() ?? []) this.pages.release(physical);
			state.objects.delete(number);
		}

		for (const number of new Set(gone.map(({inode}) => inode))) if (number !== undefined) this.files.forgetUnused(number);
	}

	/** Whether any address space has such an area. */
	someArea(test: (vma: Vma) => boolean): boolean {
		for (const {vmas} of this.state.spaces.values()) if (vmas.some(test)) return true;
		return false;
	}

	/** A copy of the state, to come back to. */
	snapshot(): HostState {
		return cloneState(this.state);
	}

	/** Puts a state back; it may be put back again later. */
	restore(state: HostState): void {
		this.state = cloneState(state);
	}
}

function emptyState(firstPage: number, pageCount: number, random: bigint): HostState {
	const owner = {};
	return {
		owner,
		pages: newPages(firstPage, pageCount, owner),
		spaces: new Map(),
		objects: new Map(),
		tasks: new Map(),
		tables: new Map(),
		open: new Map(),
		inodes: new Map(),
		pipes: new Map(),
		changedPipes: [],
		fileBytes: 0,
		outsideFiles: 0,
		lastNumber: 0,
		random,
		termios: INITIAL_TERMIOS.slice(),
	};
}
