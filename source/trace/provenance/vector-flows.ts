import {ARITHMETIC_FLAGS} from '../../machine/flags.js';
import {type Instruction, type Operand, OperandKind} from '../../machine/ops.js';
import type {FlowOps} from './flow-ops.js';
import {CONSTANT, made, type Origin, type Source, system} from './origin.js';
import {Unit} from './place.js';

/** What a vector instruction moves: 16 bytes, the low ones with zeros above them, those alone, or one half. */
type Move =
	| {readonly kind: 'all'}
	| {readonly kind: 'low'; readonly bytes: number}
	| {readonly kind: 'scalar'; readonly bytes: number}
	| {readonly kind: 'half'; readonly to: number; readonly from: number};

const ALL: Move = {kind: 'all'};
const half = (to: number, from: number): Move => ({kind: 'half', to, from});

/** Instructions that move bytes and compute nothing (SDM vol. 1, 10.4.1.1, 11.4.1.1 and 11.4.2). */
const MOVES: ReadonlyMap<string, Move> = new Map<string, Move>([
	...['movaps', 'movapd', 'movdqa', 'movntdq', 'movntps', 'movntpd', 'movups', 'movupd', 'movdqu'].map(name => [name, ALL] as const),
	['movd', {kind: 'low', bytes: 4}],
	['movq', {kind: 'low', bytes: 8}],
	['movss', {kind: 'scalar', bytes: 4}],
	['movsd', {kind: 'scalar', bytes: 8}],
	['movlps', half(0, 0)], ['movlpd', half(0, 0)], ['movhps', half(8, 8)], ['movhpd', half(8, 8)], ['movhlps', half(0, 8)], ['movlhps', half(8, 0)],
]);

const isX87 = (name: string): boolean => name.startsWith('f');

/** Comparisons that set the arithmetic flags. */
const SETS_FLAGS = /^(?:u?comis[sd]|fu?comip?)$/;

/** The bytes of an operand, from one on. */
function bytesOf(o: FlowOps, operand: Operand, from: number, count: number): Origin[] {
	switch (operand.kind) {
		case OperandKind.XMM:
			return o.vector(operand.register, from, count);
		case OperandKind.MMX:
			return new Array<Origin>(count).fill(system(`mm${operand.register}`));
		case OperandKind.MEMORY:
			return [...o.state.load(o.address(operand).value, count).bytes];
		case OperandKind.REGISTER:
			return [...o.register(operand.register, operand.bits).bytes].slice(0, count);
		default:
			return [];
	}
}

/** Where a move puts its bytes. */
function put(o: FlowOps, operand: Operand, from: number, bytes: readonly Origin[]): void {
	if (operand.kind === OperandKind.XMM) o.setVector(operand.register, from, bytes);
	else if (operand.kind === OperandKind.REGISTER) o.setRegister(operand.register, operand.bits, {value: 0n, bytes});
	else if (operand.kind === OperandKind.MEMORY) o.state.store(o.address(operand).value, bytes.length, {value: 0n, bytes});
}

const zeros = (count: number): Origin[] => new Array<Origin>(count).fill(CONSTANT);

function move(o: FlowOps, {d, s}: Instruction, what: Move): void {
	switch (what.kind) {
		case 'all':
			put(o, d, 0, bytesOf(o, s, 0, 16));
			break;
		case 'low':
		case 'scalar': {
			const bytes = bytesOf(o, s, 0, what.bytes);
			const clears = d.kind === OperandKind.XMM && (what.kind === 'low' || s.kind === OperandKind.MEMORY);
			put(o, d, 0, clears ? [...bytes, ...zeros(16 - bytes.length)] : bytes);
			break;
		}

		case 'half':
			put(o, d, d.kind === OperandKind.XMM ? what.to : 0, bytesOf(o, s, s.kind === OperandKind.XMM ? what.from : 0, 8));
			break;
	}
}

/** Endings of the names of instructions that write only the low bytes of a vector register: how many. */
const NARROW: readonly (readonly [name: RegExp, bytes: number])[] = [[/ss$/, 4], [/sd$/, 8], [/^cvtpi2ps$/, 8]];

/** Instructions whose result has nothing of what the destination held. */
const UNARY = /^(?:cvt|r?sqrt|rcp|pshuf|pmovmskb|movmsk|pextrw)/;

/** Bytes of a vector register that an instruction which computes writes. */
function computedBytes({name, t}: Instruction): readonly [from: number, count: number] {
	if (name === 'pinsrw') return [Number(t.value & 7n) * 2, 2];
	return [0, NARROW.find(([pattern]) => pattern.test(name))?.[1] ?? 16];
}

const isVector = ({kind}: Operand): boolean => kind === OperandKind.XMM || kind === OperandKind.MMX;

function sourceOf(o: FlowOps, i: Instruction): Source {
	const {d, s, t, name} = i;
	if (isX87(name)) return system('the x87 unit');
	if (name === 'stmxcsr') return system('mxcsr');
	const operands = isVector(d) && !UNARY.test(name) ? [d, s, t] : [s, t];
	return made(operands.flatMap(operand => bytesOf(o, operand, 0, Math.max(1, operand.bits >> 3))));
}

/**
 * What is made by an instruction of the vector or x87 unit whose bytes are not followed one by one: all of its result
 * comes from all of its operands. Gives the source, for what it stores.
 */
function compute(o: FlowOps, i: Instruction): Source {
	const {d, name} = i;
	if (d.kind === OperandKind.MEMORY) o.address(d);
	const source = sourceOf(o, i);
	const result = (count: number): Origin[] => new Array<Origin>(count).fill(source);
	if (SETS_FLAGS.test(name)) o.state.putFlags(ARITHMETIC_FLAGS, source);
	else if (d.kind === OperandKind.REGISTER) o.setRegister(d.register, d.bits, {value: 0n, bytes: result(d.bits >> 3)});
	else if (d.kind === OperandKind.XMM) {
		const [from, count] = computedBytes(i);
		o.setVector(d.register, from, result(count));
	}

	return source;
}

/** The whole state of the units, to memory and back. */
function stateFlow(o: FlowOps, {d, name}: Instruction): Source {
	o.address(d);
	const source = system('the state of the x87 and vector units');
	if (name.startsWith('fxrstor')) o.state.put(Unit.XMM, 256, {value: 0n, bytes: new Array<Origin>(256).fill(source)});
	return source;
}

/** The flow of an instruction of the vector or x87 unit. Gives the source of what it stores, where that is not a copy. */
export function vectorFlow(o: FlowOps, i: Instruction): Source | undefined {
	const what = MOVES.get(i.name);
	if (what === undefined || i.d.kind === OperandKind.MMX || i.s.kind === OperandKind.MMX) return i.name.startsWith('fx') ? stateFlow(o, i) : compute(o, i);
	move(o, i, what);
	return undefined;
}
