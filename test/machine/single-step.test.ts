import {describe, expect, test} from 'vitest';
import {Dr6} from '../../source/machine/breakpoints.js';
import {Flag} from '../../source/machine/flags.js';
import {Cell} from '../../source/machine/layout.js';
import {Guest} from '../support/guest.js';

/** A program in ring 3 that starts with TF set; the first exception ends the run. */
const stepped = (user: string): Guest => {
	const guest = new Guest(`
start:	to_user user, 0x302
	.section .user,"ax"
user:	${user}
`);
	guest.run();
	return guest;
};

describe('TF', () => {
	test('traps after one instruction, with rip behind it and BS in DR6', () => {
		const guest = stepped('nop\nafter: nop');
		expect(guest.vectors).toEqual([1]);
		expect(guest.frame[0]).toBe(guest.address('after'));
		expect(guest.cells[Cell.DR6] & Dr6.BS).toBe(Dr6.BS);
	});

	test('is saved in the frame and clear in the handler', () => {
		const guest = stepped('nop');
		expect(guest.frame[2] & Flag.TF).toBe(Flag.TF);
		expect(guest.cells[Cell.RFLAGS] & Flag.TF).toBe(0n);
	});

	test('set by popfq traps after the next instruction only', () => {
		const guest = new Guest(`
start:	pushq	$0x102
	popfq
	nop
after:	nop
	hlt
`);
		guest.run();
		expect(guest.vectors).toEqual([1]);
		expect(guest.frame[0]).toBe(guest.address('after'));
	});

	test('cleared by popfq still traps after the popfq', () => {
		const guest = stepped('pushq $0x202\nnop');
		expect(guest.frame[0]).toBe(guest.address('user') + 5n);
		const clearing = new Guest(`
start:	pushq	$2
	pushq	$0x102
	popfq
	popfq
after:	nop
	hlt
`);
		clearing.run();
		expect(clearing.frame[0]).toBe(clearing.address('after'));
	});

	test('traps after each element of a repeated string, with RF saved for all but the last', () => {
		const guest = new Guest(`
start:	movl	$3, %ecx
	movabsq	$SPARE, %rdi
	xorl	%ebx, %ebx
	pushq	$0x102
	popfq
string:	rep stosb
after:	pushq	$2
	popfq
	hlt
vector_1:
	movq	(%rsp), %r8
	cmpq	%r9, %r8
	movq	16(%rsp), %rax
	shlq	$1, %rbx
	btq	$16, %rax
	adcq	$0, %rbx
	incq	%r15
	movabsq	$after, %r9
	cmpq	%r9, %r8
	jne	1f
	andq	$~0x100, 16(%rsp)
1:	iretq
`);
		guest.run();
		expect(guest.register('r15')).toBe(3n);
		expect(guest.register('rbx')).toBe(0b110n);
	});

	test('does not trap after an instruction that faulted', () => {
		expect(stepped('ud2').vectors).toEqual([6]);
	});

	test('does not trap after int3 has entered its handler', () => {
		const guest = new Guest(`
start:	pushq	$0x102
	popfq
	int3
vector_3:
	nop
	hlt
`);
		guest.run();
		expect(guest.vectors).toEqual([3]);
	});

	test('does not trap after a load of ss, but after the instruction behind it', () => {
		const guest = new Guest(`
start:	movl	$0x18, %eax
	pushq	$0x102
	popfq
	movw	%ax, %ss
	nop
after:	nop
	hlt
`);
		guest.run();
		expect(guest.frame[0]).toBe(guest.address('after'));
	});

	test('after iretq is the old one: the instruction returned to runs first', () => {
		const guest = stepped('nop\nafter: nop');
		expect(guest.frame[0]).toBe(guest.address('user') + 1n);
	});

	test('on the way out of hlt ends the wait', () => {
		const guest = new Guest(`
start:	pushq	$0x102
	popfq
	hlt
after:	nop
`);
		guest.run();
		expect(guest.vectors).toEqual([1]);
		expect(guest.frame[0]).toBe(guest.address('after'));
	});
});

describe('TF and the fast system calls', () => {
	const withSyscall = (mask: number, sysretFlags: string): Guest => new Guest(`
start:	movl	$0xc0000081, %ecx
	xorl	%eax, %eax
	movl	$0x00230010, %edx
	wrmsr
	movl	$0xc0000082, %ecx
	movabsq	$entry, %rax
	movq	%rax, %rdx
	shrq	$32, %rdx
	wrmsr
	movl	$0xc0000084, %ecx
	movl	$${mask}, %eax
	xorl	%edx, %edx
	wrmsr
	${sysretFlags}
entry:	nop
	movl	$0x77, %ebx
	hlt
	.section .user,"ax"
user:	syscall
back:	nop
	nop
	hlt
`);

	test('syscall with TF in IA32_FMASK enters the kernel without a trap', () => {
		const guest = withSyscall(0x100, 'to_user user, 0x302');
		guest.run();
		expect(guest.vectors).toEqual([]);
		expect(guest.register('rbx')).toBe(0x77n);
		expect(guest.register('r11') & Flag.TF).toBe(Flag.TF);
	});

	test('syscall with TF left on traps at the kernel’s entry', () => {
		const guest = withSyscall(0, 'to_user user, 0x302');
		// The kernel still runs on the user's stack there, which SMAP forbids it to touch.
		guest.useInterruptStack(1);
		guest.run();
		expect(guest.frame[0]).toBe(guest.address('entry'));
		expect(guest.last.cpl).toBe(0);
	});

	test('sysretq that sets TF traps before the first instruction of ring 3', () => {
		const guest = withSyscall(0, 'movq $back, %rcx\nmovl $0x302, %r11d\nsysretq');
		guest.run();
		expect(guest.vectors).toEqual([1]);
		expect(guest.frame[0]).toBe(guest.address('back'));
		expect(guest.last.cpl).toBe(3);
	});
});
