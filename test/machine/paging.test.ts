import {describe, expect, test} from 'vitest';
import {BareMachine} from '../support/bare-machine.js';
import {Pte} from '../../source/machine/control-bits.js';
import {Cell} from '../../source/machine/layout.js';
import {Guest} from '../support/guest.js';

const IN_USER = (code: string, before = ''): string => `
start:	${before}
	to_user user
	.section .user,"ax"
user:	${code}
`;

const USER_DATA = 0x60_0000n;
const USER_CODE = 0x40_0000n;

const fault = (guest: Guest): {errorCode: number | undefined; cr2: bigint | undefined} => {
	guest.run();
	expect(guest.last.vector).toBe(14);
	return {errorCode: guest.last.errorCode, cr2: guest.last.cr2};
};

describe('The error code of a page fault', () => {
	test.each([
		['a read of an absent page', 'movl 0x900004, %eax', 4, 0x90_0004n],
		['a write to an absent page', 'movl %eax, 0x900004', 6, 0x90_0004n],
		['a write to a read-only page', 'movl %eax, USER_CODE+8', 7, USER_CODE + 8n],
		['a fetch from a page that is not executable', 'movl $USER_DATA, %eax\njmp *%rax', 21, USER_DATA],
		['a fetch from an absent page', 'movl $0x900000, %eax\njmp *%rax', 20, 0x90_0000n],
		['a read of the kernel’s page', 'movabsq $GDT, %rax\nmovl (%rax), %ebx', 5, 0xffff_8000_0000_2000n],
		['a write of the kernel’s page', 'movabsq $GDT, %rax\nmovl %ebx, (%rax)', 7, 0xffff_8000_0000_2000n],
		['a read-modify-write is a write', 'incl 0x900004', 6, 0x90_0004n],
	])('%s', (_, code, errorCode, cr2) => {
		expect(fault(new Guest(IN_USER(code)))).toEqual({errorCode, cr2});
	});

	test('has no U bit in ring 0', () => {
		expect(fault(new Guest('start: movl 0x900000, %eax')).errorCode).toBe(0);
		expect(fault(new Guest('start: movl %eax, 0x900000')).errorCode).toBe(2);
	});

	test('has the reserved bit if an entry has bits that must be zero', () => {
		for (const bit of [40n, 51n]) {
			const guest = new Guest(IN_USER('movl USER_DATA, %eax'));
			guest.changeEntry(USER_DATA, {set: 1n << bit});
			expect(fault(guest).errorCode).toBe(4 | 1 | 8);
		}
	});

	test('has no fetch bit if neither NXE nor SMEP is on', () => {
		const guest = new Guest(IN_USER('movl $0x900000, %eax\njmp *%rax'));
		guest.cells[Cell.EFER] &= ~(1n << 11n);
		guest.cells[Cell.CR4] &= ~(1n << 20n);
		guest.bare.machine.cpu.stateReplaced();
		// Entries with NX set are now reserved: the stack must not have it.
		guest.changeEntry(0x70_1000n, {clear: Pte.NX});
		guest.changeEntry(USER_DATA, {clear: Pte.NX});
		for (let page = 0n; page < 0x20_0000n; page += 0x1000n) {
			const address = 0xffff_8000_0000_0000n + page;
			if ((guest.entry(address) & Pte.NX) !== 0n) guest.changeEntry(address, {clear: Pte.NX});
		}

		expect(fault(guest).errorCode).toBe(4);
	});
});

describe('NX', () => {
	test('set while EFER.NXE is clear is a reserved bit', () => {
		const guest = new Guest(IN_USER('movl USER_DATA, %eax'));
		guest.cells[Cell.EFER] &= ~(1n << 11n);
		guest.changeEntry(0x70_1000n, {clear: Pte.NX});
		expect(fault(guest)).toEqual({errorCode: 4 | 1 | 8, cr2: USER_DATA});
	});

	test('at an upper level counts for all pages below', () => {
		const guest = new Guest(IN_USER('nop'));
		guest.changeEntry(USER_CODE, {set: Pte.NX, level: 3});
		expect(fault(guest)).toEqual({errorCode: 21, cr2: USER_CODE});
	});
});

