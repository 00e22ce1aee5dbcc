import {isCanonical} from '../../machine/control-bits.js';
import {Flag, type FlagName, RFLAGS_EXISTING, RFLAGS_FIXED} from '../../machine/flags.js';
import {Cell} from '../../machine/layout.js';
import type {Machine} from '../../machine/machine.js';
import {GENERAL_REGISTERS, isGeneralRegister} from '../../machine/registers.js';

/** Something that holds a value and whose value came from somewhere. */
export type Place =
	/**
	 * A general register, `rip`, `rflags`, or `xmm0` to `xmm15`; the whole of it, or some bytes of it.
	 * `from` is the first byte, 0 for the lowest.
	 */
	| {readonly kind: 'register'; readonly name: string; readonly from?: number; readonly bytes?: number}
	| {readonly kind: 'flag'; readonly name: FlagName}
	/** Several flags, the lowest first. */
	| {readonly kind: 'flags'; readonly names: readonly FlagName[]}
	/** Bytes from a linear address up, in the address space of the moment. */
	| {readonly kind: 'memory'; readonly address: bigint; readonly bytes: number};

/** Bytes of memory that a place may have at most. */
export const LONGEST = 16;

/**
 * The units of which places are made, as numbers: the bytes of registers, single bits of RFLAGS, and bytes of memory by
 * physical address, so that a byte is the same one whatever linear address leads to it.
 */
export const Unit = {
	/** The general registers in the order of their encoding, eight bytes each. */
	GENERAL: 0,
	RIP: 128,
	/** Sixteen registers of 16 bytes. */
	XMM: 256,
	/** Plus the position of the bit. */
	FLAGS: 512,
	/** Plus the physical address. */
	MEMORY: 4096,
} as const;

const REGISTER_BYTES = 8;
const XMM_BYTES = 16;

const XMM = /^xmm(\d|1[0-5])$/;

const RFLAGS_BITS = 22;

/** Positions of bits, by mask. */
const positions = new Map<number, readonly number[]>();

/** Positions of the bits of a mask of RFLAGS. */
export function bitsOf(mask: bigint): readonly number[] {
	const key = Number(mask);
	const known = positions.get(key);
	if (known !== undefined) return known;
	const found = Array.from({length: RFLAGS_BITS}, (_, bit) => bit).filter(bit => ((key >>> bit) & 1) !== 0);
	positions.set(key, found);
	return found;
}

/** Positions of the bits of RFLAGS that can change. */
export const FLAG_BITS: readonly number[] = bitsOf(RFLAGS_EXISTING & ~RFLAGS_FIXED);

/** Names of flags by the position of each of their bits. */
const FLAG_NAMES = new Map<number, FlagName>((Object.keys(Flag) as FlagName[]).flatMap(name => bitsOf(Flag[name]).map(bit => [bit, name])));

const range = (first: number, count: number): number[] => Array.from({length: count}, (_, index) => first + index);

const flagUnits = (name: FlagName): number[] => bitsOf(Flag[name]).map(bit => Unit.FLAGS + bit);

/** A place that does not exist; the message says what would do. */
export class PlaceError extends Error {}

/** First unit of a register and its bytes. */
function bankOf(name: string): readonly [first: number, bytes: number] {
	if (name === 'rip') return [Unit.RIP, REGISTER_BYTES];
	const xmm = XMM.exec(name)?.[1];
	if (xmm !== undefined) return [Unit.XMM + Number(xmm) * XMM_BYTES, XMM_BYTES];
	if (isGeneralRegister(name)) return [Unit.GENERAL + GENERAL_REGISTERS.indexOf(name) * REGISTER_BYTES, REGISTER_BYTES];
	throw new PlaceError(`there is no register ${name} whose values can be followed: there are ${GENERAL_REGISTERS.join(', ')}, rip, rflags and xmm0 to xmm15`);
}

/** The units that a place of a register is made of. Throws PlaceError for a register that there is not. */
export function registerUnits({name, from = 0, bytes}: Extract<Place, {kind: 'register'}>): number[] {
	if (name === 'rflags') return FLAG_BITS.map(bit => Unit.FLAGS + bit);
	const [first, size] = bankOf(name);
	const count = bytes ?? size - from;
	if (from < 0 || count < 1 || from + count > size) throw new PlaceError(`${name} has bytes 0 to ${size - 1}: bytes ${from} to ${from + count - 1} are not among them`);
	return range(first + from, count);
}

/** Physical address of a byte as the page tables map it now; undefined where nothing is mapped. */
export function physicalOf(machine: Machine, address: bigint): number | undefined {
	const at = BigInt.asUintN(64, address);
	const page = isCanonical(at) ? machine.cpu.paging.peek(at) : undefined;
	if (page === undefined) return undefined;
	const physical = page.physical + Number(at & 0xfffn);
	return machine.memory.holds(physical, 1) ? physical : undefined;
}

/**
 * The units that a place is made of, where the machine stands; undefined for a byte of memory that is not mapped.
 * @throws PlaceError if there is no such place at all
 */
export function unitsOf(machine: Machine, place: Place): (number | undefined)[] {
	switch (place.kind) {
		case 'register':
			return registerUnits(place);
		case 'flag':
			return flagUnits(place.name);
		case 'flags':
			return place.names.flatMap(flagUnits);
		case 'memory': {
			const {bytes} = place;
			if (!Number.isInteger(bytes) || bytes < 1 || bytes > LONGEST) throw new PlaceError(`${bytes} bytes can’t be followed at once: ask for 1 to ${LONGEST}`);
			return range(0, bytes).map(offset => {
				const physical = physicalOf(machine, place.address + BigInt(offset));
				return physical === undefined ? undefined : Unit.MEMORY + physical;
			});
		}
	}
}

