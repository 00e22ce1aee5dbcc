import {disassemble, isDisassemblerLoaded} from '../../program/disassemble.js';
import {type NamedProgram, Names} from '../names.js';
import type {Recording} from '../recording.js';
import type {Chain, ChainEnd, CodeRef, Input, Reader, Readers, Writer, WriterKind, WriterPart} from './answers.js';
import {type Derivation, derive, type Piece, piecesOf} from './derivation.js';
import {type Place, placeOfUnits, Unit, unitsOf, unitValue, valueOf} from './place.js';
import {PlaceNames} from './place-names.js';
import {Question} from './question.js';
import {isProcessors, readSentence, writeSentence} from './sentences.js';
import {FlowCache} from './flow-cache.js';
import type {StepFlow} from './step-flow.js';
import {StepIndex} from './step-index.js';
import {type LastWrites, lastWrites, nextReads, type WriteEvent} from './write-search.js';

/** Links of a chain that are followed at once. */
const LINKS = 64;

/** Steps that are gone through again at once, on the way to where a question begins or back. */
const STRETCH = 100_000;

/** Bytes that are kept of what has been found out. */
const BYTES_KEPT = 48 * 1024 * 1024;

/** Readers that are looked for, unless told otherwise. */
const READERS = 10;

const BEGINNING = 'there from the beginning: put there before the first instruction';
const UNMAPPED = 'nothing is mapped there';

/** A place at a moment, taken apart. */
interface Moment {
	readonly place: Place;
	readonly step: number;
	/** Undefined where nothing is mapped. */
	readonly units: readonly (number | undefined)[];
	readonly value?: bigint;
}

/** How the chain goes on from a step. */
interface Onward {
	readonly next?: Piece;
	readonly end: ChainEnd;
	readonly inputs: readonly Piece[];
}

const ENDS: Readonly<Record<Exclude<Derivation['kind'], 'copy'>, ChainEnd>> = {
	constant: 'constant', 'next-address': 'constant', computed: 'computed', converted: 'computed', gathered: 'parts', system: 'system', device: 'device', host: 'host',
	'page-walk': 'system',
};

/** Where the chain goes on behind a derivation. */
function onward(derivation: Derivation): Onward {
	if (derivation.kind === 'copy') return {next: derivation.from, end: 'more', inputs: []};
	const end = ENDS[derivation.kind];
	return 'from' in derivation ? {end, inputs: derivation.from} : {end, inputs: []};
}

/**
 * Answers who wrote a value, where it came from and who read it, for any register, flag or byte at any step of a run. It
 * finds out by going through the run again. Answers take the machine to other steps; it is taken back to where it stood
 * when the question was asked.
 */
export class Provenance {
	readonly names: PlaceNames;
	private readonly index: StepIndex;
	private readonly flows: FlowCache;

	/**
	 * @param program the program that runs, for its names and lines
	 * @param bytes bytes that may be kept, so that a second question is answered at once
	 */
	constructor(
		readonly recording: Recording,
		program?: NamedProgram,
		bytes = BYTES_KEPT,
	) {
		this.names = new PlaceNames(recording, new Names(recording.kernel, program));
		this.index = new StepIndex(recording, bytes);
		this.flows = new FlowCache(recording);
	}

	/** Bytes kept, so that a second question is answered at once. */
	get bytesKept(): number {
		return this.index.bytes;
	}

	/** A place in words: `rsi`, `pt_regs->si`, `the 4 bytes at message`. */
	placeText(place: Place): string {
		return this.names.text(place);
	}

	/**
	 * Who wrote a place last before a step.
	 * @param step so many steps have been done
	 * @throws PlaceError for a register that there is not, or more bytes than can be asked about
	 */
	writerOf(place: Place, step: number): Question<Writer> {
		return this.question(this.writer(place, step), ({parts}) => parts.at(0)?.step, step);
	}

	/**
	 * The way back to where a place's value came from, as far as it was copied.
	 * @throws PlaceError as `writerOf`
	 */
	chain(place: Place, step: number): Question<Chain> {
		return this.question(this.origin(place, step), ({links}) => links.at(-1)?.step, step);
	}

	/**
	 * Who reads a place from a step on, as long as it holds the value that it has there.
	 * @param limit so many at most
	 * @throws PlaceError as `writerOf`
	 */
	readersOf(place: Place, step: number, limit = READERS): Question<Readers> {
		return this.question(this.readers(place, step, limit), ({readers}) => readers.at(0)?.step, step);
	}

