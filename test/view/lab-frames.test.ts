/** Each lab's first page and its middle task, done: as the screen shows them at two sizes, and as they are told without one. */
import path from 'node:path';
import {expect, test, vi} from 'vitest';
import {listLabs} from '../../source/lab/catalogue.js';
import type {Action} from '../../source/lab/format/action.js';
import type {LabStep} from '../../source/lab/lab-file.js';
import {openBench} from '../../source/lab/open-lab.js';
import {machineAnswer} from '../../source/lab/predictions/predict.js';
import {finish, type Workbench} from '../../source/lab/session/workbench.js';
import {loadInstructionText} from '../../source/trace/instruction-text.js';
import {Desk} from '../../source/ui/desk.js';
import {Lesson} from '../../source/ui/lesson.js';
import {Store} from '../../source/view/app-state.js';
import {INITIAL_SESSION} from '../../source/view/initial-session.js';
import {Keymap} from '../../source/view/keymap.js';
import {openedView} from '../../source/view/lab-view.js';
import {tellOpened} from '../../source/view/plain-text.js';
import {labRows} from '../../source/view/screen.js';
import {themeFor} from '../../source/view/theme.js';

vi.setConfig({testTimeout: 120_000});
await loadInstructionText();

const SIZES = [[80, 24], [120, 40]] as const;

/** A lab on the screen, without a terminal. */
class Screen {
	readonly bench: Workbench;
	private readonly lesson: Lesson;
	private readonly desk: Desk;
	private readonly store = new Store({session: INITIAL_SESSION, labs: [], width: 120, height: 40, theme: themeFor('none', 'unicode'), keymap: new Keymap()});

	constructor(folder: string) {
		this.bench = openBench(folder, {seed: 0x5eedn});
		this.lesson = new Lesson(this.bench, undefined, () => undefined);
		this.desk = new Desk(this.bench.laboratory, this.lesson, this.store, false);
		const {laboratory, lab: {title}} = this.bench;
		const moment = laboratory.moment();
		this.store.dispatch({type: 'opened', view: openedView({title, moment, sentence: this.desk.sentence(moment), origin: laboratory.origin})});
	}

	/** Turns to a page. */
	page(number: number): void {
		finish(this.desk.enter(number));
		this.desk.show(undefined, {isPage: true, spotlight: this.bench.lab.steps[number].show});
	}

	/** Answers the page's questions and does its task, as the solution has it. */
	solve(step: LabStep): void {
		for (const [index, prediction] of step.predictions.entries()) this.lesson.answer(index, machineAnswer(this.bench.oracle(step, index), prediction));
		for (const action of step.solution?.do ?? []) this.perform(action, step);
		this.desk.show();
		this.lesson.check();
		this.desk.showLesson();
	}

	private perform(action: Action, step: LabStep): void {
		if ('set' in action) expect(this.desk.change(action.set.text)).toBeUndefined();
		else if ('go' in action || 'keys' in action) finish(this.bench.perform(action, step));
		else finish(this.desk.beginAgain('entry' in action ? {entry: this.bench.readEntry(action.entry)} : action));
		this.desk.show();
	}

	/** What is seen, at each size, and told. */
	text(): string {
		const frames = SIZES.map(([width, height]) => {
			this.store.resize(width, height);
			this.desk.sync();
			return labRows(this.store.get()).map(row => row.replaceAll(/\u001B\[[\d;]*m/gu, '').trimEnd()).join('\n');
		});
		const {view} = this.store.get().session;
		return [...frames, ...(view === undefined ? [] : [tellOpened(view).join('\n')])].join('\n\n');
	}
}

test.each(listLabs().map(({name, folder}) => [name, folder]))('the lab %s looks as it did', async (name, folder) => {
	const screen = new Screen(folder);
	screen.page(0);
	const first = screen.text();
	const tasks = screen.bench.lab.steps.flatMap(({goals}, index) => (goals.length > 0 ? [index] : []));
	const middle = tasks[tasks.length >> 1];
	screen.page(middle);
	screen.solve(screen.bench.lab.steps[middle]);
	await expect(`${first}\n\n${screen.text()}\n`).toMatchFileSnapshot(path.join(import.meta.dirname, 'frames', 'labs', `${name}.txt`));
});
