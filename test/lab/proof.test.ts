import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, describe, expect, test, vi} from 'vitest';
import {measurePage} from '../../source/commands/lab-fit.js';
import {listLabs, readEntry} from '../../source/lab/catalogue.js';
import {findingLine} from '../../source/lab/proof/finding.js';
import {strayInCollection} from '../../source/lab/proof/folder-checks.js';
import {Library} from '../../source/lab/proof/library.js';
import {proveLab} from '../../source/lab/proof/prove.js';
import {labsFolder} from '../../source/lab/read-program.js';
import {skeleton, skeletonName} from '../../source/lab/skeleton.js';
import {findingsOf, front, LabsFolder, page, PROGRAM} from './labs.js';

vi.setConfig({testTimeout: 240_000});

const labs = new LabsFolder();
afterAll(() => labs.remove());

const library = Library.of([labsFolder()]);

test.each(listLabs().map(entry => [entry.name, entry] as const))('the lab %s is sound', (_name, entry) => {
	const report = proveLab(entry, {library, measure: measurePage});
	expect(report.findings.map(findingLine)).toEqual([]);
	expect(report.status).toBe('sound');
});

test('nothing stands among the labs that belongs to none', () => {
	expect(strayInCollection(labsFolder(), library)).toEqual([]);
});

const GOALS = `
task: Set rdi to a number that nothing has.
go: before syscall
goals:
  - {call: write, result: -EBADF}
hints: [Look at the registers., It is the file of the call., Set rdi to 77.]`;

const SOLUTION = 'format: 1\nsteps:\n  - step: A page\n    do: [{set: rdi=77}, {go: end}]\n';

/** What is found about a lab with one page. */
const found = (options: string, solution = SOLUTION, changes: {readonly front?: Readonly<Record<string, string>>; readonly text?: string; readonly program?: string; readonly files?: Readonly<Record<string, string>>} = {}): string[] =>
	findingsOf(labs.prove({lab: `${front(changes.front)}${page(options, 'A page', changes.text)}`, solution, program: changes.program ?? PROGRAM, files: changes.files ?? {}}));

test('a lab that is as it must be is sound', () => {
	expect(found(GOALS)).toEqual([]);
	const report = labs.prove({lab: `${front()}${page(GOALS)}`, solution: SOLUTION});
	expect(report).toMatchObject({status: 'sound', steps: 1, goals: 1, questions: 0, mistakes: 0});
});

