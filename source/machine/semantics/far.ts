import {isCanonical} from '../control-bits.js';
import {type Descriptor, dplOf, Rights, Selector, SystemType, TssOffset} from '../descriptors.js';
import {Fault, generalProtection, Vector} from '../fault.js';
import {Cell, SegmentCell} from '../layout.js';
import {type Instruction, OperandKind} from '../ops.js';
import type {Processor} from '../processor.js';
import {Register, Segment} from '../registers.js';
import {errorCodeOf, type LoadedDescriptor, segmentCell} from '../segments.js';
import {checkPresentAndLong, isCode, returnCode, returnStack, rplOf} from './code-segment.js';
import type {SystemTable} from './system-table.js';

/** Where a far jump or call goes, all checks done. */
interface Target {
	readonly offset: bigint;
	/** With the privilege level that the code will have. */
	readonly selector: bigint;
	readonly segment: Descriptor;
	readonly cpl: number;
	/** Whether the way leads through a call gate: then words are pushed as 64 bits. */
	readonly gated: boolean;
}

/** The far pointer in memory: the offset, then the selector. */
function readPointer(cpu: Processor, i: Instruction): readonly [offset: bigint, selector: bigint] {
	const address = cpu.ops.address(i.d);
	const offset = cpu.linear.load(address, i.bits, i.d.stack);
	return [offset, cpu.linear.load(BigInt.asUintN(64, address + BigInt(i.bits >> 3)), 16, i.d.stack)];
}

/** Whether a jump or call may go straight to a code segment, without a gate. */
function mayEnter(rights: bigint, rpl: number, cpl: number): boolean {
	if ((rights & Rights.CONFORMING) !== 0n) return dplOf(rights) <= cpl;
	return rpl <= cpl && dplOf(rights) === cpl;
}

/** Finds where a far pointer leads (SDM vol. 2A, CALL and JMP). */
function findTarget(cpu: Processor, i: Instruction, call: boolean): Target {
	const [offset, selector] = readPointer(cpu, i);
	const code = errorCodeOf(selector);
	if (code === 0) throw generalProtection();
	const descriptor = cpu.segments.read(selector);
	if ((descriptor.rights & Rights.S) === 0n) return throughGate(cpu, selector, descriptor, call);
	if (!isCode(descriptor.rights) || !mayEnter(descriptor.rights, rplOf(selector), cpu.cpl)) throw generalProtection(code);
	checkPresentAndLong(descriptor, selector, i);
	if (!isCanonical(offset)) throw generalProtection();
	return {offset, selector: (selector & ~Selector.RPL) | BigInt(cpu.cpl), segment: cpu.segments.markAccessed(descriptor), cpl: cpu.cpl, gated: false};
}

/** Goes on through a 64-bit call gate (SDM vol. 3A, 5.8.3.1). */
function throughGate(cpu: Processor, gateSelector: bigint, gate: LoadedDescriptor, call: boolean): Target {
	const gateCode = errorCodeOf(gateSelector);
	if ((gate.rights & Rights.TYPE) !== SystemType.CALL_GATE) throw generalProtection(gateCode);
	if (dplOf(gate.rights) < Math.max(cpu.cpl, rplOf(gateSelector))) throw generalProtection(gateCode);
	const {selector, offset, upperType} = cpu.segments.readCallGate(gateSelector);
	if (upperType !== 0n) throw generalProtection(gateCode);
	if ((gate.rights & Rights.P) === 0n) throw new Fault(Vector.NP, gateCode);
	const code = errorCodeOf(selector);
	if (code === 0) throw generalProtection();
	const descriptor = cpu.segments.read(selector);
	const {rights} = descriptor;
	const conforming = (rights & Rights.CONFORMING) !== 0n;
	const dpl = dplOf(rights);
	if (!isCode(rights) || dpl > cpu.cpl || (!call && !conforming && dpl !== cpu.cpl)) throw generalProtection(code);
	if ((rights & (Rights.L | Rights.DB)) !== Rights.L) throw generalProtection(code);
	if ((rights & Rights.P) === 0n) throw new Fault(Vector.NP, code);
	if (!isCanonical(offset)) throw generalProtection();
	const cpl = conforming ? cpu.cpl : dpl;
	return {offset, selector: (selector & ~Selector.RPL) | BigInt(cpl), segment: cpu.segments.markAccessed(descriptor), cpl, gated: true};
}

