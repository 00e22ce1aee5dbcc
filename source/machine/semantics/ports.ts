import {TssOffset} from '../descriptors.js';
import {generalProtection} from '../fault.js';
import {Flag} from '../flags.js';
import {Cell, SegmentCell} from '../layout.js';
import {type Instruction, OperandKind} from '../ops.js';
import type {Processor} from '../processor.js';
import {Register, Segment} from '../registers.js';
import {segmentCell} from '../segments.js';
import type {SystemTable} from './system-table.js';

/** Why a program may not use a port. */
const CLOSED = 'the port is closed to this ring: IOPL is below it, and the TSS’s I/O map does not open the port';

/** Whether the program may use ports: by IOPL, else by the TSS's permission bitmap (SDM vol. 1, 19.5). */
function checkPorts(cpu: Processor, port: number, bits: number): void {
	if (cpu.cpl <= Number((cpu.cells[Cell.RFLAGS] & Flag.IOPL) >> 12n)) return;
	const base = cpu.cells[segmentCell(Segment.TR, SegmentCell.BASE)];
	const limit = cpu.cells[segmentCell(Segment.TR, SegmentCell.LIMIT)];
	if (TssOffset.IO_MAP_BASE + 1n > limit) throw generalProtection(0, CLOSED);
	const map = cpu.linear.loadImplicit(BigInt.asUintN(64, base + TssOffset.IO_MAP_BASE), 16, 'tss', 'I/O map base');
	const offset = map + BigInt(port >> 3);
	if (offset + 1n > limit) throw generalProtection(0, CLOSED);
	const permissions = cpu.linear.loadImplicit(BigInt.asUintN(64, base + offset), 16, 'tss', 'I/O permissions');
	const asked = BigInt((1 << (bits >> 3)) - 1) << BigInt(port & 7);
	if ((permissions & asked) !== 0n) throw generalProtection(0, CLOSED);
}

const portOf = (cpu: Processor, operand: Instruction['d']): number =>
	operand.kind === OperandKind.IMMEDIATE ? Number(operand.value & 0xffn) : Number(cpu.ops.register(Register.RDX, 16));

function readPort(cpu: Processor, port: number, bits: number): bigint {
	const value = cpu.ports.read(port, bits) >>> 0;
	cpu.breakpoints.port(port, bits >> 3);
	cpu.mark({kind: 'in', port, value, bits});
	return BigInt(value);
}

function writePort(cpu: Processor, port: number, bits: number, written: bigint): void {
	const value = Number(written);
	cpu.breakpoints.port(port, bits >> 3);
	cpu.mark({kind: 'out', port, value, bits});
	cpu.ports.write(port, bits, value);
}

/** Moves a string pointer on to the next element. */
function advance(cpu: Processor, i: Instruction, pointer: number, bits: number): void {
	const {ops} = cpu;
	ops.setRegister(pointer, i.addressBits, ops.add(ops.register(pointer, i.addressBits), ops.stride(bits >> 3), i.addressBits));
}

/** Input and output (SDM vol. 1, 19). A device may have changed what the machine must look at next. */
export const PORTS: SystemTable = {
	in(cpu, i) {
		const port = portOf(cpu, i.s);
		checkPorts(cpu, port, i.d.bits);
		cpu.ops.setRegister(Register.RAX, i.d.bits, readPort(cpu, port, i.d.bits));
	},
	out(cpu, i) {
		const port = portOf(cpu, i.d);
		checkPorts(cpu, port, i.s.bits);
		writePort(cpu, port, i.s.bits, cpu.ops.register(Register.RAX, i.s.bits));
		cpu.updateAttention();
	},
	ins(cpu, i) {
		const {bits} = i.d;
		const port = portOf(cpu, i.s);
		checkPorts(cpu, port, bits);
		cpu.ops.repeat(i, () => {
			const address = cpu.ops.register(Register.RDI, i.addressBits);
			// The device is not asked for what memory would not take.
			cpu.linear.checkWritable(address, bits >> 3);
			cpu.linear.store(address, bits, readPort(cpu, port, bits));
			advance(cpu, i, Register.RDI, bits);
			return undefined;
		});
	},
	outs(cpu, i) {
		const {bits} = i.s;
		const port = portOf(cpu, i.d);
		checkPorts(cpu, port, bits);
		cpu.ops.repeat(i, () => {
			const address = cpu.ops.add(cpu.ops.segmentBase(i.segment), cpu.ops.register(Register.RSI, i.addressBits), 64);
			writePort(cpu, port, bits, cpu.linear.load(address, bits));
			advance(cpu, i, Register.RSI, bits);
			return undefined;
		});
		cpu.updateAttention();
	},
};
