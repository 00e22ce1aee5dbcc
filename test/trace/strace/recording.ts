/** What programs/recorder.c has seen of a program's run, and what our writer makes of it. */
import {execFileSync, spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {type MemoryReader, StraceWriter, type TaskListener} from '../../../source/trace/strace/index.js';

/** Bytes at an address, of which zeros at the end are left out of the text. */
export type Piece = readonly [address: string, length: number, hex: string];

/** One thing that a tracer has seen. */
export type TracerEvent =
	| {readonly event: 'started' | 'exiting'; readonly pid: number}
	| {readonly event: 'enter'; readonly pid: number; readonly nr: number; readonly stack: string; readonly args: readonly string[]; readonly memory: readonly Piece[]}
	| {readonly event: 'leave'; readonly pid: number; readonly result: string; readonly memory: readonly Piece[]}
	| {readonly event: 'signal'; readonly pid: number; readonly siginfo: string}
	| {readonly event: 'ended'; readonly pid: number; readonly status: number};

/** A program's run as two tracers have seen it, each a run of its own. */
export interface RecordedRun {
	readonly name: string;
	readonly events: readonly TracerEvent[];
	/** The lines of strace -q -f. */
	readonly lines: readonly string[];
	/** The lines of strace -f -o FILE. */
	readonly prefixed: readonly string[];
}

const bytesOf = ([, length, hex]: Piece): Uint8Array => {
	const bytes = new Uint8Array(length);
	bytes.set(Buffer.from(hex, 'hex'));
	return bytes;
};

/** Reads what has been recorded of a memory; the first of several pieces counts. */
function reader(pieces: readonly Piece[]): MemoryReader {
	const parts = pieces.map(piece => ({start: BigInt(piece[0]), bytes: bytesOf(piece)}));
	return (address, length) => {
		const bytes = new Uint8Array(length);
		let done = 0;
		while (done < length) {
			const at = address + BigInt(done);
			const part = parts.find(({start, bytes: known}) => at >= start && at < start + BigInt(known.length));
			if (part === undefined) return undefined;
			const known = part.bytes.subarray(Number(at - part.start)).subarray(0, length - done);
			bytes.set(known, done);
			done += known.length;
		}

		return bytes;
	};
}

/** Tells a listener what a tracer has seen. */
export function replay(events: readonly TracerEvent[], listener: TaskListener): void {
	const before = new Map<number, readonly Piece[]>();
	for (const event of events) {
		switch (event.event) {
			case 'started':
				listener.started(event.pid);
				break;
			case 'exiting':
				listener.exiting(event.pid);
				break;
			case 'enter':
				before.set(event.pid, event.memory);
				listener.enter(event.pid, {nr: event.nr, args: event.args.map(BigInt), stack: BigInt(event.stack), memory: reader(event.memory)});
				break;
			case 'leave':
				listener.leave(event.pid, {result: BigInt(event.result), memory: reader([...event.memory, ...before.get(event.pid) ?? []])});
				break;
			case 'signal':
				listener.signal(event.pid, Uint8Array.from(Buffer.from(event.siginfo, 'hex')));
				break;
			case 'ended':
				listener.ended(event.pid, event.status);
		}
	}

	listener.finish();
}

/** Our lines of a recorded run. */
export function writtenLines(events: readonly TracerEvent[], tasks: 'several' | 'always' = 'several'): string[] {
	const lines: string[] = [];
	replay(events, new StraceWriter({write: line => lines.push(line), tasks}));
	return lines;
}

/** What may stand before a call in a line. */
const PREFIX = String.raw`^((?:\[pid +\d+\] |\d+ +)?(?:<\.\.\. )?`;
const within = (calls: string, rest: string): RegExp => new RegExp(`${PREFIX}(?:${calls})\\b${rest}`);

/** What differs from run to run, and what stands in its place: times, random bytes, the first program's environment, sizes of the computer. */
const VARIABLE: readonly (readonly [pattern: RegExp, replacement: string])[] = [
	[within('execve', '.*, )0x[0-9a-f]+( /\\*)'), '$1ADDRESS$2'], [/si_([us])time=\d+(?: \/\*[^*]*\*\/)?/g, 'si_$1time=TIME'],
	[within('getrandom', '\\()"[^"]*"(?:\\.\\.\\.)?'), '$1"RANDOM"'], [within('time|times|sysinfo|getcpu', ')\\(.*'), '$1(…)'], [within('getppid', '\\(\\) +=) \\d+'), '$1 PARENT'],
	[within('newfstatat|fstat', '\\([01], .*)st_(?:size|rdev)=[^,]*'), '$1SIZE'], [/ += /, ' = '], [/^(\[pid) +/, '$1 '],
];
const WITH_TIMES = within('clock_gettime|gettimeofday|nanosleep|getrusage|wait4|select|pselect6|ppoll|getitimer', ')');

/** A line without what differs from run to run, but for the numbers of tasks. */
export function comparable(line: string): string {
	const text = WITH_TIMES.test(line) ? line.replace(/tv_(sec|nsec|usec)=\d+/g, 'tv_$1=TIME') : line;
	return VARIABLE.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}

/**
 * Where lines of two runs differ, apart from what must. Tasks have numbers of their own in each run: one run's must stand
 * wherever the other's do.
 *
 * @param tasks - The numbers of the tasks in our run.
 */
export function differences(ours: readonly string[], theirs: readonly string[], tasks: readonly number[]): string[] {
	const known = new Set(tasks.map(String));
	const [there, here] = [new Map<string, string>(), new Map<string, string>()];
	const isSame = (mine: string, other: string): boolean => {
		if (!known.has(mine)) return mine === other;
		there.set(mine, there.get(mine) ?? other);
		here.set(other, here.get(other) ?? mine);
		return there.get(mine) === other && here.get(other) === mine;
	};

	const isSameLine = (mine: string, other: string): boolean => {
		const [a, b] = [mine, other].map(line => comparable(line).split(/(\d+)/));
		return a.length === b.length && a.every((part, index) => (index % 2 === 0 ? part === b[index] : isSame(part, b[index])));
	};

	return Array.from({length: Math.max(ours.length, theirs.length)}, (_, index) => [ours.at(index) ?? '(nothing)', theirs.at(index) ?? '(nothing)'])
		.filter(([mine, other]) => !isSameLine(mine, other)).map(([mine, other]) => `ours:   ${mine}\nstrace: ${other}`);
}

const UNFINISHED = ' <unfinished ...>';

/**
 * Lines by task, with calls in one piece that other tasks' events have come in between: which they are is chance where
 * several tasks run.
 *
 * @param prefixed - Lines that all begin with a task's number.
 */
export function byTask(prefixed: readonly string[]): string[] {
	const tasks = new Map<string, string[]>();
	for (const line of prefixed) {
		const [, pid, text] = /^(\d+) +(.*)$/.exec(line) ?? ['', '', line];
		const lines = tasks.get(pid) ?? [];
		tasks.set(pid, lines);
		const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text)?.[1];
		const begun = lines.at(-1);
		if (resumed !== undefined && begun?.endsWith(UNFINISHED) === true) lines[lines.length - 1] = begun.slice(0, -UNFINISHED.length) + resumed;
		else lines.push(`${pid} ${text}`);
	}

	return [...tasks.values()].flat().map(line => line.replace(/ += /, ' = '));
}

/** The tasks of a tracer's events, in the order in which they come into being. */
export const tasksOf = (events: readonly TracerEvent[]): number[] => [...new Set(events.map(({pid}) => pid))];

/** Programs in programs/, with their arguments; `c` links the C library. */
export const PROGRAMS: readonly (readonly [name: string, source: string, args: readonly string[]])[] = [
	['hello', 'hello', []], ['files', 'files', []], ['memory', 'memory', []], ['identity', 'identity', []], ['signals', 'signals', []], ['sockets', 'sockets', []],
	['processes', 'processes', []], ['threads', 'threads', []],
	...['null', 'write to read-only memory', 'canonical', 'division', 'instruction', 'breakpoint', 'privileged', 'term', 'kill', 'real-time'].map((how): [string, string, string[]] => [`a fault: ${how}`, 'faults', [how]]),
];

/** Programs that need the C library. */
const WITH_LIBRARY: readonly string[] = ['hello', 'recorder'];

/** Builds a program and returns its file. */
export function build(programs: string, folder: string, source: string): string {
	const file = path.join(folder, source);
	const options = WITH_LIBRARY.includes(source) ? ['-O1', '-static'] : ['-O1', '-w', '-nostdlib', '-static', '-ffreestanding', '-fno-stack-protector', '-fno-builtin'];
	execFileSync('gcc', [...options, '-o', file, path.join(programs, `${source}.c`)]);
	return file;
}

const ENVIRONMENT = {TZ: 'UTC', PATH: process.env.PATH};

/** Runs a program under both tracers, without randomized addresses. */
export function recordRun(recorder: string, folder: string, file: string, name: string, args: readonly string[]): RecordedRun {
	const [events, prefixed] = [path.join(folder, 'events'), path.join(folder, 'prefixed')];
	const run = (...command: readonly string[]): string =>
		spawnSync('setarch', ['-R', ...command, file, ...args], {encoding: 'latin1', env: ENVIRONMENT, stdio: ['ignore', 'ignore', 'pipe'], timeout: 60_000, cwd: folder}).stderr;
	run(recorder, events);
	const lines = linesOf(run('strace', '-q', '-f'));
	run('strace', '-q', '-f', '-o', prefixed);
	return {name, events: linesOf(readFileSync(events, 'latin1')).map(line => JSON.parse(line) as TracerEvent), lines, prefixed: linesOf(readFileSync(prefixed, 'latin1'))};
}

const linesOf = (text: string): string[] => text.trimEnd().split('\n');
