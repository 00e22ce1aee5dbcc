import {isCanonical} from '../machine/control-bits.js';
import type {Machine} from '../machine/machine.js';
import {disassemble, type DisassembleOptions, isDisassemblerLoaded, loadDisassembler} from '../program/disassemble.js';

/** The syntaxes in which instructions are written: AT&T’s as the GNU assembler takes it, Intel’s as the manual has it. */
export type Syntax = DisassembleOptions['syntax'];

/** Loads what writes instructions as text; without it nothing is written. */
export const loadInstructionText = loadDisassembler;

/** An instruction in memory as text. */
export interface InstructionText {
	readonly address: bigint;
	readonly text: string;
	/** In bytes. */
	readonly length: number;
}

/** The longest instruction (SDM vol. 2A, 2.3.11). */
const LONGEST = 15;

/** Bytes from an address on, as many as are mapped. */
function bytesAt(machine: Machine, address: bigint): Uint8Array | undefined {
	if (!isCanonical(address)) return undefined;
	for (let length = LONGEST; length > 0; length--) {
		const bytes = machine.readLinear(address, length);
		if (bytes !== undefined) return bytes;
	}

	return undefined;
}

/** The instruction at an address, in a syntax; undefined where nothing is mapped, or before `loadInstructionText` is done. */
export function instructionText(machine: Machine, address: bigint, syntax: Syntax, symbolAt?: (address: bigint) => string | undefined): InstructionText | undefined {
	const bytes = isDisassemblerLoaded() ? bytesAt(machine, address) : undefined;
	if (bytes === undefined) return undefined;
	const {text, length} = disassemble(bytes, address, {syntax, ...(symbolAt === undefined ? {} : {symbolAt})});
	return {address, text, length};
}
