import {vectorName} from '../../machine/fault.js';
import {type Instruction, OperandKind} from '../../machine/ops.js';
import {Register} from '../../machine/registers.js';
import {type Derivation, type Piece, piecesOf} from './derivation.js';
import {Unit} from './place.js';
import type {PlaceNames} from './place-names.js';
import type {StepFlow} from './step-flow.js';
import type {Delivery} from './step-kind.js';

/** Names of inputs that are listed. */
const LISTED = 5;

/** Instructions that put a word on the stack, and that take one off it. */
const PUSHES: ReadonlySet<string> = new Set(['push', 'pushfq', 'pushf', 'push-segment', 'call', 'enter', 'lcall']);
const POPS: ReadonlySet<string> = new Set(['pop', 'popfq', 'popf', 'leave', 'ret', 'retf', 'iretq', 'iretd', 'iret']);

/** Who ran the step's instruction. */
const whoOf = ({detail}: StepFlow): string => (detail.before.cpl === 3 ? 'the program' : 'the kernel');

const deliveryName = (delivery: Delivery): string => (delivery.kind === 'exception' ? vectorName(delivery.vector) : `interrupt ${delivery.vector}`);

const isMemory = (unit: number): boolean => unit >= Unit.MEMORY;
const isFlag = (unit: number): boolean => unit >= Unit.FLAGS && unit < Unit.MEMORY;
const isRip = (unit: number): boolean => unit >= Unit.RIP && unit < Unit.XMM;
const isStackPointer = (unit: number): boolean => unit >> 3 === Register.RSP;

