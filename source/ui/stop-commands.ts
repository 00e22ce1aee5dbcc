import {EVENT_KINDS, isEventKind} from '../lab/language/events.js';
import type {Laboratory, Work} from '../lab/laboratory.js';
import type {Recording} from '../trace/recording.js';
import {ValueError} from '../trace/register-values.js';
import {nextEvent, previousEvent} from '../trace/search.js';
import {parseStop} from '../trace/stops/stop-text.js';
import {Stops, type StopSearch} from '../trace/stops/stops.js';
import type {Card} from '../view/card.js';
import type {CommandName} from '../view/commands.js';
import type {Desk} from './desk.js';

/** What these commands need of who gives them. */
export interface StopHands {
	/** Does work that may take long; what it has to say is asked for when it is done. */
	work(desk: Desk, work: Work, notice: () => string | undefined): void;
	notice(text: string): void;
	explain(card: Card): void;
}

/** Stops of one laboratory: they are looked for in one recording, and made anew for another one. */
interface Kept {
	texts: readonly string[];
	made: {readonly recording: Recording; readonly stops: Stops} | undefined;
}

const NONE = 'no stop is set: stop syscall=write, stop exception, stop rax=0x10 or stop write message sets one';

/** What is said where a run has more events than are kept. */
const FULL = 'This run has more events than are kept; a stop finds what happens further on.';

/** Commands that run to where something happens, and back. */
export class StopCommands {
	private readonly kept = new WeakMap<Laboratory, Kept>();
	/** The kind of event that was looked for last. */
	private kind = '';

	constructor(private readonly hands: StopHands) {}

	private readonly actions: Readonly<Partial<Record<CommandName, (argument: string, desk: Desk) => string | undefined>>> = {
		stop: (text, desk) => this.add(text, desk),
		stops: (_, desk) => this.list(desk),
		unstop: (text, desk) => this.remove(text, desk),
		'next-stop': (_, desk) => this.search(desk, stops => stops.next(desk.laboratory.recording), 'No stop comes any more: the program has ended.'),
		'previous-stop': (_, desk) => this.search(desk, stops => stops.previous(desk.laboratory.recording, desk.laboratory.origin), 'No stop comes before.'),
		next: (kind, desk) => this.event(kind, desk, true),
		previous: (kind, desk) => this.event(kind, desk, false),
	};

	/** Whether a command is one of these. */
	knows(command: CommandName): boolean {
		return this.actions[command] !== undefined;
	}

	/** Does a command; gives the reason if it can't be done. */
	run(command: CommandName, argument: string, desk: Desk): string | undefined {
		try {
			return this.actions[command]?.(argument, desk);
		} catch (error) {
			if (error instanceof ValueError) return error.message;
			throw error;
		}
	}

	private of(laboratory: Laboratory): Kept {
		const known = this.kept.get(laboratory) ?? {texts: [], made: undefined};
		this.kept.set(laboratory, known);
		return known;
	}

	/** The stops, for the recording that is shown now. Its machine stands where the learner does. */
	private stops({laboratory}: Desk): Stops {
		const kept = this.of(laboratory);
		const {recording, names} = laboratory;
		recording.seek(laboratory.step);
		if (kept.made?.recording === recording) return kept.made.stops;
		const stops = new Stops(names);
		for (const text of kept.texts) stops.add(parseStop(text, names), recording);
		kept.made = {recording, stops};
		return stops;
	}

	private add(text: string, desk: Desk): string | undefined {
		const {laboratory} = desk;
		const condition = parseStop(text, laboratory.names);
		const {text: words} = this.stops(desk).add(condition, laboratory.recording);
		const kept = this.of(laboratory);
		kept.texts = [...kept.texts, text];
		this.hands.notice(`Stop ${kept.texts.length} is set: ${words}. } runs to the next stop, { goes back to the last one.`);
		return undefined;
	}

	private list(desk: Desk): string | undefined {
		const {list} = this.stops(desk);
		if (list.length === 0) return NONE;
		this.hands.explain({title: 'Stops', parts: list.map(({text}, index) => ({name: String(index + 1), text}))});
		return undefined;
	}

	private remove(text: string, desk: Desk): string | undefined {
		const kept = this.of(desk.laboratory);
		const {texts} = kept;
		const index = /^\d+$/u.test(text) ? Number(text) - 1 : texts.indexOf(text);
		if (texts.length === 0) return NONE;
		if (text !== 'all' && !(index in texts)) return `there is no stop “${text}”: there are ${texts.map((each, at) => `${at + 1} (${each})`).join(', ')}; all takes all of them away`;
		kept.texts = text === 'all' ? [] : texts.filter((_, at) => at !== index);
		kept.made = undefined;
		this.hands.notice(text === 'all' ? 'No stop is set any more.' : `The stop ${texts[index]} is gone.`);
		return undefined;
	}

	/** Goes to the next stop, or back to the last one. */
	private search(desk: Desk, begin: (stops: Stops) => StopSearch, nothing: string): string | undefined {
		const {laboratory} = desk;
		if (this.of(laboratory).texts.length === 0) return NONE;
		const search = begin(this.stops(desk));
		const work: Work = () => {
			const progress = search.slice();
			laboratory.toStep(search.step);
			return progress === 'nothing' ? 'done' : progress;
		};

		this.hands.work(desk, work, () => (search.hits.length === 0 ? nothing : search.hits.map(({stop, why}) => `${stop.text}: ${why}`).join(' ')));
		return undefined;
	}

	/** Goes behind the next event of a kind, or the last one before. */
	private event(text: string, desk: Desk, forwards: boolean): string | undefined {
		const word = text === '' ? this.kind : text.trim();
		if (word === '') return `say which: ${forwards ? 'next' : 'previous'} push, or another of ${EVENT_KINDS.join(', ')}`;
		if (!isEventKind(word)) throw new ValueError(`there is no event “${word}”: ${EVENT_KINDS.join(', ')}`);
		this.kind = word;
		if (forwards) this.nextOf(word, desk);
		else this.previousOf(word, desk);
		return undefined;
	}

	private nextOf(kind: string, desk: Desk): void {
		const {laboratory} = desk;
		const search = nextEvent(laboratory.recording, laboratory.step, event => event.kind === kind);
		let found = true;
		const work: Work = () => {
			const progress = search.slice();
			if (progress === 'more' && !laboratory.recording.isFull) return progress;
			found = progress === 'done';
			laboratory.toStep(found ? search.step + 1 : laboratory.recording.length);
			return 'done';
		};

		this.hands.work(desk, work, () => (found ? undefined : laboratory.recording.isFull ? FULL : `No ${kind} comes any more: the program has ended.`));
	}

	private previousOf(kind: string, desk: Desk): void {
		const {laboratory} = desk;
		// What happened in the last step is what one stands behind.
		const found = previousEvent(laboratory.recording, laboratory.step - 1, event => event.kind === kind);
		if (found === undefined || found.step < laboratory.origin) {
			this.hands.notice(`There is no ${kind} before.`);
			return;
		}

		desk.moved(laboratory.toStep(found.step + 1));
	}
}
