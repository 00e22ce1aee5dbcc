/**
 * What a byte was made from in one step. A number is the unit (place.ts) whose content, as it was before the step, the
 * byte is a copy of; anything else is a source.
 */
export type Origin = number | Source;

/** How a byte came about that is no copy. */
export type SourceKind =
	/** A number in the instruction, or one that its meaning holds, such as the zeros that widen a value. */
	| 'constant'
	/** The address of the next instruction. */
	| 'next-address'
	/** Computed from the inputs. */
	| 'computed'
	/** Taken from the inputs, but cut or stretched to another width: no byte of it is a copy. */
	| 'converted'
	/** A register of the system: a selector, a base, a control register, an MSR. */
	| 'system'
	/** A device, a clock, what the processor tells of itself. */
	| 'device'
	/** The host, which served a call. */
	| 'host';

/** Where a byte comes from that is no copy of another one. */
export interface Source {
	readonly kind: SourceKind;
	/** The units that it was made from, as they were before the step. */
	readonly inputs: ReadonlySet<number>;
	/** What it is, in a few words, where the kind alone does not say it: `cs`, `IA32_LSTAR`, `port 0x3f8`. */
	readonly what?: string;
}

const NONE: ReadonlySet<number> = new Set();

/** A number that was there with the instruction. */
export const CONSTANT: Source = {kind: 'constant', inputs: NONE};

/** The address behind the instruction. */
export const NEXT_ADDRESS: Source = {kind: 'next-address', inputs: NONE};

/** A register of the system. */
export const system = (what: string): Source => ({kind: 'system', inputs: NONE, what});

/** A device or a clock. */
export const device = (what: string): Source => ({kind: 'device', inputs: NONE, what});

/** The units that an origin depends on. */
export function* unitsIn(origins: Iterable<Origin>): Generator<number> {
	for (const origin of origins) {
		if (typeof origin === 'number') yield origin;
		else yield* origin.inputs;
	}
}

/** What is made of some bytes: a constant if nothing but constants goes in. */
export function made(origins: readonly Origin[], kind: 'computed' | 'converted' = 'computed'): Source {
	const inputs = new Set<number>();
	const sources = new Set<Source>();
	for (const origin of origins) {
		if (typeof origin === 'number') inputs.add(origin);
		else sources.add(origin);
	}

	// Most often all bytes are made of the same.
	const [only] = sources;
	if (inputs.size === 0 && sources.size === 1 && (only.kind === kind || only.inputs.size === 0)) return only;
	let other = CONSTANT;
	for (const source of sources) {
		for (const unit of source.inputs) inputs.add(unit);
		if (source.kind !== 'constant') other = source;
	}

	return inputs.size > 0 ? {kind, inputs} : other;
}

/** A value that knows where each of its bytes came from, the lowest first; bytes beyond the list are zeros. */
export interface FlowValue {
	readonly value: bigint;
	readonly bytes: readonly Origin[];
}

/** A condition, and what it was made from. */
export interface FlowCondition {
	readonly holds: boolean;
	readonly inputs: ReadonlySet<number>;
}

/** A value that is nothing but a number. */
export const constant = (value: bigint): FlowValue => ({value, bytes: []});

/** A value all of whose bytes come from one source. */
export const uniform = (value: bigint, source: Source, bytes = 8): FlowValue => ({value, bytes: new Array<Origin>(bytes).fill(source)});

/** The origin of one byte of a value. */
export const originOf = ({bytes}: FlowValue, index: number): Origin => bytes.at(index) ?? CONSTANT;

/** Whether two values are copies of the same bytes: then their difference is zero whatever they hold. */
export const areTheSame = (a: FlowValue, b: FlowValue): boolean =>
	a.bytes.length > 0 && a.bytes.length === b.bytes.length && a.bytes.every((origin, index) => typeof origin === 'number' && origin === b.bytes[index]);
