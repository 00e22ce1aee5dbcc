import type {Laboratory, Work} from '../lab/laboratory.js';
import type {AskedQuestion} from '../lab/session/lab-session.js';
import {ValueError} from '../trace/register-values.js';
import type {Store} from '../view/app-state.js';
import type {Card} from '../view/card.js';
import type {CommandName} from '../view/commands.js';
import {type LabView, SPEEDS} from '../view/lab-view.js';
import {isPaneName, markOf, paneNamed, paneOfDigit} from '../view/panes/index.js';
import type {MarkAction} from '../view/panes/pane.js';
import {rowsOf, scrollable} from '../view/screen.js';
import {nextViewSet, VIEW_SET_NAMES} from '../view/view-sets.js';
import {readAnswer} from './answers.js';
import type {Arrival, Desk} from './desk.js';
import {wayTo} from './far-way.js';
import type {Lesson} from './lesson.js';

/** Lines that a page keeps of the one before. */
const KEPT = 1;

/** Steps from the beginning beyond which looking back for a call may take long. */
const FAR = 5000;

/** What commands of a lab need of who gives them. */
export interface LabHands {
	/** Does work that may take long; the notice is shown when it is done. */
	work(desk: Desk, work: Work, arrival?: Arrival, notice?: string): void;
	/** Asks for a new value. */
	ask(action: Extract<MarkAction, {kind: 'change'}>): void;
	/** Asks for the answer to a question. */
	askAnswer(question: AskedQuestion): void;
	/** Lays an explanation over the screen. */
	explain(card: Card): void;
	/** Lets steps follow one another. */
	play(desk: Desk): void;
	/** Shows another branch of the run. */
	switchTo(desk: Desk, branch: number): void;
}

/** What a command does; the reason, if it can't be done. */
type Action = (given: {readonly argument: string; readonly view: LabView; readonly desk: Desk; readonly lab: Laboratory}) => string | undefined;

/** The commands that concern an open lab or program. */
export class LabCommands {
	/** The page of which was said that something is left to be done. */
	private warned: number | undefined;

	constructor(
		private readonly store: Store,
		private readonly hands: LabHands,
	) {}

	private readonly actions: Readonly<Partial<Record<CommandName, Action>>> = {
		step: ({desk, lab}) => this.done(() => desk.moved(lab.move(1))),
		'step-back': ({desk, lab}) => this.done(() => desk.moved(lab.move(-1))),
		right: ({desk, lab}) => this.done(() => desk.moved(lab.move(1))),
		left: ({desk, lab}) => this.done(() => desk.moved(lab.move(-1))),
		over: ({desk, lab}) => this.done(() => this.hands.work(desk, lab.over())),
		'over-back': ({desk, lab}) => this.lookBack(desk, () => lab.overBack()),
		continue: ({desk, lab}) => this.done(() => this.hands.work(desk, lab.continue())),
		'continue-back': ({desk, lab}) => this.done(() => desk.moved(lab.continueBack())),
		finish: ({desk, lab}) => this.done(() => this.hands.work(desk, lab.finish())),
		'finish-back': ({desk, lab}) => this.lookBack(desk, () => lab.finishBack()),
		home: ({desk, lab}) => this.done(() => desk.moved(lab.toStart())),
		end: ({desk, lab}) => this.done(() => desk.moved(lab.toEnd())),
		go: ({argument, desk, lab}) => this.go(argument, desk, lab),
		play: ({desk}) => this.done(() => this.hands.play(desk)),
		faster: ({view}) => this.speed(view, 1),
		slower: ({view}) => this.speed(view, -1),
		'next-page': ({desk}) => this.done(() => this.nextPage(desk)),
		'previous-page': ({desk}) => this.done(() => this.page(desk, (desk.lesson?.number ?? 0) - 1)),
		answer: ({argument, desk}) => this.answer(argument, desk),
		check: ({desk}) => this.done(() => this.check(desk)),
		hint: ({desk}) => this.done(() => this.lesson(desk, lesson => lesson.hint())),
		solution: ({argument, desk}) => this.done(() => argument === 'yes' && this.lesson(desk, lesson => lesson.solve())),
		'next-pane': () => this.done(() => this.store.dispatch({type: 'cycle', by: 1})),
		'previous-pane': () => this.done(() => this.store.dispatch({type: 'cycle', by: -1})),
		show: ({argument}) => this.showPane(argument),
		view: ({argument, view}) => this.useView(argument, view),
		zoom: ({view}) => this.done(() => this.store.dispatch({type: 'zoom', zoomed: !view.zoomed})),
		up: ({view}) => this.done(() => this.upDown(view, -1)),
		down: ({view}) => this.done(() => this.upDown(view, 1)),
		'page-up': ({view}) => this.done(() => this.upDown(view, -this.pageOf(view))),
		'page-down': ({view}) => this.done(() => this.upDown(view, this.pageOf(view))),
		memory: ({argument, desk}) => this.address(argument, desk),
		enter: ({view, desk, lab}) => this.enter(view, desk, lab),
		set: ({argument, desk}) => desk.change(argument),
		undo: ({desk}) => this.done(() => this.again(desk, desk.undo())),
		redo: ({desk}) => this.done(() => this.again(desk, desk.redo())),
	};

