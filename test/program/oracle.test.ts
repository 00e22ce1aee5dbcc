import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {assemble} from '../../source/program/assemble.js';
import type {Image, Segment} from '../../source/program/image.js';
import {kernelLayout, userLayout} from '../../source/program/layout.js';
import type {Layout} from '../../source/program/layout.js';
import {link} from '../../source/program/link.js';
import {hex} from './helpers.js';

function missingTool(): string | undefined {
	return ['as', 'ld', 'objcopy', 'nm'].find(tool => {
		try {
			return !execFileSync(tool, ['--version'], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']}).startsWith('GNU');
		} catch {
			return true;
		}
	});
}

const missing = process.arch === 'x64' ? missingTool() : 'an x86-64 computer';
if (missing !== undefined) process.stdout.write(`Not compared with GNU as and ld: ${missing} is missing.\n`);

const folder = missing === undefined ? mkdtempSync(path.join(tmpdir(), 'oracle-')) : '';
afterAll(() => {
	if (folder !== '') rmSync(folder, {recursive: true});
});

const kinds: Readonly<Record<string, string>> = {'.text': '.text .text.*', '.rodata': '.rodata .rodata.*', '.data': '.data .data.*', '.bss': '.bss .bss.* COMMON'};

/** Links with GNU ld at the addresses of an image, and returns the bytes of each segment and the address of each symbol. */
function gnu(text: string, image: Image): {readonly segments: readonly string[]; readonly symbols: ReadonlyMap<string, bigint>} {
	const file = (name: string): string => path.join(folder, name);
	writeFileSync(file('a.s'), text);
	const placed = image.segments.map(({name, address}) => `. = 0x${address.toString(16)}; ${name} : { *(${kinds[name]}) }`);
	writeFileSync(file('a.ld'), `SECTIONS { ${placed.join('\n')}\n/DISCARD/ : { *(.note*) *(.comment) } }\n`);
	execFileSync('as', ['-o', file('a.o'), file('a.s')], {stdio: 'ignore'});
	execFileSync('ld', ['--no-relax', '--build-id=none', '-z', 'max-page-size=4096', '-T', file('a.ld'), '-e', '_start', '-o', file('a.elf'), file('a.o')], {stdio: 'ignore'});
	const contents = (segment: Segment): string => {
		if (segment.bytes.length === 0) return '';
		execFileSync('objcopy', ['-O', 'binary', '-j', segment.name, file('a.elf'), file('a.bin')]);
		return hex(readFileSync(file('a.bin')));
	};
	const listed = execFileSync('nm', [file('a.elf')], {encoding: 'utf8'}).trim().split('\n').map(line => line.split(' '));
	return {
		segments: image.segments.map(segment => contents(segment)),
		symbols: new Map(listed.filter(([address]) => address !== '').map(([address, , name]) => [name, BigInt(`0x${address}`)])),
	};
}

const texts: readonly (readonly [string, string])[] = [
	['jumps of all lengths over alignments', `.globl _start\n_start:\n${Array.from({length: 60}, (_, index) => `l${index}: jmp l${(index * 37) % 60}\njne l${(index * 11 + 7) % 60}\n.skip ${(index * 13) % 40}, 0x90\n.balign ${1 << (index % 5)}`).join('\n')}\nret\n`],
	['a hello world', '.globl _start\n.section .rodata\nmsg: .ascii "hello\\n"\n.set len, . - msg\n.text\n_start:\nmov $1, %eax\nmov $1, %edi\nlea msg(%rip), %rsi\nmov $len, %edx\nsyscall\nmov $60, %eax\nxor %edi, %edi\nsyscall\n'],
];

describe.skipIf(missing !== undefined)('GNU as and ld make the same program', () => {
	describe.each([['in the lower half', userLayout()], ['in the upper half', kernelLayout()]] as const)('%s', (_place, layout) => {
		test.each(texts)('of %s', (_name, text) => compare(text, layout));
	});

	test('of every directive', () => compare(readFileSync(new URL('corpus/directives.s', import.meta.url), 'utf8'), userLayout()));
});

function compare(text: string, layout: Layout): void {
	const image = link([assemble({name: 'a.s', text})], layout);
	const theirs = gnu(text, image);
	expect(image.segments.map(({bytes}) => hex(bytes))).toEqual(theirs.segments);
	const ours = image.symbols.map(({name, address}) => [name, BigInt.asUintN(64, address)]);
	expect(ours).toEqual(ours.map(([name]) => [name, theirs.symbols.get(String(name))]));
}