describe('The rights of the levels', () => {
	test.each([2, 3, 4])('a write needs W at level %i too', level => {
		const guest = new Guest(IN_USER('movl %eax, USER_DATA'));
		guest.changeEntry(USER_DATA, {clear: Pte.W, level});
		expect(fault(guest).errorCode).toBe(7);
	});

	test('ring 3 needs U at every level', () => {
		const guest = new Guest(IN_USER('nop'));
		guest.changeEntry(USER_CODE, {clear: Pte.U, level: 4});
		expect(fault(guest).errorCode).toBe(21);
	});
});

describe('CR0.WP', () => {
	const write = 'movabsq $SPARE, %rbx\nmovl %eax, (%rbx)\nhlt';

	test('keeps ring 0 from writing read-only pages', () => {
		const guest = new Guest(`start: ${write}`);
		guest.changeEntry(guest.address('SPARE'), {clear: Pte.W});
		expect(fault(guest).errorCode).toBe(3);
	});

	test('cleared lets it, and set again forbids it at once', () => {
		const guest = new Guest(`
start:	movq	%cr0, %rcx
	btrq	$16, %rcx
	movq	%rcx, %cr0
	movabsq	$SPARE, %rbx
	movl	$7, (%rbx)
	btsq	$16, %rcx
	movq	%rcx, %cr0
	movl	$8, (%rbx)
`);
		guest.changeEntry(guest.address('SPARE'), {clear: Pte.W});
		expect(fault(guest).errorCode).toBe(3);
		expect(guest.word(guest.address('SPARE'))).toBe(7n);
	});
});

describe('SMEP and SMAP', () => {
	test('SMEP keeps ring 0 from running user pages', () => {
		expect(fault(new Guest('start: movl $USER_CODE, %eax\njmp *%rax'))).toEqual({errorCode: 17, cr2: USER_CODE});
		const without = new Guest('start: movl $USER_CODE, %eax\njmp *%rax\n.section .user,"ax"\nmovl $5, %ebx\nhlt');
		without.cells[Cell.CR4] &= ~(1n << 20n);
		without.run();
		expect(without.register('rbx')).toBe(5n);
	});

	test('SMAP keeps ring 0 from user data, until stac; clac ends it', () => {
		expect(fault(new Guest('start: movl USER_DATA, %eax'))).toEqual({errorCode: 1, cr2: USER_DATA});
		const guest = new Guest('start: stac\nmovl USER_DATA, %eax\nmovl %eax, USER_DATA+4\nclac\nincl %ebx\nmovl USER_DATA, %eax');
		expect(fault(guest).errorCode).toBe(1);
		expect(guest.register('rbx')).toBe(1n);
	});

	test('SMAP is not lifted by AC for what the processor reads by itself', () => {
		const guest = new Guest('start: stac\nmovl $0x18, %eax\nmovw %ax, %ds');
		guest.cells[Cell.GDTR_BASE] = USER_DATA;
		// The delivery of the page fault needs the table as well.
		expect(guest.run()).toMatchObject({kind: 'triple-fault', chain: ['#PF', '#PF', '#DF', '#PF']});
		expect(guest.cells[Cell.CR2]).toBe(USER_DATA + 0x10n);
	});

	test('stac and clac are #UD in ring 3 and without CR4.SMAP', () => {
		const user = new Guest(IN_USER('stac'));
		user.run();
		expect(user.vectors).toEqual([6]);
		const without = new Guest('start: stac');
		without.cells[Cell.CR4] &= ~(1n << 21n);
		without.run();
		expect(without.vectors).toEqual([6]);
	});
});

