import type {Machine} from '../machine/machine.js';
import {GENERAL_REGISTERS} from '../machine/registers.js';

/** A register that an edit changed. */
export interface EditedRegister {
	/** A general register, `rip`, `rflags`, or `xmm0` to `xmm15`. */
	readonly name: string;
	readonly before: bigint;
	readonly after: bigint;
}

/** Bytes that an edit wrote, by physical address. */
export interface EditedBytes {
	readonly address: number;
	readonly length: number;
}

/** A change from outside, between two steps: a register that a person set, a byte that was written. */
export interface RecordedEdit {
	/** The step before which it was made. */
	readonly step: number;
	readonly registers: readonly EditedRegister[];
	readonly memory: readonly EditedBytes[];
}

const NAMES: readonly string[] = [...GENERAL_REGISTERS, 'rip', 'rflags', ...Array.from({length: 16}, (_, index) => `xmm${index}`)];

/**
 * Makes a change and notes what it does. A register that it sets to the value that was there counts as untouched.
 * @param make makes the change
 */
export function observeEdit(machine: Machine, make: () => void): RecordedEdit {
	const {memory, registers, steps} = machine;
	const written: EditedBytes[] = [];
	const before = NAMES.map(name => registers.get(name));
	const heard = memory.onWrite;
	memory.onWrite = (address, length) => written.push({address, length});
	try {
		make();
	} finally {
		memory.onWrite = heard;
	}

	const changed = NAMES.map((name, index): EditedRegister => ({name, before: before[index], after: registers.get(name)}));
	return {step: steps, registers: changed.filter(each => each.before !== each.after), memory: written};
}
