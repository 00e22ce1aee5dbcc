import path from 'node:path';
import {AssemblyError} from '../../program/problems.js';
import type {Change} from '../../trace/branches/change.js';
import {ChangeError} from '../../trace/branches/change.js';
import {ValueError} from '../../trace/register-values.js';
import {LAB_FILE} from '../catalogue.js';
import type {Action} from '../format/action.js';
import type {Place} from '../format/lab-error.js';
import {SOLUTION_FILE} from '../format/solution-file.js';
import type {Goal} from '../goals/condition.js';
import {judge, judgeGoal} from '../goals/judge.js';
import type {Verdict} from '../goals/verdict.js';
import {wanted} from '../goals/wanted.js';
import type {LabStep} from '../lab-file.js';
import type {Work} from '../laboratory.js';
import {changeRefusal, settingRefusal} from '../session/permission.js';
import type {Workbench} from '../session/workbench.js';
import type {Finding, FindingKind} from './finding.js';
import {mutations, type Deed} from './mutations.js';

/** Slices of work after which a run counts as one that never ends. */
const SLICES = 500;

/** A run that does not come to an end. */
class Endless extends Error {}

function finishWithin(work: Work): void {
	for (let slices = 0; slices < SLICES; slices++) if (work() !== 'more') return;
	throw new Endless();
}

/** Proves that a step can be solved as its author says, and in no other way by accident. */
export class StepProof {
	readonly findings: Finding[] = [];
	private reached = 0;

	constructor(private readonly bench: Workbench, private readonly step: LabStep) {}

	private find(kind: FindingKind, message: string, where?: Place, file = LAB_FILE): void {
		const {line, column} = where ?? {line: this.step.line, column: 1};
		this.findings.push({kind, file: path.join(this.bench.lab.folder, file), line, column, step: this.step.title, message});
	}

	private solutionPlace(): Place {
		return this.step.solution?.where ?? {line: 1, column: 1};
	}

	/** All that can be proved of a step; with `once`, what must hold for each seed anew. */
	prove(once = true): Finding[] {
		const {step} = this;
		if (step.goals.length === 0) {
			if (step.mistakes.length > 0) this.find('mistake', 'mistakes are noticed where goals are checked, and this step has none; add goals or leave the mistakes out', step.mistakes[0].where);
			return this.findings;
		}

		this.guarded(() => {
			if (once) this.start();
			this.solution();
			if (once) this.accidents();
			this.mistakes();
		});
		return this.findings;
	}

	private guarded(action: () => void): void {
		try {
			action();
		} catch (error) {
			if (error instanceof Endless) this.find('solution', 'the run does not come to where it is to go; give the program an end, or go to a point that it comes to');
			else throw error;
		}
	}

	private begin(): void {
		finishWithin(this.bench.begin(this.step));
		this.reached = this.bench.laboratory.step;
	}

	private judged(goals: readonly Goal[] = this.step.goals): Verdict[] {
		const evidence = this.bench.evidence(this.step, this.reached);
		return goals.map(goal => judgeGoal(evidence, goal));
	}

	/** Does something as a learner would. */
	private perform(deed: Deed): void {
		const {laboratory} = this.bench;
		if ('changes' in deed) {
			laboratory.change(deed.changes);
			this.reached = laboratory.step;
			return;
		}

		finishWithin('entry' in deed ? this.bench.begin(this.step, deed) : this.bench.perform(deed, this.step));
		const begun = 'kernel' in deed || 'args' in deed || 'entry' in deed;
		this.reached = begun ? this.bench.laboratory.step : Math.max(this.reached, this.bench.laboratory.step);
	}

	private play(deeds: readonly Deed[]): void {
		this.begin();
		for (const deed of deeds) this.perform(deed);
	}

	/** Actions with their changes and entry paths as data. */
	private deeds(actions: readonly Action[]): Deed[] {
		return actions.map(action => ('set' in action ? {changes: this.bench.changesOf(action.set)} : 'entry' in action ? {entry: this.bench.readEntry(action.entry)} : action));
	}

	private start(): void {
		this.begin();
		for (const [index, {state}] of this.judged().entries()) {
			const goal = this.step.goals[index];
			if (state === 'met') this.find('start', `the goal “${wanted(goal, this.bench.values)}” is met before anything is done; ask for something that the learner brings about`, goal.where);
		}

		const evidence = this.bench.evidence(this.step, this.reached);
		for (const {when, where} of this.step.mistakes) if (judge(evidence, when).state === 'met') this.find('start', 'this mistake applies before anything is done; make its condition narrower', where);
	}

