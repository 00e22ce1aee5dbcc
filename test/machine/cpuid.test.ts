import {describe, expect, test} from 'vitest';
import {Cr4} from '../../source/machine/control-bits.js';
import {cpuid} from '../../source/machine/cpuid.js';
import {INSTRUCTION_SETS} from '../../source/machine/instruction-sets.js';
import {Guest} from '../support/guest.js';

/** A feature's place: leaf, index of the register (eax, ebx, ecx, edx), bit. */
const announced = (leaf: number, register: 0 | 1 | 2 | 3, bit: number): boolean => ((cpuid(leaf, 0)[register] >>> bit) & 1) === 1;

describe('cpuid', () => {
	test.each([
		['TSC', 1, 3, 4], ['MSR', 1, 3, 5], ['CX8', 1, 3, 8], ['SEP', 1, 3, 11], ['CMOV', 1, 3, 15], ['CLFSH', 1, 3, 19], ['MMX', 1, 3, 23], ['FXSR', 1, 3, 24],
		['SSE', 1, 3, 25], ['SSE2', 1, 3, 26], ['CMPXCHG16B', 1, 2, 13], ['SSE3', 1, 2, 0], ['PCLMULQDQ', 1, 2, 1], ['MONITOR', 1, 2, 3], ['VMX', 1, 2, 5],
		['SSSE3', 1, 2, 9], ['FMA', 1, 2, 12], ['SSE4_1', 1, 2, 19], ['SSE4_2', 1, 2, 20], ['MOVBE', 1, 2, 22], ['POPCNT', 1, 2, 23], ['AES', 1, 2, 25],
		['XSAVE', 1, 2, 26], ['AVX', 1, 2, 28], ['F16C', 1, 2, 29], ['RDRAND', 1, 2, 30], ['FSGSBASE', 7, 1, 0], ['BMI1', 7, 1, 3], ['AVX2', 7, 1, 5],
		['BMI2', 7, 1, 8], ['INVPCID', 7, 1, 10], ['RTM', 7, 1, 11], ['ADX', 7, 1, 19], ['SMAP', 7, 1, 20], ['RDTSCP', 0x8000_0001, 3, 27], ['SYSCALL', 0x8000_0001, 3, 11],
	] as const)('announces %s if, and only if, the processor has it', (set, leaf, register, bit) => {
		expect(announced(leaf, register, bit)).toBe(INSTRUCTION_SETS.has(set));
	});

	test.each([
		['de', Cr4.DE, 1, 3, 2], ['pge', Cr4.PGE, 1, 3, 13], ['pcid', Cr4.PCIDE, 1, 2, 17], ['smep', Cr4.SMEP, 7, 1, 7], ['smap', Cr4.SMAP, 7, 1, 20],
		['umip', Cr4.UMIP, 7, 2, 2], ['fsgsbase', Cr4.FSGSBASE, 7, 1, 0],
	] as const)('announces %s, whose bit cr4 takes', (_, bit, leaf, register, position) => {
		expect(announced(leaf, register, position)).toBe(true);
		const guest = new Guest(`start: movq %cr4, %rax\norq $${bit}, %rax\nmovq %rax, %cr4\nhlt`);
		guest.run();
		expect(guest.vectors).toEqual([]);
	});

	test('fills all four registers and clears their upper halves, in any ring', () => {
		const guest = new Guest('start: to_user user\n.section .user,"ax"\nuser: movq $-1, %rbx\nmovq %rbx, %rcx\nmovq %rbx, %rdx\nxorl %eax, %eax\ncpuid\nint3');
		guest.run();
		const bytes = [guest.register('rbx'), guest.register('rdx'), guest.register('rcx')].flatMap(word => [0n, 8n, 16n, 24n].map(shift => Number((word >> shift) & 0xffn)));
		expect(String.fromCharCode(...bytes)).toBe('GenuineIntel');
		expect(guest.register('rcx') >> 32n).toBe(0n);
		expect(guest.vectors).toEqual([3]);
	});

	test('tells the widths of addresses', () => {
		expect(cpuid(0x8000_0008, 0)[0]).toBe((48 << 8) | 40);
	});
});
