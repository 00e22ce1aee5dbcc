import type {Laboratory} from '../lab/laboratory.js';
import {hardwareLane} from '../trace/hardware/lane.js';
import type {Naming, Places} from '../trace/hardware/places.js';
import {peekWord} from '../trace/guest-memory.js';
import type {LabView} from '../view/lab-view.js';
import {MEMORY_LINE, MEMORY_LINES, subjectAddress} from '../view/panes/memory.js';
import type {MemorySlice, SliceName, Slices} from '../view/slices.js';
import {FACT_READERS} from './fact-readers.js';

/** What slices are read off: the machine stands at the step that is shown. */
export interface Source {
	readonly laboratory: Laboratory;
	readonly naming: Naming;
	readonly places: Places;
	readonly view: LabView;
}

/** The bytes of a word, the lowest first; as many holes where nothing is mapped. */
const bytesOf = (word: bigint | undefined): (number | undefined)[] => Array.from({length: MEMORY_LINE}, (_, index) => (word === undefined ? undefined : Number((word >> BigInt(index * 8)) & 0xffn)));

function readMemory({laboratory: {recording: {machine}, names}, view}: Source): MemorySlice {
	const address = subjectAddress(view);
	const from = BigInt.asUintN(64, address - BigInt(MEMORY_LINES.BEFORE * MEMORY_LINE));
	const bytes = Array.from({length: MEMORY_LINES.ALL}, (_, index) => bytesOf(peekWord(machine, BigInt.asUintN(64, from + BigInt(index * MEMORY_LINE))))).flat();
	const name = names.nameOf(address);
	return {from, bytes, ...(name === undefined ? {} : {name})};
}

const XMM_COUNT = 16;

/** How each slice is read. A new one is a row here and a type in view/slices.ts. */
const READERS: {readonly [K in SliceName]: (source: Source) => Slices[K]} = {
	...FACT_READERS,
	lane: ({view: {moment: {last}}, naming}) => (last === undefined ? [] : hardwareLane(last, naming)),
	memory: readMemory,
	vector: ({laboratory: {recording: {machine: {registers}}}}) => ({xmm: Array.from({length: XMM_COUNT}, (_, index) => registers.get(`xmm${index}`)), mxcsr: registers.get('mxcsr')}),
};

/** Reads the slices that are needed. */
export function readSlices(needed: readonly SliceName[], source: Source): Partial<Slices> {
	source.laboratory.recording.seek(source.laboratory.step);
	return Object.fromEntries(needed.map(name => [name, READERS[name](source)]));
}
