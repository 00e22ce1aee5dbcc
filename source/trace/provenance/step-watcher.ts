import {parseGate, SystemType} from '../../machine/descriptors.js';
import type {Block} from '../../machine/code-cache.js';
import type {Mark} from '../../machine/events.js';
import {Fault, NotImplemented} from '../../machine/fault.js';
import {Flag} from '../../machine/flags.js';
import {Cell} from '../../machine/layout.js';
import type {Machine} from '../../machine/machine.js';
import {type Instruction, type Operand, OperandKind, Repeat} from '../../machine/ops.js';
import {Access, Accessor} from '../../machine/paging.js';
import {PAGE_SIZE} from '../../machine/physical-memory.js';
import {Register} from '../../machine/registers.js';
import {ALONE} from '../../machine/semantics/index.js';
import {SHIFT} from '../../machine/semantics/shift.js';
import {FlowOps} from './flow-ops.js';
import {follow, instructionAt} from './instruction-flow.js';
import {bitsOf, FLAG_BITS, Unit} from './place.js';
import {NOTHING, type SignatureTable} from './signatures.js';
import {type Delivery, isDelivery, isDone, triesInstruction} from './step-kind.js';

/** Bytes of an IDT entry. */
const GATE_BYTES = 16n;

/** Flags that every way into a handler clears (SDM vol. 3A, 6.12.1). */
export const CLEARED = Flag.TF | Flag.NT | Flag.RF | Flag.VM;

/** The flags that a delivery clears: an interrupt gate takes IF too. To be asked where the machine stands in the handler. */
export function clearedFlags(machine: Machine, {vector}: Delivery): bigint {
	const address = BigInt.asUintN(64, machine.cpu.cells[Cell.IDTR_BASE] + BigInt(vector) * GATE_BYTES);
	const bytes = machine.readLinear(address, Number(GATE_BYTES));
	if (bytes === undefined) return CLEARED;
	const view = new DataView(bytes.buffer);
	const {type} = parseGate(view.getBigUint64(0, true), view.getBigUint64(8, true));
	return type === SystemType.INTERRUPT_GATE ? CLEARED | Flag.IF : CLEARED;
}

const unitsOfFlags = (mask: bigint): number[] => bitsOf(mask).map(bit => Unit.FLAGS + bit);
const unitsOfRegister = (number: number): number[] => Array.from({length: 8}, (_, index) => number * 8 + index);
const ALL_FLAGS = FLAG_BITS.map(bit => Unit.FLAGS + bit);

/** Instructions that may touch more than their operands say, or change how the machine runs. */
const isSpecial = ({name, repeat}: Instruction): boolean => ALONE.has(name) || repeat !== Repeat.NONE;

const SHIFTS: ReadonlySet<string> = new Set(Object.keys(SHIFT));

/**
 * What decides on the registers and flags that an instruction touches, as a number: a condition, a count. Undefined if it
 * may be anything.
 */
function variantOf({cpu}: Machine, {name, condition, repeat, addressBits}: Instruction): number | undefined {
	if (name === 'cmovcc') return Number(cpu.ops.condition(condition));
	if (SHIFTS.has(name)) return Number(cpu.cells[Register.RCX] & 0xffn);
	if (repeat !== Repeat.NONE) return cpu.ops.register(Register.RCX, addressBits) === 0n ? 0 : 1;
	return undefined;
}

/** Stands for the signature of an instruction that may have another one each time. */
const VARIES = -1;

const operandShape = ({kind, bits, register, high, base, index, segment, value}: Operand): string =>
	kind === OperandKind.NONE ? '' : `${kind} ${bits} ${register} ${Number(high)} ${base} ${index} ${segment} ${kind === OperandKind.IMMEDIATE ? Number(value & 0xffn) : ''}`;

/** All that decides on the registers and flags that an instruction touches; of an immediate, only a count does. */
const shapeOf = ({name, bits, addressBits, condition, d, s, t}: Instruction): string =>
	`${name},${bits},${addressBits},${condition},${operandShape(d)},${operandShape(s)},${operandShape(t)}`;

/** Finds out, step by step while a machine runs, which registers and flags each step touches. */
export class StepWatcher {
	private readonly flow: FlowOps;
	/** The signatures that are known beforehand, by block. */
	private readonly plans = new WeakMap<Block, number[]>();
	/** Signatures of instructions that have the same one each time, by their shape; VARIES for the others. */
	private readonly shapes = new Map<string, number>();
	/** Signatures of instructions that depend on values, by the instruction and what it depends on. */
	private readonly variants = new WeakMap<Instruction, Map<number, number>>();
	/** The general registers and RFLAGS before the step. */
	private readonly before = new BigUint64Array(16);
	private flagsBefore = 0n;
	private delivery: Delivery | undefined;

	constructor(
		private readonly machine: Machine,
		private readonly table: SignatureTable,
	) {
		this.flow = new FlowOps(machine);
		this.flow.elements = 1;
	}

	/** To be called with what the processor says of itself: a way into a handler ends the stretch. */
	mark(mark: Mark): void {
		if (!isDelivery(mark)) return;
		this.delivery = mark;
		this.machine.cpu.pause();
	}

	/** Where bytes lie that an instruction has just read. */
	physical(address: bigint, bytes: number, each: (physical: number, bytes: number) => void): void {
		const {memory, cpu} = this.machine;
		for (let done = 0; done < bytes; ) {
			const at = BigInt.asUintN(64, address + BigInt(done));
			const offset = Number(at & 0xfffn);
			const count = Math.min(bytes - done, PAGE_SIZE - offset);
			// The translation has just been used: it is there.
			const {physical} = cpu.paging.translate(at, Access.READ, Accessor.SUPERVISOR);
			if (memory.holds(physical + offset, count)) each(physical + offset, count);
			done += count;
		}
	}

