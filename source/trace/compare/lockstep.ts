import {Cell} from '../../machine/layout.js';
import {hex} from '../names.js';
import type {SearchProgress} from '../search.js';
import type {RunPlace, Side, Standing, Write} from './side.js';

/** Something that is not the same in two runs. */
export interface UnequalValue {
	/** A register's name, or what lies at an address. */
	readonly what: string;
	readonly a: string;
	readonly b: string;
}

/** The first place at which two runs differ in something. */
export interface FirstDifference {
	/** A value of a register, bytes in memory, or which instruction comes next. */
	readonly kind: 'register' | 'memory' | 'path';
	/** The instruction behind which they differ, on both sides. */
	readonly a: RunPlace;
	readonly b: RunPlace;
	readonly values: readonly UnequalValue[];
}

/** A line that only one of the two kernels or programs has was run. */
export interface OneSided {
	readonly side: 'a' | 'b';
	readonly place: RunPlace;
}

/** What going along two runs has found. */
export interface LockstepResult {
	readonly register?: FirstDifference;
	readonly memory?: FirstDifference;
	readonly path?: FirstDifference;
	/** Lines that only one side has and that were run: the difference that was asked for, not a consequence. */
	readonly oneSided: readonly OneSided[];
	/** Steps by which the clocks were moved, so that those lines cost no time on either side. */
	readonly clock: {readonly a: number; readonly b: number};
}

/** Steps that one side may do alone before the paths count as parted. */
const ALONE = 10_000;

/** One-sided lines that are noted. */
const NOTED = 100;

/** Steps of a stretch in ring 3 while nothing differs there. */
const STRETCH = 20_000;

const isUserAddress = (address: bigint): boolean => address < 1n << 63n;

/** Edits that are to be made while two runs go along, and where. */
export interface Edits {
	/** Makes those that are due where both sides stand; true if there were any. The sides may be taken back for that. */
	make(): boolean;
	/** Steps that a side may go at once without passing the next one. */
	readonly room: number;
}

/** Registers that a program can neither see nor feel. */
const KERNEL_ONLY: ReadonlySet<string> = new Set(['cr3', 'kernelGsBase']);

/**
 * Takes two runs forward together, instruction for instruction, and finds where they first differ.
 *
 * The two stand at the same place when the next instruction is the same line of the same source and the same distance
 * into its code, whatever its address. A line that only one side has (left out of the other's kernel, or not in the
 * other program) is run by that side alone; the other side's clock is moved on by as many steps, so that time, and
 * interrupts with it, is the same on both. Where the next instructions are different ones and neither is one-sided, the
 * paths have parted, and going together is over.
 *
 * What differs when they set out, or is made different by an edit, is given: only what becomes different then counts.
 */
export class Lockstep {
	private differing: ReadonlySet<string> = new Set();
	/** Addresses of 8-byte words of the program's memory that are not the same. */
	private readonly words = new Set<bigint>();
	private readonly first: {register?: FirstDifference; memory?: FirstDifference; path?: FirstDifference} = {};
	private readonly oneSided: OneSided[] = [];
	private readonly clock = {a: 0, b: 0};
	/** The instructions that were run last. */
	private before: readonly [Standing, Standing];
	/** Whether the host was asked for something while something differed: what it keeps for each side may differ since. */
	private unsure = false;
	/** The step of the first side from which on it may go over many steps at once again. */
	private stretchFrom = 0;
	/** Whether addresses mean the same on both sides. */
	private readonly alike: boolean;

	constructor(
		private readonly a: Side,
		private readonly b: Side,
		private readonly edits: Edits,
		private readonly limit: number,
	) {
		this.alike = a.recording.kernel === b.recording.kernel && a.program.image === b.program.image;
		this.before = [a.standing, b.standing];
		this.setClocks();
		this.edited();
	}

	get result(): LockstepResult {
		return {...this.first, oneSided: this.oneSided, clock: this.clock};
	}

	/** Whether nothing at all differs any more: then nothing ever will. */
	get isEqual(): boolean {
		return this.alike && !this.unsure && this.differing.size === 0 && this.words.size === 0;
	}

