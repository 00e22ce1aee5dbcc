import fc from 'fast-check';
import {expect, test} from 'vitest';
import {syscallByNumber, SYSCALLS} from '../../../source/kernel/syscall-table.js';
import {type MemoryReader, recordLine, StraceRecorder, StraceSummary, StraceWriter} from '../../../source/trace/strace/index.js';
import {Prng} from '../../support/prng.js';
import {arenaReader} from './player.js';
import {CallMaker} from './random-calls.js';

const CALLS = 50_000;
/** Longer than any line can be: a path that needs four characters a byte, several times. */
const LONGEST_LINE = 100_000;
/** Bytes that a call may look at, several times over. */
const MOST_BYTES = 4_000_000;

/** Memory that counts what is read of it. */
class Counted {
	bytes = 0;

	constructor(private readonly memory: MemoryReader) {}

	readonly read: MemoryReader = (address, length) => {
		this.bytes += length;
		return this.memory(address, length);
	};
}

test(`${CALLS} calls with any arguments, memory and results make short lines, and never an exception`, () => {
	const prng = new Prng(20_240_610);
	const maker = new CallMaker(prng);
	let lines = 0;
	const writer = new StraceWriter({write: line => {
		lines++;
		if (line.length > LONGEST_LINE) throw new Error(`a line of ${line.length} characters: ${line.slice(0, 200)}`);
		if (line.includes('undefined') || line.includes('NaN') || line.includes('\n')) throw new Error(line.slice(0, 2000));
	}});
	for (let index = 0; index < CALLS; index++) {
		const syscall = SYSCALLS[prng.below(SYSCALLS.length)];
		const call = maker.make(syscall);
		const memory = new Counted(arenaReader(call));
		const args = prng.once(10) ? call.args.map(() => prng.word()) : call.args;
		const nr = prng.once(100) ? prng.bits() | 0 : call.nr;
		writer.enter(1, {nr, args, stack: args[0], memory: memory.read});
		const after = new Counted(prng.once(2) ? memory.read : arenaReader(maker.make(syscall)));
		writer.leave(1, {result: prng.pick([0n, 1n, BigInt(prng.below(200)), BigInt.asUintN(64, -BigInt(prng.below(600))), prng.word(), 1n << 40n]), memory: after.read});
		if (memory.bytes + after.bytes > MOST_BYTES) throw new Error(`${syscallByNumber(nr)?.name} has looked at ${memory.bytes + after.bytes} bytes`);
	}

	expect(lines).toBe(CALLS);
}, 120_000);

/** Memory of which every byte is there, and is the same function of its address. */
const everywhere = (seed: number): MemoryReader => (address, length) => Uint8Array.from({length}, (_, index) => Number((address + BigInt(index)) * BigInt(seed) >> 3n & 0xffn));

const word = fc.bigInt({min: 0n, max: 0xffff_ffff_ffff_ffffn});
const event = fc.record({
	pid: fc.integer({min: 1, max: 3}), kind: fc.constantFrom('enter', 'leave', 'signal', 'ended', 'started', 'exiting'), nr: fc.integer({min: -5, max: 470}), args: fc.array(word, {maxLength: 7}),
	result: word, seed: fc.nat({max: 255}), status: fc.integer(), siginfo: fc.uint8Array({minLength: 128, maxLength: 128}),
});

test('events in any order, also of memory without end, are written, recorded and counted', () => {
	fc.assert(fc.property(fc.array(event, {maxLength: 30}), events => {
		const lines: string[] = [];
		const summary = new StraceSummary();
		const listeners = [new StraceWriter({write: line => lines.push(line)}), new StraceRecorder({record: record => lines.push(recordLine(record))}), summary];
		for (const {pid, kind, nr, args, result, seed, status, siginfo} of events) {
			for (const listener of listeners) {
				if (kind === 'enter') listener.enter(pid, {nr, args, memory: everywhere(seed)});
				else if (kind === 'leave') listener.leave(pid, {result, memory: everywhere(seed)});
				else if (kind === 'signal') listener.signal(pid, siginfo);
				else if (kind === 'ended') listener.ended(pid, status);
				else listener[kind](pid);
			}
		}

		for (const listener of listeners) listener.finish();
		expect(Math.max(0, ...lines.map(line => line.length))).toBeLessThan(1_000_000);
		expect(summary.lines().length).toBeGreaterThan(3);
	}), {numRuns: 60, seed: 7});
}, 120_000);
