import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {chooseValues} from '../../source/lab/lab-values.js';
import {Unreached} from '../../source/lab/language/scene.js';
import {askQuestion, machineAnswer, markAnswer, type Oracle} from '../../source/lab/predictions/predict.js';
import type {Answer, Prediction} from '../../source/lab/predictions/prediction.js';
import {shuffle} from '../../source/lab/shuffle.js';
import {finish, Workbench} from '../../source/lab/session/workbench.js';
import {front, LabsFolder, page, predictionOf} from './labs.js';

const labs = new LabsFolder();
afterAll(() => labs.remove());

/** A bench of a lab that asks these questions right before the first call. */
function benchOf(questions: readonly string[], seed = 1n, values = '{}'): Workbench {
	const list = questions.map(yaml => `  - ${yaml.trim().replaceAll('\n', '\n    ')}`).join('\n');
	const bench = labs.bench({lab: `${front({values})}${page(`go: before syscall\npredictions:\n${list}`)}`}, {seed});
	finish(bench.begin(bench.lab.steps[0]));
	return bench;
}

const NUMBER = `
ask: What will rcx hold?
number: rcx after syscall[next]
misconceptions:
  - answer: rip
    because: That is \${symbol(rip)} itself.`;

const STACK = `
ask: Where is rsp behind it?
choice: stack after syscall[next]
choices:
  - is: user
    text: in the program
  - is: thread
    because: Nothing has loaded rsp.`;

const WAY = `
ask: How does it leave?
right: By \${sysret.step - sysret.step} instructions more.
wrong: Look at the registers.
choices:
  - {text: SYSRET, when: {path: sysret}}
  - {text: IRET, when: {path: iret}}
  - {text: not at all, when: {signal: SIGSEGV}}`;

const FLAGS = '{ask: Where are the flags?, register: rflags before syscall, at: after syscall}';
const IP = '{ask: Where is rip?, slot: rip before syscall + 2, at: before pt_regs}';
const PUSHES = '{ask: In which order?, order-of: push, by: slot, from: after syscall, to: before pt_regs, only: [ss, sp, flags, cs, ip]}';
const ORDER = `
ask: What comes first?
order:
  - {text: the handler, at: before dispatch}
  - {text: swapgs, at: before swapgs}
  - {text: "\`sysretq\`", at: before sysret}`;
const ELSEWHERE = `
ask: And with rdi 77?
number: result.value
with: {set: rdi=77}`;