	private done(action: () => void): undefined {
		action();
		return undefined;
	}

	/** Does a command; gives the reason if it can't be done. */
	run(command: CommandName, argument: string, view: LabView, desk: Desk): string | undefined {
		const digit = /^pane-(\d)$/.exec(command)?.[1];
		const pane = digit === undefined ? undefined : paneOfDigit(Number(digit));
		if (pane !== undefined) this.store.dispatch({type: 'focus', pane});
		return this.actions[command]?.({argument, view, desk, lab: desk.laboratory});
	}

	/** Turns to a page of the lesson, and takes the machine to where it speaks of. */
	page(desk: Desk, page: number): void {
		const {lesson} = desk;
		if (lesson === undefined) {
			desk.show();
			return;
		}

		this.warned = undefined;
		const step = lesson.bench.lab.steps.at(page);
		this.hands.work(desk, desk.enter(page), {isPage: true, spotlight: step?.show});
	}

	/** Goes on in the lesson; the first time, what is left to be done on the page is said instead. */
	private nextPage(desk: Desk): void {
		const {lesson} = desk;
		if (lesson === undefined) return;
		const left = this.leftToDo(lesson);
		desk.showLesson();
		const isLast = lesson.page.number >= lesson.page.count;
		if (left !== undefined) this.notice(isLast ? left : `${left} Go on once more to leave it so.`);
		else if (isLast) this.notice('This was the last page; m leads back to the labs.');
		else this.page(desk, lesson.number + 1);
	}

	/** What is left to be done on the page, if that was not said before. */
	private leftToDo(lesson: Lesson): string | undefined {
		const {page} = lesson;
		if (page.done || this.warned === lesson.number) return undefined;
		this.warned = lesson.number;
		if (page.question !== undefined) return 'A question is open; a answers it.';
		lesson.check();
		return lesson.page.done ? undefined : 'The goals of this page are still open.';
	}

	private lesson(desk: Desk, action: (lesson: Lesson) => void): void {
		if (desk.lesson === undefined) return;
		action(desk.lesson);
		desk.showLesson();
		this.store.dispatch({type: 'focus', pane: 'lesson'});
	}

	private check(desk: Desk): void {
		this.lesson(desk, lesson => lesson.check());
		const {lesson} = desk;
		if (lesson === undefined) return;
		// Whoever ran past the place has to know the way back to it.
		const isPast = lesson.page.goals.some(({state}) => state === 'unmet');
		const back = this.store.get().session.view?.history.undo === undefined ? 'C goes back, a landmark at a time.' : 'u takes your change back.';
		this.notice(lesson.page.done ? 'All goals are met.' : `Not yet: the lesson says why.${isPast ? ` ${back}` : ''}`);
	}

	/** Asks for the answer to the open question, or takes the one that was typed. */
	private answer(argument: string, desk: Desk): string | undefined {
		const question = desk.lesson?.question();
		if (question === undefined) return 'no question is open on this page';
		if (argument === '') this.hands.askAnswer(question);
		else return this.takeAnswer(desk, question, argument);
		return undefined;
	}

	/** Takes an answer to a question; gives the reason if it is none. */
	takeAnswer(desk: Desk, question: AskedQuestion, text: string): string | undefined {
		const given = readAnswer(question, text);
		if (typeof given === 'object' && 'problem' in given) return given.problem;
		desk.lesson?.answer(question.index, given);
		const message = desk.lesson?.page.message;
		if (message?.kind === 'unreadable') return message.text;
		desk.showLesson();
		const verdict = message?.kind === 'right' ? 'Right.' : 'The machine does something else: the lesson says what.';
		this.notice(`${verdict}${desk.lesson?.maySkip === true ? ' You know all this: m leads to the next lab.' : ''}`);
		return undefined;
	}

