import {describe, expect, test} from 'vitest';
import {Flag} from '../../source/machine/flags.js';
import {Cell, SegmentCell} from '../../source/machine/layout.js';
import {Segment} from '../../source/machine/registers.js';
import {segmentCell} from '../../source/machine/segments.js';
import {Guest, INTERRUPT_STACK} from '../support/guest.js';

const IN_USER = (code: string, flags = '0x202'): string => `
start:	to_user user, ${flags}
	.section .user,"ax"
user:	${code}
`;

const KERNEL_STACK = 0xffff_8000_0000_7000n;

describe('An exception from ring 3', () => {
	test('pushes ss, rsp, rflags, cs and rip on the stack of TSS.sp0', () => {
		const guest = new Guest(IN_USER('here: ud2'));
		guest.run();
		expect(guest.frame).toEqual([guest.address('here'), 0x33n, 0x202n | Flag.RF, guest.address('USER_STACK'), 0x2bn]);
		expect(guest.register('rsp')).toBe(KERNEL_STACK - 40n);
	});

	test('loads ss with a null selector, at CPL 0', () => {
		const guest = new Guest(IN_USER('ud2'));
		guest.run();
		expect(guest.cpl).toBe(0n);
		expect(guest.cells[segmentCell(Segment.SS, SegmentCell.SELECTOR)]).toBe(0n);
		expect(guest.cells[segmentCell(Segment.CS, SegmentCell.SELECTOR)]).toBe(0x10n);
	});

	test('pushes its error code last', () => {
		const guest = new Guest(IN_USER('movl $0x48, %eax\nmovw %ax, %ds'));
		guest.run();
		expect(guest.last).toMatchObject({vector: 13, errorCode: 0x48});
		expect(guest.register('rsp')).toBe(KERNEL_STACK - 48n);
		expect(guest.word(guest.register('rsp'))).toBe(0x48n);
	});

	test('through an interrupt gate clears TF, IF, NT and RF; through a trap gate IF stays', () => {
		const before = 0x4202;
		const after = (type: bigint): bigint => {
			const guest = new Guest(`
start:	to_user user, 0x202
	.section .user,"ax"
user:	pushq	$${before}
	popfq
	ud2
`);
			guest.setGate(6, {type});
			guest.run();
			return guest.bare.machine.cpu.rflags & (Flag.TF | Flag.IF | Flag.NT | Flag.RF);
		};

		expect(after(0x8en)).toBe(0n);
		expect(after(0x8fn)).toBe(Flag.IF);
	});

	test('that is a fault saves RF set, and one that is a trap does not', () => {
		const fault = new Guest(IN_USER('ud2'));
		fault.run();
		expect(fault.frame[2] & Flag.RF).toBe(Flag.RF);
		const trap = new Guest(IN_USER('int3'));
		trap.run();
		expect(trap.frame[2] & Flag.RF).toBe(0n);
	});
});

describe('An exception from ring 0', () => {
	test('pushes the same five words on the current stack, aligned to 16', () => {
		const guest = new Guest(`
start:	leaq	-4(%rsp), %rsp
	movq	%rsp, %rbx
here:	ud2
`);
		guest.run();
		expect(guest.frame).toEqual([guest.address('here'), 0x10n, 2n | Flag.RF, guest.register('rbx'), 0x18n]);
		expect(guest.register('rsp')).toBe((guest.register('rbx') & ~0xfn) - 40n);
	});

	test('keeps ss', () => {
		const guest = new Guest('start: ud2');
		guest.run();
		expect(guest.cells[segmentCell(Segment.SS, SegmentCell.SELECTOR)]).toBe(0x18n);
	});
});

describe('The interrupt stack table', () => {
	test('gives a handler its own stack even without a change of ring', () => {
		const guest = new Guest('start: movq %rsp, %rbx\nud2');
		guest.useInterruptStack(6);
		guest.run();
		expect(guest.register('rsp')).toBe(INTERRUPT_STACK - 40n);
		expect(guest.frame[3]).toBe(guest.register('rbx'));
	});

	test('that lies beyond the TSS limit is #TS with the TSS selector', () => {
		const guest = new Guest('start: ud2');
		guest.useInterruptStack(6);
		guest.cells[segmentCell(Segment.TR, SegmentCell.LIMIT)] = 0x20n;
		guest.run();
		expect(guest.last).toMatchObject({vector: 10, errorCode: 0x41});
	});

	test('with an address that is not canonical is #SS', () => {
		const guest = new Guest('start: ud2');
		guest.useInterruptStack(6);
		guest.setWord(guest.address('TSS') + 36n, 0x8000_0000_0000n);
		guest.run();
		expect(guest.last).toMatchObject({vector: 12, errorCode: 1});
	});
});

