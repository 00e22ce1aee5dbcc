import {describe, expect, test} from 'vitest';
import {Cell} from '../../source/machine/layout.js';
import {Guest} from '../support/guest.js';

const UD = 6;
const NM = 7;
const GP = 13;
const PF = 14;
const XM = 19;

/** Changes a control register: sets some bits and clears others. */
const change = (register: string, set: number, clear = 0): string => `
	movq	%${register}, %rax
	orq	$${set}, %rax
	andq	$${~clear}, %rax
	movq	%rax, %${register}
`;

const EM = 1 << 2;
const TS = 1 << 3;
const OSFXSR = 1 << 9;
const OSXMMEXCPT = 1 << 10;

/** Runs kernel code and gives the exception that ended it. */
function ended(text: string): {guest: Guest; vector: number | undefined} {
	const guest = new Guest(`start:\n${text}\n\thlt\n`);
	guest.run();
	return {guest, vector: guest.vectors.at(-1)};
}

/** Loads MXCSR with a value. */
const loadMxcsr = (value: number): string => `
	pushq	$${value}
	ldmxcsr	(%rsp)
`;

const DIVIDE_BY_ZERO = `
	movl	$0x3f800000, %eax
	movd	%eax, %xmm1
	xorps	%xmm2, %xmm2
fault:	divss	%xmm2, %xmm1
`;

describe('SSE instructions', () => {
	test.each([
		['are #UD with CR0.EM', change('cr0', EM), UD],
		['are #NM with CR0.TS', change('cr0', TS), NM],
		['are #UD with both', change('cr0', EM | TS), UD],
		['are #UD without CR4.OSFXSR', change('cr4', 0, OSFXSR), UD],
		['run otherwise', '', undefined],
	])('%s', (_, setup, vector) => {
		for (const instruction of ['addps %xmm0, %xmm1', 'movaps %xmm0, %xmm1', 'paddb %xmm0, %xmm1', 'cvtsi2sd %rax, %xmm0', 'stmxcsr -8(%rsp)']) {
			expect(ended(`${setup}\n${instruction}`).vector).toBe(vector);
		}
	});

	test.each([
		['paddb %mm0, %mm1', EM, UD],
		['paddb %mm0, %mm1', TS, NM],
		['emms', EM, UD],
		['movnti %rax, -8(%rsp)', EM | TS, undefined],
	])('%s with CR0 bits %i gives %s', (instruction, bits, vector) => {
		expect(ended(`${change('cr0', bits)}\n${instruction}`).vector).toBe(vector);
	});

	test('that meet an unmasked exception are #XM, and leave destination and rip', () => {
		const {guest, vector} = ended(loadMxcsr(0x1d80) + DIVIDE_BY_ZERO);
		expect(vector).toBe(XM);
		expect(guest.frame[0]).toBe(guest.address('fault'));
		expect(guest.cells[Cell.XMM + 2]).toBe(0x3f80_0000n);
		expect(guest.cells[Cell.MXCSR]).toBe(0x1d84n);
	});

	test('that meet an unmasked exception are #UD without CR4.OSXMMEXCPT', () => {
		expect(ended(change('cr4', 0, OSXMMEXCPT) + loadMxcsr(0x1d80) + DIVIDE_BY_ZERO).vector).toBe(UD);
	});

	test('gather masked exceptions in MXCSR until software clears them', () => {
		const {guest, vector} = ended(`${loadMxcsr(0x1f80)}${DIVIDE_BY_ZERO}\n\tmovl $0x40400000, %eax\n\tmovd %eax, %xmm3\n\tmovl $0x3f800000, %eax\n\tmovd %eax, %xmm4\n\tdivss %xmm3, %xmm4`);
		expect(vector).toBeUndefined();
		expect(guest.cells[Cell.MXCSR]).toBe(0x1fa4n);
		expect(guest.cells[Cell.XMM + 2]).toBe(0x7f80_0000n);
	});
});

describe('ldmxcsr', () => {
	test('is #GP if a reserved bit is set, and changes nothing', () => {
		const {guest, vector} = ended(loadMxcsr(0x1_0000));
		expect(vector).toBe(GP);
		expect(guest.cells[Cell.MXCSR]).toBe(0x1f80n);
	});
});

describe('16 bytes of memory', () => {
	test.each(['movaps', 'movapd', 'movdqa', 'movntdq', 'movntps', 'movntpd'])('%s is #GP off a multiple of 16', mnemonic => {
		expect(ended(`\tmovabsq $SPARE+8, %rbx\n\t${mnemonic} %xmm0, (%rbx)`).vector).toBe(GP);
	});

	test('an operand of arithmetic is #GP off a multiple of 16', () => {
		expect(ended('\tmovabsq $SPARE+8, %rbx\n\taddps (%rbx), %xmm0').vector).toBe(GP);
	});

	test('that reach a page which may not be written are not written at all', () => {
		const guest = new Guest(`
start:	to_user user
	.section .user,"ax"
user:	movabsq	$USER_DATA+0x3ff8, %rbx
	pcmpeqd	%xmm0, %xmm0
	movups	%xmm0, (%rbx)
`);
		guest.run();
		expect(guest.last).toMatchObject({vector: PF, errorCode: 6, cr2: 0x60_4000n});
		expect(guest.bare.peek(0x60_3ff8n, 8)).toEqual(new Uint8Array(8));
	});

	test('that end beyond the canonical addresses are #GP even if their first page is missing', () => {
		expect(ended('\tmovabsq $0x7ffffffffff8, %rbx\n\tmovups (%rbx), %xmm0').vector).toBe(GP);
	});
});
