/** Executables that can't be run, from the command line to the reason. */
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, describe, expect, test, vi} from 'vitest';
import {command} from '../support/in-process.js';
import {Prng} from '../support/prng.js';
import {smallElf} from '../kernel/services/small-elf.js';
import {lacks, Programs} from './support.js';

vi.setConfig({testTimeout: 240_000});

const programs = new Programs();
afterAll(() => programs.remove());

const file = path.join(programs.folder, 'program');

/** An executable with a number changed. */
function changed(at: number, size: 1 | 2 | 8, value: bigint): Uint8Array {
	const bytes = smallElf();
	for (let index = 0; index < size; index++) bytes[at + index] = Number((value >> BigInt(8 * index)) & 0xffn);
	return bytes;
}

describe('an executable', () => {
	test.each([
		['for 32 bits', changed(4, 1, 1n), /32-bit program/u],
		['for another machine', changed(18, 2, 40n), /32-bit ARM/u],
		['that is dynamic, without its interpreter', smallElf({type: 3, interpreter: '/lib/ld.so'}), /its interpreter \/lib\/ld\.so is not there; give the folder that holds it with --root, as in --root \/, or link the program with -static/u],
		['that is cut off', smallElf().subarray(0, 8192), /truncated/u],
		['whose headers lie about their place', changed(32, 8, 0x1_0000n), /beyond the end of the file/u],
		['whose headers lie about their number', changed(56, 2, 0xffffn), /more than 1170/u],
		['whose segment is larger in the file', changed(64 + 40, 8, 1n), /more bytes in the file/u],
		['that begins nowhere', changed(24, 8, 0n), /lies in no segment/u],
	])('%s is refused with the reason', async (_, bytes, reason) => {
		writeFileSync(file, bytes);
		const {status, stdout, stderr} = await command('run', file);
		expect([status, stdout, stderr.startsWith(`${file}: `), stderr.trimEnd().split('\n').length]).toEqual([65, '', true, 1]);
		expect(stderr).toMatch(reason);
	});

	test('that is dynamic needs an interpreter in the folder of --root', async () => {
		writeFileSync(file, smallElf({type: 3, interpreter: '/lib/ld.so'}));
		expect(await command('run', '--root', programs.folder, file)).toMatchObject({status: 65, stderr: expect.stringContaining('may not be executed') as string});
	});
});

/** Ends of a run that are no fault of ours: the program's own, a signal, a refusal, the limit, waiting for ever. */
const SOUND = (status: number | null): boolean => status !== null && status !== 70 && status !== 73;

test.skipIf(lacks('musl') !== undefined)('200 damaged executables end in a way that can be explained', async () => {
	const whole = [readFileSync(programs.make('hello', 'musl')), smallElf(), smallElf({type: 3})];
	const random = new Prng(11);
	const ends = new Map<number, number>();
	for (let count = 0; count < 200; count++) {
		let bytes: Uint8Array = new Uint8Array(random.pick(whole));
		for (let change = 0; change <= random.below(6); change++) bytes[random.below(random.once(3) ? bytes.length : 64 + 56 * 4)] = random.pick([0, 1, 0xff, 0x80, 0x7f, random.below(256)]);
		if (random.once(6)) bytes = bytes.subarray(0, 4 + random.below(bytes.length - 4));
		// What is no executable at all would be read as text.
		bytes.set([0x7f, 0x45, 0x4c, 0x46]);
		writeFileSync(file, bytes);
		const {status, stderr} = await command('run', '--max-steps', '30000', '--strace=/dev/null', file);
		expect([count, SOUND(status), stderr]).toEqual([count, true, stderr]);
		if (status === 65) expect(stderr).toMatch(/: .+/u);
		ends.set(status ?? -1, (ends.get(status ?? -1) ?? 0) + 1);
	}

	expect(ends.get(65)).toBeGreaterThan(30);
	expect(ends.get(0)).toBeGreaterThan(3);
});
