import {Bits} from '../../../kernel/syscalls/conditions.js';
import {array, boxed, type Field, pointer, scalar, structure, u32, u64, when} from '../layouts.js';
import {choice, counted, flags, flagsText, names} from '../names.js';
import {CHOICE_NAMES} from '../names/choices.js';
import {CLONE, CLONE3, EXECVEAT_FLAGS, SETNS_FLAGS} from '../names/flags.js';
import {atEntry, atExit, changed, early, type Form, late, type Part} from '../parts.js';
import {address, hex, hexLong, int, owner, plain, ulong} from '../scalars.js';
import {bytesBehind} from '../structures/extensible.js';
import {signal, SIGINFO} from '../structures/signals.js';
import {RUSAGE, USER_DESC} from '../structures/system.js';
import {countOfStrings} from '../texts.js';
import {hasFailed, readBytes, readValue, resultOf, type Show, valueAt, type View, viewOf} from '../view.js';
import type {ArgumentShows, Forms, Notes} from './table.js';

const SIGNAL_MASK = 0xffn;

/** Flags of clone, and in their lowest eight bits the signal of the child's end. */
const cloneFlags: Show = (value, view) => {
	const [set, exit] = [value & ~SIGNAL_MASK, value & SIGNAL_MASK];
	const texts = [...(set === 0n ? [] : [flagsText(set, CLONE)]), ...(exit === 0n ? [] : [signal(exit, view)])];
	return texts.length === 0 ? '0' : texts.join('|');
};

const has = (value: bigint, bits: number): boolean => (value & BigInt(bits)) !== 0n;

/** The arguments of clone have names, and those without a meaning are left out. */
const clone: Form = ({args: [set]}) => {
	const parts: Part[] = [early(1, address, 'child_stack='), early(0, cloneFlags, 'flags=')];
	if (has(set, Bits.CLONE_PARENT_SETTID | Bits.CLONE_PIDFD)) parts.push(late(2, boxed(4, int), 'parent_tid='));
	if (has(set, Bits.CLONE_SETTLS)) parts.push(late(4, address, 'tls='));
	if (has(set, Bits.CLONE_CHILD_SETTID | Bits.CLONE_CHILD_CLEARTID)) parts.push(late(3, address, 'child_tidptr='));
	return parts;
};

const PTRACE_EVENTS = names('PTRACE_EVENT_???', {...counted('PTRACE_EVENT_', 1, 'FORK VFORK CLONE EXEC VFORK_DONE EXIT SECCOMP'), PTRACE_EVENT_STOP: 128});
const STOPPED = 0x7f;
const CONTINUED = 0xffff;
const CORE_DUMPED = 0x80;

/** A wait status as the macros of sys/wait.h take it apart. */
export function waitStatusText(status: number): string {
	const [low, high] = [status & 0xff, (status >>> 8) & 0xff];
	const [termination, upper] = [low & 0x7f, (status >>> 16) << 16];
	if (status === CONTINUED) return '{WIFCONTINUED(s)}';
	if (low === STOPPED) return `{WIFSTOPPED(s) && WSTOPSIG(s) == ${plain(signal, BigInt(high))}}${event(upper)}`;
	if (termination === 0) return `{WIFEXITED(s) && WEXITSTATUS(s) == ${high}}${event(upper | (low & CORE_DUMPED))}`;
	if (termination === STOPPED) return hex(BigInt(status >>> 0));
	return `{WIFSIGNALED(s) && WTERMSIG(s) == ${plain(signal, BigInt(termination))}${(low & CORE_DUMPED) === 0 ? '' : ' && WCOREDUMP(s)'}}${event(upper | (status & 0xff00))}`;
}

/** What the rest of a status says: an event of a tracer's, and bits without a meaning. */
function event(rest: number): string {
	const number = rest >>> 16;
	const name = PTRACE_EVENTS.byValue.get(BigInt(number)) ?? `${hex(number)} /* ${PTRACE_EVENTS.unknown} */`;
	return [...(number === 0 ? [] : [`|${name}<<16`]), ...((rest & 0xffff) === 0 ? [] : [`|${hex(rest & 0xffff)}`])].join('');
}

/** The address of a wait status, once a child has been found. */
const waitStatus: Show = (at, view) => {
	const status = at === 0n || hasFailed(view) || resultOf(view) === 0n ? undefined : readValue(view, at, 4);
	return status === undefined ? address(at, view) : `[${waitStatusText(Number(status))}]`;
};

const whenFound = (show: Show): Show => (at, view) => (resultOf(view) === 0n ? address : show)(at, view);

const EPOLL_TARGET = 7n;
const EPOLL_SLOT = structure(12, u32('efd', 0, int), u32('tfd', 4, int), u32('toff', 8));

const kcmp: Form = ({args}) => {
	const parts = [early(0, int), early(1, int), early(2, choice(CHOICE_NAMES['kcmp-type']))];
	const type = BigInt.asUintN(32, args[2]);
	if (type === 0n) return [...parts, early(3, int), early(4, int)];
	if (type === EPOLL_TARGET) return [...parts, early(3, int), early(4, pointer(EPOLL_SLOT))];
	return type < EPOLL_TARGET ? parts : [...parts, early(3, hexLong), early(4, hexLong)];
};

/** struct clone_args: 64 bytes at first, to which `set_tid` with its size and `cgroup` have been added. */
const CLONE_ARGS = {shortest: 64, known: 88} as const;

