import {afterAll, describe, expect, test} from 'vitest';
import {answer, applySettings, changed, check, currentRecord, enterStep, forgetStep, type LabSession, maySkip, moved, openQuestion, openSession, recordOf, showHint, showSolution} from '../../source/lab/session/lab-session.js';
import {pageOf} from '../../source/lab/session/page.js';
import {changeRefusal, settingRefusal} from '../../source/lab/session/permission.js';
import {finish, type Workbench} from '../../source/lab/session/workbench.js';
import {front, LabsFolder, page} from './labs.js';

const labs = new LabsFolder();
afterAll(() => labs.remove());

const READ = '\n## Read\n\nOnly text, with [[words]], `code` and rdi = ${rdi before syscall}.\n\n- one\n- two\n\n```c\nint main(void);\n```\n\n```yaml\ngo: after syscall\n```\n';

const ASK = page(`
task: Answer.
go: before syscall
show: [stacks, code]
predictions:
  - {ask: What will rcx hold?, number: "rcx after syscall[next]"}
  - {ask: Which stack?, choice: "stack after syscall[next]", choices: [{is: user}, {is: thread}]}`, 'Ask');

const DO = page(`
task: Set rdi to \${closed}.
go: before syscall
goals:
  - {goal: The call answers EBADF., call: write, result: -EBADF}
  - {path: sysret}
mistakes:
  - {when: {call: write, result: -EFAULT}, text: "rsi was \${hex(syscall.args[1])}.", by: [{set: rsi=0}, {go: end}]}
  - {when: {call: write, result: 6}, text: Nothing was changed., by: [{go: end}]}
hints: [Look at rdi., "It is \${closed}, not 1.", Set it.]
mainline: Linux does the same (fs/read_write.c).`, 'Do');

const LAB = `${front({values: '{closed: {from: 60, to: 61}}', 'skipped-by': '2'})}${ASK}${READ}${DO}`;
const SOLUTION = 'format: 1\nsteps:\n  - step: Do\n    do: [{set: rdi=closed}, {go: end}]\n    explain: "${closed} is not open."\n';

/** A session at a step, with its machine. */
function at(index: number, text = LAB): {readonly session: LabSession; readonly bench: Workbench} {
	const bench = labs.bench({lab: text, solution: SOLUTION});
	const {session, work} = enterStep(openSession(bench.lab), bench, index);
	finish(work);
	return {session: moved(session, bench), bench};
}

/** Makes changes as the app does. */
function change(session: LabSession, bench: Workbench, text: string): LabSession {
	bench.laboratory.change(bench.changesOf({type: 'changes', text}));
	return changed(session, bench);
}

function run(session: LabSession, bench: Workbench): LabSession {
	finish(bench.laboratory.goToPlace({to: 'end'}));
	return moved(session, bench);
}

