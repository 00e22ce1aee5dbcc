import {describe, expect, test} from 'vitest';
import {Cr4} from '../../source/machine/control-bits.js';
import {Cell} from '../../source/machine/layout.js';
import {Guest} from '../support/guest.js';

/**
 * Two address spaces in ring 0: cr3 and SPARE, whose table is a copy. r8 is the linear address of the page-table entry
 * of SPARE+0x4000, whose page holds 1; writing r10 there makes it the page of SPARE+0x5000, which holds 2.
 */
const SPACES = `
start:	movabsq	$KERNEL_BASE, %rbp
	movabsq	$SPARE, %rbx
	leaq	0x4000(%rbx), %r9
	movq	$1, 0x4000(%rbx)
	movq	$2, 0x5000(%rbx)
	movq	%cr3, %rax
	addq	%rbp, %rax
	movq	%rax, %rsi
	movq	%rbx, %rdi
	movl	$512, %ecx
	rep movsq
	movq	%r9, %rdx
	.irp	shift, 39, 30, 21
	movq	%r9, %rdx
	shrq	$\\shift, %rdx
	andl	$511, %edx
	movq	(%rax,%rdx,8), %rax
	andq	$-4096, %rax
	addq	%rbp, %rax
	.endr
	movq	%r9, %rdx
	shrq	$12, %rdx
	andl	$511, %edx
	leaq	(%rax,%rdx,8), %r8
	movq	(%r8), %r11
	leaq	0x1000(%r11), %r10
	movq	%rbx, %r12
	subq	%rbp, %r12
	movq	%cr3, %r13
`;

/** Runs a text after the set-up; what rax, rcx and rdx then hold tells which page each read met. */
const run = (text: string, cr4 = 0n): Guest => {
	const guest = new Guest(`${SPACES}${text}\nhlt`);
	guest.cells[Cell.CR4] |= cr4;
	guest.bare.machine.cpu.stateReplaced();
	expect(guest.run()).toEqual({kind: 'halted'});
	return guest;
};

const read = (register: string): string => `movq (%r9), %${register}\n`;
const remap = 'movq %r10, (%r8)\n';

describe('The translation cache', () => {
	test('keeps a translation until it is told: invlpg', () => {
		const guest = run(`${read('rax')} ${remap} ${read('rcx')} invlpg (%r9)\n ${read('rdx')}`);
		expect([guest.register('rax'), guest.register('rcx'), guest.register('rdx')]).toEqual([1n, 1n, 2n]);
	});

	test('is emptied by a write to cr3', () => {
		const guest = run(`${read('rax')} ${remap} movq %r13, %cr3\n ${read('rdx')}`);
		expect(guest.register('rdx')).toBe(2n);
	});

	test('keeps global pages over a write to cr3, not over invlpg nor a change of CR4.PGE', () => {
		const globally = `btsq $8, (%r8)\ninvlpg (%r9)\nbtsq $8, %r10\n${read('rax')} ${remap} movq %r13, %cr3\n${read('rcx')}`;
		const invlpg = run(`${globally} invlpg (%r9)\n${read('rdx')}`);
		expect([invlpg.register('rcx'), invlpg.register('rdx')]).toEqual([1n, 2n]);
		const pge = run(`${globally} movq %cr4, %rsi\nbtcq $7, %rsi\nmovq %rsi, %cr4\n${read('rdx')}`);
		expect([pge.register('rcx'), pge.register('rdx')]).toEqual([1n, 2n]);
	});

	test('does not know global pages while CR4.PGE is clear', () => {
		const guest = run(`movq %cr4, %rsi\nbtrq $7, %rsi\nmovq %rsi, %cr4\nbtsq $8, (%r8)\nbtsq $8, %r10\n${read('rax')} ${remap} movq %r13, %cr3\n${read('rcx')}`);
		expect(guest.register('rcx')).toBe(2n);
	});

	test('learns of more rights by itself: a write after W was set does not fault', () => {
		const guest = run('btrq $1, (%r8)\ninvlpg (%r9)\nmovq (%r9), %rax\nbtsq $1, (%r8)\nmovq $7, (%r9)\nmovq (%r9), %rcx');
		expect(guest.register('rcx')).toBe(7n);
	});
});

