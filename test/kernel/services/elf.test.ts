import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {parseElf} from '../../../source/kernel/services/elf.js';
import {Prng} from '../../support/prng.js';
import {Services, TID} from './services.js';
import {smallElf} from './small-elf.js';

const DAMAGED = 5000;

const folder = mkdtempSync(join(tmpdir(), 'elf-'));
afterAll(() => rmSync(folder, {recursive: true}));

/** A program made by the C compiler; undefined, with the reason printed, where there is none that can. */
function compiled(...options: string[]): Uint8Array | undefined {
	const [source, output] = [join(folder, 'a.c'), join(folder, 'a.out')];
	writeFileSync(source, 'int data[5000] = {1}; int bss[5000]; int main(void) { return data[0] + bss[1]; }\n');
	try {
		execFileSync('gcc', [...options, '-o', output, source], {stdio: 'pipe'});
		return readFileSync(output);
	} catch (error) {
		process.stdout.write(`skipped: gcc ${options.join(' ')} does not work here (${String(error).slice(0, 80)})\n`);
		return undefined;
	}
}

/** Changes a number at a place. */
function changed(at: number, bytes: number, value: number | bigint): Uint8Array {
	const elf = smallElf();
	const view = new DataView(elf.buffer);
	for (let index = 0; index < bytes; index++) view.setUint8(at + index, Number((BigInt(value) >> BigInt(8 * index)) & 0xffn));
	return elf;
}

const HEADER = 64;

describe('An ELF file', () => {
	test('tells what is to be mapped where', () => {
		const elf = parseElf(smallElf());
		if ('refused' in elf) throw new Error(elf.refused);
		expect(elf).toMatchObject({entry: 0x40_1000, relocatable: false, headers: 0x40_0040, headerCount: 4, interpreter: undefined, executableStack: false, alignment: 4096});
		expect(elf.segments.map(({prot}) => prot)).toEqual([1, 5, 3]);
	});

	test.each([
		['is empty', new Uint8Array(0), 'no ELF file'],
		['is text', new TextEncoder().encode('#!/bin/sh\nexit\n'), 'no ELF file'],
		['is cut within the header', smallElf().subarray(0, 40), 'ends after 40 bytes'],
		['is for 32 bits', changed(4, 1, 1), '32-bit program'],
		['is big-endian', changed(5, 1, 2), 'little-endian'],
		['is an object', changed(16, 2, 1), 'not linked yet'],
		['is for ARM', changed(18, 2, 183), '64-bit ARM'],
		['has headers of another size', changed(54, 2, 32), '32 bytes, not 56'],
		['has no headers', changed(56, 2, 0), 'no program headers'],
		['has too many headers', changed(56, 2, 60_000), 'more than 1170'],
		['has headers beyond its end', changed(32, 8, 9000), 'beyond the end of the file'],
		['has an offset of 2^63', changed(32, 8, 2n ** 63n), 'beyond what a program can have'],
		['is cut within a segment', smallElf().subarray(0, 8192), 'truncated'],
		['has more in the file than in memory', changed(HEADER + 40, 8, 5), 'more bytes in the file than in memory'],
		['has an alignment of 3', changed(HEADER + 48, 8, 3), 'wants an alignment'],
		['stands askew', changed(HEADER + 8, 8, 1), 'as it stands in the file'],
		['overlaps itself', changed(HEADER + 40, 8, 0x1001), 'overlaps'],
		['reaches into the kernel’s half', changed(HEADER + 2 * 56 + 40, 8, 0x7fff_ffff_0000n), 'beyond the addresses'],
		['is as large as all memory', changed(HEADER + 2 * 56 + 40, 8, 2n ** 40n), 'take up'],
		['begins nowhere', changed(24, 8, 0x1234), 'lies in no segment'],
		['has an endless interpreter path', smallElf({interpreter: 'x'.repeat(8)}).fill(1, 0x180, 0x180 + 9), 'has no end'],
	])('that %s is refused with the reason', (_, bytes, reason) => {
		const elf = parseElf(bytes);
		expect('refused' in elf ? elf.refused : 'accepted').toContain(reason);
	});

	test(`is never read wrongly, however it is damaged: ${DAMAGED} files`, {timeout: 60_000}, () => {
		const random = new Prng(5);
		const whole = [smallElf(), smallElf({type: 3}), smallElf({interpreter: '/lib/ld.so'}), compiled('-static')?.subarray(0, 60_000)].filter(elf => elf !== undefined);
		let accepted = 0;
		let started = 0;
		for (let count = 0; count < DAMAGED; count++) {
			let bytes = random.pick(whole).slice();
			for (let change = 0; change <= random.below(6); change++) bytes[random.below(random.once(4) ? bytes.length : 64 + 56 * 4)] = random.pick([0, 1, 0xff, 0x80, 0x7f, random.below(256)]);
			if (random.once(5)) bytes = bytes.subarray(0, random.below(bytes.length));
			const elf = parseElf(bytes);
			if ('refused' in elf) {
				expect(elf.refused.length).toBeGreaterThan(5);
				continue;
			}

			accepted++;
			if (count % 8 !== 0) continue;
			// What is accepted is also loaded: it starts or is refused, and loses no page.
			const s = new Services({memory: 4 * 1024 * 1024, files: new Map([['/a', {bytes, mode: 0o755}]])});
			const before = s.used;
			const result = s.services.start({tid: 77, program: '/a', argv: ['a'], envp: []});
			if (!('refused' in result)) {
				started++;
				s.call('release_task', 77);
			}

			expect(s.used).toBe(before);
		}

		expect(accepted).toBeGreaterThan(100);
		expect(started).toBeGreaterThan(10);
	});
});