/** Nothing can fault any more: the registers change. */
function enter(cpu: Processor, {offset, selector, segment, cpl}: Target): void {
	cpu.effect('cs', cpu.segments.selector(Segment.CS), selector, 'the far pointer');
	cpu.segments.set(Segment.CS, selector, segment);
	cpu.change('rip', Cell.RIP, offset, 'the far pointer');
	cpu.setCpl(cpl);
}

/** The stack of a more privileged ring, from the TSS. */
function innerStack(cpu: Processor, cpl: number): bigint {
	const offset = TssOffset.RSP0 + 8n * BigInt(cpl);
	const code = errorCodeOf(cpu.segments.selector(Segment.TR));
	if (offset + 7n > cpu.cells[segmentCell(Segment.TR, SegmentCell.LIMIT)]) throw new Fault(Vector.TS, code);
	return cpu.linear.loadImplicit(BigInt.asUintN(64, cpu.cells[segmentCell(Segment.TR, SegmentCell.BASE)] + offset), 64, 'tss', `rsp${cpl}`);
}

function call(cpu: Processor, i: Instruction): void {
	const target = findTarget(cpu, i, true);
	const inner = target.cpl !== cpu.cpl;
	const oldStack = cpu.cells[Register.RSP];
	const bits = target.gated ? 64 : i.bits;
	const words: [part: string, word: bigint][] = [['cs', cpu.segments.selector(Segment.CS)], ['rip', BigInt.asUintN(bits, i.next)]];
	if (inner) words.unshift(['ss', cpu.segments.selector(Segment.SS)], ['rsp', oldStack]);
	let top = inner ? innerStack(cpu, target.cpl) : oldStack;
	for (const [part, word] of words) {
		top = BigInt.asUintN(64, top - BigInt(bits >> 3));
		cpu.linear.storeFrame(top, bits, word, target.cpl, part);
	}

	if (inner) {
		cpu.effect('ss', cpu.segments.selector(Segment.SS), BigInt(target.cpl), 'null, since the ring changes');
		cpu.segments.setNull(Segment.SS, BigInt(target.cpl));
	}

	cpu.change('rsp', Register.RSP, top, inner ? 'the TSS, below the frame' : 'the return address was pushed');
	enter(cpu, target);
}

/** Words from the stack, lowest first. */
function readWords(cpu: Processor, from: bigint, bits: number, count: number): bigint[] {
	cpu.linear.purpose = 'pop';
	try {
		return Array.from({length: count}, (_, word) => cpu.linear.load(BigInt.asUintN(64, from + BigInt((word * bits) >> 3)), bits, true));
	} finally {
		cpu.linear.purpose = 'data';
	}
}

function farReturn(cpu: Processor, i: Instruction): void {
	const {bits} = i;
	const stack = cpu.cells[Register.RSP];
	const bytes = BigInt(bits >> 3);
	const released = i.d.kind === OperandKind.IMMEDIATE ? i.d.value : 0n;
	const [target, codeWord] = readWords(cpu, stack, bits, 2);
	const selector = codeWord & 0xffffn;
	const code = returnCode(cpu, selector, i);
	const cpl = rplOf(selector);
	const above = BigInt.asUintN(64, stack + 2n * bytes + released);
	if (cpl === cpu.cpl) {
		if (!isCanonical(target)) throw generalProtection();
		const segment = cpu.segments.markAccessed(code);
		cpu.change('rsp', Register.RSP, above, 'the return address was popped');
		enter(cpu, {offset: target, selector, segment, cpl, gated: false});
		return;
	}

	const [outerStack, stackWord] = readWords(cpu, above, bits, 2);
	const stackSelector = stackWord & 0xffffn;
	const stackSegment = returnStack(cpu, stackSelector, cpl);
	if (!isCanonical(target)) throw generalProtection();
	const segment = cpu.segments.markAccessed(code);
	cpu.segments.loadStack(stackSelector, stackSegment);
	cpu.change('rsp', Register.RSP, BigInt.asUintN(64, outerStack + released), 'the stack of the inner ring');
	enter(cpu, {offset: target, selector, segment, cpl, gated: false});
	cpu.segments.dropPrivileged(cpl);
}

/** Jumps, calls and returns to other code segments (SDM vol. 1, 6.4.2 and 6.4.5). */
export const FAR: SystemTable = {
	ljmp: (cpu, i) => enter(cpu, findTarget(cpu, i, false)),
	lcall: call,
	retf: farReturn,
};
