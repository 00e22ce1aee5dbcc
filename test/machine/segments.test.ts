import {describe, expect, test} from 'vitest';
import {Cell, SegmentCell} from '../../source/machine/layout.js';
import {Segment} from '../../source/machine/registers.js';
import {segmentCell} from '../../source/machine/segments.js';
import {Guest} from '../support/guest.js';

const cell = (guest: Guest, segment: number, part: number): bigint => guest.cells[segmentCell(segment, part)];

/** Loads a segment register in ring 0 or 3. */
function load(register: string, value: number, user = false, change: (guest: Guest) => void = () => undefined): Guest {
	const code = `movl $${value}, %eax\nhere: movw %ax, %${register}\nint3`;
	const guest = new Guest(user ? `start: to_user user\n.section .user,"ax"\nuser: ${code}` : `start: ${code}`);
	change(guest);
	guest.run();
	return guest;
}

/** A descriptor in the GDT's slot 0x50. */
const slot = (descriptor: bigint) => (guest: Guest): void => guest.setWord(guest.address('GDT') + 0x50n, descriptor);

describe('A load of a data segment', () => {
	test('takes base, limit and rights from the descriptor, and marks it accessed', () => {
		const guest = load('fs', 0x53, false, slot(0x12cf_f234_5678_ffffn));
		expect(guest.vectors).toEqual([3]);
		expect(cell(guest, Segment.FS, SegmentCell.SELECTOR)).toBe(0x53n);
		expect(cell(guest, Segment.FS, SegmentCell.BASE)).toBe(0x1234_5678n);
		expect(cell(guest, Segment.FS, SegmentCell.LIMIT)).toBe(0xffff_ffffn);
		expect(guest.word(guest.address('GDT') + 0x55n, 8)).toBe(0xf3n);
	});

	test('with a null selector clears the base of fs', () => {
		const guest = load('fs', 3, false, loaded => {
			loaded.cells[segmentCell(Segment.FS, SegmentCell.BASE)] = 0x1234n;
		});
		expect([cell(guest, Segment.FS, SegmentCell.SELECTOR), cell(guest, Segment.FS, SegmentCell.BASE)]).toEqual([3n, 0n]);
	});

	test.each([
		['beyond the GDT', 0x80, 13, 0x80], ['beyond the LDT that is not there', 0x54, 13, 0x54], ['a TSS', 0x40, 13, 0x40], ['code that cannot be read', 0x50, 13, 0x50],
	])('refuses %s with #GP(selector)', (_, value, vector, errorCode) => {
		expect(load('ds', value, false, slot(0x00af_9900_0000_ffffn)).last).toMatchObject({vector, errorCode});
	});

	test('refuses a segment of an inner ring, but not conforming code', () => {
		expect(load('ds', 0x18, true).last).toMatchObject({vector: 13, errorCode: 0x18});
		expect(load('ds', 0x50, true, slot(0x00af_9f00_0000_ffffn)).vectors).toEqual([3]);
	});

	test('that is not present is #NP(selector)', () => {
		expect(load('es', 0x50, false, slot(0x00cf_1300_0000_ffffn)).last).toMatchObject({vector: 11, errorCode: 0x50});
	});

	test('uses the LDT if the selector says so', () => {
		const guest = new Guest('start: movl $0x50, %eax\nlldt %ax\nmovl $0x0c, %eax\nmovw %ax, %gs\nrdgsbase %rbx\nsldt %ecx\nhlt');
		const table = guest.address('SPARE');
		guest.setWord(guest.address('GDT') + 0x50n, 0x0000_8200_0000_0017n | ((table & 0xff_ffffn) << 16n) | (((table >> 24n) & 0xffn) << 56n));
		guest.setWord(guest.address('GDT') + 0x58n, table >> 32n);
		guest.setWord(table + 8n, 0x00cf_9377_0000_ffffn);
		guest.run();
		expect([guest.register('rbx'), guest.register('rcx')]).toEqual([0x77_0000n, 0x50n]);
	});
});

describe('A load of ss', () => {
	test.each([
		['a read-only segment', 0x50, 0x00cf_9100_0000_ffffn], ['code', 0x10, 0n], ['another RPL', 0x1b, 0n], ['a segment of another ring', 0x28, 0n],
	])('refuses %s with #GP(selector)', (_, value, descriptor) => {
		expect(load('ss', value, false, slot(descriptor)).last).toMatchObject({vector: 13, errorCode: value & 0xfffc});
	});

	test('that is not present is #SS(selector)', () => {
		expect(load('ss', 0x50, false, slot(0x00cf_1300_0000_ffffn)).last).toMatchObject({vector: 12, errorCode: 0x50});
	});

	test('with a null selector is allowed in ring 0, and #GP(0) in ring 3', () => {
		expect(load('ss', 0).vectors).toEqual([3]);
		expect(load('ss', 3, true).last).toMatchObject({vector: 13, errorCode: 0});
	});
});

describe('A load of cs by mov', () => {
	test('is #UD', () => {
		const guest = new Guest('start: .byte 0x8e, 0xc8');
		guest.run();
		expect(guest.vectors).toEqual([6]);
	});
});

describe('lss, lfs and lgs', () => {
	test('load a register and a segment, or neither', () => {
		const guest = new Guest('start: movabsq $SPARE, %rbx\nmovq $0x1234, (%rbx)\nmovw $0x2b, 8(%rbx)\n.byte 0x48, 0x0f, 0xb5, 0x0b\nmovw %gs, %dx\nmovw $0x48, 8(%rbx)\nmovq $5, (%rbx)\n.byte 0x48, 0x0f, 0xb5, 0x0b');
		guest.run();
		expect(guest.last).toMatchObject({vector: 13, errorCode: 0x48});
		expect([guest.register('rcx'), guest.register('rdx') & 0xffffn]).toEqual([0x1234n, 0x2bn]);
	});
});

