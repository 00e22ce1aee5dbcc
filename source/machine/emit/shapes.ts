import {isCanonical} from '../control-bits.js';
import {type Instruction, type Operand, OperandKind, Repeat, type Semantic} from '../ops.js';
import type {EmittingOps} from './emitting-ops.js';
import {LinkField, RecordField} from './records.js';
import {SLOT_REGISTER, slotValue, Unemittable, ZERO_REGISTER} from './values.js';

/** What a slot of a record holds, from the instruction that the record is for. */
export type Filler = (instruction: Instruction) => bigint;

/** One slot: its byte offset in the record, and whether it is the address of a link. */
export interface Slot {
	readonly offset: number;
	readonly fill: Filler;
	readonly isLink: boolean;
}

/** Everything about an instruction that its handler is made for; the rest stands in the record. */
export interface Shape {
	readonly semantic: Semantic;
	/** The instruction with slots in place of numbers. */
	readonly template: Instruction;
	readonly slots: readonly Slot[];
	/** The link to the next instruction, where the shape may branch. */
	readonly nextSlot: number | undefined;
	/** Bytes of a record. */
	readonly size: number;
	/** How often its template's numbers were looked at in the emission that runs. */
	readonly looks: () => number;
}

type Position = 'd' | 's' | 't';

/** Makes a shape's template and slots. */
class ShapeMaker {
	readonly slots: Slot[] = [];
	looks = 0;
	private size: number = RecordField.SLOTS;

	/** @param byValue whether immediates belong to the shape, because the meaning looks into them */
	constructor(
		private readonly original: Instruction,
		private readonly byValue: boolean,
	) {}

	private slot(fill: Filler, isLink = false): number {
		const offset = this.size + (isLink ? LinkField.RIP : 0);
		this.slots.push({offset, fill, isLink});
		this.size = offset + 8;
		return offset;
	}

	private operand(position: Position): Operand {
		const operand = this.original[position];
		switch (operand.kind) {
			case OperandKind.REGISTER:
				return {...operand, register: SLOT_REGISTER + this.slot(i => BigInt(i[position].register * 8))};
			case OperandKind.MEMORY:
				return this.memory(position, operand);
			case OperandKind.IMMEDIATE:
			case OperandKind.TARGET:
				return this.number(position, operand);
			default:
				return operand;
		}
	}

	private memory(position: Position, operand: Operand): Operand {
		const register = (number: number): bigint => BigInt(number < 0 ? ZERO_REGISTER : number * 8);
		return {
			...operand,
			displacement: slotValue(this.slot(i => i[position].displacement)),
			base: SLOT_REGISTER + this.slot(i => register(i[position].base)),
			...(operand.index < 0
				? {}
				: {
					index: SLOT_REGISTER + this.slot(i => register(i[position].index)),
					scale: slotValue(this.slot(i => BigInt(Math.log2(Number(i[position].scale))))),
				}),
		};
	}

	private number(position: Position, operand: Operand): Operand {
		if (this.byValue && operand.kind === OperandKind.IMMEDIATE) return operand;
		const value = slotValue(this.slot(i => i[position].value, operand.kind === OperandKind.TARGET));
		const look = (): bigint => this.look(value);
		return {
			...operand,
			get value() {
				return look();
			},
		};
	}

	private look(value: bigint): bigint {
		this.looks++;
		return value;
	}

	make(semantic: Semantic): Shape {
		const {original} = this;
		const [d, s, t] = [this.operand('d'), this.operand('s'), this.operand('t')];
		const nextSlot = original.changesFlow ? this.slot(i => i.next, true) : undefined;
		const next = (): bigint => (nextSlot === undefined ? original.next : this.look(slotValue(nextSlot)));
		const template: Instruction = {
			...original, d, s, t,
			get next() {
				return next();
			},
		};
		return {semantic, template, slots: this.slots, nextSlot, size: (this.size + 15) & -16, looks: () => this.looks};
	}
}

/** Whether an instruction can have a record of its own shape at all. */
export const hasShape = ({repeat, d}: Instruction): boolean => repeat === Repeat.NONE && (d.kind !== OperandKind.TARGET || isCanonical(d.value));

const operandKey = ({kind, bits, high, index, segment, addressBits}: Operand): string =>
	kind === OperandKind.MEMORY ? `m${bits}${index < 0 ? '' : 'x'}${segment < 0 ? '' : segment}${addressBits === 64 ? '' : 'a'}` : `${kind}/${bits}${high ? 'h' : ''}`;

/** The name of an instruction's shape, but for immediates that belong to it. */
export const shapeKey = ({name, bits, addressBits, condition, segment, d, s, t}: Instruction): string =>
	`${name}${bits}${addressBits === 64 ? '' : 'a'}${condition < 0 ? '' : `.${condition}`}${segment < 0 ? '' : `:${segment}`} ${operandKey(d)} ${operandKey(s)} ${operandKey(t)}`;

/** The immediates of an instruction, for shapes that they belong to. */
export const valueKey = ({d, s, t}: Instruction): string => [d, s, t].filter(({kind}) => kind === OperandKind.IMMEDIATE).map(({value}) => `$${value}`).join('');

/** An instruction's shape. */
export const makeShape = (instruction: Instruction, semantic: Semantic, byValue: boolean): Shape => new ShapeMaker(instruction, byValue).make(semantic);

/**
 * Emits a shape's code.
 * @throws Unemittable for what the direct backend must do
 */
export function emitShape(shape: Shape, ops: EmittingOps): void {
	const before = shape.looks();
	shape.semantic(ops, shape.template);
	// A number that was looked at and not used was decided upon: a record cannot hold it.
	if (shape.looks() - before > ops.numberUses) throw new Unemittable('the meaning looks into a number that is the record’s');
}