describe('Loading', () => {
	test('a static program made by gcc maps its segments and heap, and lays out the auxiliary vector', context => {
		const bytes = compiled('-static');
		if (bytes === undefined) return context.skip();
		const s = new Services({memory: 32 * 1024 * 1024, files: new Map([['/a.out', {bytes, mode: 0o755}]]), program: '/a.out', argv: ['./a.out', 'x'], envp: ['A=B']});
		const elf = parseElf(bytes);
		if ('refused' in elf) throw new Error(elf.refused);
		expect(s.entry).toBe(elf.entry);
		const values = auxiliary(s);
		expect(values.get(9)).toBe(elf.entry);
		expect(values.get(3)).toBe(elf.headers);
		expect(values.get(5)).toBe(elf.headerCount);
		expect([values.get(4), values.get(6), values.get(7), values.get(17), values.get(23)]).toEqual([56, 4096, 0, 100, 0]);
		expect(s.text(values.get(31) ?? 0, 7)).toBe('/a.out\0');
		expect(s.text(values.get(15) ?? 0, 7)).toBe('x86_64\0');
		expect(values.has(33)).toBe(false);
		const {length} = bytes;
		for (const {address, offset, fileSize} of elf.segments) expect(Buffer.compare(s.peek(address, Math.min(fileSize, length)), bytes.subarray(offset, offset + fileSize))).toBe(0);
		const last = elf.segments[elf.segments.length - 1];
		expect(s.peek(last.address + last.fileSize, last.memorySize - last.fileSize).every(byte => byte === 0)).toBe(true);
		expect(s.call('brk', 0)).toBe(Math.ceil((last.address + last.memorySize) / 4096) * 4096);
		expect(s.stackPointer % 16).toBe(0);
		return undefined;
	});

	test('a static-PIE goes below the stack, its heap far below', context => {
		const bytes = compiled('-static-pie');
		if (bytes === undefined) return context.skip();
		const s = new Services({memory: 32 * 1024 * 1024, files: new Map([['/a.out', {bytes, mode: 0o755}]]), program: '/a.out'});
		expect(s.entry).toBeGreaterThan(0x7fff_f000_0000);
		expect(s.call('brk', 0)).toBe(0x5555_5555_4000);
		expect(s.services.mapsText(TID)).toContain('r-xp');
		expect((auxiliary(s).get(3) ?? 0) % 4096).toBe(64);
		return undefined;
	});

	test('a program with an interpreter begins in the interpreter, and without it is refused', () => {
		const files = new Map([['/a', {bytes: smallElf({type: 3, interpreter: '/lib/ld.so'}), mode: 0o755}], ['/lib/ld.so', {bytes: smallElf({type: 3}), mode: 0o755}]]);
		const s = new Services({files, program: '/a'});
		const base = auxiliary(s).get(7) ?? 0;
		expect(base).toBeGreaterThan(0x7fff_0000_0000);
		expect(s.entry).toBe(base + 0x1000);
		expect(auxiliary(s).get(9)).toBe(0x5555_5555_5000);
		files.delete('/lib/ld.so');
		expect(() => new Services({files, program: '/a'})).toThrow('its interpreter /lib/ld.so is not there');
	});
});

/** The auxiliary vector on the stack, by type. */
function auxiliary(s: Services): Map<number, number> {
	let at = s.stackPointer + 8;
	for (let list = 0; list < 2; list++) {
		while (s.number(at, 8) !== 0) at += 8;
		at += 8;
	}

	const values = new Map<number, number>();
	for (; s.number(at, 8) !== 0; at += 16) values.set(s.number(at, 8), s.number(at + 8, 8));
	return values;
}
