import {Flag} from '../../machine/flags.js';
import type {Change} from '../branches/change.js';
import {describeChange} from '../branches/change-text.js';
import type {ComparisonResult} from './comparison.js';
import type {Difference, DifferenceArea} from './differences.js';
import type {FirstDifference, OneSided, UnequalValue} from './lockstep.js';
import type {RunPlace} from './side.js';

/** What is compared, in words. */
export interface ComparisonTitles {
	readonly a: string;
	readonly b: string;
}

/** A variant in words: what is run, on which kernel, with what changed. */
export function variantTitle(program: string, {kernel = [], settings = [], call = 1}: {readonly kernel?: readonly string[]; readonly settings?: readonly Change[]; readonly call?: number}): string {
	const on = kernel.length === 0 ? '' : `, ${kernel.join(', ')}`;
	const changed = settings.length === 0 ? '' : `, ${settings.map(change => describeChange(change)).join(', ')} before call ${call}`;
	return `${program}${on}${changed}`;
}

/** Headings of the areas, in the order in which they are printed. */
export const AREAS: Readonly<Record<DifferenceArea, string>> = {
	outcome: 'How they end',
	console: 'What they print',
	call: 'Calls that only one makes',
	result: 'Results of calls',
	path: 'Ways back to the program',
	handler: 'Handlers',
	exception: 'Exceptions',
	pt_regs: 'Saved registers (struct pt_regs)',
	registers: 'The program’s registers at the end',
	steps: 'Instructions',
	events: 'Events',
};

/** Differences of one area that are printed. */
const SHOWN = 24;

/** Lines that only one side has that are printed. */
const ONE_SIDED_SHOWN = 12;

function placeText({step, name, source}: RunPlace, origin: number): string {
	const where = source === undefined ? name : `${source.file}:${source.line}  ${source.text.replaceAll(/\s+/g, ' ')}`;
	return `step ${step - origin}  ${where}`;
}

const indented = (lines: readonly string[]): string[] => lines.map(line => `  ${line}`);

/** A table of names and two values, its columns under each other. */
function table(rows: readonly (readonly [what: string, a: string, b: string])[]): string[] {
	const widths = [0, 1].map(column => Math.max(...rows.map(row => row[column].length)));
	return rows.map(([what, a, b]) => `${what.padEnd(widths[0])}   A ${a.padEnd(widths[1])}   B ${b}`);
}

export const KINDS: Readonly<Record<FirstDifference['kind'], string>> = {
	register: 'First register that is different',
	memory: 'First write to memory that is different',
	path: 'Where their ways part',
};

/** A register's name; of rflags with the flags that are not the same. */
export function nameText({what, a, b}: UnequalValue): string {
	if (what !== 'rflags') return what;
	const unequal = BigInt(a) ^ BigInt(b);
	const flags = Object.entries(Flag).filter(([, bit]) => (unequal & bit) !== 0n).map(([name]) => name);
	return `${what} (${flags.join(' ')})`;
}

/** Places of both sides; one line if they are the same. */
function placesText(a: RunPlace, b: RunPlace, origin: number): string[] {
	const [one, other] = [placeText(a, origin), placeText(b, origin)];
	return one === other ? [`A, B  ${one}`] : [`A  ${one}`, `B  ${other}`];
}

function firstText(difference: FirstDifference, origin: number): string[] {
	const {kind, a, b, values} = difference;
	const found = values.map((value): [string, string, string] => [kind === 'path' ? 'goes on at' : nameText(value), value.a, value.b]);
	return [`${KINDS[kind]}: behind`, ...indented([...placesText(a, b, origin), ...table(found)]), ''];
}

function oneSidedText(places: readonly OneSided[], origin: number): string[] {
	const seen = new Map<string, string>();
	for (const {side, place} of places) {
		const key = `${side} ${place.rip}`;
		if (!seen.has(key)) seen.set(key, `${side.toUpperCase()}  ${placeText(place, origin)}`);
	}

	if (seen.size === 0) return [];
	const lines = [...seen.values()];
	const more = lines.length > ONE_SIDED_SHOWN ? [`… and ${lines.length - ONE_SIDED_SHOWN} more`] : [];
	return ['Lines that only one of them has (the first time that they were run)', ...indented([...lines.slice(0, ONE_SIDED_SHOWN), ...more]), ''];
}

function areaText(area: DifferenceArea, differences: readonly Difference[]): string[] {
	const found = differences.filter(each => each.area === area);
	if (found.length === 0) return [];
	const more = found.length > SHOWN ? [`… and ${found.length - SHOWN} more`] : [];
	return [AREAS[area], ...indented([...table(found.slice(0, SHOWN).map(({what, a, b}) => [what, a, b])), ...more]), ''];
}

/** Whether anything at all was different, besides what was asked to be. */
export const isDifferent = ({lockstep, differences}: ComparisonResult): boolean =>
	differences.length > 0 || lockstep.register !== undefined || lockstep.memory !== undefined || lockstep.path !== undefined;

/** The first differences of each kind, those that came first first. */
export function firstDifferences({lockstep: {register, memory, path}}: ComparisonResult): FirstDifference[] {
	// Of one and the same instruction, what it did to registers is told before what it wrote.
	return [register, memory, path].filter(each => each !== undefined).sort((one, other) => one.a.step - other.a.step);
}

/**
 * What comparing has found, for people: lines of text.
 * @param origin the step from which steps are counted
 */
export function comparisonReport(result: ComparisonResult, {a, b}: ComparisonTitles, origin = 0): string[] {
	const lines = [`A  ${a}`, `B  ${b}`, ''];
	if (result.missedCall) lines.push('The call that registers were to be changed before never came: nothing was changed.', '');
	if (!isDifferent(result)) return [...lines, 'No difference: both runs did the same, instruction for instruction.'];
	lines.push(...oneSidedText(result.lockstep.oneSided, origin));
	for (const difference of firstDifferences(result)) lines.push(...firstText(difference, origin));
	const areas = (Object.keys(AREAS) as DifferenceArea[]).flatMap(area => areaText(area, result.differences));
	lines.push(...(areas.length === 0 ? ['At the end nothing is different.'] : areas));
	if (lines.at(-1) === '') lines.pop();
	return lines;
}
