import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {listLabs} from '../../source/lab/catalogue.js';
import {LabError, readLab} from '../../source/lab/lab-file.js';
import {openLab} from '../../source/lab/open-lab.js';

const root = mkdtempSync(path.join(tmpdir(), 'syscall-lab-labs-'));
afterAll(() => rmSync(root, {recursive: true}));

const PROGRAM = '.globl _start\n_start: mov $60, %eax\nxor %edi, %edi\nsyscall\n';
const FRONT = `---
format: 1
title: A lab
summary: what it shows
track: core
minutes: 5
program: program.s
---
`;

const PAGE = `
## The first page

Some text
over two lines.

Another paragraph.

\`\`\`yaml
task: Press Space.
go: {to: after, event: syscall, nth: 2}
show: stacks
\`\`\`
`;

let count = 0;

/** A lab's folder with a lab.md and a program. */
function folderWith(text: string, program: string | undefined = PROGRAM): string {
	const folder = path.join(root, `${String(++count).padStart(3, '0')}-lab`);
	mkdirSync(folder);
	writeFileSync(path.join(folder, 'lab.md'), text);
	if (program !== '') writeFileSync(path.join(folder, 'program.s'), program);
	return folder;
}

/** The problem of a lab, as \`line: message\`. */
function problemOf(text: string, program?: string): string {
	const folder = folderWith(text, program);
	try {
		readLab(folder);
	} catch (error) {
		if (!(error instanceof LabError)) throw error;
		expect(error.message.startsWith(`${path.join(folder, 'lab.md')}:${error.line}: `)).toBe(true);
		return error.message.slice(path.join(folder, 'lab.md').length + 1);
	}

	return 'none';
}

test('a lab is read with its pages, their text and their options', () => {
	const folder = folderWith(`${FRONT}${PAGE}\n## The second page\n\nOnly text.\n`);
	expect(readLab(folder)).toEqual({
		folder,
		title: 'A lab',
		summary: 'what it shows',
		minutes: 5,
		track: 'core',
		program: path.join(folder, 'program.s'),
		steps: [
			{
				line: 10,
				title: 'The first page',
				paragraphs: ['Some text over two lines.', 'Another paragraph.'],
				task: 'Press Space.',
				go: {to: 'after', event: 'syscall', nth: 2},
				show: 'stacks',
			},
			{line: 23, title: 'The second page', paragraphs: ['Only text.']},
		],
	});
});

test('nth is 1 if it is not said', () => {
	const {steps} = readLab(folderWith(`${FRONT}\n## A page\n\n\`\`\`yaml\ngo: {to: label, label: do_syscall_64}\n\`\`\`\n`));
	expect(steps[0].go).toEqual({to: 'label', label: 'do_syscall_64', nth: 1});
});

test('line ends of Windows and a byte order mark change nothing but are taken off', () => {
	const plain = readLab(folderWith(`${FRONT}${PAGE}`));
	const windows = readLab(folderWith(`\uFEFF${FRONT}${PAGE}`.replaceAll('\n', '\r\n')));
	expect({...windows, folder: '', program: ''}).toEqual({...plain, folder: '', program: ''});
});

test('an empty block of options says nothing', () => {
	expect(readLab(folderWith(`${FRONT}\n## A page\n\nText.\n\n\`\`\`yaml\n\`\`\`\n`)).steps).toEqual([{line: 10, title: 'A page', paragraphs: ['Text.']}]);
});

const without = (key: string): string => FRONT.split('\n').filter(line => !line.startsWith(`${key}:`)).join('\n');
const withValue = (key: string, value: string): string => FRONT.replace(new RegExp(`^${key}: .*$`, 'm'), `${key}: ${value}`);
const page = (options: string): string => `${FRONT}\n## A page\n\nText.\n\n\`\`\`yaml\n${options}\n\`\`\`\n`;