describe('Accessed and dirty bits', () => {
	const bits = (guest: Guest, level = 1): bigint => guest.entry(USER_DATA, level) & (Pte.A | Pte.D);

	test('a read sets A at every level, a write D besides at the last', () => {
		const guest = new Guest(IN_USER('movl USER_DATA, %eax\nhlt'));
		guest.run();
		expect([1, 2, 3, 4].map(level => bits(guest, level))).toEqual([Pte.A, Pte.A, Pte.A, Pte.A]);
		const writing = new Guest(IN_USER('movl %eax, USER_DATA\nhlt'));
		writing.run();
		expect([1, 2, 3, 4].map(level => bits(writing, level))).toEqual([Pte.A | Pte.D, Pte.A, Pte.A, Pte.A]);
	});

	test('a write after a read still sets D', () => {
		const guest = new Guest(IN_USER('movl USER_DATA, %eax\nmovl USER_DATA, %eax\nmovl %eax, USER_DATA\nhlt'));
		guest.run();
		expect(bits(guest)).toBe(Pte.A | Pte.D);
	});

	test('an access that is refused sets nothing', () => {
		const guest = new Guest(IN_USER('movl %eax, USER_DATA'));
		guest.changeEntry(USER_DATA, {clear: Pte.W});
		guest.run();
		expect(bits(guest)).toBe(0n);
	});

	test('a comparison that fails still dirties: cmpxchg always writes', () => {
		const guest = new Guest(IN_USER('movl $1, %eax\nlock cmpxchgl %ecx, USER_DATA\nhlt'));
		guest.run();
		expect(bits(guest)).toBe(Pte.A | Pte.D);
	});
});

describe('Large pages', () => {
	/** Maps 2 MiB of physical memory at 0x80000000 for ring 0, by one entry of level 2 or 3. */
	const LARGE = `
start:	movq	%cr3, %rbx
	movabsq	$KERNEL_BASE, %rcx
	movq	(%rbx,%rcx), %rax
	andq	$-4096, %rax
	addq	%rcx, %rax
	movabsq	$SPARE, %rdx
	movq	%rdx, %rsi
	subq	%rcx, %rsi
	orq	$3, %rsi
`;

	test('of 2 MiB and 1 GiB map what their entry says', () => {
		const guest = new Guest(`${LARGE}
	movq	%rsi, 16(%rax)
	movq	$0x83, (%rdx)
	movq	$0x83, 24(%rax)
	movl	$0x80180000, %edi
	movq	(%rdi), %r8
	movl	$0xc0180000, %edi
	movq	(%rdi), %r9
	hlt
`);
		expect(guest.run()).toEqual({kind: 'halted'});
		expect(guest.vectors).toEqual([]);
		expect([guest.register('r8'), guest.register('r9')]).toEqual([0xa3n, 0xa3n]);
	});

	test('with address bits below their size are #PF with the reserved bit', () => {
		const guest = new Guest(`${LARGE}
	movq	%rsi, 16(%rax)
	movq	$0x4083, (%rdx)
	movl	$0x80000000, %edi
	movq	(%rdi), %r8
`);
		expect(fault(guest).errorCode).toBe(9);
		const huge = new Guest(`${LARGE}
	movq	$0x200083, 16(%rax)
	movl	$0x80000000, %edi
	movq	(%rdi), %r8
`);
		expect(fault(huge).errorCode).toBe(9);
	});

	test('at level 4 are reserved', () => {
		const guest = new Guest(IN_USER('nop'));
		guest.changeEntry(USER_CODE, {set: Pte.PS, level: 4});
		expect(fault(guest).errorCode).toBe(29);
	});

	test('are dropped whole by invlpg of any address in them', () => {
		const guest = new Guest(`${LARGE}
	movq	%rsi, 16(%rax)
	movq	$0x83, (%rdx)
	movl	$0x80001000, %edi
	movq	(%rdi), %r8
	movq	$0, (%rdx)
	movq	(%rdi), %r8
	movl	$0x80100000, %ecx
	invlpg	(%rcx)
	movl	$1, %ebx
	movq	(%rdi), %r8
`);
		expect(fault(guest)).toEqual({errorCode: 0, cr2: 0x8000_1000n});
		expect(guest.register('rbx')).toBe(1n);
	});
});

