import {describe, expect, test} from 'vitest';
import {Guest} from '../support/guest.js';

/** Ring 3 with AC set reads or writes at an odd address. */
const misaligned = (instruction: string, before = ''): Guest => {
	const guest = new Guest(`
start:	${before}
	to_user user, 0x40202
	.section .user,"ax"
user:	movl	$USER_DATA+1, %ebx
here:	${instruction}
	hlt
`);
	guest.run();
	return guest;
};

describe('#AC', () => {
	test.each(['movw (%rbx), %ax', 'movl %eax, (%rbx)', 'incq (%rbx)', 'pushq (%rbx)', 'lodsw (%rsi)'])('comes with error code 0 for %s', instruction => {
		const guest = misaligned(instruction.replace('lodsw (%rsi)', 'movq %rbx, %rsi\nlodsw'));
		expect(guest.last).toMatchObject({vector: 17, errorCode: 0, cpl: 3});
	});

	test('does not come for bytes', () => {
		expect(misaligned('movb (%rbx), %al').vectors).toEqual([13]);
	});

	test('does not come in ring 0, where AC lifts SMAP instead', () => {
		const guest = new Guest(`
start:	stac
	movl	$USER_DATA+1, %ebx
	movq	(%rbx), %rax
	hlt
`);
		guest.run();
		expect(guest.vectors).toEqual([]);
	});

	test('needs CR0.AM', () => {
		const guest = misaligned('movw (%rbx), %ax', 'movq %cr0, %rax\nbtrq $18, %rax\nmovq %rax, %cr0');
		expect(guest.vectors).toEqual([13]);
	});

	test('ends when popfq clears AC', () => {
		const guest = misaligned('pushq $0x202\npopfq\nmovw (%rbx), %ax');
		expect(guest.vectors).toEqual([13]);
	});

	test('comes before a page fault, and after a bad address', () => {
		expect(misaligned('movl $0x900001, %ebx\nmovw (%rbx), %ax').vectors).toEqual([17]);
		expect(misaligned('movabsq $0x800000000001, %rbx\nmovw (%rbx), %ax').vectors).toEqual([13]);
	});

	test('does not touch the frame that the kernel pushes', () => {
		const guest = misaligned('decq %rsp\nint3');
		expect(guest.vectors).toEqual([3]);
		expect(guest.frame[3] & 7n).toBe(7n);
	});
});