describe('a proof fails with line and column where', () => {
	const CASES: readonly (readonly [what: string, options: string, solution: string, findings: readonly string[], program?: string])[] = [
		['a goal is met at the start', GOALS.replace('result: -EBADF', 'result: -EBADF}\n  - {value: rdx, is: 6'), SOLUTION, [
			'start 20:5: the goal “`rdx` is 6” is met before anything is done; ask for something that the learner brings about',
			'solution 20:5: the solution does not meet the goal “`rdx` is 6”: `rdx` was 244; wanted: 6.',
		]],
		['a mistake applies at the start', `${GOALS}\nmistakes:\n  - {when: {value: rdi before syscall, is: 1}, text: One., by: [{set: rdx=5}, {go: end}]}`, SOLUTION, ['start 22:5: this mistake applies before anything is done; make its condition narrower']],
		['there is no solution', GOALS, 'format: 1\nsteps: []\n', ['solution 10:1: there is no worked solution of this step; add one to solution.yaml']],
		['the solution does not solve', GOALS, SOLUTION.replace('77', '1'), ['solution 19:5: the solution does not meet the goal “write answers `-EBADF`”: write answered 6. Wanted: `-EBADF`.']],
		['the solution does not run far enough', GOALS, SOLUTION.replace(', {go: end}', ''), ['solution 19:5: the solution does not meet the goal “write answers `-EBADF`”: No write has been made yet.']],
		['the solution changes what can’t be changed', GOALS, SOLUTION.replace('rdi=77', '"[0]=01"'), ['solution solution.yaml:3:11: nothing is mapped at 0x0 here: choose an address of the program’s or the kernel’s memory']],
		['the solution changes what the step does not allow', `${GOALS}\nmay-change: rsi`, SOLUTION, ['solution solution.yaml:3:11: the solution changes what the step does not allow. This step is not about rdi: change rsi here. In free play everything can be changed. Add it to may-change.']],
		['a goal is met whatever is left out', GOALS.replace('{call: write, result: -EBADF}', '{event: swapgs}'), SOLUTION.replace('{set: rdi=77}', '{go: after sysret}'), ['accident 19:5: the goal “swapgs happens” is met under every solution that was spoilt, too; ask for something that depends on what the learner does']],
		['all goals are met without the changes', GOALS.replace('{call: write, result: -EBADF}', '{call: getpid, result: 42}'), SOLUTION, ['accident 10:1: all goals are met by running on without the changes of the solution; ask for something that depends on them']],
		['a mistake is not noticed', `${GOALS}\nmistakes:\n  - {when: {call: write, result: -EFAULT}, text: No., by: [{set: rdi=3}, {go: end}]}`, SOLUTION, ['mistake 22:5: what “by” does is not noticed as this mistake: write answered -9 (EBADF, Bad file descriptor): rdi was 3: no such descriptor is open for that. Wanted: `-EFAULT`.']],
		['a mistake is hidden by another', `${GOALS}\nmistakes:\n  - {when: {call: write, result: error}, text: No., by: [{set: rsi=0}, {go: end}]}\n  - {when: {call: write, result: -EFAULT}, text: No., by: [{set: rsi=0}, {go: end}]}`, SOLUTION, ['mistake 23:5: what “by” does is noticed as mistake 1 already; put the narrower condition first']],
		['a mistake is none', `${GOALS}\nmistakes:\n  - {when: {call: write, result: error}, text: No., by: [{set: rdi=99}, {go: end}]}`, SOLUTION, ['mistake 22:5: what “by” does meets all goals, so that no mistake is told; it must miss one']],
		['a mistake stands where nothing is checked', 'mistakes:\n  - {when: {exit: 0}, text: No., by: [{go: end}]}', SOLUTION, ['mistake 16:5: mistakes are noticed where goals are checked, and this step has none; add goals or leave the mistakes out']],
		['a program never ends', GOALS, SOLUTION, ['solution 10:1: the run does not come to where it is to go; give the program an end, or go to a point that it comes to'], '\t.globl _start\n_start: movl $1, %eax\n\tmovl $1, %edi\n\txorl %edx, %edx\n\tsyscall\t# C: write(1, 0, 0);\n1:\tjmp 1b\n'],
		['no choice is the machine’s', 'predictions:\n  - {ask: Where?, choice: stack, choices: [{is: thread}, {is: entry}]}', SOLUTION, ['question 16:11: none of the choices is what the machine does; exactly one must be']],
		['two choices are', 'predictions:\n  - {ask: Where?, choice: stack, choices: [{is: user, text: a}, {is: user, text: b}]}', SOLUTION, ['question 16:11: 2 of the choices is what the machine does; exactly one must be']],
		['two choices read the same', 'predictions:\n  - {ask: Where?, choice: stack, choices: [{is: user, text: a}, {is: thread, text: a}]}', SOLUTION, ['question 16:11: two choices read the same (a, a); give them other texts or values']],
		['a misconception is right', 'predictions:\n  - {ask: What?, number: rip, misconceptions: [{answer: _start, because: No.}]}', SOLUTION, ['question 16:11: the misconception _start comes to the right answer']],
		['a number is a text', 'predictions:\n  - {ask: What?, number: stack}', SOLUTION, ['question 16:11: the answer is a text; ask for a choice instead']],
		['no register holds the value', 'predictions:\n  - {ask: Which?, register: 0x123456789, at: start}', SOLUTION, ['question 16:11: no register holds that value there']],
		['there is nothing to be put in order', 'predictions:\n  - {ask: How?, order-of: push, by: slot, from: start, to: "before syscall"}', SOLUTION, ['question 16:11: there are 0 things to be put in order; there must be two or more']],
		['the machine never comes to what is asked about', 'predictions:\n  - {ask: What?, number: "rcx after syscall[7]"}', SOLUTION, ['question 16:11: the machine has no answer: the run has not come past the 7th syscall']],
		['there are no hints', GOALS.replace(/hints: .*/, ''), SOLUTION, ['hint 10:1: the step has goals and no hints; add 3: a nudge, a pointer, the answer']],
		['the first hint has the solution’s value', GOALS.replace('Look at the registers.', 'Try 0x4d.'), SOLUTION, ['hint 20:9: the first hint gives the value of rdi, 0x4d, away; only nudge here, and keep that for the third']],
		['the first hint has a small value beside its register', GOALS.replace('Look at the registers.', 'rdi could be 5.'), SOLUTION.replace('77', '5'), ['hint 20:9: the first hint gives the value of rdi, 0x5, away; only nudge here, and keep that for the third']],
		['the first hint names what the solution uses', GOALS.replace('Look at the registers.', 'behind is a good number.'), SOLUTION.replace('77', 'behind'), ['hint 20:9: the first hint gives behind away; only nudge here, and keep that for the third']],
		['the first hint has the answer to a question', `${GOALS.replace('Look at the registers.', 'Think of r11.')}\npredictions:\n  - {ask: Which?, register: rflags before syscall, at: after syscall}`, SOLUTION, ['hint 20:9: the first hint gives the answer r11 away; only nudge here, and keep that for the third']],
		['the first hint has the right choice', `${GOALS.replace('Look at the registers.', 'On the User Pile!')}\npredictions:\n  - {ask: Where?, choice: stack, choices: [{is: user, text: on the user pile}, {is: thread}]}`, SOLUTION, ['hint 20:9: the first hint gives the answer “on the user pile” away; only nudge here, and keep that for the third']],
		['goals have no task', GOALS.replace(/task: .*\n/, ''), SOLUTION, ['text 10:1: the step has goals and no task; say what is to be done']],
		['a note names no file of Linux', `${GOALS}\nmainline: Linux does it too.`, SOLUTION, ['text 21:11: this note names no file of Linux; add one such as arch/x86/entry/entry_64.S']],
		['something is still to be written', `${GOALS}\nmainline: TODO (fs/read_write.c)`, SOLUTION, ['text 21:11: this mainline still says TODO; write it']],
		['another text is too long', `${GOALS}\nmainline: ${'word '.repeat(40)}fs/read_write.c`, SOLUTION, ['text 21:11: this mainline has 41 words; write at most 40']],
		['the program says nothing of C', GOALS, SOLUTION, ['text program.s:1:1: no line says which C it stands for; add comments such as “# C: write(1, message, 12);”'], PROGRAM.replaceAll('# C:', '#')],
		['the program is still to be written', GOALS, SOLUTION, ['text program.s:1:1: the program still says TODO; write it'], `# TODO\n${PROGRAM}`],
	];

	test.each(CASES.map(([what, options, solution, findings, program]) => ({what, options, solution, findings, program})))('$what', ({options, solution, findings, program}) => {
		expect(found(options, solution, program === undefined ? {} : {program})).toEqual(findings);
	});

	test('text and task have more than 80 words', () => {
		expect(found(GOALS, SOLUTION, {text: 'word '.repeat(73)})).toEqual(['text 10:1: text and task have 81 words; at most 80 are read at a screen: shorten them or make two steps of it']);
		expect(found(GOALS, SOLUTION, {text: 'word '.repeat(72)})).toEqual([]);
	});

	test('a file belongs to nothing, or the folder’s name is none', () => {
		expect(found(GOALS, SOLUTION, {files: {'notes.txt': ''}})).toEqual(['folder notes.txt:1:1: notes.txt belongs to nothing in this lab; remove it, or include it in a program']);
		expect(found(GOALS, SOLUTION, {files: {'more.s': ''}, program: `${PROGRAM}\t.include "more.s"\n`})).toEqual([]);
		expect(findingsOf(labs.prove({lab: `${front()}${page(GOALS)}`, solution: SOLUTION, name: 'Mine'}))).toEqual(['folder 1:1: the folder is called Mine; call it by two digits and words, such as 06-the-stack-switch']);
	});

	test('a lab that is needed is missing', () => {
		expect(found(GOALS, SOLUTION, {front: {needs: '[the-stck-switch]'}})[0]).toMatch(/^needs 8:1: there is no lab the-stck-switch.*; there are .*06-the-stack-switch/);
		expect(found(GOALS, SOLUTION, {front: {needs: '[6]'}})).toEqual([]);
	});
});

