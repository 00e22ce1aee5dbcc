import type {Kernel} from '../../kernel/kernel.js';
import {type Attack, ATTACKS} from '../../trace/contract/attacks/index.js';
import {attackKernel, type AttackResult} from '../../trace/contract/door.js';
import {Monitor, type Violation, violationText} from '../../trace/contract/monitor.js';
import {Names} from '../../trace/names.js';
import type {Recording} from '../../trace/recording.js';
import {finish} from '../../trace/search.js';
import {Walk} from '../../trace/walk.js';
import {type Scene, stepOf} from '../language/scene.js';
import {code} from '../language/values.js';
import {ALL, ANY, type ConditionOf} from './condition.js';
import {type Evidence, type Verdict, verdict} from './verdict.js';

/** What was seen of a run up to a step, with the changes that it had then. */
interface Watched {
	readonly edits: unknown;
	readonly until: number;
	readonly violations: readonly Violation[];
}

/** Runs that were watched. */
const watched = new WeakMap<Recording, Watched>();

/** The promises that were broken from the program's first instruction to a step, in order. */
function violationsUntil({recording, program, origin}: Scene, until: number): readonly Violation[] {
	const known = watched.get(recording);
	if (known?.edits !== recording.edits || known.until !== until) watched.set(recording, {edits: recording.edits, until, violations: watch(recording, new Names(recording.kernel, program), origin, until)});
	return watched.get(recording)?.violations ?? [];
}

/** Goes through a part of a run once more, under the eyes of the contract monitor. */
function watch(recording: Recording, names: Names, from: number, until: number): readonly Violation[] {
	const monitor = new Monitor(recording.kernel, names);
	recording.seek(from);
	new Walk(recording, [monitor]).go(until);
	return monitor.violations;
}

const lineOf = ({place}: Violation): string => (place?.text ?? '').replace(/#.*$/, '').trim().replaceAll(/\s+/g, ' ');

/** Whether a broken promise is one that is asked for: its name, and where it was broken. */
function isAsked({recording, program}: Scene, violation: Violation, {broken, at}: ConditionOf<'broken'>): boolean {
	if (broken !== ANY && violation.promise.name !== broken) return false;
	const label = new Names(recording.kernel, program).nameOf(violation.rip)?.replace(/\+.*$/, '');
	return at === undefined || at.some(each => each === label || each.replaceAll(/\s+/g, ' ') === lineOf(violation));
}

const capital = (text: string): string => text.replace(/^./, letter => letter.toUpperCase());

const isOver = ({recording, reached}: Scene): boolean => recording.end !== undefined && reached >= recording.length;

/** A promise that is not broken yet may still be. */
export function judgeBroken({scene}: Evidence, condition: ConditionOf<'broken'>): Verdict {
	const {nth} = condition;
	const all = violationsUntil(scene, scene.reached);
	const meant = nth === undefined ? all : all.slice(nth === 'last' ? -1 : nth - 1).slice(0, 1);
	const found = meant.find(each => isAsked(scene, each, condition));
	if (found !== undefined) return verdict(true, capital(violationText(found)));
	const first = all.at(0);
	const sentence = first === undefined ? `No promise was broken${isOver(scene) ? '' : ' so far'}.` : `It was another promise. ${capital(violationText(first))}`;
	return {state: isOver(scene) || (nth !== undefined && meant.length > 0) ? 'unmet' : 'pending', sentence};
}

/** Throws Unreached if the run has not come so far. */
export function judgeKept({scene}: Evidence, {kept, until}: ConditionOf<'kept'>): Verdict {
	const broken = violationsUntil(scene, stepOf(scene, until.point)).find(({promise}) => kept.includes(ALL) || kept.includes(promise.name));
	return broken === undefined ? verdict(true, `${kept.includes(ALL) ? 'No promise was broken' : kept.length === 1 ? 'The promise was kept' : 'The promises were kept'} up to ${code(until.text)}.`) : verdict(false, capital(violationText(broken)));
}

/** Attacks on a kernel that were made already. */
const made = new WeakMap<Kernel, Map<string, AttackResult>>();

function attackOn(kernel: Kernel, attack: Attack): AttackResult | undefined {
	const known = made.get(kernel) ?? new Map<string, AttackResult>();
	made.set(kernel, known);
	const result = known.get(attack.name) ?? finish(attackKernel(kernel, [attack])).report.results.at(0);
	if (result !== undefined) known.set(attack.name, result);
	return result;
}

/** Makes attacks on the kernel that the learner's program runs on, up to the first that gets through. */
export function judgeAttack({scene: {recording: {kernel}}}: Evidence, {attack: names, breaks}: ConditionOf<'attack'>): Verdict {
	const attacks = ATTACKS.filter(({name}) => names.includes(name) || names.includes(ALL));
	for (const attack of attacks) {
		const result = attackOn(kernel, attack);
		if (result === undefined || result.held) continue;
		const broken = result.violation?.promise.name;
		return verdict(breaks !== undefined && (breaks === ANY || breaks === broken), capital(result.words));
	}

	return verdict(breaks === undefined, attacks.length === 1 ? `The door held against ${code(attacks[0].name)}.` : `The door held against all ${attacks.length} attacks.`);
}
