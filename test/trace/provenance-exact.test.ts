import {beforeAll, describe, expect, test} from 'vitest';
import {GENERAL_REGISTERS} from '../../source/machine/registers.js';
import type {StepDetail} from '../../source/trace/detail.js';
import {loadDisassembler} from '../../source/program/disassemble.js';
import type {WriterPart} from '../../source/trace/provenance/answers.js';
import {FLAG_BITS, physicalOf, type Place, Unit, unitsOf, unitValue, valueOf} from '../../source/trace/provenance/place.js';
import {Provenance} from '../../source/trace/provenance/provenance.js';
import {explainStep} from '../../source/trace/provenance/step-flow.js';
import {StepIndex} from '../../source/trace/provenance/step-index.js';
import type {Recording} from '../../source/trace/recording.js';
import {record} from '../support/machines.js';
import {movingProgram} from '../support/moving-programs.js';
import {Prng} from '../support/prng.js';
import {program} from '../support/programs.js';
import {randomProgram} from '../support/random-programs.js';
import {changeableFlags, type Marks, NEVER, Shadow} from '../support/shadow.js';

beforeAll(loadDisassembler);

/** Steps of a run, and the first one at which questions are asked: behind the boot. */
const STEPS = 3000;
const FROM = 1500;

/** The step that wrote each byte of a place, from an answer's parts. */
const stepsOf = (parts: readonly WriterPart[], bytes: number): number[] => {
	const steps = parts.flatMap(part => new Array<number>(sizeOf(part.place, bytes)).fill(part.step ?? NEVER));
	expect(steps).toHaveLength(bytes);
	return steps;
};

const sizeOf = (place: Place, whole: number): number => ('bytes' in place ? place.bytes ?? whole : whole);

/** The mark of a byte of memory; undefined where nothing is mapped. */
function markOf(recording: Recording, marks: Marks, address: bigint): number | undefined {
	const physical = physicalOf(recording.machine, address);
	return physical === undefined ? undefined : marks.memory.get(physical) ?? NEVER;
}

/** Compares answers about all registers and some bytes of the data and the stack at one step with the marks. */
function compare(provenance: Provenance, step: number, marks: Marks, random: Prng): void {
	const {recording} = provenance;
	for (const [register, name] of GENERAL_REGISTERS.entries()) {
		const {parts} = provenance.writerOf({kind: 'register', name}, step).finish();
		expect(stepsOf(parts, 8), `${name} at ${step}`).toEqual(marks.registers[register]);
	}

	recording.seek(step);
	const stack = recording.machine.register('rsp');
	const data = recording.machine.readLinear(TOP_OF_LOOP, 1) === undefined ? [] : Array.from({length: 8}, () => DATA + BigInt(random.below(0x180)));
	for (const address of [stack - 8n, stack, stack + 8n, ...data]) {
		recording.seek(step);
		const expected = Array.from({length: 8}, (_, byte) => markOf(recording, marks, address + BigInt(byte)));
		if (expected.includes(undefined)) continue;
		const {parts} = provenance.writerOf({kind: 'memory', address, bytes: 8}, step).finish();
		expect(stepsOf(parts, 8), `0x${address.toString(16)} at ${step}`).toEqual(expected);
	}
}

/** Where the linker puts the text and the data of a program. */
const TOP_OF_LOOP = 0x40_1000n;
const DATA = 0x40_2000n;

const PROGRAMS = [
	...[1, 2, 3, 4].map(seed => ['values that are moved about', seed, movingProgram(seed)] as const),
	...[1, 2].map(seed => ['new code, faults in the kernel', seed, randomProgram(seed)] as const),
];

describe('who wrote a byte last is who the slow run marked it with', () => {
	test.each(PROGRAMS)('%s, program %i', (_what, seed, text) => {
		const random = new Prng(seed);
		const steps = new Set([STEPS, ...Array.from({length: 3}, () => FROM + random.below(STEPS - FROM))]);
		const slow = record(text, {interval: 700});
		slow.advance(STEPS);
		const marked = new Shadow(slow).run(STEPS, steps);
		const recording = record(text, {interval: 150});
		recording.advance(STEPS);
		const provenance = new Provenance(recording);
		for (const [step, marks] of marked) compare(provenance, step, marks, random);
	});
});

