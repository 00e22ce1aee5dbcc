import {generalProtection} from '../fault.js';
import type {Instruction} from '../ops.js';
import type {Processor} from '../processor.js';

/** An instruction that works on the processor itself: always run directly. */
export type SystemSemantic = (cpu: Processor, i: Instruction) => void;

/** Names to system instructions. */
export type SystemTable = Readonly<Record<string, SystemSemantic>>;

/** Tells that a system register was read, and gives its value. */
export function tellRead(cpu: Processor, register: string, value: bigint, bits = 64): bigint {
	cpu.note({kind: 'read', register, bits, high: false, value});
	return value;
}

/** An instruction of ring 0 only: #GP elsewhere. */
export const privileged = (semantic: SystemSemantic): SystemSemantic =>
	(cpu, i) => {
		if (cpu.cpl !== 0) throw generalProtection(0, `${i.mnemonic} is for ring 0 only`);
		semantic(cpu, i);
	};