describe('Addresses that are not canonical', () => {
	test('are #GP(0), and #SS(0) through rsp or rbp', () => {
		const through = (code: string): number => {
			const guest = new Guest(`start: movabsq $0x800000000000, %rbx\nmovq %rbx, %rbp\n${code}`);
			guest.run();
			expect(guest.last.errorCode).toBe(0);
			return guest.last.vector;
		};

		expect(through('movb (%rbx), %al')).toBe(13);
		expect(through('movb (%rbp), %al')).toBe(12);
		expect(through('movq -1(%rbx), %rax')).toBe(13);
		expect(through('movb (%rax,%rbp), %al')).toBe(13);
	});

	test('are reached by running over the end of the lower half: #GP(0) there', () => {
		const guest = new Guest('start: movl $5, %ebx\nto_user 0x7fffffffffff\n');
		guest.mapUser(0x7fff_ffff_f000n, {execute: true});
		guest.bare.poke(0x7fff_ffff_ffffn, Uint8Array.of(0x90));
		guest.run();
		expect(guest.last).toMatchObject({vector: 13, errorCode: 0, address: 0x8000_0000_0000n});
	});
});

describe('Accesses that cross into another page', () => {
	test('fault at the second page with nothing written to the first', () => {
		const guest = new Guest(IN_USER('movq $-1, %rax\nmovq %rax, USER_DATA+0x3ffc'));
		expect(fault(guest)).toEqual({errorCode: 6, cr2: USER_DATA + 0x4000n});
		expect([...guest.bare.peek(USER_DATA + 0x3ff8n, 8)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
	});

	test('read and write pages that are not neighbours in memory', () => {
		const guest = new Guest(IN_USER('movabsq $0x1122334455667788, %rax\nmovq %rax, 0x800ffd\nmovq 0x800ffd, %rbx\nhlt'));
		guest.mapUser(0x80_0000n, {write: true});
		guest.mapUser(0x90_0000n, {write: true});
		guest.mapUser(0x80_1000n, {write: true});
		guest.run();
		expect(guest.register('rbx')).toBe(0x1122_3344_5566_7788n);
		expect([...guest.bare.peek(0x80_1000n, 5)]).toEqual([0x55, 0x44, 0x33, 0x22, 0x11]);
	});

	test('an instruction whose second half is not mapped faults there, with rip at its start', () => {
		const guest = new Guest(IN_USER('movl $0x803ffe, %eax\njmp *%rax'));
		guest.mapUser(0x80_3000n, {execute: true});
		guest.bare.poke(0x80_3ffen, Uint8Array.of(0x48, 0xb8));
		expect(fault(guest)).toEqual({errorCode: 20, cr2: 0x80_4000n});
		expect(guest.frame[0]).toBe(0x80_3ffen);
	});

	test('an instruction over two pages runs from both', () => {
		const guest = new Guest(IN_USER('movl $0x803ffe, %eax\njmp *%rax'));
		guest.mapUser(0x80_3000n, {execute: true});
		guest.mapUser(0x80_4000n, {execute: true});
		guest.bare.poke(0x80_3ffen, Uint8Array.of(0xbb, 0x78));
		guest.bare.poke(0x80_4000n, Uint8Array.of(0x56, 0x34, 0x12, 0xf4));
		guest.run();
		expect(guest.register('rbx')).toBe(0x1234_5678n);
		expect(guest.last).toMatchObject({vector: 13, address: 0x80_4003n});
	});

	test('bytes at the end of a page that are no instruction are #UD without a look at the next page', () => {
		const guest = new Guest(IN_USER('movl $0x803ffe, %eax\njmp *%rax'));
		guest.mapUser(0x80_3000n, {execute: true});
		guest.bare.poke(0x80_3ffen, Uint8Array.of(0xff, 0xff));
		guest.run();
		expect(guest.vectors).toEqual([6]);
	});
});

test('from outside, an address that is not canonical is never mapped', () => {
	const bare = new BareMachine();
	bare.map(0x40_0000n, 0x1000, {write: true});
	expect([0x40_0000n, 0x1_0000_0040_0000n, 0xfff0_0000_0040_0000n].map(address => bare.machine.readLinear(address, 8)?.length)).toEqual([8, undefined, undefined]);
});