/** Joins names for people: `a`, `a and b`, `a, b and c`. */
function list(names: readonly string[]): string {
	const shown = names.slice(0, LISTED);
	const rest = names.length - shown.length;
	const all = rest === 0 ? shown : [...shown, `${rest} more`];
	return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`;
}

const listed = (pieces: readonly Piece[], names: PlaceNames): string => list([...new Set(pieces.map(({place}) => names.text(place)))]);

/** What the processor did on its way into a handler. */
function deliverySentence(flow: StepFlow, delivery: Delivery, unit: number): string | undefined {
	const word = flow.frame.get(unit);
	const why = deliveryName(delivery);
	if (word !== undefined) return `pushed by the processor for ${why}: ${word.startsWith('the ') ? word : `${word} as it was`}`;
	if (isStackPointer(unit)) return `set by the processor for ${why}: the handler’s stack, below the words that it pushed`;
	if (isRip(unit)) return `set by the processor for ${why}: the handler’s address from the IDT`;
	return isFlag(unit) && flow.writes.get(unit) !== unit ? `cleared by the processor on the way to the handler of ${why}` : undefined;
}

/** What SYSCALL does, by the first unit: it is the processor's doing as a whole. */
function syscallSentence(unit: number): string {
	if (isFlag(unit)) return 'cleared by the processor: IA32_FMASK names it for SYSCALL';
	if (isRip(unit)) return 'set by the processor: SYSCALL took it from IA32_LSTAR';
	return unit >> 3 === Register.RCX ? 'put there by the processor: SYSCALL saved the address behind itself' : 'put there by the processor: SYSCALL saved rflags';
}

/** Whether the processor did more than carry out an instruction: it delivered, or SYSCALL did its part, or a page walk. */
export function isProcessors(flow: StepFlow, unit: number, derivation: Derivation): boolean {
	if (derivation.kind === 'page-walk') return true;
	if (flow.delivery !== undefined && deliverySentence(flow, flow.delivery, unit) !== undefined) return true;
	return flow.instruction?.name === 'syscall';
}

/** The words for a copy. */
function copySentence({name}: Instruction, unit: number, who: string, {from, widened}: Extract<Derivation, {kind: 'copy'}>, names: PlaceNames): string {
	const source = names.text(from.place);
	const more = widened === undefined ? '' : `, widened ${widened}`;
	if (PUSHES.has(name) && isMemory(unit)) return `pushed by ${who}: a copy of ${source}${more}`;
	if (POPS.has(name) && from.place.kind === 'memory') return `popped by ${who} from ${source}${more}`;
	if (isMemory(unit)) return `stored by ${who}: a copy of ${source}${more}`;
	return from.place.kind === 'memory' ? `loaded by ${who} from ${source}${more}` : `copied by ${who} from ${source}${more}`;
}

/** Whether an instruction makes zero by taking a register from itself. */
const isZeroing = ({name, d, s}: Instruction): boolean =>
	(name === 'xor' || name === 'sub') && d.kind === OperandKind.REGISTER && s.kind === OperandKind.REGISTER && d.register === s.register;

function constantSentence(instruction: Instruction, unit: number, who: string): string {
	if (isZeroing(instruction)) return isFlag(unit) ? `set by ${who}: the flags of a zero` : `made zero by ${who}`;
	if (isFlag(unit)) return `set by ${who}: the instruction says which way`;
	if (instruction.name === 'lea') return `set by ${who}: the instruction names the address`;
	return `${PUSHES.has(instruction.name) && isMemory(unit) ? 'pushed' : 'set'} by ${who}: a number in the instruction`;
}

/** The words for what an instruction did by itself. */
function instructionSentence(instruction: Instruction, unit: number, who: string, derivation: Derivation, names: PlaceNames): string {
	switch (derivation.kind) {
		case 'copy':
			return copySentence(instruction, unit, who, derivation, names);
		case 'next-address':
			return isMemory(unit) ? `pushed by ${who}: the address to return to` : 'the instruction before it was done: the next one follows';
		case 'computed':
			return `${isRip(unit) ? 'decided' : 'computed'} by ${who} from ${listed(derivation.from, names)}`;
		case 'converted':
			return `${PUSHES.has(instruction.name) && isMemory(unit) ? 'pushed' : 'taken'} by ${who}: ${listed(derivation.from, names)}`;
		case 'gathered':
			return `put together by ${who} from ${listed(derivation.from, names)}`;
		case 'system':
		case 'device':
			return `${derivation.kind === 'device' ? 'read' : 'taken'} by ${who} from ${derivation.what}`;
		default:
			return constantSentence(instruction, unit, who);
	}
}

/** What a step did to units that it wrote, as one plain sentence without its full stop. */
export function writeSentence(flow: StepFlow, units: readonly number[], derivation: Derivation, names: PlaceNames): string {
	const [unit] = units;
	const {delivery, instruction} = flow;
	const special = delivery === undefined ? undefined : deliverySentence(flow, delivery, unit);
	if (special !== undefined) return special;
	if (derivation.kind === 'host') return 'written by the host, which served this call for the kernel';
	if (derivation.kind === 'page-walk') return 'marked by the processor while it looked up an address in the page tables';
	if (instruction === undefined) return 'changed by the processor';
	return instruction.name === 'syscall' ? syscallSentence(unit) : instructionSentence(instruction, unit, whoOf(flow), derivation, names);
}

/** Whether an instruction uses one of some units as an address. */
function isAddress({d, s}: Instruction, units: ReadonlySet<number>): boolean {
	return [d, s].some(({kind, base, index}) => kind === OperandKind.MEMORY && [...units].some(unit => unit < Unit.RIP && (unit >> 3 === base || unit >> 3 === index)));
}

/** Places that got something of some units: copies of them, or values made from them. */
function reached({writes, addresses}: StepFlow, units: ReadonlySet<number>): {readonly copies: Piece[]; readonly made: Piece[]} {
	const copies: number[] = [];
	const made: number[] = [];
	for (const [unit, origin] of writes) {
		if (typeof origin === 'number') {
			if (units.has(origin)) copies.push(unit);
		} else if ([...origin.inputs].some(input => units.has(input))) {
			made.push(unit);
		}
	}

	return {copies: piecesOf(copies, addresses), made: piecesOf(made, addresses)};
}

/** What a step read units for, as one plain sentence without its full stop. */
export function readSentence(flow: StepFlow, units: readonly number[], names: PlaceNames): string {
	const {instruction, delivery} = flow;
	const wanted = new Set(units);
	const who = whoOf(flow);
	const {copies, made} = reached(flow, wanted);
	if (units.some(isRip)) return 'the processor fetched the instruction from there';
	if (delivery !== undefined && !flow.isDone) {
		return copies.length + made.length === 0 ? `read by the processor on the way to the handler of ${deliveryName(delivery)}` : `used by the processor for ${deliveryName(delivery)}: it went into ${listed([...copies, ...made], names)}`;
	}

	if (instruction === undefined) return 'read by the processor';
	if (copies.length > 0) return `${PUSHES.has(instruction.name) ? 'pushed' : 'copied'} by ${who} to ${listed(copies, names)}`;
	if (isAddress(instruction, wanted)) return `used by ${who} as an address`;
	if (made.length === 0) return instruction.name === 'vmcall' ? 'handed to the host' : `read by ${who}`;
	const values = made.filter(({units: [unit]}) => !isFlag(unit));
	if (values.length === 0) return `compared or tested by ${who}`;
	if (values.every(({units: [unit]}) => isRip(unit))) return `used by ${who} to decide where to go on`;
	return `used by ${who} to compute ${listed(values, names)}`;
}
