import {Flag, type FlagName} from '../../machine/flags.js';
import type {Machine} from '../../machine/machine.js';
import {currentPtRegs, readPerCpu} from '../../trace/kernel-state.js';
import {ptRegsOffset} from '../../kernel/constants.js';
import {kernelWord} from '../../trace/machine-views/kernel-memory.js';
import {outcomeOf} from '../../trace/outcome.js';
import {Stacks} from '../../trace/stacks.js';
import {eventField, isMeant} from './events.js';
import {applyFunction, Unreadable} from './functions.js';
import {CONSTANTS, isFlag, PER_CPU_WORDS, REGISTER_PARTS, RUN_NAMES} from './names.js';
import {ringSteps} from './ring-steps.js';
import {type Scene, stepOf, Unreached} from './scene.js';
import type {BinaryOperator, Expr, Point} from './syntax.js';
import {asWord} from './textual.js';
import {hex, same, type Value, word} from './values.js';

type Of<K extends Expr['kind']> = Extract<Expr, {readonly kind: K}>;

/** Characters that a text without a length is read up to. */
const LONGEST_TEXT = 4096;

/** A shift beyond this is a mistake of the lab's. */
const WIDEST_SHIFT = 63n;

/** The machine, taken to a step. */
function machineAt({recording}: Scene, step: number): Machine {
	if (recording.step !== step) recording.seek(step);
	return recording.machine;
}

/** A flag's bits, moved down to bit 0. */
function flagValue(rflags: bigint, name: FlagName): bigint {
	const mask = Flag[name];
	return (rflags & mask) / (mask & -mask);
}

/** What the run itself is asked for, by name. */
const OF_THE_RUN: Readonly<Record<string, (scene: Scene, step: number) => Value>> = {
	console: (scene, step) => new TextDecoder().decode(machineAt(scene, step).serial.output),
	stack: (scene, step) => {
		const machine = machineAt(scene, step);
		return machine.cpu.cpl === 3 ? 'user' : new Stacks(scene.recording.kernel).nameOf(machine.register('rsp'));
	},
	steps: ({origin}, step) => BigInt(step - origin),
	kernel_steps: (scene, step) => BigInt(ringSteps(scene, scene.origin, step).kernel),
	user_steps: (scene, step) => BigInt(ringSteps(scene, scene.origin, step).user),
	exit_status: scene => {
		const outcome = endOf(scene);
		return outcome.kind === 'exited' ? BigInt(outcome.status) : `none: ${outcome.kind}`;
	},
	signal: scene => {
		const outcome = endOf(scene);
		return outcome.kind === 'killed' ? outcome.signal.name : 'none';
	},
};

/** How the run ended. */
function endOf(scene: Scene): ReturnType<typeof outcomeOf> {
	const machine = machineAt(scene, stepOf(scene, {to: 'end'}));
	return outcomeOf(machine, scene.recording.kernel, scene.recording.end);
}

/** A register, a part of one, a flag, or a per-CPU word; undefined for other names. */
function machineName(scene: Scene, name: string, step: number): Value | undefined {
	const machine = machineAt(scene, step);
	if (isFlag(name)) return flagValue(machine.cpu.rflags, name);
	const part = REGISTER_PARTS.get(name);
	if (part !== undefined) return BigInt.asUintN(part.bits, machine.register(part.register) >> BigInt(part.shift));
	const offset = PER_CPU_WORDS.get(name);
	if (offset !== undefined) return readPerCpu(machine, scene.recording.kernel, offset);
	return isRegister(machine, name) ? machine.registers.get(name) : undefined;
}

/** Whether a machine has a register of this name. */
export const isRegister = ({registers}: Machine, name: string): boolean => name === 'rflags' || /^xmm(?:\d|1[0-5])$/.test(name) || registers.names.includes(name);

/** Whether a name means something in a scene. */
export function isKnown(scene: Scene, name: string): boolean {
	const {program, recording, values} = scene;
	if (RUN_NAMES.includes(name) || values.has(name) || CONSTANTS.has(name) || isFlag(name) || REGISTER_PARTS.has(name) || PER_CPU_WORDS.has(name)) return true;
	return isRegister(recording.machine, name) || program.symbols.addressOf(name) !== undefined || recording.kernel.symbols.addressOf(name) !== undefined;
}

function named(scene: Scene, {name}: Of<'name'>, step: number): Value {
	const run = Object.entries(OF_THE_RUN).find(([known]) => known === name)?.[1];
	if (run !== undefined) return run(scene, step);
	const {values, program, recording} = scene;
	const found = values.get(name) ?? CONSTANTS.get(name) ?? machineName(scene, name, step) ?? program.symbols.addressOf(name) ?? recording.kernel.symbols.addressOf(name);
	if (found === undefined) throw new Unreadable(`there is no ${name}`);
	return found;
}

function bytesAt(scene: Scene, address: bigint, length: number, step: number): Uint8Array {
	const bytes = machineAt(scene, step).readLinear(address, length);
	if (bytes === undefined) throw new Unreadable(`nothing is mapped at ${hex(address)}`);
	return bytes;
}