describe('lldt and ltr', () => {
	test('ltr marks its TSS busy and refuses a busy one', () => {
		const guest = new Guest('start: movl $0x40, %eax\nhere: ltr %ax');
		guest.run();
		expect(guest.last).toMatchObject({vector: 13, errorCode: 0x40});
		const available = new Guest('start: movl $0x40, %eax\nltr %ax\nstr %ebx\nhlt');
		available.setWord(available.address('GDT') + 0x45n, 0x89n, 8);
		available.run();
		expect(available.register('rbx')).toBe(0x40n);
		expect(available.word(available.address('GDT') + 0x45n, 8)).toBe(0x8bn);
	});

	test.each([['ltr', 0, 0], ['ltr', 0x18, 0x18], ['ltr', 0x44, 0x44], ['lldt', 0x40, 0x40], ['lldt', 0x78, 0x78]])('%s refuses the selector 0x%s', (name, value, errorCode) => {
		const guest = new Guest(`start: movl $${value}, %eax\n${name} %ax`);
		guest.run();
		expect(guest.last).toMatchObject({vector: 13, errorCode});
	});

	test('a base that is not canonical is #GP(selector), one that is not present #NP(selector)', () => {
		const guest = new Guest('start: movl $0x40, %eax\nltr %ax');
		guest.setWord(guest.address('GDT') + 0x45n, 0x89n, 8);
		guest.setWord(guest.address('GDT') + 0x48n, 0x8000n);
		guest.run();
		expect(guest.last).toMatchObject({vector: 13, errorCode: 0x40});
		const absent = new Guest('start: movl $0x40, %eax\nltr %ax');
		absent.setWord(absent.address('GDT') + 0x45n, 0x09n, 8);
		absent.run();
		expect(absent.last).toMatchObject({vector: 11, errorCode: 0x40});
	});

	test('lldt of a null selector leaves no LDT', () => {
		const guest = new Guest('start: xorl %eax, %eax\nlldt %ax\nmovl $0x0c, %eax\nmovw %ax, %ds');
		guest.run();
		expect(guest.last).toMatchObject({vector: 13, errorCode: 0x0c});
	});
});

describe('lar, lsl, verr and verw', () => {
	/** ZF and the result of each question about a selector. */
	const ask = (value: number, descriptor: bigint): {zf: bigint[]; rights: bigint; limit: bigint} => {
		const guest = new Guest(`
start:	movl	$${value}, %eax
	xorl	%ebx, %ebx
	lar	%eax, %r8d
	setz	%bl
	lsl	%eax, %r9d
	setz	%bh
	verr	%ax
	setz	%cl
	verw	%ax
	setz	%ch
	movzbl	%bl, %r10d
	movzbl	%bh, %r11d
	movzbl	%cl, %r12d
	movzbl	%ch, %r13d
	hlt
`.replace(/movzbl\t%(bh|ch), %(r\d+)d/g, (_, from: string, to: string) => `movzbl %${from}, %edi\nmovl %edi, %${to}d`));
		slot(descriptor)(guest);
		guest.run();
		return {zf: (['r10', 'r11', 'r12', 'r13'] as const).map(name => guest.register(name)), rights: guest.register('r8'), limit: guest.register('r9')};
	};

	test('tell rights and limit of a descriptor', () => {
		expect(ask(0x50, 0x12cf_f234_5678_ffffn)).toEqual({zf: [1n, 1n, 1n, 1n], rights: 0xcf_f200n, limit: 0xffff_ffffn});
		expect(ask(0x50, 0x0000_8200_0000_0017n)).toEqual({zf: [1n, 1n, 0n, 0n], rights: 0x8200n, limit: 0x17n});
	});

	test('say by ZF that there is none, without a fault', () => {
		for (const value of [0, 0x80, 0x54, 0x100]) expect(ask(value, 0n).zf).toEqual([0n, 0n, 0n, 0n]);
	});

	test('know call gates by their rights only, and no interrupt gates', () => {
		expect(ask(0x50, 0x0000_8c00_0010_0000n).zf).toEqual([1n, 0n, 0n, 0n]);
		expect(ask(0x50, 0x0000_8e00_0010_0000n).zf).toEqual([0n, 0n, 0n, 0n]);
	});
});

describe('Descriptor tables', () => {
	test('lgdt and lidt refuse a base that is not canonical', () => {
		for (const name of ['lgdt', 'lidt']) {
			const guest = new Guest(`start: movabsq $SPARE, %rbx\nmovabsq $0x800000000000, %rax\nmovq %rax, 2(%rbx)\n${name} (%rbx)`);
			guest.run();
			expect(guest.last).toMatchObject({vector: 13, errorCode: 0});
		}
	});

	test('sgdt and sidt store what lgdt and lidt have loaded, in ten bytes', () => {
		const guest = new Guest('start: movabsq $SPARE, %rbx\nmovw $0x1234, (%rbx)\nmovabsq $0xffff800000abcdef, %rax\nmovq %rax, 2(%rbx)\nlgdt (%rbx)\nsgdt 16(%rbx)\nhlt');
		guest.run();
		expect([guest.word(guest.address('SPARE') + 16n, 16), guest.word(guest.address('SPARE') + 18n)]).toEqual([0x1234n, 0xffff_8000_00ab_cdefn]);
		expect(guest.cells[Cell.GDTR_LIMIT]).toBe(0x1234n);
	});
});
