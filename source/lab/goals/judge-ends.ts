import type {Outcome} from '../../trace/outcome.js';
import {outcomeOf} from '../../trace/outcome.js';
import type {TraceEvent} from '../../trace/events.js';
import {areSame} from '../language/evaluator.js';
import {isMeant} from '../language/events.js';
import {type Scene, stepOf} from '../language/scene.js';
import {symbolAt} from '../language/functions.js';
import type {Expression} from '../language/syntax.js';
import {code, hex, quote, showNumber} from '../language/values.js';
import type {ConditionOf} from './condition.js';
import {type Evidence, type Verdict, verdict} from './verdict.js';

type ExceptionEvent = Extract<TraceEvent, {readonly kind: 'exception'}>;

/** What the console shows where the learner has come to. */
function consoleText({recording, reached}: Scene): string {
	recording.seek(reached);
	return new TextDecoder().decode(recording.machine.serial.output);
}

/** Characters of the console that a sentence shows. */
const SHOWN = 60;

const shorten = (text: string): string => (text.length <= SHOWN ? quote(text) : `${quote(text.slice(0, SHOWN))}…`);

const isOver = ({recording, reached}: Scene): boolean => recording.end !== undefined && reached >= recording.length;

/** A console that is not as wanted may still become so while the run goes on. */
function consoleVerdict(scene: Scene, met: boolean, wanted: string): Verdict {
	const found = consoleText(scene);
	const sentence = found === '' ? 'The console is empty' : `The console shows ${shorten(found)}`;
	if (met) return verdict(true, `${sentence}.`);
	return {state: isOver(scene) ? 'unmet' : 'pending', sentence: `${sentence}${isOver(scene) ? '' : ' so far'}; wanted: ${wanted}.`};
}

export const judgeConsole = ({scene}: Evidence, {console: wanted}: ConditionOf<'console'>): Verdict => consoleVerdict(scene, consoleText(scene) === wanted, shorten(wanted));

export const judgeConsoleContains = ({scene}: Evidence, {'console-contains': wanted}: ConditionOf<'console-contains'>): Verdict =>
	consoleVerdict(scene, consoleText(scene).includes(wanted), `a text with ${shorten(wanted)} in it`);

/** The events of a kind that the program has come to. */
const happened = ({recording, origin, reached}: Scene): TraceEvent[] => recording.events.filter(({step}) => step >= origin && step < reached);

/** Whether a number of an event is the one that is asked for; expressions are worked out where the event began. */
function isNumber(scene: Scene, event: TraceEvent, found: bigint | undefined, wanted: Expression | undefined): boolean {
	return wanted === undefined || (found !== undefined && areSame({...scene, cursor: event.step}, {kind: 'number', value: found, offset: 0}, wanted.syntax));
}

const describeException = (scene: Scene, {name, rip, cpl, errorCode, cr2}: ExceptionEvent): string =>
	`${name} at ${symbolAt(scene, rip)} in ring ${cpl}${errorCode === undefined ? '' : `, error code ${hex(BigInt(errorCode))}`}${cr2 === undefined ? '' : `, cr2 ${hex(cr2)}`}`;

function isAsAsked(scene: Scene, event: ExceptionEvent, {at, address, ring, 'error-code': code}: ConditionOf<'exception'>): boolean {
	return isNumber(scene, event, event.rip, at) && isNumber(scene, event, event.cr2, address) && (ring === undefined || event.cpl === ring)
		&& isNumber(scene, event, event.errorCode === undefined ? undefined : BigInt(event.errorCode), code);
}

export function judgeException({scene}: Evidence, condition: ConditionOf<'exception'>): Verdict {
	const {exception, nth} = condition;
	const all = happened(scene).filter((event): event is ExceptionEvent => event.kind === 'exception');
	const named = all.filter(event => isMeant(event, 'exception', exception));
	const meant = nth === undefined ? named : named.slice(nth === 'last' ? -1 : nth - 1).slice(0, 1);
	const found = meant.find(event => isAsAsked(scene, event, condition));
	if (found !== undefined) return verdict(true, `The processor raised ${describeException(scene, found)}.`);
	const best = meant.at(-1) ?? all.at(-1);
	const others = best === undefined ? 'none so far' : `it was ${describeException(scene, best)}`;
	return {state: meant.length > 0 || isOver(scene) ? 'unmet' : 'pending', sentence: `No #${exception} was raised as asked: ${others}.`};
}

/** How the run ended, as far as the learner has come. */
function endOf(scene: Scene): Outcome {
	const {recording} = scene;
	recording.seek(stepOf(scene, {to: 'end'}));
	return outcomeOf(recording.machine, recording.kernel, recording.end);
}

/** The end of a run in words. */
function describeEnd(outcome: Outcome): string {
	switch (outcome.kind) {
		case 'exited':
			return `the program exited with ${outcome.status}`;
		case 'killed':
			return `${outcome.signal.name} killed the program (si_code ${outcome.signal.code}, address ${hex(outcome.signal.address)})`;
		case 'panic':
			return 'the kernel gave up';
		case 'waits':
			return 'every task waits for ever';
		case 'step-limit':
			return 'the run was stopped';
		default:
			return outcome.message;
	}
}

const sentenceOf = (outcome: Outcome): string => describeEnd(outcome).replace(/^./, letter => letter.toUpperCase());

export function judgeSignal({scene}: Evidence, {signal, code, address}: ConditionOf<'signal'>): Verdict {
	const outcome = endOf(scene);
	const {length} = scene.recording;
	const end: TraceEvent = {step: length, kind: 'boot', label: ''};
	const met = outcome.kind === 'killed' && outcome.signal.name === signal && isNumber(scene, end, BigInt(outcome.signal.code), code) && isNumber(scene, end, outcome.signal.address, address);
	return verdict(met, `${sentenceOf(outcome)}${met ? '' : `; wanted: ${signal}`}.`);
}

export function judgeExit({scene}: Evidence, {exit}: ConditionOf<'exit'>): Verdict {
	const outcome = endOf(scene);
	const met = outcome.kind === 'exited' && areSame(scene, {kind: 'number', value: BigInt(outcome.status), offset: 0}, exit.syntax);
	return verdict(met, `${sentenceOf(outcome)}${met ? '' : `; wanted: exit status ${code(exit.text)}`}.`);
}

const times = (count: number): string => (count === 0 ? 'not at all' : count === 1 ? 'once' : `${showNumber(BigInt(count))} times`);

export function judgeEvent({scene}: Evidence, {event, of, count}: ConditionOf<'event'>): Verdict {
	const found = happened(scene).filter(each => isMeant(each, event, of)).length;
	const name = `${event}${of === undefined ? '' : ` of ${of}`}`;
	const sentence = `${name} happened ${times(found)}`;
	if (count === undefined) return found > 0 ? verdict(true, `${sentence}.`) : {state: isOver(scene) ? 'unmet' : 'pending', sentence: `${sentence}${isOver(scene) ? '' : ' so far'}.`};
	const wanted = `; wanted: ${times(count)}`;
	if (found > count || isOver(scene)) return verdict(found === count, found === count ? `${sentence}.` : `${sentence}${wanted}.`);
	return found === count && count > 0 ? verdict(true, `${sentence}.`) : {state: 'pending', sentence: `${sentence} so far${wanted}.`};
}
