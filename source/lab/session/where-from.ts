import {ptRegsOffset} from '../../kernel/constants.js';
import {kernelAddress} from '../../kernel/kernel.js';
import {peekWord} from '../../trace/guest-memory.js';
import {currentPtRegs} from '../../trace/kernel-state.js';
import {Provenance as Tracer} from '../../trace/provenance/provenance.js';
import type {WriterPart} from '../../trace/provenance/answers.js';
import {type Place, PlaceError} from '../../trace/provenance/place.js';
import type {Recording} from '../../trace/recording.js';
import type {Provenance, Writer} from '../goals/provenance.js';
import {value} from '../language/evaluator.js';
import {Unreadable} from '../language/functions.js';
import {isFlag, PER_CPU_WORDS, REGISTER_PARTS} from '../language/names.js';
import {type Scene, stepOf} from '../language/scene.js';
import type {Expr} from '../language/syntax.js';
import {word} from '../language/values.js';

const WORD_BYTES = 8;

/** What answers questions about a recording; it keeps what it has found out. */
const tracers = new WeakMap<Recording, Tracer>();

function tracerOf({recording, program}: Scene): Tracer {
	const known = tracers.get(recording) ?? new Tracer(recording, program);
	tracers.set(recording, known);
	return known;
}

/** Where the per-CPU variables lie, as the kernel itself knows it. */
function perCpuAddress({recording}: Scene, step: number): bigint {
	recording.seek(step);
	return peekWord(recording.machine, kernelAddress(recording.kernel, 'boot_per_cpu')) ?? 0n;
}

/** The place that an expression reads. */
function placeOf(scene: Scene, expr: Expr, step: number): Place {
	switch (expr.kind) {
		case 'name': {
			const offset = PER_CPU_WORDS.get(expr.name);
			if (offset !== undefined) return {kind: 'memory', address: perCpuAddress(scene, step) + BigInt(offset), bytes: WORD_BYTES};
			if (isFlag(expr.name)) return {kind: 'flag', name: expr.name};
			const part = REGISTER_PARTS.get(expr.name);
			return part === undefined ? {kind: 'register', name: expr.name} : {kind: 'register', name: part.register, from: part.shift / 8, bytes: part.bits / 8};
		}

		case 'slot':
			scene.recording.seek(step);
			return {kind: 'memory', address: currentPtRegs(scene.recording.machine, scene.recording.kernel) + BigInt(ptRegsOffset(expr.field)), bytes: WORD_BYTES};
		case 'memory':
			return {kind: 'memory', address: word(BigInt(value(scene, expr.address, step))), bytes: expr.bits / 8};
		default:
			throw new Unreadable('only a register, a flag, a field of pt_regs or memory is written by somebody');
	}
}

/** An expression's place, and the moment at which it is looked at. */
function questionOf(scene: Scene, expr: Expr): {readonly place: Place; readonly step: number} {
	const step = expr.kind === 'at' ? stepOf(scene, expr.point) : scene.cursor;
	return {place: placeOf(scene, expr.kind === 'at' ? expr.value : expr, step), step};
}

/** Asks, and makes of a place that can't be followed a value that can't be told. */
function ask<T>(question: () => T): T {
	try {
		return question();
	} catch (error) {
		throw error instanceof PlaceError ? new Unreadable(error.message) : error;
	}
}

const lineOf = ({code}: WriterPart): string => (code?.source?.text ?? '').replace(/#.*$/, '').trim().replaceAll(/\s+/g, ' ');

const functionOf = ({code}: WriterPart): string => code?.name?.replace(/\+.*$/, '') ?? '';

function writerOfPart(part: WriterPart): Writer | undefined {
	if (part.step === undefined) return undefined;
	return {step: part.step, line: part.kind === 'edit' ? 'you' : lineOf(part), function: functionOf(part), hardware: part.kind === 'processor'};
}

/** Places as labs name them: `regs->si`, `rsi`. */
const placeName = (tracer: Tracer, place: Place): string => tracer.placeText(place).replace('pt_regs->', 'regs->');

/** Tells where values came from, by going through the run again. */
export const provenance: Provenance = {
	writerOf(scene, {syntax}) {
		const {place, step} = questionOf(scene, syntax);
		const [part] = ask(() => tracerOf(scene).writerOf(place, step).finish().parts) as readonly (WriterPart | undefined)[];
		return part === undefined ? undefined : writerOfPart(part);
	},
	wayOf(scene, {syntax}) {
		const tracer = tracerOf(scene);
		const {place, step} = questionOf(scene, syntax);
		const {links, inputs, end} = ask(() => tracer.chain(place, step).finish());
		const places = [...links, ...inputs].map(link => placeName(tracer, link.place));
		const names = [...places, ...links.flatMap(link => [lineOf(link), functionOf(link)]), end];
		return {places: [...new Set(places)], names: [...new Set(names)].filter(name => name !== '')};
	},
};
