import {errorText} from '../errors.js';
import {argument, array, boxed, type Count, scalar} from '../layouts.js';
import {choice, choiceText, flags, flagsText, type NameTable} from '../names.js';
import {CHOICE_NAMES, MEMORY_POLICY_FLAGS} from '../names/choices.js';
import {FLAG_NAMES, GET_MEMPOLICY_FLAGS, MAP_FLAGS, MAP_TYPES, MEMFD_FLAGS, MEMFD_SECRET_FLAGS, MOVE_PAGES_FLAGS} from '../names/flags.js';
import {atExit, early, type Form} from '../parts.js';
import {address, hexLong, ulong} from '../scalars.js';
import {NODE_WORD, REMOTE_IOVEC} from '../structures/memory.js';
import {Bits} from '../../../kernel/syscalls/conditions.js';
import type {Show} from '../view.js';
import {filledBuffers, givenBuffers, otherBuffers} from './files.js';
import type {ArgumentShows, Forms} from './table.js';

const HUGE_SHIFT = 26n;
const HUGE_MASK = 0x3fn << HUGE_SHIFT;

/** Flags whose upper six bits are the size of huge pages, as a power of two. */
function withHugePages(value: bigint, table: NameTable, shift: string): string {
	const [rest, size] = [value & ~HUGE_MASK, (value & HUGE_MASK) >> HUGE_SHIFT];
	if (size === 0n) return flagsText(rest, table);
	return `${rest === 0n ? '' : `${flagsText(rest, table)}|`}${size}<<${shift}`;
}

const TYPE_MASK = 0xfn;

/** Flags of mmap: how the mapping is shared comes first. */
const mapFlags: Show = value => {
	const whole = BigInt.asUintN(32, value);
	const [type, rest] = [choiceText(whole & TYPE_MASK, MAP_TYPES), whole & ~TYPE_MASK];
	return rest === 0n ? type : `${type}|${withHugePages(rest, {...MAP_FLAGS, unknown: ''}, 'MAP_HUGE_SHIFT')}`;
};

const memfdFlags: Show = value => withHugePages(BigInt.asUintN(32, value), MEMFD_FLAGS, 'MFD_HUGE_SHIFT');

const PAGE = 4096n;
const pages = (length: number): Count => ({args}) => (args[length] + PAGE - 1n) / PAGE;

const MOST_NODES = (1n << 64n) - 63n;

/** A set of memory nodes: words of so many bits less one. */
const nodes = (bits: number): Show => (at, view) => {
	const count = view.args[bits];
	if (count === 1n || count > MOST_NODES) return address(at, view);
	return array(NODE_WORD, () => (count === 0n ? 0n : (count - 2n) / 64n + 1n))(at, view);
};

const POLICY_FLAGS = 0xe000n;
const policy = (bits: number): Show => value => {
	const whole = BigInt.asUintN(bits, value);
	const [rule, extra] = [whole & ~POLICY_FLAGS, whole & POLICY_FLAGS];
	const known = CHOICE_NAMES.mempolicy.byValue.get(rule);
	if (extra === 0n) return choiceText(rule, CHOICE_NAMES.mempolicy);
	return known === undefined ? `${flagsText(extra, MEMORY_POLICY_FLAGS)}|0x${rule.toString(16)}` : `${known}|${flagsText(extra, MEMORY_POLICY_FLAGS)}`;
};

/** A new place is looked at only if the mapping may move and must move there. */
const MOVED = BigInt(Bits.MREMAP_FIXED | 1);

const mremap: Form = ({args}) => [
	early(0, address), early(1, ulong), early(2, ulong), early(3, flags(FLAG_NAMES.mremap, 64)), ...((args[3] & MOVED) === MOVED ? [early(4, address)] : []),
];

/** Where a page lies, or why it does not. */
const errnoLayout = scalar(4, value => {
	const number = BigInt.asIntN(32, value);
	return number < 0n ? `-${errorText(Number(-number))?.name ?? -number}` : number.toString();
});

const otherProcess = {remote_iov: otherBuffers(4), flags: ulong};
const nodemask = {mode: policy(64), nodemask: nodes(4)};

export const MEMORY_ARGUMENTS: ArgumentShows = {
	mmap: {flags: mapFlags, offset: hexLong}, remap_file_pages: {flags: mapFlags}, memfd_create: {flags: memfdFlags}, memfd_secret: {flags: flags(MEMFD_SECRET_FLAGS)},
	mincore: {vec: atExit(array(scalar(1, value => (value & 1n).toString()), pages(1)))}, mbind: nodemask, set_mempolicy: {mode: policy(32), nodemask: nodes(2)},
	get_mempolicy: {mode: atExit(boxed(4, choice(CHOICE_NAMES.mempolicy))), nodemask: atExit(nodes(2)), flags: flags(GET_MEMPOLICY_FLAGS, 64)}, migrate_pages: {old_nodes: nodes(1), new_nodes: nodes(1)},
	move_pages: {flags: flags(MOVE_PAGES_FLAGS), status: atExit(array(errnoLayout, argument(1)))},
	process_vm_readv: {...otherProcess, local_iov: atExit(filledBuffers(2))}, process_vm_writev: {...otherProcess, local_iov: givenBuffers(2)},
	process_madvise: {iovec: array(REMOTE_IOVEC, argument(2))}, set_mempolicy_home_node: {flags: hexLong},
};

export const MEMORY_FORMS: Forms = {mremap};
