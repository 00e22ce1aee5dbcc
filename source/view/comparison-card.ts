import type {ComparisonResult} from '../trace/compare/comparison.js';
import type {Difference, DifferenceArea} from '../trace/compare/differences.js';
import type {FirstDifference, OneSided} from '../trace/compare/lockstep.js';
import {AREAS, comparisonReport, type ComparisonTitles, firstDifferences, isDifferent, KINDS, nameText} from '../trace/compare/report.js';
import type {RunPlace} from '../trace/compare/side.js';
import {outcomeText} from '../trace/compare/summary.js';
import type {Card, CardPart} from './card.js';

/** How a comparison is told. */
export interface ComparisonTelling {
	readonly titles: ComparisonTitles;
	/** The side that is the run on the screen: its steps can be gone to. */
	readonly shown: 'a' | 'b';
	/** The first step of the program: steps are counted from there. */
	readonly origin: number;
}

/** Differences of one area that are listed, and lines that only one side has. */
const LISTED = {AREA: 24, LINES: 8} as const;

/** A step of the run on the screen can be gone to, unless it lies before the program's first. */
const goTo = (step: number | undefined, {origin}: ComparisonTelling): Pick<CardPart, 'action'> => (step === undefined || step < origin ? {} : {action: {kind: 'go', step}});

/** Two values, one behind the other; wide ones come on rows of their own by being broken there. */
const both = (a: string, b: string): string => `A ${a}  ·  B ${b}`;

function placeText({step, name, source}: RunPlace, {origin}: ComparisonTelling): string {
	const where = source === undefined ? name : `${source.file}:${source.line} \`${source.text.replace(/\s*#.*$/u, '').replaceAll(/\s+/gu, ' ')}\``;
	return `step ${step - origin}, ${where}`;
}

/** A first difference: behind which instruction, and what was unequal then. */
function firstParts({kind, a, b, values}: FirstDifference, telling: ComparisonTelling): CardPart[] {
	const [one, other] = [placeText(a, telling), placeText(b, telling)];
	const places = one === other ? [{name: 'behind', text: one}] : [{name: 'A behind', text: one}, {name: 'B behind', text: other}];
	const shown = telling.shown === 'a' || one === other ? 0 : 1;
	const there = goTo((telling.shown === 'a' ? a : b).step, telling);
	return [
		{text: `${KINDS[kind]}:`},
		...places.map((part, index): CardPart => (index === shown ? {...part, ...there} : part)),
		...values.map((value): CardPart => ({name: kind === 'path' ? 'goes on at' : nameText(value), text: both(value.a, value.b), ...there})),
	];
}

/** The lines that only one of the two has, each once. */
function oneSidedParts(places: readonly OneSided[], telling: ComparisonTelling): CardPart[] {
	const seen = new Map(places.toReversed().map(each => [`${each.side} ${each.place.rip}`, each]));
	const lines = [...seen.values()].reverse();
	if (lines.length === 0) return [];
	const more = lines.length > LISTED.LINES ? [{name: '', text: `and ${lines.length - LISTED.LINES} more`}] : [];
	return [
		{text: 'Lines that only one of them has:'},
		...lines.slice(0, LISTED.LINES).map(({side, place}): CardPart => ({name: side.toUpperCase(), text: placeText(place, telling), ...goTo(side === telling.shown ? place.step : undefined, telling)})), ...more,
	];
}

function areaParts(area: DifferenceArea, differences: readonly Difference[], telling: ComparisonTelling): CardPart[] {
	const found = differences.filter(each => each.area === area);
	if (found.length === 0) return [];
	const more = found.length > LISTED.AREA ? [{name: '', text: `and ${found.length - LISTED.AREA} more`}] : [];
	return [{text: `${AREAS[area]}:`}, ...found.slice(0, LISTED.AREA).map(({what, a, b, steps}): CardPart => ({name: what, text: both(a, b), ...goTo(steps?.[telling.shown], telling)})), ...more];
}

/** What comparing two runs has found, side by side. Enter on a line goes to its step in the run on the screen. */
export function comparisonCard(result: ComparisonResult, telling: ComparisonTelling): Card {
	const {titles: {a, b}, shown, origin} = telling;
	const title = (side: 'a' | 'b', text: string): CardPart => ({name: side.toUpperCase(), text: `${text}${side === shown ? ' (on the screen)' : ''}: ${outcomeText(result[side].outcome)}`});
	const {refused} = result;
	return {
		title: 'Comparison',
		parts: [
			title('a', a), title('b', b),
			...(refused === undefined ? [] : [{text: `Not all changes could be made: ${refused}.`}]),
			...(isDifferent(result) ? [] : [{text: 'No difference: both runs did the same, instruction for instruction.'}]),
			...oneSidedParts(result.lockstep.oneSided, telling),
			...firstDifferences(result).flatMap(difference => firstParts(difference, telling)),
			...(Object.keys(AREAS) as DifferenceArea[]).flatMap(area => areaParts(area, result.differences, telling)),
		],
		told: comparisonReport(result, telling.titles, origin),
	};
}
