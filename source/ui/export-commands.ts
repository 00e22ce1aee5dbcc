import type {Laboratory, Work} from '../lab/laboratory.js';
import {type CastFrame, castOf} from '../trace/export/cast.js';
import {runLines} from '../trace/export/run-lines.js';
import {StraceLog} from '../trace/strace-log.js';
import type {AppState, Store} from '../view/app-state.js';
import {cellsOf} from '../view/export/cells.js';
import {screenToSvg} from '../view/export/svg.js';
import {labRows} from '../view/screen.js';
import type {Desk} from './desk.js';

/** What these commands need of who gives them. */
export interface ExportHands {
	/** Does work that may take long; what it has to say is asked for when it is done. */
	work(desk: Desk, work: Work, notice: () => string | undefined): void;
	/** Writes a new file; gives the reason if it can't be done. */
	write(file: string, text: string): string | undefined;
	notice(text: string): void;
}

/** Pictures of a cast at most, and how long each is shown, in seconds. */
const CAST = {PICTURES: 400, SECONDS: 0.25} as const;

/** The screen without what lies over it, and without a word of the export that goes on. */
function bare(state: AppState): AppState {
	const session = {...state.session, ...(state.session.view === undefined ? {} : {view: {...state.session.view, running: false}})};
	delete session.prompt;
	delete session.card;
	return {...state, session};
}

/** Writes the run, or what is seen of it, to files. */
export class ExportCommand {
	constructor(
		private readonly store: Store,
		private readonly hands: ExportHands,
	) {}

	/** What each ending of a file's name means. */
	private readonly forms: Readonly<Partial<Record<string, (desk: Desk) => string>>> = {
		jsonl: ({laboratory: {recording}}) => runLines(recording),
		strace: ({laboratory: {recording}}) => this.strace(recording),
		txt: ({laboratory: {recording}}) => this.strace(recording),
		svg: () => this.picture(),
	};

	/** Writes a file; gives the reason if it can't be done. */
	run(argument: string, desk: Desk): string | undefined {
		const file = argument.trim();
		const ending = /\.(\w+)$/u.exec(file)?.[1] ?? '';
		if (ending === 'cast') return this.cast(file, desk);
		const make = this.forms[ending];
		if (make === undefined) return `“${file}” does not say what to write: end its name with .jsonl, .strace, .cast or .svg`;
		const {laboratory} = desk;
		const text = make(desk);
		laboratory.recording.seek(laboratory.step);
		return this.write(file, text);
	}

	private write(file: string, text: string): string | undefined {
		const problem = this.hands.write(file, text);
		if (problem === undefined) this.hands.notice(`${file} is written.`);
		return problem;
	}

	private strace(recording: Laboratory['recording']): string {
		return new StraceLog(recording).all().map(({text}) => `${text}\n`).join('');
	}

	private picture(): string {
		const state = bare(this.store.get());
		return screenToSvg(cellsOf(labRows(state), state.width, state.height), state.session.view?.title ?? '', state.theme.name);
	}

	/** Pictures of the run so far, from the program's first step on. */
	private cast(file: string, desk: Desk): string | undefined {
		const {laboratory} = desk;
		const {step: back, origin, recording: {length}} = laboratory;
		const stride = Math.max(1, Math.ceil((length - origin) / CAST.PICTURES));
		const frames: CastFrame[] = [];
		let problem: string | undefined;
		let at = origin;
		const work: Work = () => {
			laboratory.toStep(at);
			desk.show();
			frames.push({time: frames.length * CAST.SECONDS, rows: labRows(bare(this.store.get()))});
			if (at < length) {
				at = Math.min(length, at + stride);
				return 'more';
			}

			const {width, height, session} = this.store.get();
			problem = this.hands.write(file, castOf(frames, {columns: width, rows: height, title: session.view?.title ?? ''}));
			laboratory.toStep(back);
			return 'done';
		};

		this.hands.work(desk, work, () => problem ?? `${file} is written: ${frames.length} pictures.`);
		return undefined;
	}
}
