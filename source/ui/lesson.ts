import type {KernelSettings} from '../lab/format/setup.js';
import type {Lab, LabStep} from '../lab/lab-file.js';
import type {Work} from '../lab/laboratory.js';
import type {Answer} from '../lab/predictions/prediction.js';
import type {LabRecord} from '../lab/progress/progress-data.js';
import {answer, applySettings, type AskedQuestion, changed, check, currentStep, enterStep, type LabSession, maySkip, moved, openQuestion, openSession, recordOf, showHint, showSolution} from '../lab/session/lab-session.js';
import {type Page, pageOf} from '../lab/session/page.js';
import {changeRefusal, settingRefusal, type SettingName} from '../lab/session/permission.js';
import type {StepSettings, Workbench} from '../lab/session/workbench.js';
import type {Change} from '../trace/branches/change.js';

/** A lab as a learner works on it, with its machines. */
export class Lesson {
	private session: LabSession;
	private shown: Page | undefined;

	/**
	 * @param saved what is known from earlier
	 * @param keep keeps what is known now
	 */
	constructor(
		readonly bench: Workbench,
		saved: LabRecord | undefined,
		private readonly keep: (lab: Lab, record: LabRecord) => void,
	) {
		this.session = openSession(bench.lab, saved);
	}

	/** The page that is shown, counted from 0. */
	get number(): number {
		return this.session.step;
	}

	/** The page as it was worked out last. */
	get page(): Page {
		this.shown ??= pageOf(this.session, this.bench);
		return this.shown;
	}

	/** The panes that the page speaks of, the first one first. */
	get panes(): LabStep['panes'] {
		return currentStep(this.session).panes;
	}

	/** Whether the right answers so far are enough to leave the rest of the lab out. */
	get maySkip(): boolean {
		return maySkip(this.session);
	}

	/** Goes to a page. The work takes the machine there; `arrived` comes behind it. */
	enter(page: number): Work {
		const {session, work} = enterStep(this.session, this.bench, page);
		this.session = session;
		this.shown = undefined;
		return work;
	}

	/** What the learner has set for the page, and the lab before that. */
	get settings(): KernelSettings {
		return {...currentStep(this.session).setup.kernel, ...this.session.settings.kernel};
	}

	/** The text of the entry path that the page gives. */
	get givenEntry(): string | undefined {
		return this.bench.givenEntry(currentStep(this.session))?.text;
	}

	/** Why the page does not let something be set; undefined if it may be. */
	settingRefusal(name: SettingName): string | undefined {
		return settingRefusal(currentStep(this.session), name);
	}

	/**
	 * Begins the page again with other settings. The work takes the machine there.
	 * @throws AssemblyError for an entry path with problems; everything stays as it was
	 */
	apply(settings: StepSettings): Work {
		const {session, work} = applySettings(this.session, this.bench, settings);
		this.session = session;
		return () => {
			const progress = work();
			if (progress !== 'more') this.changed();
			return progress;
		};
	}

	/** The machine stands where the page begins: its texts are worked out. */
	arrived(): void {
		this.set(moved(this.session, this.bench));
		this.save();
	}

	/** The machine has moved. The page's texts stay as they are: they speak of where it begins. */
	moved(): void {
		const before = this.session;
		this.session = moved(before, this.bench);
		if (this.shown !== undefined && this.session.goals !== before.goals) this.shown = {...this.shown, goals: this.session.goals};
	}

	/** The run was changed. */
	changed(): void {
		this.set(changed(this.session, this.bench));
	}

	/** Judges the goals. */
	check(): void {
		this.set(check(this.session, this.bench));
		this.save();
	}

	/** Shows one more hint. */
	hint(): void {
		this.set(showHint(this.session));
		this.save();
	}

	/** Shows the worked solution. */
	solve(): void {
		this.set(showSolution(this.session));
		this.save();
	}

	/** The question that is open, asked of the machine where it stands now. */
	question(): AskedQuestion | undefined {
		return openQuestion(this.session, this.bench);
	}

	/** Takes an answer; the page says what it was worth. */
	answer(index: number, given: Answer): void {
		this.set(answer(this.session, this.bench, index, given));
		this.save();
	}

	/** Why some changes are not part of the page; undefined if they may be made. */
	refusal(changes: readonly Change[]): string | undefined {
		const step = currentStep(this.session);
		return changes.map(change => changeRefusal(step, change)).find(reason => reason !== undefined);
	}

	private set(session: LabSession): void {
		this.session = session;
		this.shown = undefined;
	}

	private save(): void {
		this.keep(this.session.lab, recordOf(this.session));
	}
}
