import {describe, expect, test} from 'vitest';
import type {Mark} from '../../../source/machine/events.js';
import {Flag} from '../../../source/machine/flags.js';
import {Cell} from '../../../source/machine/layout.js';
import type {Machine} from '../../../source/machine/machine.js';
import {differences, differencesAlong, hurry, ODD_SLICES, Pair} from '../../support/emitted-compare.js';
import {emittedGuest} from '../../support/emitted-guest.js';
import {bootText} from '../../support/machines.js';

hurry({slice: 97, metBefore: 1, wantedBefore: 300});

const SLICES = [...ODD_SLICES, 10_000, ...ODD_SLICES];
const compare = (text: string): string[] => differencesAlong(engine => emittedGuest(engine, text), SLICES);

/** Counts #DB, and notes where it came and why. */
const HANDLER = `
vector_1:
	pushq %rax
	incq %r12
	movq %dr6, %rax
	addq %rax, %r13
	movl $0xffff0ff0, %eax
	movq %rax, %dr6
	movq 8(%rsp), %rax
	addq %rax, %r13
	rolq $3, %r13
	movq 24(%rsp), %rax
	xorq %rax, %r13
	orl $0x10000, 24(%rsp)
	popq %rax
	iretq
vector_17:
	incq %r12
	movq %r15, 8(%rsp)
	leaq 8(%rsp), %rsp
	iretq
	.data
	.balign 64
room:	.zero 0x2000
	.text
`;

/** Some work; its places in memory are behind rbp. */
const WORK = `incq %r8
	addq %r8, %r9
	adcq %r9, %r10
	movq %r10, (%rbp)
	subl $77, %r9d
	js 7f
	xorq 8(%rbp), %r11
	incl 16(%rbp)
7:	rclq $1, %r11`;

/** A hot loop of so many rounds. */
const hot = (rounds: number): string => `	movl $${rounds}, %ebx
6:	${WORK}
	decl %ebx
	jnz 6b
`;

const ring0 = (body: string): string => `
start:	leaq room(%rip), %rbp
1:	${body}
	jmp 1b
${HANDLER}
`;

const ring3 = (body: string): string => `
start:	to_user begin
${HANDLER}
	.section .user,"ax"
begin:	movq $USER_DATA, %rbp
1:	${body}
	jmp 1b
`;

describe('Single steps', () => {
	const step = `${hot(30)}
	pushfq
	orl $0x100, (%rsp)
	popfq
	${WORK}
	pushfq
	andl $~0x100, (%rsp)
	popfq
`;

	test('begin and end in a hot loop of ring 3', () => {
		expect(compare(ring3(step))).toEqual([]);
	});

	test('begin and end in a hot loop of ring 0', () => {
		expect(compare(ring0(step))).toEqual([]);
	});

	test('begin now and then in one and the same hot block', () => {
		expect(compare(ring3(`	movl %r8d, %eax
	andl $0x3f, %eax
	cmpl $0x11, %eax
	sete %cl
	movzbl %cl, %ecx
	shll $8, %ecx
	orl $0x202, %ecx
	pushq %rcx
	popfq
	${WORK}
`))).toEqual([]);
	});

	test('go through a repeated string instruction', () => {
		expect(compare(ring3(`${hot(20)}
	leaq 64(%rbp), %rdi
	movl $9, %ecx
	pushfq
	orl $0x100, (%rsp)
	popfq
	rep stosb
	pushq $0x202
	popfq
`))).toEqual([]);
	});

	test('are made from outside while the loop is hot', () => {
		const pair = new Pair(engine => emittedGuest(engine, ring3(hot(1000))));
		const found: string[] = [];
		for (const slice of [2000, 1500, 100, 1700, 1000, 65]) {
			found.push(...pair.run(slice));
			for (const machine of [pair.direct, pair.fast]) machine.cpu.setRflags(machine.cpu.rflags ^ Flag.TF, 'outside');
		}

		expect(found).toEqual([]);
		expect(pair.direct.register('r12')).toBeGreaterThan(100n);
	});

	test('become signals of a program under the kernel', () => {
		const text = `
	.globl _start
_start:	movl $13, %eax
	movl $5, %edi
	leaq action(%rip), %rsi
	xorl %edx, %edx
	movl $8, %r10d
	syscall
	leaq data(%rip), %rbp
1:	${step}
	jmp 1b
handler: incq %r12
	ret
restorer: movl $15, %eax
	syscall
	.data
action:	.quad handler, 0x4000000, restorer, 0
data:	.zero 0x1000
`;
		expect(differencesAlong(engine => bootText(text, {engine}), SLICES)).toEqual([]);
	});
});

/** Arms DR0 with the bits of its kind and length. */
const arm = (address: string, control: number): string => `
	movabsq $${address}, %rax
	movq %rax, %dr0
	movl $${(control << 16) | 1}, %eax
	movq %rax, %dr7
`;

const DISARM = 'xorl %eax, %eax\nmovq %rax, %dr7';
const KINDS = [['an instruction', '6b', 0b0000], ['a write', 'room', 0b1101], ['an access', 'room+8', 0b1011], ['the upper half of a place', 'room+12', 0b1111], ['an access to another place', 'room+64', 0b0011]] as const;

