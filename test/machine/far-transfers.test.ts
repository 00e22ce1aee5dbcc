import {describe, expect, test} from 'vitest';
import {Cell, SegmentCell} from '../../source/machine/layout.js';
import {Segment} from '../../source/machine/registers.js';
import {segmentCell} from '../../source/machine/segments.js';
import {Flag} from '../../source/machine/flags.js';
import {Guest} from '../support/guest.js';

const selector = (guest: Guest, segment: number): bigint => guest.cells[segmentCell(segment, SegmentCell.SELECTOR)];

/** Pushes words, the first one first. */
const push = (...words: readonly string[]): string => words.map(word => `movabsq $${word}, %rax\npushq %rax\n`).join('');

/** A 16-byte call gate. */
function setCallGate(guest: Guest, at: bigint, {target, code = 0x10n, rights = 0x8cn}: {target: bigint; code?: bigint; rights?: bigint}): void {
	const base = guest.address('GDT') + at;
	guest.setWord(base, (target & 0xffffn) | (code << 16n) | (rights << 40n) | (((target >> 16n) & 0xffffn) << 48n));
	guest.setWord(base + 8n, target >> 32n);
}

const LRETQ = '.byte 0x48, 0xcb\n';

describe('iretq', () => {
	test('to ring 3 restores all five words', () => {
		const guest = new Guest(`start: ${push('0x2b', 'USER_STACK-8', '0x202', '0x33', 'user')} iretq\n.section .user,"ax"\nuser: int3`);
		guest.run();
		expect(guest.frame).toEqual([guest.address('user') + 1n, 0x33n, 0x202n, guest.address('USER_STACK') - 8n, 0x2bn]);
	});

	test('within ring 0 takes rsp and ss from the frame too, and ss may be null', () => {
		const guest = new Guest(`start: ${push('0', 'SPARE', '2', '0x10', 'next')} iretq\nnext: hlt`);
		guest.run();
		expect(guest.register('rsp')).toBe(guest.address('SPARE'));
		expect(selector(guest, Segment.SS)).toBe(0n);
	});

	test('in ring 3 changes neither IF nor IOPL', () => {
		const guest = new Guest(`
start:	to_user user
	.section .user,"ax"
user:	pushq	$0x2b
	movq	$USER_STACK, %rax
	pushq	%rax
	pushq	$0x3000
	pushq	$0x33
	movq	$next, %rax
	pushq	%rax
	iretq
next:	int3
`);
		guest.run();
		expect(guest.frame[2]).toBe(Flag.IF | 2n);
	});

	test('drops data segments that the outer ring may not use', () => {
		const guest = new Guest(`start: movl $0x18, %eax\nmovw %ax, %ds\nmovl $0x2b, %eax\nmovw %ax, %es\nto_user user\n.section .user,"ax"\nuser: int3`);
		guest.run();
		expect([selector(guest, Segment.DS), selector(guest, Segment.ES)]).toEqual([0n, 0x2bn]);
	});

	test.each([
		['a null cs', ['0x2b', 'USER_STACK', '2', '0', 'user'], 13, 0],
		['a cs beyond the GDT', ['0x2b', 'USER_STACK', '2', '0x103', 'user'], 13, 0x100],
		['a cs that is data', ['0x2b', 'USER_STACK', '2', '0x2b', 'user'], 13, 0x28],
		['a cs whose DPL is not its RPL', ['0x2b', 'USER_STACK', '2', '0x13', 'user'], 13, 0x10],
		['an ss whose RPL is not that of cs', ['0x28', 'USER_STACK', '2', '0x33', 'user'], 13, 0x28],
		['an ss of another ring', ['0x1b', 'USER_STACK', '2', '0x33', 'user'], 13, 0x18],
		['a null ss for ring 3', ['3', 'USER_STACK', '2', '0x33', 'user'], 13, 0],
		['a rip that is not canonical', ['0x2b', 'USER_STACK', '2', '0x33', '0x800000000000'], 13, 0],
	])('refuses %s, on the stack that it has', (_, words, vector, errorCode) => {
		const guest = new Guest(`start: ${push(...words)} movq %rsp, %rbx\nhere: iretq\n.section .user,"ax"\nuser: nop`);
		guest.run();
		expect(guest.last).toMatchObject({vector, errorCode, cpl: 0, address: guest.address('here'), stackBefore: guest.register('rbx')});
	});

	test('to code that is not present is #NP, with a stack that is not present #SS', () => {
		const code = new Guest(`start: ${push('0x2b', 'USER_STACK', '2', '0x53', 'user')} iretq\n.section .user,"ax"\nuser: nop`);
		code.setWord(code.address('GDT') + 0x50n, 0x00af_7b00_0000_ffffn);
		code.run();
		expect(code.last).toMatchObject({vector: 11, errorCode: 0x50});
		const stack = new Guest(`start: ${push('0x53', 'USER_STACK', '2', '0x33', 'user')} iretq\n.section .user,"ax"\nuser: nop`);
		stack.setWord(stack.address('GDT') + 0x50n, 0x00cf_7300_0000_ffffn);
		stack.run();
		expect(stack.last).toMatchObject({vector: 12, errorCode: 0x50});
	});

	test('with NT set is #GP(0)', () => {
		const guest = new Guest('start: pushq $0x4002\npopfq\niretq');
		guest.run();
		expect(guest.last).toMatchObject({vector: 13, errorCode: 0});
	});

	test('to 32-bit code leaves 64-bit mode: a named end', () => {
		const guest = new Guest(`start: ${push('0x2b', 'USER_STACK', '2', '0x23', 'user')} here: iretq\n.section .user,"ax"\nuser: nop`);
		expect(guest.run()).toEqual({kind: 'left-64-bit-mode', mnemonic: 'IRETQ', address: guest.address('here')});
	});
});

