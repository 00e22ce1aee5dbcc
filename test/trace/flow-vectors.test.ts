/** Follows the values of every recorded case's first instruction, and compares with what the machine does. */
import {readdirSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import type {MemoryAccess} from '../../source/machine/events.js';
import {Flag} from '../../source/machine/flags.js';
import {Cell} from '../../source/machine/layout.js';
import type {Machine} from '../../source/machine/machine.js';
import {FlowOps} from '../../source/trace/provenance/flow-ops.js';
import {follow, instructionAt} from '../../source/trace/provenance/instruction-flow.js';
import {FLAG_BITS, physicalOf, Unit, unitValue} from '../../source/trace/provenance/place.js';
import {readCases, type VectorCase, VectorRunner} from '../support/vectors.js';

/** Of so many cases one is taken. */
const EVERY = 7;

/** Elements of a repeated string instruction that the machine does in one step. */
const ELEMENTS = 512;

const folder = path.join(import.meta.dirname, '..', 'vectors');

/** All registers' bytes and all flags, as units. */
const REGISTERS: readonly number[] = [
	...Array.from({length: 128}, (_, index) => Unit.GENERAL + index), ...Array.from({length: 256}, (_, index) => Unit.XMM + index), ...FLAG_BITS.map(bit => Unit.FLAGS + bit),
];

/** What a machine's step did: whether it ended in a handler, and which bytes of memory the instruction wrote. */
function stepOf(machine: Machine): {readonly left: boolean; readonly written: ReadonlySet<number>} {
	let deliveries = 0;
	const written = new Set<number>();
	const access = ({write, address, bits}: MemoryAccess): void => {
		for (let byte = 0; write && byte < bits >> 3; byte++) written.add(Unit.MEMORY + (physicalOf(machine, address + BigInt(byte)) ?? 0));
	};

	machine.cpu.listen({mark: mark => (deliveries += Number(mark.kind === 'exception'))}, {effect: () => undefined, access, walk: () => undefined});
	const stop = machine.step();
	machine.cpu.listen(undefined, undefined);
	return {left: deliveries > 0 || stop !== undefined, written};
}

/** What these leave in a register or push depends on a descriptor; it is seen from the step itself. */
const BY_DESCRIPTOR: ReadonlySet<string> = new Set(['lar', 'lsl', 'lcall']);

/** RF is set while a string instruction is left unfinished: that is the step's doing, not the instruction's. */
const RESUME = Unit.FLAGS + 16;

/** What is wrong with what is told of a case's first instruction; nothing if it ends in a handler. */
function mistakes(machine: Machine, flow: FlowOps, {asm}: VectorCase): string[] {
	const instruction = instructionAt(machine, machine.rip);
	if (instruction === undefined || (machine.cpu.cells[Cell.RFLAGS] & Flag.TF) !== 0n) return [];
	flow.elements = ELEMENTS;
	const {completes, rest} = follow(flow, instruction);
	const {writes, reads} = flow.state;
	const before = new Map([...REGISTERS, ...reads].map(unit => [unit, unitValue(machine, unit)]));
	const {left, written} = stepOf(machine);
	if (left) return [];
	if (!completes) return [`${asm}: is told to fault and does not`];
	const changed = REGISTERS.filter(unit => before.get(unit) !== unitValue(machine, unit) && !writes.has(unit) && unit !== RESUME && !BY_DESCRIPTOR.has(instruction.name));
	const stored = [...written].filter(unit => !writes.has(unit) && rest === undefined && !BY_DESCRIPTOR.has(instruction.name));
	const untrue = [...writes].filter(([unit, origin]) => (typeof origin === 'number' ? before.get(origin) !== unitValue(machine, unit) : unit >= Unit.MEMORY && !written.has(unit)));
	return [
		...changed.map(unit => `${asm}: changes ${unit} and does not tell`),
		...stored.map(unit => `${asm}: writes ${unit} and does not tell`),
		...untrue.map(([unit, origin]) => `${asm}: ${unit} is no copy of ${JSON.stringify(origin)}`),
	];
}

test.each(readdirSync(folder).filter(file => file.endsWith('.gz')))('%s', file => {
	const runner = new VectorRunner();
	const cases = readCases(path.join(folder, file)).filter((_, index) => index % EVERY === 0);
	let flow: FlowOps | undefined;
	const found = cases.flatMap(each => {
		const machine = runner.prepare(each);
		flow ??= new FlowOps(machine);
		return mistakes(machine, flow, each);
	});
	expect(found.slice(0, 5)).toEqual([]);
	expect(cases.length).toBeGreaterThan(0);
});
