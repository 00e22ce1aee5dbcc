import {Cr0} from '../control-bits.js';
import {Fault, generalProtection, Vector} from '../fault.js';
import {Cell} from '../layout.js';
import type {Instruction} from '../ops.js';
import type {Processor} from '../processor.js';
import {MXCSR_EXISTING} from './sse-context.js';
import {checkSse} from './sse-operands.js';
import type {SystemSemantic, SystemTable} from './system-table.js';
import {getRegister, loadExtended, setRegister, summarize} from './x87-state.js';
import {setControl} from './x87-control.js';

/** Where things lie in the area that `fxsave` writes (SDM vol. 1, table 10-2). */
const Area = {CONTROL: 0, STATUS: 2, TAG: 4, OPCODE: 6, IP: 8, DP: 16, MXCSR: 24, MXCSR_MASK: 28, ST: 32, XMM: 160, BYTES: 416} as const;

const REGISTER_BYTES = 16;

/** One field of the area: its offset, width in bits, and cell. */
type Field = readonly [offset: number, bits: number, cell: number];

const WORDS: readonly Field[] = [
	[Area.CONTROL, 16, Cell.X87_CONTROL],
	[Area.STATUS, 16, Cell.X87_STATUS],
	[Area.TAG, 16, Cell.X87_TAG],
	[Area.OPCODE, 16, Cell.X87_OPCODE],
	[Area.IP, 64, Cell.X87_IP],
	[Area.DP, 64, Cell.X87_DP],
	[Area.MXCSR, 32, Cell.MXCSR],
];

const at = (address: bigint, bytes: number): bigint => BigInt.asUintN(64, address + BigInt(bytes));

/** Address of the area, after the checks: switched on, and aligned. */
function areaOf(cpu: Processor, i: Instruction): bigint {
	if ((cpu.cells[Cell.CR0] & (Cr0.EM | Cr0.TS)) !== 0n) throw new Fault(Vector.NM);
	const address = cpu.ops.address(i.d);
	if ((address & 15n) !== 0n) throw generalProtection();
	return address;
}

/**
 * fxsave and fxsave64. Without REX.W the pointers are cut to 32 bits, above which the selectors of old processors
 * stood.
 */
const save = (pointerMask: bigint): SystemSemantic => (cpu, i) => {
	const address = areaOf(cpu, i);
	const {cells, linear} = cpu;
	linear.checkWritable(address, Area.BYTES, i.d.stack);
	const put = (offset: number, bits: number, value: bigint): void => linear.store(at(address, offset), bits, value, i.d.stack);
	for (const [offset, bits, cell] of WORDS) put(offset, bits, bits === 64 ? cells[cell] & pointerMask : cells[cell]);
	put(Area.MXCSR_MASK, 32, MXCSR_EXISTING);
	for (let index = 0; index < 8; index++) {
		const {significand, signExponent} = getRegister(cpu, index);
		put(Area.ST + index * REGISTER_BYTES, 64, significand);
		put(Area.ST + index * REGISTER_BYTES + 8, 64, signExponent);
	}

	for (let half = 0; half < 32; half++) put(Area.XMM + half * 8, 64, cells[Cell.XMM + half]);
};

/** fxrstor and fxrstor64: everything is read before anything changes. */
const restore = (pointerMask: bigint): SystemSemantic => (cpu, i) => {
	const address = areaOf(cpu, i);
	const {cells, linear} = cpu;
	const get = (offset: number, bits: number): bigint => linear.load(at(address, offset), bits, i.d.stack);
	const words = WORDS.map(([offset, bits]) => (bits === 64 ? get(offset, bits) & pointerMask : get(offset, bits)));
	const registers = [0, 1, 2, 3, 4, 5, 6, 7].map(index => loadExtended(cpu, at(address, Area.ST + index * REGISTER_BYTES), i.d.stack));
	const halves = Array.from({length: 32}, (_, half) => get(Area.XMM + half * 8, 64));
	if ((words[6] & ~MXCSR_EXISTING) !== 0n) throw generalProtection();
	for (const [index, [, , cell]] of WORDS.entries()) cells[cell] = words[index];
	for (const [index, register] of registers.entries()) setRegister(cpu, index, register);
	cells[Cell.X87_TAG] = words[2] & 0xffn;
	cells[Cell.X87_OPCODE] = words[3] & 0x7ffn;
	setControl(cpu, words[0]);
	summarize(cpu);
	for (const [half, value] of halves.entries()) cells[Cell.XMM + half] = value;
};

function loadMxcsr(cpu: Processor, i: Instruction): void {
	checkSse(cpu);
	const value = cpu.ops.read(i.d, 32);
	if ((value & ~MXCSR_EXISTING) !== 0n) throw generalProtection();
	cpu.cells[Cell.MXCSR] = value;
}

function storeMxcsr(cpu: Processor, i: Instruction): void {
	checkSse(cpu);
	cpu.ops.write(i.d, 32, cpu.cells[Cell.MXCSR]);
}

const ALL = 0xffff_ffff_ffff_ffffn;
const LOW = 0xffff_ffffn;

/** State of the x87 and SSE units as a whole (SDM vol. 1, 10.5, and 10.4.5 for MXCSR). */
export const SSE_STATE: SystemTable = {
	fxsave: save(LOW),
	fxsave64: save(ALL),
	fxrstor: restore(LOW),
	fxrstor64: restore(ALL),
	ldmxcsr: loadMxcsr,
	stmxcsr: storeMxcsr,
};