const setOf = (data: DataView): bigint => valueAt(data, 0, 8);
const withFlag = (bits: number) => (data: DataView): boolean => has(setOf(data), bits);
const nonZero = (at: number) => (data: DataView): boolean => valueAt(data, at, 8) !== 0n;

const threadIds: Field = (data, view) => {
	const count = valueAt(data, 72, 8);
	return `set_tid=${count > 32n || count === 0n ? address(valueAt(data, 64, 8), view) : array(scalar(4, int), () => count)(valueAt(data, 64, 8), view)}`;
};

const CLONE_FIELDS: readonly Field[] = [
	u64('flags', 0, flags(CLONE3, 64)), when(withFlag(Bits.CLONE_PIDFD), u64('pidfd', 8, address)), when(withFlag(Bits.CLONE_CHILD_SETTID | Bits.CLONE_CHILD_CLEARTID), u64('child_tid', 16, address)),
	when(withFlag(Bits.CLONE_PARENT_SETTID), u64('parent_tid', 24, address)), u64('exit_signal', 32, value => (value < 65n ? plain(signal, value) : plain(ulong, value))), u64('stack', 40, address), u64('stack_size', 48, hexLong),
	when(withFlag(Bits.CLONE_SETTLS), u64('tls', 56, address)), when(data => nonZero(64)(data) || nonZero(72)(data), threadIds), when(data => nonZero(64)(data) || nonZero(72)(data), u64('set_tid_size', 72)),
	when(data => (setOf(data) & 0x2_0000_0000n) !== 0n || nonZero(80)(data), u64('cgroup', 80)),
];

/** The known part of clone3's argument; zeros stand for what a shorter one lacks. */
function cloneArguments(at: bigint, view: View): DataView | undefined {
	const size = Number(view.args[1] < BigInt(CLONE_ARGS.known) ? view.args[1] : BigInt(CLONE_ARGS.known));
	const bytes = at === 0n || size < CLONE_ARGS.shortest ? undefined : readBytes(view, at, size);
	if (bytes === undefined) return undefined;
	const whole = new Uint8Array(CLONE_ARGS.known);
	whole.set(bytes);
	return viewOf(whole);
}

const cloneBefore: Show = (at, view) => {
	const data = cloneArguments(at, view);
	if (data === undefined) return address(at, view);
	return `{${CLONE_FIELDS.map(field => field(data, view)).filter(text => text !== '').join(', ')}${bytesBehind(at, CLONE_ARGS.known, view.args[1], view)}}`;
};

/** What the kernel has put where clone3's argument says. */
const cloneAfter: Show = (at, view) => {
	const data = cloneArguments(at, view);
	if (data === undefined || hasFailed(view)) return '';
	const texts = [
		...(withFlag(Bits.CLONE_PIDFD)(data) ? [`pidfd=${boxed(4, int)(valueAt(data, 8, 8), view)}`] : []), ...(withFlag(Bits.CLONE_PARENT_SETTID)(data) ? [`parent_tid=${boxed(4, int)(valueAt(data, 24, 8), view)}`] : []),
	];
	const behind = bytesBehind(at, CLONE_ARGS.known, view.args[1], view);
	const all = [...texts, ...(behind === '' ? [] : [behind.slice(2)])];
	return all.length === 0 ? '' : ` => {${all.join(', ')}}`;
};

const LDT_ENTRY_SIZE = BigInt(USER_DESC.size);
const ldtEntry: Show = (at, view) => (view.args[2] === LDT_ENTRY_SIZE ? pointer(USER_DESC) : address)(at, view);

/** A thread's segment; if it can't be told, at least which it was to be. */
const segmentAfter: Show = (at, view) => {
	const whole = pointer(USER_DESC)(at, view);
	const entry = whole.startsWith('{') || at === 0n ? undefined : readValue(view, at, 4);
	return entry === undefined ? whole : `{entry_number=${plain(owner, entry)}, ...}`;
};

export const PROCESS_ARGUMENTS: ArgumentShows = {
	wait4: {wstatus: atExit(waitStatus), rusage: atExit(whenFound(pointer(RUSAGE)))}, setns: {nstype: flags(SETNS_FLAGS)}, set_tid_address: {tidptr: hexLong}, modify_ldt: {func: int, ptr: atEntry(ldtEntry)},
	execve: {envp: countOfStrings}, execveat: {envp: countOfStrings, flags: flags(EXECVEAT_FLAGS)}, rseq: {rseq: atEntry(hexLong), rseq_len: hexLong, flags: hexLong, sig: hexLong},
	pidfd_send_signal: {info: pointer(SIGINFO), flags: value => plain(hexLong, BigInt.asUintN(32, value))}, set_thread_area: {u_info: atEntry(pointer(USER_DESC))}, get_thread_area: {u_info: atExit(segmentAfter)},
};

export const PROCESS_FORMS: Forms = {clone, kcmp, clone3: () => [changed(0, cloneBefore, cloneAfter), {...early(1, ulong), isLate: true}]};

export const PROCESS_NOTES: Notes = {set_thread_area: view => {
	const bytes = view.args[0] === 0n ? undefined : readBytes(view, view.args[0], USER_DESC.size);
	return bytes === undefined ? undefined : `entry_number=${viewOf(bytes).getUint32(0, true)}`;
}};