/** Single steps that the program catches itself, one after each element of a string instruction, too. */
const STEPPED = program(
	`sys 13, 5, action, 0\nleaq action(%rip), %rdi\nmovl $3, %ecx\npushfq\norq $0x100, (%rsp)\npopfq
	nop\naddq $1, %rax\npushq %rax\npopq %rbx\nleaq buffer(%rip), %rdi\nrep stosb\ncmovzl %eax, %ebx\npushq $0x202\npopfq`,
	`handler: movq %rsi, %rbx\nret\nrestorer: movl $15, %eax\nsyscall
	.data\naction: .quad handler, 0x04000000, restorer, 0\nbuffer: .zero 64`,
).replace('sys 13, 5, action, 0', 'movl $13, %eax\nmovl $5, %edi\nleaq action(%rip), %rsi\nxorl %edx, %edx\nmovl $8, %r10d\nsyscall');

/** Waits for the timer: the processor sleeps, and an interrupt wakes it. */
const ASLEEP = program('leaq time(%rip), %rdi\nxorl %esi, %esi\nmovl $35, %eax\nsyscall', '.data\ntime: .quad 0, 5000');

/** The bytes of the general registers and the flags that a step has changed, as units. */
function changedUnits({before, after}: StepDetail): number[] {
	const registers = GENERAL_REGISTERS.flatMap((name, register) => {
		const difference = before.general[name] ^ after.general[name];
		return Array.from({length: 8}, (_, byte) => byte).filter(byte => ((difference >> BigInt(8 * byte)) & 0xffn) !== 0n).map(byte => register * 8 + byte);
	});
	return [...registers, ...FLAG_BITS.filter(bit => (((before.rflags ^ after.rflags) >> BigInt(bit)) & 1n) !== 0n).map(bit => Unit.FLAGS + bit)];
}

/** Units of registers and flags that a row of the index names. */
const indexed = (masks: ArrayLike<number>, flags: number): Set<number> => new Set([
	...Array.from({length: 128}, (_, unit) => unit).filter(unit => ((masks[unit >> 3] >> (unit & 7)) & 1) !== 0),
	...FLAG_BITS.filter(bit => ((flags >> bit) & 1) !== 0).map(bit => Unit.FLAGS + bit),
]);

const isRegisterOrFlag = (unit: number): boolean => unit < Unit.RIP || (unit >= Unit.FLAGS && unit < Unit.MEMORY);

/** Instructions that take flags from elsewhere, as many as they may. */
const TAKES_FLAGS: ReadonlySet<string> = new Set(['popfq', 'iretq', 'sysretq', 'syscall']);

/** Checks what is told of one step: against the registers before and behind it, the writes that the memory heard of, the index. */
function checkFlow(recording: Recording, index: StepIndex, step: number): void {
	const chunk = finish(index.chunk(step, step + 1));
	const flow = explainStep(recording, step);
	const where = `step ${step}, ${flow.instruction?.name ?? 'no instruction'}`;
	expect(changedUnits(flow.detail).filter(unit => !flow.writes.has(unit)), where).toEqual([]);
	for (const [unit, origin] of flow.writes) {
		if (typeof origin === 'number') expect([unit, flow.after.get(unit)], where).toEqual([unit, flow.before.get(origin)]);
	}

	if (flow.isDone && flow.delivery === undefined && !TAKES_FLAGS.has(flow.instruction?.name ?? '')) {
		// Every instruction clears RF.
		const told = [...flow.writes.keys()].filter(unit => unit >= Unit.FLAGS && unit < Unit.MEMORY && unit !== Unit.FLAGS + 16).map(unit => unit - Unit.FLAGS);
		expect(changeableFlags(flow.code), where).toEqual(expect.arrayContaining(told));
	}

	const row = index.signatures.rows[chunk.signatures[step - chunk.start]];
	expect(indexed(row.writes, row.flagWrites), where).toEqual(new Set([...flow.writes.keys()].filter(isRegisterOrFlag)));
	const heard = new Set<number>();
	for (let at = chunk.writes.indexOf(step - chunk.start); at < chunk.writes.indexOf(step + 1 - chunk.start); at++) {
		for (let byte = 0; byte < chunk.writes.lengths[at]; byte++) heard.add(Unit.MEMORY + chunk.writes.addresses[at] + byte);
	}

	expect([...flow.writes.keys()].filter(unit => unit >= Unit.MEMORY && !heard.has(unit)), where).toEqual([]);
	if (!flow.callsHost) expect([...heard].filter(unit => !flow.writes.has(unit)), where).toEqual([]);
}

