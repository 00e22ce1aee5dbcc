import {isCanonical} from '../control-bits.js';
import {Cell} from '../layout.js';
import {type Instruction, type Operand, OperandKind, Repeat, type VectorSemantic} from '../ops.js';
import type {Effects} from './emitting-flags.js';
import type {EmittingVectors} from './emitting-vectors.js';
import {LinkField, RecordField} from './records.js';
import {cellOffset, SLOT_REGISTER, slotValue, Unemittable} from './values.js';

/** What a slot of a record holds, from the instruction that it is for. */
export type Filler = (instruction: Instruction) => bigint;

/** One slot: its byte offset in the record, which of the shape's instructions it is for, and whether it is the address of a link. */
export interface Slot {
	readonly offset: number;
	readonly part: number;
	readonly fill: Filler;
	readonly isLink: boolean;
}

/** One of the instructions of a shape: its meaning, and the instruction with slots in place of numbers. */
export interface Part {
	readonly semantic: VectorSemantic;
	readonly template: Instruction;
}

/** Everything about an instruction, or about two that belong together, that its handler is made for; the rest stands in the record. */
export interface Shape {
	readonly parts: readonly Part[];
	readonly slots: readonly Slot[];
	/** The link to the next instruction, where the shape may branch. */
	readonly nextSlot: number | undefined;
	/** Bytes of a record. */
	readonly size: number;
	/** Whether nobody asks for the flags that it sets. */
	readonly isQuiet: boolean;
	/** How often its templates' numbers were looked at in the emission that runs. */
	readonly looks: () => number;
}

/** An instruction that a shape is made of. */
export interface Ingredient {
	readonly instruction: Instruction;
	readonly semantic: VectorSemantic;
	/** Whether immediates belong to the shape, because the meaning looks into them. */
	readonly byValue: boolean;
}

type Position = 'd' | 's' | 't';

/** Makes a shape's templates and slots. */
class ShapeMaker {
	readonly slots: Slot[] = [];
	looks = 0;
	nextSlot: number | undefined;
	private size: number = RecordField.SLOTS;
	private parts = 0;

	/** Bytes of a record. */
	get recordSize(): number {
		return (this.size + 15) & -16;
	}

	private slot(fill: Filler, isLink = false): number {
		const offset = this.size + (isLink ? LinkField.RIP : 0);
		this.slots.push({offset, part: this.parts, fill, isLink});
		this.size = offset + 8;
		return offset;
	}

	private operand({instruction, byValue}: Ingredient, position: Position): Operand {
		const operand = instruction[position];
		switch (operand.kind) {
			case OperandKind.REGISTER:
				return {...operand, register: SLOT_REGISTER + this.slot(i => BigInt(i[position].register * 8))};
			case OperandKind.XMM:
				return {...operand, register: SLOT_REGISTER + this.slot(i => BigInt(cellOffset(Cell.XMM + 2 * i[position].register)))};
			case OperandKind.MEMORY:
				return this.memory(position, operand);
			case OperandKind.IMMEDIATE:
				return byValue ? operand : this.number(position, operand);
			case OperandKind.TARGET:
				return this.number(position, operand);
			default:
				return operand;
		}
	}

	private memory(position: Position, operand: Operand): Operand {
		return {
			...operand,
			...(operand.displacement === 0n ? {} : {displacement: slotValue(this.slot(i => i[position].displacement))}),
			...(operand.base < 0 ? {} : {base: SLOT_REGISTER + this.slot(i => BigInt(i[position].base * 8))}),
			...(operand.index < 0 ? {} : {index: SLOT_REGISTER + this.slot(i => BigInt(i[position].index * 8))}),
		};
	}

	private number(position: Position, operand: Operand): Operand {
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

	part(ingredient: Ingredient): Part {
		const {instruction, semantic} = ingredient;
		const [d, s, t] = [this.operand(ingredient, 'd'), this.operand(ingredient, 's'), this.operand(ingredient, 't')];
		if (instruction.changesFlow) this.nextSlot = this.slot(i => i.next, true);
		this.parts++;
		const {nextSlot} = this;
		const next = (): bigint => (nextSlot === undefined ? instruction.next : this.look(slotValue(nextSlot)));
		const template: Instruction = {
			...instruction, d, s, t,
			get next() {
				return next();
			},
		};
		return {semantic, template};
	}
}

/** Whether an instruction can have a record of its own shape at all. */
export const hasShape = ({d}: Instruction): boolean => d.kind !== OperandKind.TARGET || isCanonical(d.value);

function memoryKey({bits, base, index, scale, displacement, segment, addressBits}: Operand): string {
	const parts = `${base < 0 ? '' : 'b'}${index < 0 ? '' : `x${scale}`}${displacement === 0n ? '' : 'd'}`;
	return `m${bits}${parts}${segment < 0 ? '' : segment}${addressBits === 64 ? '' : 'a'}`;
}

const operandKey = (operand: Operand): string =>
	operand.kind === OperandKind.MEMORY ? memoryKey(operand) : `${operand.kind}/${operand.bits}${operand.high ? 'h' : ''}`;

/** The name of an instruction's shape, but for immediates that belong to it. */
export const shapeKey = ({name, bits, addressBits, condition, repeat, segment, d, s, t}: Instruction): string =>
	`${name}${repeat === Repeat.NONE ? '' : `*${repeat}`}${bits}${addressBits === 64 ? '' : 'a'}${condition < 0 ? '' : `.${condition}`}${segment < 0 ? '' : `:${segment}`} ${operandKey(d)} ${operandKey(s)} ${operandKey(t)}`;

/** The immediates of an instruction, for shapes that they belong to. */
export const valueKey = ({d, s, t}: Instruction): string => [d, s, t].filter(({kind}) => kind === OperandKind.IMMEDIATE).map(({value}) => `$${value}`).join('');

/** The shape of an instruction, or of two in a row. */
export function makeShape(ingredients: readonly Ingredient[], isQuiet: boolean): Shape {
	const maker = new ShapeMaker();
	const parts = ingredients.map(ingredient => maker.part(ingredient));
	return {parts, slots: maker.slots, nextSlot: maker.nextSlot, size: maker.recordSize, isQuiet, looks: () => maker.looks};
}

/**
 * Emits a shape's code.
 * @returns what it has to do with flags and faults
 * @throws Unemittable for what the direct backend must do
 */
export function emitShape(shape: Shape, ops: EmittingVectors): Effects {
	const before = shape.looks();
	ops.isQuiet = shape.isQuiet;
	for (const [index, {semantic, template}] of shape.parts.entries()) {
		ops.begin(index > 0);
		semantic(ops, template);
	}

	// A number that was looked at and not used was decided upon: a record cannot hold it.
	if (shape.looks() - before > ops.numberUses) throw new Unemittable('the meaning looks into a number that is the record’s');
	return ops.effects;
}
