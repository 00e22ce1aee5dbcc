/** Two machines of the same content, one for each way of running instructions, taken along together and compared whole. */
import {EmittedInterpreter, type Eagerness} from '../../source/machine/emit/index.js';
import {ARITHMETIC_FLAGS} from '../../source/machine/flags.js';
import {Cell} from '../../source/machine/layout.js';
import type {Engine, Machine} from '../../source/machine/machine.js';
import {GENERAL_REGISTERS} from '../../source/machine/registers.js';

/** Slices of a run that begin and end blocks in the middle. */
export const ODD_SLICES = [1, 63, 64, 65, 399, 400, 401, 12_345, 1, 2, 3, 20_000] as const;

/** Makes the interpreter take over almost at once, learn new shapes soon, and compile what it meets twice. */
export function hurry(changes: Partial<Eagerness> = {}): void {
	Object.assign(EmittedInterpreter.eagerness, {blocksBefore: 20, wantedBefore: 2000, timesBefore: 0, slice: 400, metBefore: 2}, changes);
}

const FLAG_CELLS = new Set<number>([Cell.FLAG_KIND, Cell.FLAG_RESULT, Cell.FLAG_A, Cell.FLAG_B, Cell.RFLAGS]);

const nameOf = (cell: number): string =>
	GENERAL_REGISTERS.at(cell) ?? Object.entries(Cell).find(([, number]) => number === cell)?.[0] ?? `cell ${cell}`;

const hex = (value: bigint): string => `0x${value.toString(16)}`;

function differentCells(direct: Machine, fast: Machine): string[] {
	const found: string[] = [];
	const {cells} = direct.memory;
	for (let cell = 0; cell < cells.length; cell++) {
		// How flags are kept may differ, and what they are may not.
		const [one, other] = [cells[cell], fast.memory.cells[cell]];
		const kept = cell === Cell.RFLAGS ? ~ARITHMETIC_FLAGS : FLAG_CELLS.has(cell) ? 0n : ~0n;
		if (((one ^ other) & kept) !== 0n) found.push(`${nameOf(cell)} is ${hex(one)} directly, ${hex(other)} emitted`);
	}

	const [one, other] = [direct.cpu.rflags, fast.cpu.rflags];
	if (one !== other) found.push(`the flags are ${hex(one)} directly, ${hex(other)} emitted`);
	return found;
}

function differentMemory({memory: {ram}}: Machine, fast: Machine): string[] {
	if (Buffer.compare(ram, fast.memory.ram) === 0) return [];
	const at = ram.findIndex((byte, index) => byte !== fast.memory.ram[index]);
	const excerpt = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(at, at + 16)).toString('hex');
	return [`memory at physical ${hex(BigInt(at))} is ${excerpt(ram)} directly, ${excerpt(fast.memory.ram)} emitted`];
}

/** In what two machines are not alike: registers, flags, memory, steps, output, why they stand still, what they wait for. */
export function differences(direct: Machine, fast: Machine): string[] {
	const rest = ({steps, serial, cpu: {stopped, attention, timer}}: Machine): string =>
		JSON.stringify({steps, output: serial.output.length, stopped, attention, horizon: String(timer.horizon)}, (_, value: unknown) => (typeof value === 'bigint' ? hex(value) : value));
	const [one, other] = [rest(direct), rest(fast)];
	return [...(one === other ? [] : [`directly: ${one}, emitted: ${other}`]), ...differentCells(direct, fast), ...differentMemory(direct, fast)];
}

/** Two machines, one for each engine, that are taken along together. */
export class Pair {
	readonly direct: Machine;
	readonly fast: Machine;

	/** @param make a machine about to run */
	constructor(make: (engine: Engine) => Machine) {
		this.direct = make('direct');
		this.fast = make('fast');
	}

	/** Whether the run is over. */
	get isOver(): boolean {
		return this.direct.cpu.stopped !== undefined;
	}

	/** Runs a slice on each. @returns the differences then */
	run(slice: number): string[] {
		const {direct, fast} = this;
		const [one, other] = [direct.run(slice)?.kind, fast.run(slice)?.kind];
		const found = differences(direct, fast);
		if (one !== other) found.unshift(`the run ends with ${String(one)} directly, ${String(other)} emitted`);
		return found.length === 0 ? [] : [`after a slice of ${slice} steps, ${direct.steps} in all:`, ...found];
	}

	/** Runs slices one after the other. @returns the differences after the first slice that has any */
	runAll(slices: readonly number[]): string[] {
		for (const slice of slices) {
			const found = this.run(slice);
			if (found.length > 0) return found;
			if (this.isOver) break;
		}

		return [];
	}
}

/**
 * Runs a machine that never ends on each engine, slice by slice; that it ends is a difference too.
 * @param make a machine about to run
 * @param slices steps between two comparisons
 * @returns the differences after the first slice that has any; none if there is none
 */
export function differencesAlong(make: (engine: Engine) => Machine, slices: readonly number[]): string[] {
	const pair = new Pair(make);
	const found = pair.runAll(slices);
	return found.length === 0 && pair.isOver ? [`the run is over after ${pair.direct.steps} steps`] : found;
}

/** Rounds of slices after which a run counts as one that never ends. */
const MOST_ROUNDS = 200;

/** The same for a run that has an end, with the same slices over and over; a run without an end is a difference too. */
export function differencesToEnd(make: (engine: Engine) => Machine, slices: readonly number[]): string[] {
	const pair = new Pair(make);
	for (let round = 0; round < MOST_ROUNDS; round++) {
		const found = pair.runAll(slices);
		if (found.length > 0 || pair.isOver) return found;
	}

	return [`the run goes on after ${pair.direct.steps} steps`];
}
