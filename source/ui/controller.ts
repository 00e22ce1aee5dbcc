import type {LabEntry} from '../lab/catalogue.js';
import type {Laboratory, Progress, Work} from '../lab/laboratory.js';
import type {Store} from '../view/app-state.js';
import {commandFor, type CommandName} from '../view/commands.js';
import {editKey, type EditorKey} from '../view/editing.js';
import {helpScrollLimit} from '../view/help.js';
import {describeOutcome} from '../view/panes/console.js';
import {REGISTER_ORDER} from '../view/panes/registers.js';
import {scrollable} from '../view/screen.js';
import {type Editor, type LabView, PANES, type PaneName} from '../view/session.js';

/** How long a slice of a running guest may keep the screen waiting, in milliseconds. */
const SLICE_MS = 12;

/**
 * How long work may take before the screen says so and a key stops it, in milliseconds. Keys that come earlier, such as
 * those of `c c c`, are meant for what comes after.
 */
const PATIENCE_MS = 250;

/** Lines of a scroll by a page. */
const PAGE = 10;

/** What is shown when the machine has come to a place: the page that sent it there, and the pane that matters. */
interface Arrival {
	readonly page?: number;
	readonly spotlight?: PaneName | undefined;
}

/** What the controller asks of the program around it. */
export interface Surroundings {
	/** Leaves the program. */
	quit(): void;
	/** Gives the terminal back to the shell until `fg`. */
	suspend(): void;
	/** Says whether the menu's own component gets the keys. */
	menuHasKeys(has: boolean): void;
}

/** Turns keys into commands, and commands into what the laboratory and the session do. */
export class Controller {
	private laboratory: Laboratory | undefined;
	private entry: LabEntry | undefined;
	/** Work of a guest that runs on, and when it began; undefined while none does. */
	private running: {readonly work: Work; readonly since: number} | undefined;
	/** Keys that were typed while a lab was being opened or the guest ran. */
	private readonly waiting: EditorKey[] = [];

	constructor(
		private readonly store: Store,
		private readonly surroundings: Surroundings,
	) {}

	/** Takes one key. */
	key(key: EditorKey): void {
		if (key.name === 'ctrl-z') this.surroundings.suspend();
		else if (key.name === 'ctrl-c') this.interrupt();
		else if (this.isBusy && !this.isLeaving(key)) this.waiting.push(key);
		else this.dispatch(key);
	}

	private interrupt(): void {
		if (this.running === undefined) this.surroundings.quit();
		else this.stopRunning();
	}

	/** Whether keys must wait: the lab that they are meant for is not there yet, or its machine is at work. */
	private get isBusy(): boolean {
		return this.running !== undefined || this.store.get().session.screen === 'opening';
	}

	/** A lab that is being opened can be left at once. */
	private isLeaving({name}: EditorKey): boolean {
		return this.running === undefined && commandFor(name) === 'quit';
	}

	/** Takes the keys that have waited. */
	private catchUp(): void {
		while (!this.isBusy) {
			const key = this.waiting.shift();
			if (key === undefined) return;
			this.dispatch(key);
		}
	}

	private dispatch(key: EditorKey): void {
		const {session} = this.store.get();
		const command = commandFor(key.name);
		if (session.help) this.helpKey(command);
		else if (session.view?.editor !== undefined) this.editorKey(session.view.editor, key);
		else if (command === 'quit') this.surroundings.quit();
		else if (command === 'help') this.showHelp(true);
		else if (session.view !== undefined && command !== undefined) this.labCommand(session.view, command);
		else if (session.screen === 'failed' && (command === 'back' || command === 'menu')) this.toMenu();
		else if (session.view !== undefined && key.name !== 'paste') this.notice(`${key.name} does nothing here; ? shows all keys`);
	}

	private showHelp(shown: boolean): void {
		this.surroundings.menuHasKeys(!shown && this.store.get().session.screen === 'menu');
		this.store.dispatch({type: 'help', shown});
	}

	private helpKey(command: CommandName | undefined): void {
		if (command === 'quit') this.surroundings.quit();
		else if (command === 'back' || command === 'help') this.showHelp(false);
		else if (command === 'up' || command === 'page-up') this.scrollHelp(command === 'up' ? -1 : -PAGE);
		else if (command === 'down' || command === 'page-down') this.scrollHelp(command === 'down' ? 1 : PAGE);
	}

