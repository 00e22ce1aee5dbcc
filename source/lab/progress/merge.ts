import {type AnswerRecord, type LabRecord, NEW_RECORD, type ProgressData, type StepRecord} from './progress-data.js';

/** The earlier of two times, and the later; ISO texts in UTC sort as their times do. */
const earlier = (a: string | undefined, b: string | undefined): string | undefined => [a, b].filter(time => time !== undefined).sort().at(0);
const later = (a: string | undefined, b: string | undefined): string | undefined => [a, b].filter(time => time !== undefined).sort().at(-1);

const withTimes = <T extends object>(record: T, times: Readonly<Record<string, string | undefined>>): T =>
	({...record, ...Object.fromEntries(Object.entries(times).filter(([, time]) => time !== undefined))});

/** Of two answers to one question, the one that was given after more tries. */
const laterAnswer = (a: AnswerRecord | undefined, b: AnswerRecord | undefined): AnswerRecord | undefined => ((b?.tries ?? 0) >= (a?.tries ?? 0) ? b ?? a : a);

/** What two programs know of one step: nothing that either knows is lost. */
function mergeSteps(a: StepRecord, b: StepRecord): StepRecord {
	const answers = Array.from({length: Math.max(a.answers.length, b.answers.length)}, (_, index) => laterAnswer(a.answers.at(index), b.answers.at(index)));
	const merged: StepRecord = {
		seen: a.seen || b.seen, done: a.done || b.done, checks: Math.max(a.checks, b.checks), hints: Math.max(a.hints, b.hints), solution: a.solution || b.solution, answers,
	};
	return withTimes(merged, {doneAt: earlier(a.doneAt, b.doneAt)});
}

/** What two programs know of one lab. What was kept before the last reset is gone, wherever it comes from. */
function mergeLabs(a: LabRecord, b: LabRecord): LabRecord {
	if ((a.resets ?? 0) !== (b.resets ?? 0)) return (a.resets ?? 0) > (b.resets ?? 0) ? a : b;
	const last = (b.savedAt ?? '') >= (a.savedAt ?? '') ? b : a;
	const titles = new Set([...Object.keys(a.steps), ...Object.keys(b.steps)]);
	const stepOf = ({steps}: LabRecord, title: string): StepRecord => new Map(Object.entries(steps)).get(title) ?? NEW_RECORD;
	const steps = Object.fromEntries([...titles].map(title => [title, mergeSteps(stepOf(a, title), stepOf(b, title))]));
	return withTimes({...last, steps}, {begunAt: earlier(a.begunAt, b.begunAt), savedAt: later(a.savedAt, b.savedAt)});
}

/** Notes when a step was done, once. */
const timed = (record: StepRecord, now: string): StepRecord => (record.done && record.doneAt === undefined ? {...record, doneAt: now} : record);

/** A lab's record, if anything is kept of it. */
export const labRecord = ({labs}: ProgressData, name: string): LabRecord | undefined => new Map(Object.entries(labs)).get(name);

/**
 * Adds what a session knows of a lab to what is kept.
 * @param now ISO 8601 text in UTC
 */
export function withLab(data: ProgressData, name: string, record: LabRecord, now: string): ProgressData {
	const known = labRecord(data, name);
	const steps = Object.fromEntries(Object.entries(record.steps).map(([title, step]) => [title, timed(step, now)]));
	const own: LabRecord = {...record, steps, begunAt: now, savedAt: now, ...(known?.resets === undefined ? {} : {resets: known.resets})};
	return {...data, labs: {...data.labs, [name]: known === undefined ? own : mergeLabs(known, own)}};
}

/** Forgets a lab; programs that still know it do not bring it back. */
export function withoutLab(data: ProgressData, name: string): ProgressData {
	const known = labRecord(data, name);
	const empty: LabRecord = {at: '', count: known?.count ?? 0, steps: {}, resets: (known?.resets ?? 0) + 1};
	return {...data, labs: {...data.labs, [name]: empty}};
}
