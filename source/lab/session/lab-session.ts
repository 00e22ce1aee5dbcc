import {fill} from '../goals/fill.js';
import {judge, judgeGoal} from '../goals/judge.js';
import {wanted} from '../goals/wanted.js';
import {Unreadable} from '../language/functions.js';
import {Unreached} from '../language/scene.js';
import type {Lab, LabStep} from '../lab-file.js';
import type {Work} from '../laboratory.js';
import {askQuestion, markAnswer} from '../predictions/predict.js';
import type {Answer, Marking, Question} from '../predictions/prediction.js';
import {type LabRecord, NEW_RECORD, type StepRecord} from '../progress/progress-data.js';
import {HINTS} from '../format/step-options.js';
import type {StepSettings, Workbench} from './workbench.js';

/** A goal of the current step. */
export interface GoalState {
	/** `open`: not checked since the run went on or was changed. */
	readonly state: 'open' | 'met' | 'unmet' | 'pending';
	/** What is to be brought about. */
	readonly wanted: string;
	/** What the last check found; empty before one. */
	readonly sentence: string;
}

/** A question of the current step. */
export interface AskedQuestion extends Question {
	/** Its place among the step's predictions. */
	readonly index: number;
}

/** What is said to the learner about what was done last. */
export interface Message {
	readonly kind: 'right' | 'wrong' | 'unreadable' | 'mistake' | 'done';
	readonly text: string;
}

/** A lab as a learner works on it: plain data, from which the screen is made and progress is kept. */
export interface LabSession {
	readonly lab: Lab;
	/** Index of the current step. */
	readonly step: number;
	/** What is known of each step. */
	readonly records: readonly StepRecord[];
	/** What the learner has set for this step instead of what the lab has. */
	readonly settings: StepSettings;
	/** How far the run has been seen since the step began or the run was changed. */
	readonly reached: number;
	readonly goals: readonly GoalState[];
	readonly message?: Message;
}

/** The step that a session is at. */
export const currentStep = ({lab, step}: LabSession): LabStep => lab.steps[step];

/** What is known of the current step. */
export const currentRecord = ({records, step}: LabSession): StepRecord => records[step];

/** The session without what was said last. */
function quiet(session: LabSession): LabSession {
	const copy = {...session};
	delete copy.message;
	return copy;
}

const withRecord = (session: LabSession, record: Partial<StepRecord>): LabSession =>
	({...session, records: session.records.map((each, index) => (index === session.step ? {...each, ...record} : each))});

/** The goals of a step before they were checked. */
function openGoals(step: LabStep, bench: Workbench): GoalState[] {
	const scene = bench.scene(0);
	return step.goals.map(goal => ({state: 'open', wanted: goal.goal === undefined ? wanted(goal, bench.values) : fill(scene, goal.goal), sentence: ''}));
}

/** A session of a lab, at the step where it was left. The machine is taken there by `enterStep`. */
export function openSession(lab: Lab, saved?: LabRecord): LabSession {
	const records = lab.steps.map(({title}) => saved?.steps[title] ?? NEW_RECORD);
	const left = lab.steps.findIndex(({title}) => title === saved?.at);
	return {lab, step: Math.max(0, left), records, settings: {}, reached: 0, goals: []};
}

/**
 * Goes to a step, whether those before it are done or not. The machine is taken to where the step begins, without the
 * changes that were made to the run before; do the work, then call `moved`.
 */
export function enterStep(session: LabSession, bench: Workbench, step: number): {readonly session: LabSession; readonly work: Work} {
	const index = Math.max(0, Math.min(session.lab.steps.length - 1, step));
	const next = quiet({...session, step: index, settings: {}, reached: 0, goals: []});
	return {session: withRecord(next, isOnlyText(currentStep(next)) ? {done: true, seen: true} : {seen: true}), work: bench.begin(currentStep(next))};
}

/** A step that asks nothing is done by reading it. */
const isOnlyText = ({goals, predictions}: LabStep): boolean => goals.length + predictions.length === 0;

/** Begins the current step again on another kernel or with other arguments; do the work, then call `changed`. */
export function applySettings(session: LabSession, bench: Workbench, settings: StepSettings): {readonly session: LabSession; readonly work: Work} {
	const merged: StepSettings = {...session.settings, ...settings, ...(settings.kernel === undefined ? {} : {kernel: {...session.settings.kernel ?? currentStep(session).setup.kernel, ...settings.kernel}})};
	return {session: quiet({...session, settings: merged, reached: 0}), work: bench.begin(currentStep(session), merged)};
}

/** To be called when the machine has moved. */
export function moved(session: LabSession, bench: Workbench): LabSession {
	const {step} = bench.laboratory;
	const goals = session.goals.length === 0 ? openGoals(currentStep(session), bench) : session.goals;
	return {...session, reached: Math.max(session.reached, step), goals};
}

