import {readdirSync} from 'node:fs';
import path from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import {EmittedInterpreter} from '../../../source/machine/emit/index.js';
import {Cell} from '../../../source/machine/layout.js';
import type {Machine} from '../../../source/machine/machine.js';
import {differencesAlong, hurry as hurryGuest, ODD_SLICES} from '../../support/emitted-compare.js';
import {emittedGuest} from '../../support/emitted-guest.js';
import {Prng} from '../../support/prng.js';
import {readCases, VectorRunner} from '../../support/vectors.js';

const usual = {...EmittedInterpreter.eagerness};

/** Makes the interpreter take over after so many blocks, and learn new shapes after so many instructions without. */
const hurry = (blocksBefore: number, wantedBefore: number): void => {
	Object.assign(EmittedInterpreter.eagerness, {blocksBefore, wantedBefore, timesBefore: 0, slice: 400, metBefore: 2});
};

afterEach(() => {
	Object.assign(EmittedInterpreter.eagerness, usual);
});

const vectors = path.join(import.meta.dirname, '..', '..', 'vectors');
const files = readdirSync(vectors).filter(file => /^(?:extra-)?sse.*\.gz$/.test(file));

/** How many cases emitted code does itself; of the other files it does the instructions without arithmetic of floating-point numbers. */
const QUICK: ReadonlyMap<string, number> = new Map([['sse-int.jsonl.gz', 804], ['sse-move.jsonl.gz', 330], ['extra-sse-forms.jsonl.gz', 150]]);

/** The pages that the cases' data lie in. */
const WRITABLE = [0x2000_0000n, 0x2000_1000n, 0x2000_2000n, 0x2000_3000n];
const READ_ONLY = 0x2000_4000n;

/** Opens the short ways to memory before each case, so that emitted code can take them. */
function openShortWays(machine: Machine): void {
	const run = machine.run.bind(machine);
	const {linear, code, cells} = machine.cpu;
	machine.run = steps => {
		// Decoding closes ways to write.
		code.block(cells[Cell.RIP]);
		for (const page of WRITABLE) linear.store(page, 8, linear.load(page, 8));
		linear.load(READ_ONLY, 8);
		return run(steps);
	};
}

describe('Recorded vector instructions of a real processor end alike when emitted code runs every shape among them', () => {
	test.each(files)('%s', file => {
		const runner = new VectorRunner('fast');
		const cases = readCases(path.join(vectors, file));
		// The first time round, their shapes become known.
		hurry(0, Infinity);
		for (const one of cases) runner.run(one);
		hurry(0, 0);
		const machine = runner.prepare(cases[0]);
		machine.run(10);
		hurry(0, Infinity);
		openShortWays(machine);
		const before = machine.cpu.quickSteps;
		const wrong = cases.flatMap(one => runner.run(one).map(difference => `${one.asm}: ${difference}`));
		expect(wrong).toEqual([]);
		expect(machine.cpu.quickSteps - before).toBeGreaterThanOrEqual(QUICK.get(file) ?? 0);
	}, 120_000);
});

/** Instructions of two vector operands, of which the first may be memory. */
const PLAIN = [
	'paddb', 'paddw', 'paddd', 'paddq', 'psubb', 'psubw', 'psubd', 'psubq', 'paddsb', 'paddsw', 'paddusb', 'paddusw', 'psubsb', 'psubsw', 'psubusb', 'psubusw',
	'pmullw', 'pmulhw', 'pmulhuw', 'pmuludq', 'pmaddwd', 'psadbw', 'pavgb', 'pavgw', 'pminub', 'pmaxub', 'pminsw', 'pmaxsw',
	'pcmpeqb', 'pcmpeqw', 'pcmpeqd', 'pcmpgtb', 'pcmpgtw', 'pcmpgtd', 'pand', 'pandn', 'por', 'pxor', 'andps', 'andnpd', 'orps', 'xorpd',
	'psllw', 'pslld', 'psllq', 'psrlw', 'psrld', 'psrlq', 'psraw', 'psrad', 'packsswb', 'packssdw', 'packuswb',
	'punpcklbw', 'punpcklwd', 'punpckldq', 'punpcklqdq', 'punpckhbw', 'punpckhwd', 'punpckhdq', 'punpckhqdq', 'unpcklps', 'unpckhps', 'unpcklpd', 'unpckhpd', 'movdqa', 'movups',
];
const SHIFTS = ['psllw', 'pslld', 'psllq', 'psrlw', 'psrld', 'psrlq', 'psraw', 'psrad', 'pslldq', 'psrldq'];
const CHOOSING = ['pshufd', 'pshuflw', 'pshufhw', 'shufps', 'shufpd'];

