/** Made-up calls in a file, with what the real strace has written of them. */
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {gunzipSync, gzipSync} from 'node:zlib';
import {SYSCALLS} from '../../../source/kernel/syscall-table.js';
import {Prng} from '../../support/prng.js';
import {type PlayedCall, type Pretended, straceLines, UNPLAYABLE} from './player.js';
import {CallMaker} from './random-calls.js';
import type {RecordedRun} from './recording.js';

/** Files with what has been recorded where strace was present. */
export const RECORDED = path.join(import.meta.dirname, 'recorded');

/** The first number that strace 6.1 has no name for. */
const FIRST_UNKNOWN = 451;

/**
 * Calls that are not compared, since strace says more of them than we do: what only some devices, protocols or tracers
 * take, and what the calls of a whole subsystem hide in one argument.
 */
export const APPROXIMATE: ReadonlySet<string> = new Set([
	'accept', 'accept4', 'bind', 'bpf', 'connect', 'getpeername', 'getsockname', 'getsockopt', 'io_cancel', 'io_submit', 'io_uring_register', 'io_uring_setup', 'keyctl', 'perf_event_open',
	'prctl', 'ptrace', 'quotactl', 'quotactl_fd', 'recvfrom', 'recvmmsg', 'recvmsg', 'sched_setattr', 'seccomp', 'sendmmsg', 'sendmsg', 'sendto', 'setsockopt', 'socket', 'socketpair',
]);

/** Calls whose text goes wrong in strace itself when their result does not fit their arguments: only a failure is compared. */
const ONLY_FAILING: ReadonlySet<string> = new Set(['arch_prctl', 'capget', 'getdents', 'getdents64', 'getgroups', 'modify_ldt', 'poll', 'ppoll', 'pselect6', 'sched_getattr', 'select']);

/** Calls that are compared with made-up arguments. */
export const PLAYED = SYSCALLS.filter(({number, name}) => number < FIRST_UNKNOWN && !UNPLAYABLE.includes(name) && !APPROXIMATE.has(name));

/** The results that strace pretends. The largest is an address; the last means that the call is to be made again. */
export const PRETENDED: readonly Pretended[] = [{retval: 0n}, {retval: 3n}, {retval: 40n}, {retval: 0x7f_1234_5000n}, {error: 9}, {error: 14}, {error: 512}];

/** Some of each call for a result. */
export function makeCalls(seed: number, count: number, pretended: Pretended): PlayedCall[] {
	const maker = new CallMaker(new Prng(seed));
	const calls = PLAYED.filter(({name}) => 'error' in pretended || !ONLY_FAILING.has(name));
	return calls.flatMap(syscall => Array.from({length: count}, () => maker.make(syscall)));
}

/** Made-up calls with one result, and strace's lines of them. */
export interface PlayedCalls {
	readonly pretended: Pretended;
	readonly calls: readonly PlayedCall[];
	readonly lines: readonly string[];
}

/** Plays some of each call to the real strace. */
export function playCalls(folder: string, seed: number, count: number, pretended: Pretended): PlayedCalls {
	const calls = makeCalls(seed, count, pretended);
	return {pretended, calls, lines: straceLines(folder, calls, pretended)};
}

const file = (name: string): string => path.join(RECORDED, `${name}.json.gz`);

const hex = (value: bigint): string => value.toString(16);

/** Puts played calls into a file. */
export function writePlayed(all: readonly PlayedCalls[]): void {
	const plain = all.map(({pretended, calls, lines}) => ({
		pretended: 'retval' in pretended ? {retval: hex(pretended.retval)} : pretended, lines,
		calls: calls.map(({nr, args, pieces}) => [nr, args.map(hex), pieces.map(([offset, bytes]) => [offset, Buffer.from(bytes).toString('base64')])]),
	}));
	writeFileSync(file('calls'), gzipSync(JSON.stringify(plain), {level: 9}));
}

interface PlainPlayed {
	readonly pretended: {readonly retval: string} | {readonly error: number};
	readonly lines: readonly string[];
	readonly calls: readonly (readonly [nr: number, args: readonly string[], pieces: readonly (readonly [number, string])[]])[];
}

const read = (name: string): unknown => JSON.parse(gunzipSync(readFileSync(file(name))).toString('utf8'));

/** The played calls of the file. */
export const readPlayed = (): PlayedCalls[] => (read('calls') as readonly PlainPlayed[]).map(({pretended, lines, calls}) => ({
	pretended: 'retval' in pretended ? {retval: BigInt(`0x${pretended.retval}`)} : pretended, lines,
	calls: calls.map(([nr, args, pieces]) => ({nr, args: args.map(argument => BigInt(`0x${argument}`)), pieces: pieces.map(([offset, bytes]) => [offset, Uint8Array.from(Buffer.from(bytes, 'base64'))])})),
}));

/** Puts recorded runs into a file. */
export const writeRuns = (runs: readonly RecordedRun[]): void => writeFileSync(file('programs'), gzipSync(JSON.stringify(runs), {level: 9}));

/** The recorded runs of the file. */
export const readRuns = (): RecordedRun[] => read('programs') as RecordedRun[];
