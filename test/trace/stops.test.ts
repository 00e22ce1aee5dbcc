import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {buildKernel} from '../../source/kernel/kernel.js';
import {Names} from '../../source/trace/names.js';
import type {Recording} from '../../source/trace/recording.js';
import {ValueError} from '../../source/trace/register-values.js';
import {finish} from '../../source/trace/search.js';
import type {StopCondition} from '../../source/trace/stops/condition.js';
import {parseStop, textOfStop} from '../../source/trace/stops/stop-text.js';
import {Stops} from '../../source/trace/stops/stops.js';
import {fingerprint, imageOf, record} from '../support/machines.js';
import {HELLO, program} from '../support/programs.js';
import {randomProgram} from '../support/random-programs.js';

const namesOf = (text: string): Names => new Names(buildKernel(), {image: imageOf(text), sources: new Map([['test.s', text]])});

/** Step, rip and reason of each stop of a run, from its beginning to its end. */
function stopsOf(text: string, stop: string, most = 100): readonly (readonly [step: number, place: string, why: string])[] {
	const recording = record(text);
	const names = namesOf(text);
	const stops = new Stops(names);
	recording.advance(100_000, event => event.kind === 'iret');
	stops.add(parseStop(stop, names), recording);
	const found: [number, string, string][] = [];
	while (found.length < most) {
		const search = finish(stops.next(recording, 100_000));
		if (search.hits.length === 0) break;
		expect(search.hits[0].step).toBe(recording.step);
		found.push([recording.step, names.nameOf(recording.machine.rip) ?? '', search.hits[0].why]);
	}

	return found;
}

/** What stops where, without the step numbers. */
const places = (text: string, stop: string): readonly (readonly [string, string])[] => stopsOf(text, stop).map(([, place, why]) => [place, why]);

const COUNTING = program(`movq $3, %rbx
again: movq %rbx, cell(%rip)
	decq %rbx
	jnz again
	movl $7, cell+4(%rip)
	sys 1, 1, text, 2
	ud2
never: nop`, '.data\n.zero 8\ncell: .quad 0\n.text\ntext: .ascii "ab"');

describe('a run stops', () => {
	test('when the ring changes', () => {
		expect(places(HELLO, 'ring')).toEqual([
			['entry_SYSCALL_64', 'ring 3 → ring 0 by SYSCALL'],
			['_start+0x2a', 'ring 0 → ring 3 by SYSRET'],
			['entry_SYSCALL_64', 'ring 3 → ring 0 by SYSCALL'],
		]);
	});

	test('at a system call, of one number or any', () => {
		expect(places(HELLO, 'syscall').map(([, why]) => why)).toEqual(['SYSCALL at test.s:12: number 1 (write)', 'SYSCALL at test.s:13: number 60 (exit)']);
		expect(places(HELLO, 'syscall=exit').map(([, why]) => why)).toEqual(['SYSCALL at test.s:13: number 60 (exit)']);
		expect(places(HELLO, 'syscall=39')).toEqual([]);
	});

	test('at an exception, of one vector or any', () => {
		expect(places(COUNTING, 'exception')).toEqual([['asm_exc_invalid_op', 'exception #UD in ring 3 at test.s:18']]);
		expect(places(COUNTING, 'exception=#ud')).toHaveLength(1);
		expect(places(COUNTING, 'exception=#PF')).toEqual([]);
	});

	test('at a signal', () => {
		expect(places(COUNTING, 'signal=SIGILL')).toEqual([['__send_signal_locked', 'the kernel is about to send SIGILL']]);
		expect(places(COUNTING, 'signal=segv')).toEqual([]);
	});

	test('at an address of the program or the kernel, by name, by line and by number', () => {
		expect(places(COUNTING, 'at again').map(([place]) => place)).toEqual(['again', 'again', 'again']);
		expect(places(COUNTING, 'at test.s:13').map(([place]) => place)).toEqual(['again', 'again', 'again']);
		expect(places(HELLO, 'symbol do_syscall_64').map(([place]) => place)).toEqual(['do_syscall_64', 'do_syscall_64']);
		expect(places(COUNTING, 'at never')).toEqual([]);
		expect(places(HELLO, 'at 0x40102a')).toHaveLength(1);
	});

	test('when a register gets a value that it did not have', () => {
		expect(places(COUNTING, 'rbx=2').at(0)).toEqual(['again+0xa', 'rbx became 0x2 (it was 0x3)']);
		expect(places(COUNTING, 'rbx=0').at(0)).toEqual(['again+0xa', 'rbx became 0x0 (it was 0x1)']);
	});

	test('when memory is written, in any byte of what is watched, and not for what lies beside', () => {
		expect(places(COUNTING, 'write cell').map(([place, why]) => [place, why])).toEqual([
			['again+0x7', '8 bytes were written at cell: 0x0 → 0x3'],
			['again+0x7', '8 bytes were written at cell: 0x3 → 0x2'],
			['again+0x7', '8 bytes were written at cell: 0x2 → 0x1'],
			['again+0x16', '4 bytes were written at cell+0x4: 0x0 → 0x7'],
		]);
		expect(places(COUNTING, 'write cell+5:1')).toHaveLength(4);
		expect(places(COUNTING, 'write cell+8:8')).toEqual([]);
		expect(places(COUNTING, 'write 0x402000:8')).toEqual([]);
	});

	test('when the kernel writes, too, and at a place that a register names when the stop is set', () => {
		const text = program('pushq $5\npushq $6\nmovq $7, 8(%rsp)');
		expect(places(text, 'write [rsp-8]').map(([, why]) => why.slice(0, 21))).toEqual(['8 bytes were written ', '8 bytes were written ']);
		const [first] = stopsOf(HELLO, 'write console_buffer:1');
		expect(first[2]).toContain('bytes were written at console_buffer');
	});

	test('at each byte on the console, or behind a text', () => {
		expect(places(HELLO, 'console')).toHaveLength(12);
		const recording = record(HELLO);
		const stops = new Stops(namesOf(HELLO));
		stops.add(parseStop('console=lo w'), recording);
		finish(stops.next(recording));
		expect(Buffer.from(recording.machine.serial.output).toString()).toBe('hello w');
	});

	test('at what the processor does', () => {
		expect(places(HELLO, 'sysret')).toHaveLength(1);
		expect(places(HELLO, 'swapgs')).toHaveLength(3);
		expect(places(HELLO, 'halt')).toHaveLength(0);
	});

	test('at a step, and at a later one', () => {
		const recording = record(HELLO);
		const stops = new Stops(namesOf(HELLO));
		stops.add({kind: 'step', step: 650}, recording);
		stops.add({kind: 'step', step: 10}, recording);
		expect([finish(stops.next(recording)).hits[0].step, finish(stops.next(recording)).hits[0].step, finish(stops.next(recording)).hits]).toEqual([10, 650, []]);
		expect(recording.end).toBeDefined();
	});
});

