import {isCanonical} from './control-bits.js';
import {dplOf, parseGate, Rights, Selector, SystemType, TssOffset, type Gate} from './descriptors.js';
import {Fault, generalProtection, SelectorErrorBit, Vector, vectorName} from './fault.js';
import {Flag} from './flags.js';
import {Cell, SegmentCell} from './layout.js';
import type {Processor} from './processor.js';
import {Register, Segment} from './registers.js';
import {segmentCell} from './segments.js';

/** Where an exception or interrupt comes from; it decides the checks and what is told of it. */
export const Origin = {
	/** A fault or trap that the processor found. */
	HARDWARE: 0,
	/** `int n`, `int3`, `into`: the gate's DPL is checked. */
	SOFTWARE: 1,
	/** A device. */
	EXTERNAL: 2,
} as const;

/** An exception that is to be delivered. */
export interface Delivery {
	readonly vector: number;
	readonly errorCode?: number | undefined;
	/** The address of a page fault. */
	readonly address?: bigint | undefined;
	readonly origin: number;
	/** The rip to save: of the instruction for faults, of the next one for traps and interrupts. */
	readonly returnAddress: bigint;
	/** Whether rflags is saved with RF set, so that the instruction's breakpoint does not fire again. */
	readonly resume: boolean;
	/** What the processor did not like, in a few words for people. */
	readonly reason?: string | undefined;
}

/** Bytes of a gate in the 64-bit IDT. */
const GATE_BYTES = 16;

/** Vectors whose fault, while another is being delivered, makes a double fault (SDM vol. 3A, table 6-5). */
const CONTRIBUTORY = new Set<number>([Vector.DE, Vector.TS, Vector.NP, Vector.SS, Vector.GP]);

const makesDoubleFault = (first: number, second: number): boolean =>
	first === Vector.PF
		? second === Vector.PF || CONTRIBUTORY.has(second)
		: CONTRIBUTORY.has(first) && CONTRIBUTORY.has(second);

/** The end of a machine that could not deliver a double fault: what led to it, first cause first. */
export class TripleFault {
	/** @param chain the vectors, in the order in which they were raised */
	constructor(readonly chain: readonly string[]) {}
}

/** What is delivered instead when delivering one exception raised another. */
function nested(first: Delivery, fault: Fault): Delivery {
	const common = {origin: Origin.HARDWARE, returnAddress: first.returnAddress};
	// Interrupts are benign: what fails while one is delivered is delivered as itself.
	const double = first.origin === Origin.HARDWARE && makesDoubleFault(first.vector, fault.vector);
	const {vector, errorCode, address, reason} = fault;
	if (double) return {...common, vector: Vector.DF, errorCode: 0, resume: false, reason: `${vectorName(vector)} while ${vectorName(first.vector)} was being delivered`};
	return {...common, vector, errorCode, address, reason, resume: true};
}

/** cr2 takes the address of every page fault as it is found, even of one that becomes a double fault. */
function noteAddress(cpu: Processor, {vector, address}: Pick<Delivery, 'vector' | 'address'>): void {
	if (vector === Vector.PF && address !== undefined) cpu.change('cr2', Cell.CR2, address, 'the address that faulted');
}

function tell(cpu: Processor, {vector, origin, returnAddress, errorCode, address, reason}: Delivery): void {
	cpu.note({
		kind: 'raise', vector, origin, returnAddress,
		...(errorCode === undefined ? {} : {errorCode}),
		...(address === undefined ? {} : {address}),
		...(reason === undefined ? {} : {reason}),
	});
}

/** Delivers an exception; faults on the way are delivered in its place, up to a triple fault, which is thrown. */
export function deliver(cpu: Processor, delivery: Delivery): void {
	const chain = [vectorName(delivery.vector)];
	tell(cpu, delivery);
	noteAddress(cpu, delivery);
	for (let current = delivery; ; ) {
		try {
			deliverOnce(cpu, current);
			return;
		} catch (error) {
			// A software interrupt that can't be delivered is a fault of its own instruction, not of the next one.
			if (!(error instanceof Fault) || current.origin === Origin.SOFTWARE) throw error;
			chain.push(vectorName(error.vector));
			noteAddress(cpu, error);
			if (current.vector === Vector.DF) throw new TripleFault(chain);
			current = nested(current, error);
			tell(cpu, current);
			if (current.vector === Vector.DF) chain.push(vectorName(Vector.DF));
		}
	}
}

/** 1 in error codes if the program itself did not ask for the event. */
const externalBit = (delivery: Delivery): number => (delivery.origin === Origin.SOFTWARE ? 0 : SelectorErrorBit.EXT);

function readGate(cpu: Processor, delivery: Delivery): Gate {
	const {vector} = delivery;
	const code = (vector << 3) | SelectorErrorBit.IDT | externalBit(delivery);
	const offset = BigInt(vector * GATE_BYTES);
	if (offset + BigInt(GATE_BYTES - 1) > cpu.cells[Cell.IDTR_LIMIT]) throw generalProtection(code, 'the vector’s entry lies beyond the IDT’s limit');
	const address = BigInt.asUintN(64, cpu.cells[Cell.IDTR_BASE] + offset);
	const gate = parseGate(cpu.linear.loadImplicit(address, 64, 'idt', 'low'), cpu.linear.loadImplicit(BigInt.asUintN(64, address + 8n), 64, 'idt', 'high'));
	if (gate.type !== SystemType.INTERRUPT_GATE && gate.type !== SystemType.TRAP_GATE) throw generalProtection(code, 'the IDT entry is no interrupt or trap gate');
	if (delivery.origin === Origin.SOFTWARE && gate.dpl < cpu.cpl) throw generalProtection(code, 'the gate’s DPL forbids this ring the software interrupt');
	if (!gate.present) throw new Fault(Vector.NP, code, undefined, 'the IDT entry is not present');
	return gate;
}

