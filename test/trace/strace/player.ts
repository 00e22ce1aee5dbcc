/** Calls that are made up, with their memory, and what the real strace writes of them. */
import {execFileSync, spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {type MemoryReader, StraceWriter} from '../../../source/trace/strace/index.js';

/** Where the memory of made-up calls lies, and how much of it there is; nothing is mapped after it. */
export const ARENA = 0x2000_0000n;
export const ARENA_SIZE = 0x4000;

/** One call: what a program would do before it, and with which registers. */
export interface PlayedCall {
	readonly nr: number;
	readonly args: readonly bigint[];
	/** Bytes at offsets in the arena, the rest of which is zero. */
	readonly pieces: readonly (readonly [offset: number, bytes: Uint8Array])[];
}

/** A result that strace pretends: the call itself is not made. */
export type Pretended = {readonly retval: bigint} | {readonly error: number};

/** Calls that can't be kept from being made, or that strace doesn't write when they come first. */
export const UNPLAYABLE: readonly string[] = ['execve', 'exit', 'exit_group', 'restart_syscall', 'rt_sigreturn'];

const resultOf = (pretended: Pretended): bigint => ('retval' in pretended ? pretended.retval : BigInt.asUintN(64, -BigInt(pretended.error)));

/** The script that programs/player.c plays. */
function scriptOf(calls: readonly PlayedCall[]): Buffer {
	const pieces: Buffer[] = [];
	for (const {nr, args, pieces: memory} of calls) {
		const head = Buffer.alloc(64);
		[BigInt(nr), ...args, BigInt(memory.length)].forEach((word, index) => head.writeBigUInt64LE(BigInt.asUintN(64, word), index * 8));
		pieces.push(head);
		for (const [offset, bytes] of memory) {
			const place = Buffer.alloc(8);
			place.writeUInt32LE(offset, 0);
			place.writeUInt32LE(bytes.length, 4);
			pieces.push(place, Buffer.from(bytes));
		}
	}

	return Buffer.concat(pieces);
}

/** What strace writes of calls, one line each, when it pretends this result. */
export function straceLines(folder: string, calls: readonly PlayedCall[], pretended: Pretended): string[] {
	const file = (name: string): string => path.join(folder, name);
	writeFileSync(file('script'), scriptOf(calls));
	execFileSync('gcc', [
		'-O1', '-nostdlib', '-static', '-ffreestanding', '-fno-stack-protector', `-DSCRIPT="${file('script')}"`, `-Wl,--section-start=.arena=0x${ARENA.toString(16)}`,
		'-o', file('player'), path.join(import.meta.dirname, 'programs', 'player.c'),
	]);
	const result = 'retval' in pretended ? `retval=${pretended.retval}` : `error=${pretended.error}`;
	const run = spawnSync('strace', ['-o', file('lines'), '-e', `inject=!${UNPLAYABLE.join(',')}:${result}`, file('player')], {encoding: 'latin1', env: {...process.env, TZ: 'UTC'}});
	if (run.status !== 0) throw new Error(`strace ended with ${run.status} ${run.signal}: ${run.stderr}`);
	const lines = readFileSync(file('lines'), 'latin1').split('\n');
	return lines.slice(1, 1 + calls.length).map(line => line.replace(/ \(INJECTED\)$/, ''));
}

/** Reads the arena of a call. */
export function arenaReader({pieces}: PlayedCall): MemoryReader {
	const arena = new Uint8Array(ARENA_SIZE);
	for (const [offset, bytes] of pieces) arena.set(bytes, offset);
	return (address, length) => {
		const at = Number(address - ARENA);
		return at >= 0 && at + length <= ARENA_SIZE ? arena.slice(at, at + length) : undefined;
	};
}

/** The task that makes the calls; its number is not in any line. */
const TASK = 1;

/** Our lines of calls. */
export function ourLines(calls: readonly PlayedCall[], pretended: Pretended): string[] {
	const lines: string[] = [];
	const writer = new StraceWriter({write: line => lines.push(line)});
	for (const call of calls) {
		const memory = arenaReader(call);
		writer.enter(TASK, {nr: call.nr, args: call.args, memory});
		writer.leave(TASK, {result: resultOf(pretended), memory});
	}

	return lines;
}