describe('A far return', () => {
	test('goes to another code segment of the same ring and releases parameters', () => {
		const guest = new Guest(`start: movq %rsp, %rbx\n${push('5', '6', '0x50', 'next')} .byte 0x48, 0xca, 0x10, 0\nnext: hlt`);
		guest.setWord(guest.address('GDT') + 0x50n, 0x00af_9b00_0000_ffffn);
		guest.run();
		expect(selector(guest, Segment.CS)).toBe(0x50n);
		expect(guest.register('rsp')).toBe(guest.register('rbx'));
	});

	test('to ring 3 takes its stack from behind the parameters, and releases them there too', () => {
		const guest = new Guest(`start: ${push('0x2b', 'USER_STACK-0x100', '7', '0x33', 'user')} .byte 0x48, 0xca, 8, 0\n.section .user,"ax"\nuser: int3`);
		guest.run();
		expect(guest.frame.filter((_, word) => word !== 2)).toEqual([guest.address('user') + 1n, 0x33n, guest.address('USER_STACK') - 0xf8n, 0x2bn]);
	});

	test('to an inner ring is #GP(selector)', () => {
		const guest = new Guest(`start: to_user user\n.section .user,"ax"\nuser: pushq $0x10\npushq $0\n${LRETQ}`);
		guest.run();
		expect(guest.last).toMatchObject({vector: 13, errorCode: 0x10});
	});

	test('to 32-bit code leaves 64-bit mode: a named end', () => {
		const guest = new Guest(`start: ${push('0x08', '0x1000')} here: ${LRETQ}`);
		expect(guest.run()).toEqual({kind: 'left-64-bit-mode', mnemonic: 'RETF', address: guest.address('here')});
	});
});

