import {describe, expect, test} from 'vitest';
import {Efer} from '../../source/machine/control-bits.js';
import {Flag} from '../../source/machine/flags.js';
import {Cell, SegmentCell} from '../../source/machine/layout.js';
import {Segment} from '../../source/machine/registers.js';
import {segmentCell} from '../../source/machine/segments.js';
import {Guest} from '../support/guest.js';

const selector = (guest: Guest, segment: number): bigint => guest.cells[segmentCell(segment, SegmentCell.SELECTOR)];

/** A guest whose MSRs lead `syscall` to the label entry. */
function withEntry(text: string, star = 0x0023_0010_0000_0000n): Guest {
	const guest = new Guest(text);
	guest.cells[Cell.STAR] = star;
	guest.cells[Cell.LSTAR] = guest.address('entry');
	guest.cells[Cell.FMASK] = Flag.IF | Flag.DF;
	return guest;
}

describe('syscall', () => {
	const TEXT = `
start:	to_user user, 0x602
entry:	hlt
	.section .user,"ax"
user:	movq	%rsp, %rbx
	syscall
behind:	nop
`;

	test('saves rip in rcx and rflags in r11, clears the flags of IA32_FMASK, and leaves rsp alone', () => {
		const guest = withEntry(TEXT);
		guest.run();
		expect(guest.register('rcx')).toBe(guest.address('behind'));
		expect(guest.register('r11')).toBe(0x602n);
		expect(guest.bare.machine.cpu.rflags).toBe(2n);
		expect(guest.register('rsp')).toBe(guest.register('rbx'));
	});

	test('loads flat segments from IA32_STAR without a look at the GDT', () => {
		const guest = withEntry(TEXT);
		guest.steps(11);
		guest.cells[Cell.GDTR_LIMIT] = 0n;
		guest.run();
		expect([selector(guest, Segment.CS), selector(guest, Segment.SS), guest.cpl]).toEqual([0x10n, 0x18n, 0n]);
	});

	test('takes the privilege level out of cs, and none out of ss', () => {
		const guest = withEntry(TEXT, 0x0023_0013_0000_0000n);
		guest.run();
		expect([selector(guest, Segment.CS), selector(guest, Segment.SS), guest.cpl]).toEqual([0x10n, 0x1bn, 0n]);
	});

	test('and sysretq are #UD while EFER.SCE is clear', () => {
		for (const code of ['syscall', 'sysretq']) {
			const guest = new Guest(`start: ${code}`);
			guest.cells[Cell.EFER] &= ~Efer.SCE;
			guest.run();
			expect(guest.vectors).toEqual([6]);
		}
	});
});

describe('sysretq', () => {
	const TEXT = `
start:	movq	$user, %rcx
	movl	$USER_STACK, %esp
	movl	$0x3fffffff, %r11d
	sysretq
	.section .user,"ax"
user:	int3
`;

	test('takes rip from rcx and rflags from r11, without RF and VM', () => {
		const guest = new Guest(TEXT.replace('0x3fffffff', '0x3ffeff'));
		guest.cells[Cell.STAR] = 0x0023_0010_0000_0000n;
		guest.run();
		expect(guest.frame).toEqual([guest.address('user') + 1n, 0x33n, 0x3c_7ed7n, guest.address('USER_STACK'), 0x2bn]);
	});

	test('raises #GP in ring 0, on the user’s rsp, if rcx is not canonical', () => {
		const guest = new Guest('start: movabsq $0x800000000000, %rcx\nmovq $2, %r11\nhere: sysretq');
		guest.run();
		expect(guest.last).toMatchObject({vector: 13, errorCode: 0, cpl: 0, address: guest.address('here')});
	});

	test('is #GP outside ring 0', () => {
		const guest = new Guest('start: to_user user\n.section .user,"ax"\nuser: sysretq');
		guest.run();
		expect(guest.last).toMatchObject({vector: 13, errorCode: 0});
	});

	test('of 32 bits leaves 64-bit mode: a named end', () => {
		const guest = new Guest('start: movq $user, %rcx\nhere: .byte 0x0f, 0x07\n.section .user,"ax"\nuser: nop');
		expect(guest.run()).toEqual({kind: 'left-64-bit-mode', mnemonic: 'SYSRET', address: guest.address('here')});
	});
});

describe('swapgs', () => {
	test('exchanges the bases in ring 0 and is #GP in ring 3', () => {
		const guest = new Guest('start: swapgs\nrdgsbase %rax\nswapgs\nrdgsbase %rbx\nhlt');
		guest.cells[Cell.KERNEL_GS_BASE] = 0x1234n;
		guest.run();
		expect([guest.register('rax'), guest.register('rbx')]).toEqual([0x1234n, 0n]);
		const user = new Guest('start: to_user user\n.section .user,"ax"\nuser: swapgs');
		user.run();
		expect(user.vectors).toEqual([13]);
	});
});

describe('sysenter and sysexit', () => {
	const TEXT = `
start:	to_user user
entry:	movq	%rsp, %rbx
	movl	$user2, %edx
	movl	$USER_STACK, %ecx
	.byte	0x48, 0x0f, 0x35	# sysexitq
	.section .user,"ax"
user:	sysenter
user2:	int3
`;

	test('go to IA32_SYSENTER_EIP with IF clear, and back to rdx', () => {
		const guest = new Guest(TEXT);
		guest.cells[Cell.SYSENTER_CS] = 0x10n;
		guest.cells[Cell.SYSENTER_EIP] = guest.address('entry');
		guest.cells[Cell.SYSENTER_ESP] = guest.address('SPARE');
		guest.run();
		expect(guest.register('rbx')).toBe(guest.address('SPARE'));
		expect(guest.frame).toEqual([guest.address('user2') + 1n, 0x33n, 2n, guest.address('USER_STACK'), 0x3bn]);
	});

	test('are #GP(0) while IA32_SYSENTER_CS is null', () => {
		for (const code of ['sysenter', '.byte 0x48, 0x0f, 0x35']) {
			const guest = new Guest(`start: ${code}`);
			guest.run();
			expect(guest.last).toMatchObject({vector: 13, errorCode: 0});
		}
	});

	test('sysexitq refuses addresses that are not canonical, and ring 3', () => {
		const guest = new Guest('start: movabsq $0x800000000000, %rcx\nxorl %edx, %edx\n.byte 0x48, 0x0f, 0x35');
		guest.cells[Cell.SYSENTER_CS] = 0x10n;
		guest.run();
		expect(guest.last).toMatchObject({vector: 13, errorCode: 0});
		const user = new Guest('start: to_user user\n.section .user,"ax"\nuser: .byte 0x48, 0x0f, 0x35');
		user.cells[Cell.SYSENTER_CS] = 0x10n;
		user.run();
		expect(user.last).toMatchObject({vector: 13, errorCode: 0});
	});
});

describe('vmcall', () => {
	test('calls the host from ring 0, and is #UD in ring 3 and without a host', () => {
		const guest = new Guest('start: movl $7, %eax\nvmcall\nhlt');
		guest.bare.machine.cpu.onHypercall = cpu => {
			cpu.cells[0] += 1n;
		};

		guest.run();
		expect(guest.register('rax')).toBe(8n);
		const alone = new Guest('start: vmcall');
		alone.run();
		expect(alone.vectors).toEqual([6]);
		const user = new Guest('start: to_user user\n.section .user,"ax"\nuser: vmcall');
		user.bare.machine.cpu.onHypercall = () => {
			throw new Error('ring 3 reached the host');
		};

		user.run();
		expect(user.vectors).toEqual([6]);
	});
});
