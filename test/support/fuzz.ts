/** Random code on random machines: whatever it does, the outcome must be a defined state of the processor. */
import {RFLAGS_EXISTING} from '../../source/machine/flags.js';
import {Cell} from '../../source/machine/layout.js';
import type {Engine} from '../../source/machine/machine.js';
import type {Stop} from '../../source/machine/stop.js';
import {BareMachine, KERNEL_BASE} from './bare-machine.js';
import {randomCode, randomHandler} from './fuzz-code.js';
import {Prng} from './prng.js';
import {disturb, randomRegisters} from './fuzz-state.js';

const USER_CODE = 0x40_0000n;
const USER_DATA = 0x60_0000n;
const KERNEL_CODE = 0x10_0000;
const KERNEL_HANDLER = 0x5000;
const CODE_BYTES = 256;
const STEPS = 150;

/** Every so many cases a case runs a second time in another way, and must end in the same state. */
const REPEATED = 8;

/** What a fuzz run found. */
export interface FuzzReport {
	readonly steps: number;
	/** How often each kind of end came. */
	readonly ends: ReadonlyMap<string, number>;
	/** What went wrong, one text a case. */
	readonly problems: readonly string[];
}

/** Makes cases and runs them, all on one machine that is put back after each. */
export class Fuzzer {
	private readonly bare: BareMachine;
	/** Every so many cases a case runs a second time in another way. */
	private readonly repeated: number;
	private readonly pristine: Uint8Array;
	private readonly cells: BigUint64Array;
	/** What a case left that runs again. */
	private readonly firstCells: BigUint64Array;
	private readonly firstMemory: Uint8Array;
	private readonly ends = new Map<string, number>();
	private readonly problems: string[] = [];
	private steps = 0;

	/**
	 * @param seed which cases
	 * @param engine what runs them; with 'fast' each one runs again on the direct backend, and must end in the same state
	 */
	constructor(
		private readonly seed: number,
		engine: Engine = 'direct',
	) {
		const bare = new BareMachine(undefined, engine);
		this.bare = bare;
		this.repeated = engine === 'fast' ? 1 : REPEATED;
		bare.stopsAt = (): boolean => false;
		bare.map(USER_CODE, 0x2000, {execute: true});
		bare.map(USER_DATA, 0x4000, {write: true});
		bare.enterUser(USER_CODE, USER_DATA + 0x2000n, 0x202n);
		this.pristine = bare.machine.memory.ram.slice();
		this.cells = bare.machine.cpu.cells.slice();
		this.firstCells = this.cells.slice();
		this.firstMemory = this.pristine.slice();
	}

	/** Runs the cases with the numbers from `first` on. */
	run(first: number, count: number): FuzzReport {
		for (let number = first; number < first + count; number++) this.one(number);
		return {steps: this.steps, ends: this.ends, problems: this.problems};
	}

	private one(number: number): void {
		try {
			this.prepare(number);
			const stop = this.bare.machine.run(STEPS);
			this.steps += this.bare.machine.steps;
			this.check(number, stop);
			if (number % this.repeated === 0) this.repeat(number);
		} catch (error) {
			this.problems.push(`case ${number} threw ${error instanceof Error ? error.stack ?? error.message : JSON.stringify(error)}`);
		}
	}

	private prepare(number: number): void {
		const {bare, cells} = this;
		const {cpu, memory, serial} = bare.machine;
		const random = new Prng(Math.imul(this.seed, 0x9e37_79b1) + number);
		memory.ram.set(this.pristine);
		cpu.code.clear();
		cpu.cells.set(cells);
		cpu.stopped = undefined;
		cpu.steps = 0;
		serial.truncate(0);
		const user = random.once(2);
		const code = randomCode(random, CODE_BYTES);
		if (user) bare.poke(USER_CODE, code);
		else memory.writeBytes(KERNEL_CODE, code);
		memory.writeBytes(KERNEL_HANDLER, randomHandler(random));
		randomRegisters(random, cpu, user ? USER_DATA : KERNEL_BASE + 0x10_1000n);
		if (!user) bare.enterKernel(KERNEL_BASE + BigInt(KERNEL_CODE), KERNEL_BASE + 0x10_4000n, cpu.rflags);
		if (!random.once(3)) disturb(random, cpu);
		cpu.stateReplaced();
	}

	private check(number: number, stop: Stop | undefined): void {
		const {cells} = this.bare.machine.cpu;
		const end = stop === undefined ? 'goes on' : stop.kind === 'not-implemented' ? `not implemented: ${stop.mnemonic}` : stop.kind;
		this.ends.set(end, (this.ends.get(end) ?? 0) + 1);
		const complain = (what: string): void => {
			this.problems.push(`case ${number}: ${what}`);
		};

		if (stop?.kind === 'not-implemented') complain(`${stop.mnemonic} is not implemented`);
		if ((cells[Cell.RFLAGS] & ~RFLAGS_EXISTING) !== 0n) complain('rflags has bits that do not exist');
		if (cells[Cell.CPL] > 3n) complain('the privilege level is above 3');
		if (this.bare.machine.steps > STEPS) complain('more steps ran than were asked for');
	}

	/** The same case, step by step and watched: nothing of that may show. */
	private repeat(number: number): void {
		const {machine} = this.bare;
		const {cpu, memory} = machine;
		const steps = machine.steps;
		cpu.lazy.tidy();
		this.firstCells.set(cpu.cells);
		this.firstMemory.set(memory.ram);
		this.prepare(number);
		const ignore = (): void => {
			// Being heard is all that is wanted.
		};

		// Half of the cases are heard to the last detail.
		const details = {effect: ignore, access: ignore, walk: ignore};
		machine.cpu.listen({mark: ignore}, number % 2 === 0 ? details : {...details, note: ignore});
		try {
			for (let slice = 0; slice < STEPS && machine.run(Math.min(1 + (slice % 3), STEPS - machine.steps)) === undefined; slice++);
		} finally {
			machine.cpu.listen(undefined, undefined);
		}

		cpu.lazy.tidy();
		if (machine.steps !== steps) this.problems.push(`case ${number}: ${steps} steps at once are ${machine.steps} steps in slices`);
		const cell = this.firstCells.findIndex((value, index) => value !== cpu.cells[index]);
		if (cell >= 0) this.problems.push(`case ${number}: cell ${cell} depends on how the steps are run`);
		if (Buffer.compare(this.firstMemory, memory.ram) !== 0) this.problems.push(`case ${number}: memory depends on how the steps are run`);
	}
}