describe('A gate of the IDT', () => {
	test('beyond the limit is #GP with the vector, the IDT bit and, for hardware’s events, EXT', () => {
		const software = new Guest('start: int $0x80');
		software.cells[Cell.IDTR_LIMIT] = 0x7ffn;
		software.run();
		expect(software.last).toMatchObject({vector: 13, errorCode: 0x80 * 8 + 2, address: software.address('start')});
		const hardware = new Guest('start: ud2');
		hardware.setGate(6, {type: 0x0en});
		hardware.run();
		expect(hardware.last).toMatchObject({vector: 11, errorCode: 6 * 8 + 3});
	});

	test('that is not present is #NP', () => {
		const guest = new Guest('start: int $0x30');
		guest.setGate(0x30, {type: 0x0en});
		guest.run();
		expect(guest.last).toMatchObject({vector: 11, errorCode: 0x30 * 8 + 2});
	});

	test('of another type is #GP', () => {
		const guest = new Guest('start: int $0x30');
		guest.setGate(0x30, {type: 0x8cn});
		guest.run();
		expect(guest.last).toMatchObject({vector: 13, errorCode: 0x30 * 8 + 2});
	});

	test('whose DPL is below CPL refuses int n, but not the processor’s own exceptions', () => {
		const software = new Guest(IN_USER('here: int $0x30'));
		software.run();
		expect(software.last).toMatchObject({vector: 13, errorCode: 0x30 * 8 + 2, address: software.address('here')});
		const allowed = new Guest(IN_USER('int $0x30\nbehind:'));
		allowed.setGate(0x30, {type: 0xeen});
		allowed.run();
		expect(allowed.last).toMatchObject({vector: 0x30, address: allowed.address('behind')});
		const own = new Guest(IN_USER('ud2'));
		own.run();
		expect(own.vectors).toEqual([6]);
	});

	test.each([
		['a null selector is #GP(EXT)', 0n, 13, 1],
		['a data segment is #GP(selector)', 0x18n, 13, 0x19],
		['a selector beyond the GDT is #GP(selector)', 0x100n, 13, 0x101],
		['32-bit code is #GP(selector)', 0x08n, 13, 0x09],
		['code of an outer ring is #GP(selector)', 0x30n, 13, 0x31],
	])('with %s', (_, selector, vector, errorCode) => {
		const guest = new Guest('start: ud2');
		guest.setGate(6, {selector});
		guest.run();
		expect(guest.last).toMatchObject({vector, errorCode});
	});

	test('to code that is not present is #NP(selector)', () => {
		const guest = new Guest('start: ud2');
		guest.setWord(guest.address('GDT') + 0x50n, 0x00af_1b00_0000_ffffn);
		guest.setGate(6, {selector: 0x50n});
		guest.run();
		expect(guest.last).toMatchObject({vector: 11, errorCode: 0x51});
	});

	test('to conforming code keeps the privilege level', () => {
		const guest = new Guest(IN_USER('int $0x30\nhandler: hlt'));
		guest.setWord(guest.address('GDT') + 0x50n, 0x00af_9e00_0000_ffffn);
		guest.setGate(0x30, {address: guest.address('handler'), selector: 0x50n, type: 0xeen});
		guest.run();
		// hlt in ring 3 shows where it ran.
		expect(guest.vectors).toEqual([0x30]);
		expect(guest.cpl).toBe(3n);
		expect(guest.cells[segmentCell(Segment.CS, SegmentCell.SELECTOR)]).toBe(0x53n);
	});

	test('marks its code segment as accessed', () => {
		const guest = new Guest('start: ud2');
		guest.setWord(guest.address('GDT') + 0x50n, 0x00af_9a00_0000_ffffn);
		guest.setGate(6, {selector: 0x50n});
		guest.run();
		expect(guest.word(guest.address('GDT') + 0x55n, 8)).toBe(0x9bn);
	});
});

