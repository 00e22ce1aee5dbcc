import type {KernelSettings} from '../lab/format/setup.js';
import type {Laboratory, Progress, Work} from '../lab/laboratory.js';
import {withEntry} from '../lab/session/entry-file.js';
import type {StepSettings} from '../lab/session/workbench.js';
import {Places} from '../trace/hardware/places.js';
import {kindOfPlace} from '../trace/machine-views/region-at.js';
import type {Moment} from '../trace/moment.js';
import {narrate} from '../trace/narrator.js';
import {addressOf, ChangeError} from '../trace/branches/change.js';
import {describeChange, type NameBook, parseChanges, parsePlace} from '../trace/branches/change-text.js';
import type {Recording} from '../trace/recording.js';
import {ValueError} from '../trace/register-values.js';
import type {Store} from '../view/app-state.js';
import type {LabView} from '../view/lab-view.js';
import {visiblePanes} from '../view/layout.js';
import {describeOutcome} from '../view/panes/console.js';
import {paneNamed, type PaneName} from '../view/panes/index.js';
import {type Action, reduce, type Session} from '../view/session.js';
import type {Lesson} from './lesson.js';
import {readSlices} from './slice-readers.js';

/** What is shown when the machine has come to a place: whether a page sent it there, and the pane that matters. */
export interface Arrival {
	readonly isPage?: boolean;
	readonly spotlight?: PaneName | undefined;
}

/** What was shown last, as far as slices depend on it: parts of the view, and which slices it needs. */
type Shown = readonly unknown[];

const BEGINS = 'The program is about to begin.';

/** A laboratory on the screen: what the machine does becomes what the session shows. */
export class Desk {
	private named: {readonly recording: Recording; readonly places: Places} | undefined;
	private shown: Shown = [];
	/** The run of which was said that going back in it takes longer. */
	private longRun: unknown;
	/** Changes that can be taken back and made again, in words. */
	private readonly undoable: string[] = [];
	private readonly redoable: string[] = [];

	/**
	 * @param given the machine; with a lesson, the one of its first page
	 * @param lesson absent where a program runs without one
	 * @param motion whether words that were pushed may appear one after the other
	 */
	constructor(
		private given: Laboratory,
		readonly lesson: Lesson | undefined,
		private readonly store: Store,
		private readonly motion: boolean,
	) {}

	/** The machine that is shown. Pages of a lesson may have machines of their own. */
	get laboratory(): Laboratory {
		return this.lesson?.bench.laboratory ?? this.given;
	}

	/** Names for addresses of the machine that is shown. */
	private get places(): Places {
		const {recording, program} = this.laboratory;
		if (this.named?.recording !== recording) this.named = {recording, places: new Places(recording.machine, recording.kernel, program)};
		return this.named.places;
	}

	/** Names that people can give addresses by, and get for them. */
	get nameBook(): NameBook {
		return this.lesson?.bench.names ?? this.laboratory.names;
	}

	/** What the last step of a moment did, in a sentence. */
	sentence({last, step}: Moment): string {
		return last === undefined || step <= this.laboratory.origin ? BEGINS : narrate(last, this.places);
	}

	private get view(): LabView | undefined {
		return this.store.get().session.view;
	}

	/** Shows where the machine stands now. */
	show(notice?: string, {isPage = false, spotlight}: Arrival = {}): void {
		const {view, laboratory, lesson} = this;
		const moment = laboratory.moment();
		if (isPage) lesson?.arrived();
		else lesson?.moved();
		const ended = moment.outcome === undefined ? undefined : `${describeOutcome(moment.outcome)} Step back to go on differently.`;
		const hidden = view === undefined ? [] : this.pushed(view.moment, moment);
		const action: Action = {
			type: 'moment', moment, hidden, lesson: lesson?.page, origin: laboratory.origin, sentence: this.sentence(moment), history: this.history(), notice: notice ?? ended ?? this.thinned(),
			spotlight: spotlight ?? this.wanted(moment),
		};
		this.store.update(session => this.withSlices(reduce(session, action)));
	}

	/** What to watch behind a step: the usual pane of the ring, unless the page speaks of others: it must not lose what it tells to watch. */
	private wanted({registers}: Moment): PaneName {
		const usual = registers.cpl === 3 ? 'registers' : 'stacks';
		const panes = this.lesson?.panes ?? [];
		return panes.includes(usual) ? usual : panes.find(pane => pane !== 'code') ?? usual;
	}

	/** Said once of a run so long that snapshots of it were joined. */
	private thinned(): string | undefined {
		const {recording} = this.laboratory;
		if (this.longRun === recording || !recording.isJoined) return undefined;
		this.longRun = recording;
		return 'So long a run keeps fewer snapshots of its beginning: going far back takes longer now.';
	}

	private history(): LabView['history'] {
		const undo = this.undoable.at(-1);
		const redo = this.redoable.at(-1);
		return {...(undo === undefined ? {} : {undo}), ...(redo === undefined ? {} : {redo})};
	}

	/** Addresses of the kernel's words that were pushed between two moments, in order: more than one is worth to be watched. */
	private pushed(before: Moment, after: Moment): readonly bigint[] {
		if (!this.motion || after.step <= before.step + 1) return [];
		const shown = new Set(after.kernelStack.words.filter(({filled}) => filled).map(({address}) => address));
		const addresses = after.events.flatMap(event => (event.kind === 'push' && event.step >= before.step && event.step < after.step && shown.has(event.address) ? [event.address] : []));
		return [...new Set(addresses)];
	}

	/** Reads what the panes on the screen show beyond the moment, if that has changed. */
	sync(): void {
		this.store.update(session => this.withSlices(session));
	}

