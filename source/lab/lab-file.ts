import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import {parse, YAMLParseError} from 'yaml';
import {LAB_FILE} from './catalogue.js';

/** The version of the format that this program reads. */
export const LAB_FORMAT = 1;

/** Kinds of event that a step can stand at. */
const EVENT_KINDS = ['syscall', 'swapgs', 'cr3', 'stack-switch', 'push', 'pt_regs', 'dispatch', 'result', 'sysret', 'iret', 'exception', 'interrupt', 'out'] as const;

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Where the machine is taken when a step is opened. */
const Place = v.variant('to', [
	v.strictObject({to: v.literal('before'), event: v.picklist(EVENT_KINDS), nth: v.optional(count, 1)}),
	v.strictObject({to: v.literal('after'), event: v.picklist(EVENT_KINDS), nth: v.optional(count, 1)}),
	v.strictObject({to: v.literal('label'), label: v.string(), nth: v.optional(count, 1)}),
	v.strictObject({to: v.literal('start')}),
	v.strictObject({to: v.literal('end')}),
]);

const FrontMatter = v.strictObject({
	format: v.pipe(v.number(), v.integer()),
	title: v.pipe(v.string(), v.nonEmpty()),
	summary: v.pipe(v.string(), v.nonEmpty()),
	track: v.picklist(['core', 'deep']),
	minutes: v.pipe(v.number(), v.minValue(1)),
	program: v.pipe(v.string(), v.regex(/^[\w.-]+\.s$/, 'must be the name of a .s file in the lab’s folder')),
});

const StepOptions = v.strictObject({
	task: v.optional(v.string()),
	go: v.optional(Place),
	show: v.optional(v.picklist(['registers', 'code', 'stacks', 'events', 'console'])),
});

/** Where the machine stands for a step. */
export type LabPlace = v.InferOutput<typeof Place>;

/** One page of a lab. */
export interface LabStep {
	/** The line of its heading. */
	readonly line: number;
	readonly title: string;
	readonly paragraphs: readonly string[];
	readonly task?: string;
	readonly go?: LabPlace;
	/** The pane that the step speaks of. */
	readonly show?: 'registers' | 'code' | 'stacks' | 'events' | 'console';
}

/** A lab, read and checked. */
export interface Lab {
	readonly folder: string;
	readonly title: string;
	readonly summary: string;
	readonly minutes: number;
	readonly track: 'core' | 'deep';
	/** Path of the program's text. */
	readonly program: string;
	readonly steps: readonly LabStep[];
}

/** A lab that can't be read: where, what is wrong, what would do. */
export class LabError extends Error {
	constructor(
		readonly file: string,
		readonly line: number,
		message: string,
	) {
		super(`${file}:${line}: ${message}`);
	}
}

/** Reads and checks a lab's folder. Throws LabError. */
export function readLab(folder: string): Lab {
	const file = path.join(folder, LAB_FILE);
	let text: string;
	try {
		text = readFileSync(file, 'utf8');
	} catch {
		throw new LabError(file, 1, 'can’t be read; a lab is a folder with a lab.md and a program');
	}

	const lines = text.replace(/^\u{FEFF}/u, '').split(/\r?\n/);
	const end = lines.indexOf('---', 1);
	if (lines[0] !== '---' || end < 0) throw new LabError(file, 1, 'no front matter was found; begin the file with --- lines around title, summary, track, minutes and program');
	const front: Block = {file, first: 2, lines: lines.slice(1, end)};
	const found = yaml(front);
	checkFormat(front, found);
	const facts = check(front, FrontMatter, found);
	const program = path.join(folder, facts.program);
	if (!existsSync(program)) throw new LabError(file, lineOf(front, ['program']), `${facts.program} is not in the lab’s folder; put the program there`);
	return {folder, title: facts.title, summary: facts.summary, minutes: facts.minutes, track: facts.track, program, steps: readSteps(file, lines, end + 1)};
}

