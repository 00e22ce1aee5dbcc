import {FlagKind} from '../../machine/flags.js';
import type {Note} from '../../machine/events.js';
import type {Operand} from '../../machine/ops.js';
import {GENERAL_REGISTERS, SEGMENT_REGISTERS} from '../../machine/registers.js';
import {Flag} from '../../machine/flags.js';
import {hex} from '../names.js';
import {FLAG_MEANINGS, flagNames, flagValue} from './flag-meanings.js';
import type {LaneBuilder} from './lane-builder.js';
import type {LanePart} from './lane-entry.js';
import {MANUAL} from './references.js';
import {opening, partName, registerBits, registerTitle} from './register-names.js';

type NoteOf<K extends Note['kind']> = Extract<Note, {readonly kind: K}>;

/** The sixteen condition codes: what they ask in a word, and of which flags (SDM vol. 1, appendix B). */
const CONDITIONS: readonly (readonly [word: string, test: string])[] = [
	['overflow', 'OF = 1'], ['no overflow', 'OF = 0'], ['below', 'CF = 1'], ['above or equal', 'CF = 0'],
	['equal', 'ZF = 1'], ['not equal', 'ZF = 0'], ['below or equal', 'CF = 1 or ZF = 1'], ['above', 'CF = 0 and ZF = 0'],
	['negative', 'SF = 1'], ['not negative', 'SF = 0'], ['even parity', 'PF = 1'], ['odd parity', 'PF = 0'],
	['less', 'SF differs from OF'], ['greater or equal', 'SF is as OF'], ['less or equal', 'ZF = 1 or SF differs from OF'], ['greater', 'ZF = 0 and SF is as OF'],
];

/** How the computation that set the flags is written, by its kind. */
const OPERATORS: ReadonlyMap<number, string> = new Map<number, string>([
	[FlagKind.ADD, '+'], [FlagKind.SUB, '−'], [FlagKind.INC, '+'], [FlagKind.DEC, '−'], [FlagKind.SHL, '<<'], [FlagKind.SHR, '>>'],
	[FlagKind.SAR, '>> (signed)'], [FlagKind.ADC, '+ CF +'], [FlagKind.SBB, '− CF −'], [FlagKind.MUL, '×'],
]);

/** The flags in which two words differ, each with what its new value says. */
export const changedFlags = (before: bigint, after: bigint): LanePart[] =>
	FLAG_MEANINGS.filter(({name}) => ((before ^ after) & Flag[name]) !== 0n).map(({name, one, zero}) => {
		const value = flagValue(after, name);
		return {name, before: flagValue(before, name), after: value, sentence: `${name} becomes ${value}: ${value === 0n ? zero : one}`};
	});

/** What became of flags, in a few words. */
export function flagsText(before: bigint, after: bigint): string {
	const parts = changedFlags(before, after);
	if (parts.length > 0) return parts.map(({name, after: value}) => `${name} becomes ${value}`).join(', ');
	const set = flagNames(after);
	return `the flags come out as they were${set.length === 0 ? '' : ` (${set.join(', ')})`}`;
}

function flags(lane: LaneBuilder, {before, after, computation, source}: NoteOf<'flags'>): void {
	lane.overwrite('rflags', after);
	const operator = computation === undefined ? undefined : OPERATORS.get(computation.kind);
	const sum = computation === undefined ? '' : operator === undefined ? `The result is ${hex(computation.result)}: ` : `${hex(computation.a)} ${operator} ${hex(computation.b)} = ${hex(computation.result)}: `;
	const why = source === undefined ? '' : `; ${source}`;
	lane.say({
		kind: 'flags', target: 'rflags', bits: 64, before, after, parts: changedFlags(before, after), reference: MANUAL.FLAGS,
		sentence: `${opening(`${sum}${flagsText(before, after)}${why}`)}.`,
	});
}

function instruction(lane: LaneBuilder, {instruction: decoded}: NoteOf<'instruction'>): void {
	lane.instruction = decoded;
	const {address, next, length, mnemonic} = decoded;
	lane.say({
		kind: 'instruction', target: 'rip', bits: 64, before: address, after: next,
		sentence: `${mnemonic} is fetched from ${lane.at(address)}: ${length} byte${length === 1 ? '' : 's'}; rip moves on to the instruction behind it.`,
	});
	lane.overwrite('rip', next);
	lane.stage = 'execute';
}

function read(lane: LaneBuilder, {register, bits, high, value}: NoteOf<'read'>): void {
	const part = partName(register, bits, high);
	if (!lane.learn(high ? `${register}.high` : register, bits, value)) return;
	lane.sayValue({kind: 'read', target: register, bits, value, sentence: `${opening(registerTitle(part))} is read: ${lane.named(value)}.`});
}

