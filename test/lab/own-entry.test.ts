import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {wanted} from '../../source/lab/goals/wanted.js';
import {describeAction} from '../../source/lab/format/action.js';
import {EntryFileError, entryToBeginWith, takeEntryFile} from '../../source/lab/session/entry-file.js';
import {applySettings, check, currentRecord, enterStep, openSession, showSolution} from '../../source/lab/session/lab-session.js';
import {pageOf} from '../../source/lab/session/page.js';
import {settingRefusal} from '../../source/lab/session/permission.js';
import {finish} from '../../source/lab/session/workbench.js';
import {AssemblyError} from '../../source/program/problems.js';
import {entryText} from '../support/entries.js';
import {findingsOf, front, goalOf, LabsFolder, page, Stand} from './labs.js';

const labs = new LabsFolder();
afterAll(() => labs.remove());

const EMPTY = '\t.globl\tentry_SYSCALL_64\nentry_SYSCALL_64:\n\tsysretq\n';
const WHOLE = entryText();

/** The kernel's own entry path without the switch of stacks, and without one pop. */
const NO_SWITCH = entryText([['movq\t%gs:cpu_current_top_of_stack, %rsp', '']]);
const NO_POP = entryText([['popq\t%r12', '']]);

/** A program on a kernel, as far as its end. */
const stand = (kernel = '{}', lab = `${front({kernel})}${page('go: before syscall')}`): Stand => new Stand(labs.bench({lab}, {branches: false}));

describe('a goal about the kernel’s promises', () => {
	test.each([
		['{broken: kernel-stack}', /^met: Step \d+, entry_64\.s:\d+ “pushq \$__USER_DS”: a broken promise\. “The kernel pushes and pops on no stack of the program’s\.” But rsp is 0x7ff/],
		['{broken: kernel-stack, nth: 1, at: pushq $__USER_DS}', /^met: /],
		['{broken: kernel-stack, at: entry_SYSCALL_64}', /^met: /],
		['{broken: any}', /^met: /],
		['{broken: no-fault, nth: 1}', /^unmet: It was another promise\. Step \d+, /],
		['{broken: kernel-stack, at: popq %rsp}', /^unmet: It was another promise\. /],
		['{broken: user-gs}', /^unmet: It was another promise\. /],
		['{kept: kernel-stack, until: end}', /^unmet: Step \d+, /],
		['{kept: all, until: end}', /^unmet: Step \d+, /],
		['{kept: [user-gs, cleared], until: end}', /^met: The promises were kept up to `end`\.$/],
		['{kept: user-gs, until: after sysret}', /^pending: /],
	])('%s, on a kernel without the stack switch', (goal, verdict) => {
		expect(stand('{without: stack-switch}').go().verdict(goal)).toMatch(verdict);
	});

	test('waits while the run goes on, and is decided where it ends', () => {
		const whole = stand();
		expect([whole.verdict('{broken: any}'), whole.verdict('{kept: all, until: after sysret}')]).toEqual(['pending: No promise was broken so far.', expect.stringMatching(/^pending: /)]);
		whole.go();
		expect([whole.verdict('{broken: any}'), whole.verdict('{kept: all, until: after sysret}')]).toEqual(['unmet: No promise was broken.', 'met: No promise was broken up to `after sysret`.']);
	});

	test('says once what two parts of it say alike', () => {
		expect(stand().verdict('{all: [{kept: all, until: after sysret}, {holds: rsp after sysret == rsp before syscall}]}')).toBe('pending: The run has not come past the sysret yet.');
	});

	test('is judged anew when the run was changed', () => {
		const run = stand('{without: stack-switch}').go();
		expect(run.verdict('{broken: kernel-stack}')).toMatch(/^met/);
		finish(run.bench.laboratory.goToPlace({to: 'before', event: 'syscall', nth: 1}));
		run.set('rsp=0xffffc90000008000').go();
		expect(run.verdict('{broken: kernel-stack}')).toMatch(/^unmet/);
	});
});

