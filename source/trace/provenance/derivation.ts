import {CONSTANT, type Origin, type Source, unitsIn} from './origin.js';
import {type Place, placeOfUnits, Unit} from './place.js';
import type {StepFlow} from './step-flow.js';

/** A place whose content went into a value, and the units that it is made of. */
export interface Piece {
	readonly place: Place;
	readonly units: readonly number[];
}

/** How units got their content in one step. */
export type Derivation =
	/** A copy of what a place held; the value may have been widened to its present width. */
	| {readonly kind: 'copy'; readonly from: Piece; readonly widened?: 'with zeros' | 'with copies of its sign'}
	/** A number in the instruction, or zero. */
	| {readonly kind: 'constant'}
	/** The address of the next instruction. */
	| {readonly kind: 'next-address'}
	/** Computed from pieces. */
	| {readonly kind: 'computed'; readonly from: readonly Piece[]}
	/** The content of the pieces in another form, such as the flags as a word. */
	| {readonly kind: 'converted'; readonly from: readonly Piece[]}
	/** Copied byte by byte from several places. */
	| {readonly kind: 'gathered'; readonly from: readonly Piece[]}
	| {readonly kind: 'system' | 'device'; readonly what: string}
	| {readonly kind: 'host'}
	/** The processor itself, while it looked up a translation. */
	| {readonly kind: 'page-walk'};

/** Flags beyond which they are named as a whole. */
const FLAGS_NAMED = 4;

const isFlag = (unit: number): boolean => unit >= Unit.FLAGS && unit < Unit.MEMORY;

/** Units that make one place together; unit by unit if their addresses do not fit together. */
function pieceOf(units: readonly number[], addresses: ReadonlyMap<number, bigint>): Piece[] {
	const place = placeOfUnits(units, addresses.get(units[0]));
	return place === undefined ? units.flatMap(unit => (units.length === 1 ? [] : pieceOf([unit], addresses))) : [{place, units}];
}

/** Puts units together that lie side by side in one place. */
export function piecesOf(units: Iterable<number>, addresses: ReadonlyMap<number, bigint>): Piece[] {
	const sorted = [...new Set(units)].sort((a, b) => a - b);
	const flags = sorted.filter(isFlag);
	const groups: number[][] = flags.length > FLAGS_NAMED ? [flags] : flags.map(unit => [unit]);
	for (const unit of sorted) {
		if (isFlag(unit)) continue;
		const group = groups.at(-1);
		const before = group?.at(-1);
		if (group !== undefined && before === unit - 1 && sameHome(before, unit, addresses)) group.push(unit);
		else groups.push([unit]);
	}

	return groups.flatMap(group => pieceOf(group, addresses));
}

/** Whether two neighbouring units belong to one place: to one register, or to addresses side by side. */
function sameHome(before: number, unit: number, addresses: ReadonlyMap<number, bigint>): boolean {
	if (unit >= Unit.MEMORY) return addresses.get(unit) === (addresses.get(before) ?? -1n) + 1n;
	if (unit >= Unit.XMM) return unit % 16 !== 0;
	return unit % 8 !== 0;
}

const isNumber = (origin: Origin): origin is number => typeof origin === 'number';
const isSource = (origin: Origin): origin is Source => typeof origin !== 'number';

/** A copy of one place, the bytes above it being zeros or copies of its sign. */
function widenedCopy(origins: readonly Origin[], addresses: ReadonlyMap<number, bigint>): Derivation | undefined {
	const found = origins.findIndex(isSource);
	const count = found < 0 ? origins.length : found;
	const copied = origins.slice(0, count).filter(isNumber);
	const rest = origins.slice(count).filter(isSource);
	if (count === 0 || rest.length !== origins.length - count) return undefined;
	const place = placeOfUnits(copied, addresses.get(copied[0]));
	if (place === undefined) return undefined;
	const from = {place, units: copied};
	if (rest.length === 0) return {kind: 'copy', from};
	if (rest.every(({kind}) => kind === 'constant')) return {kind: 'copy', from, widened: 'with zeros'};
	return rest.every(({kind}) => kind === 'converted') ? {kind: 'copy', from, widened: 'with copies of its sign'} : undefined;
}

/** The source that says most among several: constants only fill up what the others leave. */
const mainSource = (sources: readonly Source[]): Source => sources.find(({kind}) => kind !== 'constant') ?? CONSTANT;

/** How units that a step wrote got their content. */
export function derive(flow: StepFlow, units: readonly number[]): Derivation {
	const {writes, addresses} = flow;
	const origins = units.map(unit => writes.get(unit)).filter(origin => origin !== undefined);
	if (origins.length < units.length) return {kind: flow.callsHost ? 'host' : 'page-walk'};
	const copy = widenedCopy(origins, addresses);
	if (copy !== undefined) return copy;
	const from = piecesOf(unitsIn(origins), addresses);
	if (origins.some(isNumber)) return {kind: 'gathered', from};
	const {kind, what = ''} = mainSource(origins.filter(isSource));
	switch (kind) {
		case 'computed':
		case 'converted':
			return {kind, from};
		case 'system':
		case 'device':
			return {kind, what};
		default:
			return {kind};
	}
}
