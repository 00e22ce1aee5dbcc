import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {bytesOf} from './helpers.js';

/** Each line of a corpus is the bytes that GNU as 2.40 makes, and the instruction. */
function corpus(name: string): readonly (readonly [hex: string, text: string])[] {
	const lines = readFileSync(new URL(`corpus/${name}`, import.meta.url), 'utf8').trimEnd().split('\n');
	return lines.map(line => {
		const [bytes, ...words] = line.split(/\s+/);
		return [bytes, words.join(' ')] as const;
	});
}

describe('every instruction becomes the bytes that GNU as makes of it', () => {
	test('in AT&T syntax', () => {
		const rows = corpus('instructions-att.txt');
		expect(rows.length).toBeGreaterThan(1000);
		expect(rows.map(([, text]) => `${bytesOf(text)} ${text}`)).toEqual(rows.map(row => row.join(' ')));
	});

	test('in Intel syntax', () => {
		const rows = corpus('instructions-intel.txt');
		expect(rows.length).toBeGreaterThan(500);
		expect(rows.map(([, text]) => `${bytesOf(`.intel_syntax noprefix\n${text}`)} ${text}`)).toEqual(rows.map(row => row.join(' ')));
	});
});

describe('names in instructions', () => {
	test.each([
		['a symbol set to a number is a number in every place', '.set A, 1\n.equ B, 6\nT = 0x14\nmov $(A|B), %ecx\nmovq %rsp, %gs:0x1000+T\nmov 8*3(%rsp), %rax', 'b907000000654889242514100000488b442418'],
		['a distance of labels is a displacement', '1: nop\nnop\n2: movq -(2b - 1b)(%rsp), %rax', '9090488b4424fe'],
		['a symbol set below keeps the wide form', 'addq $LATER, %rax\nmov LATER(%rax), %rbx\n.set LATER, 0x20', '480520000000488b9820000000'],
		['an immediate set below has the width of the operation', 'cmpl $LATER, (%rax)\ncmpw $LATER, (%rax)\ncmpb $LATER, (%rax)\nshll $LATER, (%rax)\n.set LATER, 5', '8138050000006681380500803805c12005'],
		['an immediate of 32 bits set below may have its highest bit set', 'orl $LATER, 8(%rax)\n.set LATER, 0x80000000', '81480800000080'],
	['movabs takes an address', 'movabs $name, %r9\nname:', '49b90000000000000000'],
		['a scale may be an expression', '.set SIZE, 8\nlea (%rax,%rcx,SIZE), %rdx', '488d14c8'],
		['a character constant may be any of the signs that begin comments', 'mov $\'#\', %al; mov $\';\', %bl; mov $\'/\', %cl; mov $\'\\\'\', %dl; mov $\'a, %al', 'b023b33bb12fb227b061'],
		['Intel syntax knows the same names', '.set OFF, 16\n.intel_syntax noprefix\nmov rdi, [rbx + OFF*2 - 4]\nmov eax, OFF', '488b7b1cb810000000'],
	])('%s', (_, text, expected) => {
		expect(bytesOf(text)).toBe(expected);
	});

	test('%gs:name + offset becomes one displacement', () => {
		expect(bytesOf('.set cpu_tss_rw, 0x6000\n.set TSS_sp2, 20\nmovq %rsp, %gs:cpu_tss_rw + TSS_sp2')).toBe('654889242514600000');
	});
});

describe('prefixes', () => {
	test.each([
		['may stand on the line of the instruction', 'rep movsb', 'f3a4'],
		['may be a statement of their own', 'rep; movsb\nlock\nincl (%rax)', 'f3a4f0ff00'],
		['may be several', 'notrack jmp *%rax\nrepne scasb', '3effe0f2ae'],
	])('%s', (_, text, expected) => {
		expect(bytesOf(text)).toBe(expected);
	});
});

describe('jumps', () => {
	test('are short where the target is near and long where it is far', () => {
		expect(bytesOf('1: jmp 1b\n jne 2f\n .skip 126\n2: je 2b')).toBe(`ebfe757e${'00'.repeat(126)}74fe`);
		expect(bytesOf('jne 2f\n .skip 128\n2:')).toBe(`0f8580000000${'00'.repeat(128)}`);
	});

	test('that grow push others out of reach, until all of them fit', () => {
		const text = 'jmp 1f\n.skip 124\njmp 2f\n1: .skip 128\n2: nop';
		expect(bytesOf(text)).toBe(`e981000000${'00'.repeat(124)}e980000000${'00'.repeat(128)}90`);
	});

	test('over an alignment count the padding', () => {
		expect(bytesOf('jmp 1f\n.balign 8\n1: ret')).toBe('eb06660f1f440000c3');
	});
});
