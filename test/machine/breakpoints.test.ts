import {describe, expect, test} from 'vitest';
import {Dr6} from '../../source/machine/breakpoints.js';
import {Flag} from '../../source/machine/flags.js';
import {Cell} from '../../source/machine/layout.js';
import {Guest} from '../support/guest.js';

/** Arms DR0 at an address with DR7 bits: L0, and R/W and LEN from bit 16 on. */
const arm = (address: string, control: number): string => `
	movabsq	$${address}, %rax
	movq	%rax, %dr0
	movl	$${(control << 16) | 1}, %eax
	movq	%rax, %dr7
`;

const EXECUTE = 0b0000;
const WRITE_4 = 0b1101;
const ACCESS_1 = 0b0011;
const ACCESS_8 = 0b1011;
const PORT_1 = 0b0010;

const matched = (guest: Guest): bigint => guest.cells[Cell.DR6] & Dr6.MATCHED;

describe('A breakpoint on an instruction', () => {
	test('is a fault: rip points at the instruction, which has not run', () => {
		const guest = new Guest(`
start:	${arm('here', EXECUTE)}
	movl	$1, %ebx
here:	movl	$2, %ebx
	hlt
`);
		guest.run();
		expect(guest.vectors).toEqual([1]);
		expect(guest.frame[0]).toBe(guest.address('here'));
		expect(guest.frame[2] & Flag.RF).toBe(0n);
		expect(guest.register('rbx')).toBe(1n);
		expect(matched(guest)).toBe(1n);
	});

	test('does not fire when iretq comes back with RF set, and fires again the next time', () => {
		const guest = new Guest(`
start:	${arm('here', EXECUTE)}
	movl	$3, %ecx
again:	nop
here:	incl	%ebx
	loop	again
	cli
	hlt
vector_1:
	incl	%edx
	orq	$0x10000, 16(%rsp)
	iretq
`);
		guest.run();
		expect(guest.register('rbx')).toBe(3n);
		expect(guest.register('rdx')).toBe(3n);
	});

	test('RF is clear after the one instruction that it covers', () => {
		const guest = new Guest(`
start:	movq	%rsp, %rbx
	pushq	$0x18
	pushq	%rbx
	pushq	$0x10002
	pushq	$0x10
	movabsq	$next, %rax
	pushq	%rax
	iretq
next:	nop
	pushfq
	popq	%rbx
	hlt
`);
		guest.run();
		expect(guest.register('rbx') & Flag.RF).toBe(0n);
	});

	test('does not fire on the instruction behind a load of ss', () => {
		const guest = new Guest(`
start:	${arm('here', EXECUTE)}
	movl	$0x18, %eax
	movw	%ax, %ss
here:	nop
	hlt
`);
		guest.run();
		expect(guest.vectors).toEqual([]);
	});

	test('on a repeated string fires once, not before every portion', () => {
		const guest = new Guest(`
start:	${arm('here', EXECUTE)}
	movabsq	$SPARE, %rdi
	movl	$3000, %ecx
here:	rep stosb
	hlt
vector_1:
	incl	%edx
	orq	$0x10000, 16(%rsp)
	iretq
`);
		guest.run(100_000);
		expect(guest.register('rdx')).toBe(1n);
		expect(guest.register('rcx')).toBe(0n);
	});

	test('comes before the page fault of the fetch', () => {
		const guest = new Guest(`
start:	${arm('USER_DATA', EXECUTE)}
	movabsq	$USER_DATA, %rax
	jmp	*%rax
`);
		guest.run();
		expect(guest.vectors).toEqual([1]);
	});
});