describe('a goal about attacks', () => {
	test.each([
		['{}', '{attack: plain}', /^met: The door held against `plain`\.$/],
		['{}', '{attack: [plain, garbage-rsp]}', /^met: The door held against all 2 attacks\.$/],
		['{without: pop-r12}', '{attack: [plain, marked-registers]}', /^unmet: Plain: step \d+, /],
		['{without: check-ip}', '{attack: all}', /^unmet: Moved-ip: step \d+, .* It exited with 99; the program should have exited with 0\.$/],
		['{without: check-canonical}', '{attack: bad-ip, breaks: sysret-address}', /^met: Bad-ip: /],
		['{without: check-canonical}', '{attack: bad-ip, breaks: any}', /^met: Bad-ip: /],
		['{without: check-canonical}', '{attack: bad-ip, breaks: restored}', /^unmet: Bad-ip: /],
		['{}', '{attack: bad-ip, breaks: any}', /^unmet: The door held/],
	])('on a kernel that is %s: %s', (kernel, goal, verdict) => {
		expect(stand(kernel).verdict(goal)).toMatch(verdict);
	});
});

test.each([
	['{broken: any}', 'a promise is broken'],
	['{broken: user-gs, at: sysretq}', 'the promise “The program gets its own GS base back.” is broken at `sysretq`'],
	['{kept: all, until: after sysret}', 'up to `after sysret` no promise is broken'],
	['{attack: [plain, bad-ip]}', 'the entry path holds against `plain`, `bad-ip`'],
	['{attack: all}', 'the entry path holds against all attacks'],
	['{attack: bad-ip, breaks: any}', '`bad-ip` gets through'],
])('%s is asked for in words', (goal, words) => {
	expect(wanted(goalOf(goal), new Map())).toBe(words);
});

test.each([
	['broken: kernel-stak', /did you mean kernel-stack\?$/],
	['attack: marked-register', /did you mean marked-registers\?$/],
	['kept: all', /until: is missing$/],
])('a goal that can’t be understood is refused: %s', (goal, problem) => {
	expect(labs.problemOf({lab: `${front()}${page(`goals:\n  - ${goal}`)}`})).toMatch(problem);
});

const GOALS = `
task: Write the entry path.
go: before syscall
entry: empty.s
may-change: entry
goals:
  - {attack: [plain, marked-registers]}
mistakes:
  - {when: {broken: kernel-stack}, text: rsp was not changed., by: [{entry: no-switch.s}, {go: end}]}
hints: [Look at the registers., Think of rsp., Write it all.]`;
const SOLUTION = 'format: 1\nsteps:\n  - step: A page\n    do: [{entry: whole.s}]\n';
const FILES = {'empty.s': EMPTY, 'whole.s': WHOLE, 'no-switch.s': NO_SWITCH};

/** What is found about a lab in which an entry path is to be written. */
const found = (options = GOALS, solution = SOLUTION, files: Readonly<Record<string, string>> = FILES): string[] => findingsOf(labs.prove({lab: `${front()}${page(options)}`, solution, files}));

describe('a step in which an entry path is to be written', () => {
	test('is sound with a solution and a mistake that are files of the lab’s folder', () => {
		expect(found()).toEqual([]);
	});

	test('is not, if the solution leaves something out', () => {
		expect(found(GOALS, SOLUTION, {...FILES, 'whole.s': NO_POP})[0]).toMatch(/^solution 21:5: the solution does not meet the goal “the entry path holds against `plain`, `marked-registers`”: Plain: step /);
	});

	test('is not, if it does not allow its learner an entry path', () => {
		expect(found(GOALS.replace('may-change: entry', 'may-change: rdi'))).toEqual([expect.stringMatching(/^solution solution\.yaml:3:11: the solution changes what the step does not allow\. This step is not about an entry path of your own: change rdi here\./)]);
	});

	test('is not, if its goal is met whatever the learner has written', () => {
		expect(found(GOALS.replace('{attack: [plain, marked-registers]}', '{attack: bad-ip}'))[0]).toMatch(/^start 21:5: the goal “the entry path holds against `bad-ip`” is met before anything is done/);
	});

	test('names a file that is not there, or that does not assemble', () => {
		expect(found(GOALS, SOLUTION.replace('whole', 'hole'))).toEqual(['broken solution.yaml:3:11: hole.s is not in the lab’s folder; put the file there']);
		expect(found(GOALS.replace('no-switch', 'other'))).toEqual(['broken 23:5: other.s is not in the lab’s folder; put the file there']);
		expect(found(GOALS, SOLUTION, {...FILES, 'whole.s': `${EMPTY}\tfoo\n`})).toEqual([expect.stringMatching(/^broken whole\.s:4:/)]);
	});
});