describe('a step with goals', () => {
	test('begins with its goals open, each said in words', () => {
		const {session} = at(2);
		expect(session.goals).toEqual([
			{state: 'open', wanted: 'The call answers EBADF.', sentence: ''},
			{state: 'open', wanted: 'the call leaves the kernel by SYSRET', sentence: ''},
		]);
	});

	test('checked at its start: what is missing is said, the failed check is counted, no mistake was made yet', () => {
		const {session, bench} = at(2);
		const checked = check(session, bench);
		expect(checked.goals.map(({state}) => state)).toEqual(['pending', 'pending']);
		expect([checked.message, currentRecord(checked)]).toEqual([undefined, {seen: true, done: false, checks: 1, hints: 0, solution: false, answers: []}]);
	});

	test('done as it was asked for, it is done, and each goal says what the machine did', () => {
		const {session, bench} = at(2);
		const checked = check(run(change(session, bench, 'rdi=closed'), bench), bench);
		expect(checked.goals.map(({state}) => state)).toEqual(['met', 'met']);
		expect(checked.message).toEqual({kind: 'done', text: 'Done.'});
		expect(checked.goals.map(({sentence}) => sentence).join(' ')).toMatch(/^write answered -9 \(EBADF, Bad file descriptor\): rdi was 6[01]: .* write left the kernel by SYSRET\.$/);
		expect(currentRecord(checked)).toMatchObject({done: true, checks: 0});
	});

	test.each([
		['rsi=0', 'rsi was 0x0.'],
		['rdi=1', 'Nothing was changed.'],
	])('the mistake of %s is explained: %s', (text, message) => {
		const {session, bench} = at(2);
		const checked = check(run(change(session, bench, text), bench), bench);
		expect([checked.message, checked.goals[0].state, currentRecord(checked).done]).toEqual([{kind: 'mistake', text: message}, 'unmet', false]);
	});

	test('a change makes what came after it unseen, and the goals open again', () => {
		const {session, bench} = at(2);
		const over = check(run(session, bench), bench);
		expect(over.goals[0].state).toBe('unmet');
		finish(bench.laboratory.goToPlace({to: 'before', event: 'syscall', nth: 1}));
		const back = moved(over, bench);
		expect([back.reached, back.goals[0].state]).toEqual([over.reached, 'unmet']);
		const again = change(back, bench, 'rdi=closed');
		expect([again.reached, again.goals[0].state, again.message]).toEqual([bench.laboratory.step, 'open', undefined]);
		expect(check(again, bench).goals[0].state).toBe('pending');
	});

	test('the next visit begins with the run as the lab gives it', () => {
		const {session, bench} = at(2);
		const done = check(run(change(session, bench, 'rdi=closed'), bench), bench);
		const {session: next, work} = enterStep(done, bench, 2);
		finish(work);
		const entered = moved(next, bench);
		expect([bench.laboratory.moment().registers.general.rdi, entered.goals[0].state, entered.reached]).toEqual([1n, 'open', bench.laboratory.step]);
		expect(check(run(entered, bench), bench).goals[0].state).toBe('unmet');
		expect(currentRecord(entered).done).toBe(true);
	});
});

describe('a step with questions', () => {
	test('asks them one after the other, and is done when all are answered, rightly or not', () => {
		const {session, bench} = at(0);
		const first = openQuestion(session, bench);
		expect(first).toMatchObject({index: 0, kind: 'number', text: 'What will rcx hold?'});
		const wrong = answer(session, bench, 0, '7');
		expect([wrong.message?.kind, currentRecord(wrong).answers, currentRecord(wrong).done]).toEqual(['wrong', [{given: '7', right: false, tries: 1}, undefined], false]);
		const second = openQuestion(wrong, bench);
		expect(second).toMatchObject({index: 1, kind: 'choice'});
		const both = answer(wrong, bench, 1, second?.options.indexOf('user') ?? -1);
		expect([both.message?.kind, currentRecord(both).done, openQuestion(both, bench)]).toEqual(['right', true, undefined]);
		const again = answer(both, bench, 0, 'behind');
		expect(currentRecord(again).answers[0]).toEqual({given: 'behind', right: true, tries: 2});
	});

	test('an answer that is none does not count', () => {
		const {session, bench} = at(0);
		const none = answer(session, bench, 0, '?');
		expect([none.message?.kind, currentRecord(none).answers]).toEqual(['unreadable', []]);
		expect(answer(session, bench, 5, '1')).toBe(session);
	});

	test('a question that the machine does not come to where it stands says so, and does not count', () => {
		const {session, bench} = at(0);
		const over = run(session, bench);
		expect(answer(over, bench, 0, '1').message).toEqual({kind: 'unreadable', text: 'The machine has no answer to this one here: the run has not come past the next syscall. Begin the step again.'});
	});

	test('right answers at once let the lab be skipped', () => {
		const {session, bench} = at(0);
		const options = openQuestion(answer(session, bench, 0, '7'), bench)?.options ?? [];
		const right = answer(answer(session, bench, 0, 'behind'), bench, 1, options.indexOf('user'));
		expect([maySkip(session), maySkip(answer(session, bench, 0, 'behind')), maySkip(right)]).toEqual([false, false, true]);
		expect(maySkip(answer(answer(session, bench, 0, '7'), bench, 0, 'behind'))).toBe(false);
	});
});

