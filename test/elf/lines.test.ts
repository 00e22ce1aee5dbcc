/** Compares the line tables that we read with what objdump reads, for what gcc makes in several ways. */
import {execFileSync, spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, describe, expect, test, vi} from 'vitest';
import {elfImage, elfLineRows} from '../../source/program/elf/elf-image.js';
import {LineTable, SymbolTable} from '../../source/program/image.js';
import {Prng} from '../support/prng.js';
import {isInstalled} from '../support/programs-on-path.js';
import {lacks, Programs} from './support.js';

vi.setConfig({testTimeout: 120_000});

const programs = new Programs();
afterAll(() => programs.remove());

const isLacking = lacks('dynamic') !== undefined || !isInstalled('objdump');

/** The rows as objdump prints them: file, line or `-` for an end, address, and x for a statement. */
function rowsOfObjdump(file: string): string[] {
	const {stdout} = spawnSync('objdump', ['--dwarf=decodedline', '-w', file], {encoding: 'utf8', maxBuffer: 2 ** 26});
	return [...stdout.matchAll(/^(\S+)\s+(\d+|-)\s+(0x[\da-f]+|0)(?:\[\d+\])?(?:\s+\d+)?(\s+x)?(?:\s+END)?\s*$/gmu)].map(([, name, line, address, statement]) =>
		`${path.basename(name)} ${line} ${BigInt(address)}${line === '-' || (statement as string | undefined) === undefined ? '' : ' x'}`);
}

const ourRows = (bytes: Uint8Array): string[] => elfLineRows(bytes).map(({file, line, address, isStatement, endsSequence}) =>
	`${path.basename(file?.name ?? '')} ${endsSequence ? '-' : line} ${address}${isStatement && !endsSequence ? ' x' : ''}`);

const WAYS = ['-O0', '-O1', '-O2', '-O3', '-Os'].flatMap(level => ['-gdwarf-3', '-gdwarf-4', '-gdwarf-5'].map(format => [level, format] as const));

describe.skipIf(isLacking)('the lines of a program', () => {
	test.each(WAYS)('made with %s %s are those that objdump finds', (level, format) => {
		const file = programs.make('lines', 'dynamic', level, format);
		const wanted = rowsOfObjdump(file);
		expect(wanted.length).toBeGreaterThan(20);
		expect(ourRows(readFileSync(file))).toEqual(wanted);
	});

	test('with several sources, and with sections of its functions’ own, are those that objdump finds', () => {
		const file = path.join(programs.folder, 'two');
		const sources = ['files', 'lines'].map(name => path.join(import.meta.dirname, `${name}.c`));
		execFileSync('gcc', ['-g', '-O2', '-w', '-ffunction-sections', '-Wl,--gc-sections', '-Dmain=other', '-c', '-o', `${file}.o`, sources[0]]);
		execFileSync('gcc', ['-g', '-O2', '-w', '-o', file, `${file}.o`, sources[1]]);
		expect(ourRows(readFileSync(file))).toEqual(rowsOfObjdump(file));
	});

	test('are found by address, and places by line', () => {
		const {image, files} = elfImage(readFileSync(programs.make('lines', 'dynamic', '-O0')), 0x10_0000n);
		const [lines, symbols] = [new LineTable(image.lines), new SymbolTable(image.symbols)];
		const main = symbols.addressOf('main') ?? 0n;
		const sum = symbols.addressOf('sum') ?? 0n;
		expect(main).toBeGreaterThan(0x10_0000n);
		expect([lines.at(main), lines.at(sum)]).toMatchObject([{file: 'elsewhere.c', line: 100}, {file: expect.stringMatching(/lines\.c$/u) as string, line: 7}]);
		expect(symbols.nearest(main + 4n)).toEqual({name: 'main', offset: 4n});
		expect([...files.keys()].map(name => path.basename(name))).toEqual(['lines.c', 'elsewhere.c']);
		// All code of the two functions has a line, and nothing has two.
		for (let at = main; at < main + 100n; at++) expect(lines.at(at)?.file).toBe('elsewhere.c');
		for (const [index, {address, length}] of image.lines.entries()) if (index + 1 < image.lines.length) expect(image.lines[index + 1].address).toBeGreaterThanOrEqual(address + BigInt(length));
	});

	test('of damaged files are read without an end of ours: 2,000 files', () => {
		const whole = [readFileSync(programs.make('lines', 'dynamic', '-O2')), readFileSync(programs.make('lines', 'dynamic', '-O1', '-gdwarf-4'))];
		const random = new Prng(7);
		const {length} = whole[0];
		for (let count = 0; count < 2000; count++) {
			let bytes: Uint8Array = new Uint8Array(random.pick(whole));
			for (let change = 0; change <= random.below(40); change++) bytes[random.once(3) ? length - 1 - random.below(length >> 1) : random.below(length)] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)]);
			if (random.once(6)) bytes = bytes.subarray(0, random.below(length));
			const {image} = elfImage(bytes, BigInt(random.below(2 ** 30)) << 34n);
			expect(image.lines.every(line => line.length > 0)).toBe(true);
		}
	});
});
