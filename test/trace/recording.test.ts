import {expect, test} from 'vitest';
import type {TraceEvent} from '../../source/trace/events.js';
import {eventLine} from '../../source/trace/json-lines.js';
import type {Recording} from '../../source/trace/recording.js';
import {applySetting} from '../../source/trace/register-values.js';
import {fingerprint, record, Run} from '../support/machines.js';
import {Prng} from '../support/prng.js';
import {HELLO, program} from '../support/programs.js';
import {randomProgram} from '../support/random-programs.js';

const lines = (recording: Recording): string[] => recording.events.map(eventLine);

/** Runs a text to a step in pieces of random size, looking here and there in between. */
function inPieces(text: string, last: number, seed: number, interval?: number): Recording {
	const random = new Prng(seed);
	const recording = record(text, interval === undefined ? {} : {interval});
	while (recording.length < last && recording.end === undefined) {
		const steps = Math.min(last - recording.length, 1 + random.below(random.pick([1, 2, 5, 50, 400])));
		if (steps === 1 && random.once(2)) recording.advanceOne();
		else recording.advance(steps);
		if (random.once(4)) recording.seek(random.below(recording.length + 1));
		if (random.once(9) && recording.length > 0) recording.detail(random.below(recording.length));
	}

	return recording;
}

test('the same program and seed give the same lines, byte for byte', () => {
	const once = record(randomProgram(50), {seed: 5n});
	const again = record(randomProgram(50), {seed: 5n});
	once.advance(20_000);
	again.advance(20_000);
	expect(lines(again).join('\n')).toBe(lines(once).join('\n'));
	expect(fingerprint(again.machine)).toBe(fingerprint(once.machine));
});

test.each([60, 61, 62, 63])('events are the same however the run was cut into pieces and looked at (seed %i)', seed => {
	const whole = record(randomProgram(seed));
	whole.advance(6000);
	const pieces = inPieces(randomProgram(seed), 6000, seed, 700);
	expect(lines(pieces)).toEqual(lines(whole));
	pieces.seek(6000);
	expect(fingerprint(pieces.machine)).toBe(fingerprint(whole.machine));
});

test.each([
	['a garbage stack pointer', 'movabsq $0x8000000000000000, %rsp'],
	['the top of the kernel stack as its stack pointer', 'movabsq $0xffffc90000008000, %rsp'],
	['an address of the entry stack as its stack pointer', 'movabsq $0xfffffe0000002ff0, %rsp'],
	['its own stack pointer', ''],
])('a program with %s has the same events step by step as in one go', (_what, line) => {
	const text = program(`${line}\nsys 39\nsys 1, 1, 0, 5\nsys 39\nud2`);
	const whole = record(text);
	whole.advance(100_000);
	const single = record(text);
	while (single.end === undefined) single.advance(1);
	expect(lines(single)).toEqual(lines(whole));
	const shown = record(text);
	while (shown.end === undefined) shown.advanceOne();
	expect(lines(shown)).toEqual(lines(whole));
});

test.each([
	['a garbage stack pointer', 0x8000_0000_0000_0000n],
	['the top of the kernel stack', 0xffff_c900_0000_8000n],
	['an address of the entry stack', 0xffff_fe00_0000_2ff0n],
])('with %s as stack pointer the stack switches of a call are to the thread’s stack, the entry stack and back', (_what, rsp) => {
	const run = new Run(program(`movabsq $0x${rsp.toString(16)}, %rsp\nsys 39`));
	const [{step: from}] = run.events('syscall');
	const [{step: to}] = run.events('sysret');
	const switches = run.events('stack-switch').filter(({step}) => step > from && step <= to);
	expect(switches.map(({stack, to: pointer}) => [stack, pointer])).toEqual([
		['thread', 0xffff_c900_0000_8000n],
		['entry', 0xffff_fe00_0000_3000n],
		['user', rsp],
	]);
});

test('one crossing: events in the order in which the processor made them', () => {
	const run = new Run(HELLO);
	const [{step: from}] = run.events('syscall');
	const [{step: to}] = run.events('sysret');
	const kinds = run.recording.events.filter(({step}) => step >= from && step <= to).map(({kind}) => kind);
	const steps = run.recording.events.map(({step}) => step);
	expect(kinds.filter((kind, index) => kind !== kinds[index - 1] && kind !== 'push')).toEqual([
		'syscall', 'swapgs', 'stack-switch', 'pt_regs', 'dispatch', 'hypercall', 'out', 'result', 'stack-switch', 'stack-switch', 'swapgs', 'sysret',
	]);
	expect(steps).toEqual([...steps].sort((a, b) => a - b));
});

