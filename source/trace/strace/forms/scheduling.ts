import {type Field, i32, u32, u64, when} from '../layouts.js';
import {bitByBit, choice, choiceText, counted, flags, flagsText, names} from '../names.js';
import {CHOICE_NAMES} from '../names/choices.js';
import {FLAG_NAMES} from '../names/flags.js';
import {atExit, early, type Form} from '../parts.js';
import {address, int, uint} from '../scalars.js';
import {bitNumbers} from '../structures/memory.js';
import {SCHED_PARAM} from '../structures/system.js';
import {hasFailed, readBytes, readValue, resultOf, type Show, type View, viewOf} from '../view.js';
import type {ArgumentShows, Forms, Notes} from './table.js';

const POLICIES = CHOICE_NAMES['sched-policy'];
const SCHED_RESET_ON_FORK = 0x4000_0000n;

/** A policy, which a flag may be mixed into. */
const policyText = (value: bigint): string => {
	const whole = BigInt.asUintN(32, value);
	const name = POLICIES.byValue.get(whole & ~SCHED_RESET_ON_FORK);
	if (name === undefined) return choiceText(whole, POLICIES);
	return (whole & SCHED_RESET_ON_FORK) === 0n ? name : `${name}|SCHED_RESET_ON_FORK`;
};

/** The largest set of processors that is looked at, in bytes: of 1024 processors. */
const LARGEST_SET = 128n;

/** A set of processors. */
const processors = (length: (view: View) => bigint): Show => (at, view) => {
	const size = length(view);
	if (at === 0n || hasFailed(view)) return address(at, view);
	const bytes = readBytes(view, at, Number(size < LARGEST_SET ? size : LARGEST_SET));
	return bytes === undefined ? address(at, view) : bitNumbers(bytes, size > LARGEST_SET);
};

const IO_CLASSES = names('IOPRIO_CLASS_???', counted('IOPRIO_CLASS_', 0, 'NONE RT BE IDLE'));
const IO_CLASS_SHIFT = 13n;

/** A priority of disk requests: a class, and within it a number. */
const ioPriority = (value: bigint): string => {
	const whole = BigInt.asUintN(32, value);
	return `IOPRIO_PRIO_VALUE(${choiceText(whole >> IO_CLASS_SHIFT, IO_CLASSES)}, ${whole & 0x1fffn})`;
};

const SCHED_FLAGS = names('SCHED_FLAG_???', bitByBit('SCHED_FLAG_', 0, 'RESET_ON_FORK RECLAIM DL_OVERRUN KEEP_POLICY KEEP_PARAMS UTIL_CLAMP_MIN UTIL_CLAMP_MAX'));

/** struct sched_attr: 48 bytes at first, to which two limits of utilization have been added. */
const ATTRIBUTES = {first: 48, known: 56} as const;

/** Flags that keep what is set from being changed: it is then left out. */
const [KEEP_POLICY, KEEP_PARAMS] = [8, 16];
const keeps = (flag: number) => (data: DataView): boolean => (data.getUint32(8, true) & flag) === 0;

/** The fields of which a flag can say that they are to be kept, each with its condition. */
const attributeFields = (policy: (field: Field) => Field, others: (field: Field) => Field): readonly Field[] => [
	u32('size', 0), policy(u32('sched_policy', 4, choice(POLICIES))), u64('sched_flags', 8, flags(SCHED_FLAGS, 64)),
	...[i32('sched_nice', 16), u32('sched_priority', 20), u64('sched_runtime', 24), u64('sched_deadline', 32), u64('sched_period', 40)].map(others),
	when(data => data.byteLength >= ATTRIBUTES.known, u32('sched_util_min', 48)), when(data => data.byteLength >= ATTRIBUTES.known, u32('sched_util_max', 52)),
];

const FILLED_FIELDS = attributeFields(field => field, field => field);
const GIVEN_FIELDS = attributeFields(field => when(keeps(KEEP_POLICY | KEEP_PARAMS), field), field => when(keeps(KEEP_PARAMS), field));

/** Attributes of a stated size, of which some bytes are known; the others are taken to be zero. */
function attributes(bytes: Uint8Array, view: View, size: bigint, fields: readonly Field[]): string {
	const whole = new Uint8Array(size >= BigInt(ATTRIBUTES.known) ? ATTRIBUTES.known : ATTRIBUTES.first);
	whole.set(bytes.subarray(0, whole.length));
	return `{${fields.map(field => field(viewOf(whole), view)).filter(text => text !== '').join(', ')}${fields === GIVEN_FIELDS && size > BigInt(ATTRIBUTES.known) ? ', ...' : ''}}`;
}

/** What sched_setattr is given: the size stands at its beginning, and 0 means the first. */
const givenAttributes: Show = (at, view) => {
	const size = at === 0n ? undefined : readValue(view, at, 4);
	if (size === undefined) return address(at, view);
	if (size > 0n && size < BigInt(ATTRIBUTES.first)) return `{size=${size}}`;
	const bytes = readBytes(view, at, size >= BigInt(ATTRIBUTES.known) ? ATTRIBUTES.known : ATTRIBUTES.first);
	return bytes === undefined ? address(at, view) : attributes(bytes, view, size, GIVEN_FIELDS);
};

/** What sched_getattr has filled in. */
const filledAttributes: Show = (at, view) => {
	const room = BigInt.asUintN(32, view.args[2]);
	const size = at === 0n || room === 0n || hasFailed(view) ? undefined : readValue(view, at, 4);
	if (size === undefined) return address(at, view);
	const bytes = readBytes(view, at, Math.min(Number(room), ATTRIBUTES.known));
	if (bytes === undefined) return address(at, view);
	return size < BigInt(ATTRIBUTES.first) ? `{size=${size}}` : attributes(bytes, view, size, FILLED_FIELDS);
};

export const SCHEDULING_ARGUMENTS: ArgumentShows = {
	sched_setparam: {param: SCHED_PARAM}, sched_getparam: {param: atExit(SCHED_PARAM)}, sched_setscheduler: {param: SCHED_PARAM, policy: policyText}, ioprio_set: {ioprio: ioPriority}, iopl: {level: int},
	sched_setaffinity: {mask: processors(({args}) => BigInt.asUintN(32, args[1]))}, sched_getaffinity: {mask: atExit(processors(resultOf))},
	sched_setattr: {attr: givenAttributes, flags: uint}, sched_getattr: {attr: atExit(filledAttributes), flags: uint},
};

const membarrier: Form = ({args}) => [
	early(0, choice(CHOICE_NAMES['membarrier-cmd'])), early(1, flags(FLAG_NAMES.membarrier)), ...((args[1] & 1n) === 0n ? [] : [early(2, int)]),
];

export const SCHEDULING_FORMS: Forms = {membarrier};

const MEMBARRIER_QUERY = 0n;

export const SCHEDULING_NOTES: Notes = {
	sched_getscheduler: view => POLICIES.byValue.get(BigInt.asUintN(32, resultOf(view)) & ~SCHED_RESET_ON_FORK) === undefined ? undefined : policyText(resultOf(view)),
	ioprio_get: view => ioPriority(resultOf(view)),
	membarrier: view => (BigInt.asUintN(32, view.args[0]) === MEMBARRIER_QUERY && resultOf(view) !== 0n ? {base: 16, note: flagsText(resultOf(view), {...CHOICE_NAMES['membarrier-cmd'], unknown: ''})} : undefined),
};