/** What is said of a stack pointer or of rip is where it goes. */
function movement(lane: LaneBuilder, register: string, before: bigint, after: bigint): string | undefined {
	if (register === 'rip') return `rip becomes ${lane.named(after)}: the run goes on there.`;
	const distance = BigInt.asIntN(64, after - before);
	if (register !== 'rsp' || distance === 0n || distance > 0x1000n || distance < -0x1000n) return undefined;
	return `rsp moves ${distance < 0n ? 'down' : 'up'} by ${distance < 0n ? -distance : distance} to ${lane.named(after)}.`;
}

function write(lane: LaneBuilder, {register, bits, high, before, after}: NoteOf<'write'>): void {
	const part = partName(register, bits, high);
	lane.overwrite(register, after);
	const whole = part === register;
	const value = whole ? after : high ? (after >> 8n) & 0xffn : BigInt.asUintN(bits, after);
	const rest = whole ? '' : bits === 32 ? `; the upper half of ${register} is cleared` : `; the rest of ${register} stays`;
	const same = before === after ? ', which it was already' : '';
	lane.say({
		kind: 'register', target: register, bits: registerBits(register), before, after,
		sentence: movement(lane, register, before, after) ?? `${opening(registerTitle(part))} becomes ${lane.named(value)}${same}${rest}.`,
	});
}

/** An operand's address as a sum. */
export function addressSum({base, index, scale, displacement, segment, addressBits}: Operand): string {
	const terms = [
		...(segment < 0 ? [] : [`the ${SEGMENT_REGISTERS[segment].toUpperCase()} base`]),
		...(base < 0 ? [] : [partName(GENERAL_REGISTERS[base], addressBits, false)]),
		...(index < 0 ? [] : [scale === 1n ? partName(GENERAL_REGISTERS[index], addressBits, false) : `${scale} × ${partName(GENERAL_REGISTERS[index], addressBits, false)}`]),
	];
	const offset = BigInt.asIntN(64, displacement);
	const sum = terms.join(' + ');
	if (offset === 0n) return sum;
	if (sum === '') return hex(BigInt.asUintN(64, displacement));
	return `${sum} ${offset < 0n ? '−' : '+'} ${hex(offset < 0n ? -offset : offset)}`;
}

function address(lane: LaneBuilder, {operand, address: found, segmentBase}: NoteOf<'address'>): void {
	// With a segment the offset within it is only half of the story; the whole address is told next.
	if (segmentBase === undefined && operand.segment >= 0) return;
	const sum = addressSum(operand);
	const alone = operand.base < 0 && operand.index < 0 && operand.segment < 0;
	const said = alone ? `The instruction itself names the address ${lane.named(found)}.` : `The address is ${sum} = ${lane.named(found)}.`;
	lane.sayValue({kind: 'address', target: 'address', bits: 64, value: found, sentence: said, reference: MANUAL.ADDRESS});
}

/** What follows from a condition, by the instruction that asks for it. */
const CONSEQUENCES: ReadonlyMap<string, readonly [holds: string, fails: string]> = new Map<string, readonly [string, string]>([
	['jcc', ['the jump is taken', 'the jump is not taken, the run goes on behind it']],
	['cmovcc', ['the value is moved', 'the destination keeps its value']],
	['setcc', ['the byte becomes 1', 'the byte becomes 0']],
]);

function condition(lane: LaneBuilder, {code, holds}: NoteOf<'condition'>): void {
	const [word, test] = CONDITIONS[code];
	const consequence = CONSEQUENCES.get(lane.instruction?.name ?? '')?.[holds ? 0 : 1];
	lane.sayValue({
		kind: 'condition', target: 'condition', bits: 1, value: holds ? 1n : 0n, reference: MANUAL.CONDITION,
		sentence: `The condition “${word}” (${test}) ${holds ? 'holds' : 'does not hold'}${consequence === undefined ? '' : `: ${consequence}`}.`,
	});
}

function element(lane: LaneBuilder): void {
	lane.iteration++;
	lane.sayValue({kind: 'iteration', target: 'iteration', bits: 16, value: BigInt(lane.iteration), sentence: `Element ${lane.iteration} of this step begins.`});
}

function restart(lane: LaneBuilder, {before, after}: NoteOf<'restart'>): void {
	lane.say({kind: 'register', target: 'rip', bits: 64, before, after, sentence: `The instruction could not be done: rip goes back to it, ${lane.named(after)}.`, reference: MANUAL.EXCEPTION});
}

function shadow(lane: LaneBuilder, {all}: NoteOf<'shadow'>): void {
	lane.sayValue({
		kind: 'machine', target: 'interrupts', bits: 1, value: 0n, reference: MANUAL.SHADOW,
		sentence: all ? 'Interrupts and debug traps wait for one more instruction, so that rsp can follow ss.' : 'Interrupts are allowed from the instruction after the next one on.',
	});
}

/** What is said of an instruction's own work, by the kind of note. */
export const WORK = {instruction, read, write, address, condition, flags, element, restart, shadow} as const;
