import {variantOfBranch, variantWith, variantWithout} from '../lab/variants.js';
import {describeChange, parseChanges} from '../trace/branches/change-text.js';
import {ROOT_BRANCH} from '../trace/branches/branches.js';
import {Comparison, type Variant} from '../trace/compare/comparison.js';
import {ValueError} from '../trace/register-values.js';
import type {Card} from '../view/card.js';
import {comparisonCard} from '../view/comparison-card.js';
import {branchNamed, branchNames} from './branch-commands.js';
import type {Desk} from './desk.js';
import type {Study} from './working.js';

/** The step at which a run that has not ended is left, where the run on the screen has not come further itself. */
const LIMIT = 20_000_000;

/** What comparing needs of who asks for it. */
export interface CompareHands {
	study(study: Study): void;
	/** Lays a card over the screen. */
	explain(card: Card): void;
}

/** Two sides that are to be compared, in words and as runs. */
interface Sides {
	readonly a: {readonly title: string; readonly variant: Variant};
	readonly b: {readonly title: string; readonly variant: Variant};
	/** The one on the screen. */
	readonly shown: 'a' | 'b';
}

/** Why two sides can't be had. */
interface Refusal {
	readonly problem: string;
}

const USE = 'type compare set rdi=77 or compare without swapgs; once something was changed, compare alone sets the run before against the run after';

/** The run on the screen with other changes where it stands. Throws ValueError. */
function withChanges(text: string, {laboratory, nameBook}: Desk): Sides {
	const changes = parseChanges(text, nameBook);
	const words = changes.map(change => describeChange(change, nameBook)).join(', ');
	return {
		a: {title: 'this run', variant: laboratory.variant()},
		b: {title: `with ${words} at step ${laboratory.step - laboratory.origin}`, variant: variantWith(laboratory, changes)}, shown: 'a',
	};
}

/** The run on the screen on a kernel without some lines. Throws RangeError. */
function withoutLines(text: string, {laboratory}: Desk): Sides {
	const names = text.split(/[\s,]+/u).filter(name => name !== '');
	return {a: {title: 'this run', variant: laboratory.variant()}, b: {title: `without ${names.join(', ')}`, variant: variantWithout(laboratory, names)}, shown: 'a'};
}

/** The run on the screen and another branch: the one that is named, or the one before the last change. */
function withBranch(name: string, {laboratory}: Desk): Sides | Refusal {
	const {branches} = laboratory;
	if (branches === undefined) return {problem: `there are no branches here: ${USE}`};
	const now = branches.info(branches.current);
	const other = name === '' ? (now.parent === undefined ? undefined : branches.info(now.parent)) : branchNamed(branches, name);
	if (other === undefined) return {problem: name === '' ? `nothing was changed in this run: ${USE}` : `there is no branch ${name}: ${branchNames(branches)}; or ${USE}`};
	if (other.isCurrent) return {problem: `${other.name} is on the screen: name another branch`};
	const title = ({id, name: called, words}: typeof now): string => (id === ROOT_BRANCH ? called : `${called}, ${words}`);
	return {a: {title: title(other), variant: variantOfBranch(laboratory, other.id)}, b: {title: title(now), variant: variantOfBranch(laboratory, now.id)}, shown: 'b'};
}

const OTHERS: readonly (readonly [word: RegExp, sides: (text: string, desk: Desk) => Sides])[] = [[/^set\s+(.+)$/su, withChanges], [/^without\s+(.+)$/su, withoutLines]];

/** What a text asks to be compared. Throws ValueError or RangeError for what can't be. */
function sidesOf(text: string, desk: Desk): Sides | Refusal {
	if (/^(?:set|without)$/u.test(text)) return {problem: `nothing stands behind ${text}: ${USE}`};
	for (const [word, sides] of OTHERS) {
		const rest = word.exec(text)?.[1];
		if (rest !== undefined) return sides(rest, desk);
	}

	return withBranch(text, desk);
}

/** Runs two runs in step and tells what is different. */
export class Comparing {
	constructor(private readonly hands: CompareHands) {}

	/** Compares what a text asks for; gives the reason if that can't be done. */
	compare(text: string, desk: Desk): string | undefined {
		try {
			const sides = sidesOf(text, desk);
			if ('problem' in sides) return sides.problem;
			this.begin(sides, desk);
			return undefined;
		} catch (error) {
			if (error instanceof ValueError || error instanceof RangeError) return error.message;
			throw error;
		}
	}

	private begin({a, b, shown}: Sides, {laboratory: {origin, recording}}: Desk): void {
		const comparison = new Comparison([a.variant, b.variant], {limit: Math.max(LIMIT, recording.length)});
		this.hands.study({
			work: () => comparison.slice(),
			notice: () => `Comparing, at step ${Math.max(0, comparison.step - origin)} …`,
			done: () => {
				if (comparison.result !== undefined) this.hands.explain(comparisonCard(comparison.result, {titles: {a: a.title, b: b.title}, shown, origin}));
			},
		});
	}
}
