import type {Laboratory} from '../../lab/laboratory.js';
import {Places} from '../../trace/hardware/places.js';
import type {TraceEvent} from '../../trace/events.js';
import {bootDiagram} from '../../trace/machine-views/boot-diagram.js';
import {crossingDiagram} from '../../trace/machine-views/crossing-diagram.js';
import type {Diagram} from '../../trace/machine-views/diagram.js';
import {whereIs} from '../../trace/machine-views/where-is.js';
import {narrate} from '../../trace/narrator.js';
import {drawDiagram} from '../../view/diagram.js';
import {GLYPHS} from '../../view/glyphs.js';
import {hex64, wrap} from '../../view/text.js';
import {fenced, paragraphs} from './markdown.js';

type EventOf<K extends TraceEvent['kind']> = Extract<TraceEvent, {readonly kind: K}>;

/** Steps within which a program must have made its first call, and within which that must be over. */
const REACH = {CALL: 100_000, END: 20_000} as const;

/** Columns of a diagram on paper. */
const WIDTH = 72;

/** Columns of sentences on paper, and how far their second lines stand in. */
const PAPER = 96;
const INDENT = '     ';

/** Steps of a handler that are told; of more, the first and the last ones. */
const TOLD = 12;

/** The first call of a run, from its SYSCALL to the return to the program. */
interface Crossing {
	readonly syscall: EventOf<'syscall'>;
	readonly pt_regs: EventOf<'pt_regs'> | undefined;
	readonly dispatch: EventOf<'dispatch'> | undefined;
	readonly result: EventOf<'result'> | undefined;
	/** The last step of it, as far as it was run. */
	readonly last: number;
}

/** Runs a program until its first call is over; undefined if it makes none. */
function firstCrossing({recording, origin}: Laboratory): Crossing | undefined {
	const find = <K extends TraceEvent['kind']>(kind: K, from: number): EventOf<K> | undefined => recording.events.find((event): event is EventOf<K> => event.kind === kind && event.step >= from);
	if (find('syscall', origin) === undefined) recording.advance(REACH.CALL, event => event.kind === 'syscall' && event.step >= origin);
	const syscall = find('syscall', origin);
	if (syscall === undefined) return undefined;
	const isBack = (event: TraceEvent): boolean => event.step > syscall.step && (event.kind === 'sysret' || (event.kind === 'iret' && event.cpl === 3));
	if (!recording.events.some(isBack)) recording.advance(REACH.END, isBack);
	const last = recording.events.find(isBack)?.step ?? recording.length - 1;
	const within = <E extends TraceEvent>(event: E | undefined): E | undefined => (event !== undefined && event.step <= last ? event : undefined);
	return {syscall, pt_regs: within(find('pt_regs', syscall.step)), dispatch: within(find('dispatch', syscall.step)), result: within(find('result', syscall.step)), last};
}

/** A diagram as lines of text, with where the machine is behind a step. */
function drawn(laboratory: Laboratory, diagram: Diagram, step: number): string[] {
	const {recording: {kernel}, program, reader} = laboratory;
	const position = whereIs(diagram, kernel, reader.at(step), program);
	return drawDiagram({diagram, position}, WIDTH, GLYPHS.unicode).rows.map(row => row.map(({text}) => text).join(''));
}

/** The saved registers, from the highest address down, as they lie on the kernel's stack. */
const frameLines = ({address, fields}: EventOf<'pt_regs'>): string[] =>
	Object.entries(fields).map(([name, value], index) => `${hex64(address + BigInt(index * 8))}  ${name.padEnd(8)} ${hex64(value)}`).reverse();

/** The steps that are told, in stretches: the handler's own work is cut short in its middle. */
function stretches({syscall, dispatch, result, last}: Crossing): readonly (readonly [from: number, to: number])[] {
	const [begin, end] = [dispatch?.step, result?.step];
	if (begin === undefined || end === undefined || end - begin <= 2 * TOLD) return [[syscall.step, last]];
	return [[syscall.step, begin + TOLD], [end - TOLD, last]];
}

/** A line in as many as it needs on paper; those behind the first stand further in. */
const broken = (text: string): string[] => wrap(text, PAPER - INDENT.length).map((part, index) => (index === 0 ? part : `${INDENT}${part}`));

/** Each step in a sentence, under its number. */
function sentences(laboratory: Laboratory, crossing: Crossing): string[] {
	const {recording, program, origin} = laboratory;
	const places = new Places(recording.machine, recording.kernel, program);
	const told = stretches(crossing);
	return told.flatMap(([from, to], index) => [
		...(index === 0 ? [] : [`… ${from - told[index - 1][1] - 1} steps of the handler are left out here.`]),
		...Array.from({length: to - from + 1}, (_, offset) => broken(`${from + offset + 1 - origin}: ${narrate(recording.detail(from + offset), places)}`)).flat(),
	]);
}

/** What a run of a program shows: the way of its first call as a diagram, the saved registers, and each step in a sentence. */
export function runText(laboratory: Laboratory): string {
	const {recording: {kernel}, program, origin} = laboratory;
	const crossing = firstCrossing(laboratory);
	const boot = origin > 0 ? [] : ['## From power-on to the door', fenced(drawn(laboratory, bootDiagram(kernel), crossing?.syscall.step ?? laboratory.recording.length))];
	if (crossing === undefined) return paragraphs(boot);
	const {syscall, pt_regs: frame, last} = crossing;
	return paragraphs([
		...boot,
		'## The way of the first call',
		`The program’s first call is number ${syscall.nr}. This is its way, as this machine has gone it:`,
		fenced(drawn(laboratory, crossingDiagram(kernel, program), last + 1)),
		...(frame === undefined ? [] : ['The program’s registers, as they lie on the kernel’s stack during the call (address, field of `struct pt_regs`, value):', fenced(frameLines(frame))]),
		'## The same, step by step',
		fenced(sentences(laboratory, crossing)),
	]);
}