	/** Different kernels take differently long to start: from here on it is the same time on both sides. */
	private setClocks(): void {
		const {a, b} = this;
		if (this.alike) return;
		const ahead = Number(a.recording.machine.cpu.clock - b.recording.machine.cpu.clock);
		if (ahead > 0) this.delay(b, 'b', ahead);
		else if (ahead < 0) this.delay(a, 'a', -ahead);
	}

	/** Where the runs set out, and behind each edit, what differs is given. */
	private given(): void {
		this.differing = new Set(this.unequal().map(({what}) => what));
	}

	/** Someone has changed registers and memory on either side: the words that were written are looked at, too. */
	private edited(): void {
		for (const [side, other] of [[this.a, this.b], [this.b, this.a]] as const) this.note(side.editedWords(), side, other);
		this.given();
	}

	private unequal(): UnequalValue[] {
		const {a, b, alike} = this;
		const isSame = (one: bigint, other: bigint): boolean => !alike && a.canonical(one) === b.canonical(other);
		return a.differentRegisters(b, isSame).map(([what, one, other]) => ({what, a: hex(one), b: hex(other)}));
	}

	/** Whether the program would do the same on both sides: nothing that it can see differs. */
	private get isUserEqual(): boolean {
		return !this.unsure && this.words.size === 0 && this.a.program.image === this.b.program.image && [...this.differing].every(name => KERNEL_ONLY.has(name));
	}

	/** Goes on, at most so many rounds. `done`: the paths have parted or a run is over; `nothing`: the limit was reached. */
	go(rounds: number): SearchProgress {
		const {a, b} = this;
		a.listen();
		b.listen();
		try {
			for (let round = 0; round < rounds; round++) {
				if (this.edits.make()) this.edited();
				if ((a.isOver && b.isOver) || this.isEqual) return 'done';
				if (Math.max(a.recording.step, b.recording.step) >= this.limit) return 'nothing';
				if (!this.round()) return 'done';
			}

			return 'more';
		} finally {
			a.recording.hear(undefined);
			b.recording.hear(undefined);
		}
	}

	/** Whether the sides' next instructions are the same. */
	private meets(): boolean {
		const {a, b} = this;
		const [one, other] = [a.recording.machine.rip, b.recording.machine.rip];
		if (a.recording.ring !== b.recording.ring) return false;
		return this.alike ? one === other : a.placeKey(one) === b.placeKey(other);
	}

	/** One instruction on both sides, or what one of them has to do alone. False once the paths have parted. */
	private round(): boolean {
		const {a, b} = this;
		const meets = this.meets() || this.alone();
		if (!meets || a.isOver || b.isOver) return this.part();
		if (a.recording.ring === 3 && this.isUserEqual && this.stretch()) return true;
		this.before = [a.standing, b.standing];
		const unequal = this.differing.size > 0 || this.words.size > 0;
		const writes = [a.step(), b.step()] as const;
		this.unsure ||= unequal && (a.askedHost || b.askedHost);
		this.compareRegisters(this.unequal());
		this.compareWrites(...writes);
		return true;
	}

	/** The instructions that were run last, with their places. */
	private get places(): {readonly a: RunPlace; readonly b: RunPlace} {
		return {a: this.a.placeAt(this.before[0]), b: this.b.placeAt(this.before[1])};
	}

	private part(): boolean {
		const {a, b} = this;
		const describe = (side: Side, {source, name}: RunPlace): string => (side.isOver ? 'the end of the run' : source === undefined ? name : `${source.file}:${source.line}`);
		this.first.path ??= {kind: 'path', ...this.places, values: [{what: 'next', a: describe(a, a.placeAt(a.standing)), b: describe(b, b.placeAt(b.standing))}]};
		return false;
	}