describe('among labs of their own', () => {
	const own = new LabsFolder();
	afterAll(() => own.remove());
	own.write('glossary.md', '## door\nAlso: doors\n\nOne. Two. Three.\n\nSee: there.\n\n## CPL\n\nOne. Two. Three.\n\nSee: there.\n');

	/** What is found about a lab of this folder. */
	function prove(name: string, keys: Readonly<Record<string, string>>, text: string): string[] {
		const folder = own.add({name, lab: `${front(keys)}${page('go: before syscall', 'A page', text)}${page('go: before syscall', 'Another', 'Doors and CPL.')}`});
		const entry = readEntry(folder);
		return entry === undefined ? [] : findingsOf(proveLab(entry, {library: Library.of([own.path]), measure: () => undefined, seeds: [1n]}));
	}

	test('words must be explained before they are used, by this lab or by one that it needs', () => {
		expect(prove('01-first', {teaches: '[door, CPL]'}, 'A [[door]] and [[CPL]].')).toEqual([]);
		expect(prove('02-second', {needs: '[01]'}, 'A door.')).toEqual([]);
		expect(prove('03-third', {teaches: '[door]'}, 'A door.')).toEqual([
			'term 8:1: teaches names door, and no step explains it; write [[door]] where its text does',
			'term 13:3: door is used before it is explained; explain it here as [[door]], or use it later',
			'term 21:1: door is used before it is explained; explain it here as [[door]], or use it later',
			'term 21:11: CPL is used before it is explained; explain it (teaches, and [[…]] in the text), need a lab that does, or use another word',
		]);
	});

	test('what is taught must be in the glossary, and links must lead somewhere', () => {
		expect(prove('04-fourth', {needs: '[01]', teaches: '[dor]'}, 'See [[gate]], [that](lab:01) and [this](lab:77).')).toEqual([
			'term 9:1: teaches names dor, which the glossary does not have; did you mean door?; add it to glossary.md',
			'link 14:5: the glossary has no gate; add it to glossary.md or leave the brackets out',
			'link 14:41: there is no lab 77; give a number such as lab:06',
		]);
	});

	test('labs must not need each other, and no two have one number', () => {
		prove('05-fifth', {needs: '[06]'}, 'Text.');
		expect(prove('06-sixth', {needs: '[05, 01]'}, 'Text.')).toEqual(['needs 8:1: labs need each other: 06-sixth → 05-fifth → 06-sixth; take one of them out of needs']);
		expect(prove('06-again', {needs: '[01]'}, 'Text.')).toEqual(['folder 1:1: 06-sixth has the same number; give one of them another']);
	});

	test('a glossary that can’t be read is refused with its line', () => {
		const broken = mkdtempSync(path.join(tmpdir(), 'syscall-lab-glossary-'));
		const problemOf = (text: string): string => {
			writeFileSync(path.join(broken, 'glossary.md'), text);
			try {
				Library.of([broken]);
			} catch (error) {
				return error instanceof Error ? error.message.slice(broken.length + 1) : '';
			}

			return 'none';
		};

		expect(problemOf('## a\n\nOne. Two.\n\nSee: x\n')).toBe('glossary.md:1:4: a: has 2 sentences; write exactly 3');
		expect(problemOf('\n## a\n\nOne. Two. Three.\n')).toBe('glossary.md:2:4: a: does not say where to see it; add a line that begins with “See:”');
		expect(problemOf('## \n\nOne. Two. Three.\nSee: x\n')).toBe('glossary.md:1:4: the entry: has no name; write it behind ##');
		expect(problemOf('## a\nAlso: b\n\nOne. Two. Three.\nSee: x\n## b\n\nOne. Two. Three.\nSee: x\n')).toBe('glossary.md:6:4: b is explained twice, by a on line 1 already; leave it out of one');
		expect(problemOf('## a\n\nOne with `a.b c. d`. Two! Three?\nSee: x\n')).toBe('none');
		mkdirSync(path.join(broken, '00-x'));
		writeFileSync(path.join(broken, 'notes.txt'), '');
		expect(strayInCollection(broken, Library.of([broken])).map(({file}) => path.basename(file))).toEqual(['00-x', 'notes.txt']);
		rmSync(broken, {recursive: true});
	});
});