/** To be called when the run was changed, or another branch of it is shown: what came after has not happened. */
export function changed(session: LabSession, bench: Workbench): LabSession {
	return quiet({...session, reached: bench.laboratory.step, goals: openGoals(currentStep(session), bench)});
}

/** The question that is open, if the step asks one that was not answered yet; its answers are worked out by the machine. */
export function openQuestion(session: LabSession, bench: Workbench): AskedQuestion | undefined {
	const step = currentStep(session);
	const {answers} = currentRecord(session);
	const index = step.predictions.findIndex((_, each) => answers.at(each) === undefined);
	if (index < 0) return undefined;
	return {...askQuestion(bench.oracle(step, index), step.predictions[index]), index};
}

/** Takes an answer to a question: compares it with what the machine will do, and says what that was. */
export function answer(session: LabSession, bench: Workbench, index: number, given: Answer): LabSession {
	const step = currentStep(session);
	const prediction = step.predictions.at(index);
	if (prediction === undefined) return session;
	const marking = mark(bench, step, index, given);
	const message: Message = {kind: marking.state, text: marking.text};
	if (marking.state === 'unreadable') return {...session, message};
	const record = currentRecord(session);
	const before = record.answers.at(index);
	const answers = step.predictions.map((_, each) => (each === index ? {given, right: marking.state === 'right', tries: (before?.tries ?? 0) + 1} : record.answers.at(each)));
	return finished(withRecord({...session, message}, {answers}));
}

/** Marks an answer; a question about what the machine does not come to is the lab's fault, not the learner's. */
function mark(bench: Workbench, step: LabStep, index: number, given: Answer): Marking {
	try {
		return markAnswer(bench.oracle(step, index), step.predictions[index], given);
	} catch (error) {
		if (error instanceof Unreached || error instanceof Unreadable) return {state: 'unreadable', text: `The machine has no answer to this one here: ${error.message}. Begin the step again.`, machine: ''};
		throw error;
	}
}

const allMet = ({goals, lab, step}: LabSession): boolean => lab.steps[step].goals.length === 0 || (goals.length > 0 && goals.every(({state}) => state === 'met'));

/** Notes that a step is done: its questions answered, its goals met. */
function finished(session: LabSession): LabSession {
	const {predictions} = currentStep(session);
	const {answers, done} = currentRecord(session);
	const answered = predictions.every((_, index) => answers.at(index) !== undefined);
	return done || !answered || !allMet(session) ? session : withRecord(session, {done: true});
}

/** Judges the goals of the step by the run so far. Where they are not met, the first mistake that was made is explained. */
export function check(session: LabSession, bench: Workbench): LabSession {
	const step = currentStep(session);
	const evidence = bench.evidence(step, session.reached);
	const goals = openGoals(step, bench).map((goal, index): GoalState => ({...goal, ...judgeGoal(evidence, step.goals[index])}));
	const judged = quiet({...session, goals});
	if (allMet(judged)) return finished(withMessage(judged, step.goals.length === 0 ? undefined : {kind: 'done', text: 'Done.'}));
	const mistake = step.mistakes.find(({when}) => judge(evidence, when).state === 'met');
	const counted = withRecord(judged, {checks: currentRecord(judged).checks + 1});
	return withMessage(counted, mistake === undefined ? undefined : {kind: 'mistake', text: fill(evidence.scene, mistake.text)});
}

const withMessage = (session: LabSession, message: Message | undefined): LabSession => (message === undefined ? session : {...session, message});

/** Shows one more hint of the ladder. */
export function showHint(session: LabSession): LabSession {
	const {hints} = currentRecord(session);
	return quiet(withRecord(session, {hints: Math.min(hints + 1, Math.min(HINTS, currentStep(session).hints.length))}));
}

/** Shows the worked solution; ask the learner first. */
export const showSolution = (session: LabSession): LabSession => quiet(withRecord(session, {solution: true}));

/** Forgets what was done in the current step. */
export const forgetStep = (session: LabSession): LabSession => quiet(withRecord(session, NEW_RECORD));

/** Whether enough questions of the first step were answered right at once to skip the lab. */
export function maySkip({lab, records}: LabSession): boolean {
	if (lab.skippedBy === undefined) return false;
	return records[0].answers.filter(each => each?.right === true && each.tries === 1).length >= lab.skippedBy;
}

/** What is to be kept of a session. */
export function recordOf({lab, step, records}: LabSession): LabRecord {
	return {
		at: lab.steps[step].title,
		count: lab.steps.length,
		steps: Object.fromEntries(lab.steps.map(({title}, index): [string, StepRecord] => [title, records[index]]).filter(([, record]) => record !== NEW_RECORD)),
	};
}
