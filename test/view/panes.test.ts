import path from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {readSlices} from '../../source/ui/slice-readers.js';
import {Places} from '../../source/trace/hardware/places.js';
import type {Laboratory} from '../../source/lab/laboratory.js';
import {GLYPHS} from '../../source/view/glyphs.js';
import type {LabView} from '../../source/view/lab-view.js';
import {markOf, paneNamed, type PaneName, PANES} from '../../source/view/panes/index.js';
import type {Row} from '../../source/view/text.js';
import {finish, openFirstLab, type Run, stopOf, viewOf} from './views.js';

/** Panes of what the machine holds, each with a moment at which it has something to say. */
const MOMENTS: readonly (readonly [pane: PaneName, event: 'syscall' | 'stack-switch' | 'dispatch' | 'result' | 'sysret', to: 'before' | 'after'])[] = [
	['strace', 'dispatch', 'after'], ['calls', 'dispatch', 'after'], ['path', 'stack-switch', 'after'], ['boot', 'syscall', 'after'], ['walk', 'syscall', 'before'], ['maps', 'syscall', 'before'],
	['process', 'syscall', 'before'], ['tables', 'syscall', 'before'], ['system', 'syscall', 'before'], ['tasks', 'syscall', 'before'], ['hardware', 'syscall', 'after'], ['memory', 'stack-switch', 'after'],
];

interface Shown {
	readonly laboratory: Laboratory;
	readonly view: LabView;
}

/** The first lab at an event, with everything that panes can show there. */
function at(event: (typeof MOMENTS)[number][1], to: 'before' | 'after'): Shown {
	const {laboratory} = openFirstLab();
	finish(laboratory.goToPlace({to, event, nth: 1}));
	const run: Run = {title: 'The crossing', pages: [], origin: laboratory.origin, stops: []};
	return {laboratory, view: viewOf(run, stopOf(laboratory))};
}

/** A view with the slices that it needs as it is now. */
function read({laboratory, view}: Shown, changes: Partial<LabView>): LabView {
	const changed = {...view, ...changes};
	const {recording: {machine, kernel}, program} = laboratory;
	const places = new Places(machine, kernel, program);
	return {...changed, slices: readSlices(paneNamed(changed.focus).needs ?? [], {laboratory, naming: places, places, view: changed})};
}

const textOf = (rows: readonly Row[]): string[] => rows.map(row => row.map(({text}) => text).join('').trimEnd());

/** A pane's rows as text. */
function paint(view: LabView, name: PaneName, width = 76, height = 18, glyphs = GLYPHS.unicode): string[] {
	return textOf(paneNamed(name).paint({...view, focus: name}, {width, height, glyphs, mark: markOf({...view, focus: name}, name), isChosen: true}));
}

/** Addresses that change with every line of the kernel are left out of what is compared. */
const withoutAddresses = (text: string): string => text.replaceAll(/(?:0x)?[0-9a-f]{5,16}(?![a-z])/gu, digits => (/\d/.test(digits) ? '#'.repeat(digits.length) : digits));

describe('a pane at a moment', () => {
	test.for(MOMENTS)('%s behind or before %s is as it was', async ([pane, event, to]) => {
		const {view} = at(event, to);
		await expect(`${withoutAddresses(paint({...view, syntax: 'written'}, pane).join('\n'))}\n`).toMatchFileSnapshot(path.join(import.meta.dirname, 'frames', `pane-${pane}.txt`));
	});
});

