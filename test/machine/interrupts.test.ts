import {describe, expect, test} from 'vitest';
import {Flag} from '../../source/machine/flags.js';
import {Cell} from '../../source/machine/layout.js';
import {NEVER} from '../../source/machine/timer.js';
import {Guest} from '../support/guest.js';

/** Programs the timer: an interrupt every so many steps, or once. */
const every = (steps: number): string => `movl $${steps}, %eax\nmovw $0x40, %dx\noutl %eax, %dx\n`;
const once = (steps: number): string => `movl $${steps}, %eax\nmovw $0x44, %dx\noutl %eax, %dx\n`;

const COUNTING = `
start:	${every(100)}
	sti
1:	incq	%rbx
	jmp	1b
vector_32:
	incq	%rcx
	movq	(%rsp), %rsi
	movq	%rbx, %rdi
	cmpq	$5, %rcx
	je	2f
	iretq
2:	hlt
`;

describe('The timer', () => {
	test('interrupts every so many steps', () => {
		const guest = new Guest(COUNTING);
		expect(guest.run()).toEqual({kind: 'halted'});
		expect(guest.register('rcx')).toBe(5n);
	});

	test.each([1, 2, 3, 7, 50, 99, 100, 101])('comes at the same step in slices of %i', slice => {
		const whole = new Guest(COUNTING);
		whole.run();
		const sliced = new Guest(COUNTING);
		while (sliced.steps(slice) === undefined);
		expect([...sliced.cells]).toEqual([...whole.cells]);
		expect(sliced.bare.machine.steps).toBe(whole.bare.machine.steps);
	});

	test('waits while IF is clear, and comes after the instruction behind sti', () => {
		const guest = new Guest(`
start:	${once(3)}
	nop
	nop
	nop
	nop
	nop
	sti
	incq	%rbx
	incq	%rbx
vector_32:
	hlt
`);
		guest.run();
		expect(guest.register('rbx')).toBe(1n);
	});

	test('set to zero is off', () => {
		const guest = new Guest(`start: ${once(30)} ${once(0)} sti\nhlt`);
		expect(guest.run()).toEqual({kind: 'halted'});
		expect(guest.cells[Cell.TIMER_DEADLINE]).toBe(NEVER);
	});

	test('tells its period and the steps that are left', () => {
		const guest = new Guest(`start: ${every(1000)} inl %dx, %eax\nmovl %eax, %ebx\nmovw $0x44, %dx\ninl %dx, %eax\nhlt`);
		guest.run();
		expect(guest.register('rbx')).toBe(1000n);
		expect(guest.register('rax')).toBe(996n);
	});

	test('saves rip between two instructions and rflags without RF', () => {
		const guest = new Guest(`
start:	${once(4)}
	sti
	nop
	nop
here:	nop
vector_32:
	movq	(%rsp), %rsi
	movq	16(%rsp), %rdi
	hlt
`);
		guest.run();
		expect(guest.register('rsi')).toBe(guest.address('here'));
		expect(guest.register('rdi') & (Flag.RF | Flag.IF)).toBe(Flag.IF);
	});
});

describe('hlt', () => {
	test('lets time pass up to the timer’s deadline, without instructions', () => {
		const guest = new Guest(`
start:	${once(1_000_000)}
	rdtsc
	movl	%eax, %ebx
	sti
	hlt
	nop
vector_32:
	rdtsc
	subl	%ebx, %eax
	hlt
`);
		expect(guest.run()).toEqual({kind: 'halted'});
		expect(guest.register('rax')).toBe(1_000_000n);
		expect(guest.bare.machine.steps).toBeLessThan(20);
	});

	test('returns behind itself', () => {
		const guest = new Guest(`start: ${once(100)} sti\nhlt\nbehind: cli\nhlt\nvector_32: movq (%rsp), %rsi\niretq`);
		guest.run();
		expect(guest.register('rsi')).toBe(guest.address('behind'));
	});

	test('with nothing that can come ends the run, and a later interrupt goes on from there', () => {
		const guest = new Guest('start: sti\nhlt\nincl %ebx\ncli\nhlt\nvector_33: incl %ecx\niretq');
		expect(guest.run()).toEqual({kind: 'halted'});
		expect(guest.run()).toEqual({kind: 'halted'});
		guest.bare.machine.cpu.interrupt(33);
		expect(guest.run()).toEqual({kind: 'halted'});
		expect([guest.register('rbx'), guest.register('rcx')]).toEqual([1n, 1n]);
	});

	test('with IF clear waits for ever, timer or not', () => {
		const guest = new Guest(`start: ${once(10)} cli\nhlt\nvector_32: incl %ecx\niretq`);
		expect(guest.run()).toEqual({kind: 'halted'});
		expect(guest.register('rcx')).toBe(0n);
	});
});

