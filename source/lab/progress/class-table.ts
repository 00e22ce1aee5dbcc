import * as v from 'valibot';
import type {LabRecord, ProgressData, StepRecord} from './progress-data.js';
import {readProgress} from './progress-schema.js';

/** One learner's progress in a file, as `export` writes it. */
export interface ProgressExport {
	/** Who it is of. */
	readonly learner: string;
	/** When it was written, as ISO 8601 text in UTC. */
	readonly exportedAt: string;
	readonly progress: ProgressData;
}

/** A file with a learner's progress, as text. */
export const exportText = (learner: string, exportedAt: string, progress: ProgressData): string => `${JSON.stringify({learner, exportedAt, progress} satisfies ProgressExport, undefined, '\t')}\n`;

const exported = v.object({learner: v.string(), exportedAt: v.string(), progress: v.unknown()});

/** Reads an exported file; says why it can't be read, if it can't. */
export function readExport(text: string): ProgressExport | {readonly problem: string} {
	let found: unknown;
	try {
		found = JSON.parse(text);
	} catch {
		return {problem: 'this is no JSON; give files that syscall-lab export has written'};
	}

	const result = v.safeParse(exported, found);
	if (!result.success) return {problem: 'this is no exported progress; give files that syscall-lab export has written'};
	const {learner, exportedAt, progress} = result.output;
	const read = readProgress(JSON.stringify(progress));
	if (read.kind === 'newer') return {problem: `it was written by a newer syscall-lab (format ${read.format}); install that version`};
	return read.kind === 'sound' ? {learner, exportedAt, progress: read.data} : {problem: 'its progress is damaged; let the learner export it again'};
}

/** What a table says of a learner in a lab. */
export interface LabFigures {
	readonly lab: string;
	/** Steps of the lab, and those that are done. */
	readonly steps: number;
	readonly done: number;
	readonly hints: number;
	readonly solutions: number;
	/** Checks that found a goal unmet. */
	readonly failedChecks: number;
	/** Questions, and those that were answered right at once. */
	readonly answered: number;
	readonly rightAtOnce: number;
	readonly begunAt: string;
	readonly savedAt: string;
}

/** Figures of one lab. */
export function figuresOf(lab: string, record: LabRecord): LabFigures {
	const steps: readonly StepRecord[] = Object.values(record.steps);
	const answers = steps.flatMap(step => step.answers.filter(answer => answer !== undefined));
	const sum = (count: (step: StepRecord) => number): number => steps.reduce((total, step) => total + count(step), 0);
	return {
		lab, steps: Math.max(record.count, steps.length), done: steps.filter(({done}) => done).length, hints: sum(({hints}) => hints), solutions: sum(({solution}) => Number(solution)),
		failedChecks: sum(({checks}) => checks), answered: answers.length, rightAtOnce: answers.filter(({right, tries}) => right && tries === 1).length,
		begunAt: record.begunAt ?? '', savedAt: record.savedAt ?? '',
	};
}

/** Figures of all labs of which something is kept, in the order of their names. */
export const allFigures = ({labs}: ProgressData): LabFigures[] =>
	Object.entries(labs).filter(([, {steps}]) => Object.keys(steps).length > 0).map(([name, record]) => figuresOf(name, record)).sort((a, b) => (a.lab < b.lab ? -1 : 1));

/** Columns of a table of learners, and what stands in them. */
const COLUMNS: readonly (readonly [name: string, of: (learner: string, figures: LabFigures) => string | number])[] = [
	['learner', learner => learner],
	['lab', (_, {lab}) => lab],
	['steps', (_, {steps}) => steps],
	['done', (_, {done}) => done],
	['hints', (_, {hints}) => hints],
	['solutions', (_, {solutions}) => solutions],
	['failed_checks', (_, {failedChecks}) => failedChecks],
	['answered', (_, {answered}) => answered],
	['right_at_once', (_, {rightAtOnce}) => rightAtOnce],
	['begun', (_, {begunAt}) => begunAt],
	['saved', (_, {savedAt}) => savedAt],
];

/** A field of CSV (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe in front. */
function field(value: string | number): string {
	const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The learners' figures as CSV, one line a learner and lab. */
export function classCsv(learners: readonly ProgressExport[]): string {
	const lines = learners.flatMap(({learner, progress}) => allFigures(progress).map(figures => COLUMNS.map(([, of]) => field(of(learner, figures))).join(',')));
	return [COLUMNS.map(([name]) => name).join(','), ...lines].map(line => `${line}\r\n`).join('');
}

/** Rows as text in columns, the first row as the heading. */
export function columns(rows: readonly (readonly string[])[]): string[] {
	const widths = rows.reduce<number[]>((widest, row) => row.map((cell, index) => Math.max(widest.at(index) ?? 0, cell.length)), []);
	return rows.map(row => row.map((cell, index) => (/^[\d/]+$/.test(cell) ? cell.padStart(widths[index]) : cell.padEnd(widths[index]))).join('  ').trimEnd());
}

/** The learners in a table, one line each: how many labs and steps they have done, and with how much help. */
export function classTable(learners: readonly ProgressExport[]): string[] {
	const rows = learners.map(({learner, progress}) => {
		const figures = allFigures(progress);
		const sum = (count: (each: LabFigures) => number): number => figures.reduce((total, each) => total + count(each), 0);
		const labs = figures.filter(({steps, done}) => done >= steps).length;
		return [
			learner, `${labs}/${figures.length}`, `${sum(({done}) => done)}/${sum(({steps}) => steps)}`, String(sum(({hints}) => hints)), String(sum(({solutions}) => solutions)),
			String(sum(({failedChecks}) => failedChecks)), `${sum(({rightAtOnce}) => rightAtOnce)}/${sum(({answered}) => answered)}`,
		];
	});
	return columns([['learner', 'labs done', 'steps', 'hints', 'solutions', 'failed checks', 'right at once'], ...rows]);
}
