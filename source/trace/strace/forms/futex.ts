import {pointer, array, argument, structure, u64, u32} from '../layouts.js';
import {choice, flags, names} from '../names.js';
import {CHOICE_NAMES, FUTEX_OPERATIONS, FUTEX_PRIVATE_FLAG} from '../names/choices.js';
import {early, type Form} from '../parts.js';
import {address, hex, hexInt, uint} from '../scalars.js';
import {TIMESPEC} from '../structures/times.js';
import type {Show} from '../view.js';
import type {ArgumentShows, Forms} from './table.js';

/** Any bit of the set that a waiter waits with. */
const bits: Show = (value, view) => (BigInt.asUintN(32, value) === 0xffff_ffffn ? 'FUTEX_BITSET_MATCH_ANY' : hexInt(value, view));

const OPERATIONS = ['SET', 'ADD', 'OR', 'ANDN', 'XOR'];
const COMPARISONS = ['EQ', 'NE', 'LT', 'LE', 'GT', 'GE'];

/** What FUTEX_WAKE_OP does to the second word, and whether it then wakes its waiters: four numbers in one. */
const wakeOperation: Show = value => {
	const [operation, comparison] = [Number((value >> 28n) & 7n), Number((value >> 24n) & 15n)];
	return [
		...((value & 0x8000_0000n) === 0n ? [] : ['FUTEX_OP_OPARG_SHIFT<<28']),
		OPERATIONS.at(operation) === undefined ? `${hex(operation)}<<28 /* FUTEX_OP_??? */` : `FUTEX_OP_${OPERATIONS[operation]}<<28`, `${hex((value >> 12n) & 0xfffn)}<<12`,
		COMPARISONS.at(comparison) === undefined ? `${hex(comparison)}<<24 /* FUTEX_OP_CMP_??? */` : `FUTEX_OP_CMP_${COMPARISONS[comparison]}<<24`, hex(value & 0xfffn),
	].join('|');
};

const timeout = early(3, pointer(TIMESPEC));
const count = early(2, uint);
const second = early(4, address);

/** What follows the operation, by the operation's name without flags. */
const ARGUMENTS: Readonly<Partial<Record<string, ReturnType<Form>>>> = {
	FUTEX_WAIT: [count, timeout], FUTEX_WAKE: [count], FUTEX_FD: [count], FUTEX_LOCK_PI: [timeout], FUTEX_LOCK_PI2: [timeout], FUTEX_UNLOCK_PI: [], FUTEX_TRYLOCK_PI: [],
	FUTEX_WAIT_BITSET: [count, timeout, early(5, bits)], FUTEX_WAKE_BITSET: [count, early(5, bits)], FUTEX_REQUEUE: [count, early(3, uint), second],
	FUTEX_CMP_REQUEUE: [count, early(3, uint), second, early(5, uint)], FUTEX_CMP_REQUEUE_PI: [count, early(3, uint), second, early(5, uint)],
	FUTEX_WAKE_OP: [count, early(3, uint), second, early(5, wakeOperation)], FUTEX_WAIT_REQUEUE_PI: [count, timeout, second],
};

const OPERATION_NAMES = names('', FUTEX_OPERATIONS);

/** The operation without its flags. */
const OPERATION_MASK = 0x7fn;

const futex: Form = ({args}) => {
	const operation = args[1] & OPERATION_MASK;
	const rest = ARGUMENTS[OPERATION_NAMES.byValue.get(operation) ?? ''] ?? [count, early(3, address), second, early(5, hexInt)];
	return [early(0, address), early(1, choice(CHOICE_NAMES['futex-op'])), ...rest];
};

const WAITER_FLAGS = names('FUTEX_???', {FUTEX_32: 2, FUTEX_PRIVATE_FLAG});
const WAITER = structure(24, u64('val', 0, hex), u64('uaddr', 8, address), u32('flags', 16, flags(WAITER_FLAGS)), data => (data.getUint32(20, true) === 0 ? '' : `__reserved=${hex(data.getUint32(20, true))}`));

export const FUTEX_FORMS: Forms = {futex};
export const FUTEX_ARGUMENTS: ArgumentShows = {futex_waitv: {waiters: array(WAITER, argument(1, 32))}, futex_requeue: {waiters: array(WAITER, () => 2n)}};