	private scrollHelp(by: number): void {
		const {session, height} = this.store.get();
		this.store.dispatch({type: 'scroll-help', by: Math.min(by, helpScrollLimit(height) - session.helpScroll)});
	}

	/** Opens a lab; the screen says so while the machine is being built. */
	open(entry: LabEntry): void {
		this.entry = entry;
		this.surroundings.menuHasKeys(false);
		this.store.dispatch({type: 'open', message: entry.title});
		setImmediate(() => void this.load(entry));
	}

	/** The machine is loaded only now: the menu did not need it. */
	private async load(entry: LabEntry): Promise<void> {
		const {openLab} = await import('../lab/open-lab.js');
		if (this.entry !== entry) return;
		const opened = openLab(entry.folder, entry.name);
		if ('problem' in opened) {
			this.waiting.length = 0;
			this.store.dispatch({type: 'fail', message: opened.problem});
			return;
		}

		const {lab, laboratory} = opened;
		this.laboratory = laboratory;
		this.store.dispatch({
			type: 'opened',
			view: {
				lab, moment: laboratory.moment(), origin: laboratory.origin, page: 0, focus: 'lesson', zoomed: false, register: 0, scroll: {},
				spotlight: 'registers', running: false,
			},
		});
		this.page(0);
		this.catchUp();
	}

	private toMenu(): void {
		this.laboratory = undefined;
		this.entry = undefined;
		this.store.dispatch({type: 'menu'});
		this.surroundings.menuHasKeys(true);
	}

	private notice(notice: string): void {
		this.store.dispatch({type: 'notice', notice});
	}

	/** What each command does in a lab. */
	private readonly actions: Readonly<Partial<Record<CommandName, (view: LabView, laboratory: Laboratory) => void>>> = {
		step: (_, lab) => this.moved(lab.move(1)),
		'step-back': (_, lab) => this.moved(lab.move(-1)),
		right: (_, lab) => this.moved(lab.move(1)),
		left: (_, lab) => this.moved(lab.move(-1)),
		over: (_, lab) => this.work(lab.over()),
		'over-back': (_, lab) => this.moved(lab.overBack()),
		continue: (_, lab) => this.work(lab.continue()),
		'continue-back': (_, lab) => this.moved(lab.continueBack()),
		finish: (_, lab) => this.work(lab.finish()),
		'finish-back': (_, lab) => this.moved(lab.finishBack()),
		home: (_, lab) => this.moved(lab.toStart()),
		end: (_, lab) => this.moved(lab.toEnd()),
		'next-page': view => this.turnPage(view, 1),
		'previous-page': view => this.turnPage(view, -1),
		'next-pane': () => this.store.dispatch({type: 'cycle', by: 1}),
		'previous-pane': () => this.store.dispatch({type: 'cycle', by: -1}),
		zoom: view => this.store.dispatch({type: 'zoom', zoomed: !view.zoomed}),
		up: view => this.upDown(view, -1),
		down: view => this.upDown(view, 1),
		'page-up': view => this.upDown(view, -PAGE),
		'page-down': view => this.upDown(view, PAGE),
		edit: view => this.edit(view),
		restart: () => this.restart(),
		menu: () => this.toMenu(),
		back: view => this.back(view),
	};

	private labCommand(view: LabView, command: CommandName): void {
		const number = /^pane-(\d)$/.exec(command)?.[1];
		const pane = number === undefined ? undefined : PANES[Number(number) - 1];
		if (pane !== undefined) this.store.dispatch({type: 'focus', pane});
		else if (this.laboratory !== undefined) this.actions[command]?.(view, this.laboratory);
	}

	private back(view: LabView): void {
		if (view.zoomed) this.store.dispatch({type: 'zoom', zoomed: false});
		else this.toMenu();
	}

	private upDown(view: LabView, by: number): void {
		if (view.focus === 'registers') this.store.dispatch({type: 'mark', by, count: REGISTER_ORDER.length});
		else this.scroll(view, by);
	}

	private scroll(view: LabView, by: number): void {
		const {width, height, theme} = this.store.get();
		this.store.dispatch({type: 'scroll', by: scrollable(view, by, width, height, theme)});
	}

	private restart(): void {
		if (this.entry !== undefined) this.open(this.entry);
	}