	/**
	 * Watches some steps: as many instructions as can be seen through beforehand, or one.
	 * @param limit steps at most
	 * @param run does so many, or less if it is paused
	 * @returns the numbers of the steps' signatures; none if the machine stands still
	 */
	stretch(limit: number, run: (steps: number) => void): ArrayLike<number> {
		const {cpu} = this.machine;
		this.delivery = undefined;
		const block = !cpu.attention && cpu.steps < cpu.timer.horizon ? this.block() : undefined;
		const plan = block?.valid === true ? this.planOf(block) : [];
		if (block === undefined || plan.length === 0) return this.single(block?.instructions[0] ?? this.tried(), run);
		const first = cpu.steps;
		run(Math.min(plan.length, limit, cpu.timer.horizon - first));
		const done = plan.slice(0, cpu.steps - first);
		if (this.hasLeft()) done.push(this.afterDelivery(block.instructions[done.length - 1], done.pop() ?? NOTHING));
		return done;
	}

	/** Whether the last step led into a handler, or ended the run. */
	private hasLeft(): boolean {
		return this.delivery !== undefined || this.machine.cpu.stopped !== undefined;
	}

	/** The instructions that come next, as the machine will find them. */
	private block(): Block | undefined {
		const {cpu} = this.machine;
		try {
			return cpu.code.block(cpu.cells[Cell.RIP]);
		} catch (error) {
			if (error instanceof Fault || error instanceof NotImplemented) return undefined;
			throw error;
		}
	}

	/** The instruction that the next step tries, if it tries one; found without a trace, since an interrupt may come first. */
	private tried(): Instruction | undefined {
		return triesInstruction(this.machine) ? instructionAt(this.machine, this.machine.cpu.cells[Cell.RIP]) : undefined;
	}

	/** The signatures of a block's instructions, up to the first one that must be looked at when its turn comes. */
	private planOf(block: Block): number[] {
		const known = this.plans.get(block);
		if (known !== undefined) return known;
		const plan: number[] = [];
		for (const instruction of block.instructions) {
			if (isSpecial(instruction)) break;
			const signature = this.fixed(instruction);
			if (signature === undefined) break;
			plan.push(signature);
		}

		this.plans.set(block, plan);
		return plan;
	}

	/** The signature of an instruction that has the same one each time. */
	private fixed(instruction: Instruction): number | undefined {
		const {flow, table, shapes} = this;
		const shape = shapeOf(instruction);
		const known = shapes.get(shape);
		if (known !== undefined) return known === VARIES ? undefined : known;
		flow.tracksOrigins = true;
		if (!follow(flow, instruction).completes) return undefined;
		const number = flow.dependsOnValues ? VARIES : table.of(flow.state);
		shapes.set(shape, number);
		return number === VARIES ? undefined : number;
	}

	/** Watches one step that is looked at for itself. */
	private single(instruction: Instruction | undefined, run: (steps: number) => void): number[] {
		const {cpu} = this.machine;
		const first = cpu.steps;
		const signature = instruction === undefined ? NOTHING : this.signatureOf(instruction);
		const isWatched = instruction === undefined || cpu.attention || isSpecial(instruction);
		if (isWatched) this.remember();
		run(1);
		if (cpu.steps === first) return [];
		const done = this.hasLeft() ? this.afterDelivery(instruction, signature) : signature;
		return [isWatched ? this.withChanges(done) : done];
	}

	/** What an instruction touches, as the machine stands before it. */
	private signatureOf(instruction: Instruction): number {
		const {flow, table} = this;
		const key = variantOf(this.machine, instruction);
		const variants = this.variants.get(instruction) ?? new Map<number, number>();
		const known = key === undefined ? undefined : variants.get(key);
		if (known !== undefined) return known;
		flow.tracksOrigins = false;
		if (!follow(flow, instruction).completes) return NOTHING;
		const number = table.of(flow.state);
		if (key !== undefined) this.variants.set(instruction, variants.set(key, number));
		return number;
	}

	private remember(): void {
		const {cpu} = this.machine;
		this.before.set(cpu.cells.subarray(0, 16));
		this.flagsBefore = cpu.rflags;
	}

	/** What a step touched that ended in a handler, or with the run. */
	private afterDelivery(instruction: Instruction | undefined, signature: number): number {
		const {machine, table, delivery} = this;
		const done = instruction !== undefined && (isDone(instruction, delivery, machine.cpu.stopped) || this.hasBegun(instruction)) ? signature : NOTHING;
		if (delivery === undefined) return done;
		const writes = [...unitsOfRegister(Register.RSP), ...unitsOfFlags(clearedFlags(machine, delivery))];
		return table.union(done, table.ofUnits(writes, [...unitsOfRegister(Register.RSP), ...ALL_FLAGS]));
	}

	/** Whether a string instruction that faulted had done elements before. */
	private hasBegun({repeat}: Instruction): boolean {
		return repeat !== Repeat.NONE && this.machine.cpu.cells[Register.RCX] !== this.before[Register.RCX];
	}

	/** Adds what has changed besides: RF, which each instruction clears, and what the host or a descriptor decided on. */
	private withChanges(signature: number): number {
		const {cells, rflags} = this.machine.cpu;
		const changed = unitsOfFlags(this.flagsBefore ^ rflags);
		for (let register = 0; register < 16; register++) {
			let difference = this.before[register] ^ cells[register];
			for (let byte = 0; difference !== 0n; byte++, difference >>= 8n) if ((difference & 0xffn) !== 0n) changed.push(register * 8 + byte);
		}

		return changed.length === 0 ? signature : this.table.union(signature, this.table.ofUnits(changed, []));
	}
}
