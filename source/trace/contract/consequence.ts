import {vectorName} from '../../machine/fault.js';
import {outcomeText} from '../compare/summary.js';
import type {TraceEvent} from '../events.js';
import {type Names, type SourcePlace} from '../names.js';
import {type Outcome, outcomeOf} from '../outcome.js';
import type {Recording} from '../recording.js';
import type {Search, SearchProgress} from '../search.js';
import {Walk} from '../walk.js';
import {Monitor, type Violation, violationText} from './monitor.js';

/** An exception that the kernel itself raised and had not foreseen. */
export interface KernelFault {
	readonly step: number;
	readonly name: string;
	readonly rip: bigint;
	readonly place?: SourcePlace;
	readonly address?: bigint;
}

/** What broke first in a run, and what came of it. */
export interface Consequence {
	/** All broken promises, in order. */
	readonly violations: readonly Violation[];
	/** The first one. */
	readonly first?: Violation;
	/** The first exception in ring 0. */
	readonly fault?: KernelFault;
	readonly outcome: Outcome;
	/** The step at which the run was over or was left. */
	readonly step: number;
	/** The same in sentences: what broke first, what followed, how it ended. */
	readonly words: readonly string[];
}

/** A search for what breaks. */
export interface ConsequenceSearch extends Search {
	/** What was found; undefined before the last slice. */
	readonly result: Consequence | undefined;
}

/** Stretches of one slice. */
const SLICE = 4000;

/** The name of the promise about exceptions in ring 0: what the machine itself shows is told apart from what the monitor sees. */
export const FAULT_PROMISE = 'no-fault';

const outcomeSentence = (outcome: Outcome): string => `In the end: ${outcomeText(outcome)}.`;

function faultOf(events: readonly TraceEvent[], violations: readonly Violation[], names: Names): KernelFault | undefined {
	const violation = violations.find(({promise}) => promise.name === FAULT_PROMISE);
	const event = events.find(each => each.kind === 'exception' && each.cpl === 0 && each.step === violation?.step);
	if (event?.kind !== 'exception') return undefined;
	const place = names.placeOf(event.rip);
	return {step: event.step, name: vectorName(event.vector), rip: event.rip, ...(place === undefined ? {} : {place}), ...(event.cr2 === undefined ? {} : {address: event.cr2})};
}

function wordsOf(violations: readonly Violation[], fault: KernelFault | undefined, outcome: Outcome, names: Names): string[] {
	const first = violations.at(0);
	if (first === undefined) return ['No promise was broken in this run.', outcomeSentence(outcome)];
	const words = [`What broke first: ${violationText(first)}`];
	const others = [...new Set(violations.slice(1).map(({promise}) => promise))].filter(({name}) => name !== FAULT_PROMISE && name !== first.promise.name);
	for (const {sentence} of others) words.push(`Broken later, too: “${sentence}”`);
	if (fault !== undefined) words.push(`The first exception in the kernel: ${fault.name} at ${names.describe(fault.rip)} in step ${fault.step}.`);
	return [...words, outcomeSentence(outcome)];
}

/**
 * Watches a run from its first step and finds out what breaks first, and why.
 * @param names names and lines of the kernel and the program
 * @param limit the step at which a run that has not ended is left
 */
export function firstConsequence(recording: Recording, names: Names, limit: number): ConsequenceSearch {
	const monitor = new Monitor(recording.kernel, names);
	const walk = new Walk(recording, [monitor]);
	let result: Consequence | undefined;
	recording.seek(0);
	return {
		get result() {
			return result;
		},
		get step() {
			return recording.step;
		},
		slice(): SearchProgress {
			if (result !== undefined) return 'done';
			if (walk.go(limit, SLICE) === 'more') return 'more';
			const outcome = outcomeOf(recording.machine, recording.kernel, recording.step === recording.length ? recording.end : undefined);
			const {violations} = monitor;
			const first = violations.at(0);
			const fault = faultOf(recording.events, violations, names);
			result = {
				violations, outcome, step: recording.step, words: wordsOf(violations, fault, outcome, names),
				...(first === undefined ? {} : {first}),
				...(fault === undefined ? {} : {fault}),
			};
			return 'done';
		},
	};
}
