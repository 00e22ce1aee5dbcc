import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {findLabs, isCalled, listLabs} from '../../source/lab/catalogue.js';
import {parseInline, plainText} from '../../source/lab/format/markdown.js';
import {readLab} from '../../source/lab/lab-file.js';
import {openLab} from '../../source/lab/open-lab.js';
import {front, LabsFolder, page} from './labs.js';

const labs = new LabsFolder();
afterAll(() => labs.remove());

const PAGE = `
## The first page

Some text
over two lines.

Another paragraph.

\`\`\`yaml
task: Press Space.
go: after syscall[2]
show: stacks
\`\`\`
`;

test('a lab is read with its pages, their text and their options', () => {
	const folder = labs.add({lab: `${front()}${PAGE}\n## The second page\n\nOnly text.\n`, name: '06-of-mine'});
	const setup = {program: 'program.s', kernel: {}, env: [], begins: 'program', files: {}, executed: false, input: '', terminal: false};
	const nothing = {goals: [], predictions: [], mistakes: [], hints: []};
	const place = {to: 'after', event: 'syscall', nth: 2};
	expect(readLab(folder)).toEqual({
		folder, name: '06-of-mine', title: 'A lab', summary: 'what it shows', minutes: 5, track: 'core', needs: [], teaches: [], values: {},
		program: path.join(folder, 'program.s'),
		steps: [
			{
				line: 10, title: 'The first page', paragraphs: ['Some text over two lines.', 'Another paragraph.'], task: 'Press Space.', go: place, place, placeWhere: {line: 19, column: 5}, show: 'stacks', panes: ['stacks'], setup, ...nothing,
				blocks: [{kind: 'paragraph', text: 'Some text over two lines.', line: 12}, {kind: 'paragraph', text: 'Another paragraph.', line: 15}],
			},
			{
				line: 23, title: 'The second page', paragraphs: ['Only text.'], place, panes: [], setup, ...nothing,
				blocks: [{kind: 'paragraph', text: 'Only text.', line: 25}],
			},
		],
	});
});

test('the front matter’s keys are read, and a step changes of the setup what it names', () => {
	const keys = {needs: '[05, other]', teaches: '[stack]', kernel: '{isolation: true}', args: '[./a, b]', env: '[X=1]', input: '"yes"', 'skipped-by': '3', seed: '7', values: '{a: {from: 1, to: 2}}'};
	const lab = readLab(labs.add({lab: `${front(keys)}${page('kernel: {audit: true}')}${page('program: other.s', 'Other')}${page('go: start', 'Third')}`, files: {'other.s': ''}}));
	expect(lab).toMatchObject({needs: ['5', 'other'], teaches: ['stack'], skippedBy: 3, seed: 7});
	expect(lab.steps.map(({setup}) => [setup.program, setup.kernel, setup.args, setup.env, setup.input])).toEqual([
		['program.s', {audit: true}, ['./a', 'b'], ['X=1'], 'yes'],
		['other.s', {isolation: true}, undefined, ['X=1'], 'yes'],
		['program.s', {isolation: true}, ['./a', 'b'], ['X=1'], 'yes'],
	]);
});

test('a step without a place begins where the one before does, if they run the same', () => {
	const {steps} = readLab(labs.add({lab: `${front()}${page('task: x')}${page('go: at call', 'Two')}${page('task: x', 'Three')}${page('kernel: {audit: true}', 'Four')}`}));
	expect(steps.map(({place}) => place)).toEqual([{to: 'start'}, {to: 'label', label: 'call', nth: 1}, {to: 'label', label: 'call', nth: 1}, {to: 'start'}]);
});

test('places may be written as maps, as they once were', () => {
	const of = (go: string): unknown => readLab(labs.add({lab: `${front()}${page(`go: ${go}`)}`})).steps[0].go;
	expect([of('{to: after, event: syscall, nth: 2}'), of('{to: label, label: call}'), of('{to: end}')]).toEqual([{to: 'after', event: 'syscall', nth: 2}, {to: 'label', label: 'call', nth: 1}, {to: 'end'}]);
});

test('blocks of YAML in one step come together, whatever stands between them', () => {
	const [step] = readLab(labs.add({lab: `${front()}\n## A page\n\n\`\`\`yaml\ntask: x\n\`\`\`\n\nText.\n\n\`\`\`yaml\nshow: [code, stacks]\n\`\`\`\n`})).steps;
	expect([step.task, step.panes, step.show, step.paragraphs]).toEqual(['x', ['code', 'stacks'], 'code', ['Text.']]);
});

test('line ends of Windows and a byte order mark change nothing but are taken off', () => {
	const [plain, windows] = [`${front()}${PAGE}`, `\uFEFF${front()}${PAGE}`.replaceAll('\n', '\r\n')].map(lab => readLab(labs.add({lab})));
	expect({...windows, folder: '', program: '', name: ''}).toEqual({...plain, folder: '', program: '', name: ''});
});

