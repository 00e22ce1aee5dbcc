import type {Kernel} from '../../kernel/kernel.js';
import {ADDRESSES} from '../../kernel/constants.js';
import {Efer, LINEAR_ADDRESS_BITS, PHYSICAL_PAGE_MASK, Pte} from '../../machine/control-bits.js';
import {Cell} from '../../machine/layout.js';
import type {Machine} from '../../machine/machine.js';
import {isReserved} from '../../machine/paging.js';
import {LEVEL_SPAN, sizeText} from '../hardware/page-entry.js';
import type {Area, Places} from '../hardware/places.js';
import {rootsOf} from './kernel-memory.js';
import {taskList} from './tasks.js';

/** A stretch of mapped memory whose pages have the same rights and purpose. */
export interface MemoryRegion {
	readonly start: bigint;
	/** Behind the last byte. */
	readonly end: bigint;
	readonly write: boolean;
	readonly execute: boolean;
	/** Whether ring 3 may touch it. */
	readonly user: boolean;
	/** Rights as `rwx`, with dashes for what is missing. */
	readonly rights: string;
	/** What it is. */
	readonly name: string;
	readonly sentence: string;
}

/** The address space under one set of page tables. */
export interface MemoryMap {
	/** The top-level table, as cr3 has it. */
	readonly root: bigint;
	/** By address. */
	readonly regions: readonly MemoryRegion[];
	/** False if the tables hold more stretches than are listed. */
	readonly complete: boolean;
}

/** Names for stretches of the program's half: the process's own areas, where somebody knows them. */
export type NamedAreas = readonly Area[];

/** One line of /proc/PID/maps: where it begins and ends, and what it is called. */
const MAPS_LINE = /^([0-9a-f]+)-([0-9a-f]+) \S+ \S+ \S+ \S+ *(.*)$/;

/** The areas of a process as its /proc/PID/maps lists them. */
export const areasOfMaps = (text: string): Area[] =>
	text.split('\n').flatMap(line => {
		const match = MAPS_LINE.exec(line);
		if (match === null) return [];
		const [, start, end, name] = match;
		return [{start: BigInt(`0x${start}`), end: BigInt(`0x${end}`), name: name === '' ? 'anonymous memory of the program' : name}];
	});

/** Stretches that are listed at most: tables may be anything, even loops. */
const MOST_STRETCHES = 8192;

/** Pages with equal rights, one after the other, from the beginning of what a table maps. */
interface Stretch {
	readonly start: bigint;
	readonly end: bigint;
	readonly write: boolean;
	readonly execute: boolean;
	readonly user: boolean;
}

/** Collects the stretches that a tree of page tables maps; each table is read once for each level at which it stands. */
class Collector {
	private readonly known = new Map<string, readonly Stretch[]>();
	private readonly noExecute: boolean;
	complete = true;

	constructor(private readonly machine: Machine) {
		this.noExecute = (machine.cpu.cells[Cell.EFER] & Efer.NXE) !== 0n;
	}

	/** The stretches of a table, from its own beginning, by the rights that it and those below grant. */
	table(physical: bigint, level: number): readonly Stretch[] {
		const key = `${physical} ${level}`;
		const known = this.known.get(key);
		if (known !== undefined) return known;
		const found: Stretch[] = [];
		for (let index = 0; index < 512; index++) this.entry(physical, index, level, found);
		this.known.set(key, found);
		return found;
	}

	private entry(table: bigint, index: number, level: number, found: Stretch[]): void {
		const entry = this.machine.memory.read(Number(table) + index * 8, 64);
		const leaf = level === 1 || (entry & Pte.PS) !== 0n;
		if ((entry & Pte.P) === 0n || isReserved(entry, level, leaf, this.noExecute)) return;
		const base = BigInt(index) * LEVEL_SPAN[level];
		const own = {write: (entry & Pte.W) !== 0n, execute: !this.noExecute || (entry & Pte.NX) === 0n, user: (entry & Pte.U) !== 0n};
		if (leaf) {
			this.add(found, {start: base, end: base + LEVEL_SPAN[level], ...own});
			return;
		}

		for (const {start, end, write, execute, user} of this.table(entry & PHYSICAL_PAGE_MASK, level - 1)) {
			this.add(found, {start: base + start, end: base + end, write: write && own.write, execute: execute && own.execute, user: user && own.user});
		}
	}

