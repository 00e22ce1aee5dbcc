import {pointer, u32, u64} from '../layouts.js';
import {choice, choiceAndFlags, choiceText, flags, names, counted, bitByBit} from '../names.js';
import {CHOICE_NAMES} from '../names/choices.js';
import {atExit, type Form, early} from '../parts.js';
import {int, uint} from '../scalars.js';
import {bitNumbers} from '../structures/memory.js';
import {SCHED_PARAM} from '../structures/system.js';
import {address} from '../scalars.js';
import {hasFailed, readBytes, resultOf, type Show, type View} from '../view.js';
import type {ArgumentShows, Forms, Notes} from './table.js';

const RESET_ON_FORK = names('', {SCHED_RESET_ON_FORK: 0x4000_0000});
const policyText = (value: bigint): string => {
	const whole = BigInt.asUintN(32, value);
	return choiceAndFlags(CHOICE_NAMES['sched-policy'], ~0x4000_0000n & 0xffff_ffffn, RESET_ON_FORK)(whole, {memory: () => undefined, args: [], result: undefined, limit: 0});
};

/** The largest set of processors that is looked at, in bytes. */
const MOST_BYTES = 128n * 1024n;

/** A set of processors. */
const processors = (length: (view: View) => bigint): Show => (at, view) => {
	const size = length(view);
	if (at === 0n || hasFailed(view) || size > MOST_BYTES) return address(at, view);
	if (size === 0n) return '[]';
	const bytes = readBytes(view, at, Number(size));
	return bytes === undefined ? address(at, view) : bitNumbers(bytes, view.limit);
};

const IO_CLASSES = names('IOPRIO_CLASS_???', counted('IOPRIO_CLASS_', 0, 'NONE RT BE IDLE'));
const IO_CLASS_SHIFT = 13n;

/** A priority of disk requests: a class, and within it a number. */
const ioPriority: Show = value => {
	const whole = BigInt.asUintN(32, value);
	return `IOPRIO_PRIO_VALUE(${choiceText(whole >> IO_CLASS_SHIFT, IO_CLASSES)}, ${whole & 0x1fffn})`;
};

export const SCHEDULING_ARGUMENTS: ArgumentShows = {
	sched_setparam: {param: SCHED_PARAM}, sched_getparam: {param: atExit(SCHED_PARAM)}, sched_setscheduler: {param: SCHED_PARAM, policy: policyText},
	sched_setaffinity: {mask: processors(({args}) => BigInt.asUintN(32, args[1]))}, sched_getaffinity: {mask: atExit(processors(resultOf))},
	ioprio_set: {ioprio: ioPriority}, iopl: {level: int},
};

const membarrier: Form = ({args}) => [
	early(0, choice(CHOICE_NAMES['membarrier-cmd'])), early(1, flags(names('MEMBARRIER_CMD_FLAG_???', {MEMBARRIER_CMD_FLAG_CPU: 1}))), ...((args[1] & 1n) === 0n ? [] : [early(2, int)]),
];
export const SCHEDULING_FORMS: Forms = {membarrier};

const ordinary = (result: bigint): string => `IOPRIO_PRIO_VALUE(${choiceText(result >> IO_CLASS_SHIFT, IO_CLASSES)}, ${result & 0x1fffn})`;

export const SCHEDULING_NOTES: Notes = {
	sched_getscheduler: view => policyText(resultOf(view)), ioprio_get: view => ordinary(resultOf(view)),
};
void pointer;
void u32;
void u64;
void bitByBit;
void uint;
