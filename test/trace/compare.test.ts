import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {buildKernel, type KernelOptions} from '../../source/kernel/kernel.js';
import {boot} from '../../source/kernel/loader.js';
import {GENERAL_REGISTERS} from '../../source/machine/registers.js';
import {applyChange} from '../../source/trace/branches/change.js';
import {parseChanges} from '../../source/trace/branches/change-text.js';
import {Comparison, type ComparisonResult, type Variant} from '../../source/trace/compare/comparison.js';
import {crossingsOf, ringSteps} from '../../source/trace/compare/crossings.js';
import {longestSeries, matchLines} from '../../source/trace/compare/line-map.js';
import type {FirstDifference} from '../../source/trace/compare/lockstep.js';
import {comparisonReport, isDifferent} from '../../source/trace/compare/report.js';
import {Recording} from '../../source/trace/recording.js';
import {finish} from '../../source/trace/search.js';
import {imageOf, record, Run} from '../support/machines.js';
import {HELLO, MARKED, program, withRegisters} from '../support/programs.js';
import {randomProgram} from '../support/random-programs.js';
import {COUNTERS, TURNS} from '../support/threads.js';

const MEMORY = 4 * 1024 * 1024;

/** A side of a comparison, in short. */
interface Short {
	readonly text?: string;
	readonly kernel?: KernelOptions;
	readonly set?: string;
	readonly changes?: readonly (readonly [step: number, text: string])[];
}

const images = new Map<string, ReturnType<typeof imageOf>>();

/** A program's image, the same one each time. */
function image(text: string): ReturnType<typeof imageOf> {
	const known = images.get(text) ?? imageOf(text);
	images.set(text, known);
	return known;
}

const variant = ({text = HELLO, kernel = {}, set = '', changes = []}: Short): Variant => ({
	make: () => new Recording(boot(buildKernel(kernel), image(text), {memory: MEMORY}), buildKernel(kernel)),
	program: {image: image(text), sources: new Map([['test.s', text]])},
	settings: set === '' ? [] : parseChanges(set),
	changes: changes.flatMap(([step, change]) => parseChanges(change).map(each => ({step, change: each}))),
});

/** Compares two runs to the end. */
function compare(a: Short, b: Short, {call = 1, limit = 60_000} = {}): ComparisonResult {
	const {result} = finish(new Comparison([variant(a), variant(b)], {call, limit}));
	if (result === undefined) throw new Error('a comparison that is done has a result');
	return result;
}

