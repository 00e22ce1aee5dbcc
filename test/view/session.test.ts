import {beforeAll, describe, expect, test} from 'vitest';
import {Store} from '../../source/view/app-state.js';
import {contextOf, refusalOf} from '../../source/view/availability.js';
import {INITIAL_SESSION} from '../../source/view/initial-session.js';
import type {LabView} from '../../source/view/lab-view.js';
import {markOf, panesOf} from '../../source/view/panes/index.js';
import {type Action, reduce, type Session} from '../../source/view/session.js';
import {themeFor} from '../../source/view/theme.js';
import {VIEW_SETS} from '../../source/view/view-sets.js';
import {crossing, type Run, stateOf, type Stop, viewOf} from './views.js';

let run: Run;
let view: LabView;

beforeAll(() => {
	run = crossing();
	view = viewOf(run, run.stops[0]);
});

const inLab = (changes: Partial<LabView> = {}): Session => ({...INITIAL_SESSION, screen: 'lab', view: {...view, ...changes}});

/** The view after actions. */
const after = (session: Session, ...actions: readonly Action[]): LabView => {
	const {view: last} = actions.reduce(reduce, session);
	if (last === undefined) throw new Error('no lab is open');
	return last;
};

const arrival = ({moment, sentence}: Stop): Extract<Action, {type: 'moment'}> => ({type: 'moment', moment, sentence, origin: run.origin});

describe('screens', () => {
	test('a lab is opened, fails to open, or is left as it is', () => {
		const opening = reduce({...INITIAL_SESSION, help: {scroll: 3}, highlight: 2}, {type: 'open', message: 'The crossing'});
		expect(opening).toEqual({screen: 'opening', highlight: 0, message: 'The crossing'});
		expect(reduce(opening, {type: 'opened', view})).toMatchObject({screen: 'lab', view});
		expect(reduce(opening, {type: 'fail', message: 'no'})).toEqual({screen: 'failed', highlight: 0, message: 'no'});
		expect(reduce(inLab(), {type: 'menu'})).toEqual({...INITIAL_SESSION, view});
		expect(reduce(reduce(inLab(), {type: 'menu'}), {type: 'resume'})).toEqual(inLab());
		expect(reduce(INITIAL_SESSION, {type: 'resume'})).toBe(INITIAL_SESSION);
		// What was open is not lost when something else can't be opened.
		expect(reduce(reduce(inLab(), {type: 'open', message: 'a'}), {type: 'fail', message: 'no'})).toEqual({...INITIAL_SESSION, screen: 'failed', message: 'no', view});
	});

	test('help opens at its top and never scrolls above it', () => {
		const help = reduce(INITIAL_SESSION, {type: 'help', shown: true});
		const scrolled = reduce(reduce(help, {type: 'scroll-help', by: 10}), {type: 'scroll-help', by: -3});
		expect(scrolled.help).toEqual({scroll: 7});
		expect(reduce(scrolled, {type: 'scroll-help', by: -10}).help).toEqual({scroll: 0});
		expect(reduce(scrolled, {type: 'help', shown: true}).help).toEqual({scroll: 0});
		expect(reduce(scrolled, {type: 'help', shown: false})).toEqual(INITIAL_SESSION);
		expect(reduce(INITIAL_SESSION, {type: 'scroll-help', by: 1})).toBe(INITIAL_SESSION);
	});

	test('what concerns a lab changes nothing where none is open', () => {
		for (const action of [{type: 'zoom', zoomed: true}, {type: 'mark', mark: 1}, {type: 'notice', notice: 'a'}] as const) expect(reduce(INITIAL_SESSION, action)).toBe(INITIAL_SESSION);
	});

	test('keys go to what lies on top', () => {
		const prompt = {kind: 'command', title: '', field: {text: '', cursor: 0}, hint: '', suggestions: [], chosen: -1} as const;
		expect([INITIAL_SESSION, inLab(), {...INITIAL_SESSION, screen: 'opening'} as const, {...INITIAL_SESSION, screen: 'failed'} as const, {...inLab(), prompt}, {...inLab(), prompt, help: {scroll: 0}}].map(session => contextOf(session)))
			.toEqual(['menu', 'lab', 'message', 'message', 'field', 'help']);
	});
});