describe('of every step: all that it changed is told, copies are copies, and the index tells the same', () => {
	test.each(PROGRAMS)('%s, program %i', (_what, _seed, text) => {
		const recording = record(text, {interval: 60});
		recording.advance(STEPS);
		const index = new StepIndex(recording);
		for (let step = FROM; step < FROM + 400; step++) checkFlow(recording, index, step);
	});

	test.each([['single steps', STEPPED, 'exception', 11], ['an interrupt', ASLEEP, 'interrupt', 1]] as const)('on the way into handlers: %s', (_what, text, kind, count) => {
		const recording = record(text, {interval: 60});
		recording.advance(20_000);
		const index = new StepIndex(recording);
		const found = recording.events.filter(event => event.kind === kind);
		expect(found.length).toBe(count);
		for (const {step} of found) for (const near of [-3, -2, -1, 0, 1, 2, 3, 4]) checkFlow(recording, index, step + near);
	});
});

/** Random places of all kinds. */
function randomPlace(random: Prng): Place {
	switch (random.below(4)) {
		case 0:
			return {kind: 'register', name: random.pick(GENERAL_REGISTERS)};
		case 1:
			return {kind: 'register', name: `xmm${random.below(4)}`, from: random.below(8), bytes: 1 + random.below(8)};
		default:
			return {kind: 'memory', address: DATA + BigInt(random.below(0x1c0)), bytes: 1 + random.below(8)};
	}
}

/** The value of a place at a step, read from the machine. */
function valueAt(recording: Recording, place: Place, step: number): bigint {
	recording.seek(step);
	return valueOf(unitsOf(recording.machine, place), unit => unitValue(recording.machine, unit));
}

describe('a chain tells at each link what stands there, and what the next link holds is what was copied', () => {
	test.each(PROGRAMS)('%s, program %i', (_what, seed, text) => {
		const random = new Prng(seed);
		const recording = record(text, {interval: 150});
		recording.advance(STEPS);
		const provenance = new Provenance(recording);
		let copies = 0;
		for (let round = 0; round < 30; round++) {
			const step = FROM + random.below(STEPS - FROM);
			recording.seek(step);
			// The program's data are not mapped while it is not in memory yet.
			if (recording.machine.readLinear(DATA, 0x200) === undefined) continue;
			const {links, inputs, value} = provenance.chain(randomPlace(random), step).finish();
			let expected = value;
			for (const link of links) {
				expect(link.value).toBe(BigInt.asUintN(Math.min(64, 8 * ('bytes' in link.place ? link.place.bytes ?? 8 : 8)), expected ?? 0n));
				if (link.step !== undefined) expect(valueAt(recording, link.place, link.step + (link.kind === 'edit' ? 0 : 1))).toBe(link.value);
				expected = link.value;
			}

			for (const input of inputs) expect(valueAt(recording, input.place, input.step)).toBe(input.value);
			copies += Math.max(0, links.length - 1);
		}

		expect(copies).toBeGreaterThan(2);
	});
});

describe('who reads a value is each step that reads it, until it is overwritten', () => {
	test.each(PROGRAMS.slice(0, 2))('%s, program %i', (_what, seed, text) => {
		const random = new Prng(seed + 100);
		const recording = record(text, {interval: 60});
		recording.advance(STEPS);
		const provenance = new Provenance(recording);
		for (let round = 0; round < 5; round++) {
			const from = FROM + random.below(1000);
			const place: Place = round % 2 === 0 ? {kind: 'register', name: random.pick(GENERAL_REGISTERS)} : {kind: 'memory', address: DATA + BigInt(random.below(0x180)), bytes: 8};
			recording.seek(from);
			const left = new Set(unitsOf(recording.machine, place));
			const expected: number[] = [];
			let overwritten: number | undefined;
			for (let step = from; step < recording.length && expected.length < 6 && overwritten === undefined; step++) {
				const flow = explainStep(recording, step);
				if ([...left].some(unit => flow.reads.has(unit ?? -1))) expected.push(step);
				for (const unit of flow.writes.keys()) left.delete(unit);
				if (left.size === 0) overwritten = step;
			}

			const found = provenance.readersOf(place, from, 6).finish();
			expect([found.readers.map(({step}) => step), found.overwritten], `${provenance.placeText(place)} at ${from}`).toEqual([expected, overwritten]);
		}
	});
});

function finish<T>(work: Generator<undefined, T>): T {
	for (;;) {
		const {done, value} = work.next();
		if (done === true) return value;
	}
}