describe('every pane', () => {
	let shown: Shown;
	beforeAll(() => {
		shown = at('stack-switch', 'after');
	});

	test('has as many rows as there is room for, or fewer, in every room', () => {
		for (const {name} of PANES) {
			for (const [width, height] of [[36, 6], [40, 8], [76, 20], [296, 96]] as const) {
				for (const glyphs of Object.values(GLYPHS)) expect(paint(shown.view, name, width, height, glyphs).length, `${name} in ${width}x${height}`).toBeLessThanOrEqual(height);
			}
		}
	});

	test('says in sentences what it shows, without borders and signs', () => {
		for (const {name, tell} of PANES as readonly {readonly name: PaneName; readonly tell?: (view: LabView) => readonly string[]}[]) {
			const told = tell?.(shown.view) ?? [];
			expect(told.length, name).toBeGreaterThan(0);
			for (const sentence of told) expect(sentence, name).not.toMatch(/[│└├┌▶●◆✓\u0000-\u001f]/u);
		}
	});

	test('can be chosen by its name, and stands in a view', () => {
		const views = (PANES as readonly {readonly name: PaneName; readonly views: object}[]).filter(({name}) => name !== 'lesson' && name !== 'code').filter(each => Object.keys(each.views).length === 0);
		expect(views).toEqual([]);
	});
});