describe('a moment', () => {
	test('ends notice and scrolling, but not the lesson’s, and keeps the marks that stay', () => {
		const before = inLab({scroll: {lesson: 3, code: 5}, notice: 'old', marks: {registers: 4, events: 2, stacks: 3, flags: 1}});
		const stop = run.stops[1];
		expect(after(before, arrival(stop))).toEqual({...view, moment: stop.moment, sentence: stop.sentence, scroll: {lesson: 3}, marks: {registers: 4, flags: 1}, hidden: []});
	});

	test('at the same step, as behind a change, leaves marks and scrolling where they were', () => {
		const place = {scroll: {lesson: 3, stacks: 2}, marks: {stacks: 3, registers: 4}};
		const {moment, lesson} = view;
		expect(after(inLab(place), {...arrival(run.stops[1]), moment, ...(lesson === undefined ? {} : {lesson})})).toMatchObject(place);
	});

	test('may bring a notice and the pane that matters', () => {
		expect(after(inLab(), {...arrival(run.stops[1]), notice: 'new', spotlight: 'stacks'})).toMatchObject({notice: 'new', spotlight: 'stacks'});
		expect(after(inLab({spotlight: 'events'}), arrival(run.stops[1]))).toMatchObject({spotlight: 'events'});
	});

	test('with another page gives the word to the lesson, from its top', () => {
		const lesson = run.pages[4];
		const now = after(inLab({focus: 'stacks', zoomed: true, scroll: {lesson: 3}}), {...arrival(run.stops[1]), lesson});
		expect(now).toMatchObject({lesson, focus: 'lesson', zoomed: false, scroll: {}});
		expect(after(inLab({focus: 'lesson', zoomed: true}), {...arrival(run.stops[1]), lesson})).toMatchObject({focus: 'lesson', zoomed: true});
		expect(after(inLab({lesson, focus: 'stacks', zoomed: true}), {...arrival(run.stops[1]), lesson})).toMatchObject({focus: 'stacks', zoomed: true});
	});

	test('shows pushed words one after the other', () => {
		const now = after(inLab(), {...arrival(run.stops[1]), hidden: [8n, 16n]});
		expect(now.hidden).toEqual([8n, 16n]);
		expect(after({...INITIAL_SESSION, view: now}, {type: 'reveal', hidden: [16n]}).hidden).toEqual([16n]);
	});
});

describe('panes', () => {
	test('are chosen by name and in a ring of those of the view', () => {
		expect(after(inLab(), {type: 'focus', pane: 'events'})).toMatchObject({focus: 'events', spotlight: 'events'});
		expect(after(inLab({spotlight: 'stacks'}), {type: 'focus', pane: 'code'})).toMatchObject({focus: 'code', spotlight: 'stacks'});
		const ring = Array.from({length: 9}, (_, index) => after(inLab(), ...Array.from({length: index + 1}, (): Action => ({type: 'cycle', by: 1}))).focus);
		expect(ring).toEqual(['registers', 'code', 'stacks', 'events', 'console', 'hardware', 'memory', 'flags', 'lesson']);
		expect(after(inLab(), {type: 'cycle', by: -1}).focus).toBe('flags');
		// A pane of another view is left for the next one of this.
		expect(after(inLab({focus: 'vector'}), {type: 'cycle', by: 1}).focus).toBe('lesson');
	});

	test('are zoomed, scrolled and marked', () => {
		expect(after(inLab(), {type: 'zoom', zoomed: true}).zoomed).toBe(true);
		expect(after(inLab({focus: 'code'}), {type: 'scroll', by: 3}, {type: 'scroll', by: -1}).scroll).toEqual({code: 2});
		expect(after(inLab({focus: 'registers'}), {type: 'mark', mark: 5}).marks).toEqual({registers: 5});
	});

	test('of another view come with the one that it is about', () => {
		for (const set of ['processor', 'memory', 'crossing'] as const) {
			expect(after(inLab(), {type: 'set', set})).toMatchObject({set, spotlight: VIEW_SETS[set].featured, focus: 'lesson'});
			expect(after(inLab({focus: 'events'}), {type: 'set', set}).focus).toBe(VIEW_SETS[set].featured);
			expect(panesOf(set)).toContain(VIEW_SETS[set].featured);
		}
	});

	test('show memory at another address from its top', () => {
		const now = after(inLab({marks: {memory: 3, registers: 1}, scroll: {memory: 2, code: 1}}), {type: 'address', address: 0x1000n});
		expect(now).toMatchObject({address: 0x1000n, marks: {registers: 1}, scroll: {code: 1}});
		expect('address' in after({...INITIAL_SESSION, view: now}, {type: 'address', address: undefined})).toBe(false);
	});

	test('a mark stays within the lines that there are', () => {
		expect(markOf({...view, marks: {registers: 500}}, 'registers')).toBe(17);
		expect(markOf({...view, marks: {events: -3}}, 'events')).toBe(0);
		expect(markOf({...view, marks: {lesson: 7}}, 'lesson')).toBe(0);
	});
});

