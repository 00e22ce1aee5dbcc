import {dplOf, Rights, SystemType} from '../descriptors.js';
import {undefinedOpcode} from '../fault.js';
import {Flag} from '../flags.js';
import {Shadow} from '../interrupts.js';
import {Cell} from '../layout.js';
import {type Instruction, OperandKind} from '../ops.js';
import type {Processor} from '../processor.js';
import {Register, Segment, SEGMENT_REGISTERS} from '../registers.js';
import type {LoadedDescriptor} from '../segments.js';
import {isCode, rplOf} from './code-segment.js';
import {type SystemSemantic, type SystemTable, tellRead} from './system-table.js';

const readSelector = (cpu: Processor, segment: number): bigint => tellRead(cpu, SEGMENT_REGISTERS[segment], cpu.segments.selector(segment), 16);

/** Loads a segment register; after ss, interrupts and traps wait for one instruction, so that rsp can follow. */
function loadSegment(cpu: Processor, segment: number, selector: bigint): void {
	const before = cpu.segments.selector(segment);
	cpu.segments.load(segment, selector, cpu.cpl);
	cpu.effect(SEGMENT_REGISTERS[segment], before, selector, 'the operand; the hidden part from the descriptor');
	if (segment !== Segment.SS) return;
	cpu.cells[Cell.SHADOW] = Shadow.STACK;
	cpu.note({kind: 'shadow', all: true});
	cpu.updateAttention();
}

function moveSegment(cpu: Processor, i: Instruction): void {
	if (i.d.kind !== OperandKind.SEGMENT) {
		cpu.ops.write(i.d, i.d.kind === OperandKind.MEMORY ? 16 : i.bits, readSelector(cpu, i.s.register));
		return;
	}

	if (i.d.register === Segment.CS) throw undefinedOpcode();
	loadSegment(cpu, i.d.register, cpu.ops.read(i.s, 16));
}

function popSegment(cpu: Processor, i: Instruction): void {
	const selector = cpu.ops.peek(0n, i.bits) & 0xffffn;
	loadSegment(cpu, i.d.register, selector);
	cpu.ops.setRegister(Register.RSP, 64, BigInt.asUintN(64, cpu.cells[Register.RSP] + BigInt(i.bits >> 3)));
}

/** lss, lfs, lgs: a general register and a segment register from a far pointer. */
const loadPointer = (segment: number): SystemSemantic => (cpu, i) => {
	const address = cpu.ops.address(i.s);
	const offset = cpu.linear.load(address, i.bits, i.s.stack);
	const selector = cpu.linear.load(BigInt.asUintN(64, address + BigInt(i.bits >> 3)), 16, i.s.stack);
	loadSegment(cpu, segment, selector);
	cpu.ops.write(i.d, i.bits, offset);
};

/** Whether a segment of these rights is visible at the current level and the selector's. */
function isVisible(cpu: Processor, selector: bigint, rights: bigint): boolean {
	if (isCode(rights) && (rights & Rights.CONFORMING) !== 0n) return true;
	return dplOf(rights) >= Math.max(cpu.cpl, rplOf(selector));
}

/** Looks a selector up without a fault: ZF tells whether the descriptor exists, is visible and is wanted. */
const inspect = (wanted: (rights: bigint) => boolean, use?: (cpu: Processor, i: Instruction, found: LoadedDescriptor) => void): SystemSemantic =>
	(cpu, i) => {
		const selector = cpu.ops.read(use === undefined ? i.d : i.s, 16);
		const found = (selector & 0xfffcn) === 0n ? undefined : cpu.segments.find(selector);
		const succeeds = found !== undefined && wanted(found.rights) && isVisible(cpu, selector, found.rights);
		if (succeeds) use?.(cpu, i, found);
		cpu.ops.setFlags(Flag.ZF, succeeds ? Flag.ZF : 0n);
	};

/** Rights bits that a descriptor's second word has, 8 bits further up. */
const SECOND_WORD_RIGHTS = 0xf0ffn;

const SEGMENTS_WITH_LIMIT: readonly bigint[] = [SystemType.LDT, SystemType.TSS_AVAILABLE, SystemType.TSS_BUSY];

const isSegment = (rights: bigint): boolean => (rights & Rights.S) !== 0n;
const hasLimit = (rights: bigint): boolean => isSegment(rights) || SEGMENTS_WITH_LIMIT.includes(rights & Rights.TYPE);
const hasRights = (rights: bigint): boolean => hasLimit(rights) || (rights & Rights.TYPE) === SystemType.CALL_GATE;
const isReadable = (rights: bigint): boolean => isSegment(rights) && (!isCode(rights) || (rights & Rights.READABLE) !== 0n);
const isWritable = (rights: bigint): boolean => isSegment(rights) && !isCode(rights) && (rights & Rights.WRITABLE) !== 0n;

/** Segment registers and what can be asked about descriptors (SDM vol. 3A, 5.10). */
export const SEGMENT: SystemTable = {
	'mov-segment': moveSegment,
	'push-segment': (cpu, i) => cpu.ops.push(i.bits, readSelector(cpu, i.d.register)),
	'pop-segment': popSegment,
	lss: loadPointer(Segment.SS),
	lfs: loadPointer(Segment.FS),
	lgs: loadPointer(Segment.GS),
	lar: inspect(hasRights, (cpu, i, {rights, limit}) => {
		// Everything stands where the descriptor's second word has it: the rights, and the limit's upper bits between them,
		// which the manual leaves undefined.
		const upperLimit = (limit >> ((rights & Rights.G) === 0n ? 16n : 28n)) & 0xfn;
		cpu.ops.write(i.d, i.bits, BigInt.asUintN(i.bits, ((rights & SECOND_WORD_RIGHTS) << 8n) | (upperLimit << 16n)));
	}),
	lsl: inspect(hasLimit, (cpu, i, {limit}) => cpu.ops.write(i.d, i.bits, BigInt.asUintN(i.bits, limit))),
	verr: inspect(isReadable),
	verw: inspect(isWritable),
};