describe('the page', () => {
	test('shows text, task and goals with the learner’s values, and of help only what was asked for', () => {
		const {session, bench} = at(2);
		const closed = String(bench.values.get('closed'));
		expect(pageOf(session, bench)).toEqual({
			title: 'Do', number: 3, count: 3, blocks: [{kind: 'paragraph', text: 'Some text.', line: expect.any(Number) as number}], task: `Set rdi to ${closed}.`, mainline: 'Linux does the same (fs/read_write.c).',
			questions: {count: 0, answered: 0}, goals: session.goals, hints: [], hintCount: 3, panes: [], done: false,
		});
		const helped = showSolution(showHint(showHint(session)));
		expect(pageOf(helped, bench)).toMatchObject({hints: ['Look at rdi.', `It is ${closed}, not 1.`], solution: ['1. set rdi=closed', '2. go to end', `${closed} is not open.`]});
		expect(currentRecord(showHint(showHint(showHint(helped)))).hints).toBe(3);
		expect(currentRecord(forgetStep(helped))).toEqual({seen: false, done: false, checks: 0, hints: 0, solution: false, answers: []});
	});

	test('shows lists, code and links of a step that is only read, which is done by that', () => {
		const {session, bench} = at(1);
		const shown = pageOf(session, bench);
		expect(shown.blocks.map(block => (block.kind === 'code' ? block.lines : block.text))).toEqual(['Only text, with [[words]], `code` and rdi = 1.', 'one', 'two', ['int main(void);']]);
		expect([shown.done, shown.task, shown.question]).toEqual([true, undefined, undefined]);
	});

	test('shows the question that is open', () => {
		const {session, bench} = at(0);
		expect(pageOf(session, bench)).toMatchObject({question: {index: 0, text: 'What will rcx hold?'}, questions: {count: 2, answered: 0}, panes: ['stacks', 'code']});
		expect(pageOf(answer(session, bench, 0, '1'), bench)).toMatchObject({question: {index: 1}, questions: {count: 2, answered: 1}, message: {kind: 'wrong'}});
	});
});

test('what is kept of a session opens it again where it was left, with all that was done', () => {
	const {session, bench} = at(0);
	const answered = answer(session, bench, 0, '7');
	const {session: next, work} = enterStep(answered, bench, 2);
	finish(work);
	const helped = showHint(check(moved(next, bench), bench));
	const kept = JSON.parse(JSON.stringify(recordOf(helped))) as ReturnType<typeof recordOf>;
	expect(kept).toMatchObject({at: 'Do', count: 3, steps: {Ask: {seen: true}, Do: {checks: 1, hints: 1}}});
	expect(Object.keys(kept.steps)).toEqual(['Ask', 'Do']);
	const reopened = openSession(bench.lab, recordOf(helped));
	expect([reopened.step, reopened.records]).toEqual([2, helped.records]);
	expect(openSession(bench.lab, {...recordOf(helped), at: 'a step that is gone'}).step).toBe(0);
});

test('steps can be gone to in any order, and no further than there are', () => {
	const {session, bench} = at(0);
	expect([enterStep(session, bench, 2).session.step, enterStep(session, bench, 99).session.step, enterStep(session, bench, -1).session.step]).toEqual([2, 2, 0]);
});

