import {boxed, i32, pointer, structure, u32, u64} from '../layouts.js';
import {choice, flags, flagsText, names} from '../names.js';
import {CHOICE_NAMES} from '../names/choices.js';
import {CLONE, CLONE3, EXECVEAT_FLAGS, SETNS_FLAGS} from '../names/flags.js';
import {always, atEntry, atExit, early, type Form, late, type Part} from '../parts.js';
import {address, hex, hexInt, hexLong, int, plain, uint, ulong} from '../scalars.js';
import {bitByBit, choiceAndFlags, counted} from '../names.js';
import {signal, SIGINFO} from '../structures/signals.js';
import {RUSAGE, USER_DESC} from '../structures/system.js';
import {countOfStrings, path, stringList} from '../texts.js';
import {Bits} from '../../../kernel/syscalls/conditions.js';
import {hasFailed, readValue, resultOf, type Show} from '../view.js';
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
	if (has(set, Bits.CLONE_SETTLS)) parts.push(late(4, hexLong, 'tls='));
	if (has(set, Bits.CLONE_CHILD_SETTID | Bits.CLONE_CHILD_CLEARTID)) parts.push(late(3, address, 'child_tidptr='));
	return parts.map(part => (has(set, Bits.CLONE_PARENT_SETTID | Bits.CLONE_PIDFD | Bits.CLONE_SETTLS | Bits.CLONE_CHILD_SETTID | Bits.CLONE_CHILD_CLEARTID) ? part : {...part, isLate: false}));
};

const PTRACE_EVENTS = names('', {...counted('PTRACE_EVENT_', 1, 'FORK VFORK CLONE EXEC VFORK_DONE EXIT SECCOMP'), PTRACE_EVENT_STOP: 128});
const SIGTRAP = 5;
const STOPPED = 0x7f;
const CONTINUED = 0xffff;
const CORE_DUMPED = 0x80;

/** A wait status as the macros of sys/wait.h take it apart. */
export function waitStatusText(status: number): string {
	const low = status & 0xff;
	const high = (status >>> 8) & 0xff;
	const rest = status & ~0xffff;
	if (status === CONTINUED) return '{WIFCONTINUED(s)}';
	if (low === STOPPED) return `{WIFSTOPPED(s) && WSTOPSIG(s) == ${plain(signal, BigInt(high))}}${stopEvent(high, rest)}`;
	if ((low & 0x7f) === 0) return `{WIFEXITED(s) && WEXITSTATUS(s) == ${high}}${more(rest | (low & CORE_DUMPED))}`;
	if ((low & 0x7f) === STOPPED) return hex(BigInt(status >>> 0));
	const core = (low & CORE_DUMPED) === 0 ? '' : ' && WCOREDUMP(s)';
	return `{WIFSIGNALED(s) && WTERMSIG(s) == ${plain(signal, BigInt(low & 0x7f))}${core}}${more(status & 0xff00 | rest)}`;
}

const more = (rest: number): string => (rest === 0 ? '' : `|${hex(BigInt(rest >>> 0))}`);

function stopEvent(stop: number, rest: number): string {
	const event = PTRACE_EVENTS.byValue.get(BigInt(rest >>> 16));
	return (stop & 0x7f) === SIGTRAP && event !== undefined ? `|${event}<<16` : more(rest);
}

/** The address of a wait status, once a child has been found. */
const waitStatus: Show = (at, view) => {
	const status = at === 0n || hasFailed(view) || resultOf(view) === 0n ? undefined : readValue(view, at, 4);
	if (status === undefined) return address(at, view);
	return `[${waitStatusText(Number(status))}]`;
};

const whenFound = (show: Show): Show => (at, view) => (resultOf(view) === 0n ? address : show)(at, view);

/** How clone3 makes a child: fields that are not used are left out. */
const setsChild = (data: DataView): boolean => has(data.getBigUint64(0, true), Bits.CLONE_CHILD_SETTID | Bits.CLONE_CHILD_CLEARTID);
void setsChild;
void CLONE3;
void structure;
void u64;
void u32;
void i32;

/** Each call of prctl: how its arguments are written, from the second on; all five where nothing is said. */
export const PROCESS_ARGUMENTS: ArgumentShows = {
	wait4: {wstatus: atExit(waitStatus), rusage: atExit(whenFound(pointer(RUSAGE)))}, waitid: {infop: atExit(pointer(SIGINFO))},
	setns: {nstype: flags(SETNS_FLAGS)}, set_tid_address: {tidptr: hexLong}, modify_ldt: {func: int},
	execve: {envp: countOfStrings, argv: stringList}, execveat: {envp: countOfStrings, flags: flags(EXECVEAT_FLAGS), pathname: path},
	rseq: {rseq: atEntry(hexLong), rseq_len: hexInt, flags: hexInt, sig: hexInt}, pidfd_send_signal: {info: pointer(SIGINFO), flags: hexInt},
	set_thread_area: {u_info: atExit(pointer(USER_DESC))}, kcmp: {},
};

const kcmp: Form = ({args}) => {
	const base = [early(0, int), early(1, int), early(2, choice(CHOICE_NAMES['kcmp-type']))];
	const type = Number(BigInt.asUintN(32, args[2]));
	if (type === 0) return [...base, early(3, uint), early(4, uint)];
	return type < 7 ? base : [...base, early(3, hexLong), early(4, hexLong)];
};

export const PROCESS_FORMS: Forms = {clone, kcmp};
export const PROCESS_NOTES: Notes = {};
void always;
void ulong;
void bitByBit;
void choiceAndFlags;
