import {describe, expect, test} from 'vitest';
import {Guest} from '../support/guest.js';

describe('Code that is written', () => {
	test('runs as written, even ahead in the same straight run', () => {
		const guest = new Guest(`
start:	movabsq	$patch, %rbx
	movb	$0xc1, 1(%rbx)
	nop
patch:	incl	%eax		# becomes incl %ecx
	hlt
`);
		guest.run();
		expect([guest.register('rax'), guest.register('rcx')]).toEqual([0n, 1n]);
	});

	test('runs as written each time round a loop', () => {
		const guest = new Guest(`
start:	movabsq	$patch, %rbx
	movl	$5, %ecx
1:	incb	1(%rbx)
patch:	movb	$0, %al
	addl	%eax, %edx
	loop	1b
	hlt
`);
		guest.run();
		expect(guest.register('rdx')).toBe(15n);
	});

	test('by a string instruction that overwrites itself', () => {
		const guest = new Guest(`
start:	movabsq	$here, %rdi
	movb	$0xf4, %al
	movl	$4, %ecx
here:	rep stosb
	nop
	nop
	nop
`);
		expect(guest.run()).toEqual({kind: 'halted'});
		// The instruction itself goes on to its end; behind it stands hlt now.
		expect(guest.bare.machine.rip).toBe(guest.address('here') + 3n);
	});

	test('through another linear address of the same page', () => {
		const guest = new Guest(`
start:	to_user user
	.section .user,"ax"
user:	xorl	%eax, %eax
	movl	$5, %ecx
1:	incb	0x900000+patch-user+1
patch:	movb	$0, %al
	addl	%eax, %edx
	loop	1b
	int3
`);
		guest.bare.alias(0x90_0000n, 0x40_0000n, {write: true});
		guest.run();
		expect(guest.vectors).toEqual([3]);
		expect(guest.register('rdx')).toBe(15n);
	});

	test('where an instruction reaches into the next page', () => {
		const guest = new Guest('start: to_user 0x803ffd');
		guest.mapUser(0x80_3000n, {execute: true, write: true});
		guest.mapUser(0x80_4000n, {execute: true, write: true});
		// At 0x803ffd: mov $1, %ebx over the page end; incb 0x804000; cmp $4, %ebx; jne back; int3.
		guest.bare.poke(0x80_3ffdn, Uint8Array.of(0xbb, 0x01, 0x00));
		guest.bare.poke(0x80_4000n, Uint8Array.from([0x00, 0x00, 0xfe, 0x04, 0x25, 0xfe, 0x3f, 0x80, 0x00, 0x83, 0xfb, 0x04, 0x75, 0xef, 0xcc]));
		guest.run();
		expect(guest.vectors).toEqual([3]);
		expect(guest.register('rbx')).toBe(4n);
	});
});

describe('A code page that is remapped', () => {
	test('runs from the new page after invlpg, at the same linear address', () => {
		const guest = new Guest(`
start:	movl	$0x40, %eax
	movq	%cr4, %rax
	btrq	$20, %rax
	movq	%rax, %cr4
	movl	$0x803000, %ebp
	call	*%rbp
	movl	%eax, %ebx
	movabsq	$swap, %rdi
	movq	(%rdi), %rsi
	movq	8(%rdi), %rdx
	movq	%rdx, (%rsi)
	invlpg	(%rbp)
	call	*%rbp
	hlt
	.balign	8
swap:	.quad	0, 0
`);
		guest.mapUser(0x80_3000n, {execute: true});
		guest.mapUser(0x80_4000n, {execute: true});
		guest.bare.poke(0x80_3000n, Uint8Array.of(0xb8, 1, 0, 0, 0, 0xc3));
		guest.bare.poke(0x80_4000n, Uint8Array.of(0xb8, 2, 0, 0, 0, 0xc3));
		const [, , , first] = guest.bare.machine.cpu.paging.explain(0x80_3000n);
		guest.setWord(guest.address('swap'), 0xffff_8000_0000_0000n + BigInt(first.entryAddress));
		guest.setWord(guest.address('swap') + 8n, guest.entry(0x80_4000n));
		guest.run();
		expect([guest.register('rbx'), guest.register('rax')]).toEqual([1n, 2n]);
	});
});