	/** Lets a side do the lines that only it has. True if the two stand at the same place then. */
	private alone(): boolean {
		for (const [name, side, other] of [['a', this.a, this.b], ['b', this.b, this.a]] as const) {
			const from = side.recording.step;
			while (!side.isOver && side.isOnlyHere(side.recording.machine.rip, other) && side.recording.step - from < ALONE) {
				if (this.oneSided.length < NOTED) this.oneSided.push({side: name, place: side.placeAt(side.standing)});
				this.before = name === 'a' ? [side.standing, this.before[1]] : [this.before[0], side.standing];
				this.note(side.step(), side, other);
			}

			const steps = side.recording.step - from;
			if (steps > 0) this.delay(other, name === 'a' ? 'b' : 'a', steps);
		}

		this.compareRegisters(this.unequal());
		return this.meets();
	}

	/** Moves a side's clock on. */
	private delay(side: Side, name: 'a' | 'b', steps: number): void {
		this.clock[name] += steps;
		side.recording.edit(machine => {
			machine.cpu.cells[Cell.IDLE] += BigInt(steps);
		});
	}

	/**
	 * Both sides run on to the kernel, since nothing that the program can see differs. False if something does then: the
	 * sides stand where they were, and one of the next steps will tell which did it.
	 */
	private stretch(): boolean {
		const {a, b} = this;
		const from = [a.recording.step, b.recording.step] as const;
		if (from[0] < this.stretchFrom) return false;
		const steps = Math.min(STRETCH, this.limit - Math.max(...from), this.edits.room);
		const before = [a.standing, b.standing] as const;
		a.recording.stretch(steps);
		b.recording.stretch(steps);
		const unequal = this.unequal();
		if (unequal.some(({what}) => !this.differing.has(what)) || a.recording.step - from[0] !== b.recording.step - from[1]) {
			this.stretchFrom = a.recording.step;
			a.recording.seek(from[0]);
			b.recording.seek(from[1]);
			return false;
		}

		this.before = before;
		this.compareRegisters(unequal);
		return true;
	}

	private compareRegisters(unequal: readonly UnequalValue[]): void {
		const fresh = unequal.filter(({what}) => !this.differing.has(what));
		this.differing = new Set(unequal.map(({what}) => what));
		if (fresh.length > 0) this.first.register ??= {kind: 'register', ...this.places, values: fresh};
	}

	private compareWrites(writes: readonly Write[], others: readonly Write[]): void {
		const {a, b} = this;
		this.note(writes, a, b);
		this.note(others, b, a);
		if (this.first.memory !== undefined) return;
		const values: UnequalValue[] = [];
		for (let index = 0; index < Math.max(writes.length, others.length); index++) {
			const [one, other] = [writes.at(index), others.at(index)];
			if (one !== undefined && other !== undefined && this.isSameWrite(one, other)) continue;
			values.push({what: wordOf(a, b, one, other), a: textOf(one, other), b: textOf(other, one)});
		}

		if (values.length > 0) this.first.memory = {kind: 'memory', ...this.places, values};
	}

	private isSameWrite(one: Write, other: Write): boolean {
		const {a, b} = this;
		if (one.bits !== other.bits) return false;
		if (one.address === other.address && one.value === other.value) return true;
		return !this.alike && a.canonical(one.address) === b.canonical(other.address) && a.canonical(one.value) === b.canonical(other.value);
	}

	/** Notes which words are the same after some writes; of different kernels, the program's memory alone. */
	private note(writes: readonly Write[], side: Side, other: Side): void {
		for (const {address, bits} of writes) {
			if (!this.alike && !isUserAddress(address)) continue;
			for (let word = address & ~7n; word < address + BigInt(bits >> 3); word += 8n) {
				const same = side.recording.machine.readLinear(word, 8)?.join() === other.recording.machine.readLinear(word, 8)?.join();
				if (same) this.words.delete(word);
				else this.words.add(word);
			}
		}
	}
}

/** What was written, in words. */
function wordOf(a: Side, b: Side, one: Write | undefined, other: Write | undefined): string {
	if (one !== undefined) return a.describeAddress(one.address);
	return other === undefined ? '' : b.describeAddress(other.address);
}

/** What one side wrote; where, too, if the other one wrote elsewhere. */
function textOf(write: Write | undefined, other: Write | undefined): string {
	if (write === undefined) return 'not written';
	const elsewhere = other !== undefined && other.address !== write.address ? ` at ${hex(write.address)}` : '';
	return `${hex(write.value)}${elsewhere}`;
}