	/** Looks back over a long run only when the screen says so. */
	private lookBack(desk: Desk, look: () => ReturnType<Laboratory['overBack']>): undefined {
		const {laboratory} = desk;
		if (laboratory.step - laboratory.origin < FAR) {
			desk.moved(look());
			return undefined;
		}

		this.notice('Looking back …');
		setImmediate(() => desk.moved(look()));
		return undefined;
	}

	private notice(notice: string): void {
		this.store.dispatch({type: 'notice', notice});
	}

	/** Goes to a step by its number as the title counts it, or to an end of the run. */
	private go(argument: string, desk: Desk, lab: Laboratory): string | undefined {
		const relative = /^[+-]\d+$/.test(argument) ? lab.step - lab.origin + Number(argument) : /^\d+$/.test(argument) ? Number(argument) : undefined;
		const goal = argument === 'start' ? 0 : argument === 'end' ? lab.recording.length - lab.origin : relative;
		if (goal === undefined || !Number.isSafeInteger(goal)) return `“${argument}” is no step: type a number such as 120, +10 or -10, or start or end`;
		const step = lab.origin + Math.max(0, goal);
		this.hands.work(desk, wayTo(lab, step));
		return undefined;
	}

	private speed(view: LabView, by: number): undefined {
		const speed = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, SPEEDS.indexOf(view.speed) + by))];
		this.store.dispatch({type: 'speed', speed});
		this.notice(`Playing goes at ${speed} ${speed === 1 ? 'step' : 'steps'} a second.`);
		return undefined;
	}

	private showPane(name: string): string | undefined {
		if (!isPaneName(name)) return `there is no pane “${name}”; Tab completes a name`;
		this.store.dispatch({type: 'focus', pane: name});
		return undefined;
	}

	private useView(argument: string, {set}: LabView): string | undefined {
		const name = argument === '' ? nextViewSet(set) : VIEW_SET_NAMES.find(each => each === argument);
		if (name === undefined) return `there is no view “${argument}”: ${VIEW_SET_NAMES.join(', ')}`;
		this.store.dispatch({type: 'set', set: name});
		this.notice(`View: ${name}. v shows the next one.`);
		return undefined;
	}

	/** Lines of a page in the chosen pane. */
	private pageOf(view: LabView): number {
		const {width, height} = this.store.get();
		return Math.max(1, rowsOf(view, view.focus, width, height) - KEPT);
	}

	/** Marks another line, or scrolls where nothing can be marked. */
	private upDown(view: LabView, by: number): void {
		const {marks} = paneNamed(view.focus);
		if (marks === undefined) this.scroll(view, by);
		else this.store.dispatch({type: 'mark', mark: Math.max(0, Math.min(marks.count(view) - 1, markOf(view, view.focus) + by))});
	}

	private scroll(view: LabView, by: number): void {
		const {width, height, theme} = this.store.get();
		this.store.dispatch({type: 'scroll', by: scrollable(view, by, width, height, theme)});
	}

	/** Shows memory at an address, or follows the stack pointer again. */
	private address(argument: string, desk: Desk): string | undefined {
		try {
			const address = argument === '' ? undefined : desk.address(argument);
			this.store.dispatch({type: 'address', address});
			this.store.dispatch({type: 'focus', pane: 'memory'});
			return undefined;
		} catch (error) {
			if (error instanceof ValueError) return error.message;
			throw error;
		}
	}

	/** Does what can be done with the marked line. From a pane without such lines, goes to the registers first. */
	private enter(view: LabView, desk: Desk, lab: Laboratory): string | undefined {
		const {marks} = paneNamed(view.focus);
		if (marks === undefined) {
			this.store.dispatch({type: 'focus', pane: 'registers'});
			this.notice('The arrows mark a register, Enter changes it.');
			return undefined;
		}

		const action = marks.action(view, markOf(view, view.focus));
		if (action?.kind === 'change') this.hands.ask(action);
		else if (action?.kind === 'apply') return desk.change(action.changes);
		else if (action?.kind === 'explain') this.hands.explain(action.card);
		else if (action?.kind === 'go') desk.moved(lab.toStep(action.step));
		else if (action?.kind === 'branch') this.hands.switchTo(desk, action.id);
		return undefined;
	}

	private again(desk: Desk, change: ReturnType<Desk['undo']>): void {
		if (change !== undefined) this.hands.work(desk, change.work, undefined, change.notice);
	}
}
