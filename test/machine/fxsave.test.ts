import {describe, expect, test} from 'vitest';
import {Cell} from '../../source/machine/layout.js';
import {getFpu} from '../support/fpu-image.js';
import {Guest} from '../support/guest.js';
import {differencesIn} from '../support/recorded.js';

const NM = 7;
const GP = 13;
const MF = 16;

const AREA = 0xffff_8000_0018_0000n;

/** Runs kernel code with rbx at the area, and gives the exception that ended it. */
function ended(text: string): {guest: Guest; vector: number | undefined} {
	const guest = new Guest(`start:\n\tmovabsq $SPARE, %rbx\n${text}\n\thlt\n`);
	guest.run();
	return {guest, vector: guest.vectors.at(-1)};
}

const FILL = `
	fldpi
	fldl2e
	fld1
	pcmpeqd	%xmm5, %xmm5
	movabsq	$0x123456789abcdef0, %rax
	movq	%rax, %xmm15
	pushq	$0x7f80
	ldmxcsr	(%rsp)
`;

const SPOIL = `
	fninit
	pxor	%xmm5, %xmm5
	pxor	%xmm15, %xmm15
	movl	$0x1f80, (%rsp)
	ldmxcsr	(%rsp)
`;

describe('the state of x87 and SSE in memory', () => {
	test('is laid out and taken back as a real processor does it', () => {
		expect(differencesIn('extra-x87-state.jsonl.gz')).toEqual([]);
	});

	test.each(['', '64'])('comes back whole with fxsave%s and fxrstor', suffix => {
		const {guest: before} = ended(FILL);
		const {guest, vector} = ended(`${FILL}\tfxsave${suffix} (%rbx)\n${SPOIL}\tfxrstor${suffix} (%rbx)`);
		expect(vector).toBeUndefined();
		expect(getFpu(guest.cells)).toEqual(getFpu(before.cells));
		expect(guest.cells.slice(Cell.XMM, Cell.XMM + 32)).toEqual(before.cells.slice(Cell.XMM, Cell.XMM + 32));
		expect(guest.cells[Cell.MXCSR]).toBe(0x7f80n);
	});

	test('comes back whole with fnsave and frstor, which do not know XMM registers', () => {
		const {guest} = ended(`${FILL}\tfnsave (%rbx)\n${SPOIL}\tfrstor (%rbx)`);
		expect(getFpu(guest.cells)).toEqual(getFpu(ended(FILL).guest.cells));
		expect(guest.cells[Cell.XMM + 10]).toBe(0n);
	});

	test('needs no more alignment than its fields under RFLAGS.AC', () => {
		const guest = new Guest(`
start:	to_user user, 0x40202
	.section .user,"ax"
user:	movabsq	$USER_DATA+4, %rbx
	fldpi
	fnsave	(%rbx)
	frstor	(%rbx)
end:	ud2
`);
		guest.run();
		expect(guest.frame[0]).toBe(guest.address('end'));
		expect(getFpu(guest.cells).tags).toBe('0x80');
	});

	test('has one tag bit a register, MXCSR_MASK, and leaves the last 96 bytes to software', () => {
		const {guest} = ended(`${FILL}\tmovq $-1, 416(%rbx)\n\tmovq $-1, 504(%rbx)\n\tfxsave64 (%rbx)`);
		expect(guest.word(AREA + 4n, 16)).toBe(0xe0n);
		expect(guest.word(AREA + 28n, 32)).toBe(0xffffn);
		expect(guest.word(AREA + 416n)).toBe(0xffff_ffff_ffff_ffffn);
		expect(guest.word(AREA + 504n)).toBe(0xffff_ffff_ffff_ffffn);
	});

	test('has whole pointers with REX.W only', () => {
		const code = '\tfldpi\nfound:\tfstpt 0x400(%rbx)\n';
		const {guest: wide} = ended(`${code}\tfxsave64 (%rbx)`);
		expect([wide.word(AREA + 8n), wide.word(AREA + 16n)]).toEqual([wide.address('found'), AREA + 0x400n]);
		const {guest: narrow} = ended(`${code}\tfxsave (%rbx)`);
		expect([narrow.word(AREA + 8n), narrow.word(AREA + 16n)]).toEqual([narrow.address('found') & 0xffff_ffffn, 0x18_0400n]);
	});

	test.each(['fxsave', 'fxrstor', 'fxsave64', 'fxrstor64'])('%s is #GP off a multiple of 16 and #NM with CR0.TS', mnemonic => {
		expect(ended(`\t${mnemonic} 8(%rbx)`).vector).toBe(GP);
		expect(ended(`\tmovq %cr0, %rax\n\torq $8, %rax\n\tmovq %rax, %cr0\n\t${mnemonic} (%rbx)`).vector).toBe(NM);
	});

	test('with a reserved MXCSR bit is #GP and changes nothing', () => {
		const {guest, vector} = ended(`${FILL}\tfxsave (%rbx)\n\torl $0x10000, 24(%rbx)\n${SPOIL}\tfxrstor (%rbx)`);
		expect(vector).toBe(GP);
		expect(guest.cells[Cell.XMM + 10]).toBe(0n);
		expect(getFpu(guest.cells).tags).toBe('0x0');
	});

	test('with an unmasked flag makes the exception pending', () => {
		const {guest, vector} = ended('\tfxsave (%rbx)\n\tmovw $0x37b, (%rbx)\n\tmovw $4, 2(%rbx)\n\tfxrstor (%rbx)\nnext:\tfnop');
		expect(vector).toBe(MF);
		expect(guest.frame[0]).toBe(guest.address('next'));
	});
});
