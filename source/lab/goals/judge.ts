import {Unreadable} from '../language/functions.js';
import {Unreached} from '../language/scene.js';
import {type Condition, type ConditionKind, type ConditionOf, type Goal, kindOf} from './condition.js';
import {judgeCall, judgePath, pendingVerdict} from './judge-calls.js';
import {judgeConsole, judgeConsoleContains, judgeEvent, judgeException, judgeExit, judgeSignal} from './judge-ends.js';
import {judgeAttack, judgeBroken, judgeKept} from './judge-promises.js';
import {judgeWritten} from './judge-provenance.js';
import {judgeDiffers, judgeFirstDifference, judgeHolds, judgeSame, judgeSteps, judgeValue} from './judge-values.js';
import {fill} from './fill.js';
import type {Evidence, Verdict} from './verdict.js';

/** What several verdicts say; what two of them say alike is said once. */
const sentences = (verdicts: readonly Verdict[]): string => [...new Set(verdicts.map(({sentence}) => sentence))].join(' ');

/** All must be met; what is missing is what the sentence speaks of. */
function judgeAll(evidence: Evidence, {all}: ConditionOf<'all'>): Verdict {
	const verdicts = all.map(each => judge(evidence, each));
	const open = verdicts.filter(({state}) => state !== 'met');
	if (open.length === 0) return {state: 'met', sentence: sentences(verdicts)};
	return {state: open.some(({state}) => state === 'unmet') ? 'unmet' : 'pending', sentence: sentences(open)};
}

function judgeAny(evidence: Evidence, {any}: ConditionOf<'any'>): Verdict {
	const verdicts = any.map(each => judge(evidence, each));
	const met = verdicts.find(({state}) => state === 'met');
	return met ?? {state: verdicts.some(({state}) => state === 'pending') ? 'pending' : 'unmet', sentence: sentences(verdicts)};
}

/** The other way round; what can't be told yet stays so. */
function judgeNot(evidence: Evidence, {not}: ConditionOf<'not'>): Verdict {
	const {state, sentence} = judge(evidence, not);
	return {state: state === 'pending' ? state : state === 'met' ? 'unmet' : 'met', sentence};
}

/** How each kind of condition is judged. */
const JUDGES: {readonly [K in ConditionKind]: (evidence: Evidence, condition: ConditionOf<K>) => Verdict} = {
	value: judgeValue,
	holds: judgeHolds,
	call: judgeCall,
	console: judgeConsole,
	'console-contains': judgeConsoleContains,
	exception: judgeException,
	signal: judgeSignal,
	exit: judgeExit,
	path: judgePath,
	written: judgeWritten,
	steps: judgeSteps,
	event: judgeEvent,
	differs: judgeDiffers,
	same: judgeSame,
	'first-difference': judgeFirstDifference,
	broken: judgeBroken,
	kept: judgeKept,
	attack: judgeAttack,
	all: judgeAll,
	any: judgeAny,
	not: judgeNot,
};

/** Judges a condition by a run, and says why in words made from the run. */
export function judge(evidence: Evidence, condition: Condition): Verdict {
	const judgeKind = JUDGES[kindOf(condition)] as (evidence: Evidence, condition: Condition) => Verdict;
	try {
		return judgeKind(evidence, condition);
	} catch (error) {
		if (error instanceof Unreached) return pendingVerdict(error);
		if (error instanceof Unreadable) return {state: 'unmet', sentence: `That can’t be told: ${error.message}.`};
		throw error;
	}
}

/** Judges a goal; its author's own sentences stand in place of the usual ones. */
export function judgeGoal(evidence: Evidence, goal: Goal): Verdict {
	const found = judge(evidence, goal);
	const own = found.state === 'met' ? goal.met : found.state === 'unmet' ? goal.unmet : undefined;
	return own === undefined ? found : {state: found.state, sentence: fill(evidence.scene, own)};
}