describe('PCIDs', () => {
	const first = 'leaq 1(%r13), %rsi\nmovq %rsi, %cr3\n';
	const second = (keep: boolean): string => `leaq 2(%r12), %rsi\n${keep ? 'btsq $63, %rsi\n' : ''}movq %rsi, %cr3\n`;
	const back = (keep: boolean): string => `leaq 1(%r13), %rsi\n${keep ? 'btsq $63, %rsi\n' : ''}movq %rsi, %cr3\n`;

	test('keep each space’s translations apart, and bit 63 of cr3 keeps those of the space entered', () => {
		const kept = run(`${first} ${read('rax')} ${second(false)} ${remap} ${read('rcx')} ${back(true)} ${read('rdx')}`, Cr4.PCIDE);
		expect([kept.register('rax'), kept.register('rcx'), kept.register('rdx')]).toEqual([1n, 2n, 1n]);
		const dropped = run(`${first} ${read('rax')} ${second(false)} ${remap} ${back(false)} ${read('rdx')}`, Cr4.PCIDE);
		expect(dropped.register('rdx')).toBe(2n);
	});

	test('bit 63 does not stay in cr3', () => {
		const guest = run(`${first} ${back(true)} movq %cr3, %rax`, Cr4.PCIDE);
		expect(guest.register('rax') >> 63n).toBe(0n);
	});

	test('invlpg drops the current space’s translation only', () => {
		const guest = run(`${first} ${read('rax')} ${second(false)} ${remap} invlpg (%r9)\n ${back(true)} ${read('rdx')}`, Cr4.PCIDE);
		expect(guest.register('rdx')).toBe(1n);
	});

	test.each([
		['type 0 drops one address of one space', 0, 2n],
		['type 1 drops one space', 1, 2n],
		['type 2 drops everything', 2, 2n],
		['type 3 drops everything but global pages', 3, 2n],
	])('invpcid of %s', (_, type, expected) => {
		const guest = run(`${first} ${read('rax')} ${second(false)} ${remap}
	pushq	%r9
	pushq	$1
	movl	$${type}, %eax
	invpcid	(%rsp), %rax
	${back(true)} ${read('rdx')}`, Cr4.PCIDE);
		expect(guest.register('rdx')).toBe(expected);
	});

	test('invpcid of another space leaves this one alone, and types 0, 1 and 3 leave global pages', () => {
		const other = run(`${first} ${read('rax')} ${remap} pushq %r9\npushq $5\nmovl $1, %eax\ninvpcid (%rsp), %rax\n${read('rdx')}`, Cr4.PCIDE);
		expect(other.register('rdx')).toBe(1n);
		for (const type of [0, 1, 3]) {
			const guest = run(`btsq $8, (%r8)\nbtsq $8, %r10\n${first} ${read('rax')} ${remap} pushq %r9\npushq $1\nmovl $${type}, %eax\ninvpcid (%rsp), %rax\n${read('rdx')}`, Cr4.PCIDE);
			expect(guest.register('rdx')).toBe(1n);
		}
	});

	test.each([
		['a type above 3', 'pushq $0\npushq $0\nmovl $4, %eax'],
		['bits above the PCID', 'pushq $0\npushq $0x1000\nmovl $1, %eax'],
		['a PCID while CR4.PCIDE is clear', 'pushq $0\npushq $1\nmovl $1, %eax'],
		['an address that is not canonical', 'movabsq $0x800000000000, %rcx\npushq %rcx\npushq $0\nxorl %eax, %eax'],
	])('invpcid refuses %s with #GP(0)', (_, text) => {
		const guest = new Guest(`start: ${text}\ninvpcid (%rsp), %rax`);
		guest.run();
		expect(guest.last).toMatchObject({vector: 13, errorCode: 0});
	});
});
