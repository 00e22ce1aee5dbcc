import type {Recording} from '../../trace/recording.js';
import type {Program} from '../../trace/moment.js';
import {isMeant} from './events.js';
import type {Nth, Point} from './syntax.js';

/** A run as a lab's language sees it. */
export interface Scene {
	readonly recording: Recording;
	readonly program: Program;
	/** The first step that counts. */
	readonly origin: number;
	/** Where the learner stands. */
	readonly cursor: number;
	/** How far the learner has come; what is behind it has not happened yet. */
	readonly reached: number;
	/** The lab's values, by name. */
	readonly values: ReadonlyMap<string, bigint>;
}

/** A point to which the run has not come. */
export class Unreached extends Error {
	constructor(readonly point: Point) {
		super(`the run has not come ${describePoint(point)}`);
	}
}

const ORDINALS = ['', 'first', 'second', 'third', 'fourth', 'fifth'];

/** “the second ”, or nothing for the first of a kind. */
const which = (nth: Nth): string => (typeof nth === 'number' ? (nth === 1 ? '' : `${ORDINALS.at(nth) ?? `${nth}th`} `) : `${nth} `);

/** A point in words, as the end of “the run has not come …”. */
export function describePoint(point: Point): string {
	switch (point.to) {
		case 'start':
			return 'to the start of the program';
		case 'end':
			return 'to its end';
		case 'here':
			return 'to this step';
		case 'label':
			return point.nth === 1 ? `to ${point.label}` : `to ${point.label} for the ${which(point.nth)}time`;
		default:
			return `${point.to === 'after' ? 'past' : 'to'} the ${which(point.nth)}${point.event}${point.of === undefined ? '' : ` of ${point.of}`}`;
	}
}

/** The steps of the events that a point speaks of, in order, as far as they have happened. */
function eventSteps(scene: Scene, {to, event, of, nth}: Extract<Point, {to: 'before' | 'after'}>): number[] {
	const first = nth === 'next' ? scene.cursor : scene.origin;
	const behind = to === 'after' ? 1 : 0;
	return scene.recording.events.filter(each => each.step >= first && isMeant(each, event, of)).map(({step}) => step + behind).filter(step => step <= scene.reached);
}

/** The steps at which rip stands at a label, as far as they have happened. */
function labelSteps(scene: Scene, {label, nth}: Extract<Point, {to: 'label'}>): number[] {
	const {recording, program, cursor, origin, reached} = scene;
	const address = program.symbols.addressOf(label) ?? recording.kernel.symbols.addressOf(label);
	const steps: number[] = [];
	for (let step = nth === 'next' ? cursor : origin; step <= reached; step++) {
		recording.seek(step);
		if (recording.machine.rip === address) steps.push(step);
		if (steps.length === nth || (nth === 'next' && steps.length === 1)) break;
	}

	return steps;
}

const choose = (steps: readonly number[], nth: Nth): number | undefined => (nth === 'last' ? steps.at(-1) : steps.at(nth === 'next' ? 0 : nth - 1));

/**
 * The step of a point.
 * @throws Unreached if the run has not come there
 */
export function stepOf(scene: Scene, point: Point): number {
	if (point.to === 'here') return scene.cursor;
	if (point.to === 'start') return scene.origin;
	const step = point.to === 'end' ? endOf(scene) : choose(point.to === 'label' ? labelSteps(scene, point) : eventSteps(scene, point), point.nth);
	if (step === undefined) throw new Unreached(point);
	return step;
}

/** The last step of a run that is over. */
const endOf = ({recording, reached}: Scene): number | undefined => (recording.end !== undefined && reached >= recording.length ? recording.length : undefined);