/** The content of a unit where the machine stands: a byte, or a flag's bit. */
export function unitValue(machine: Machine, unit: number): number {
	const {cpu, memory} = machine;
	if (unit >= Unit.MEMORY) return memory.ram[unit - Unit.MEMORY];
	if (unit >= Unit.FLAGS) return Number((cpu.rflags >> BigInt(unit - Unit.FLAGS)) & 1n);
	const at = unit >= Unit.XMM ? unit - Unit.XMM : unit;
	const cell = unit >= Unit.XMM ? Cell.XMM + (at >> 3) : unit >= Unit.RIP ? Cell.RIP : unit >> 3;
	return Number((cpu.cells[cell] >> BigInt((at & 7) * 8)) & 0xffn);
}

/**
 * The value of units, the first one lowest: bytes make a number; several flags stand where RFLAGS has them, one by itself at
 * the bottom.
 * @param contentOf tells what a unit holds
 */
export function valueOf(units: readonly (number | undefined)[], contentOf: (unit: number) => number): bigint {
	const first = units.at(0) ?? 0;
	const areFlags = first >= Unit.FLAGS && first < Unit.MEMORY;
	const areSeveral = areFlags && new Set(units.map(unit => FLAG_NAMES.get((unit ?? 0) - Unit.FLAGS))).size > 1;
	return units.reduce<bigint>((sum, unit, index) => {
		if (unit === undefined) return sum;
		const position = areFlags ? (areSeveral ? unit - Unit.FLAGS : index) : index * 8;
		return sum | (BigInt(contentOf(unit)) << BigInt(position));
	}, units.length === FLAG_BITS.length ? RFLAGS_FIXED : 0n);
}

/** Narrow names of the low bytes of a general register, by their number. */
const NARROW: Readonly<Partial<Record<number, (name: string) => string>>> = {
	4: name => (/\d/.test(name) ? `${name}d` : name.replace(/^r/, 'e')),
	2: name => (/\d/.test(name) ? `${name}w` : name.slice(1)),
	1: name => (/\d/.test(name) ? `${name}b` : name.endsWith('x') ? `${name[1]}l` : `${name.slice(1)}l`),
};

function registerText({name, from = 0, bytes}: Extract<Place, {kind: 'register'}>): string {
	if (name === 'rflags') return name;
	const size = bankOf(name)[1];
	const count = bytes ?? size - from;
	if (count === size) return name;
	if (isGeneralRegister(name)) {
		const narrow = from === 0 ? NARROW[count]?.(name) : undefined;
		if (narrow !== undefined) return narrow;
		if (from === 1 && count === 1 && /^r[a-d]x$/.test(name)) return `${name[1]}h`;
	}

	return count === 1 ? `byte ${from} of ${name}` : `bytes ${from} to ${from + count - 1} of ${name}`;
}

/**
 * A place in words: `rsi`, `eax`, `CF`, `8 bytes at message+4`.
 * @param nameOf gives names to addresses
 */
export function placeText(place: Place, nameOf?: (address: bigint) => string | undefined): string {
	switch (place.kind) {
		case 'register':
			return registerText(place);
		case 'flag':
			return place.name;
		case 'flags':
			return place.names.length === 1 ? place.names[0] : `${place.names.slice(0, -1).join(', ')} and ${place.names.at(-1) ?? ''}`;
		case 'memory': {
			const {address, bytes} = place;
			const where = nameOf?.(address) ?? `0x${address.toString(16)}`;
			return bytes === 1 ? `the byte at ${where}` : `the ${bytes} bytes at ${where}`;
		}
	}
}

/**
 * The place that units make, if they stand side by side in one: units of a register, a flag, or memory.
 * @param linear the linear address by which the first unit, if it is one of memory, was reached
 */
export function placeOfUnits(units: readonly number[], linear?: bigint): Place | undefined {
	const [first] = units;
	if (first >= Unit.FLAGS && first < Unit.MEMORY) return placeOfFlags(units);
	if (units.some((unit, index) => unit !== first + index)) return undefined;
	if (first >= Unit.MEMORY) return linear === undefined ? undefined : {kind: 'memory', address: linear, bytes: units.length};
	const size = first >= Unit.XMM ? XMM_BYTES : REGISTER_BYTES;
	const from = first % size;
	if (from + units.length > size) return undefined;
	const name = first >= Unit.XMM ? `xmm${(first - Unit.XMM - from) / size}` : first >= Unit.RIP ? 'rip' : GENERAL_REGISTERS[(first - from) / size];
	return units.length === size ? {kind: 'register', name} : {kind: 'register', name, from, bytes: units.length};
}

function placeOfFlags(units: readonly number[]): Place | undefined {
	if (units.some(unit => unit < Unit.FLAGS || unit >= Unit.MEMORY)) return undefined;
	if (units.length === FLAG_BITS.length) return {kind: 'register', name: 'rflags'};
	const names = [...new Set(units.map(unit => FLAG_NAMES.get(unit - Unit.FLAGS)))].filter(name => name !== undefined);
	return names.length === 1 ? {kind: 'flag', name: names[0]} : {kind: 'flags', names};
}