	/** Turns to another page of the lesson, and takes the machine to where it speaks of. */
	private turnPage(view: LabView, by: number): void {
		const page = view.page + by;
		if (page >= view.lab.steps.length) this.notice('This was the last page. r begins again, m goes back to the menu.');
		else if (page < 0) this.notice('This is the first page.');
		else this.page(page);
	}

	private page(page: number): void {
		const {session} = this.store.get();
		const step = session.view?.lab.steps[page];
		if (step === undefined || this.laboratory === undefined) return;
		const arrival: Arrival = {page, spotlight: step.show};
		if (step.go !== undefined) this.work(this.laboratory.goToPlace(step.go), arrival);
		else this.show(undefined, arrival);
	}

	/** Shows where the machine stands now. */
	private show(notice?: string, {page, spotlight}: Arrival = {}): void {
		if (this.laboratory === undefined) return;
		const moment = this.laboratory.moment();
		const ended = moment.outcome === undefined ? undefined : `${describeOutcome(moment.outcome)} S goes back.`;
		this.store.dispatch({type: 'moment', moment, notice: notice ?? ended, page, spotlight: spotlight ?? (moment.registers.cpl === 3 ? 'registers' : 'stacks')});
	}

	/** After a movement; one that led nowhere is explained. */
	private moved(progress: Progress): void {
		const {laboratory} = this;
		if (progress !== 'nothing' || laboratory === undefined) {
			this.show();
			return;
		}

		if (laboratory.step === laboratory.origin) this.show('This is where the program begins.');
		else this.show(laboratory.hasEnded ? undefined : 'So far the program has run, no further: s and c go on.');
	}

	/** Does work that may take long, in slices between which the screen is drawn and keys are read. */
	private work(work: Work, arrival?: Arrival): void {
		const progress = this.slice(work);
		if (progress !== 'more') {
			this.finished(progress, arrival);
			return;
		}

		this.running = {work, since: performance.now()};
		setImmediate(() => this.workOn(work, arrival));
	}

	private slice(work: Work): Progress {
		const end = performance.now() + SLICE_MS;
		let progress = work();
		while (progress === 'more' && performance.now() < end) progress = work();
		return progress;
	}

	private workOn(work: Work, arrival?: Arrival): void {
		if (this.running?.work !== work) return;
		const isLong = performance.now() - this.running.since > PATIENCE_MS;
		if (isLong && this.waiting.length > 0) {
			this.stopRunning();
			return;
		}

		const progress = this.slice(work);
		if (progress === 'more') {
			if (isLong) this.showRunning(arrival);
			setImmediate(() => this.workOn(work, arrival));
			return;
		}

		this.running = undefined;
		this.store.dispatch({type: 'running', running: false});
		this.finished(progress, arrival);
		this.catchUp();
	}

	private showRunning(arrival?: Arrival): void {
		if (this.store.get().session.view?.running !== true) this.store.dispatch({type: 'running', running: true});
		this.show(undefined, arrival);
	}

	private finished(progress: Progress, arrival?: Arrival): void {
		this.show(progress === 'nothing' && this.laboratory?.hasEnded !== true ? 'There is no such place in this run.' : undefined, arrival);
	}

	private stopRunning(): void {
		this.running = undefined;
		this.waiting.length = 0;
		this.store.dispatch({type: 'running', running: false});
		this.show('Stopped. c runs on.');
	}

	/** Opens the field for the marked register; from another pane, goes to the registers first. */
	private edit(view: LabView): void {
		if (view.focus !== 'registers') {
			this.store.dispatch({type: 'focus', pane: 'registers'});
			this.notice('The arrows mark a register, Enter changes it.');
			return;
		}

		const register = REGISTER_ORDER[view.register];
		this.store.dispatch({type: 'edit', editor: {register, text: '', cursor: 0}});
	}

	private editorKey(editor: Editor, key: EditorKey): void {
		const outcome = editKey(editor, key);
		if (outcome.kind === 'editing') {
			this.store.dispatch({type: 'edit', editor: outcome.editor});
			return;
		}

		const {register} = editor;
		this.store.dispatch({type: 'edit', editor: undefined});
		if (outcome.kind === 'cancelled' || this.laboratory === undefined) return;
		const had = this.laboratory.recording.length > this.laboratory.step;
		this.laboratory.set([register, outcome.value]);
		this.show(`${register} is set.${had ? ' The run goes on from here: what came after is gone.' : ''}`, {spotlight: 'registers'});
	}
}
