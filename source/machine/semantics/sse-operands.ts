import {Cr0, Cr4} from '../control-bits.js';
import {Fault, generalProtection, undefinedOpcode, Vector} from '../fault.js';
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

/** Address of a 16-byte operand; #GP if it must be aligned and is not. */
function vectorAddress(cpu: Processor, operand: Operand, aligned: boolean): bigint {
	const address = cpu.ops.address(operand);
	if (aligned && (address & 15n) !== 0n) throw generalProtection();
	return address;
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
				[u64[0], u64[1]] = cpu.ops.loadPair(vectorAddress(cpu, operand, aligned), operand.stack);
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
			cpu.ops.setVectorHalf(operand, 0, u64[0]);
			break;
		default:
			if (operand.bits === 128) cpu.ops.storePair(vectorAddress(cpu, operand, aligned), u64[0], u64[1], operand.stack);
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

/** The checks that come before an instruction of XMM or MMX registers. */
export function beginVector(cpu: Processor, i: Instruction): void {
	const mmx = uses(i, OperandKind.MMX);
	if (!mmx || uses(i, OperandKind.XMM)) checkSse(cpu);
	if (mmx) checkMmx(cpu);
}

/** The change to MMX that comes with an instruction of its registers. */
export function endVector(cpu: Processor, i: Instruction): void {
	if (uses(i, OperandKind.MMX)) enterMmx(cpu);
}

/** An instruction of XMM or MMX registers, with what comes before and with it. */
export const vector = (semantic: SystemSemantic): SystemSemantic => (cpu, i) => {
	beginVector(cpu, i);
	semantic(cpu, i);
	endVector(cpu, i);
};
