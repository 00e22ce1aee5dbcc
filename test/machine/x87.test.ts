import {describe, expect, test} from 'vitest';
import {Cell} from '../../source/machine/layout.js';
import {getFpu} from '../support/fpu-image.js';
import {Guest} from '../support/guest.js';
import {differencesIn} from '../support/recorded.js';

const MF = 16;
const NM = 7;
const UD = 6;
const PF = 14;

/** Runs kernel code and gives the exception that ended it. */
function ended(text: string): {guest: Guest; vector: number | undefined} {
	const guest = new Guest(`start:\n\tmovabsq $SPARE, %rbx\n${text}\n\thlt\n`);
	guest.run();
	return {guest, vector: guest.vectors.at(-1)};
}

/** Significand and exponent of st(0), the sign with it. */
function topOf(guest: Guest): {significand: bigint; exponent: number; negative: boolean} {
	const bytes = Buffer.from(getFpu(guest.cells).st[0], 'hex');
	const signExponent = bytes.readUInt16LE(8);
	return {significand: bytes.readBigUInt64LE(0), exponent: (signExponent & 0x7fff) - 0x3fff, negative: signExponent >= 0x8000};
}

/** Unmasks divide-by-zero, then divides by zero: the exception is pending. */
const PENDING = `
	movw	$0x37b, (%rbx)
	fldcw	(%rbx)
	fld1
	fldz
fault:	fdivrp	%st, %st(1)
`;

describe('x87', () => {
	test('computes what a real processor does, in every precision and rounding mode, masked and not', () => {
		expect(differencesIn('extra-x87.jsonl.gz')).toEqual([]);
	});

	test('keeps 64 bits where a double has 53', () => {
		const {guest} = ended('\tmovq $1, (%rbx)\n\tfildll (%rbx)\n\tmovabsq $0x4000000000000000, %rax\n\tmovq %rax, (%rbx)\n\tfildll (%rbx)\n\tfaddp %st, %st(1)\n\tfistpll (%rbx)\n\tmovq (%rbx), %rax');
		expect(guest.register('rax')).toBe(0x4000_0000_0000_0001n);
	});

	test('tells of an unmasked exception at the next waiting instruction', () => {
		const {guest, vector} = ended(`${PENDING}\tfnstsw %ax\n\tfnstcw (%rbx)\nnext:\tfnop`);
		expect(vector).toBe(MF);
		expect(guest.frame[0]).toBe(guest.address('next'));
		expect(guest.register('rax') & 0x84n).toBe(0x84n);
	});

	test.each(['fwait', 'fld1', 'fldcw (%rbx)', 'paddb %mm0, %mm1', 'emms', 'fldenv (%rbx)'])('%s waits for a pending exception', instruction => {
		expect(ended(PENDING + instruction).vector).toBe(MF);
	});

	test.each(['fnclex', 'fninit', 'fnstcw (%rbx)', 'fnstenv (%rbx)', 'fnsave (%rbx)', 'fxsave (%rbx)', 'addps %xmm0, %xmm1'])('%s does not', instruction => {
		expect(ended(PENDING + instruction).vector).toBeUndefined();
	});

	test('remembers instruction, operand and opcode of the exception for fnstenv', () => {
		const {guest} = ended('\tmovw $0x37e, (%rbx)\n\tfldcw (%rbx)\n\tmovl $0x7f800001, (%rbx)\nfault:\tflds (%rbx)\n\tfnstenv 0x20(%rbx)');
		const base = 0xffff_8000_0018_0020n;
		expect(guest.word(base + 12n, 32)).toBe(guest.address('fault') & 0xffff_ffffn);
		expect(guest.word(base + 16n, 32)).toBe(0x103n << 16n);
		expect(guest.word(base + 20n, 32)).toBe(0x18_0000n);
	});

	test('lets pending exceptions rest without CR0.NE', () => {
		expect(ended(`${PENDING}\tmovq %cr0, %rax\n\tandq $~0x20, %rax\n\tmovq %rax, %cr0\n\tfnop`).vector).toBeUndefined();
	});

	test.each([
		['fld1', 1 << 2, NM],
		['fld1', 1 << 3, NM],
		['fwait', 1 << 2, undefined],
		['fwait', 1 << 3, NM],
		['paddb %mm0, %mm1', 1 << 2, UD],
	])('%s with CR0 bits %i gives %s', (instruction, bits, vector) => {
		expect(ended(`\tmovq %cr0, %rax\n\torq $${bits}, %rax\n\tmovq %rax, %cr0\n\t${instruction}`).vector).toBe(vector);
	});

	test('unmasks what has been flagged when fldcw says so', () => {
		expect(ended('\tfld1\n\tfldz\n\tfdivrp %st, %st(1)\n\tmovw $0x37b, (%rbx)\n\tfldcw (%rbx)\nnext: fnop').vector).toBe(MF);
	});

	test('leaves the stack alone when a store faults', () => {
		const {guest, vector} = ended('\tfldpi\n\txorl %ecx, %ecx\n\tfstpt (%rcx)');
		expect(vector).toBe(PF);
		expect(topOf(guest)).toEqual({significand: 0xc90f_daa2_2168_c235n, exponent: 1, negative: false});
		expect(getFpu(guest.cells).tags).toBe('0x80');
	});

	test('fcomi leaves the flags when its exception is not masked', () => {
		const {guest} = ended('\tmovw $0x37e, (%rbx)\n\tfldcw (%rbx)\n\tmovl $0x7fc00000, (%rbx)\n\tflds (%rbx)\n\tfld1\n\tstc\n\tfcomip %st(1), %st\n\tsetc %al\n\tsetp %ah');
		expect(guest.register('rax') & 0xffffn).toBe(1n);
		expect(getFpu(guest.cells).tags).toBe('0xc0');
	});

	test('shares its registers with MMX, which empties the stack only by emms', () => {
		const {guest} = ended('\tfldpi\n\tmovq %mm7, %rax\n\tpcmpeqd %mm3, %mm3');
		expect(guest.register('rax')).toBe(0xc90f_daa2_2168_c235n);
		expect(getFpu(guest.cells)).toMatchObject({status: '0x0', tags: '0xff'});
		expect(getFpu(guest.cells).st[3]).toBe('ff'.repeat(10));
		expect(guest.cells[Cell.X87_TAG]).toBe(0xffn);
		expect(getFpu(ended('\tfldpi\n\tmovq %mm7, %rax\n\temms').guest.cells).tags).toBe('0x0');
	});
});

