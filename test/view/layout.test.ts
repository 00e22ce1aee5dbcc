import {beforeAll, describe, expect, test} from 'vitest';
import type {LabView} from '../../source/view/lab-view.js';
import {layout, visiblePanes} from '../../source/view/layout.js';
import {crossing, type Run, viewOf} from './views.js';

let run: Run;
let view: LabView;

beforeAll(() => {
	run = crossing();
	view = viewOf(run, run.stops[0]);
});

/** The layout as text: each column with its width, each pane with its height. */
const shape = (width: number, height: number, changes: Partial<LabView> = {}): readonly string[] =>
	layout({...view, ...changes}, width, height).map(column => `${column.width}: ${column.panes.map(({pane, height: rows}) => `${pane} ${rows}`).join(', ')}`);

describe('a screen of the usual sizes', () => {
	test('80 by 24 shows the lesson, the pane that follows the step, and the code', () => {
		expect(shape(80, 24)).toEqual(['40: lesson 21', '40: registers 14, code 7']);
		expect(shape(80, 24, {spotlight: 'stacks'})).toEqual(['40: lesson 21', '40: stacks 14, code 7']);
		expect(shape(80, 24, {spotlight: 'stacks', focus: 'memory'})).toEqual(['40: lesson 21', '40: memory 12, code 9']);
	});

	test('120 by 40 shows the six panes of the crossing', () => {
		expect(shape(120, 40)).toEqual(['41: lesson 20, code 16', '41: registers 25, events 11', '38: stacks 29, console 7']);
	});

	test('200 by 60 shows more below them', () => {
		expect(shape(200, 60)).toEqual(['78: lesson 20, code 36', '52: registers 25, events 16, memory 15', '70: stacks 31, console 7, hardware 18']);
	});

	test('250 by 70 has another column', () => {
		expect(layout(view, 250, 70)).toHaveLength(4);
		expect(visiblePanes(view, 250, 70)).toEqual(expect.arrayContaining(['lesson', 'code', 'registers', 'stacks', 'events', 'console', 'hardware', 'memory', 'flags']));
	});

	test('a tall and narrow one stacks more beside the lesson', () => {
		expect(visiblePanes(view, 80, 60)).toEqual(expect.arrayContaining(['lesson', 'code', 'registers', 'stacks']));
	});

	test('a wide and low one puts the code beside the lesson', () => {
		expect(shape(200, 24)).toEqual(['78: lesson 21', '52: registers 21', '70: stacks 14, code 7']);
	});
});

test('a pane that is chosen and has no place takes that of another, and no other moves', () => {
	const without = visiblePanes(view, 120, 40);
	const chosen = visiblePanes({...view, focus: 'hardware'}, 120, 40);
	expect(without).not.toContain('hardware');
	expect(chosen).toEqual(without.map(pane => (pane === 'events' ? 'hardware' : pane)));
	expect(visiblePanes({...view, focus: 'vector'}, 200, 60)).toEqual(visiblePanes(view, 200, 60).map(pane => (pane === 'hardware' ? 'vector' : pane)));
});

test('choosing a pane that has a place moves none', () => {
	for (const focus of ['registers', 'stacks', 'events', 'console', 'code', 'lesson'] as const) expect(shape(120, 40, {focus})).toEqual(shape(120, 40));
});

test('zoom gives the chosen pane everything', () => {
	expect(shape(80, 24, {focus: 'events', zoomed: true})).toEqual(['80: events 21']);
	expect(shape(200, 60, {focus: 'events', zoomed: true})).toEqual(['200: events 56']);
});

test('another view has other panes', () => {
	expect(visiblePanes({...view, set: 'processor', spotlight: 'hardware'}, 120, 40)).toEqual(expect.arrayContaining(['hardware', 'flags']));
	expect(visiblePanes({...view, set: 'memory', spotlight: 'memory'}, 120, 40)).toEqual(expect.arrayContaining(['memory', 'stacks']));
	expect(visiblePanes({...view, set: 'processor', spotlight: 'hardware'}, 80, 24)).toContain('hardware');
});