/** A newer format may have keys that are unknown here: its number is what matters then. */
function checkFormat(front: Block, found: unknown): void {
	const format = typeof found === 'object' && found !== null && 'format' in found ? found.format : undefined;
	if (typeof format === 'number' && format !== LAB_FORMAT) {
		throw new LabError(front.file, lineOf(front, ['format']), `format ${format} was found, this program reads ${LAB_FORMAT}; install a newer syscall-lab`);
	}
}

/** The pages: each begins with a heading of the second level. */
function readSteps(file: string, lines: readonly string[], first: number): LabStep[] {
	const starts = lines.flatMap((line, index) => (index >= first && line.startsWith('## ') ? [index] : []));
	if (starts.length === 0) throw new LabError(file, first + 1, 'no step was found; begin each with a heading such as “## A request”');
	const stray = lines.findIndex((line, index) => index >= first && index < starts[0] && line.trim() !== '');
	if (stray >= 0) throw new LabError(file, stray + 1, 'text before the first step was found; put a heading such as “## A request” above it');
	return starts.map((start, index) => readStep(file, lines.slice(start, starts[index + 1]), start));
}

const FENCE = '```';

function readStep(file: string, lines: readonly string[], start: number): LabStep {
	const open = lines.indexOf(`${FENCE}yaml`);
	const close = open < 0 ? -1 : lines.indexOf(FENCE, open + 1);
	if (open >= 0 && close < 0) throw new LabError(file, start + open + 1, `a block opened with ${FENCE}yaml is not closed; end it with ${FENCE}`);
	const prose = open < 0 ? lines.slice(1) : [...lines.slice(1, open), ...lines.slice(close + 1)];
	const options = open < 0 ? {} : readOptions({file, first: start + open + 2, lines: lines.slice(open + 1, close)});
	const paragraphs = prose.join('\n').split(/\n\s*\n/).map(text => text.trim().replaceAll(/\s+/g, ' ')).filter(text => text !== '');
	return {line: start + 1, title: lines[0].slice(3).trim(), paragraphs, ...(options as Omit<LabStep, 'line' | 'title' | 'paragraphs'>)};
}

/** A stretch of YAML within a file. */
interface Block {
	readonly file: string;
	/** Number of its first line. */
	readonly first: number;
	readonly lines: readonly string[];
}

/** What a page says besides its text; an empty block says nothing. */
const readOptions = (block: Block): v.InferOutput<typeof StepOptions> => check(block, StepOptions, yaml(block) ?? {});

function yaml({file, first, lines}: Block): unknown {
	try {
		return parse(lines.join('\n'));
	} catch (error) {
		if (!(error instanceof YAMLParseError)) throw error;
		const offset = error.linePos?.[0].line ?? 1;
		throw new LabError(file, first + offset - 1, `the YAML can’t be read: ${error.message.split('\n')[0].replace(/ at line \d+, column \d+:$/, '')}`);
	}
}

/** The line on which the first of a path of keys stands; the block's first line if none does. */
function lineOf({first, lines}: Block, [key]: readonly unknown[]): number {
	const index = lines.findIndex(line => line.startsWith(`${String(key)}:`));
	return first + Math.max(0, index);
}

function check<T extends v.GenericSchema>(block: Block, schema: T, value: unknown): v.InferOutput<T> {
	const result = v.safeParse(schema, value);
	if (result.success) return result.output;
	const issue = result.issues[0];
	const keys = issue.path?.map(({key}) => key) ?? [];
	throw new LabError(block.file, lineOf(block, keys), `${v.getDotPath(issue) ?? 'the block'}: ${explain(issue)}`);
}

/** What is wrong with a value, in words. */
function explain({received, expected, message, type}: v.BaseIssue<unknown>): string {
	if (received === 'undefined') return `is missing, expected ${expected ?? message}`;
	if (type === 'non_empty') return 'is empty';
	if (expected === 'never') return `${received} is no key that is known here`;
	return type === 'regex' ? `found ${received}, which ${message}` : `found ${received}, expected ${expected ?? message}`;
}