	/** A question that leaves the machine where it stood. */
	private question<T>(work: Generator<undefined, T>, stepOf: (answer: T) => number | undefined, step: number): Question<T> {
		const {recording} = this;
		const goTo = (goal: number): Generator<undefined, void> => this.goTo(goal);
		function* answer(): Generator<undefined, T> {
			const before = recording.step;
			try {
				const found = yield* work;
				yield* goTo(before);
				return found;
			} finally {
				recording.seek(before);
			}
		}

		return new Question(answer(), stepOf, step);
	}

	/** Takes the machine to a step, a stretch at a time. */
	private *goTo(step: number): Generator<undefined, void> {
		const {recording} = this;
		for (; recording.step + STRETCH < step; yield) recording.seek(recording.step + STRETCH);
		recording.seek(step);
	}

	private *momentOf(place: Place, step: number): Generator<undefined, Moment> {
		const {recording} = this;
		yield* this.goTo(Math.max(0, Math.min(step, recording.length)));
		const units = unitsOf(recording.machine, place);
		return {place, step: recording.step, units, ...(units.includes(undefined) ? {} : {value: this.valueHere(units)})};
	}

	/** The value of units where the machine stands. */
	private valueHere(units: readonly (number | undefined)[]): bigint {
		return valueOf(units, unit => unitValue(this.recording.machine, unit));
	}

	private *writer(place: Place, step: number): Generator<undefined, Writer> {
		const moment = yield* this.momentOf(place, step);
		const found = yield* lastWrites(this.index, moment.units.filter(unit => unit !== undefined), moment.step);
		const parts: WriterPart[] = [];
		for (const group of this.groups(moment, found)) {
			parts.push(this.part(moment, group));
			yield;
		}

		return {place, step: moment.step, parts, ...(moment.value === undefined ? {} : {value: moment.value})};
	}

	/** Units with the same writer, each with its place: neighbouring bytes, or flags. */
	private groups({place, units}: Moment, found: LastWrites): Group[] {
		const groups: (Omit<Group, 'units'> & {units: number[]})[] = [];
		for (const [index, unit] of units.entries()) {
			const event = unit === undefined ? undefined : found.get(unit);
			const isFlag = unit !== undefined && unit >= Unit.FLAGS && unit < Unit.MEMORY;
			const home = (isFlag ? groups : groups.slice(-1)).find(group => isSameEvent(group.event, event));
			if (home === undefined) groups.push({event, first: index, units: [unit ?? -1]});
			else home.units.push(unit ?? -1);
		}

		return groups.map(group => (groups.length === 1 ? {...group, whole: place} : group));
	}

	private placeOfGroup({place}: Moment, {first, units, whole}: Group): Place {
		if (whole !== undefined) return whole;
		if (place.kind === 'memory') return {kind: 'memory', address: BigInt.asUintN(64, place.address + BigInt(first)), bytes: units.length};
		return placeOfUnits(units) ?? place;
	}

	/** What is to be said about units with one writer. */
	private part(moment: Moment, group: Group): WriterPart {
		const {event, units} = group;
		const place = this.placeOfGroup(moment, group);
		if (event === undefined) return {place, value: 0n, kind: 'unmapped', sentence: UNMAPPED};
		if (event.kind === 'step') return this.stepPart(place, units, this.flows.of(event.step));
		this.recording.seek(moment.step);
		const value = this.valueHere(units);
		if (event.kind === 'beginning') return {place, value, kind: 'beginning', sentence: BEGINNING};
		return {place, value, kind: 'edit', step: event.edit.step, sentence: `changed from outside before step ${event.edit.step}`};
	}

	private stepPart(place: Place, units: readonly number[], flow: StepFlow): WriterPart {
		const {recording} = this;
		const derivation = derive(flow, units);
		const isKnown = units.every(unit => flow.after.has(unit));
		if (!isKnown) recording.seek(flow.step + 1);
		const through = place.kind === 'memory' ? flow.addresses.get(units[0]) : undefined;
		return {
			place,
			value: isKnown ? valueOf(units, unit => flow.after.get(unit) ?? 0) : this.valueHere(units),
			kind: kindOf(flow, units[0], derivation),
			step: flow.step,
			code: this.code(flow),
			...(place.kind !== 'memory' || through === undefined || through === place.address ? {} : {through}),
			sentence: writeSentence(flow, units, derivation, this.names),
		};
	}

