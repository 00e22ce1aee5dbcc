import {type Instruction, OperandKind, type VectorSemantic, type VectorTable} from '../ops.js';
import type {Processor} from '../processor.js';
import {Register} from '../registers.js';
import {destination, readLanes, source, vector} from './sse-operands.js';
import type {SystemTable} from './system-table.js';
import {onVectors, readHalves, readLow, writeHalves} from './vector-operands.js';

/** A move of all 16 bytes; memory must be aligned or not. */
const moveAll = (aligned: boolean): VectorSemantic => onVectors((o, i) => writeHalves(o, i.d, readHalves(o, i.s, aligned), aligned));

/** A move of the low bits to or from any place; what is above them in a vector register becomes zero. */
const moveLow = (bits: number): VectorSemantic => onVectors((o, i) => {
	writeHalves(o, i.d, [o.truncate(readLow(o, i.s), bits), o.constant(0n, 64)]);
});

/** movss and movsd: between registers the rest of the destination stays, from memory it becomes zero. */
const moveScalar = (bits: number): VectorSemantic => onVectors((o, i) => {
	const value = readLow(o, i.s);
	if (i.d.kind !== OperandKind.XMM || i.s.kind !== OperandKind.XMM) {
		writeHalves(o, i.d, [value, o.constant(0n, 64)]);
	} else if (bits === 64) {
		o.setVectorHalf(i.d, 0, value);
	} else {
		const count = o.constant(BigInt(bits), 64);
		const kept = o.shiftLeft(o.shiftRight(o.vectorHalf(i.d, 0), count, 64), count, 64);
		o.setVectorHalf(i.d, 0, o.or(kept, o.truncate(value, bits)));
	}
});

/**
 * A move of one 64-bit half; the register's other half stays.
 * @param to the half of the destination register
 * @param from the half of the source register
 */
const moveHalf = (to: number, from: number): VectorSemantic => onVectors((o, i) => {
	const value = i.s.kind === OperandKind.XMM ? o.vectorHalf(i.s, from) : o.read(i.s, i.s.bits);
	if (i.d.kind === OperandKind.XMM) o.setVectorHalf(i.d, to, value);
	else o.write(i.d, i.d.bits, value);
});

/** Copies the sign bits of lanes of some bytes to a general register. */
const signMask = (bytes: number): VectorSemantic => onVectors((o, i) => {
	const [low, high] = readHalves(o, i.s).map(half => o.packedSigns(half, bytes));
	const mask = i.s.bits === 64 ? low : o.or(low, o.shiftLeft(high, o.constant(BigInt(8 / bytes), 64), 64));
	o.setRegister(i.d.register, 64, mask);
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
export const SSE_MOVE: VectorTable = {
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
};

/** Stores of chosen bytes: which of them there are shows only when they run. */
export const SSE_MASKED: SystemTable = {
	maskmovdqu: vector(maskedStore),
	maskmovq: vector(maskedStore),
};
