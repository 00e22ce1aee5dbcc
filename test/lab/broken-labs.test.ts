import path from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {readLab} from '../../source/lab/lab-file.js';
import {EVENT_KINDS} from '../../source/lab/language/events.js';
import {front, LabsFolder, page} from './labs.js';

const labs = new LabsFolder();
afterAll(() => labs.remove());

const PAGE = page('task: x');
const HEAD = 'begin the file with --- lines around format, title, summary, track, minutes and program';
const KINDS = 'value, holds, call, console, console-contains, exception, signal, exit, path, written, steps, event, differs, same, first-difference, broken, kept, attack, all, any, not';

/** Options behind those of the goal's kind. */
const FRONT_KEYS = 'format, title, summary, track, minutes, needs, teaches, program, kernel, args, env, begins, files, executed, input, terminal, entry, values, seed, skipped-by';

describe('a file that can’t be read is refused with line and column:', () => {
	test.each([
		['an empty file', '', `1:1: no front matter was found; ${HEAD}`],
		['front matter that is not closed', '---\nformat: 1\n', `1:1: no front matter was found; ${HEAD}`],
		['front matter that is no YAML', `---\nformat: 1\ntitle: "open\nsummary: x\n---\n${PAGE}`, '4:11: the YAML can’t be read: Missing closing "quote'],
		['front matter that is a list', `---\n- 1\n---\n${PAGE}`, `2:1: format: found a list, expected a map with ${FRONT_KEYS}`],
		['a key that stands twice', `${front({title: 'one\ntitle: two'})}${PAGE}`, '4:1: the YAML can’t be read: Map keys must be unique'],
		['an anchor', `${front({summary: '&a text'})}${PAGE}`, '4:13: an anchor or alias was found; write the text where it is needed, or put quotes around a text that begins with & or *'],
		['front matter without a key', `${front({summary: undefined})}${PAGE}`, '2:1: summary: is missing'],
		['a key that is not known', `${front({colour: 'red'})}${PAGE}`, `8:1: colour is no key that is known here; allowed are ${FRONT_KEYS}`],
		['a key that is misspelt', `${front({minuets: '3'})}${PAGE}`, `8:1: minuets is no key that is known here; allowed are ${FRONT_KEYS}; did you mean minutes?`],
		['an empty title', `${front({title: '""'})}${PAGE}`, '3:8: title: is empty'],
		['a title that is a number', `${front({title: '42'})}${PAGE}`, '3:8: title: found 42, expected string'],
		['a value that a comment took away', `${front({title: '#1'})}${PAGE}`, '3:8: title: nothing was found; write a value (a # behind a space begins a comment: put quotes around it)'],
		['a track that there is not', `${front({track: 'cor'})}${PAGE}`, '5:8: track: found cor; allowed are core, deep; did you mean core?'],
		['no minutes at all', `${front({minutes: '0'})}${PAGE}`, '6:10: minutes: found 0, expected a whole number from 1 to 600'],
		['half a minute', `${front({minutes: '0.5'})}${PAGE}`, '6:10: minutes: found 0.5, expected a whole number from 1 to 600'],
		['a program elsewhere', `${front({program: '../program.s'})}${PAGE}`, '7:10: program: found "../program.s", expected the name of a .s file in the lab’s folder'],
		['a program that is not there', `${front({program: 'other.s'})}${PAGE}`, '7:10: other.s is not in the lab’s folder; put the file there'],
		['a newer format', `${front({format: '2', levels: '3'})}${PAGE}`, '2:9: format 2 was found, this program reads 1; install a newer syscall-lab'],
		['a format that never was', `${front({format: '0'})}${PAGE}`, '2:9: format 0 was found, this program reads 1; write the number of the format that labs/readme.md describes'],
		['settings of the kernel that exclude each other', `${front({kernel: '{isolation: true, entry-stack: false}'})}${PAGE}`, '8:9: isolation needs the entry stack: leave entry-stack on, or isolation off'],
		['a line of the kernel that is not one', `${front({kernel: '{without: swapsg}'})}${PAGE}`, /^8:19: kernel\.without: found swapsg; allowed are swapgs, .*; did you mean swapgs\?$/],
		['a call that there is not, in the filter', `${front({kernel: '{seccomp: [{call: wirte}]}'})}${PAGE}`, /^8:27: kernel\.seccomp\.call: found wirte; allowed are .*; did you mean write\?$/],
		['a variable without a value', `${front({env: '[HOME]'})}${PAGE}`, '8:7: env: found "HOME", expected NAME=value'],
		['a file of the machine without an absolute path', `${front({files: '{motd: motd.txt}'})}${PAGE}`, '8:9: files.motd: found "motd", expected an absolute path such as /etc/motd'],
		['a file that is not there', `${front({files: '{/etc/motd: motd.txt}'})}${PAGE}`, '8:20: motd.txt is not in the lab’s folder; put the file there'],
		['limits of a value the wrong way round', `${front({values: '{a: {from: 9, to: 3}}'})}${PAGE}`, '8:27: 3 is not above 9; write the smaller one first'],
		['a value that needs the machine', `${front({values: '{a: {from: rax, to: 3}}'})}${PAGE}`, '8:20: rax is no number that is known before the program runs; write one such as 0x1000'],
		['a value with the name of a register', `${front({values: '{rdi: {from: 1, to: 3}}'})}${PAGE}`, '8:22: rdi is a register, a flag or a constant already; give the value another name'],
		['no pages', front(), '9:1: no step was found; begin each with a heading such as “## A request”'],
		['text before the first page', `${front()}\nA stray line.\n${PAGE}`, '10:1: text before the first step was found; put a heading such as “## A request” above it'],
		['a heading without a name', `${front()}\n## \n`, '10:1: the heading is empty; give the step a name'],
		['two pages of one name', `${front()}${PAGE}${PAGE}`, '18:4: there are two steps “A page”; give each a heading of its own'],
		['a block that is not closed', `${front()}\n## A page\n\n\`\`\`yaml\ntask: Press Space.\n`, '12:1: a block opened with ```yaml is not closed; end it with ```'],
		['a smaller heading', `${front()}\n## A page\n\n### More\n`, '12:1: this heading is not one of a step: write ## and a space, and leave smaller headings out'],
		['a table', `${front()}\n## A page\n\n| a | b |\n`, '12:1: a table was found; write a list'],
		['a quotation', `${front()}\n## A page\n\n> a\n`, '12:1: a quotation was found; write a paragraph'],
		['an indented line', `${front()}\n## A page\n\n    mov\n`, '12:1: an indented line was found; begin it at the margin, or put code between lines of ```'],
		['a picture', `${front()}\n## A page\n\nSee ![it](a.png).\n`, '12:5: a picture was found; the panes show the machine itself'],
		['HTML', `${front()}\n## A page\n\nA<br>b\n`, '12:2: HTML was found; write plain Markdown, and code in back quotes'],
		['a link to the network', `${front()}\n## A page\n\nSee [it](https://example.org).\n`, '12:8: a link was found that leads out of the labs; labs are read without a network: name the file instead'],
		['code that is broken over two lines', `${front()}\n## A page\n\nA \`b\nc\` d\n`, '12:3: a back quote is not closed on its line; keep code on one line'],
		['an expression in a text that is none', `${front()}\n## A page\n\nrdi is \${rdi +}.\n`, '12:15: the end was found, expected a value'],
		['an expression in a text that is not closed', `${front()}\n## A page\n\nrdi is \${rdi\n`, '12:8: ${ is not closed; end it with }'],
	])('%s', (_what, lab, problem) => {
		if (typeof problem === 'string') expect(labs.problemOf({lab})).toBe(problem);
		else expect(labs.problemOf({lab})).toMatch(problem);
	});
});