test('an empty block of options says nothing', () => {
	expect(readLab(labs.add({lab: `${front()}\n## A page\n\nText.\n\n\`\`\`yaml\n\`\`\`\n`})).steps[0]).toMatchObject({paragraphs: ['Text.'], goals: []});
});

test('lists and code are parts of the text, and headings in code begin no page', () => {
	const {steps} = readLab(labs.add({lab: `${front()}\n## A page\n\nBefore:\n- one\n  and more\n- two\n1. first\n\n\`\`\`asm\n## nop\n\`\`\`\n`}));
	expect(steps).toHaveLength(1);
	expect(steps[0].blocks.map(block => (block.kind === 'code' ? [block.language, ...block.lines] : block.kind === 'item' ? [block.mark, block.text] : block.text))).toEqual(['Before: - one and more - two 1. first', ['asm', '## nop']]);
});

test('a list stands apart from the text before it', () => {
	const {steps} = readLab(labs.add({lab: `${front()}\n## A page\n\n- one\n  and more\n- two\n\n1. first\n2. second\n`}));
	expect(steps[0].blocks.map(block => (block.kind === 'item' ? [block.mark, block.text, block.line] : block))).toEqual([['•', 'one and more', 12], ['•', 'two', 14], ['1.', 'first', 16], ['2.', 'second', 17]]);
	expect(steps[0].paragraphs).toEqual(['• one and more', '• two', '1. first', '2. second']);
});

test('pieces of a line are told apart', () => {
	expect(parseInline('a `b` [[c]] and [[d|e]] [f](lab:06) **g**.')).toEqual([
		{kind: 'plain', text: 'a '}, {kind: 'code', text: 'b'}, {kind: 'plain', text: ' '}, {kind: 'term', term: 'c', text: 'c'}, {kind: 'plain', text: ' and '}, {kind: 'term', term: 'd', text: 'e'},
		{kind: 'plain', text: ' '}, {kind: 'lab', text: 'f', lab: '06'}, {kind: 'plain', text: ' '}, {kind: 'strong', text: 'g'}, {kind: 'plain', text: '.'},
	]);
	expect(plainText('a `b` [[d|e]] [f](lab:06)')).toBe('a `b` e f');
});

test('a program that does not assemble is a message with its file and line', () => {
	expect(openLab(labs.add({lab: `${front()}${PAGE}`, program: '.globl _start\n_start: frob\n'}))).toEqual({problem: 'program.s:2: There is no instruction frob. Check its spelling and its size suffix.'});
});

test('a program that includes a file that is not there is a message with its line', () => {
	const opened = openLab(labs.add({lab: `${front()}${PAGE}`, program: '.globl _start\n_start: nop\n.include "nowhere.s"\n'}));
	expect('problem' in opened ? opened.problem : '').toMatch(/^program\.s:3: .*nowhere\.s/);
});

test('a program for which the machine has no room is a message', () => {
	expect(openLab(labs.add({lab: `${front()}${PAGE}`, program: '.globl _start\n_start: nop\n.bss\n.skip 67108864\n'}))).toEqual({problem: 'the program needs more than the machine\'s 16 MiB of memory'});
});

test('a broken lab is still in the menu, with what can be read of it', () => {
	const menu = path.join(labs.path, 'menu');
	mkdirSync(menu);
	for (const [name, text] of [['07-good', `${front()}${PAGE}`], ['00-broken', 'nothing'], ['c-quoted', front({title: '"A: lab"', track: 'deep'})]] as const) {
		mkdirSync(path.join(menu, name));
		writeFileSync(path.join(menu, name, 'lab.md'), text);
	}

	mkdirSync(path.join(menu, 'lib'));
	writeFileSync(path.join(menu, 'file.txt'), '');
	const listed = listLabs(menu);
	expect(listed.map(({name, number, title, summary, minutes, track}) => [name, number, title, summary, minutes, track])).toEqual([
		['00-broken', '00', '00-broken', '', 0, ''],
		['07-good', '07', 'A lab', 'what it shows', 5, 'core'],
		['c-quoted', '', 'A: lab', 'what it shows', 5, 'deep'],
	]);
	const found = (word: string): string[] => findLabs(word, listed).map(({name}) => name);
	expect([found('7'), found('07'), found('07-good'), found('good'), found('c-quoted'), found(path.join(menu, '07-good'))]).toEqual([['07-good'], ['07-good'], ['07-good'], ['07-good'], ['c-quoted'], ['07-good']]);
	expect([found(menu), found('8'), found('nothing'), found(path.join(menu, 'file.txt'))]).toEqual([['00-broken', '07-good', 'c-quoted'], [], [], []]);
	expect(isCalled({name: 'c-quoted'}, '')).toBe(false);
});
