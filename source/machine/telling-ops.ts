import {DirectOps} from './direct.js';
import type {Note} from './events.js';
import type {LazyFlags} from './flags.js';
import {Cell} from './layout.js';
import type {LinearMemory} from './linear-memory.js';
import {type Instruction, type Operand, Repeat} from './ops.js';
import {GENERAL_REGISTERS, Register, SEGMENT_REGISTERS} from './registers.js';

/** The condition code that asks for CF. */
const CARRY = 2;

/** The operations of an instruction while somebody watches each of them: they do the same, and tell it as they do it. */
export class TellingOps extends DirectOps {
	constructor(
		cells: BigUint64Array,
		lazy: LazyFlags,
		linear: LinearMemory,
		onUnfinished: () => void,
		private readonly tell: (note: Note) => void,
	) {
		super(cells, lazy, linear, onUnfinished);
	}

	override register(number: number, bits: number, high = false): bigint {
		const value = super.register(number, bits, high);
		this.tell({kind: 'read', register: GENERAL_REGISTERS[number], bits, high, value});
		return value;
	}

	override setRegister(number: number, bits: number, value: bigint, high = false): void {
		const before = this.cells[number];
		super.setRegister(number, bits, value, high);
		this.tellWrite(GENERAL_REGISTERS[number], number, before, bits, high);
	}

	private tellWrite(register: string, cell: number, before: bigint, bits = 64, high = false): void {
		this.tell({kind: 'write', register, bits, high, before, after: this.cells[cell]});
	}

	override offset(operand: Operand): bigint {
		if (operand.base >= 0) this.register(operand.base, operand.addressBits);
		if (operand.index >= 0) this.register(operand.index, operand.addressBits);
		const address = super.offset(operand);
		this.tell({kind: 'address', operand, address});
		return address;
	}

	override address(operand: Operand): bigint {
		const address = super.address(operand);
		if (operand.segment >= 0) this.tell({kind: 'address', operand, address, segmentBase: super.segmentBase(operand.segment)});
		return address;
	}

	override segmentBase(segment: number): bigint {
		const value = super.segmentBase(segment);
		if (segment >= 0) this.tell({kind: 'read', register: `${SEGMENT_REGISTERS[segment]}.base`, bits: 64, high: false, value});
		return value;
	}

	override peek(offset: bigint, bits: number): bigint {
		this.register(Register.RSP, 64);
		this.linear.purpose = 'pop';
		try {
			return super.peek(offset, bits);
		} finally {
			this.linear.purpose = 'data';
		}
	}

	override push(bits: number, value: bigint): void {
		const before = this.register(Register.RSP, 64);
		super.push(bits, value);
		this.tellWrite('rsp', Register.RSP, before);
	}

	override noteFlags(kind: number, bits: number, result: bigint, a: bigint, b: bigint): void {
		const before = this.lazy.all();
		super.noteFlags(kind, bits, result, a, b);
		this.tell({kind: 'flags', before, after: this.lazy.all(), computation: {kind, bits, result, a, b}});
	}

	override setFlags(mask: bigint, word: bigint): void {
		const before = this.lazy.all();
		super.setFlags(mask, word);
		this.tell({kind: 'flags', before, after: this.lazy.all()});
	}

	override carry(): boolean {
		const holds = super.carry();
		this.tell({kind: 'condition', code: CARRY, holds});
		return holds;
	}

	override condition(code: number): boolean {
		const holds = super.condition(code);
		this.tell({kind: 'condition', code, holds});
		return holds;
	}

	override flags(): bigint {
		const value = super.flags();
		this.tell({kind: 'read', register: 'rflags', bits: 64, high: false, value: this.lazy.all()});
		return value;
	}

	override jumpTo(target: bigint): void {
		const before = this.cells[Cell.RIP];
		super.jumpTo(target);
		this.tellWrite('rip', Cell.RIP, before);
	}

	override repeat(i: Instruction, element: () => boolean | undefined): void {
		super.repeat(i, () => {
			if (i.repeat !== Repeat.NONE) this.tell({kind: 'element'});
			return element();
		});
	}

	protected override again(i: Instruction): void {
		const {cells, lazy} = this;
		const rip = cells[Cell.RIP];
		const flags = lazy.all();
		super.again(i);
		this.tellWrite('rip', Cell.RIP, rip);
		this.tell({kind: 'flags', before: flags, after: lazy.all(), source: 'RF says that the instruction has begun'});
	}
}