/** A page with options that begin on its line 15, and what is wrong with it. */
const optionProblem = (options: string): string => labs.problemOf({lab: `${front()}${page(options)}`});

describe('options that can’t be understood are refused with line and column:', () => {
	test.each([
		['no YAML', 'task: [1, 2', '15:12: the YAML can’t be read: Flow sequence in block collection must be sufficiently indented and end with a ]'],
		['a key that is not known', 'task: x\nsound: loud', /^16:1: sound is no key that is known here; allowed are task, go, show, .*, mainline$/],
		['a place that is not known', 'go: there', '15:5: go: there was found, expected start, end, here, before EVENT, after EVENT or at LABEL'],
		['an event that is not known', 'go: after reboot', `15:11: go: there is no event reboot; there are ${EVENT_KINDS.join(', ')}`],
		['a count of zero', 'go: after syscall[0]', '15:19: go: 0 was found; the first one has the number 1'],
		['a label that is not there', 'go: at cal', '15:5: there is no label cal in the kernel or the program; did you mean call?; check its spelling'],
		['here as a place to go to', 'task: x\ngo: here', '16:1: “here” is no place to go to; leave go out to begin where the step before does'],
		['a place in a map that is not known', 'go: {to: there}', '15:10: go.to: found there; allowed are before, after, label, start, end'],
		['a pane that there is not', 'show: stack', /^15:7: show: found stack; allowed are registers, .*; did you mean stacks\?$/],
		['what can’t be changed', 'may-change: [rdi, speed]', /^15:19: may-change: found speed; allowed are registers, /],
		['an empty list of goals', 'goals: []', '15:8: goals: is empty'],
		['a goal without a kind', 'goals:\n  - {goal: x}', `16:5: goals: goal was found where a kind of condition was expected; there are ${KINDS}`],
		['a goal of a kind that is misspelt', 'goals:\n  - {vlaue: rdi, is: 1}', `16:5: goals: vlaue was found where a kind of condition was expected; did you mean value?; there are ${KINDS}`],
		['a goal that is a text', 'goals:\n  - write', `16:5: goals: nothing was found where a kind of condition was expected; there are ${KINDS}`],
		['a goal with a key of another kind', 'goals:\n  - console: x\n    nth: 2', '17:5: nth is no key that is known here; allowed are console, goal, met, unmet'],
		['a value that is compared with nothing', 'goals:\n  - value: rdi', '16:5: goals: is compared with nothing; add one of is, is-not, above, below, at-least, at-most'],
		['an expression that is none', 'goals:\n  - value: rdi before\n    is: 1', `16:22: goals.value: there is no event ; there are ${EVENT_KINDS.join(', ')}`],
		['an expression in quotes that is none', 'goals:\n  - value: "rdi befor syscall"\n    is: 1', '16:17: goals.value: befor was found where an operator or the end was expected'],
		['a fraction', 'goals:\n  - value: rdi\n    is: 1.5', '17:9: goals.is: found 1.5, expected an expression such as rdi before syscall'],
		['a name that nothing has', 'goals:\n  - value: rid before syscall\n    is: 1', '16:12: there is no rid: no register, flag, constant, label or value of the lab has that name; did you mean rdi?'],
		['a word beside a number', 'goals:\n  - value: rdi before syscall\n    is: user', '17:9: there is no user: no register, flag, constant, label or value of the lab has that name'],
		['a call that there is not', 'goals:\n  - call: wirte', '16:11: goals.call: there is no system call wirte; did you mean write?; write a name of Linux’s table, a number, or any'],
		['an argument that the call has not', 'goals:\n  - call: write\n    arguments: {length: 3}', '16:5: goals: write has no argument length; there are fd, buf, count, rdi, rsi, rdx, r10, r8, r9'],
		['an exception that there is not', 'goals:\n  - exception: PG', /^16:16: goals\.exception: there is no exception PG.*; there are DE, DB/],
		['a signal that there is not', 'goals:\n  - signal: SEGV', /^16:13: goals\.signal: found SEGV; allowed are /],
		['a way back that there is not', 'goals:\n  - path: sysexit', '16:11: goals.path: found sysexit; allowed are sysret, iret'],
		['written by and from at once', 'goals:\n  - {written: rdi, by: a, from: b}', '16:5: goals: needs either by (who wrote it) or from (where its value came from)'],
		['another run that there is not', 'goals:\n  - {differs: rdi, from: before}', '16:26: goals.from: found "before", expected unedited'],
		['changes that can’t be read', 'goals:\n  - {differs: rdi, from: {set: rdi==1}}', /^16:32: .*=1/],
		['a question without a kind', 'predictions:\n  - ask: What?', '16:5: predictions: no kind of prediction was found; add one of number, choices, register, slot, order, order-of'],
		['a mistake without a text', 'mistakes:\n  - {when: {exit: 0}, by: [{go: end}]}', '16:5: mistakes.text: is missing'],
		['a mistake that nothing makes', 'mistakes:\n  - {when: {exit: 0}, text: x, by: []}', '16:36: mistakes.by: is empty'],
		['an action that there is not', 'mistakes:\n  - {when: {exit: 0}, text: x, by: [{press: s}]}', '16:37: mistakes.by: no action was found; write one of set, go, keys, kernel, args, entry with what belongs to it'],
		['a key that does not move', 'mistakes:\n  - {when: {exit: 0}, text: x, by: [{keys: s q}]}', '16:44: mistakes.by.keys: found q; allowed are s, S, n, N, c, C, f, F, home, end'],
		['two hints', 'hints: [one, two]', '15:8: hints: has 2; a ladder has 3: a nudge, a pointer, the answer'],
		['a hint with an expression that is none', 'hints: [one, "${rdi rsi}", three]', /^15:\d+: hints: rsi was found where an operator or the end was expected$/],
		['a key in two blocks', 'task: x\n```\n\n```yaml\ntask: y', '19:1: task was said before in this step, on line 15; write it once'],
	])('%s', (_what, options, problem) => {
		if (typeof problem === 'string') expect(optionProblem(options)).toBe(problem);
		else expect(optionProblem(options)).toMatch(problem);
	});
});

