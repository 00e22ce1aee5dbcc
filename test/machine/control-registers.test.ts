import {describe, expect, test} from 'vitest';
import {Cr0, Cr4, Efer} from '../../source/machine/control-bits.js';
import {Cell} from '../../source/machine/layout.js';
import {Msr} from '../../source/machine/msr.js';
import {Guest} from '../support/guest.js';

/** Writes a value to a control register in ring 0; the exception that comes, or the value that is read back. */
function write(register: string, value: bigint, change: (guest: Guest) => void = () => undefined): bigint | 'refused' {
	const guest = new Guest(`start: movabsq $${value}, %rax\nmovq %rax, %${register}\nmovq %${register}, %rbx\nhlt`);
	change(guest);
	guest.run();
	if (guest.vectors.length === 0) return guest.register('rbx');
	expect(guest.last).toMatchObject({vector: 13, errorCode: 0});
	return 'refused';
}

const CR0 = Cr0.PG | Cr0.WP | Cr0.NE | Cr0.ET | Cr0.MP | Cr0.PE;
const CR4 = Cr4.PAE | Cr4.PGE;

describe('cr0', () => {
	test('refuses its upper half, PG without PE, NW without CD, and paging switched off', () => {
		expect([1n << 32n, CR0 ^ Cr0.PE, CR0 | Cr0.NW, CR0 ^ Cr0.PG].map(value => write('cr0', value))).toEqual(Array.from({length: 4}, () => 'refused'));
	});

	test('keeps ET set and reserved bits clear', () => {
		expect(write('cr0', (CR0 & ~Cr0.ET) | 0x40n)).toBe(CR0);
		expect(write('cr0', CR0 | Cr0.NW | Cr0.CD)).toBe(CR0 | Cr0.NW | Cr0.CD);
	});

	test('lmsw sets PE, MP, EM and TS, but does not clear PE; clts clears TS', () => {
		const guest = new Guest('start: movl $14, %eax\nlmsw %ax\nsmsw %rbx\nclts\nsmsw %ecx\nhlt');
		guest.run();
		expect(guest.register('rbx') & 0xfn).toBe(15n);
		expect(guest.register('rcx') & 0xfn).toBe(7n);
		expect(guest.register('rbx') >> 31n).toBe(1n);
	});
});

describe('cr4', () => {
	test('refuses bits that CPUID does not announce, and PAE cleared', () => {
		expect([0n, 1n, 12n, 13n, 14n, 18n, 22n, 63n].map(bit => write('cr4', CR4 | (1n << bit)))).toEqual(Array.from({length: 8}, () => 'refused'));
		expect(write('cr4', CR4 ^ Cr4.PAE)).toBe('refused');
		expect(write('cr4', CR4 | Cr4.SMEP | Cr4.SMAP)).toBe(CR4 | Cr4.SMEP | Cr4.SMAP);
	});

	test('PCIDE can only be set while the low bits of cr3 are zero', () => {
		expect(write('cr4', CR4 | Cr4.PCIDE)).toBe(CR4 | Cr4.PCIDE);
		const refused = write('cr4', CR4 | Cr4.PCIDE, guest => {
			guest.cells[Cell.CR3] |= 8n;
		});
		expect(refused).toBe('refused');
	});
});

describe('cr3, cr8 and cr2', () => {
	test('cr3 refuses address bits that do not exist, and bit 63 without PCIDs', () => {
		expect(write('cr3', 0x1000n | (1n << 40n))).toBe('refused');
		expect(write('cr3', 0x1000n | (1n << 63n))).toBe('refused');
		expect(write('cr3', 0x1018n)).toBe(0x1018n);
	});

	test('cr8 takes four bits', () => {
		expect(write('cr8', 15n)).toBe(15n);
		expect(write('cr8', 16n)).toBe('refused');
	});

	test('cr2 takes anything', () => {
		expect(write('cr2', 0x8000_0000_0000_0001n)).toBe(0x8000_0000_0000_0001n);
	});

	test('registers that do not exist are #UD, and all are #GP(0) in ring 3', () => {
		for (const bytes of ['0x0f, 0x20, 0xc8', '0x0f, 0x22, 0xe8', '0x44, 0x0f, 0x22, 0xc8']) {
			const guest = new Guest(`start: .byte ${bytes}`);
			guest.run();
			expect(guest.vectors).toEqual([6]);
		}

		for (const code of ['movq %cr0, %rax', 'movq %rax, %cr3', 'movq %cr8, %rax', 'clts', 'lmsw %ax', 'invlpg (%rax)', 'wbinvd', 'hlt']) {
			const guest = new Guest(`start: to_user user\n.section .user,"ax"\nuser: ${code}`);
			guest.run();
			expect(guest.last).toMatchObject({vector: 13, errorCode: 0});
		}
	});
});

