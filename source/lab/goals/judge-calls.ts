import {errnoEntry, resultErrno} from '../../kernel/errno.js';
import {syscallByNumber, syscallName} from '../../kernel/syscall-table.js';
import type {TraceEvent} from '../../trace/events.js';
import {areSame} from '../language/evaluator.js';
import {describePoint, type Scene, Unreached} from '../language/scene.js';
import type {Expression} from '../language/syntax.js';
import {code, showNumber} from '../language/values.js';
import type {ConditionOf} from './condition.js';
import {ARGUMENT_REGISTERS} from './condition-schema.js';
import {explainResult, type SyscallEvent} from './explain-result.js';
import {type Evidence, type Verdict, verdict} from './verdict.js';

/** A system call of the run: its entry, and its answer if it has come. */
interface MadeCall {
	readonly entry: SyscallEvent;
	result?: bigint;
	/** How it left the kernel, if it has. */
	path?: 'sysret' | 'iret';
}

const isReturn = (event: TraceEvent): event is Extract<TraceEvent, {kind: 'sysret' | 'iret'}> => event.kind === 'sysret' || (event.kind === 'iret' && event.cpl === 3);

/** The calls that the program's tasks have made, in order, each with its own answer and way back. */
function madeCalls({recording, origin, reached}: Scene): MadeCall[] {
	const calls: MadeCall[] = [];
	const open = new Map<number, MadeCall>();
	let running: number | undefined;
	for (const event of recording.events) {
		if (event.step < origin || event.step >= reached) continue;
		if (event.kind === 'switch') running = event.to;
		if (event.kind === 'syscall') {
			running = event.pid;
			const call: MadeCall = {entry: event};
			calls.push(call);
			open.set(event.pid, call);
		}

		const own = open.get(event.kind === 'result' ? event.pid : running ?? -1);
		if (own === undefined) continue;
		if (event.kind === 'result') own.result ??= event.value;
		if (!isReturn(event)) continue;
		own.path = event.kind;
		open.delete(own.entry.pid);
	}

	return calls;
}

const isNamed = ({entry: {nr}}: MadeCall, name: string): boolean => name === 'any' || syscallName(nr) === name || String(nr) === name;

/** What a call is called: by name, or by number where it has none. */
const callName = (nr: number): string => syscallName(nr) ?? `call ${nr}`;

const ordinal = (nth: number | 'last' | undefined): string => (nth === undefined ? '' : nth === 'last' ? 'the last ' : `${nth}. `);

/** Where an argument is found in the registers: by its name in the table, or by its register. */
function argumentIndex({entry: {nr}}: MadeCall, name: string): number {
	const register = (ARGUMENT_REGISTERS as readonly string[]).indexOf(name);
	return register >= 0 ? register : syscallByNumber(nr)?.arguments.findIndex(argument => argument.name === name) ?? -1;
}

/** What is wrong with an argument; undefined if it is as asked. */
function argumentProblem(scene: Scene, call: MadeCall, name: string, wanted: Expression): string | undefined {
	const index = argumentIndex(call, name);
	if (index < 0) return `${callName(call.entry.nr)} has no argument ${name}`;
	const found = call.entry.args[index];
	// The arguments are looked at where the call is made.
	const there = {...scene, cursor: call.entry.step};
	if (areSame(there, {kind: 'number', value: found, offset: 0}, wanted.syntax)) return undefined;
	return `${ARGUMENT_REGISTERS[index]}${ARGUMENT_REGISTERS[index] === name ? '' : ` (${name})`} was ${showNumber(found)}, not ${code(wanted.text)}`;
}

/** A call's answer in words. */
function answerWords(scene: Scene, {entry}: MadeCall, result: bigint): string {
	const error = resultErrno(result);
	const known = error === undefined ? undefined : errnoEntry(error);
	const because = explainResult(scene, entry, result);
	const answer = known === undefined ? showNumber(result) : `-${known.number} (${known.name}, ${known.text})`;
	return `${callName(entry.nr)} answered ${answer}${because === undefined ? '' : `: ${because}`}`;
}

type Wanted = ConditionOf<'call'>['result'];

const isAsWanted = (scene: Scene, {entry}: MadeCall, result: bigint, wanted: NonNullable<Wanted>): boolean => {
	if (wanted === 'success' || wanted === 'error') return (resultErrno(result) === undefined) === (wanted === 'success');
	return areSame({...scene, cursor: entry.step}, {kind: 'number', value: result, offset: 0}, wanted.syntax);
};

export const wantedResult = (wanted: NonNullable<Wanted>): string => (typeof wanted === 'string' ? (wanted === 'success' ? 'success' : 'an error') : code(wanted.text));

/** Judges one call. */
function judgeOne(scene: Scene, call: MadeCall, {arguments: wanted = {}, result}: ConditionOf<'call'>): Verdict {
	const problems = Object.entries(wanted).flatMap(([name, expression]) => argumentProblem(scene, call, name, expression) ?? []);
	if (problems.length > 0) return verdict(false, `${callName(call.entry.nr)} was called, but ${problems.join(', ')}.`);
	if (result === undefined) return verdict(true, `${callName(call.entry.nr)} was called${Object.keys(wanted).length === 0 ? '' : ' with these arguments'}.`);
	if (call.result === undefined) return {state: 'pending', sentence: `${callName(call.entry.nr)} has not answered yet.`};
	const words = answerWords(scene, call, call.result);
	const met = isAsWanted(scene, call, call.result, result);
	return verdict(met, met ? `${words}.` : `${words}. Wanted: ${wantedResult(result)}.`);
}

/** The calls that are meant: one by its number, or all of that name. */
function chosen(calls: readonly MadeCall[], nth: number | 'last' | undefined): readonly MadeCall[] {
	if (nth === undefined) return calls;
	const found = nth === 'last' ? calls.at(-1) : calls.at(nth - 1);
	return found === undefined ? [] : [found];
}

export function judgeCall({scene}: Evidence, condition: ConditionOf<'call'>): Verdict {
	const {call, nth} = condition;
	const calls = madeCalls(scene);
	const meant = chosen(calls.filter(each => isNamed(each, call)), nth);
	const verdicts = meant.map(each => judgeOne(scene, each, condition));
	const best = verdicts.find(({state}) => state === 'met') ?? verdicts.at(-1);
	if (best !== undefined) return best;
	const others = [...new Set(calls.map(({entry}) => callName(entry.nr)))];
	const what = `${ordinal(nth)}${call === 'any' ? 'system call' : call}`;
	if (scene.recording.end === undefined || scene.reached < scene.recording.length) return {state: 'pending', sentence: `No ${what} has been made yet${others.length === 0 ? '' : `, only ${others.join(', ')}`}.`};
	return verdict(false, `The run is over without ${what}${others.length === 0 ? '' : `: it made ${others.join(', ')}`}.`);
}

const WAYS = {sysret: 'SYSRET', iret: 'IRET'} as const;

export function judgePath({scene}: Evidence, {path, nth = 1}: ConditionOf<'path'>): Verdict {
	const [call] = chosen(madeCalls(scene), nth) as readonly (MadeCall | undefined)[];
	const point = {to: 'after', event: path, nth: 1} as const;
	if (call?.path === undefined) throw new Unreached(point);
	const met = call.path === path;
	return verdict(met, `${callName(call.entry.nr)} left the kernel by ${WAYS[call.path]}${met ? '' : `, not by ${WAYS[path]}`}.`);
}

/** A point that has not been reached, as a verdict. */
export const pendingVerdict = ({point}: Unreached): Verdict => ({state: 'pending', sentence: `The run has not come ${describePoint(point)} yet.`});