interface Target {
	readonly gate: Gate;
	readonly selector: bigint;
	readonly rights: bigint;
	readonly base: bigint;
	readonly limit: bigint;
	readonly cpl: number;
}

function readTarget(cpu: Processor, delivery: Delivery): Target {
	const gate = readGate(cpu, delivery);
	const external = externalBit(delivery);
	if ((gate.selector & ~Selector.RPL) === 0n) throw generalProtection(external);
	const descriptor = cpu.segments.read(gate.selector, false, external);
	const code = Number(gate.selector & 0xfffcn) | external;
	const isCode = (descriptor.rights & (Rights.S | Rights.CODE)) === (Rights.S | Rights.CODE);
	if (!isCode || dplOf(descriptor.rights) > cpu.cpl) throw generalProtection(code);
	if ((descriptor.rights & Rights.P) === 0n) throw new Fault(Vector.NP, code);
	if ((descriptor.rights & (Rights.L | Rights.DB)) !== Rights.L) throw generalProtection(code);
	if (!isCanonical(gate.offset)) throw generalProtection(external);
	const cpl = (descriptor.rights & Rights.CONFORMING) === 0n ? dplOf(descriptor.rights) : cpu.cpl;
	const {rights, base, limit} = cpu.segments.markAccessed(descriptor);
	return {gate, selector: (gate.selector & ~Selector.RPL) | BigInt(cpl), rights, base, limit, cpl};
}

/** The stack for the handler: from the TSS on a change of ring or with an IST slot, else the current one. */
function chooseStack(cpu: Processor, {gate, cpl}: Target, external: number): bigint {
	const current = cpu.cells[Register.RSP];
	if (gate.ist === 0 && cpl === cpu.cpl) return current;
	const offset = gate.ist === 0 ? TssOffset.RSP0 + 8n * BigInt(cpl) : TssOffset.IST1 + 8n * BigInt(gate.ist - 1);
	if (offset + 7n > cpu.cells[segmentCell(Segment.TR, SegmentCell.LIMIT)]) {
		throw new Fault(Vector.TS, Number(cpu.segments.selector(Segment.TR) & 0xfffcn) | external);
	}

	const base = cpu.cells[segmentCell(Segment.TR, SegmentCell.BASE)];
	const stack = cpu.linear.loadImplicit(BigInt.asUintN(64, base + offset), 64, 'tss', gate.ist === 0 ? `rsp${cpl}` : `ist${gate.ist}`);
	if (!isCanonical(stack)) throw new Fault(Vector.SS, external, undefined, 'the stack pointer in the TSS is not canonical');
	return stack;
}

function deliverOnce(cpu: Processor, delivery: Delivery): void {
	const target = readTarget(cpu, delivery);
	const stackBefore = cpu.cells[Register.RSP];
	const ring = cpu.cpl;
	const flags = delivery.resume ? cpu.rflags | Flag.RF : cpu.rflags;
	const words: [part: string, word: bigint][] = [
		['ss', cpu.segments.selector(Segment.SS)], ['rsp', stackBefore], ['rflags', flags], ['cs', cpu.segments.selector(Segment.CS)], ['rip', delivery.returnAddress],
	];
	if (delivery.errorCode !== undefined) words.push(['error code', BigInt(delivery.errorCode)]);
	let stack = chooseStack(cpu, target, externalBit(delivery)) & ~0xfn;
	for (const [part, word] of words) {
		stack = BigInt.asUintN(64, stack - 8n);
		cpu.linear.storeFrame(stack, 64, word, target.cpl, part);
	}

	enterHandler(cpu, target, stack, flags);
	announce(cpu, delivery, ring, stackBefore);
}

/** All pushes are done, nothing can fault any more: the registers change. */
function enterHandler(cpu: Processor, target: Target, stack: bigint, flags: bigint): void {
	const {gate, cpl} = target;
	if (cpl !== cpu.cpl) {
		cpu.effect('ss', cpu.segments.selector(Segment.SS), BigInt(cpl), 'null, since the ring changes');
		cpu.segments.setNull(Segment.SS, BigInt(cpl));
	}

	cpu.change('rsp', Register.RSP, stack, 'the handler’s stack, below the frame');
	const cleared = Flag.TF | Flag.NT | Flag.RF | Flag.VM | (gate.type === SystemType.INTERRUPT_GATE ? Flag.IF : 0n);
	cpu.effect('cs', cpu.segments.selector(Segment.CS), target.selector, 'the IDT entry’s selector');
	cpu.segments.set(Segment.CS, target.selector, target);
	cpu.setCpl(cpl);
	// The flags that are saved may have RF set; the ones that go on are the current ones.
	cpu.setRflags(flags & ~cleared, 'TF, NT and RF cleared; IF too by an interrupt gate');
	cpu.change('rip', Cell.RIP, gate.offset, 'the IDT entry’s offset');
}

function announce(cpu: Processor, delivery: Delivery, cpl: number, stackBefore: bigint): void {
	const stackAfter = cpu.cells[Register.RSP];
	const common = {vector: delivery.vector, address: delivery.returnAddress, cpl, stackBefore, stackAfter};
	if (delivery.origin === Origin.EXTERNAL) {
		cpu.mark({kind: 'interrupt', ...common});
		return;
	}

	cpu.mark({
		kind: 'exception',
		...common,
		...(delivery.errorCode === undefined ? {} : {errorCode: delivery.errorCode}),
		...(delivery.vector === Vector.PF && delivery.address !== undefined ? {cr2: delivery.address} : {}),
	});
}