test('a lab that can’t be read or run is broken, with the places in its own files', () => {
	const broken = (text: Parameters<LabsFolder['prove']>[0]): unknown => {
		const report = labs.prove(text);
		return [report.status, findingsOf(report)];
	};

	expect(broken({lab: front()})).toEqual(['broken', ['broken 9:1: no step was found; begin each with a heading such as “## A request”']]);
	expect(broken({lab: `${front()}${page('task: x')}`, program: '\t.globl _start\n_start: frob\n\tfrobs\n'})).toEqual(['broken', [
		'broken program.s:2:1: There is no instruction frob. Check its spelling and its size suffix.',
		'broken program.s:3:2: There is no instruction frobs. Check its spelling and its size suffix.',
	]]);
});

test('a page that does not fit is found, with its questions and goals, and so is any other text', () => {
	const options = `${GOALS}\npredictions:\n  - {ask: Which?, register: rflags before syscall, at: after syscall}`;
	const measured: string[] = [];
	const report = labs.prove({lab: `${front()}${page(options)}`, solution: SOLUTION}, shown => {
		measured.push(`${shown.title} ${shown.question?.text ?? '-'} ${shown.goals.length} ${shown.message?.text ?? ''}`.trim());
		return shown.message?.text === 'Set rdi to 77.' || shown.question !== undefined ? 'too long' : undefined;
	});
	expect(measured).toEqual(['A page - 1', 'A page Which? 1', 'A page - 0 Look at the registers.', 'A page - 0 It is the file of the call.', 'A page - 0 Set rdi to 77.']);
	expect(findingsOf(report)).toEqual(['text 10:1: the page with its questions and goals does not fit: too long', 'text 20:62: this hint does not fit: too long']);
});