describe('what can’t be done', () => {
	const refusal = (name: Parameters<typeof refusalOf>[0], changes: Partial<LabView> = {}): string | undefined => refusalOf(name, inLab(changes));

	test('at the beginning and at the end of a run', () => {
		const end = run.stops.find(({moment}) => moment.outcome !== undefined);
		if (end === undefined) throw new Error('the run never ends');
		for (const name of ['step', 'over', 'continue', 'finish', 'right', 'play'] as const) expect([refusal(name), refusal(name, {moment: end.moment})]).toEqual([undefined, 'the program has ended; step back to go on differently']);
		const start = {moment: {...view.moment, step: run.origin}};
		for (const name of ['step-back', 'over-back', 'continue-back', 'finish-back', 'left', 'home'] as const) expect(refusal(name, start)).toBe('this is where the program begins');
		expect(refusal('end', {moment: {...view.moment, step: view.moment.length}})).toBe('so far the program has run, no further');
	});

	test('in a lesson, and without one', () => {
		const last = run.pages.at(-1);
		expect([refusal('previous-page'), refusal('next-page')]).toEqual(['this is the first page', undefined]);
		if (last !== undefined) expect(refusal('next-page', {lesson: last})).toBe('this was the last page; m leads back to the labs');
		const {lesson, ...free} = view;
		expect(lesson).toBeDefined();
		for (const name of ['next-page', 'previous-page', 'check', 'hint', 'answer', 'solution'] as const) expect(refusalOf(name, {...INITIAL_SESSION, screen: 'lab', view: free})).toBe('this program runs without a lesson');
	});

	test('with changes and speeds', () => {
		expect([refusal('undo'), refusal('redo'), refusal('undo', {history: {undo: 'rdi = 0x1'}})]).toEqual(['nothing has been changed', 'nothing has been taken back', undefined]);
		expect([refusal('faster', {speed: 30}), refusal('slower', {speed: 1}), refusal('faster')]).toEqual(['playing can’t be faster', 'playing can’t be slower', undefined]);
	});

	test('outside of a lab is not asked', () => {
		expect(refusalOf('undo', INITIAL_SESSION)).toBeUndefined();
	});
});

test('the store tells who listens, until they no longer do, and only of changes', () => {
	const store = new Store(stateOf(undefined, 80, 24, themeFor('none', 'ascii')));
	let told = 0;
	const stop = store.subscribe(() => told++);
	store.resize(100, 30);
	store.dispatch({type: 'help', shown: true});
	store.dispatch({type: 'resume'});
	store.useTheme(themeFor('none', 'unicode', 'light'));
	expect(store.get()).toMatchObject({width: 100, height: 30, session: {help: {scroll: 0}}, theme: {name: 'light'}});
	stop();
	store.dispatch({type: 'menu'});
	expect(told).toBe(3);
});