describe('An exception while another is delivered', () => {
	/** The stack of ring 0 is not mapped. */
	const withoutStack = (guest: Guest): void => {
		guest.setWord(guest.address('TSS') + 4n, 0xffff_8000_4000_0000n);
	};

	test('is a double fault if both are contributory', () => {
		const guest = new Guest(IN_USER('movl $0x48, %eax\nhere: movw %ax, %ds'));
		guest.setGate(13, {type: 0x0en});
		guest.run();
		expect(guest.last).toMatchObject({vector: 8, errorCode: 0, address: guest.address('here')});
	});

	test('is a double fault if a page fault comes upon a page fault', () => {
		const guest = new Guest(IN_USER('movl 0x900000, %eax'));
		guest.useInterruptStack(8);
		withoutStack(guest);
		guest.run();
		expect(guest.last).toMatchObject({vector: 8, errorCode: 0});
		expect(guest.cells[Cell.CR2]).toBe(0xffff_8000_3fff_fff8n);
	});

	test('is delivered in its place if the first is benign', () => {
		const guest = new Guest(IN_USER('ud2'));
		guest.useInterruptStack(14);
		withoutStack(guest);
		guest.run();
		expect(guest.last).toMatchObject({vector: 14, errorCode: 2, cr2: 0xffff_8000_3fff_fff8n});
	});

	test('is delivered in its place if a page fault comes upon #GP', () => {
		const guest = new Guest(IN_USER('hlt'));
		guest.useInterruptStack(14);
		withoutStack(guest);
		guest.run();
		expect(guest.vectors).toEqual([14]);
	});

	test('ends the run as a triple fault if the double fault cannot be delivered, and names the chain', () => {
		const guest = new Guest(IN_USER('here: movl 0x900000, %eax'));
		withoutStack(guest);
		expect(guest.run()).toEqual({kind: 'triple-fault', chain: ['#PF', '#PF', '#DF', '#PF'], address: guest.address('here')});
	});

	test('an IDT without entries is a triple fault', () => {
		const guest = new Guest('start: ud2');
		guest.cells[Cell.IDTR_LIMIT] = 0n;
		expect(guest.run()).toMatchObject({kind: 'triple-fault', chain: ['#UD', '#GP', '#GP', '#DF', '#GP']});
	});

	test('int1 that cannot be delivered ends the same way', () => {
		const guest = new Guest('start: .byte 0xf1');
		guest.cells[Cell.IDTR_LIMIT] = 0n;
		expect(guest.run()).toMatchObject({kind: 'triple-fault'});
	});
});

describe('Software interrupts', () => {
	test('int3 and int n save the address of the next instruction', () => {
		for (const code of ['int3', 'int $0x30']) {
			const guest = new Guest(`start: ${code}\nbehind: nop`);
			guest.run();
			expect(guest.frame[0]).toBe(guest.address('behind'));
		}
	});

	test('int1 asks for no DPL', () => {
		const guest = new Guest(IN_USER('.byte 0xf1\nbehind: nop'));
		guest.run();
		expect(guest.last).toMatchObject({vector: 1, address: guest.address('behind')});
	});

	test('int 13 pushes no error code', () => {
		const guest = new Guest('start: int $13');
		guest.run();
		expect(guest.last.errorCode).toBeUndefined();
		expect(guest.register('rsp')).toBe(KERNEL_STACK - 40n);
	});
});

test('#DE comes for a divisor of zero and for a quotient that does not fit', () => {
	for (const code of ['xorl %ecx, %ecx\ndivl %ecx', 'movl $2, %edx\nmovl $2, %ecx\ndivl %ecx', 'movl $0x80000000, %eax\ncltd\nmovl $-1, %ecx\nidivl %ecx']) {
		const guest = new Guest(`start: ${code}`);
		guest.run();
		expect(guest.vectors).toEqual([0]);
		expect(guest.register('rcx') & 0xffff_ffffn).toBe(BigInt.asUintN(32, guest.register('rcx')));
	}
});

test('A handler that cannot be fetched is a page fault of its own, at the handler', () => {
	const guest = new Guest('start: ud2\nvector_6: nop');
	guest.setGate(6, {address: 0xffff_8000_4000_0000n});
	guest.run();
	expect(guest.vectors).toEqual([6, 14]);
	expect(guest.last).toMatchObject({errorCode: 16, cr2: 0xffff_8000_4000_0000n, cpl: 0});
});