test.each([
	['an empty file', '', '1: no front matter was found; begin the file with --- lines around title, summary, track, minutes and program'],
	['front matter that is not closed', '---\nformat: 1\n', '1: no front matter was found; begin the file with --- lines around title, summary, track, minutes and program'],
	['front matter that is no YAML', `---\nformat: 1\ntitle: "open\nsummary: x\n---\n${PAGE}`, '4: the YAML can’t be read: Missing closing "quote'],
	['front matter without a key', `${without('summary')}${PAGE}`, '2: summary: is missing, expected "summary"'],
	['a key that is not known', `${FRONT.replace('minutes', 'colour: red\nminutes')}${PAGE}`, '6: colour: "colour" is no key that is known here'],
	['an empty title', `${withValue('title', '""')}${PAGE}`, '3: title: is empty'],
	['a title that is a number', `${withValue('title', '42')}${PAGE}`, '3: title: found 42, expected string'],
	['a track that there is not', `${withValue('track', 'middle')}${PAGE}`, '5: track: found "middle", expected ("core" | "deep")'],
	['no minutes at all', `${withValue('minutes', '0')}${PAGE}`, '6: minutes: found 0, expected >=1'],
	['a program elsewhere', `${withValue('program', '../program.s')}${PAGE}`, '7: program: found "../program.s", which must be the name of a .s file in the lab’s folder'],
	['a program that is not there', `${withValue('program', 'other.s')}${PAGE}`, '7: other.s is not in the lab’s folder; put the program there'],
	['a newer format', `${withValue('format', '2')}${PAGE}`, '2: format 2 was found, this program reads 1; install a newer syscall-lab'],
	['a newer format with keys that are not known', `${withValue('format', '2\nlevels: 3')}${PAGE}`, '2: format 2 was found, this program reads 1; install a newer syscall-lab'],
	['no pages', FRONT, '9: no step was found; begin each with a heading such as “## A request”'],
	['text before the first page', `${FRONT}\nA stray line.\n${PAGE}`, '10: text before the first step was found; put a heading such as “## A request” above it'],
	['a block that is not closed', `${FRONT}\n## A page\n\n\`\`\`yaml\ntask: Press Space.\n`, '12: a block opened with ```yaml is not closed; end it with ```'],
	['options that are no YAML', page('task: [1, 2'), '15: the YAML can’t be read: Flow sequence in block collection must be sufficiently indented and end with a ]'],
	['an option that is not known', page('task: x\nsound: loud'), '16: sound: "sound" is no key that is known here'],
	['a place that is not known', page('task: x\ngo: {to: there}'), '16: go.to: found "there", expected ("before" | "after" | "label" | "start" | "end")'],
	['an event that is not known', page('go: {to: after, event: reboot}'), '15: go.event: found "reboot", expected ("syscall" | "swapgs" | "cr3" | "stack-switch" | "push" | "pt_regs" | "dispatch" | "result" | "sysret" | "iret" | "exception" | "interrupt" | "out")'],
	['a count of zero', page('go: {to: after, event: syscall, nth: 0}'), '15: go.nth: found 0, expected >=1'],
	['a place without its event', page('go: {to: after}'), '15: go.event: is missing, expected "event"'],
	['a pane that there is not', page('show: cellar'), '15: show: found "cellar", expected ("registers" | "code" | "stacks" | "events" | "console")'],
])('%s is refused with its line', (_what, text, problem) => {
	expect(problemOf(text)).toBe(problem);
});

test('a folder without a lab.md is refused', () => {
	expect(() => readLab(path.join(root, 'nowhere'))).toThrow('can’t be read; a lab is a folder with a lab.md and a program');
});

test('a label that neither kernel nor program has is refused when the lab is opened', () => {
	const folder = folderWith(page('go: {to: label, label: no_such_label}'));
	expect(openLab(folder, 'x')).toEqual({
		problem: `${folder}/lab.md:10: this page goes to the label no_such_label, which neither the kernel nor the program has; check its spelling`,
	});
	expect(openLab(folderWith(page('go: {to: label, label: _start}')), 'x')).toHaveProperty('laboratory');
});

test('a program that does not assemble is a message with its file and line', () => {
	expect(openLab(folderWith(`${FRONT}${PAGE}`, '.globl _start\n_start: frob\n'), 'x')).toEqual({
		problem: 'program.s:2: There is no instruction frob. Check its spelling and its size suffix.',
	});
});

test('a program that includes a file that is not there is a message with its line', () => {
	const opened = openLab(folderWith(`${FRONT}${PAGE}`, '.globl _start\n_start: nop\n.include "nowhere.s"\n'), 'x');
	expect('problem' in opened ? opened.problem : '').toMatch(/^program\.s:3: .*nowhere\.s/);
});

test('a program for which the machine has no room is a message', () => {
	expect(openLab(folderWith(`${FRONT}${PAGE}`, '.globl _start\n_start: nop\n.bss\n.skip 67108864\n'), 'x')).toEqual({problem: 'the program needs more than the machine\'s 64 MiB of memory'});
});

test('a broken lab is still in the menu, with what can be read of it', () => {
	const menu = mkdtempSync(path.join(root, 'menu-'));
	for (const [name, text] of [['b-good', `${FRONT}${PAGE}`], ['a-broken', 'nothing'], ['c-quoted', FRONT.replace('A lab', '"A: lab"')]] as const) {
		mkdirSync(path.join(menu, name));
		writeFileSync(path.join(menu, name, 'lab.md'), text);
	}

	mkdirSync(path.join(menu, 'no-lab'));
	writeFileSync(path.join(menu, 'file.txt'), '');
	expect(listLabs(menu).map(({name, title, summary, minutes}) => [name, title, summary, minutes])).toEqual([
		['a-broken', 'a-broken', '', 0],
		['b-good', 'A lab', 'what it shows', 5],
		['c-quoted', 'A: lab', 'what it shows', 5],
	]);
});
