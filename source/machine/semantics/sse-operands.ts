import {Cr0, Cr4, isCanonical} from '../control-bits.js';
import {Fault, generalProtection, nonCanonical, undefinedOpcode, Vector} from '../fault.js';
import {Cell} from '../layout.js';
import {type Instruction, type Operand, OperandKind} from '../ops.js';
import type {Processor} from '../processor.js';
import type {SystemSemantic} from './system-table.js';
import {checkPending, enterMmx, X87_CELLS} from './x87-state.js';

/** 16 bytes, seen as lanes of every width. An MMX register uses the lower half. */
export class Lanes {
	readonly u64 = new BigUint64Array(2);
	readonly u8 = new Uint8Array(this.u64.buffer);
	readonly i8 = new Int8Array(this.u64.buffer);
	readonly u16 = new Uint16Array(this.u64.buffer);
	readonly i16 = new Int16Array(this.u64.buffer);
	readonly u32 = new Uint32Array(this.u64.buffer);
	readonly i32 = new Int32Array(this.u64.buffer);
	readonly f32 = new Float32Array(this.u64.buffer);
	readonly f64 = new Float64Array(this.u64.buffer);
}

/** Names of the integer views of lanes. */
export type NumberView = 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32';

/** Where an instruction's operands and its result lie while it runs: nothing in them outlives it. */
export const destination = new Lanes();
export const source = new Lanes();
export const result = new Lanes();

/** The last offset within a page at which 16 bytes still end in that page. */
const LAST_WHOLE = 0xff0n;

/** Address of a 16-byte operand; #GP if it must be aligned and is not. */
function vectorAddress(cpu: Processor, operand: Operand, aligned: boolean): bigint {
	const address = cpu.ops.address(operand);
	if (aligned && (address & 15n) !== 0n) throw generalProtection();
	return address;
}

function loadVector(cpu: Processor, operand: Operand, lanes: Lanes, aligned: boolean): void {
	const address = vectorAddress(cpu, operand, aligned);
	// A last byte beyond the canonical addresses counts before anything that the first half may meet.
	if ((address & 0xfffn) > LAST_WHOLE && !isCanonical(BigInt.asUintN(64, address + 15n))) throw nonCanonical(operand.stack);
	lanes.u64[0] = cpu.linear.load(address, 64, operand.stack);
	lanes.u64[1] = cpu.linear.load(BigInt.asUintN(64, address + 8n), 64, operand.stack);
}

function storeVector(cpu: Processor, operand: Operand, lanes: Lanes, aligned: boolean): void {
	const address = vectorAddress(cpu, operand, aligned);
	// On one page the first half's fault is that of the whole; across two, both must be writable before either is written.
	if ((address & 0xfffn) > LAST_WHOLE) cpu.linear.checkWritable(address, 16, operand.stack);
	cpu.linear.store(address, 64, lanes.u64[0], operand.stack);
	cpu.linear.store(BigInt.asUintN(64, address + 8n), 64, lanes.u64[1], operand.stack);
}

/** Reads a register or memory operand into lanes; what it does not fill is zero. */
export function readLanes(cpu: Processor, operand: Operand, lanes: Lanes, aligned = true): void {
	const {u64} = lanes;
	switch (operand.kind) {
		case OperandKind.XMM:
			u64[0] = cpu.cells[Cell.XMM + 2 * operand.register];
			u64[1] = cpu.cells[Cell.XMM + 2 * operand.register + 1];
			break;
		case OperandKind.MMX:
			u64[0] = cpu.cells[Cell.X87 + X87_CELLS * operand.register];
			u64[1] = 0n;
			break;
		case OperandKind.MEMORY:
			if (operand.bits === 128) {
				loadVector(cpu, operand, lanes, aligned);
				break;
			}

			u64[0] = cpu.ops.read(operand, operand.bits);
			u64[1] = 0n;
			break;
		default:
			u64[0] = cpu.ops.read(operand, operand.bits);
			u64[1] = 0n;
	}
}

/** Writes lanes to a register, or as many bytes as a memory operand has. */
export function writeLanes(cpu: Processor, operand: Operand, lanes: Lanes, aligned = true): void {
	const {u64} = lanes;
	switch (operand.kind) {
		case OperandKind.XMM:
			cpu.cells[Cell.XMM + 2 * operand.register] = u64[0];
			cpu.cells[Cell.XMM + 2 * operand.register + 1] = u64[1];
			break;
		case OperandKind.MMX:
			// The exponent bits become ones, so that x87 instructions see a NaN or an infinity.
			cpu.cells[Cell.X87 + X87_CELLS * operand.register] = u64[0];
			cpu.cells[Cell.X87 + X87_CELLS * operand.register + 1] = 0xffffn;
			break;
		default:
			if (operand.bits === 128) storeVector(cpu, operand, lanes, aligned);
			else cpu.ops.write(operand, operand.bits, BigInt.asUintN(operand.bits, u64[0]));
	}
}

/** Raises what an SSE instruction raises while it is switched off (SDM vol. 3A, table 14-1): #UD, then #NM. */
export function checkSse(cpu: Processor): void {
	const {cells} = cpu;
	if ((cells[Cell.CR0] & (Cr0.EM | Cr0.TS)) === 0n && (cells[Cell.CR4] & Cr4.OSFXSR) !== 0n) return;
	if ((cells[Cell.CR0] & Cr0.EM) !== 0n || (cells[Cell.CR4] & Cr4.OSFXSR) === 0n) throw undefinedOpcode();
	throw new Fault(Vector.NM);
}

/** The same for an instruction of MMX registers, which are the x87's: a pending x87 exception comes first too. */
export function checkMmx(cpu: Processor): void {
	if ((cpu.cells[Cell.CR0] & Cr0.EM) !== 0n) throw undefinedOpcode();
	if ((cpu.cells[Cell.CR0] & Cr0.TS) !== 0n) throw new Fault(Vector.NM);
	checkPending(cpu);
}

const uses = (i: Instruction, kind: number): boolean => i.d.kind === kind || i.s.kind === kind || i.t.kind === kind;

/** An instruction of XMM or MMX registers, with the checks that come before it and the change to MMX that comes with it. */
export const vector = (semantic: SystemSemantic): SystemSemantic => (cpu, i) => {
	const mmx = uses(i, OperandKind.MMX);
	if (!mmx || uses(i, OperandKind.XMM)) checkSse(cpu);
	if (mmx) checkMmx(cpu);
	semantic(cpu, i);
	if (mmx) enterMmx(cpu);
};