describe('questions about a call that has not been made yet', () => {
	let bench: Workbench;
	const questions = [NUMBER, STACK, WAY, FLAGS, IP, PUSHES, ORDER, ELSEWHERE];
	beforeAll(() => {
		bench = benchOf(questions);
	});

	/** The oracle and the prediction of one of the questions. */
	function of(question: string): readonly [Oracle, Prediction] {
		const index = questions.indexOf(question);
		return [bench.oracle(bench.lab.steps[0], index), bench.lab.steps[0].predictions[index]];
	}

	const ask = (question: string) => askQuestion(...of(question));
	const mark = (question: string, answer: Answer): string => {
		const {state, text} = markAnswer(...of(question), answer);
		return `${state}: ${text}`;
	};

	test('asking and marking leaves the run where it is, and shows nothing of what comes', () => {
		const {recording, step} = bench.laboratory;
		const known = [recording.length, recording.events.length];
		for (const question of questions) {
			ask(question);
			expect(mark(question, machineAnswer(...of(question)))).toMatch(/^right: /);
		}

		expect([bench.laboratory.recording, bench.laboratory.step, [recording.length, recording.events.length]]).toEqual([recording, step, known]);
	});

	test('a number is taken in any form that people write it in, and by the names of the program', () => {
		const address = bench.laboratory.program.symbols.addressOf('behind') ?? 0n;
		for (const text of [`0x${address.toString(16)}`, String(address), 'behind', 'call+2', ` ${address} `]) expect(mark(NUMBER, text)).toBe(`right: Right: 0x${address.toString(16)}.`);
	});

	test('a wrong number is told what the machine had, and which misconception it comes from', () => {
		const had = `It was 0x${bench.laboratory.program.symbols.addressOf('behind')?.toString(16) ?? ''}.`;
		expect(mark(NUMBER, '7')).toBe(`wrong: ${had}`);
		expect(mark(NUMBER, 'call')).toBe(`wrong: That is call itself. ${had}`);
	});

	test('what is no number does not count', () => {
		expect(mark(NUMBER, 'many')).toMatch(/^unreadable: “many” is no symbol/);
		expect(mark(NUMBER, '')).toMatch(/^unreadable: nothing was typed/);
	});

	test('a choice is shown by its texts, and the right one is the machine’s', () => {
		const {kind, options} = ask(STACK);
		expect([kind, [...options].sort()]).toEqual(['choice', ['in the program', 'thread']]);
		expect(mark(STACK, options.indexOf('in the program'))).toBe('right: Right: “in the program”.');
		expect(mark(STACK, options.indexOf('thread'))).toBe('wrong: Nothing has loaded rsp. It was “in the program”.');
		expect(mark(STACK, 'in the program')).toBe('right: Right: “in the program”.');
		expect([mark(STACK, 2), mark(STACK, 'elsewhere')]).toEqual(['unreadable: choose one of the 2 answers', 'unreadable: choose one of the 2 answers']);
	});

	test('a choice by conditions is right where its condition holds in the run to come', () => {
		const {options} = ask(WAY);
		expect(mark(WAY, options.indexOf('SYSRET'))).toBe('right: By 0 instructions more.');
		expect(mark(WAY, options.indexOf('IRET'))).toBe('wrong: Look at the registers.');
	});

	test('a register, a slot, however they are written', () => {
		expect([mark(FLAGS, 'r11'), mark(FLAGS, ' %R11 '), mark(FLAGS, 'rcx')]).toEqual(['right: Right: r11.', 'right: Right: r11.', 'wrong: It was r11.']);
		expect(mark(FLAGS, 'rflags')).toBe('unreadable: “rflags” is no general register: type rax, rcx or another of the sixteen');
		expect([mark(IP, 'ip'), mark(IP, 'regs->cx'), mark(IP, 'sp')]).toEqual(['right: Right: regs->cx or regs->ip.', 'right: Right: regs->cx or regs->ip.', 'wrong: It was regs->cx or regs->ip.']);
		expect(mark(IP, 'rip')).toMatch(/^unreadable: “rip” is no field of struct pt_regs: there are r15, /);
	});

	test('an order is that in which the machine does it', () => {
		const {kind, options} = ask(PUSHES);
		expect([kind, [...options].sort()]).toEqual(['order', ['cs', 'flags', 'ip', 'sp', 'ss']]);
		const indices = (...names: readonly string[]): number[] => names.map(name => options.indexOf(name));
		expect(mark(PUSHES, indices('ss', 'sp', 'flags', 'cs', 'ip'))).toBe('right: Right: ss, sp, flags, cs, ip.');
		expect(mark(PUSHES, indices('ss', 'sp', 'cs', 'flags', 'ip'))).toBe('wrong: Number 3 was flags, not cs. It was ss, sp, flags, cs, ip.');
		expect(mark(PUSHES, 'ss sp flags cs ip')).toBe('right: Right: ss, sp, flags, cs, ip.');
		expect([mark(PUSHES, indices('ss', 'sp')), mark(PUSHES, indices('ss', 'ss', 'ss', 'ss', 'ss'))]).toEqual(Array(2).fill('unreadable: put all 5 in order, each once'));
		expect(mark(ORDER, machineAnswer(...of(ORDER)))).toBe('right: Right: swapgs, the handler, `sysretq`.');
	});

	test('a question about another run is answered by that run', () => {
		expect([mark(ELSEWHERE, '-9'), mark(ELSEWHERE, '6')]).toEqual(['right: Right: -9 (EBADF).', 'wrong: It was -9 (EBADF).']);
	});
});