test('the solution is told line by line: what the step’s own entry path lacks', () => {
	const bench = labs.bench({lab: `${front()}${page(GOALS)}`, solution: SOLUTION, files: {...FILES, 'whole.s': EMPTY.replace('sysretq', 'swapgs # the kernel’s\n\tswapgs\n\tsysretq')}});
	const {session, work} = enterStep(openSession(bench.lab), bench, 0);
	finish(work);
	expect(pageOf(showSolution(session), bench).solution).toEqual(['1. write into the entry path, in this order:', '`swapgs`', '`swapgs`']);
	expect(describeAction({entry: 'whole.s'})).toBe('take whole.s as the entry path');
});

describe('a learner’s own entry path', () => {
	const bench = labs.bench({lab: `${front()}${page(GOALS)}${page('go: before syscall\nkernel: {isolation: true}', 'Another')}`, files: FILES});
	const [step, other] = bench.lab.steps;
	const session = () => {
		const entered = enterStep(openSession(bench.lab), bench, 0);
		finish(entered.work);
		return entered.session;
	};

	test('is taken as a text, again and again, and judged', () => {
		const take = (text: string) => {
			const {session: set, work} = applySettings(session(), bench, {entry: {name: 'mine.s', text}});
			finish(work);
			return check(set, bench);
		};

		expect(currentRecord(take(EMPTY)).done).toBe(false);
		expect(take(NO_SWITCH).goals[0].sentence).toMatch(/mine\.s:\d+ “pushq \$__USER_DS”/);
		expect([take(WHOLE).goals[0].state, currentRecord(take(WHOLE)).done]).toEqual(['met', true]);
	});

	test('that does not assemble leaves the machine as it was, and says where', () => {
		const before = session();
		const {laboratory} = bench;
		const attempt = () => applySettings(before, bench, {entry: {name: 'mine.s', text: `${EMPTY}\tmovq %rax\n`}});
		expect(attempt).toThrow(AssemblyError);
		expect(attempt).toThrow(/mine\.s:4/);
		expect(bench.laboratory).toBe(laboratory);
	});

	test('begins with the step’s text, or with the kernel’s own', () => {
		expect([bench.givenEntry(step)?.text, bench.givenEntry(other)]).toEqual([EMPTY, undefined]);
		finish(bench.begin(other));
		expect(entryToBeginWith().trimEnd()).toBe(entryText([], {isolation: true}));
		expect([settingRefusal(step, 'entry'), settingRefusal(other, 'entry')]).toEqual([undefined, expect.stringMatching(/^This step is not about an entry path of your own/)]);
	});
});

describe('the file of an entry path', () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'syscall-lab-entry-'));
	afterAll(() => rmSync(folder, {recursive: true, force: true}));
	const at = (name: string): string => path.join(folder, name);

	test('is made where there is none, and is the learner’s from then on', () => {
		expect(takeEntryFile(at('door.s'), 'door.s', EMPTY)).toEqual({entry: {name: 'door.s', text: EMPTY}, made: true});
		writeFileSync(at('door.s'), 'mine');
		expect(takeEntryFile(at('door.s'), 'door.s', EMPTY)).toEqual({entry: {name: 'door.s', text: 'mine'}, made: false});
		expect(readFileSync(at('door.s'), 'utf8')).toBe('mine');
	});

	test('that can’t be read or made is told with its reason', () => {
		writeFileSync(at('binary'), '\0');
		const cases: readonly (readonly [name: string, reason: string])[] = [['.', 'this is a folder'], ['no/door.s', 'there is no such folder'], ['door.s/x', 'a part of this path is no folder'], ['binary', 'this is no assembly text']];
		for (const [name, reason] of cases) expect(() => takeEntryFile(at(name), name, EMPTY), name).toThrow(new EntryFileError(`${name}: ${reason}; give ${name === 'binary' ? 'a' : 'the path of a'} .s file`));
		expect(existsSync(at('no'))).toBe(false);
	});
});
