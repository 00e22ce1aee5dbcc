import {PT_REGS_FIELDS} from '../../kernel/constants.js';
import {errnoEntry, resultErrno} from '../../kernel/errno.js';
import {hex} from '../names.js';
import type {Crossing} from './crossings.js';
import {longestSeries} from './line-map.js';
import type {Side} from './side.js';
import {outcomeText, type RunSummary} from './summary.js';

/** What a difference is about. */
export type DifferenceArea = 'outcome' | 'console' | 'call' | 'result' | 'path' | 'handler' | 'pt_regs' | 'registers' | 'exception' | 'steps' | 'events';

/** Something that is not the same at the end of two runs. */
export interface Difference {
	readonly area: DifferenceArea;
	/** What it is, in words: `call 1 write`, `pt_regs->di of call 1 write`, `rax`. */
	readonly what: string;
	readonly a: string;
	readonly b: string;
	/** The step of each side by which the kernel was entered, for what is about one stay there. */
	readonly steps?: {readonly a?: number; readonly b?: number};
}

/** The two sides as canonical names are asked of them. */
type Sides = readonly [Side, Side];

/** Crossings beyond which two lists are put side by side by their places alone. */
const ALIGNED = 2000;

/** What stands for a crossing that one side has not made. */
const NONE = 'not made';

/** A result as strace would have it: a number, or an error's name. */
export function resultText(value: bigint): string {
	const error = resultErrno(value);
	const name = error === undefined ? undefined : errnoEntry(error)?.name;
	if (error !== undefined) return name === undefined ? `-${error}` : `-${error} (${name})`;
	return value < 0x1_0000n ? value.toString() : hex(value);
}

/** Where two crossings belong together: the same kind of entry, for the same thing. */
const keyOf = ({entry, name}: Crossing): string => `${entry} ${name}`;

/** Crossings of two runs, those that belong together side by side; interrupts are left out, for they are the clock's. */
function align(a: readonly Crossing[], b: readonly Crossing[]): (readonly [Crossing | undefined, Crossing | undefined])[] {
	const [one, other] = [a, b].map(list => list.filter(({entry}) => entry !== 'interrupt'));
	const rows: (readonly [Crossing | undefined, Crossing | undefined])[] = [];
	if (one.length > ALIGNED || other.length > ALIGNED) {
		for (let index = 0; index < Math.max(one.length, other.length); index++) rows.push([one.at(index), other.at(index)]);
		return rows;
	}

	let [i, j] = [0, 0];
	for (const [nextA, nextB] of [...longestSeries(one.map(keyOf), other.map(keyOf)), [one.length, other.length] as const]) {
		// What lies between two pairs was made by one side alone; a call in the same place is set against it.
		while (i < nextA && j < nextB) rows.push([one[i++], other[j++]]);
		while (i < nextA) rows.push([one[i++], undefined]);
		while (j < nextB) rows.push([undefined, other[j++]]);
		if (nextA < one.length && nextB < other.length) rows.push([one[i++], other[j++]]);
	}

	return rows;
}

const WAYS = {sysret: 'SYSRET', iret: 'IRET'} as const;
const wayText = ({way}: Crossing): string => (way === undefined ? 'did not come back' : WAYS[way]);

class Collector {
	readonly found: Difference[] = [];

	/** The steps that all differences are about that are found now. */
	steps: Difference['steps'];

	add(area: DifferenceArea, what: string, a: string, b: string): void {
		const {steps} = this;
		if (a !== b) this.found.push({area, what, a, b, ...(steps === undefined ? {} : {steps})});
	}
}

const resultOf = ({result}: Crossing): string => (result === undefined ? 'none' : resultText(result));
const faultsOf = ({faults}: Crossing): string => (faults.length === 0 ? 'none' : faults.join(', '));
const fieldText = (value: bigint | undefined): string => (value === undefined ? 'none' : hex(value));

/** What is not the same in two struct pt_regs. */
function compareFields(into: Collector, what: string, a: Crossing, b: Crossing, [sideA, sideB]: Sides): void {
	if ((a.fields === undefined) !== (b.fields === undefined)) {
		into.add('pt_regs', `struct pt_regs of ${what}`, a.fields === undefined ? 'not built' : 'built', b.fields === undefined ? 'not built' : 'built');
		return;
	}

	for (const field of PT_REGS_FIELDS) {
		const [one, other] = [a.fields?.[field], b.fields?.[field]];
		// Code of two programs lies at two addresses: what counts is the line.
		if (one !== undefined && other !== undefined && sideA.samePlace(one, sideB, other)) continue;
		into.add('pt_regs', `pt_regs->${field} of ${what}`, fieldText(one), fieldText(other));
	}
}

/** What is not the same in two crossings that belong together. */
function compareCrossings(into: Collector, number: number, a: Crossing, b: Crossing, sides: Sides): void {
	const what = `${a.entry === 'syscall' ? 'call' : a.entry} ${number} ${a.name}`;
	if (keyOf(a) !== keyOf(b)) {
		into.add(a.entry === 'syscall' && b.entry === 'syscall' ? 'call' : 'exception', `crossing ${number}`, keyOf(a), keyOf(b));
		return;
	}

	into.add('result', `result of ${what}`, resultOf(a), resultOf(b));
	into.add('path', `way back from ${what}`, wayText(a), wayText(b));
	into.add('handler', `handler of ${what}`, a.handler ?? 'none', b.handler ?? 'none');
	into.add('exception', `faults in the kernel in ${what}`, faultsOf(a), faultsOf(b));
	compareFields(into, what, a, b, sides);
}

/** What one side alone has done. */
const oneSided = (crossing: Crossing | undefined): string => (crossing === undefined ? NONE : `${crossing.name}${crossing.result === undefined ? '' : ` = ${resultText(crossing.result)}`}`);

/** What is not the same in two runs that are over. */
export function differencesOf(a: RunSummary, b: RunSummary, sides: Sides): Difference[] {
	const into = new Collector();
	into.add('outcome', 'outcome', outcomeText(a.outcome), outcomeText(b.outcome));
	into.add('console', 'console', JSON.stringify(a.console), JSON.stringify(b.console));
	for (const [index, [one, other]] of align(a.crossings, b.crossings).entries()) {
		into.steps = {...(one === undefined ? {} : {a: one.step}), ...(other === undefined ? {} : {b: other.step})};
		if (one !== undefined && other !== undefined) compareCrossings(into, index + 1, one, other, sides);
		else into.add((one ?? other)?.entry === 'syscall' ? 'call' : 'exception', `crossing ${index + 1}`, oneSided(one), oneSided(other));
	}

	into.steps = undefined;
	for (const [name, value] of Object.entries(a.registers)) {
		const other = b.registers[name];
		if (!sides[0].samePlace(value, sides[1], other)) into.add('registers', name, hex(value), hex(other));
	}

	into.add('steps', 'steps in ring 0', String(a.rings.kernel), String(b.rings.kernel));
	into.add('steps', 'steps in ring 3', String(a.rings.user), String(b.rings.user));
	for (const kind of new Set([...a.events.keys(), ...b.events.keys()])) into.add('events', `events “${kind}”`, String(a.events.get(kind) ?? 0), String(b.events.get(kind) ?? 0));
	return into.found;
}