describe('elementary functions', () => {
	test.each([
		['fsin', '\tfld1\n\tfsin', 0xd76a_a478_4867_7021n, -1, false],
		['fcos', '\tfld1\n\tfcos', 0x8a51_407d_a834_5c92n, -1, false],
		['fptan', '\tfld1\n\tfptan\n\tfstp %st(0)', 0xc759_22e5_f71d_2dc5n, 0, false],
		['fsin by the processor’s own π', '\tmovabsq $0x4000000000000000, %rax\n\tmovq %rax, (%rbx)\n\tfildll (%rbx)\n\tfsin', 0xb506_a9dd_559c_f157n, -1, true],
		['fpatan', '\tfld1\n\tfld1\n\tfpatan', 0xc90f_daa2_2168_c235n, -1, false],
		['fpatan in the second quadrant', '\tfld1\n\tfld1\n\tfadd %st\n\tfchs\n\tfld1\n\tfxch\n\tfpatan', 0xab63_739c_bfad_72ccn, 1, false],
		['fyl2x', '\tmovw $10, (%rbx)\n\tfld1\n\tfilds (%rbx)\n\tfyl2x', 0xd49a_784b_cd1b_8afen, 1, false],
		['fyl2x of a power of two, exactly', '\tmovw $8, (%rbx)\n\tfld1\n\tfilds (%rbx)\n\tfyl2x', 0xc000_0000_0000_0000n, 1, false],
		['f2xm1', '\tfld1\n\tfchs\n\tfld1\n\tfscale\n\tf2xm1', 0xd413_cccf_e779_9211n, -2, false],
		['fyl2xp1', '\tmovw $-10, (%rbx)\n\tfld1\n\tfilds (%rbx)\n\tfld1\n\tfscale\n\tfstp %st(1)\n\tfyl2xp1', 0xb893_29ba_1fa2_a0fdn, -10, false],
	])('%s is correctly rounded', (_, text, significand, exponent, negative) => {
		const {guest, vector} = ended(text);
		expect(vector).toBeUndefined();
		expect(topOf(guest)).toEqual({significand, exponent, negative});
	});

	test('trigonometric ones leave numbers from 2^63 on and set C2', () => {
		const {guest} = ended('\tmovw $63, (%rbx)\n\tfilds (%rbx)\n\tfld1\n\tfscale\n\tfsin');
		expect(topOf(guest)).toEqual({significand: 1n << 63n, exponent: 63, negative: false});
		expect(BigInt(getFpu(guest.cells).status) & 0x400n).toBe(0x400n);
	});
});