describe('marks that are linked', () => {
	let shown: Shown;
	beforeAll(() => {
		const {laboratory} = openFirstLab();
		finish(laboratory.goToPlace({to: 'after', event: 'result', nth: 1}));
		shown = {laboratory, view: viewOf({title: '', pages: [], origin: laboratory.origin, stops: []}, stopOf(laboratory))};
	});

	/** The row of the code pane with a sign in front. */
	const signed = (view: LabView, sign: string): string => paint(view, 'code', 60, 20).find(row => row.startsWith(sign)) ?? '';

	test('an event that is marked is shown in the code and unfolded in the hardware lane', () => {
		const {laboratory, view} = shown;
		const index = view.moment.events.filter(({step}) => step >= laboratory.origin).findIndex(event => event.kind === 'push' && event.slot === 'di');
		const {recording: {machine, kernel}, program} = laboratory;
		const places = new Places(machine, kernel, program);
		const marked: LabView = {...view, focus: 'events', marks: {events: index}};
		const all = {...marked, slices: readSlices(['listing', 'inspected', 'lane'], {laboratory, naming: places, places, view: marked})};
		const event = view.moment.events.find(each => each.kind === 'push' && each.slot === 'di');
		expect(all.slices.inspected).toMatchObject({isAsked: true, step: event?.step});
		expect(signed(all, '◆')).toMatch(/^◆ +55 +pushq +%rdi/u);
		expect(textOf(paneNamed('hardware').paint(all, {width: 100, height: 40, glyphs: GLYPHS.unicode, mark: 0, isChosen: false})).join('\n')).toContain('PUSH is fetched');
		expect(paneNamed('hardware').subject?.(all)).toMatch(/^step \d+$/u);
		// The machine has not moved for that.
		expect(laboratory.recording.step).toBe(laboratory.step);
	});

	test('an instruction that is marked in the code shows what it did when it ran last, and its event', () => {
		const {laboratory, view} = shown;
		const {recording: {machine, kernel}, program} = laboratory;
		const places = new Places(machine, kernel, program);
		const entry = kernel.symbols.addressOf('entry_SYSCALL_64') ?? 0n;
		const looked: LabView = {...view, focus: 'code', codeAt: entry + 4n};
		const all = {...looked, slices: readSlices(['listing', 'inspected', 'lane'], {laboratory, naming: places, places, view: looked})};
		expect(signed(all, '◆')).toMatch(/^◆ +41 +swapgs/u);
		const step = all.slices.inspected?.step ?? -1;
		expect(laboratory.recording.events.find(event => event.kind === 'swapgs' && event.step >= laboratory.origin)?.step).toBe(step);
		expect(paneNamed('code').marks?.action(all, 0)).toEqual({kind: 'go', step});
		expect(textOf(paneNamed('events').paint(all, {width: 60, height: 12, glyphs: GLYPHS.unicode, mark: 0, isChosen: false})).find(row => row.startsWith('◆'))).toContain('swapgs: gs.base is');
	});

	test('C stands beside the lines where there is room, and the statement of the instruction stands out', () => {
		const {laboratory, view} = shown;
		const {recording: {machine, kernel}, program} = laboratory;
		const places = new Places(machine, kernel, program);
		const looked: LabView = {...view, focus: 'code', codeAt: kernel.symbols.addressOf('do_syscall_x64') ?? 0n};
		const all = {...looked, slices: readSlices(['listing', 'inspected', 'lane'], {laboratory, naming: places, places, view: looked})};
		const wide = paint(all, 'code', 100, 20);
		expect(wide.find(row => row.startsWith('◆'))).toMatch(/cmpl.* │ if \(unr < NR_syscalls\) \{$/u);
		expect(wide.join('\n')).not.toContain('# C:');
		const narrow = paint(all, 'code', 60, 20);
		expect(narrow.join('\n')).toMatch(/^◆ +71 +cmpl .*\n +# C: if \(unr < NR_syscalls\) \{$/mu);
		expect(paneNamed('code').tell?.(all)).toContain('as C: if (unr < NR_syscalls) {');
	});

	test('i shows each instruction in the other syntax, and the shown one in both', () => {
		const {laboratory, view} = shown;
		const {recording: {machine, kernel}, program} = laboratory;
		const places = new Places(machine, kernel, program);
		const looked: LabView = {...view, focus: 'code', syntax: 'other', codeAt: (kernel.symbols.addressOf('entry_SYSCALL_64') ?? 0n) + 7n};
		const all = {...looked, slices: readSlices(['listing', 'inspected'], {laboratory, naming: places, places, view: looked})};
		const rows = paint(all, 'code', 64, 20);
		const index = rows.findIndex(row => row.startsWith('◆'));
		expect(rows[index]).toMatch(/^◆ +42 +mov gs:\[0x[0-9a-f]+\], rsp/u);
		expect(rows[index + 1].trim()).toBe('movq %rsp, %gs:cpu_tss_rw + TSS_sp2');
		expect(rows.find(row => /^ +47 /u.test(row))).toMatch(/push 0x2b/u);
		expect(paneNamed('code').subject?.(all)).toBe('entry_64.s, other syntax');
	});
});

test('the walk follows the line that is marked in the memory pane', () => {
	const shown = at('syscall', 'before');
	const rsp = shown.view.moment.registers.general.rsp;
	expect(read(shown, {focus: 'walk'}).slices.walk?.[0].name).toBe(`0x${rsp.toString(16)}`);
	expect(read(shown, {focus: 'walk', marks: {memory: 18}}).slices.walk?.[0].name).toBe(`0x${(rsp + 16n).toString(16)}`);
	expect(read(shown, {focus: 'walk', address: 0x40_1000n}).slices.walk?.[0].name).toBe('0x401000');
	expect(read(shown, {focus: 'walk', address: 1n << 60n}).slices.walk?.[0].text).toContain('is not canonical');
});

test('the table of calls is searched, and a row is explained on a card with its arguments, its result and errors', () => {
	const shown = at('dispatch', 'after');
	const {slices} = read(shown, {focus: 'calls', query: 'write'});
	expect(slices.calls?.[0].name).toBe('  1 write');
	expect(slices.calls?.[0].isNow).toBe(true);
	const card = slices.calls?.[0].card;
	expect(card?.title).toBe('write, system call 1');
	expect(card?.parts.map(({name}) => name)).toEqual([undefined, undefined, 'rax', 'rdi', 'rsi', 'rdx', 'Result', 'EBADF', 'EFAULT']);
	expect(card?.parts.at(-2)?.text).toBe('Bad file descriptor: fd is no open descriptor.');
	expect(read(shown, {focus: 'calls', query: 'zzzz'}).slices.calls).toEqual([]);
	expect(paint(read(shown, {focus: 'calls', query: 'zzzz'}), 'calls')).toEqual(['No call is found by that; :calls alone shows all.']);
});