test('several stops may be hit at once; one that is switched off or taken away is not', () => {
	const recording = record(HELLO);
	const names = namesOf(HELLO);
	const stops = new Stops(names);
	const ring = stops.add({kind: 'ring'}, recording);
	const call = stops.add(parseStop('syscall=write'), recording);
	recording.advance(100_000, event => event.kind === 'iret');
	expect(finish(stops.next(recording)).hits.map(({stop}) => stop.text)).toEqual(['ring', 'syscall=write']);
	recording.seek(0);
	stops.toggle(ring.id);
	expect([stops.list.map(({isOn}) => isOn), finish(stops.next(recording)).hits.map(({stop}) => stop.text)]).toEqual([[false, true], ['syscall=write']]);
	stops.remove(call.id);
	recording.seek(0);
	expect([finish(stops.next(recording)).hits, stops.list]).toEqual([[], [{...ring, isOn: false}]]);
});

test('a search does not go on for ever: it gives up at its limit', () => {
	const recording = record(program('again: jmp again'));
	const stops = new Stops(namesOf(HELLO));
	stops.add({kind: 'syscall'}, recording);
	const search = stops.next(recording, 30_000);
	expect([finish(search).hits, recording.step]).toEqual([[], 30_000]);
});

/** Steps of all stops, going forwards, and then going back from the end. */
function bothWays(recording: Recording, stops: Stops, limit: number): readonly [number[], number[]] {
	const forwards: number[] = [];
	recording.seek(0);
	while (finish(stops.next(recording, limit)).hits.length > 0) forwards.push(recording.step);
	recording.seek(recording.length);
	const backwards: number[] = forwards.at(-1) === recording.length ? [recording.length] : [];
	while (finish(stops.previous(recording)).hits.length > 0) backwards.push(recording.step);
	return [forwards, backwards.reverse()];
}

