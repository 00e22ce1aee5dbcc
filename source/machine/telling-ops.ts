import {DirectOps, type Teller} from './direct.js';
import type {Computation, Note} from './events.js';
import type {LazyFlags} from './flags.js';
import {Cell} from './layout.js';
import type {LinearMemory} from './linear-memory.js';
import {type Instruction, type Operand, Repeat} from './ops.js';
import {GENERAL_REGISTERS, Register, SEGMENT_REGISTERS} from './registers.js';

/** The condition code that asks for CF. */
const CARRY = 2;

/**
 * What the operations do while somebody watches each of them: the same, and it is told as it is done. Nobody but the
 * operations themselves knows it: they ask it in their place, so that instructions meet one kind of operations only.
 */
export class TellingOps implements Teller {
	/** They do the work, and tell nothing. */
	private readonly plain: DirectOps;

	constructor(
		private readonly cells: BigUint64Array,
		private readonly lazy: LazyFlags,
		private readonly linear: LinearMemory,
		onUnfinished: () => void,
		private readonly tell: (note: Note) => void,
	) {
		this.plain = new DirectOps(cells, lazy, linear, onUnfinished);
	}

	register(number: number, bits: number, high = false): bigint {
		const value = this.plain.register(number, bits, high);
		this.tell({kind: 'read', register: GENERAL_REGISTERS[number], bits, high, value});
		return value;
	}

	setRegister(number: number, bits: number, value: bigint, high = false): void {
		const before = this.cells[number];
		this.plain.setRegister(number, bits, value, high);
		this.tellWrite(GENERAL_REGISTERS[number], number, before, bits, high);
	}

	private tellWrite(register: string, cell: number, before: bigint, bits = 64, high = false): void {
		this.tell({kind: 'write', register, bits, high, before, after: this.cells[cell]});
	}

	private tellFlags(change: () => void, computation?: Computation): void {
		const before = this.lazy.all();
		change();
		this.tell({kind: 'flags', before, after: this.lazy.all(), ...(computation === undefined ? {} : {computation})});
	}

	offset(operand: Operand): bigint {
		if (operand.base >= 0) this.register(operand.base, operand.addressBits);
		if (operand.index >= 0) this.register(operand.index, operand.addressBits);
		const address = this.plain.offset(operand);
		this.tell({kind: 'address', operand, address});
		return address;
	}

	address(operand: Operand): bigint {
		const offset = this.offset(operand);
		if (operand.segment < 0) return offset;
		const segmentBase = this.segmentBase(operand.segment);
		const address = this.plain.address(operand);
		this.tell({kind: 'address', operand, address, segmentBase});
		return address;
	}

	segmentBase(segment: number): bigint {
		const value = this.plain.segmentBase(segment);
		if (segment >= 0) this.tell({kind: 'read', register: `${SEGMENT_REGISTERS[segment]}.base`, bits: 64, high: false, value});
		return value;
	}

	peek(offset: bigint, bits: number): bigint {
		this.register(Register.RSP, 64);
		this.linear.purpose = 'pop';
		try {
			return this.plain.peek(offset, bits);
		} finally {
			this.linear.purpose = 'data';
		}
	}

	push(bits: number, value: bigint): void {
		const before = this.register(Register.RSP, 64);
		this.plain.push(bits, value);
		this.tellWrite('rsp', Register.RSP, before);
	}

	noteFlags(kind: number, bits: number, result: bigint, a: bigint, b: bigint): void {
		this.tellFlags(() => this.plain.noteFlags(kind, bits, result, a, b), {kind, bits, result, a, b});
	}

	setFlags(mask: bigint, word: bigint): void {
		this.tellFlags(() => this.plain.setFlags(mask, word));
	}

	carry(): boolean {
		const holds = this.plain.carry();
		this.tell({kind: 'condition', code: CARRY, holds});
		return holds;
	}

	condition(code: number): boolean {
		const holds = this.plain.condition(code);
		this.tell({kind: 'condition', code, holds});
		return holds;
	}

	flags(): bigint {
		this.tell({kind: 'read', register: 'rflags', bits: 64, high: false, value: this.lazy.all()});
		return this.plain.flags();
	}

	jumpTo(target: bigint): void {
		const before = this.cells[Cell.RIP];
		this.plain.jumpTo(target);
		this.tellWrite('rip', Cell.RIP, before);
	}

	repeat(i: Instruction, element: () => boolean | undefined): void {
		if (i.repeat === Repeat.NONE) {
			element();
			return;
		}

		const bits = i.addressBits;
		for (let left = this.plain.elementsAtOnce(); left > 0; left--) {
			const count = this.register(Register.RCX, bits);
			if (count === 0n) return;
			this.tell({kind: 'element'});
			const goesOn = element();
			this.setRegister(Register.RCX, bits, count - 1n);
			if (count === 1n || goesOn === false) return;
		}

		this.again(i);
	}

	private again(i: Instruction): void {
		const {cells, lazy} = this;
		const rip = cells[Cell.RIP];
		const flags = lazy.all();
		this.plain.again(i);
		this.tellWrite('rip', Cell.RIP, rip);
		this.tell({kind: 'flags', before: flags, after: lazy.all(), source: 'RF says that the instruction has begun'});
	}
}