/** A first difference: what line of the source, and what. */
const at = (difference: FirstDifference | undefined): unknown =>
	difference && [difference.a.source?.text.replace(/\s*#.*/, '').replaceAll('\t', ' '), ...difference.values.map(({what, a, b}) => `${what}: ${a}, ${b}`)];

const listed = ({differences}: ComparisonResult): string[] => differences.map(({what, a, b}) => `${what}: ${a}, ${b}`);

describe('nothing is different', () => {
	test.each<[string, Short, Short]>([
		['in the same run twice', {}, {}],
		['in two threads', {text: TURNS}, {text: TURNS}],
		['in threads that are interrupted', {text: COUNTERS}, {text: COUNTERS}],
		['in rcx, which SYSCALL overwrites', {set: 'rcx=1'}, {set: 'rcx=0x8000000000000000'}],
		['where the same is changed on both sides', {set: 'rdx=5'}, {set: 'rdx=5'}],
	])('%s', (_, a, b) => {
		const result = compare(a, b);
		expect([isDifferent(result), listed(result), result.missedCall]).toEqual([false, [], false]);
		expect(comparisonReport(result, {a: 'one', b: 'two'})).toEqual(['A  one', 'B  two', '', 'No difference: both runs did the same, instruction for instruction.']);
	});
});

describe('another register before a call', () => {
	const result = compare({}, {set: 'rdi=77'});

	test('shows first where it is saved, then where the handler reads it, then where the ways part', () => {
		expect(at(result.lockstep.memory)).toEqual(['pushq %rdi', 'pt_regs->di: 0x1, 0x4d']);
		expect(at(result.lockstep.register)).toEqual(['movl PT_REGS_di(%rdi), %edi', 'rdi: 0x1, 0x4d']);
		expect(result.lockstep.path).toBeDefined();
		const {memory, register, path} = result.lockstep;
		expect([memory, register, path].map(each => each?.a.step)).toEqual([memory, register, path].map(each => each?.b.step));
		expect((memory?.a.step ?? 0) < (register?.a.step ?? 0) && (register?.a.step ?? 0) < (path?.a.step ?? 0)).toBe(true);
	});

	test('and at the end what it has led to', () => {
		const found = listed(result);
		expect(found).toContain('console: "hello world\\n", ""');
		expect(found).toContain('result of call 1 write: 12, -9 (EBADF)');
		expect(found).toContain('pt_regs->di of call 1 write: 0x1, 0x4d');
		expect(found.filter(line => line.startsWith('steps in ring 3'))).toEqual([]);
	});
});

test('a call that only one makes, and another handler, are told', () => {
	expect(listed(compare({}, {set: 'rax=39'}))).toContain('crossing 1: syscall write, syscall getpid');
	expect(listed(compare({text: program('sys 39\nsys 1, 1, text, 3', '.data\ntext: .ascii "abc"')}, {text: program('sys 39', '.data\ntext: .ascii "abc"')})).filter(line => line.startsWith('crossing'))).toEqual(['crossing 2: write = 3, not made']);
});

test('another way back is told: what is changed in the saved registers decides between SYSRET and IRET', () => {
	const recording = record(HELLO);
	recording.advance(60_000, event => event.kind === 'result');
	const step = recording.events.find(({kind}) => kind === 'result')?.step ?? 0;
	const result = compare({}, {changes: [[step, `[rdi+${11 * 8}]:8=0x1234`]]});
	expect(listed(result)).toContain('way back from call 1 write: SYSRET, IRET');
	expect(at(result.lockstep.register)).toEqual(['movq PT_REGS_cx(%rbx), %rdx', expect.stringMatching(/^rdx: 0x[\da-f]+, 0x1234$/)]);
});

describe('the kernel with a line left out', () => {
	test.each<[string, string, string, readonly string[]]>([
		['clear-ebx', 'entry_64.s:79', 'xorl %ebx, %ebx', [`rbx: 0x0, 0x${MARKED.rbx.toString(16)}`]],
		['swapgs', 'entry_64.s:41', 'swapgs', ['gsBase: ', 'kernelGsBase: ']],
		['stack-switch', 'entry_64.s:44', 'movq %gs:cpu_current_top_of_stack, %rsp', ['rsp: ']],
		['push-r15', 'entry_64.s:69', 'pushq %r15', ['rsp: ']],
	])('%s: the line itself is what was asked for, and what it leaves different comes first', (name, place, text, values) => {
		const marks = withRegisters(MARKED);
		const {lockstep, a, b} = compare({text: marks}, {text: marks, kernel: {without: [name]}});
		expect(lockstep.oneSided.map(({side}) => side)).toContain('a');
		const [first] = lockstep.oneSided;
		expect(`${first.place.source?.file}:${first.place.source?.line}`).toBe(place);
		expect(at(lockstep.register)).toEqual([text, ...values.map(value => expect.stringContaining(value) as string)]);
		expect(a.outcome).toEqual({kind: 'exited', status: 0});
		expect(b.outcome.kind).toBe(name === 'clear-ebx' ? 'exited' : 'panic');
	});

	test('the clocks go alike: the random stack offset of later calls is the same', () => {
		const calls = program('sys 39\nsys 39\nsys 39\nsys 39');
		const {lockstep, differences} = compare({text: calls}, {text: calls, kernel: {without: ['clear-r8d']}});
		expect([lockstep.memory, lockstep.path, lockstep.clock]).toEqual([undefined, undefined, {a: 0, b: 5}]);
		expect(differences.map(({what}) => what)).toEqual(['steps in ring 0']);
	});

	test('a line that is weakened shows at the instruction where it counts', () => {
		const {lockstep: {register, oneSided}} = compare({}, {kernel: {without: ['mask-if']}});
		expect([at(register), oneSided]).toEqual([['sys 1, 1, message, 12', expect.stringMatching(/^rflags: 0x\d+, 0x\d+$/)], []]);
	});
});

test('isolation on one side: only the switches of cr3 are one-sided, and the program meets no difference', () => {
	const {lockstep, differences, a, b} = compare({}, {kernel: {isolation: true}});
	expect([...new Set(lockstep.oneSided.map(({side, place}) => `${side} ${place.source?.text.replace(/\s*#.*/, '')}`))].sort()).toEqual(['b SWITCH_TO_KERNEL_CR3 %rsp', 'b SWITCH_TO_USER_CR3 %rdi']);
	expect([lockstep.path, a.rings.user === b.rings.user, a.console === b.console]).toEqual([undefined, true, true]);
	expect([...new Set(differences.map(({area}) => area))].sort()).toEqual(['events', 'steps']);
});

test('the entry stack off: the way back goes by another stack, and that is all', () => {
	const {lockstep, differences} = compare({}, {kernel: {entryStack: false}});
	expect([at(lockstep.register), lockstep.path]).toEqual([['movq %gs:cpu_tss_rw + TSS_sp0, %rsp', expect.stringContaining('rsp: ')], undefined]);
	expect(differences.map(({what}) => what)).toEqual(['events “stack-switch”']);
});

test('two programs that differ in a line are aligned by their lines, wherever their code lies', () => {
	const result = compare({text: program('nop\nsys 39\nsys 186')}, {text: program('nop\nmovl $5, %ebx\nsys 39\nsys 186')});
	expect(result.lockstep.oneSided.map(({side, place}) => [side, place.source?.text])).toEqual([['b', 'movl $5, %ebx']]);
	expect(at(result.lockstep.register)?.toString()).toContain('rbx: 0x0, 0x5');
	expect(result.lockstep.path).toBeUndefined();
	expect(listed(result).filter(line => line.includes('->ip') || line.startsWith('rip'))).toEqual([]);
	expect(listed(result)).toContain('rbx: 0x0, 0x5');
});

test('a call that never comes is told, and nothing is changed', () => {
	const result = compare({}, {set: 'rdi=77'}, {call: 9});
	expect([result.missedCall, isDifferent(result)]).toEqual([true, false]);
	expect(comparisonReport(result, {a: '', b: ''}).join('\n')).toContain('The call that registers were to be changed before never came');
});

test('a change that can’t be made is told', () => {
	expect(compare({}, {set: '[0x10]=41'}).refused).toContain('nothing is mapped at 0x10');
});

test('runs that do not end are compared up to the limit', () => {
	const text = program('again: incq %rax\njmp again');
	const {a, b, differences} = compare({text}, {text, changes: [[5000, 'r15=1']]}, {limit: 20_000});
	expect([a.steps, b.steps, a.outcome.kind]).toEqual([20_000, 20_000, 'step-limit']);
	expect(differences.map(({what}) => what)).toContain('r15');
});

/** What two machines that are stepped side by side show: the first step behind which a register differs that did not, and where rip differs. */
function naively(text: string, step: number, change: string, limit: number): readonly [register: number | undefined, path: number | undefined] {
	const [a, b] = [0, 1].map(() => boot(buildKernel(), image(text), {memory: MEMORY}));
	for (const machine of [a, b]) machine.run(step);
	for (const each of parseChanges(change)) applyChange(b, each);
	b.cpu.stateReplaced();
	const names = [...GENERAL_REGISTERS, 'rflags'];
	const unequal = (): Set<string> => new Set(names.filter(name => a.registers.get(name) !== b.registers.get(name)));
	let before = unequal();
	let register: number | undefined;
	while (a.steps < limit && a.cpu.stopped === undefined && b.cpu.stopped === undefined) {
		const at = a.steps;
		a.step();
		b.step();
		const now = unequal();
		if ([...now].some(name => !before.has(name))) register ??= at;
		before = now;
		if (a.rip !== b.rip || a.cpu.cpl !== b.cpu.cpl) return [register, at];
	}

	return [register, undefined];
}

test('the first difference is the one that going side by side without any shortcut finds', () => {
	fc.assert(fc.property(fc.constantFrom(71, 72, 73), fc.integer({min: 1200, max: 3000}), fc.constantFrom('r14=0x77', 'rdx=3', 'rax=39', 'rbx=5', 'cf=1', 'rdi=7, rsi=0'), (seed, step, change) => {
		const text = randomProgram(seed);
		const {lockstep} = compare({text}, {text, changes: [[step, change]]}, {limit: step + 700});
		const [register, path] = naively(text, step, change, step + 700);
		const wanted = register !== undefined && (path === undefined || register <= path) ? register : undefined;
		expect([lockstep.register?.a.step, lockstep.path?.a.step]).toEqual([wanted, path]);
	}), {numRuns: 20});
}, 120_000);

test('comparing B with A finds what comparing A with B does, sides swapped', () => {
	fc.assert(fc.property(fc.constantFrom<[Short, Short][]>([{}, {set: 'rdi=77'}], [{}, {kernel: {without: ['push-bx']}}], [{set: 'rdx=4'}, {set: 'rdx=2'}], [{}, {kernel: {isolation: true}}], [{text: program('sys 39')}, {text: program('nop\nsys 39')}]), ([a, b]) => {
		const [one, other] = [compare(a, b), compare(b, a)];
		const swapped = (first: FirstDifference | undefined): unknown => first && {kind: first.kind, a: first.b, b: first.a, values: first.values.map(({what, a: left, b: right}) => ({what, a: right, b: left}))};
		expect([swapped(other.lockstep.register), swapped(other.lockstep.path)]).toEqual([one.lockstep.register, one.lockstep.path]);
		expect(other.differences.map(({area, what, a: left, b: right}) => [area, what, right, left]).sort()).toEqual(one.differences.map(({area, what, a: left, b: right}) => [area, what, left, right]).sort());
	}), {numRuns: 6});
}, 120_000);

test('crossings of two threads are told apart, with their results and ways back', () => {
	const run = new Run(TURNS);
	const crossings = crossingsOf(run.recording.events, run.recording.kernel);
	expect(crossings.filter(({name}) => name === 'write').map(({result, way, handler}) => [result, way, handler])).toEqual(Array.from({length: 6}, () => [1n, 'sysret', '__x64_sys_write']));
	for (const {entry, to, rip, name} of crossings) if (entry === 'syscall' && to !== undefined && name !== 'clone') expect(to.rip - rip).toBe(2n);
	expect(crossings.filter(({name}) => name === 'exit').map(({way}) => way)).toEqual([undefined, undefined]);
});

test('steps are counted for the ring in which they began', () => {
	const machine = boot(buildKernel(), image(COUNTERS), {memory: MEMORY});
	let user = 0;
	for (let step = 0; step < 40_000; step++) {
		if (machine.cpu.cpl === 3) user++;
		machine.step();
	}

	const recording = record(COUNTERS);
	recording.advance(40_000);
	expect(ringSteps(recording.events, 40_000)).toEqual({kernel: 40_000 - user, user});
});

test('lines of two texts are matched in their order, as many as can be', () => {
	expect([...matchLines('a\nb\nc\nd', 'a\nx\nc\ny\nd')].sort()).toEqual([[1, 1], [3, 3], [5, 4]]);
	expect([...matchLines('', '')]).toEqual([[1, 1]]);
	fc.assert(fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), {maxLength: 12}), fc.array(fc.constantFrom('a', 'b', 'c'), {maxLength: 12}), (a, b) => {
		const pairs = longestSeries(a, b);
		for (const [index, [i, j]] of pairs.entries()) {
			expect(a[i]).toBe(b[j]);
			if (index > 0) expect(i > pairs[index - 1][0] && j > pairs[index - 1][1]).toBe(true);
		}

		const length = (x: readonly string[], y: readonly string[]): number => x.length === 0 || y.length === 0 ? 0 : x[0] === y[0] ? 1 + length(x.slice(1), y.slice(1)) : Math.max(length(x.slice(1), y), length(x, y.slice(1)));
		if (a.length + b.length <= 14) expect(pairs.length).toBe(length(a, b));
	}));
});