test.each(['ring', 'syscall', 'exception', 'at again', 'rbx=0', 'write data', 'r15=3', 'console', 'write [rsp-8]', 'at do_syscall_x64', 'step 5000'])('going back, “%s” stops at the same places as going forwards', text => {
	const source = randomProgram(7);
	const recording = record(source, {interval: 900});
	const names = namesOf(source);
	const stops = new Stops(names);
	recording.advance(100_000, event => event.kind === 'iret');
	stops.add(parseStop(text, names), recording);
	recording.advance(12_000 - recording.length);
	const [forwards, backwards] = bothWays(recording, stops, 12_000);
	expect(backwards).toEqual(forwards);
	if (!['exception', 'rbx=0'].includes(text)) expect(forwards.length).toBeGreaterThan(0);
});

test('looking out for stops changes nothing of the run', () => {
	const watched = record(randomProgram(8), {interval: 700});
	const names = namesOf(randomProgram(8));
	const stops = new Stops(names);
	for (const text of ['rax=0x123456', 'write data', 'at patched', 'ring']) stops.add(parseStop(text, names), watched);
	while (finish(stops.next(watched, 9000)).hits.length > 0);
	const plain = record(randomProgram(8), {interval: 700});
	plain.advance(9000);
	expect([fingerprint(watched.machine), watched.events]).toEqual([fingerprint(plain.machine), plain.events]);
});

describe('as text', () => {
	const anyStop: fc.Arbitrary<StopCondition> = fc.oneof(
		fc.constantFrom<StopCondition[]>({kind: 'ring'}, {kind: 'syscall'}, {kind: 'syscall', nr: 1}, {kind: 'syscall', nr: 9999}, {kind: 'exception'}, {kind: 'exception', vector: 14}, {kind: 'exception', vector: 99}, {kind: 'interrupt'}, {kind: 'sysret'}, {kind: 'halt'}, {kind: 'signal'}, {kind: 'signal', number: 11}, {kind: 'signal', number: 60}, {kind: 'console'}, {kind: 'console', text: 'a b\n'}),
		fc.bigInt({min: 0n, max: (1n << 64n) - 1n}).map(address => ({kind: 'place' as const, address})),
		fc.record({kind: fc.constant('register' as const), register: fc.constantFrom('rax', 'r15', 'rip', 'rflags'), value: fc.bigInt({min: 0n, max: (1n << 64n) - 1n})}),
		fc.record({kind: fc.constant('write' as const), place: fc.oneof(fc.record({offset: fc.bigInt({min: 0n, max: (1n << 64n) - 1n})}), fc.record({base: fc.constant('rsp' as const), offset: fc.bigInt({min: 0n, max: 1n << 62n})})), length: fc.bigInt({min: 1n, max: 4096n})}),
		fc.nat().map(step => ({kind: 'step' as const, step})),
	);

	test('every stop can be written down and read again', () => {
		fc.assert(fc.property(anyStop, condition => {
			expect(parseStop(textOfStop(condition))).toEqual(condition);
		}));
	});

	test.each([
		['', 'this is no stop'],
		['nonsense', 'this is no stop. A stop is one of: ring, syscall'],
		['syscall=nonsense', 'no system call is named nonsense'],
		['exception=#XX', 'no exception is named #XX; there are #DE, #DB'],
		['signal=SIGNONE', 'no signal that this kernel sends is named SIGNONE; there are SIG'],
		['symbol nowhere', 'neither the program nor the kernel has a symbol nowhere'],
		['at nowhere', '“nowhere” is no symbol'],
		['at test.s:1', 'no instruction comes from line 1 of test.s'],
		['at', 'what follows at is missing: write at main'],
		['step', 'write step 12345'],
		['step -1', '“-1” is no step'],
		['write [rsp', 'write takes a symbol'],
		['write message:0', 'no byte would be watched'],
		['rax', 'say which value rax must get: rax=0x10'],
		['rax=hello', '“hello” is no symbol'],
		['ring=3', 'ring takes no value'],
		['ring now', 'ring is followed by nothing'],
		['console=', 'no text stands behind console='],
	])('“%s” is refused: %s', (text, message) => {
		expect(() => parseStop(text, namesOf(HELLO))).toThrow(ValueError);
		expect(() => parseStop(text, namesOf(HELLO))).toThrow(message);
	});

	test('no text makes the reader fail otherwise than with a message', () => {
		const names = namesOf(HELLO);
		const piece = fc.oneof(fc.constantFrom('syscall', 'write', 'at', 'step', 'rax', 'console', '=', ' ', '[', ']', 'rsp', ':', '0x', '9'), fc.string());
		fc.assert(fc.property(fc.array(piece, {maxLength: 8}), pieces => {
			try {
				parseStop(pieces.join(''), names);
			} catch (error) {
				expect(error).toBeInstanceOf(ValueError);
			}
		}));
	});
});
