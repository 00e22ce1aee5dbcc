import type {Mark, MemoryAccess} from '../../machine/events.js';
import {Cell} from '../../machine/layout.js';
import type {Machine} from '../../machine/machine.js';
import {OperandKind} from '../../machine/ops.js';
import {Register} from '../../machine/registers.js';
import {EQUATES} from '../../kernel/constants.js';
import type {Kernel} from '../../kernel/kernel.js';
import {readRegisters} from '../detail.js';
import type {Names, SourcePlace} from '../names.js';
import type {Stretch, Walker} from '../walk.js';
import {type Occasion, PROMISES, type PromiseRow} from './promises.js';
import {Witness} from './witness.js';

/** A promise was broken. */
export interface Violation {
	readonly promise: PromiseRow;
	/** The step in which it was; for a look before an instruction, the step that would do it. */
	readonly step: number;
	/** The instruction that broke it, or that would. */
	readonly rip: bigint;
	readonly place?: SourcePlace;
	/** What was found. */
	readonly found: string;
}

/** The vector of the second door. */
const GATE_VECTOR = Number(EQUATES.IA32_SYSCALL_VECTOR);

/** Broken promises that are kept. */
const KEPT = 100;

const BY_OCCASION: ReadonlyMap<Occasion, readonly PromiseRow[]> = new Map(
	(['instruction', 'call', 'choice', 'write', 'fault', 'return'] as const).map(occasion => [occasion, PROMISES.filter(({on}) => on === occasion)]),
);

/** A broken promise as one line: what, where, what was found, why it matters. */
export function violationText({promise, step, rip, place, found}: Violation): string {
	const where = place === undefined ? `0x${rip.toString(16)}` : `${place.file}:${place.line} “${place.text.replace(/\s*#.*$/, '').replaceAll(/\s+/g, ' ')}”`;
	return `step ${step}, ${where}: a broken promise. “${promise.sentence}” But ${found}. Why it matters: ${promise.why}.`;
}

/** Watches a run and notes broken promises the moment they are broken: the same promise at the same place once. */
export class Monitor implements Walker {
	readonly everyStep = false;
	readonly violations: Violation[] = [];
	private readonly known = new Set<string>();
	private witness: Witness | undefined;
	/** The instruction of the step that is under way. */
	private rip = 0n;
	private step = 0;

	/** @param stopsAtFirst whether the walk is to end behind the step that breaks the first promise */
	constructor(
		private readonly kernel: Kernel,
		private readonly names: Names,
		private readonly stopsAtFirst = false,
	) {}

	/** Hears of the kernel's writes. */
	access(ring: number): ((access: MemoryAccess) => void) | undefined {
		return ring === 0 ? this.hears : undefined;
	}

	private readonly hears = (access: MemoryAccess): void => {
		const {witness} = this;
		if (!access.write || witness === undefined || witness.frames.size === 0) return;
		witness.write = access;
		this.judge('write', witness);
		witness.write = undefined;
	};

	begin(machine: Machine): void {
		if (this.witness?.machine !== machine) this.witness = new Witness(machine, this.kernel, this.names);
	}

	before(machine: Machine): void {
		const {witness} = this;
		this.rip = machine.cpu.cells[Cell.RIP];
		this.step = machine.steps;
		if (witness === undefined || machine.cpu.cpl === 3) return;
		witness.instruction = this.next(machine);
		if (isMask(witness)) witness.masked = true;
		this.judge('instruction', witness);
	}

	/** The next instruction; undefined where it can't be fetched. */
	private next({cpu}: Machine): Witness['instruction'] {
		try {
			return cpu.code.instruction(this.rip);
		} catch {
			return undefined;
		}
	}

	after({machine, ring, marks}: Stretch): boolean {
		const {witness} = this;
		if (witness === undefined) return false;
		const count = this.violations.length;
		witness.marks = marks;
		for (const mark of marks) this.hear(mark, witness);
		if (machine.cpu.stopped?.kind === 'triple-fault') {
			witness.tripleFault = true;
			this.judge('fault', witness);
		}

		if (machine.cpu.cpl === 3) this.returned(ring, witness);
		else this.arrived(witness);
		return this.stopsAtFirst && this.violations.length > count;
	}

	/** Ways into the kernel, and exceptions in it. */
	private hear(mark: Mark, witness: Witness): void {
		const isEvent = mark.kind === 'exception' || mark.kind === 'interrupt';
		if (mark.kind === 'syscall' || (isEvent && mark.cpl === 3)) {
			const registers = readRegisters(witness.machine);
			const rip = mark.kind === 'syscall' ? mark.returnAddress : mark.address;
			const rsp = mark.kind === 'syscall' ? registers.general.rsp : mark.stackBefore;
			const by = mark.kind === 'exception' && mark.vector === GATE_VECTOR ? 'gate' : mark.kind;
			witness.departures.set(witness.thread, {by, step: this.step, pid: witness.task('TASK_pid'), registers, rip, rsp});
			witness.frames.delete(witness.thread);
		} else if (mark.kind === 'exception') {
			this.judge('fault', witness);
		}
	}

	/** The kernel has come to one of the places at which something is owed. */
	private arrived(witness: Witness): void {
		const {rip} = witness;
		if (rip === witness.doSyscall) {
			witness.masked = false;
			this.judge('call', witness);
			witness.frames.set(witness.thread, {address: witness.general('rdi'), pid: witness.task('TASK_pid'), returnAddress: witness.word(witness.rsp), wanted: undefined});
		} else if (rip === witness.doSyscallX64) {
			witness.masked = false;
		} else if (rip === witness.callTable) {
			this.judge('choice', witness);
		} else {
			for (const [thread, frame] of witness.frames) {
				if (rip === frame.returnAddress && frame.wanted === undefined && thread === witness.thread) frame.wanted = witness.fields(frame.address);
			}
		}
	}

	/** Ring 3 has been reached. */
	private returned(ring: number, witness: Witness): void {
		if (ring === 3) return;
		witness.registers = readRegisters(witness.machine);
		this.judge('return', witness);
		witness.departures.delete(witness.thread);
		witness.frames.delete(witness.thread);
	}

	private judge(occasion: Occasion, witness: Witness): void {
		for (const promise of BY_OCCASION.get(occasion) ?? []) {
			const found = promise.check(witness);
			if (found !== undefined) this.keep(promise, found);
		}
	}

	private keep(promise: PromiseRow, found: string): void {
		const key = `${promise.name} ${this.rip}`;
		if (this.known.has(key) || this.violations.length >= KEPT) return;
		this.known.add(key);
		const place = this.names.placeOf(this.rip);
		this.violations.push({promise, step: this.step, rip: this.rip, ...(place === undefined ? {} : {place}), found});
	}
}

/** Whether the next instruction masks the number in esi: by `and`, or by a conditional move that needs no branch. */
function isMask({instruction}: Witness): boolean {
	if (instruction === undefined || (instruction.name !== 'and' && instruction.name !== 'cmovcc')) return false;
	return instruction.d.kind === OperandKind.REGISTER && instruction.d.register === Register.RSI;
}
