import path from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {listLabs} from '../../source/lab/catalogue.js';
import type {Laboratory} from '../../source/lab/laboratory.js';
import {type Lab, readLab} from '../../source/lab/lab-file.js';
import {openLab} from '../../source/lab/open-lab.js';
import type {Moment} from '../../source/trace/moment.js';

describe.each(listLabs())('the lab $title', ({folder, name}) => {
	test('can be read and opened, and each page’s place is reached', () => {
		const opened = openLab(folder, name);
		if ('problem' in opened) throw new Error(opened.problem);
		const {lab, laboratory} = opened;
		for (const {title, go} of lab.steps) {
			if (go === undefined) continue;
			const work = laboratory.goToPlace(go);
			let progress = work();
			while (progress === 'more') progress = work();
			expect([title, progress]).toEqual([title, go.to === 'end' ? 'nothing' : 'done']);
		}
	});

	test('has the title and summary that the menu shows', () => {
		const lab = readLab(folder);
		expect(listLabs().find(entry => entry.name === name)).toMatchObject({title: lab.title, summary: lab.summary, minutes: lab.minutes});
	});

	test('has pages with text, and none without a heading', () => {
		for (const {title, paragraphs} of readLab(folder).steps) expect([title.length > 0, paragraphs.length > 0]).toEqual([true, true]);
	});
});

describe('the pages of the crossing speak of what the machine shows there', () => {
	let lab: Lab;
	let laboratory: Laboratory;
	let moments: ReadonlyMap<string, Moment>;

	beforeAll(() => {
		const opened = openLab(path.join(import.meta.dirname, '../../labs/the-crossing'), 'the-crossing');
		if ('problem' in opened) throw new Error(opened.problem);
		({lab, laboratory} = opened);
		moments = new Map(lab.steps.map(({title, go}) => {
			const work = go === undefined ? undefined : laboratory.goToPlace(go);
			while (work?.() === 'more');
			return [title, laboratory.moment()];
		}));
	});

	const at = (title: string): Moment => {
		const moment = moments.get(title);
		if (moment === undefined) throw new Error(`the lab has no page ${title}`);
		return moment;
	};

	const line = ({code}: Moment): string => code.lines.find(({number}) => number === code.current)?.text.trim() ?? '';

	test('A program wants to print: before syscall, in ring 3', () => {
		const moment = at('A program wants to print');
		expect(line(moment)).toMatch(/^syscall\b/);
		expect([moment.registers.cpl, moment.registers.general.rax, moment.registers.general.rdi, moment.registers.general.rdx, moment.stack]).toEqual([3, 1n, 1n, 12n, 'user']);
	});

	test('One instruction, two rings: behind it, with the same rsp', () => {
		const [before, moment] = [at('A program wants to print'), at('One instruction, two rings')];
		expect([moment.code.symbol, moment.registers.cpl, moment.registers.general.rsp]).toEqual(['entry_SYSCALL_64', 0, before.registers.general.rsp]);
		expect([moment.registers.general.rcx, moment.registers.general.r11]).toEqual([before.registers.rip + 2n, before.registers.rflags]);
	});

	test('A stack of its own: rsp starts with ffffc900', () => {
		const moment = at('A stack of its own');
		expect([moment.registers.general.rsp.toString(16).slice(0, 8), moment.stack, moment.kernelStack.words.filter(({filled}) => filled).length]).toEqual(['ffffc900', 'thread', 0]);
	});

	test('Twenty-one words: all slots are filled, with the marked values', () => {
		const {kernelStack} = at('Twenty-one words');
		const slots = new Map(kernelStack.words.filter(({slot, filled}) => slot && filled).map(({name, value}) => [name, value]));
		expect(slots.size).toBe(21);
		expect(['bx', 'bp', 'r8', 'r12', 'r15'].map(name => slots.get(name)?.toString(16))).toEqual(['1', '2', '8', 'c', 'f'].map(digit => digit.repeat(16)));
		expect(BigInt.asIntN(64, slots.get('ax') ?? 0n)).toBe(-38n);
	});

	test('The table: in the handler', () => {
		expect(at('The table').code.symbol).toMatch(/^__x64_sys_write/);
	});

	test('Bytes leave the machine: all twelve have', () => {
		expect(at('Bytes leave the machine').console).toBe('hello world\n');
	});

	test('The way back, and as if nothing had happened: ring 3, with the answer and all other registers as before', () => {
		const [before, moment, last] = [at('A program wants to print'), at('The way back'), at('As if nothing had happened')];
		const {rax, rcx, r11, ...kept} = moment.registers.general;
		expect([moment.registers.cpl, rax, rcx, r11]).toEqual([3, 12n, moment.registers.rip, moment.registers.rflags]);
		expect(before.registers.general).toMatchObject(kept);
		expect(last).toEqual(moment);
	});
});