describe('A breakpoint on', () => {
	test.each(KINDS)('%s stops a hot loop while it is armed', (_, address, control) => {
		const place = address === '6b' ? 'watched' : address;
		expect(compare(ring0(`${hot(50)}
	${arm(place, control)}
watched: ${WORK}
	${hot(10)}
	${DISARM}
	${hot(50)}
`))).toEqual([]);
	});

	test.each(KINDS)('%s stops a hot loop that runs again and again', (_, address, control) => {
		const place = address === '6b' ? 'watched' : address;
		// The same loop, armed in every fourth round.
		expect(compare(ring0(`	incq %r14
	testb $3, %r14b
	jnz 4f
	${arm(place, control)}
4:	movl $30, %ebx
watched: ${WORK}
	decl %ebx
	jnz watched
	${DISARM}
`))).toEqual([]);
	});

	test.each([['an instruction', 0b0000, 0n], ['a write', 0b1101, 0x60_0000n], ['an access', 0b1111, 0x60_0008n]] as const)('%s is set from outside while a loop is hot, and removed', (_, control, address) => {
		const pair = new Pair(engine => emittedGuest(engine, ring3(hot(1000))));
		const found: string[] = [];
		const set = (machine: Machine, dr7: bigint): void => {
			// The instruction is the one that the machine stands at.
			machine.cpu.cells[Cell.DR0] = address === 0n ? machine.rip : address;
			machine.cpu.cells[Cell.DR7] = dr7;
			machine.cpu.breakpointsChanged();
		};

		for (const slice of [2000, 1500, 100, 1700, 1000, 65, 1]) {
			found.push(...pair.run(slice));
			const dr7 = pair.direct.cpu.cells[Cell.DR7] === 0x400n ? BigInt((control << 16) | 0x401) : 0x400n;
			for (const machine of [pair.direct, pair.fast]) set(machine, dr7);
		}

		expect(found).toEqual([]);
		expect(pair.direct.register('r12')).toBeGreaterThan(5n);
	});

	test('a port stops a loop that writes it', () => {
		expect(compare(ring0(`${hot(20)}
	movq %cr4, %rax
	orl $8, %eax
	movq %rax, %cr4
	${arm('0x3f9', 0b0010)}
	movw $0x3f9, %dx
	xorl %eax, %eax
	outb %al, %dx
	${DISARM}
`))).toEqual([]);
	});

	test('debug registers stops who touches them', () => {
		expect(compare(ring0(`${hot(20)}
	movl $0x2400, %eax
	movq %rax, %dr7
	${hot(5)}
	movq %dr7, %rcx
	addq %rcx, %r14
`))).toEqual([]);
	});
});

describe('AC', () => {
	test('has a hot loop of ring 3 stopped where its data is not aligned', () => {
		expect(compare(ring3(`	leaq 3f(%rip), %r15
	pushfq
	orl $0x40000, (%rsp)
	popfq
	${hot(12)}
	incq %r14
	leaq (%rbp,%r14), %rcx
	andl $~8, %ecx
	addq (%rcx), %r9
3:	pushfq
	andl $~0x40000, (%rsp)
	popfq
	${hot(12)}
	addq 3(%rbp), %r9
`))).toEqual([]);
	});

	test('goes by AM in CR0', () => {
		expect(compare(`
start:	to_user begin
vector_3:
	movq %cr0, %rax
	btcq $18, %rax
	movq %rax, %cr0
	iretq
${HANDLER}
	.section .user,"ax"
begin:	movq $USER_DATA, %rbp
	pushq $0x40202
	popfq
1:	leaq 3f(%rip), %r15
	movl $40, %ebx
2:	incq %r8
	addl %r8d, 16(%rbp)
	addl %r8d, 17(%rbp)
	decl %ebx
	jnz 2b
3:	int3
	jmp 1b
`)).toEqual([]);
	});
});

describe('Addresses that are watched', () => {
	/** What somebody hears who watches an address from some step on: the steps at which it was reached. */
	const heard = (machine: Machine, slices: readonly number[], address: bigint): string[] => {
		const steps: string[] = [];
		const mark = (what: Mark): void => {
			if (what.kind === 'reached') steps.push(`${machine.steps}: ${what.address}`);
		};

		machine.listen({mark});
		for (const [round, slice] of slices.entries()) {
			machine.run(slice);
			machine.cpu.watch(new Set(round % 2 === 0 ? [address] : []));
		}

		return steps;
	};

	test('are told of each time, at the same steps, also when a hot loop is under way', () => {
		const slices = [1000, 300, 500, 64, 65, 2000, 1];
		const text = ring3(hot(1000));
		const direct = emittedGuest('direct', text);
		const fast = emittedGuest('fast', text);
		// The second instruction of the loop.
		const address = 0x40_000fn;
		expect(heard(fast, slices, address)).toEqual(heard(direct, slices, address));
		expect(differences(direct, fast)).toEqual([]);
		const told = heard(emittedGuest('direct', text), slices, address);
		expect(told.length).toBeGreaterThan(50);
	});

	test('can pause the run there', () => {
		const text = ring3(hot(1000));
		const stops = (engine: 'direct' | 'fast'): string[] => {
			const machine = emittedGuest(engine, text);
			machine.run(1500);
			machine.listen({mark: ({kind}) => {
				if (kind === 'reached') machine.cpu.pause();
			}});
			machine.cpu.watch(new Set([0x40_000fn]));
			return [5000, 5000, 5000, 3, 5000].map(steps => {
				machine.run(steps);
				return `${machine.steps} ${machine.rip} ${machine.cpu.rflags} ${machine.register('r9')}`;
			});
		};

		expect(stops('fast')).toEqual(stops('direct'));
	});
});