describe('Interrupts', () => {
	test('go by vector, the highest first', () => {
		const guest = new Guest('start: sti\nnop\nnop\nhlt\nvector_40: shlq $8, %rbx\norq $40, %rbx\niretq\nvector_50: shlq $8, %rbx\norq $50, %rbx\niretq');
		guest.bare.machine.cpu.interrupt(40);
		guest.bare.machine.cpu.interrupt(50);
		guest.run();
		expect(guest.register('rbx')).toBe((50n << 8n) | 40n);
	});

	test('of a class not above cr8 wait', () => {
		const guest = new Guest(`
start:	movl	$3, %eax
	movq	%rax, %cr8
	sti
	nop
	nop
	movl	$1, %ebx
	movl	$2, %eax
	movq	%rax, %cr8
	nop
	hlt
vector_50:
	movl	%ebx, %ecx
	cli
	hlt
`);
		guest.bare.machine.cpu.interrupt(50);
		guest.run();
		expect(guest.register('rcx')).toBe(1n);
	});

	test('wait for the instruction behind a load of ss', () => {
		const guest = new Guest('start: sti\nnop\nmovl $0x18, %eax\nmovw %ax, %ss\nincl %ebx\nincl %ebx\nhlt\nvector_40: movl %ebx, %ecx\ncli\nhlt');
		guest.steps(4);
		guest.bare.machine.cpu.interrupt(40);
		guest.run();
		expect(guest.register('rcx')).toBe(1n);
	});

	test('come between the portions of a repeated string, with RF saved', () => {
		const guest = new Guest(`
start:	${once(5)}
	sti
	movabsq	$SPARE, %rdi
	movl	$4000, %ecx
string:	rep stosb
	cli
	hlt
vector_32:
	movq	(%rsp), %rsi
	movq	%rcx, %rbx
	movq	16(%rsp), %rdx
	iretq
`);
		guest.run();
		expect(guest.register('rsi')).toBe(guest.address('string'));
		expect(guest.register('rdx') & Flag.RF).toBe(Flag.RF);
		expect(guest.register('rbx')).toBeGreaterThan(0n);
		expect(guest.register('rbx')).toBeLessThan(4000n);
		expect(guest.register('rcx')).toBe(0n);
	});

	test('that no device can ask for are refused', () => {
		const guest = new Guest('start: hlt');
		expect(() => guest.bare.machine.cpu.interrupt(14)).toThrow('take one of 32 to 95');
	});
});

describe('A non-maskable interrupt', () => {
	test('comes with IF clear, and not again before iret', () => {
		const guest = new Guest('start: nop\nincl %ebx\nhlt\nvector_2: incl %ecx\ncmpl $2, %ecx\nje 1f\nnop\nnop\niretq\n1: hlt');
		const {cpu} = guest.bare.machine;
		cpu.interruptUnmasked();
		guest.steps(2);
		cpu.interruptUnmasked();
		guest.steps(4);
		expect(guest.register('rcx')).toBe(1n);
		guest.run();
		expect(guest.register('rcx')).toBe(2n);
	});

	test('ends hlt', () => {
		const guest = new Guest('start: hlt\nmovl $1, %ebx\nhlt\nvector_2: iretq');
		guest.run();
		guest.bare.machine.cpu.interruptUnmasked();
		guest.run();
		expect(guest.register('rbx')).toBe(1n);
	});
});
