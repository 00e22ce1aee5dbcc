import {describe, expect, test} from 'vitest';
import {Cell, SegmentCell} from '../../source/machine/layout.js';
import {Segment} from '../../source/machine/registers.js';
import {segmentCell} from '../../source/machine/segments.js';
import {Guest} from '../support/guest.js';

const IN_USER = (code: string, flags = '0x202'): string => `start: to_user user, ${flags}\n.section .user,"ax"\nuser: ${code}\nint3`;

/** A TSS whose permission bitmap of 16 bytes and a last byte of ones follows it. */
function withBitmap(text: string, ...allowed: readonly number[]): Guest {
	const guest = new Guest(text);
	const map = guest.address('TSS') + 0x68n;
	for (let byte = 0n; byte < 17n; byte++) guest.setWord(map + byte, 0xffn, 8);
	for (const port of allowed) {
		const at = map + BigInt(port >> 3);
		guest.setWord(at, guest.word(at, 8) & ~(1n << BigInt(port & 7)), 8);
	}

	guest.cells[segmentCell(Segment.TR, SegmentCell.LIMIT)] = 0x68n + 16n;
	return guest;
}

describe('Ports in ring 3', () => {
	test('are #GP(0) without a permission bitmap', () => {
		for (const code of ['inb $0x60, %al', 'outb %al, $0x60', 'movw $0x60, %dx\ninsb', 'movw $0x60, %dx\noutsb']) {
			const guest = new Guest(IN_USER(code));
			guest.run();
			expect(guest.last).toMatchObject({vector: 13, errorCode: 0});
		}
	});

	test('are allowed by IOPL 3', () => {
		const guest = new Guest(IN_USER('inb $0x60, %al', '0x3202'));
		guest.run();
		expect(guest.vectors).toEqual([3]);
	});

	test('are allowed by zeros in the bitmap, one for each byte of the access', () => {
		const run = (code: string): readonly number[] => {
			const guest = withBitmap(IN_USER(code), 0x60, 0x61, 0x67, 0x68);
			guest.run();
			return guest.vectors;
		};

		expect(run('inb $0x60, %al')).toEqual([3]);
		expect(run('inw $0x60, %ax')).toEqual([3]);
		expect(run('inl $0x60, %eax')).toEqual([13]);
		expect(run('inw $0x67, %ax')).toEqual([3]);
		expect(run('inb $0x62, %al')).toEqual([13]);
		expect(run('movw $0x100, %dx\ninb %dx, %al')).toEqual([13]);
	});
});

describe('String input and output', () => {
	test('rep outsb writes a text to the serial port', () => {
		const guest = new Guest('start: movabsq $text, %rsi\nmovl $5, %ecx\nmovw $0x3f8, %dx\nrep outsb\nhlt\ntext: .ascii "hello"');
		guest.run();
		expect(Buffer.from(guest.bare.machine.serial.output).toString()).toBe('hello');
		expect(guest.register('rcx')).toBe(0n);
	});

	test('rep insb reads what was typed, and asks the device for nothing that memory would not take', () => {
		const guest = new Guest('start: movabsq $SPARE, %rdi\nmovl $2, %ecx\nmovw $0x3f8, %dx\nrep insb\nmovl $0x900000, %edi\ninsb');
		for (const byte of [65, 66, 67]) guest.bare.machine.serial.type([byte]);
		guest.run();
		expect(guest.word(guest.address('SPARE'), 16)).toBe(0x4241n);
		expect(guest.vectors).toEqual([14]);
		expect(guest.bare.machine.serial.read(0x3f8)).toBe(67);
	});
});

describe('IF and IOPL', () => {
	test('cli and sti are #GP(0) above IOPL', () => {
		for (const code of ['cli', 'sti']) {
			const guest = new Guest(IN_USER(code));
			guest.run();
			expect(guest.last).toMatchObject({vector: 13, errorCode: 0});
			const allowed = new Guest(IN_USER(code, '0x3202'));
			allowed.run();
			expect(allowed.vectors).toEqual([3]);
		}
	});

	test('popfq changes IF up to IOPL, IOPL in ring 0 only, and never faults', () => {
		const popped = (flags: string): bigint => {
			const guest = new Guest(IN_USER('pushq $0x0\npopfq', flags));
			guest.run();
			return guest.frame[2];
		};

		expect(popped('0x202')).toBe(0x202n);
		expect(popped('0x3202')).toBe(0x3002n);
		const kernel = new Guest('start: pushq $0x3200\npopfq\npushfq\npopq %rbx\ncli\nhlt');
		kernel.run();
		expect(kernel.register('rbx')).toBe(0x3202n);
		expect(kernel.cells[Cell.CPL]).toBe(0n);
	});
});