	/** A session whose slices are those of what it shows. */
	private withSlices(session: Session): Session {
		const {view} = session;
		if (view === undefined) return session;
		const {width, height} = this.store.get();
		const needed = [...new Set(visiblePanes(view, width, height).flatMap(name => paneNamed(name).needs ?? []))].sort();
		const {moment, address, codeAt, focus, marks, syntax, query} = view;
		const now: Shown = [moment, address, codeAt, focus, marks, syntax, query, needed.join()];
		if (this.shown.length > 0 && now.every((part, index) => part === this.shown[index])) return session;
		this.shown = now;
		return reduce(session, {type: 'slices', slices: readSlices(needed, {laboratory: this.laboratory, naming: this.places, places: this.places, view})});
	}

	/** Reads what one pane shows, whether it is on the screen or not. */
	read(pane: PaneName): LabView | undefined {
		const {needs} = paneNamed(pane);
		const {view} = this;
		return view === undefined || needs === undefined ? view : {...view, slices: readSlices(needs, {laboratory: this.laboratory, naming: this.places, places: this.places, view})};
	}

	/** Names that addresses of the program and the kernel can be given by. */
	names(): readonly string[] {
		const {program, recording: {kernel}} = this.laboratory;
		return [...new Set([...program.symbols.symbols, ...kernel.symbols.symbols].map(({name}) => name))].filter(name => !name.startsWith('.')).sort();
	}

	/** After a movement; one that led nowhere is explained. */
	moved(progress: Progress): void {
		const {laboratory} = this;
		if (progress !== 'nothing') this.show();
		else if (laboratory.step === laboratory.origin) this.show('This is where the program begins.');
		else this.show(laboratory.hasEnded ? undefined : 'So far the program has run, no further: s and c go on.');
	}

	/**
	 * Makes changes where the machine stands.
	 * @param text a list as people type it
	 * @returns why that can't be done; undefined: it is done
	 */
	change(text: string): string | undefined {
		const {laboratory} = this;
		try {
			const changes = parseChanges(text, this.nameBook);
			const refusal = this.lesson?.refusal(changes);
			if (refusal !== undefined) return refusal;
			const had = laboratory.recording.length > laboratory.step;
			laboratory.change(changes);
			const words = changes.map(change => describeChange(change, this.nameBook)).join(', ');
			this.undoable.push(words);
			this.redoable.length = 0;
			this.lesson?.changed();
			this.show(`${words}. ${had ? 'The run goes on from here; u takes it back.' : 'u takes it back.'}`, {spotlight: this.view?.spotlight});
			return undefined;
		} catch (error) {
			if (error instanceof ValueError || error instanceof ChangeError) return error.message;
			throw error;
		}
	}

	/** Whether an address is of instructions, of other memory, or of nothing. */
	kindOfPlace(address: bigint): ReturnType<typeof kindOfPlace> {
		const {recording: {machine, kernel}, program} = this.laboratory;
		return kindOfPlace(machine, kernel, program, address);
	}

	/** An address as people write it: a number, a name, or a register with a distance. Throws ValueError. */
	address(text: string): bigint {
		return addressOf(this.laboratory.recording.machine, parsePlace(text, this.nameBook));
	}

	/** Goes to a page of the lesson: the work takes the machine there, without what was changed before. */
	enter(page: number): Work {
		this.undoable.length = 0;
		this.redoable.length = 0;
		return this.lesson?.enter(page) ?? (() => 'done');
	}

	/** The kernel's settings, the arguments and the entry path that are in force. */
	get settings(): KernelSettings {
		return this.lesson?.settings ?? this.given.settings;
	}

	/**
	 * Begins again with other settings: the page of the lesson, or the program. Gives the work.
	 * @throws ValueError for an entry path with problems; everything stays as it was
	 */
	beginAgain(settings: StepSettings): Work {
		return withEntry(() => {
			const {lesson} = this;
			const work = lesson?.apply(settings) ?? this.restartWith(settings);
			this.undoable.length = 0;
			this.redoable.length = 0;
			return work;
		});
	}

	private restartWith({kernel, args, entry}: StepSettings): Work {
		this.given = this.given.with({...(kernel === undefined ? {} : {kernel: {...this.given.settings, ...kernel}}), ...(args === undefined ? {} : {args}), ...(typeof entry === 'object' ? {entry} : {})});
		return () => 'done';
	}

	/** Shows the page of the lesson as it is now. */
	showLesson(): void {
		if (this.lesson !== undefined) this.store.dispatch({type: 'lesson', lesson: this.lesson.page});
	}

	/** Another branch is shown: what can be taken back is what led there. */
	switched(): void {
		this.undoable.splice(0, this.undoable.length, ...this.laboratory.branches?.trail() ?? []);
		this.redoable.length = 0;
	}

	/** The work of taking the last change back, and what is said then; undefined if there is none. */
	undo(): {readonly work: Work; readonly notice: string} | undefined {
		const work = this.laboratory.undo();
		const words = this.undoable.pop();
		if (work === undefined || words === undefined) return undefined;
		this.redoable.push(words);
		return {work, notice: `Taken back: ${words}. U makes it again.`};
	}

	/** The work of making the last change again that was taken back; undefined if there is none. */
	redo(): {readonly work: Work; readonly notice: string} | undefined {
		const work = this.laboratory.redo();
		const words = this.redoable.pop();
		if (work === undefined || words === undefined) return undefined;
		this.undoable.push(words);
		return {work, notice: `Made again: ${words}. u takes it back.`};
	}
}