describe('steps that differ in what they run', () => {
	const program = '\t.globl _start\n_start: movl $60, %eax\n\tmovl $7, %edi\n\tsyscall\n';
	const text = `${front()}${page('go: before syscall', 'One')}${page('program: other.s\ngo: before syscall', 'Two')}${page('kernel: {isolation: true}\ngo: before syscall\nmay-change: [isolation, rdi]', 'Three')}${page('args: [./x, y]\nenv: [A=b]\ngo: start', 'Four')}`;
	const bench = labs.bench({lab: text, files: {'other.s': program}});

	/** The machine of a step. */
	function machineOf(index: number): Workbench['laboratory'] {
		finish(bench.begin(bench.lab.steps[index]));
		return bench.laboratory;
	}

	test('each step has its own machine, and coming back finds the one before', () => {
		const one = machineOf(0);
		const two = machineOf(1);
		expect([two.moment().registers.general.rdi, machineOf(0)]).toEqual([7n, one]);
		expect(machineOf(2).recording.kernel.isolation).toBe(true);
		const four = machineOf(3);
		expect(bench.scene(0).recording).toBe(four.recording);
		finish(four.goToPlace({to: 'start'}));
		expect(four.moment().userStack.words.find(({address}) => address === four.moment().registers.general.rsp)?.value).toBe(2n);
	});

	test('a learner’s own settings begin the step again on another kernel', () => {
		machineOf(2);
		const session = enterStep(openSession(bench.lab), bench, 2);
		finish(session.work);
		const {session: set, work} = applySettings(session.session, bench, {kernel: {isolation: false, audit: true}});
		finish(work);
		expect([bench.laboratory.recording.kernel.isolation, set.settings]).toEqual([false, {kernel: {isolation: false, audit: true}}]);
		expect(enterStep(set, bench, 2).session.settings).toEqual({});
	});

	test('what a step allows to be changed can be, the rest is refused with what can', () => {
		const [one, , three] = bench.lab.steps;
		expect(changeRefusal(one, {kind: 'register', register: 'rax', value: 1n})).toBeUndefined();
		expect(changeRefusal(three, {kind: 'register', register: 'rdi', value: 1n})).toBeUndefined();
		expect(changeRefusal(three, {kind: 'register', register: 'rax', value: 1n})).toBe('This step is not about rax: change isolation, rdi here. In free play everything can be changed.');
		expect(changeRefusal(three, {kind: 'memory', place: {offset: 0n}, bytes: [1]})).toMatch(/not about memory/);
		expect([settingRefusal(three, 'isolation'), settingRefusal(one, 'isolation')]).toEqual([undefined, 'This step is not about isolation: change registers, memory, input here. In free play everything can be changed.']);
	});
});

test('a program can be executed from the machine’s file system, with files beside it', () => {
	const program = `	.globl _start
_start:	movl $2, %eax
	leaq name(%rip), %rdi
	xorl %esi, %esi
	syscall
	movl %eax, %edi
	xorl %eax, %eax
	leaq buffer(%rip), %rsi
	movl $4, %edx
	syscall
	movl $1, %eax
	movl $1, %edi
	leaq buffer(%rip), %rsi
	movl $4, %edx
	syscall
	movl $59, %eax
	leaq child(%rip), %rdi
	leaq arguments(%rip), %rsi
	xorl %edx, %edx
	syscall
	.data
name:	.asciz "/etc/motd"
child:	.asciz "/bin/child"
arguments: .quad child, 0
	.bss
buffer:	.zero 8
`;
	const child = '\t.globl _start\n_start: movl $60, %eax\n\tmovl (%rsp), %edi\n\taddl $40, %edi\n\tsyscall\n';
	const text = `${front({executed: 'true', files: '{/etc/motd: motd.txt, /bin/child: child.s}', terminal: 'true'})}${page('go: start')}`;
	const bench = labs.bench({lab: text, program, files: {'motd.txt': 'four and more', 'child.s': child}});
	finish(bench.laboratory.goToPlace({to: 'end'}));
	expect([bench.laboratory.moment().console, bench.laboratory.moment().outcome]).toEqual(['four', {kind: 'exited', status: 41}]);
});

test('a run that begins where the machine is switched on can be walked through from its first instruction', () => {
	const bench = labs.bench({lab: `${front({begins: 'power-on'})}${page('go: start')}${page('go: "before boot[trap_init]"', 'Traps')}`});
	finish(bench.begin(bench.lab.steps[0]));
	expect([bench.laboratory.origin, bench.laboratory.step, bench.laboratory.moment().code.symbol]).toEqual([0, 0, 'startup_64']);
	finish(bench.begin(bench.lab.steps[1]));
	expect(bench.laboratory.moment().code.symbol).toBe('trap_init');
	bench.laboratory.toStart();
	bench.laboratory.change(bench.changesOf({type: 'changes', text: 'rbx=1'}));
	finish(bench.begin(bench.lab.steps[0]));
	expect(bench.laboratory.moment().registers.general.rbx).toBe(0n);
});
