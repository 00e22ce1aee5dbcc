import {generalProtection} from '../fault.js';
import type {Instruction} from '../ops.js';
import type {Processor} from '../processor.js';

/** An instruction that works on the processor itself: always run directly. */
export type SystemSemantic = (cpu: Processor, i: Instruction) => void;

/** Names to system instructions. */
export type SystemTable = Readonly<Record<string, SystemSemantic>>;

/** An instruction of ring 0 only: #GP elsewhere. */
export const privileged = (semantic: SystemSemantic): SystemSemantic =>
	(cpu, i) => {
		if (cpu.cpl !== 0) throw generalProtection();
		semantic(cpu, i);
	};