	private code({address, code, instruction, detail}: StepFlow): CodeRef {
		const {names} = this.names;
		const name = names.nameOf(address);
		const source = names.placeOf(address);
		const text = isDisassemblerLoaded() ? disassemble(code, address, {syntax: 'att', symbolAt: at => names.nameOf(at)}).text : instruction?.mnemonic.toLowerCase() ?? '';
		return {address, text, isProgram: detail.before.cpl === 3, ...(name === undefined ? {} : {name}), ...(source === undefined ? {} : {source})};
	}

	private *origin(place: Place, step: number): Generator<undefined, Chain> {
		const start = yield* this.momentOf(place, step);
		const links: WriterPart[] = [];
		const result = (end: ChainEnd, inputs: readonly Input[] = []): Chain => ({place, step: start.step, links, end, inputs, ...(start.value === undefined ? {} : {value: start.value})});
		for (let moment = start; ; ) {
			const found = yield* lastWrites(this.index, moment.units.filter(unit => unit !== undefined), moment.step);
			const groups = this.groups(moment, found);
			if (groups.length > 1) return result('parts', groups.map(group => this.inputOfGroup(moment, group)));
			const [group] = groups;
			const {event} = group;
			const part = this.part(moment, group);
			links.push(part);
			if (event?.kind !== 'step') return result(endOf(part.kind));
			yield;
			const flow = this.flows.of(event.step);
			const {next, end, inputs} = onward(derive(flow, group.units));
			if (next === undefined) return result(end, this.inputs(inputs, flow));
			if (links.length === LINKS) return result('more', this.inputs([next], flow));
			moment = {place: next.place, step: event.step, units: next.units};
		}
	}

	/** Pieces as inputs of a step: what they held before it. */
	private inputs(pieces: readonly Piece[], {step, before, after}: StepFlow): Input[] {
		return pieces.map(({place, units}) => ({place, step, value: valueOf(units, unit => before.get(unit) ?? after.get(unit) ?? 0)}));
	}

	private inputOfGroup(moment: Moment, group: Group): Input {
		this.recording.seek(moment.step);
		return {place: this.placeOfGroup(moment, group), step: moment.step, value: this.valueHere(group.units.map(unit => (unit < 0 ? undefined : unit)))};
	}

	private *readers(place: Place, step: number, limit: number): Generator<undefined, Readers> {
		const moment = yield* this.momentOf(place, step);
		const known = moment.units.filter(unit => unit !== undefined);
		const {reads, overwritten, isEnd} = yield* nextReads(this.index, known, moment.step, limit);
		const readers: Reader[] = [];
		for (const read of reads) {
			const flow = this.flows.of(read.step);
			readers.push({step: read.step, places: this.placesRead(moment, read.units), code: this.code(flow), sentence: readSentence(flow, read.units, this.names)});
			yield;
		}

		const end = isEnd ? 'known' : overwritten === undefined ? 'limit' : 'overwritten';
		return {place, step: moment.step, readers, end, ...(overwritten === undefined ? {} : {overwritten}), ...(moment.value === undefined ? {} : {value: moment.value})};
	}

	/** The bytes of a place that were read, by the addresses that were asked about. */
	private placesRead({place, units}: Moment, read: readonly number[]): Place[] {
		if (read.length === units.length) return [place];
		const addresses = new Map<number, bigint>();
		if (place.kind === 'memory') for (const [index, unit] of units.entries()) if (unit !== undefined) addresses.set(unit, place.address + BigInt(index));
		return piecesOf(read, addresses).map(piece => piece.place);
	}
}

/** Neighbouring units of a place that have one writer. */
interface Group {
	/** Undefined where nothing is mapped. */
	readonly event: WriteEvent | undefined;
	/** Index of the first of them within the place. */
	readonly first: number;
	readonly units: readonly number[];
	/** The place, if they are all of it. */
	readonly whole?: Place;
}

function isSameEvent(a: WriteEvent | undefined, b: WriteEvent | undefined): boolean {
	if (a?.kind === 'step' && b?.kind === 'step') return a.step === b.step;
	if (a?.kind === 'edit' && b?.kind === 'edit') return a.edit === b.edit;
	return a?.kind === b?.kind;
}

/** How a chain ends whose last link no step made. */
const endOf = (kind: WriterKind): ChainEnd => (kind === 'edit' || kind === 'beginning' || kind === 'unmapped' ? kind : 'system');

function kindOf(flow: StepFlow, unit: number, derivation: Derivation): WriterKind {
	if (derivation.kind === 'host') return 'host';
	return isProcessors(flow, unit, derivation) ? 'processor' : 'instruction';
}
