import * as v from 'valibot';
import {type LabRecord, PROGRESS_FORMAT, type ProgressData, type StepRecord} from './progress-data.js';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const time = v.optional(v.pipe(v.string(), v.isoTimestamp()));

const answerRecord = v.object({given: v.union([v.string(), v.number(), v.array(v.number())]), right: v.boolean(), tries: count});

const stepRecord = v.object({
	seen: v.boolean(),
	done: v.boolean(),
	checks: count,
	hints: count,
	solution: v.boolean(),
	// JSON has no undefined: a question without an answer is null there.
	answers: v.array(v.pipe(v.nullish(answerRecord), v.transform(answer => answer ?? undefined))),
	doneAt: time,
}) as v.GenericSchema<unknown, StepRecord>;

const labRecord = v.object({
	at: v.string(),
	count,
	steps: v.record(v.string(), stepRecord),
	resets: v.optional(count),
	begunAt: time,
	savedAt: time,
}) as v.GenericSchema<unknown, LabRecord>;

const progress = v.object({
	format: v.literal(PROGRESS_FORMAT),
	seed: v.pipe(v.string(), v.regex(/^0x[0-9a-f]{1,16}$/)),
	labs: v.record(v.string(), labRecord),
}) as v.GenericSchema<unknown, ProgressData>;

/** What a file of progress turned out to be. */
export type ReadProgress = {readonly kind: 'sound'; readonly data: ProgressData} | {readonly kind: 'newer'; readonly format: number} | {readonly kind: 'damaged'};

/** Reads what was kept. */
export function readProgress(text: string): ReadProgress {
	let found: unknown;
	try {
		found = JSON.parse(text);
	} catch {
		return {kind: 'damaged'};
	}

	const format = typeof found === 'object' && found !== null && 'format' in found ? found.format : undefined;
	if (typeof format === 'number' && format > PROGRESS_FORMAT) return {kind: 'newer', format};
	const result = v.safeParse(progress, found);
	return result.success ? {kind: 'sound', data: result.output} : {kind: 'damaged'};
}
