import {StatementError} from '../problems.js';
import type {ProblemList} from '../problems.js';
import {constantValue, evaluate} from '../reading/expression.js';
import type {Value} from '../reading/expression.js';
import type {Label} from '../reading/symbols.js';
import type {Fragment, JumpFragment, SectionBuilder} from './section-builder.js';

/** Contents larger than this are taken for a slip of the pen. */
export const maximumSectionSize = 64 * 1024 * 1024;
const maximumRounds = 200;

/** The distance of two labels as far as it is certain while the text is still being read. */
export function measureEarly(a: Label, b: Label): bigint | undefined {
	if (a.section !== b.section) return undefined;
	if (a.fragment === b.fragment) return BigInt(a.offset - b.offset);
	const [low, high] = a.fragment.index < b.fragment.index ? [a, b] : [b, a];
	const between = low.section.fragments.slice(low.fragment.index, high.fragment.index);
	if (!between.every(fragment => fragment.kind === 'bytes')) return undefined;
	const distance = BigInt(between.reduce((sum, fragment) => sum + fragment.size, 0) - low.offset + high.offset);
	return low === b ? distance : -distance;
}

/** The distance of two labels of one section once its fragments have been placed. */
export function measurePlaced(a: Label, b: Label): bigint | undefined {
	return a.section === b.section ? BigInt(placeOf(a) - placeOf(b)) : undefined;
}

/** The offset of a label in its section, after layout. */
export function placeOf(label: Label): number {
	return label.fragment.start + label.offset;
}

/**
 * Gives every fragment its start and size: jumps begin short and grow until all of them reach,
 * paddings follow. Jumps never shrink again, so this ends.
 */
export function layOut(sections: readonly SectionBuilder[], problems: ProblemList): void {
	for (const section of sections) placeAll(section);
	const open = sections.filter(section => section.fragments.some(fragment => fragment.kind !== 'bytes'));
	let round = 0;
	for (let moved = true; moved && round < maximumRounds; round++) {
		moved = false;
		for (const section of open) {
			for (const fragment of section.fragments) {
				if (fragment.kind === 'jump' && !fragment.isLong && !reaches(fragment, section)) fragment.isLong = true;
			}
			if (placeAll(section)) moved = true;
		}
	}
	for (const section of open) for (const fragment of section.fragments) check(fragment, section, round, problems);
}

/** @returns whether anything moved */
function placeAll(section: SectionBuilder): boolean {
	let at = 0;
	let moved = false;
	for (const fragment of section.fragments) {
		const size = sizeOf(fragment, section, at);
		moved ||= fragment.start !== at || fragment.size !== size;
		fragment.start = at;
		fragment.size = size;
		at += size;
	}
	return moved;
}

function sizeOf(fragment: Fragment, section: SectionBuilder, at: number): number {
	switch (fragment.kind) {
		case 'bytes': return fragment.size;
		case 'jump': return fragment.isLong ? fragment.long.length + 4 : 2;
		case 'align': {
			const padding = (fragment.alignment - (at % fragment.alignment)) % fragment.alignment;
			return padding > fragment.maximum ? 0 : padding;
		}
		case 'space': return Math.max(0, quietly(() => spaceSize(fragment)));
		case 'origin': return Math.max(0, quietly(() => originOf(fragment, section)) - at);
	}
}

/** Errors are told by `check`, once all places are final. */
function quietly(compute: () => number): number {
	try {
		return compute();
	} catch {
		return 0;
	}
}

function spaceSize(fragment: Extract<Fragment, {kind: 'space'}>): number {
	const count = constantValue(fragment.count, measurePlaced);
	if (count === undefined) throw new StatementError('The size of this space is not a number.', 'Use a number, or the distance of two labels in one section.');
	if (count < 0n) throw new StatementError(`The size of this space is ${count}, which is negative.`, 'What comes before is already larger than intended.');
	const size = Number(count) * fragment.unit.length;
	if (size > maximumSectionSize) throw new StatementError(`A space of ${size} bytes is too large.`, `At most ${maximumSectionSize} bytes are allowed.`);
	return size;
}

function originOf(fragment: Extract<Fragment, {kind: 'origin'}>, section: SectionBuilder): number {
	const value = evaluate(fragment.target, measurePlaced);
	const offset = offsetIn(value, section);
	if (offset === undefined) throw new StatementError('The argument of .org is not a place in this section.', 'Use a number counted from the start of the section, or a label of it.');
	if (offset > maximumSectionSize) throw new StatementError(`.org ${offset} is too far away.`, '.org counts from the start of the section, not from address 0; the load address is the linker’s.');
	return offset;
}

function offsetIn(value: Value | undefined, section: SectionBuilder): number | undefined {
	if (value === undefined || value.minus !== undefined) return undefined;
	if (value.plus === undefined) return Number(value.addend);
	const definition = value.plus.definition;
	if (definition?.kind !== 'label' || definition.label.section !== section) return undefined;
	return placeOf(definition.label) + Number(value.addend);
}

/** Whether the short form of a jump reaches its target from where it stands now. */
function reaches(jump: JumpFragment, section: SectionBuilder): boolean {
	let value: Value | undefined;
	try {
		value = evaluate(jump.target, measurePlaced);
	} catch {
		return false;
	}
	const definition = value?.plus?.definition;
	if (value === undefined || value.minus !== undefined || definition?.kind !== 'label' || definition.label.section !== section) return false;
	if (value.plus?.binding === 'weak') return false;
	const distance = placeOf(definition.label) + Number(value.addend) - (jump.start + 2);
	return distance >= -128 && distance <= 127;
}

function check(fragment: Fragment, section: SectionBuilder, round: number, problems: ProblemList): void {
	if (fragment.kind !== 'space' && fragment.kind !== 'origin') return;
	problems.guard(fragment.origin, () => {
		if (round >= maximumRounds) throw new StatementError('The size of this space depends on itself.', 'Use a size that does not depend on what comes after it.');
		if (fragment.kind === 'space') {
			spaceSize(fragment);
		} else if (originOf(fragment, section) < fragment.start) {
			throw new StatementError(`.org would move back to ${originOf(fragment, section)}, but ${fragment.start} bytes are already there.`, 'Shorten what comes before, or choose a later place.');
		}
	});
}