	private add(found: Stretch[], next: Stretch): void {
		const last = found.at(-1);
		if (last?.end === next.start && last.write === next.write && last.execute === next.execute && last.user === next.user) found[found.length - 1] = {...last, end: next.end};
		else if (found.length < MOST_STRETCHES) found.push(next);
		else this.complete = false;
	}
}

/** An address of the tables' 48 bits as it is used: the upper half lies at the other end. */
function canonical({start, end, ...rights}: Stretch): Stretch {
	const upper = 1n << (LINEAR_ADDRESS_BITS - 1n);
	const extension = (1n << 64n) - (1n << LINEAR_ADDRESS_BITS);
	return start < upper ? {start, end, ...rights} : {start: start + extension, end: end + extension, ...rights};
}

/** Cuts a stretch where areas begin and end, so that each part has one purpose. */
function cut(stretch: Stretch, areas: readonly Area[]): Stretch[] {
	const edges = areas.flatMap(({start, end}) => [start, end]).filter(edge => edge > stretch.start && edge < stretch.end);
	const points = [stretch.start, ...new Set(edges), stretch.end].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
	return points.slice(0, -1).map((start, index) => ({...stretch, start, end: points[index + 1]}));
}

/** The areas with the tasks' names on their kernel stacks. */
function namedAreas(machine: Machine, kernel: Kernel, places: Places, areas: NamedAreas): Area[] {
	const owners = new Map(taskList(machine, kernel).map(({index, pid}) => [`kernel stack ${index}`, pid]));
	const known = places.areas.map((area): Area => {
		const pid = owners.get(area.name);
		return pid === undefined ? area : {...area, name: `kernel stack of task ${pid}`};
	});
	// What the process's own areas say of its half is the better name.
	return [...areas, ...known];
}

function nameOf(stretch: Stretch, areas: readonly Area[]): string {
	const found = areas.find(({start, end}) => stretch.start >= start && stretch.start < end);
	if (found !== undefined) return found.name;
	if (stretch.end === ADDRESSES.TASK_SIZE_MAX) return 'the program’s stack';
	return stretch.start < ADDRESSES.TASK_SIZE_MAX ? 'the program’s memory' : 'the kernel’s memory';
}

/** Who may do what, in a few words. */
function sentenceOf({start, end, write, execute, user}: Stretch, name: string): string {
	const ring = user ? 'rings 3 and 0' : 'ring 0 only';
	const deeds = [...(write ? ['written'] : []), ...(execute ? ['run'] : [])];
	return `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${sizeText(end - start)} for ${ring}; it may be read${deeds.map(deed => ` and ${deed}`).join('')}.`;
}

/**
 * The mapped regions of the current address space, found by walking its page tables.
 *
 * @param places what lies where
 * @param areas further names, for the program's half
 * @param root another top-level table, as cr3 would have it; the one in force by default
 */
export function memoryMap(machine: Machine, kernel: Kernel, places: Places, {areas = [], root}: {readonly areas?: NamedAreas; readonly root?: bigint} = {}): MemoryMap {
	const top = root ?? rootsOf(machine, kernel).current;
	const collector = new Collector(machine);
	const known = namedAreas(machine, kernel, places, areas);
	const stretches = collector.table(top & PHYSICAL_PAGE_MASK, 4).map(canonical);
	const regions = stretches.flatMap(stretch => cut(stretch, known)).map((part): MemoryRegion => {
		const name = nameOf(part, known);
		return {...part, name, rights: `r${part.write ? 'w' : '-'}${part.execute ? 'x' : '-'}`, sentence: sentenceOf(part, name)};
	});
	return {root: top, regions, complete: collector.complete};
}
