import {beforeAll, describe, expect, test} from 'vitest';
import {Store} from '../../source/view/app-state.js';
import {type Action, INITIAL_SESSION, type LabView, PANES, reduce, type Session} from '../../source/view/session.js';
import {themeFor} from '../../source/view/theme.js';
import {crossing, type Run, viewOf} from './views.js';

let run: Run;
let view: LabView;

beforeAll(() => {
	run = crossing();
	view = viewOf(run, run.moments[0]);
});

const inLab = (changes: Partial<LabView> = {}): Session => ({...INITIAL_SESSION, screen: 'lab', view: {...view, ...changes}});

/** The view after actions. */
const after = (session: Session, ...actions: readonly Action[]): LabView => {
	const {view: last} = actions.reduce(reduce, session);
	if (last === undefined) throw new Error('no lab is open');
	return last;
};

describe('screens', () => {
	test('a lab is opened, fails to open, or is left', () => {
		const opening = reduce({...INITIAL_SESSION, help: true}, {type: 'open', message: 'The crossing'});
		expect(opening).toEqual({screen: 'opening', help: false, helpScroll: 0, message: 'The crossing'});
		expect(reduce(opening, {type: 'opened', view})).toMatchObject({screen: 'lab', view});
		expect(reduce(opening, {type: 'fail', message: 'no'})).toEqual({screen: 'failed', help: false, helpScroll: 0, message: 'no'});
		expect(reduce(inLab(), {type: 'menu'})).toEqual(INITIAL_SESSION);
		expect(reduce(inLab(), {type: 'fail', message: 'no'}).view).toBeUndefined();
	});

	test('help opens at its top and never scrolls above it', () => {
		const scrolled = reduce(reduce({...INITIAL_SESSION, help: true}, {type: 'scroll-help', by: 10}), {type: 'scroll-help', by: -3});
		expect(scrolled.helpScroll).toBe(7);
		expect(reduce(scrolled, {type: 'scroll-help', by: -10}).helpScroll).toBe(0);
		expect(reduce(scrolled, {type: 'help', shown: true}).helpScroll).toBe(0);
		expect(reduce(inLab(), {type: 'help', shown: true}).view).toEqual(view);
	});

	test('what concerns a lab changes nothing where none is open', () => {
		for (const action of [{type: 'zoom', zoomed: true}, {type: 'mark', by: 1, count: 18}, {type: 'notice', notice: 'a'}] as const) expect(reduce(INITIAL_SESSION, action)).toBe(INITIAL_SESSION);
	});
});

describe('a moment', () => {
	test('ends notice, editor and scrolling, but not the lesson’s', () => {
		const before = inLab({scroll: {lesson: 3, code: 5}, notice: 'old', editor: {register: 'rax', text: '1', cursor: 1}});
		const now = after(before, {type: 'moment', moment: run.moments[1]});
		expect(now).toEqual({...view, moment: run.moments[1], scroll: {lesson: 3}});
	});

	test('may bring a notice and the pane that matters', () => {
		expect(after(inLab(), {type: 'moment', moment: run.moments[1], notice: 'new', spotlight: 'stacks'})).toMatchObject({notice: 'new', spotlight: 'stacks'});
		expect(after(inLab({spotlight: 'events'}), {type: 'moment', moment: run.moments[1]})).toMatchObject({spotlight: 'events'});
	});

	test('with another page gives the word to the lesson, from its top', () => {
		const now = after(inLab({focus: 'stacks', zoomed: true, scroll: {lesson: 3}}), {type: 'moment', moment: run.moments[1], page: 4});
		expect(now).toMatchObject({page: 4, focus: 'lesson', zoomed: false, scroll: {}});
		expect(after(inLab({focus: 'lesson', zoomed: true}), {type: 'moment', moment: run.moments[1], page: 4})).toMatchObject({focus: 'lesson', zoomed: true});
		expect(after(inLab({page: 4, focus: 'stacks', zoomed: true}), {type: 'moment', moment: run.moments[1], page: 4})).toMatchObject({focus: 'stacks', zoomed: true});
	});
});

describe('panes', () => {
	test('are chosen by name and in a ring', () => {
		expect(after(inLab(), {type: 'focus', pane: 'events'})).toMatchObject({focus: 'events', spotlight: 'events'});
		expect(after(inLab({spotlight: 'stacks'}), {type: 'focus', pane: 'code'})).toMatchObject({focus: 'code', spotlight: 'stacks'});
		expect(PANES.map((_, index) => after(inLab(), ...Array.from({length: index + 1}, (): Action => ({type: 'cycle', by: 1}))).focus)).toEqual([...PANES.slice(1), PANES[0]]);
		expect(after(inLab(), {type: 'cycle', by: -1}).focus).toBe('console');
	});

	test('are zoomed and scrolled', () => {
		expect(after(inLab(), {type: 'zoom', zoomed: true}).zoomed).toBe(true);
		expect(after(inLab({focus: 'code'}), {type: 'scroll', by: 3}, {type: 'scroll', by: -1}).scroll).toEqual({code: 2});
	});

	test('the mark stays on a register', () => {
		expect(after(inLab(), {type: 'mark', by: -1, count: 18}).register).toBe(0);
		expect(after(inLab(), {type: 'mark', by: 10, count: 18}, {type: 'mark', by: 10, count: 18}).register).toBe(17);
	});
});

describe('the field of a register', () => {
	const editor = {register: 'rax', text: '1', cursor: 1};

	test('opens, changes and closes', () => {
		expect(after(inLab({notice: 'old'}), {type: 'edit', editor})).toEqual({...view, editor});
		expect(after(inLab({editor}), {type: 'edit', editor: undefined})).toEqual(view);
	});

	test('a notice does not close it', () => {
		expect(after(inLab({editor}), {type: 'notice', notice: 'a'})).toMatchObject({editor, notice: 'a'});
	});
});

test('the store tells who listens, until they no longer do', () => {
	const store = new Store({labs: [], width: 80, height: 24, theme: themeFor('none', 'ascii')});
	let told = 0;
	const stop = store.subscribe(() => told++);
	store.resize(100, 30);
	store.dispatch({type: 'help', shown: true});
	expect(store.get()).toMatchObject({width: 100, height: 30, session: {help: true}});
	stop();
	store.dispatch({type: 'menu'});
	expect(told).toBe(2);
});
