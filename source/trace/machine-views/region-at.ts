import type {Kernel} from '../../kernel/kernel.js';
import type {Machine} from '../../machine/machine.js';
import type {Image} from '../../program/image.js';
import type {Places} from '../hardware/places.js';
import {walkOf} from './page-walk.js';

/** What an address belongs to, and who may do what there. */
export interface RegionAt {
	/** What lies there; empty where nobody knows. */
	readonly name: string;
	/** Whether it is mapped by the tables in force. */
	readonly mapped: boolean;
	/** What ring 3 and ring 0 may do there: `rwx`, with dashes for what they may not. */
	readonly user: string;
	readonly kernel: string;
}

const LETTERS = {read: 'r', write: 'w', fetch: 'x'} as const;

/** The region of an address and its permissions, as the tables in force have them. Ring 0 is guarded by SMAP, as it mostly is. */
export function regionAt(machine: Machine, kernel: Kernel, places: Places, address: bigint): RegionAt {
	const table = walkOf(machine, kernel, address).tables.at(0);
	const verdicts = table?.verdicts ?? [];
	const rights = (ring: 0 | 3): string => (['read', 'write', 'fetch'] as const).map(access => (verdicts.some(each => each.ring === ring && each.access === access && each.allowed) ? LETTERS[access] : '-')).join('');
	return {name: places.areaOf(address) ?? '', mapped: table?.physical !== undefined, user: rights(3), kernel: rights(0)};
}

/** What an address is of, whichever tables are in force: instructions, other memory, or nothing that is known. */
export function kindOfPlace(machine: Machine, kernel: Kernel, program: {readonly image: Image}, address: bigint): 'code' | 'memory' | 'nothing' {
	const segment = [kernel.image, program.image].flatMap(({segments}) => segments).find(each => address >= each.address && address < each.address + BigInt(each.memorySize));
	if (segment !== undefined) return segment.execute ? 'code' : 'memory';
	const verdicts = walkOf(machine, kernel, address).tables.flatMap(table => (table.physical === undefined ? [] : table.verdicts));
	if (verdicts.length === 0) return 'nothing';
	return verdicts.some(({access, allowed}) => access === 'fetch' && allowed) ? 'code' : 'memory';
}
