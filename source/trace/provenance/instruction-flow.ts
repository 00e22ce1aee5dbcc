import {InstructionDecoder, MAX_INSTRUCTION_LENGTH} from '../../machine/decode.js';
import {Fault} from '../../machine/fault.js';
import type {Machine} from '../../machine/machine.js';
import type {Instruction} from '../../machine/ops.js';
import {SEMANTICS} from '../../machine/semantics/index.js';
import type {FlowOps} from './flow-ops.js';
import type {Source} from './origin.js';
import {physicalOf} from './place.js';
import {SYSTEM_FLOWS} from './system-flows.js';
import {vectorFlow} from './vector-flows.js';

/** What following an instruction came to. */
export interface Followed {
	/** False if it raises a fault by the values that it finds: then what it did so far is not done. */
	readonly completes: boolean;
	/** Where bytes of memory come from that it writes and that are not followed one by one. */
	readonly rest?: Source | undefined;
}

/** Follows the instruction that a machine comes to next, in the operations' state; the machine is not touched. */
export function follow(o: FlowOps, i: Instruction): Followed {
	o.begin(i);
	try {
		const semantic = SEMANTICS.get(i.name);
		if (semantic !== undefined) {
			semantic(o, i);
			return {completes: true};
		}

		const flow = SYSTEM_FLOWS.get(i.name);
		if (flow === undefined) return {completes: true, rest: vectorFlow(o, i)};
		flow(o, i);
		return {completes: true};
	} catch (error) {
		if (error instanceof Fault) return {completes: false};
		throw error;
	}
}

const decoder = new InstructionDecoder();

/** The bytes at an address, up to the longest instruction or the end of what is mapped, without a trace in the machine. */
export function codeAt(machine: Machine, address: bigint): Uint8Array {
	const bytes: number[] = [];
	for (let index = 0; index < MAX_INSTRUCTION_LENGTH; index++) {
		const physical = physicalOf(machine, address + BigInt(index));
		if (physical === undefined) break;
		bytes.push(machine.memory.ram[physical]);
	}

	return Uint8Array.from(bytes);
}

/** The instruction at an address, without a trace in the machine; undefined if there is none. */
export function instructionAt(machine: Machine, address: bigint): Instruction | undefined {
	decoder.open(codeAt(machine, address));
	const found = decoder.at(0, address);
	decoder.close();
	return typeof found === 'string' ? undefined : found;
}