describe('solutions that can’t be understood are refused with line and column:', () => {
	const LAB = `${front()}${page('go: before syscall')}`;
	test.each([
		['another format', 'format: 2\nsteps: []', 'solution.yaml:1:9: format 2 was found, the lab has 1; write the same number in both'],
		['a step that the lab has not', 'format: 1\nsteps:\n  - step: A pgae', 'solution.yaml:3:11: the lab has no step “A pgae”; did you mean A page?; write the heading as it stands in lab.md'],
		['a step twice', 'format: 1\nsteps:\n  - step: A page\n  - step: A page', 'solution.yaml:4:11: there is a second solution of “A page”; leave one out'],
		['a key that is not known', 'format: 1\nsteps:\n  - step: A page\n    edits: []', 'solution.yaml:4:5: edits is no key that is known here; allowed are step, do, explain, answers'],
		['an answer that is written down', 'format: 1\nsteps:\n  - step: A page\n    answers: 42', 'solution.yaml:4:14: steps.answers: found 42, expected machine'],
		['a label that is not there', 'format: 1\nsteps:\n  - step: A page\n    do: [{go: at nowhere}]', 'solution.yaml:4:15: there is no label nowhere in the kernel or the program; check its spelling'],
		['a register that there is not', 'format: 1\nsteps:\n  - step: A page\n    do: [{set: rid=1}]', /^solution\.yaml:4:16: “rid” /],
	])('%s', (_what, solution, problem) => {
		if (typeof problem === 'string') expect(labs.problemOf({lab: LAB, solution})).toBe(problem);
		else expect(labs.problemOf({lab: LAB, solution})).toMatch(problem);
	});
});

test('a folder without a lab.md is refused', () => {
	expect(() => readLab(path.join(labs.path, 'nowhere'))).toThrow('lab.md:1:1: can’t be read; a lab is a folder with a lab.md and a program');
});