test('the syscall event has number, arguments in their order, addresses and the old flags', () => {
	const run = new Run(program('movl $6, %r9d\nmovl $5, %r8d\nmovl $4, %r10d\nmovl $3, %edx\nmovl $2, %esi\nmovl $1, %edi\nmovl $39, %eax\ncrossing: syscall\nbehind:'));
	const [event] = run.events('syscall');
	expect(event).toEqual({
		step: event.step, kind: 'syscall', pid: 42, nr: 39, args: [1n, 2n, 3n, 4n, 5n, 6n], rip: run.address('crossing'), target: run.recording.kernel.symbols.addressOf('entry_SYSCALL_64'),
		rcx: run.address('behind'), r11: 0x202n, rsp: run.registersAt(event.step).general.rsp,
	});
});

test('an edit drops the events behind it, and those before it stay', () => {
	const recording = record(HELLO);
	recording.advance(100_000);
	const all = [...recording.events];
	const syscall = all.find(({kind}) => kind === 'syscall')?.step ?? 0;
	recording.seek(syscall);
	recording.edit(machine => applySetting(machine, ['rax', 9999n]));
	expect(recording.events).toEqual(all.filter(({step}) => step < syscall));
	expect([recording.end, recording.length]).toEqual([undefined, syscall]);
	recording.advance(100_000);
	const results = recording.events.filter((event): event is Extract<TraceEvent, {kind: 'result'}> => event.kind === 'result');
	expect(results.map(({nr, value}) => [nr, BigInt.asIntN(64, value)])).toEqual([[9999, -38n]]);
	expect(Buffer.from(recording.machine.serial.output).toString()).toBe('');
});

test('an edit inside the kernel is seen by what follows', () => {
	const recording = record(program('sys 1, 1, text, 3', 'text: .ascii "abc"'));
	recording.advance(10_000, ({kind}) => kind === 'dispatch');
	recording.seek(recording.length - 1);
	const before = recording.events.length;
	recording.advance(1);
	recording.seek(recording.length);
	recording.edit(machine => machine.cpu.stateReplaced());
	recording.advance(100_000);
	expect(recording.events.length).toBeGreaterThan(before);
	expect(Buffer.from(recording.machine.serial.output).toString()).toBe('abc');
});

test('events told once are not told again when the run is gone through again', () => {
	const recording = record(HELLO, {interval: 60});
	recording.advance(100_000);
	const all = lines(recording);
	for (let step = recording.length; step >= 0; step -= 37) recording.seek(step);
	recording.seek(recording.length);
	recording.advance(100);
	expect(lines(recording)).toEqual(all);
});

test('drained events are given out once, in order', () => {
	const recording = record(HELLO);
	const drained: string[] = [];
	while (recording.advance(100) === undefined) drained.push(...recording.drain().map(eventLine));
	drained.push(...recording.drain().map(eventLine));
	const whole = record(HELLO);
	whole.advance(100_000);
	expect(drained).toEqual(lines(whole));
});

test('the run stops behind the event that was waited for', () => {
	const recording = record(HELLO);
	recording.advance(100_000, ({kind}) => kind === 'syscall');
	expect(recording.events.at(-1)?.kind).toBe('syscall');
	expect(recording.length).toBe((recording.events.at(-1)?.step ?? 0) + 1);
});

test('a long run of a program keeps little for each step', () => {
	const recording = record(program('movl $60000, %ecx\nagain: addq %rcx, %rax\nmovq %rax, data(%rip)\ndecl %ecx\njnz again', '.bss\ndata: .zero 8'));
	recording.advance(1_000_000);
	expect(recording.length).toBeGreaterThan(240_000);
	expect(recording.bytesKept / recording.length).toBeLessThan(2);
});

test('a program that only makes calls keeps a little for each of them', () => {
	const recording = record(program('again: movl $39, %eax\nsyscall\njmp again'));
	recording.advance(30_000);
	expect(recording.bytesKept).toBeLessThan(200_000);
	expect(recording.events.length / recording.length).toBeLessThan(0.6);
});
