import type {Change} from '../trace/branches/change.js';
import type {Variant} from '../trace/compare/comparison.js';
import type {Laboratory} from './laboratory.js';
import {recorder} from './recorder.js';

/**
 * A laboratory's run on a kernel without some of its lines.
 * @param names the lines, by the names that they have for being left out
 * @throws RangeError for a name that no line has
 */
export function variantWithout(laboratory: Laboratory, names: readonly string[]): Variant {
	const {program, name, options} = laboratory;
	const without = [...new Set([...options.kernel?.without ?? [], ...names])];
	const {make} = recorder(program, name, {...options, kernel: {...options.kernel, without}});
	return {...laboratory.variant(), make};
}

/** A laboratory's run with other changes where it stands, in the place of those that come later. */
export function variantWith(laboratory: Laboratory, changes: readonly Change[]): Variant {
	const {step} = laboratory;
	const variant = laboratory.variant();
	const before = (variant.changes ?? []).filter(each => each.step <= step);
	return {...variant, changes: [...before, ...changes.map(change => ({step, change}))]};
}

/** One of a laboratory's branches as a run to compare. Throws RangeError for a number that no branch has. */
export function variantOfBranch(laboratory: Laboratory, branch: number): Variant {
	return {...laboratory.variant(), changes: laboratory.branches?.changesOf(branch)};
}