test('the measure of the app’s own panes lets a short page pass, and not one of eighty long words with goals', () => {
	const base = {title: 'A page', number: 1, count: 1, questions: {count: 0, answered: 0}, goals: [], hints: [], hintCount: 0, panes: [], done: false};
	expect(measurePage({...base, blocks: [{kind: 'paragraph', text: 'Some words.', line: 1}], task: 'Press s.'})).toBeUndefined();
	expect(measurePage({...base, blocks: [{kind: 'paragraph', text: 'instructions '.repeat(80), line: 1}], task: 'Press s.'})).toMatch(/^at 80x24 it takes \d+ rows of \d+ columns, and there are \d+$/);
});

describe('the skeleton of a new lab', () => {
	test('can be run and proved, and only what says TODO is missing', () => {
		const files = skeleton('20-two-doors');
		const {'lab.md': lab = '', 'program.s': program = '', 'solution.yaml': solution = ''} = Object.fromEntries(files);
		const report = labs.prove({lab, program, solution, name: '20-two-doors'}, measurePage);
		expect(new Set(report.findings.map(({kind, message}) => `${kind} ${message.replace(/this \w+|the program/, 'it')}`))).toEqual(new Set(['text it still says TODO; write it']));
		const written = (text: string): string => text.replaceAll(/TODO /g, '');
		expect(findingsOf(labs.prove({lab: written(lab), program: written(program), solution: written(solution), name: '21-two-doors'}, measurePage))).toEqual([]);
	});

	test.each([
		['two-doors', [], '00-two-doors'],
		['two-doors', ['00-a', '03-b', 'lib'], '04-two-doors'],
		['16-two-doors', ['00-a'], '16-two-doors'],
	])('%s among %j becomes %s', (wanted, taken, name) => {
		expect(skeletonName(wanted, taken)).toEqual({name});
	});

	test.each([
		['Two Doors', [], 'Two Doors is no name for a lab; write small letters, digits and dashes, such as two-doors or 16-two-doors'],
		['../x', [], '../x is no name for a lab; write small letters, digits and dashes, such as two-doors or 16-two-doors'],
		['00-b', ['00-a'], 'there is a lab with the number 00 already; leave the number out to get the next free one'],
	])('%s among %j is refused', (wanted, taken, problem) => {
		expect(skeletonName(wanted, taken)).toEqual({problem});
	});
});