	private solution(): void {
		const {solution} = this.step;
		if (solution === undefined) {
			this.find('solution', `there is no worked solution of this step; add one to ${SOLUTION_FILE}`);
			return;
		}

		for (const refusal of this.refusals(solution.do)) this.find('solution', refusal, this.solutionPlace(), SOLUTION_FILE);
		if (!this.tryPlaying(this.deeds(solution.do), 'solution', this.solutionPlace(), SOLUTION_FILE)) return;
		for (const [index, {state, sentence}] of this.judged().entries()) {
			const goal = this.step.goals[index];
			if (state !== 'met') this.find('solution', `the solution does not meet the goal “${wanted(goal, this.bench.values)}”: ${sentence}`, goal.where);
		}
	}

	/** What a solution does that its step does not allow. */
	private refusals(actions: readonly Action[]): string[] {
		return actions.flatMap(action => {
			if ('set' in action) return this.bench.changesOf(action.set).flatMap((change: Change) => changeRefusal(this.step, change) ?? []);
			if ('kernel' in action) return Object.keys(action.kernel).flatMap(name => settingRefusal(this.step, name as keyof typeof action.kernel) ?? []);
			return (['args', 'entry'] as const).flatMap(name => (name in action ? settingRefusal(this.step, name) ?? [] : []));
		}).map(refusal => `the solution changes what the step does not allow. ${refusal} Add it to may-change.`);
	}

	/** Plays deeds; tells of those that can't be done. */
	private tryPlaying(deeds: readonly Deed[], kind: FindingKind, where?: Place, file?: string): boolean {
		try {
			this.play(deeds);
			return true;
		} catch (error) {
			if (!(error instanceof ChangeError || error instanceof ValueError)) throw error;
			this.find(kind, error.message, where, file);
			return false;
		}
	}

	/** Each goal must fail under a solution that is not quite right; and all of them together without the edits. */
	private accidents(): void {
		const {solution, goals} = this.step;
		if (solution === undefined || this.findings.length > 0) return;
		const deeds = this.deeds(solution.do);
		let open: readonly Goal[] = goals;
		for (const variant of mutations(deeds, this.bench.givenEntry(this.step)?.text)) {
			if (open.length === 0) break;
			if (!this.survives(variant)) continue;
			const verdicts = this.judged(open);
			open = open.filter((_, index) => verdicts[index].state === 'met');
		}

		for (const goal of open) this.find('accident', `the goal “${wanted(goal, this.bench.values)}” is met under every solution that was spoilt, too; ask for something that depends on what the learner does`, goal.where);
		this.untouched(deeds);
	}

	/** Whether spoilt deeds can be done at all. */
	private survives(deeds: readonly Deed[]): boolean {
		try {
			this.play(deeds);
			return true;
		} catch (error) {
			if (error instanceof ChangeError || error instanceof AssemblyError || error instanceof Endless) return false;
			throw error;
		}
	}

	/** A step that is solved by changing something must not be solved by running on alone. */
	private untouched(deeds: readonly Deed[]): void {
		const moves = deeds.filter(deed => 'go' in deed || 'keys' in deed);
		if (moves.length === deeds.length || !this.survives([...moves, {go: {type: 'point', text: 'end', point: {to: 'end'}}}])) return;
		if (this.judged().every(({state}) => state === 'met')) this.find('accident', 'all goals are met by running on without the changes of the solution; ask for something that depends on them');
	}

	/** Each mistake must be noticed as itself, in a run that does not meet the goals. */
	private mistakes(): void {
		for (const [index, mistake] of this.step.mistakes.entries()) {
			const {where} = mistake;
			if (!this.tryPlaying(this.deeds(mistake.by), 'mistake', where)) continue;
			const evidence = this.bench.evidence(this.step, this.reached);
			const first = this.step.mistakes.findIndex(({when}) => judge(evidence, when).state === 'met');
			const why = judge(evidence, mistake.when).sentence;
			if (first < 0) this.find('mistake', `what “by” does is not noticed as this mistake: ${why}`, where);
			else if (first < index) this.find('mistake', `what “by” does is noticed as mistake ${first + 1} already; put the narrower condition first`, where);
			else if (this.judged().every(({state}) => state === 'met')) this.find('mistake', 'what “by” does meets all goals, so that no mistake is told; it must miss one', where);
		}
	}
}