describe('A breakpoint on data', () => {
	test('is a trap: rip points behind the instruction, which has run', () => {
		const guest = new Guest(`
start:	${arm('SPARE+4', WRITE_4)}
	movabsq	$SPARE, %rbx
	movq	%rax, (%rbx)
after:	hlt
`);
		guest.run();
		expect(guest.vectors).toEqual([1]);
		expect(guest.frame[0]).toBe(guest.address('after'));
		expect(matched(guest)).toBe(1n);
	});

	test('for writes does not fire on reads, and one for accesses does', () => {
		const reads = `
	movabsq	$SPARE, %rbx
	movl	(%rbx), %ecx
	hlt
`;
		const writing = new Guest(`start:	${arm('SPARE', WRITE_4)} ${reads}`);
		writing.run();
		expect(writing.vectors).toEqual([]);
		const accessing = new Guest(`start:	${arm('SPARE', ACCESS_1)} ${reads}`);
		accessing.run();
		expect(accessing.vectors).toEqual([1]);
	});

	test('fires for any byte that an access shares with its aligned range', () => {
		const touch = (offset: number): Guest => {
			const guest = new Guest(`
start:	${arm('SPARE+11', ACCESS_8)}
	movabsq	$SPARE+${offset}, %rbx
	movw	(%rbx), %cx
	hlt
`);
			guest.run();
			return guest;
		};

		expect([6, 7, 8, 14, 15, 16].map(offset => touch(offset).vectors.length)).toEqual([0, 1, 1, 1, 1, 0]);
	});

	test('does not fire for an access that faulted', () => {
		const guest = new Guest(`
start:	${arm('USER_DATA+0x3ffc', ACCESS_8)}
	stac
	movabsq	$USER_DATA+0x3ffc, %rbx
	movq	(%rbx), %rcx
`);
		guest.run();
		expect(guest.vectors).toEqual([14]);
		expect(matched(guest)).toBe(0n);
	});

	test('matched by a load of ss fires after the next instruction, even behind int3 in the handler', () => {
		const guest = new Guest(`
start:	${arm('SPARE', ACCESS_8)}
	movabsq	$SPARE, %rbx
	movw	(%rbx), %ss
	int3
vector_3:
	nop
	hlt
`);
		guest.setWord(guest.address('SPARE'), 0x18n);
		guest.run();
		expect(guest.vectors).toEqual([3, 1]);
		expect(guest.frame[0]).toBe(guest.address('vector_3'));
	});

	test('stops a repeated string after the element that touched it', () => {
		const guest = new Guest(`
start:	${arm('SPARE+5', ACCESS_1)}
	movabsq	$SPARE, %rdi
	movl	$20, %ecx
here:	rep stosb
	hlt
`);
		guest.run();
		expect(guest.register('rcx')).toBe(14n);
		expect(guest.frame[0]).toBe(guest.address('here'));
		expect(guest.frame[2] & Flag.RF).toBe(Flag.RF);
	});

	test('makes an access to the same page of another program slow, not different', () => {
		const guest = new Guest(`
start:	movabsq	$SPARE, %rbx
	movq	%rbx, (%rbx)
	${arm('SPARE+64', WRITE_4)}
	movq	(%rbx), %rcx
	movq	%rcx, 8(%rbx)
	xorl	%eax, %eax
	movq	%rax, %dr7
	movq	%rax, 64(%rbx)
	hlt
`);
		guest.run();
		expect(guest.vectors).toEqual([]);
		expect(guest.word(guest.address('SPARE') + 8n)).toBe(guest.address('SPARE'));
	});
});

describe('A breakpoint on a port', () => {
	const program = `
	movw	$0x80, %dx
	outb	%al, %dx
after:	hlt
`;

	test('fires after the access if CR4.DE is set', () => {
		const guest = new Guest(`
start:	movq	%cr4, %rax
	orq	$8, %rax
	movq	%rax, %cr4
	${arm('0x80', PORT_1)} ${program}`);
		guest.run();
		expect(guest.vectors).toEqual([1]);
		expect(guest.frame[0]).toBe(guest.address('after'));
	});

	test('means nothing if CR4.DE is clear', () => {
		const guest = new Guest(`start:	${arm('0x80', PORT_1)} ${program}`);
		guest.run();
		expect(guest.vectors).toEqual([]);
	});
});

describe('The debug registers', () => {
	test('keep their fixed bits', () => {
		const guest = new Guest(`
start:	movl	$0xffffffff, %eax
	movq	%rax, %dr6
	movq	%dr6, %rbx
	xorl	%eax, %eax
	movq	%rax, %dr6
	movq	%dr6, %rcx
	movq	%rax, %dr7
	movq	%dr7, %rdx
	movl	$0xffffdfff, %eax
	movq	%rax, %dr7
	movq	%dr7, %rsi
	hlt
`);
		guest.run();
		expect(['rbx', 'rcx', 'rdx', 'rsi'].map(name => guest.register(name as 'rbx'))).toEqual([0xffff_efffn, 0xffff_0ff0n, 0x400n, 0xffff_07ffn]);
	});

	test.each(['dr6', 'dr7'])('%s refuses a value beyond 32 bits with #GP(0)', name => {
		const guest = new Guest(`
start:	movabsq	$0x100000000, %rax
	movq	%rax, %${name}
`);
		guest.run();
		expect(guest.last).toMatchObject({vector: 13, errorCode: 0});
	});

	test('dr4 and dr5 are dr6 and dr7 until CR4.DE makes them #UD', () => {
		const guest = new Guest(`
start:	movq	%dr6, %rax
	.byte	0x0f, 0x21, 0xe3	# mov %dr4, %rbx
	movq	%cr4, %rcx
	orq	$8, %rcx
	movq	%rcx, %cr4
	.byte	0x0f, 0x21, 0xe3
`);
		guest.run();
		expect(guest.register('rbx')).toBe(guest.register('rax'));
		expect(guest.vectors).toEqual([6]);
	});

	test('are #GP(0) in ring 3', () => {
		const guest = new Guest(`
start:	to_user user
	.section .user,"ax"
user:	movq	%dr0, %rax
`);
		guest.run();
		expect(guest.last).toMatchObject({vector: 13, errorCode: 0});
	});

	test('with GD set raise #DB at any access, with BD in DR6 and GD clear in the handler', () => {
		const guest = new Guest(`
start:	movl	$0x2000, %eax
	movq	%rax, %dr7
here:	movq	%dr0, %rbx
vector_1:
	movq	%dr7, %rcx
	movq	%dr6, %rdx
	movq	(%rsp), %rsi
	hlt
`);
		guest.run();
		expect(guest.register('rcx')).toBe(0x400n);
		expect(guest.register('rdx') & Dr6.BD).toBe(Dr6.BD);
		expect(guest.register('rsi')).toBe(guest.address('here'));
	});
});