/** Writes a value to an MSR; the value that is read back, or that it was refused. */
function writeMsr(number: number, value: bigint): bigint | 'refused' {
	const guest = new Guest(`
start:	movl	$${number}, %ecx
	movl	$${value & 0xffff_ffffn}, %eax
	movl	$${value >> 32n}, %edx
	wrmsr
	rdmsr
	shlq	$32, %rdx
	orq	%rdx, %rax
	hlt
`);
	guest.run();
	if (guest.vectors.length === 0) return guest.register('rax');
	expect(guest.last).toMatchObject({vector: 13, errorCode: 0});
	return 'refused';
}

describe('Model-specific registers', () => {
	const LONG = Efer.LME | Efer.LMA;

	test('efer refuses reserved bits and LME cleared under paging, and keeps LMA', () => {
		expect(writeMsr(Msr.EFER, Efer.LME | Efer.SCE)).toBe(LONG | Efer.SCE);
		expect(writeMsr(Msr.EFER, LONG | Efer.NXE)).toBe(LONG | Efer.NXE);
		expect(writeMsr(Msr.EFER, Efer.SCE)).toBe('refused');
		expect(writeMsr(Msr.EFER, LONG | 2n)).toBe('refused');
	});

	test.each([
		['lstar', Msr.LSTAR], ['cstar', Msr.CSTAR], ['fs.base', Msr.FS_BASE], ['gs.base', Msr.GS_BASE], ['kernel_gs_base', Msr.KERNEL_GS_BASE],
		['sysenter_eip', Msr.SYSENTER_EIP], ['sysenter_esp', Msr.SYSENTER_ESP],
	])('%s takes canonical addresses only', (_, number) => {
		expect(writeMsr(number, 0x7fff_ffff_ffffn)).toBe(0x7fff_ffff_ffffn);
		expect(writeMsr(number, 0x8000_0000_0000n)).toBe('refused');
	});

	test.each([['fmask', Msr.FMASK], ['tsc_aux', Msr.TSC_AUX], ['sysenter_cs', Msr.SYSENTER_CS]])('%s has 32 bits', (_, number) => {
		expect(writeMsr(number, 0xffff_ffffn)).toBe(0xffff_ffffn);
		expect(writeMsr(number, 1n << 32n)).toBe('refused');
	});

	test('pat refuses memory types that do not exist', () => {
		expect(writeMsr(Msr.PAT, 0x0007_0406_0107_0405n)).toBe(0x0007_0406_0107_0405n);
		expect(writeMsr(Msr.PAT, 2n)).toBe('refused');
	});

	test('star takes anything; one that does not exist is #GP(0)', () => {
		expect(writeMsr(Msr.STAR, 0xffff_ffff_ffff_ffffn)).toBe(0xffff_ffff_ffff_ffffn);
		expect(writeMsr(0x1234, 0n)).toBe('refused');
	});

	test('the time-stamp counter counts on from what is written', () => {
		expect(writeMsr(Msr.TSC, 0x1_0000_0000n)).toBe(0x1_0000_0001n);
	});

	test('rdmsr and wrmsr are #GP(0) in ring 3, rdtsc only with CR4.TSD', () => {
		for (const code of ['rdmsr', 'wrmsr']) {
			const guest = new Guest(`start: to_user user\n.section .user,"ax"\nuser: movl $0x10, %ecx\n${code}`);
			guest.run();
			expect(guest.last).toMatchObject({vector: 13, errorCode: 0});
		}

		const allowed = new Guest('start: to_user user\n.section .user,"ax"\nuser: rdtsc\nint3');
		allowed.run();
		expect(allowed.vectors).toEqual([3]);
		const forbidden = new Guest('start: to_user user\n.section .user,"ax"\nuser: rdtsc\nint3');
		forbidden.cells[Cell.CR4] |= Cr4.TSD;
		forbidden.run();
		expect(forbidden.vectors).toEqual([13]);
	});

	test('rdfsbase and its kin are #UD without CR4.FSGSBASE, and wrgsbase refuses addresses that are not canonical', () => {
		for (const code of ['rdfsbase %rax', 'wrgsbase %rax']) {
			const guest = new Guest(`start: ${code}`);
			guest.cells[Cell.CR4] &= ~Cr4.FSGSBASE;
			guest.run();
			expect(guest.vectors).toEqual([6]);
		}

		const guest = new Guest('start: movabsq $0x800000000000, %rax\nwrgsbase %rax');
		guest.run();
		expect(guest.last).toMatchObject({vector: 13, errorCode: 0});
	});
});

describe('UMIP', () => {
	test.each(['sgdt (%rsp)', 'sidt (%rsp)', 'sldt %eax', 'str %eax', 'smsw %eax'])('keeps %s from ring 3', code => {
		const run = (cr4: bigint): readonly number[] => {
			const guest = new Guest(`start: to_user user, 0x202, USER_STACK-16\n.section .user,"ax"\nuser: ${code}\nint3`);
			guest.cells[Cell.CR4] &= ~cr4;
			guest.run();
			return guest.vectors;
		};

		expect([run(0n), run(Cr4.UMIP)]).toEqual([[13], [3]]);
	});
});
