import {describe, expect, test} from 'vitest';
import {hardwareLane} from '../../source/trace/hardware/lane.js';
import {changes, type LaneEntry} from '../../source/trace/hardware/lane-entry.js';
import {Places} from '../../source/trace/hardware/places.js';
import {GLYPHS} from '../../source/view/glyphs.js';
import type {LabView} from '../../source/view/lab-view.js';
import {hardwarePane} from '../../source/view/panes/hardware.js';
import {hex} from '../../source/view/text.js';
import {imageOf, Run} from '../support/machines.js';

const PROGRAM = `	.globl _start
_start:	movl $39, %eax
	syscall
	pushq $7
	movq $0xffffffff81000000, %rax
	movq (%rax), %rbx
`;

const run = new Run(PROGRAM, {kernel: {isolation: true}});
const {recording} = run;
const places = new Places(recording.machine, recording.kernel, {image: imageOf(PROGRAM)});

const viewOf = (lane: readonly LaneEntry[]): LabView => ({slices: {lane}, scroll: {}, marks: {}, origin: 0}) as unknown as LabView;

/** The pane with room for everything, as one text without line ends. */
const textOf = (lane: readonly LaneEntry[], width: number): string =>
	hardwarePane.paint(viewOf(lane), {width, height: 1000, glyphs: GLYPHS.unicode, mark: -1, isChosen: true}).map(row => row.map(({text}) => text).join('').trim()).join(' ').replaceAll(/\s+/g, ' ');

/** The lanes of steps whose instruction is one of some, of each the first. */
function lanesOf(names: readonly string[], from: number): ReadonlyMap<string, readonly LaneEntry[]> {
	const found = new Map<string, readonly LaneEntry[]>();
	for (let step = from; step < recording.length && found.size < names.length; step++) {
		const lane = hardwareLane(recording.detail(step), places);
		const name = lane.find(({kind}) => kind === 'instruction')?.sentence.split(' ')[0] ?? '';
		if (names.includes(name) && !found.has(name)) found.set(name, lane);
	}

	return found;
}

/** Checks that everything of a lane is shown. */
function expectWhole(lane: readonly LaneEntry[]): void {
	for (const width of [40, 76, 200]) {
		const text = textOf(lane, width);
		// In a narrow pane long values are broken.
		const plain = text.replaceAll(' ', '');
		for (const entry of lane) {
			expect(plain).toContain(entry.sentence.replaceAll(' ', ''));
			expect(plain).toContain(entry.reference.replaceAll(' ', ''));
			if (changes(entry)) expect(plain).toContain(`${entry.target}:${hex(entry.before)}→${hex(entry.after)}`.replaceAll(' ', ''));
			if (entry.kind === 'walk') for (const {name, after} of entry.parts ?? []) expect(plain).toContain(`${name}=${hex(after).slice(2)}`.replaceAll(' ', ''));
		}
	}
}

describe('the hardware pane shows all that the processor did for', () => {
	const crossing = lanesOf(['SYSCALL', 'SWAPGS', 'PUSH', 'SYSRETQ', 'MOV'], run.events('syscall')[0].step);
	test.for(['SYSCALL', 'SWAPGS', 'PUSH', 'SYSRETQ'])('%s', name => expectWhole(crossing.get(name) ?? expect.fail(`no ${name} was run`)));

	test('WRMSR, IRETQ and what the boot does besides', () => {
		const boot = lanesOf(['WRMSR', 'IRETQ', 'LIDT', 'LTR'], 0);
		expect([...boot.keys()].sort()).toEqual(['IRETQ', 'LIDT', 'LTR', 'WRMSR']);
		for (const lane of boot.values()) expectWhole(lane);
	});

	test('MOV to CR3', () => {
		const event = recording.events.find(({kind, step}) => kind === 'cr3' && step > run.events('syscall')[0].step);
		const lane = hardwareLane(recording.detail(event?.step ?? 0), places);
		expect(lane.some(({target}) => target === 'cr3')).toBe(true);
		expectWhole(lane);
	});

	test('an exception: the walk level by level with the bit that refused, the gate, the TSS, each word pushed', () => {
		const [fault] = run.events('exception');
		const lane = hardwareLane(recording.detail(fault.step), places);
		expect(lane.map(({kind}) => kind)).toEqual(expect.arrayContaining(['refusal', 'raise', 'memory-write']));
		expect(lane.filter(({stage}) => stage === 'deliver').length).toBeGreaterThan(8);
		expectWhole(lane);
		const refused = lane.findIndex(({kind}) => kind === 'refusal');
		const rows = hardwarePane.paint(viewOf(lane), {width: 200, height: 1000, glyphs: GLYPHS.unicode, mark: -1, isChosen: true});
		expect(rows.some(row => row.some(({text, tone}) => tone === 'error' && text.startsWith(lane[refused].sentence.slice(0, 40))))).toBe(true);
	});
});

test('Enter explains an entry with its place, its values and every field', () => {
	const lane = hardwareLane(recording.detail(run.events('exception')[0].step), places);
	const index = lane.findIndex(({parts = []}) => parts.length > 3);
	const action = hardwarePane.marks?.action(viewOf(lane), index);
	expect(action?.kind).toBe('explain');
	if (action?.kind !== 'explain') return;
	const {parts = []} = lane[index];
	expect(action.card.parts[0].text).toBe(lane[index].sentence);
	expect(action.card.parts.slice(-parts.length).map(({name}) => name)).toEqual(parts.map(({name}) => name));
});

test('where there is little room, what matters alone is shown, and told all the same', () => {
	const lane = hardwareLane(recording.detail(run.events('syscall')[0].step), places);
	const small = hardwarePane.paint(viewOf(lane), {width: 36, height: 12, glyphs: GLYPHS.unicode, mark: 0, isChosen: false}).map(row => row.map(({text}) => text).join('')).join('\n');
	expect(small).toContain('● rcx takes');
	expect(small).not.toContain('is fetched from');
	const told = hardwarePane.tell?.(viewOf(lane)) ?? [];
	expect(told).toHaveLength(lane.length);
	expect(told.find(sentence => sentence.startsWith('rcx takes'))).toMatch(/\(SDM vol\. 2B, SYSCALL\) Before 0x0, after 0x[0-9a-f]+\.$/u);
});