describe('A far jump or call', () => {
	const pointer = (selectorValue: number): string => `
	movabsq	$SPARE, %rbx
	movabsq	$next, %rax
	movq	%rax, (%rbx)
	movw	$${selectorValue}, 8(%rbx)
`;
	const JUMP = '.byte 0x48, 0xff, 0x2b\n';
	const CALL = '.byte 0x48, 0xff, 0x1b\n';

	test('goes to the offset and selector in memory', () => {
		const guest = new Guest(`start: ${pointer(0x50)} ${JUMP}\nnext: hlt`);
		guest.setWord(guest.address('GDT') + 0x50n, 0x00af_9a00_0000_ffffn);
		guest.run();
		expect(selector(guest, Segment.CS)).toBe(0x50n);
		expect(guest.word(guest.address('GDT') + 0x55n, 8)).toBe(0x9bn);
	});

	test('pushes cs and rip as wide as the operand', () => {
		const guest = new Guest(`start: ${pointer(0x10)} ${CALL}back: nop\nnext: popq %rcx\npopq %rdx\nhlt`);
		guest.run();
		expect([guest.register('rcx'), guest.register('rdx')]).toEqual([guest.address('back'), 0x10n]);
	});

	test.each([
		['null', 0, 13, 0], ['data', 0x18, 13, 0x18], ['a TSS', 0x40, 13, 0x40], ['code of ring 3', 0x30, 13, 0x30], ['beyond the GDT', 0x80, 13, 0x80],
		['an RPL above CPL', 0x13, 13, 0x10],
	])('is refused for %s', (_, value, vector, errorCode) => {
		const guest = new Guest(`start: ${pointer(value)} here: ${JUMP}next: hlt`);
		guest.run();
		expect(guest.last).toMatchObject({vector, errorCode, address: guest.address('here')});
	});

	test('through a call gate changes to ring 0 and to the stack of the TSS', () => {
		const guest = new Guest(`
start:	to_user user
entry:	popq	%rax
	popq	%rcx
	popq	%rdx
	popq	%rsi
	hlt
	.section .user,"ax"
user:	movl	$USER_DATA, %ebx
	movq	$0x53, 8(%rbx)
	${CALL}
back:	nop
`);
		setCallGate(guest, 0x50n, {target: guest.address('entry'), rights: 0xecn});
		guest.run();
		expect(guest.vectors).toEqual([]);
		expect(['rax', 'rcx', 'rdx', 'rsi'].map(name => guest.register(name as 'rax'))).toEqual([guest.address('back'), 0x33n, guest.address('USER_STACK'), 0x2bn]);
		expect([guest.cpl, selector(guest, Segment.CS), selector(guest, Segment.SS), guest.register('rsp')]).toEqual([0n, 0x10n, 0n, guest.address('KERNEL_STACK')]);
	});

	test('through a call gate whose DPL is below CPL is #GP(gate)', () => {
		const guest = new Guest(`start: to_user user\n.section .user,"ax"\nuser: movl $USER_DATA, %ebx\nmovq $0x53, 8(%rbx)\n${CALL}`);
		setCallGate(guest, 0x50n, {target: guest.address('start'), rights: 0x8cn});
		guest.run();
		expect(guest.last).toMatchObject({vector: 13, errorCode: 0x50});
	});

	test('through a call gate that is not present is #NP(gate); to 32-bit code #GP(code)', () => {
		for (const [rights, code, vector, errorCode] of [[0x0cn, 0x10n, 11, 0x50], [0x8cn, 0x08n, 13, 0x08], [0x8cn, 0n, 13, 0], [0x8cn, 0x18n, 13, 0x18]] as const) {
			const guest = new Guest(`start: ${pointer(0x50)} ${CALL}next: hlt`);
			setCallGate(guest, 0x50n, {target: guest.address('next'), rights, code});
			guest.run();
			expect(guest.last).toMatchObject({vector, errorCode});
		}
	});

	test('a jump through a call gate does not change the ring', () => {
		const guest = new Guest(`start: to_user user\n.section .user,"ax"\nuser: movl $USER_DATA, %ebx\nmovq $0x53, 8(%rbx)\n${JUMP}`);
		setCallGate(guest, 0x50n, {target: guest.address('start'), rights: 0xecn});
		guest.run();
		expect(guest.last).toMatchObject({vector: 13, errorCode: 0x10});
	});

	test('to 32-bit code leaves 64-bit mode: a named end', () => {
		const guest = new Guest(`start: ${pointer(0x08)} here: ${JUMP}next: hlt`);
		expect(guest.run()).toEqual({kind: 'left-64-bit-mode', mnemonic: 'JMP', address: guest.address('here')});
	});

	test('to conforming code keeps CPL', () => {
		const guest = new Guest('start: to_user user\n.section .user,"ax"\nuser: movl $USER_DATA, %ebx\nmovl $next, (%rbx)\nmovw $0x50, 4(%rbx)\nljmp *(%rbx)\nnext: int3');
		guest.setWord(guest.address('GDT') + 0x50n, 0x00af_9e00_0000_ffffn);
		guest.run();
		expect(guest.frame[1]).toBe(0x53n);
	});

	test('to an address that is not canonical is #GP(0) before anything is pushed', () => {
		const guest = new Guest(`start: ${pointer(0x10)} movabsq $0x800000000000, %rax\nmovq %rax, (%rbx)\nmovq %rsp, %rcx\n${CALL}next: nop`);
		guest.run();
		expect(guest.last).toMatchObject({vector: 13, errorCode: 0, stackBefore: guest.register('rcx')});
	});

	test('faults with everything as it was if the stack cannot take the return address', () => {
		const guest = new Guest(`start: ${pointer(0x50)} movabsq $0xffff800040000008, %rsp\n${CALL}next: nop`);
		guest.setWord(guest.address('GDT') + 0x50n, 0x00af_9b00_0000_ffffn);
		guest.useInterruptStack(14);
		guest.run();
		expect(guest.last).toMatchObject({vector: 14, stackBefore: 0xffff_8000_4000_0008n});
		expect(guest.frame[1]).toBe(0x10n);
		expect(guest.cells[Cell.CR2]).toBe(0xffff_8000_4000_0000n);
	});
});
