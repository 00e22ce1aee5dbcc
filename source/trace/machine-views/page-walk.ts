import type {Kernel} from '../../kernel/kernel.js';
import {isCanonical} from '../../machine/control-bits.js';
import type {RefusalBit} from '../../machine/events.js';
import type {Machine} from '../../machine/machine.js';
import {Access, Accessor, type Walk} from '../../machine/paging.js';
import {decodeEntry, type EntryField, LEVEL_NAMES, LEVEL_SPAN, sizeText} from '../hardware/page-entry.js';
import {ACCESS_VERBS, REFUSALS} from '../hardware/told-memory.js';
import {hex} from '../names.js';
import {rootsOf} from './kernel-memory.js';

/** One level of a walk. */
export interface WalkLevel {
	/** 4 for the PML4 down to 1 for the page table. */
	readonly level: number;
	readonly name: string;
	/** Which of the table's 512 entries the address chooses. */
	readonly index: number;
	/** Physical address of the entry. */
	readonly entryAddress: number;
	readonly entry: bigint;
	readonly fields: readonly EntryField[];
	readonly sentence: string;
}

/** What ring 3 or ring 0 would be told. */
export interface Verdict {
	readonly ring: 0 | 3;
	readonly access: 'read' | 'write' | 'fetch';
	readonly allowed: boolean;
	/** The bit that refuses it, and the level of its entry. */
	readonly bit?: RefusalBit;
	readonly level?: number;
	readonly sentence: string;
}

/** A walk through one set of tables. */
export interface TableWalk {
	/** What cr3 would hold. */
	readonly root: bigint;
	readonly inForce: boolean;
	/** Whose view it is; without isolation there is one for both. */
	readonly owner: 'both' | 'kernel' | 'program';
	readonly levels: readonly WalkLevel[];
	/** Where the address lies; undefined if nothing is mapped. */
	readonly physical?: number;
	/** Bytes of the page. */
	readonly pageSize?: number;
	readonly verdicts: readonly Verdict[];
	readonly sentence: string;
}

/** What becomes of a linear address. */
export interface AddressWalk {
	readonly address: bigint;
	readonly canonical: boolean;
	/** The tables in force first, then, with isolation, the other ones; none for an address that is not canonical. */
	readonly tables: readonly TableWalk[];
	readonly sentence: string;
}

const ACCESSES = [['read', Access.READ], ['write', Access.WRITE], ['fetch', Access.EXECUTE]] as const;

/** Whose rights count: ring 0 is guarded by SMAP, as it is but between stac and clac. */
const RINGS = [[3, Accessor.USER], [0, Accessor.SUPERVISOR_GUARDED]] as const;

function verdictsOf(machine: Machine, walk: Walk): Verdict[] {
	return RINGS.flatMap(([ring, accessor]) => ACCESSES.map(([name, access]): Verdict => {
		const verb = ACCESS_VERBS.get(access) ?? name;
		const refusal = machine.cpu.paging.refusal(walk, access, accessor);
		if (refusal === undefined) return {ring, access: name, allowed: true, sentence: `Ring ${ring}: ${verb} it is allowed.`};
		const {bit, level} = refusal;
		return {ring, access: name, allowed: false, bit, level, sentence: `Ring ${ring}: ${verb} it is refused by the level-${level} entry: ${REFUSALS[bit]}.`};
	}));
}

const OWNERS = {both: 'The tables', kernel: 'The kernel’s tables', program: 'The program’s tables'} as const;

function walkUnder(machine: Machine, address: bigint, root: bigint, inForce: boolean, owner: TableWalk['owner']): TableWalk {
	const walk = machine.cpu.paging.walk(address, root);
	const levels = walk.steps.map(({level, entryAddress, entry}): WalkLevel => {
		const {fields, text} = decodeEntry(entry, level);
		const index = (entryAddress >> 3) & 511;
		return {
			level, name: LEVEL_NAMES[level], index, entryAddress, entry, fields,
			sentence: `Bits ${11 + 9 * level}:${3 + 9 * level} of the address choose entry ${index} of the ${LEVEL_NAMES[level]}: ${text}.`,
		};
	});
	const page = walk.translation;
	const last = levels[levels.length - 1];
	const common = {root, inForce, owner, levels, verdicts: verdictsOf(machine, walk)};
	if (page === undefined) return {...common, sentence: `${OWNERS[owner]} map nothing at ${hex(address)}: the walk ends at level ${last.level}.`};
	const physical = page.physical + Number(address & 0xfffn);
	return {...common, physical, pageSize: page.span, sentence: `${OWNERS[owner]} put ${hex(address)} at physical ${hex(BigInt(physical))}, on a page of ${sizeText(LEVEL_SPAN[last.level])}.`};
}

/**
 * Walks the page tables for an address, those in force and, with isolation, the other ones, and asks what ring 3 and
 * ring 0 may do there. Nothing of the machine changes, and the TLB is not asked.
 */
export function walkOf(machine: Machine, kernel: Kernel, address: bigint): AddressWalk {
	const linear = BigInt.asUintN(64, address);
	if (!isCanonical(linear)) {
		return {address: linear, canonical: false, tables: [], sentence: `${hex(linear)} is not canonical, for its bits 63 to 47 are not all equal: no table is asked, it is #GP.`};
	}

	const {current, other, user} = rootsOf(machine, kernel);
	const first = walkUnder(machine, linear, current, true, other === undefined ? 'both' : user ? 'program' : 'kernel');
	const tables = other === undefined ? [first] : [first, walkUnder(machine, linear, other, false, user ? 'kernel' : 'program')];
	return {address: linear, canonical: true, tables, sentence: first.sentence};
}