function line(random: Prng): string {
	const register = (): string => `%xmm${random.below(16)}`;
	const memory = (): string => `${16 * random.below(64)}(%r15)`;
	const anywhere = `${random.below(1000)}(%r15)`;
	const number = random.below(80);
	return random.pick([
		`${random.pick(PLAIN)} ${random.pick([register(), memory()])}, ${register()}`,
		`${random.pick(PLAIN)} ${random.pick([register(), memory()])}, ${register()}`,
		`${random.pick(SHIFTS)} $${random.below(random.pick([20, 70]))}, ${register()}`,
		// Counts that differ from time to time.
		`movd %r8d, %xmm15\n${random.pick(SHIFTS.slice(0, 8))} %xmm15, ${register()}`,
		`${random.pick(CHOOSING)} $${random.below(256)}, ${random.pick([register(), memory()])}, ${register()}`,
		`${random.pick(['movups', 'movdqu'])} ${register()}, ${anywhere}`,
		`${random.pick(['movaps', 'movdqa', 'movntdq'])} ${register()}, ${memory()}`,
		`${random.pick(['movlps', 'movhpd', 'movss', 'movsd', 'movq', 'movd'])} ${anywhere}, ${register()}`,
		`${random.pick(['movlps', 'movhpd', 'movss', 'movsd', 'movq', 'movd'])} ${register()}, ${anywhere}`,
		`${random.pick(['movss', 'movsd', 'movq', 'movhlps', 'movlhps'])} ${register()}, ${register()}`,
		`${random.pick(['pmovmskb', 'movmskps', 'movmskpd'])} ${register()}, %ebx\naddq %rbx, %r9`,
		`movq ${register()}, %rdx\nadcq %rdx, %r9\nmovq %r9, ${register()}`,
		`pextrw $${number}, ${register()}, %ecx\npinsrw $${number}, %ecx, ${register()}\npinsrw $${random.below(8)}, ${anywhere}, ${register()}`,
	]);
}

describe('A loop of random vector instructions', () => {
	test.each([1, 2, 3, 4, 5, 6])('passes through the same states on both backends, and in compiled regions (%i)', seed => {
		hurryGuest({metBefore: 1, wantedBefore: 200});
		const random = new Prng(seed);
		const lines = Array.from({length: 60}, () => line(random));
		const fill = Array.from({length: 256}, () => `.long ${random.below(2 ** 31)}`);
		const text = `
start:
	movl	$4000, %ebp
	leaq	data(%rip), %r15
	xorl	%r9d, %r9d
again:
	leal	(%rbp, %rbp, 2), %r8d
	andl	$77, %r8d
	addq	%r9, 16(%r15)
	${lines.slice(0, 30).join('\n\t')}
	testl	$3, %r9d
	jz	1f
	${lines.slice(30).join('\n\t')}
1:	decl	%ebp
	jnz	again
	int3
	.data
	.balign	64
data:
	${fill.join('\n\t')}
	.skip	64
`;
		const slices = [20_000, ...ODD_SLICES, 100_000];
		expect(differencesAlong(engine => emittedGuest(engine, text), slices)).toEqual([]);
		const machine = emittedGuest('fast', text);
		machine.run(100_000);
		expect(machine.cpu.quickSteps / machine.steps).toBeGreaterThan(0.9);
	}, 60_000);
});
