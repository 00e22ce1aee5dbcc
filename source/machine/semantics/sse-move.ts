import {type Instruction, OperandKind} from '../ops.js';
import type {Processor} from '../processor.js';
import {Register} from '../registers.js';
import {destination, readLanes, source, vector, writeLanes} from './sse-operands.js';
import type {SystemSemantic, SystemTable} from './system-table.js';

/** A move of all 16 bytes; memory must be aligned or not. */
const moveAll = (aligned: boolean): SystemSemantic => vector((cpu, i) => {
	readLanes(cpu, i.s, source, aligned);
	writeLanes(cpu, i.d, source, aligned);
});

/** A move of the low bits to or from any place; what is above them in a vector register becomes zero. */
const moveLow = (bits: number): SystemSemantic => vector((cpu, i) => {
	readLanes(cpu, i.s, source);
	source.u64[0] = BigInt.asUintN(bits, source.u64[0]);
	source.u64[1] = 0n;
	writeLanes(cpu, i.d, source);
});

/** movss and movsd: between registers the rest of the destination stays, from memory it becomes zero. */
const moveScalar = (bits: number): SystemSemantic => vector((cpu, i) => {
	readLanes(cpu, i.s, source);
	if (i.d.kind === OperandKind.XMM && i.s.kind === OperandKind.XMM) {
		readLanes(cpu, i.d, destination);
		const kept = (destination.u64[0] >> BigInt(bits)) << BigInt(bits);
		source.u64[0] = bits === 64 ? source.u64[0] : kept | BigInt.asUintN(bits, source.u64[0]);
		source.u64[1] = destination.u64[1];
	}

	writeLanes(cpu, i.d, source);
});

/**
 * A move of one 64-bit half; the register's other half stays.
 * @param to the half of the destination register
 * @param from the half of the source register
 */
const moveHalf = (to: number, from: number): SystemSemantic => vector((cpu, i) => {
	readLanes(cpu, i.s, source);
	const value = source.u64[i.s.kind === OperandKind.XMM ? from : 0];
	if (i.d.kind === OperandKind.XMM) readLanes(cpu, i.d, destination);
	destination.u64[i.d.kind === OperandKind.XMM ? to : 0] = value;
	writeLanes(cpu, i.d, destination);
});

/** Copies the sign bits of lanes of some bytes to a general register. */
const signMask = (bytes: number): SystemSemantic => vector((cpu, i) => {
	readLanes(cpu, i.s, source);
	let mask = 0;
	const lanes = i.s.bits / 8 / bytes;
	for (let lane = 0; lane < lanes; lane++) mask |= (source.u8[lane * bytes + bytes - 1] >> 7) << lane;
	cpu.ops.setRegister(i.d.register, 64, BigInt(mask));
});

/** maskmovdqu and maskmovq: stores the bytes whose mask byte has its highest bit set, at ds:rdi. */
function maskedStore(cpu: Processor, i: Instruction): void {
	readLanes(cpu, i.s, source);
	readLanes(cpu, i.t, destination);
	const base = cpu.ops.register(Register.RDI, i.addressBits);
	const start = BigInt.asUintN(64, base + cpu.ops.segmentBase(i.segment));
	const chosen = Array.from({length: i.s.bits / 8}, (_, byte) => byte).filter(byte => destination.u8[byte] >= 0x80);
	const at = (byte: number): bigint => BigInt.asUintN(64, start + BigInt(byte));
	for (const byte of chosen) cpu.linear.checkWritable(at(byte), 1);
	for (const byte of chosen) cpu.linear.store(at(byte), 8, BigInt(source.u8[byte]));
}

const aligned = moveAll(true);
const unaligned = moveAll(false);

/** Moves of vector registers (SDM vol. 1, 10.4.1.1, 11.4.1.1 and 11.4.2). None of them raises a numeric exception. */
export const SSE_MOVE: SystemTable = {
	movaps: aligned,
	movapd: aligned,
	movdqa: aligned,
	movntdq: aligned,
	movntps: aligned,
	movntpd: aligned,
	movups: unaligned,
	movupd: unaligned,
	movdqu: unaligned,
	movd: moveLow(32),
	movq: moveLow(64),
	movntq: moveLow(64),
	movq2dq: moveLow(64),
	movdq2q: moveLow(64),
	movss: moveScalar(32),
	movsd: moveScalar(64),
	movlps: moveHalf(0, 0),
	movlpd: moveHalf(0, 0),
	movhps: moveHalf(1, 1),
	movhpd: moveHalf(1, 1),
	movhlps: moveHalf(0, 1),
	movlhps: moveHalf(1, 0),
	movmskps: signMask(4),
	movmskpd: signMask(8),
	pmovmskb: signMask(1),
	maskmovdqu: vector(maskedStore),
	maskmovq: vector(maskedStore),
};