test('the answers follow what the learner has changed before', () => {
	const bench = benchOf(['{ask: What does it answer?, number: "result[next].value"}']);
	const [step] = bench.lab.steps;
	expect(machineAnswer(bench.oracle(step, 0), step.predictions[0])).toBe('6');
	bench.laboratory.change(bench.changesOf({type: 'changes', text: 'rdx=3'}));
	expect(machineAnswer(bench.oracle(step, 0), step.predictions[0])).toBe('3');
	finish(bench.laboratory.goToPlace({to: 'before', event: 'syscall', nth: 2}));
	expect(machineAnswer(bench.oracle(step, 0), step.predictions[0])).toBe('42');
	finish(bench.laboratory.goToPlace({to: 'end'}));
	expect(() => machineAnswer(bench.oracle(step, 0), step.predictions[0])).toThrow(Unreached);
});

test('each learner has values of his own, and the same each time', () => {
	const values = '{count: {from: 1, to: 6}, far: {one-of: [0x100, 0x200, 0x300]}}';
	const {lab} = benchOf([NUMBER], 5n, values);
	expect([...chooseValues(lab, 5n)]).toEqual([...chooseValues(lab, 5n)]);
	const drawn = Array.from({length: 12}, (_, seed) => chooseValues(lab, BigInt(seed)));
	expect(new Set(drawn.map(each => each.get('count'))).size).toBeGreaterThan(2);
	for (const each of drawn) {
		expect(Number(each.get('count'))).toBeGreaterThanOrEqual(1);
		expect(Number(each.get('count'))).toBeLessThanOrEqual(6);
		expect([0x100n, 0x200n, 0x300n]).toContain(each.get('far'));
	}
});

test('a lab’s own seed gives everybody the same values', () => {
	const {lab} = labs.bench({lab: `${front({values: '{count: {from: 1, to: 1000}}', seed: '9'})}${page('go: before syscall')}`});
	const [one, other] = [1n, 2n].map(seed => new Workbench(lab, {seed}));
	expect([one.seed, [...one.values]]).toEqual([9n, [...other.values]]);
});

test('a list is shuffled by its seed and name, and keeps its members', () => {
	const list = Array.from({length: 10}, (_, index) => index);
	expect([...shuffle(list, 1n, 'a')].sort((a, b) => a - b)).toEqual(list);
	expect(shuffle(list, 1n, 'a')).toEqual(shuffle(list, 1n, 'a'));
	expect(new Set([1n, 2n, 3n, 4n].map(seed => shuffle(list, seed, 'a').join())).size).toBe(4);
	expect(shuffle(list, 1n, 'b')).not.toEqual(shuffle(list, 1n, 'a'));
});

test.each([
	['{ask: What?}', 'no kind of prediction was found; add one of number, choices, register, slot, order, order-of'],
	['{ask: What?, number: rcx, choices: []}', '1:27: choices is no key that is known here; allowed are ask, right, wrong, with, number, misconceptions'],
	['{number: rcx}', 'ask: is missing'],
	['{ask: What?, choices: [{is: a}]}', 'choices: has one choice; give two or more'],
	['{ask: What?, choices: [{is: a}, {is: b}]}', 'needs choice (the expression whose value one of the choices is)'],
	['{ask: What?, choices: [{text: a}, {text: b}]}', 'choices: needs either is (a value) or when (a condition)'],
	['{ask: What?, choices: [{when: {exit: 0}}, {text: b, when: {exit: 1}}]}', 'choices: a choice with when needs a text'],
	['{ask: What?, order-of: push, by: field, from: start, to: end}', 'push has no field field; it has address, value, slot, hardware'],
	['{ask: What?, order: [{text: a, at: start}]}', 'order: has one item; give two or more'],
	['{ask: What?, register: rip}', 'at: is missing'],
])('%s is refused: %s', (yaml, problem) => {
	expect(() => predictionOf(yaml)).toThrow(problem);
});
