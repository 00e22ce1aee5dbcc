import {describe, expect, test} from 'vitest';
import {Cell} from '../../source/machine/layout.js';
import {Prng} from '../support/prng.js';
import {Guest} from '../support/guest.js';

const view = new DataView(new ArrayBuffer(4));

const bitsOf = (value: number): number => {
	view.setFloat32(0, value);
	return view.getUint32(0);
};

const valueOf = (bits: number): number => {
	view.setUint32(0, bits);
	return view.getFloat32(0);
};

/** What rcpss and rsqrtss make of each of some numbers, given as bits. */
function approximations(inputs: readonly number[]): {reciprocal: number; root: number}[] {
	const guest = new Guest(`
start:	movabsq	$SPARE, %rbx
	movl	$${inputs.length}, %ecx
next:	rcpss	(%rbx), %xmm0
	rsqrtss	(%rbx), %xmm1
	movss	%xmm0, 0x4000(%rbx)
	movss	%xmm1, 0x8000(%rbx)
	addq	$4, %rbx
	decl	%ecx
	jnz	next
	stmxcsr	(%rbx)
	hlt
`);
	const spare = guest.bare.machine.memory;
	const base = 0x18_0000;
	for (const [index, bits] of inputs.entries()) spare.write(base + 4 * index, 32, BigInt(bits));
	guest.run();
	expect(guest.cells[Cell.MXCSR]).toBe(0x1f80n);
	return inputs.map((_, index) => ({
		reciprocal: Number(spare.read(base + 0x4000 + 4 * index, 32)),
		root: Number(spare.read(base + 0x8000 + 4 * index, 32)),
	}));
}

describe('rcpss and rsqrtss', () => {
	test('err by at most 1.5 × 2^-12, and raise no exception', () => {
		const random = new Prng(12);
		const inputs = Array.from({length: 1000}, () => (random.below(250) + 2) * 2 ** 23 + random.below(2 ** 23));
		for (const [index, {reciprocal, root}] of approximations(inputs).entries()) {
			const x = valueOf(inputs[index]);
			expect(Math.abs(valueOf(reciprocal) * x - 1)).toBeLessThan(1.5 * 2 ** -12);
			expect(Math.abs(valueOf(root) * Math.sqrt(x) - 1)).toBeLessThan(1.5 * 2 ** -12);
		}
	});

	test.each([
		['1', 0x3f80_0000, 0x3f7f_f000, 0x3f7f_f000],
		['2', 0x4000_0000, 0x3eff_f000, 0x3f34_f800],
		['+0', 0, 0x7f80_0000, 0x7f80_0000],
		['-0', 0x8000_0000, 0xff80_0000, 0xff80_0000],
		['a denormal number', 0x0040_0000, 0x7f80_0000, 0x7f80_0000],
		['infinity', 0x7f80_0000, 0, 0],
		['a number whose reciprocal would be denormal', bitsOf(2 ** 127), 0, 0x1fb4_f800],
		['a signaling NaN', 0x7f80_0001, 0x7fc0_0001, 0x7fc0_0001],
		['-1', 0xbf80_0000, 0xbf7f_f000, 0xffc0_0000],
	])('of %s', (_, input, reciprocal, root) => {
		expect(approximations([input])).toEqual([{reciprocal, root}]);
	});
});
