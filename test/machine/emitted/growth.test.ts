import {describe, expect, test, vi} from 'vitest';
import {webAssembly} from '../../../source/machine/emit/web-assembly.js';
import {Cell} from '../../../source/machine/layout.js';
import type {Machine} from '../../../source/machine/machine.js';
import {differences, differencesAlong, hurry, Pair} from '../../support/emitted-compare.js';
import {emittedGuest, type GuestOptions, UserPlace} from '../../support/emitted-guest.js';
import {randomGuest} from '../../support/emitted-programs.js';

hurry({slice: 97, metBefore: 1, wantedBefore: 20});

const WRITABLE: GuestOptions = {writableCode: true};

/** A loop of ring 3 whose every sixteenth round changes what it does. */
const CHANGING = `
start:	to_user begin
	.section .user,"ax"
begin:	incq %r8
	testb $15, %r8b
	jnz 1f
	incl 2f+1(%rip)
1:	addq %r8, %r9
	jc 3f
2:	movl $1, %eax
	addl %eax, %r10d
3:	adcq %r10, %r11
	jmp begin
`;

/** Counts what is compiled while something runs. */
function compiledWhile(run: () => void): number {
	if (webAssembly === undefined) throw new Error('these tests need WebAssembly');
	const spy = vi.spyOn(webAssembly, 'Module');
	run();
	const {length} = spy.mock.calls;
	spy.mockRestore();
	return length;
}

/** Modules that two thousand changes may be the reason for at most: all that a machine keeps, a few times over. */
const MOST_MODULES = 700;

describe('Two thousand rounds of code that changes', () => {
	test('end in the same state, and compile no more than a machine keeps', () => {
		const pair = new Pair(engine => emittedGuest(engine, CHANGING, WRITABLE));
		const found: string[] = [];
		const compiled = compiledWhile(() => {
			for (let part = 0; part < 10 && found.length === 0; part++) found.push(...pair.run(29_500));
		});

		expect(found).toEqual([]);
		expect(pair.direct.register('r8')).toBeGreaterThan(32_000n);
		expect(compiled).toBeGreaterThan(1);
		expect(compiled).toBeLessThan(MOST_MODULES);
	});

	test('made of large blocks use up the room for records more than once', () => {
		// Ten blocks of sixty instructions each, all on the page that is written in every round.
		const block = 'addq $0x44, 0x40(%rdi,%r8,8)\nsbbq $-5, 0x48(%rdi,%r8,8)\n'.repeat(30);
		const text = `
start:	to_user begin
	.section .user,"ax"
begin:	movq $USER_DATA, %rdi
1:	incq %r9
	incl 2f+2(%rip)
2:	movl $1, %r10d
	${`${block}jmp 3f\n3:`.repeat(10)}
	jmp 1b
`;
		const pair = new Pair(engine => emittedGuest(engine, text, WRITABLE));
		const found: string[] = [];
		const compiled = compiledWhile(() => {
			for (let part = 0; part < 7 && found.length === 0; part++) found.push(...pair.run(60_001));
		});

		expect(found).toEqual([]);
		expect(pair.direct.register('r9')).toBeGreaterThan(400n);
		expect(compiled).toBeLessThan(MOST_MODULES);
	});

	test('from outside end in the same state', () => {
		const text = `
start:	to_user begin
	.section .user,"ax"
begin:	incq %r8
	addq %r8, %r9
	jmp 1f
	.balign 64
1:	movl $1, %eax
	addl %eax, %r10d
	adcq %r10, %r11
	jmp begin
`;
		const pair = new Pair(engine => emittedGuest(engine, text));
		const change = ({cpu, memory}: Machine): void => {
			const physical = cpu.paging.peek(UserPlace.CODE)?.physical ?? 0;
			memory.write(physical + 65, 8, memory.read(physical + 65, 8) + 1n);
		};

		pair.run(1000);
		for (let round = 0; round < 2000; round++) {
			for (const machine of [pair.direct, pair.fast]) {
				change(machine);
				machine.run(61);
			}

			if (round % 100 === 99) expect(differences(pair.direct, pair.fast)).toEqual([]);
		}

		expect(pair.isOver).toBe(false);
	});
});

describe('Room that is used up', () => {
	test('many small routines, each rewritten as soon as it has run, run alike', () => {
		// Each round makes a page of fresh code: forty routines that load a number and come back.
		const text = `
start:	to_user begin
	.section .user,"awx"
begin:	incq %r8
	leaq routines(%rip), %rdi
	movl $40, %ecx
1:	movb $0xb8, (%rdi)
	movl %r8d, 1(%rdi)
	addl %ecx, 1(%rdi)
	movb $0xc3, 5(%rdi)
	addq $16, %rdi
	loop 1b
	movl $25, %r13d
3:	leaq routines(%rip), %rbx
	movl $40, %r12d
2:	call *%rbx
	addq %rax, %r9
	addq $16, %rbx
	decl %r12d
	jnz 2b
	decl %r13d
	jnz 3b
	jmp begin
	.balign 4096
routines: .zero 4096
`;
		expect(differencesAlong(engine => emittedGuest(engine, text, WRITABLE), [1000, 7777, 60_000, 65, 60_000])).toEqual([]);
	});

	test('programs by the dozen on one machine, one after the other, end alike', () => {
		// Loads each program into the machine that ran the one before.
		const [direct, fast] = (['direct', 'fast'] as const).map(engine => emittedGuest(engine, randomGuest(4000, {faults: false})));
		for (let seed = 4001; seed < 4013; seed++) {
			const fresh = emittedGuest('direct', randomGuest(seed, {faults: false}));
			for (const machine of [direct, fast]) {
				machine.memory.writeBytes(0, fresh.memory.ram);
				machine.cpu.cells.set(fresh.cpu.cells.subarray(0, Cell.COUNT));
				machine.cpu.stateReplaced();
				machine.run(15_001);
			}

			expect(differences(direct, fast)).toEqual([]);
		}
	});
});

test('emitted code does nearly all of the work of a program with loops, calls and jump tables', () => {
	const machine = emittedGuest('fast', randomGuest(4100, {faults: false}));
	machine.run(60_000);
	let direct = 0;
	const {ops} = machine.cpu;
	const noteFlags = ops.noteFlags.bind(ops);
	ops.noteFlags = (...flags) => {
		direct++;
		noteFlags(...flags);
	};

	machine.run(60_000);
	expect(direct).toBeLessThan(5000);
});