function memory(scene: Scene, {bits, address}: Of<'memory'>, step: number): bigint {
	const at = number(scene, address, step);
	const bytes = bytesAt(scene, at, bits / 8, step);
	return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function string(scene: Scene, {address, length}: Of<'string'>, step: number): string {
	const at = number(scene, address, step);
	const decoder = new TextDecoder('latin1');
	if (length !== undefined) {
		const count = number(scene, length, step);
		if (count > LONGEST_TEXT) throw new Unreadable(`a text of ${count} characters is too long`);
		return decoder.decode(bytesAt(scene, at, Number(count), step));
	}

	const found: number[] = [];
	while (found.length < LONGEST_TEXT) {
		const [byte] = bytesAt(scene, at + BigInt(found.length), 1, step);
		if (byte === 0) break;
		found.push(byte);
	}

	return decoder.decode(Uint8Array.from(found));
}

function event(scene: Scene, {event: kind, selector, field, index}: Of<'event'>): Value {
	const {of, nth} = selector;
	const point: Point = {to: 'after', event: kind, nth, of};
	const step = stepOf(scene, point) - 1;
	const found = scene.recording.events.find(each => each.step === step && isMeant(each, kind, of));
	if (found === undefined) throw new Unreached(point);
	const value = eventField(found, field, index);
	if (value === undefined) throw new Unreadable(`this ${kind} has no ${field}`);
	return value;
}

/** Address of a field of the current thread's struct pt_regs. */
function slotAddress(scene: Scene, field: Of<'slot'>['field'], step: number): bigint {
	return currentPtRegs(machineAt(scene, step), scene.recording.kernel) + BigInt(ptRegsOffset(field));
}

function slot(scene: Scene, {field}: Of<'slot'>, step: number): bigint {
	const address = slotAddress(scene, field, step);
	const {machine, kernel} = scene.recording;
	const value = kernelWord(machine, kernel, address);
	if (value === undefined) throw new Unreadable(`nothing is mapped at ${hex(address)}`);
	return value;
}

function unary(scene: Scene, {operator, operand}: Of<'unary'>, step: number): Value {
	if (operator === 'not') return !truth(value(scene, operand, step));
	const found = number(scene, operand, step);
	return operator === '-' ? -found : word(~found);
}

/** Order of two numbers: as signed ones if one of them is negative. */
const isLess = (left: bigint, right: bigint): boolean => (left < 0n || right < 0n ? BigInt.asIntN(64, left) < BigInt.asIntN(64, right) : word(left) < word(right));

function divide(left: bigint, right: bigint, rest: boolean): bigint {
	if (right === 0n) throw new Unreadable('a division by 0');
	return rest ? left % right : left / right;
}

function shift(left: bigint, by: bigint, up: boolean): bigint {
	if (by < 0n || by > WIDEST_SHIFT) throw new Unreadable(`a shift by ${by}`);
	return up ? word(left << by) : word(left) >> by;
}

/** What the operators do with two numbers. */
const ARITHMETIC: Readonly<Partial<Record<BinaryOperator, (left: bigint, right: bigint) => Value>>> = {
	'<': isLess,
	'<=': (left, right) => !isLess(right, left),
	'>': (left, right) => isLess(right, left),
	'>=': (left, right) => !isLess(left, right),
	'+': (left, right) => keepSign(left + right, left, right),
	'-': (left, right) => word(left - right),
	'*': (left, right) => keepSign(left * right, left, right),
	'/': (left, right) => divide(left, right, false),
	'%': (left, right) => divide(left, right, true),
	'&': (left, right) => word(left) & word(right),
	'|': (left, right) => word(left) | word(right),
	'^': (left, right) => word(left) ^ word(right),
	'<<': (left, right) => shift(left, right, true),
	'>>': (left, right) => shift(left, right, false),
};

/** A result is signed only where all that went into it is. */
const keepSign = (result: bigint, left: bigint, right: bigint): bigint => (left < 0n && right < 0n ? result : word(result));

function binary(scene: Scene, {operator, left, right}: Of<'binary'>, step: number): Value {
	if (operator === '==' || operator === '!=') return areSame(scene, left, right, step) === (operator === '==');
	const first = value(scene, left, step);
	if (operator === 'or') return truth(first) || truth(value(scene, right, step));
	if (operator === 'and') return truth(first) && truth(value(scene, right, step));
	const second = value(scene, right, step);
	const compute = ARITHMETIC[operator];
	if (compute === undefined) throw new Error(`no operator ${operator}`);
	return compute(asNumber(first), asNumber(second));
}

/** Whether two expressions come to the same; beside a text, a word stands for itself. */
export const areSame = (scene: Scene, left: Expr, right: Expr, step = scene.cursor): boolean =>
	same(value(scene, asWord(left, right), step), value(scene, asWord(right, left), step));

/** Whether a value counts as true: a number other than 0, a text that is not empty. */
export const truth = (value: Value): boolean => (typeof value === 'bigint' ? value !== 0n : Boolean(value));

function asNumber(found: Value): bigint {
	if (typeof found === 'string') throw new Unreadable(`“${found}” is a text, a number is needed`);
	return BigInt(found);
}

const number = (scene: Scene, expr: Expr, step: number): bigint => asNumber(value(scene, expr, step));

/** How each kind of expression is worked out. */
const KINDS: {readonly [K in Expr['kind']]: (scene: Scene, expr: Of<K>, step: number) => Value} = {
	number: (_, expr) => expr.value,
	text: (_, expr) => expr.value,
	name: named,
	slot,
	'slot-address': (scene, {field}, step) => slotAddress(scene, field, step),
	memory,
	string,
	event,
	function: (scene, {name, argument}, step) => {
		const found = value(scene, argument, step);
		machineAt(scene, argument.kind === 'at' ? stepOf(scene, argument.point) : step);
		return applyFunction(name, found, scene);
	},
	unary,
	binary,
	at: (scene, expr) => value(scene, expr.value, stepOf(scene, expr.point)),
};

/**
 * Works out an expression.
 * @param step where what has no point of its own is read; the learner's step by default
 * @throws Unreached if the run has not come to a point of it; Unreadable if there is nothing to be read
 */
export function value(scene: Scene, expr: Expr, step = scene.cursor): Value {
	const compute = KINDS[expr.kind] as (scene: Scene, expr: Expr, step: number) => Value;
	return compute(scene, expr, step);
}
