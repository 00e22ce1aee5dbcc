import path from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import type {LabView} from '../../source/view/lab-view.js';
import {tellChange, tellOpened} from '../../source/view/plain-text.js';
import {paintLab} from '../../source/view/screen.js';
import {themeFor} from '../../source/view/theme.js';
import {finish, openFirstLab, pagesOf, type Run, stateOf, stopOf, viewOf} from './views.js';

/** Moments that a lesson about the crossing stands on, each with the page that speaks of it and the pane that it shows. */
const MOMENTS = [
	{name: 'before-syscall', event: 'syscall', to: 'before', page: 0, spotlight: 'registers'},
	{name: 'after-syscall', event: 'syscall', to: 'after', page: 1, spotlight: 'registers'},
	{name: 'stack-switch', event: 'stack-switch', to: 'after', page: 2, spotlight: 'stacks'},
	{name: 'pt-regs', event: 'pt_regs', to: 'before', page: 3, spotlight: 'stacks'},
	{name: 'dispatch', event: 'dispatch', to: 'after', page: 4, spotlight: 'code'},
	{name: 'result', event: 'result', to: 'before', page: 5, spotlight: 'console'},
	{name: 'after-sysret', event: 'sysret', to: 'after', page: 6, spotlight: 'registers'},
] as const;

let views: ReadonlyMap<string, LabView>;

beforeAll(() => {
	const {laboratory, lesson} = openFirstLab();
	const run: Run = {title: lesson.bench.lab.title, pages: pagesOf(lesson), origin: laboratory.origin, stops: []};
	// Each moment on a machine that has not gone further.
	views = new Map(MOMENTS.map(({name, event, to, page, spotlight}) => {
		const {laboratory: own} = openFirstLab();
		finish(own.goToPlace({to, event, nth: 1}));
		return [name, {...viewOf(run, stopOf(own), page), spotlight}];
	}));
});

function viewAt({name}: (typeof MOMENTS)[number]): LabView {
	const view = views.get(name);
	if (view === undefined) throw new Error(`no moment ${name}`);
	return view;
}

const visible = (text: string): string => text.replaceAll(/\u001B\[[\d;]*m/gu, '');

/** A frame as text, put together as the terminal shows it. */
function frame(view: LabView, width: number, height: number): string {
	const {top, columns, bottom} = paintLab(view, stateOf(view, width, height, themeFor('none', 'unicode')));
	const panes = columns.map(column => column.panes.flatMap(({text}) => visible(text).split('\n')));
	const body = panes[0].map((_, row) => panes.map(column => column[row]).join(''));
	return [visible(top), ...body, visible(bottom)].map(row => row.replaceAll(/ +$/gmu, '')).join('\n') + '\n';
}

const file = (name: string): string => path.join(import.meta.dirname, 'frames', `${name}.txt`);

describe.for([[80, 24], [120, 40]] as const)('at %i by %i', ([width, height]) => {
	test.for(MOMENTS)('$name is as it was', async moment => {
		await expect(frame(viewAt(moment), width, height)).toMatchFileSnapshot(file(`${moment.name}-${width}x${height}`));
	});
});

test('the same moments told without a screen are as they were', async () => {
	let before = viewAt(MOMENTS[0]);
	const told = [...tellOpened(before)];
	for (const moment of MOMENTS.slice(1)) {
		const view = viewAt(moment);
		told.push('', `# ${moment.name}`, ...tellChange(before, view));
		before = view;
	}

	await expect(`${told.join('\n')}\n`).toMatchFileSnapshot(file('plain'));
});
