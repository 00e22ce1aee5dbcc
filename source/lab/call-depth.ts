import {PER_CPU} from '../kernel/constants.js';
import {Cell} from '../machine/layout.js';
import {readPerCpu} from '../trace/kernel-state.js';
import type {Recording} from '../trace/recording.js';

/** Instructions that go deeper, and those that come back. */
const DEEPER = new Set(['call', 'syscall']);
const BACK = new Set(['ret', 'sysretq', 'iretq']);

/** What the kernel's entries for exceptions and interrupts are called. */
const EXCEPTION_ENTRY = 'asm_';

/** What a step did to the depth of calls. */
export interface FollowedStep {
	/** 1 for a step that went deeper, -1 for one that came back, 0 for the others. */
	readonly change: number;
	/** Where that was: the current task's address; undefined where the depth stays, since no task changes there. */
	readonly thread?: bigint;
}

const STAYS: FollowedStep = {change: 0};

/** Tells by how much steps change the depth of calls: functions, system calls, exceptions. */
export class CallDepth {
	private readonly entries: ReadonlySet<bigint>;

	constructor(private readonly recording: Recording) {
		this.entries = new Set(recording.kernel.image.symbols.filter(({name}) => name.startsWith(EXCEPTION_ENTRY)).map(({address}) => address));
	}

	/** The task that runs where the machine stands. */
	thread(): bigint {
		return readPerCpu(this.recording.machine, this.recording.kernel, PER_CPU.current_task);
	}

	/** Does a step and tells what it did. */
	follow(step: () => void): FollowedStep {
		const name = this.nextName();
		step();
		// An instruction that faults has not done its own work; where the handler begins, nothing else leads to.
		const change = this.entries.has(this.recording.machine.rip) ? 1 : DEEPER.has(name) ? 1 : BACK.has(name) ? -1 : 0;
		return change === 0 ? STAYS : {change, thread: this.thread()};
	}

	/** Name of the instruction that comes next; empty where none can be fetched. */
	private nextName(): string {
		const {cpu} = this.recording.machine;
		try {
			return cpu.code.instruction(cpu.cells[Cell.RIP]).name;
		} catch {
			return '';
		}
	}
}
