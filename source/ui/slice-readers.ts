import type {Laboratory} from '../lab/laboratory.js';
import {hardwareLane} from '../trace/hardware/lane.js';
import type {Naming, Places} from '../trace/hardware/places.js';
import {peekWord} from '../trace/guest-memory.js';
import {bootDiagram} from '../trace/machine-views/boot-diagram.js';
import {crossingDiagram} from '../trace/machine-views/crossing-diagram.js';
import type {Diagram} from '../trace/machine-views/diagram.js';
import {regionAt} from '../trace/machine-views/region-at.js';
import {whereIs} from '../trace/machine-views/where-is.js';
import type {Recording} from '../trace/recording.js';
import {type LoggedLine, StraceLog} from '../trace/strace-log.js';
import type {LabView} from '../view/lab-view.js';
import {cursorAddress, firstAddress, MEMORY_LINE, MEMORY_LINES, subjectAddress} from '../view/panes/memory.js';
import type {DiagramSlice, MemorySlice, SliceName, Slices} from '../view/slices.js';
import {FACT_READERS} from './fact-readers.js';
import {inspect, type Inspection} from './inspection.js';

/** What slices are read off. */
export interface Source {
	readonly laboratory: Laboratory;
	readonly naming: Naming;
	readonly places: Places;
	readonly view: LabView;
}

/** A source with what the panes speak of; the machine stands at the step that is shown. */
interface Ready extends Source {
	readonly inspection: Inspection;
}

/** The bytes of a word, the lowest first; as many holes where nothing is mapped. */
const bytesOf = (word: bigint | undefined): (number | undefined)[] => Array.from({length: MEMORY_LINE}, (_, index) => (word === undefined ? undefined : Number((word >> BigInt(index * 8)) & 0xffn)));

function readMemory({laboratory: {recording: {machine, kernel}, names}, places, view}: Source): MemorySlice {
	const address = subjectAddress(view);
	const from = firstAddress(view);
	const bytes = Array.from({length: MEMORY_LINES.ALL}, (_, index) => bytesOf(peekWord(machine, BigInt.asUintN(64, from + BigInt(index * MEMORY_LINE))))).flat();
	const name = names.nameOf(address);
	return {from, bytes, region: regionAt(machine, kernel, places, cursorAddress(view)), ...(name === undefined ? {} : {name})};
}

/** A diagram with the place of the machine in it. */
const drawn = (diagram: Diagram, {laboratory: {recording: {kernel}, program}, view: {moment}}: Source): DiagramSlice => ({diagram, position: whereIs(diagram, kernel, moment, program)});

/** The last step unfolded, or the one that is marked. */
function readLane({laboratory, view: {moment: {last}}, naming, inspection: {inspected: {step}}}: Ready): Slices['lane'] {
	const detail = step === undefined ? undefined : last?.step === step ? last : laboratory.recording.detail(step);
	return detail === undefined ? [] : hardwareLane(detail, naming);
}

const logs = new WeakMap<Recording, StraceLog>();

function readStrace({laboratory: {recording, step}}: Source): LoggedLine[] {
	const log = logs.get(recording) ?? new StraceLog(recording);
	logs.set(recording, log);
	return log.around(step);
}

const XMM_COUNT = 16;

/** How each slice is read. A new one is a row here and a type in view/slices.ts. */
const READERS: {readonly [K in SliceName]: (source: Ready) => Slices[K]} = {
	...FACT_READERS,
	memory: readMemory,
	vector: ({laboratory: {recording: {machine: {registers}}}}) => ({xmm: Array.from({length: XMM_COUNT}, (_, index) => registers.get(`xmm${index}`)), mxcsr: registers.get('mxcsr')}),
	path: source => drawn(crossingDiagram(source.laboratory.recording.kernel, source.laboratory.program), source),
	boot: source => drawn(bootDiagram(source.laboratory.recording.kernel), source),
	strace: readStrace,
	inspected: ({inspection: {inspected}}) => inspected,
	listing: ({inspection}) => inspection.listing(),
	lane: readLane,
};

/** Slices for which the machine goes elsewhere: they are read last. */
const WANDERING: ReadonlySet<SliceName> = new Set<SliceName>(['strace', 'lane']);

/** Slices that speak of what is marked. */
const OF_MARKS: ReadonlySet<SliceName> = new Set<SliceName>(['inspected', 'listing', 'lane']);

/** What is marked where nobody asks for it. */
const NOTHING: Inspection = {
	inspected: {address: 0n, isAsked: false},
	listing: () => ({file: '', symbol: '', lines: [], at: -1, next: -1, statementAt: -1}),
};

/** Reads the slices that are needed. The machine stands at the step that is shown afterwards. */
export function readSlices(needed: readonly SliceName[], source: Source): Partial<Slices> {
	const {laboratory, view} = source;
	const back = (): void => laboratory.recording.seek(laboratory.step);
	back();
	const inspection = needed.some(name => OF_MARKS.has(name)) ? inspect(laboratory, view) : NOTHING;
	back();
	const ready: Ready = {...source, inspection};
	const inOrder = [...needed.filter(name => !WANDERING.has(name)), ...needed.filter(name => WANDERING.has(name))];
	const slices = Object.fromEntries(inOrder.map(name => [name, READERS[name](ready)]));
	back();
	return slices;
}
