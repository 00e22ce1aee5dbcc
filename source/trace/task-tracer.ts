import {FIRST_PID, SIGNALS} from '../kernel/constants.js';
import {HostServices} from '../kernel/services/host-services.js';
import {syscallNumber} from '../kernel/syscall-table.js';
import type {Machine} from '../machine/machine.js';
import type {TraceEvent} from './events.js';
import {isUserAddress} from './kernel-state.js';
import {siginfoBytes, type TaskListener} from './strace/index.js';

type EventOf<K extends TraceEvent['kind']> = Extract<TraceEvent, {readonly kind: K}>;

/** Signals whose siginfo has an address (sigaction(2)): those that an instruction brings about. */
const FAULTS: ReadonlySet<number> = new Set([SIGNALS.SIGILL, SIGNALS.SIGTRAP, SIGNALS.SIGBUS, SIGNALS.SIGFPE, SIGNALS.SIGSEGV, SIGNALS.SIGSYS]);

/** Calls that make a task. */
const MAKING: ReadonlySet<number> = new Set(['clone', 'fork', 'vfork', 'clone3'].map(name => syscallNumber(name)));

const EXECVE = syscallNumber('execve');

/** The entry of the auxiliary vector that leads to the path that was executed. */
const AT_EXECFN = 31n;

const WORD = 8;

const wordOf = (bytes: Uint8Array | undefined): bigint | undefined => (bytes === undefined ? undefined : new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));

/** What siginfo says of a signal: which of its fields are there depends on the signal, and on who sent it. */
function siginfo({number, code, address, sender, uid, status}: EventOf<'signal'>): Uint8Array {
	// Codes up to 0 are those of kill, sigqueue and their like: somebody sent the signal.
	if (code > 0 && FAULTS.has(number)) return siginfoBytes({signo: number, code, address});
	return siginfoBytes({signo: number, code, pid: sender, uid, ...(number === SIGNALS.SIGCHLD && code > 0 ? {status} : {})});
}

/** Tells a listener what a recording's events say of tasks and their calls. */
export class TaskTracer {
	/** Tasks that have been heard of. */
	private readonly known = new Set<number>();
	/** The task that the last event was of. */
	private current = FIRST_PID;
	private readonly services: HostServices | undefined;

	constructor(
		private readonly machine: Machine,
		private readonly listener: TaskListener,
	) {
		this.services = machine.parts.find(part => part instanceof HostServices);
	}

	/**
	 * To be called before a run whose first process executes a file: this is its execve, and what that was given stands on
	 * the new stack (System V ABI, 3.4.1).
	 * @param stack where the program's stack begins
	 */
	begin(stack: bigint): void {
		const step = this.machine.steps;
		const word = (address: bigint): bigint => wordOf(this.read(address, WORD)) ?? 0n;
		const argv = stack + 8n;
		const envp = argv + (word(stack) + 1n) * 8n;
		let vector = envp;
		while (word(vector) !== 0n) vector += 8n;
		let [path, at] = [0n, vector + 8n];
		for (let type = word(at); type !== 0n; type = word(at)) {
			if (type === AT_EXECFN) path = word(at + 8n);
			at += 16n;
		}

		this.listener.enter(FIRST_PID, {nr: EXECVE, args: [path, argv, envp], memory: this.read, step});
		this.listener.leave(FIRST_PID, {result: 0n, memory: this.read, step});
	}

	/**
	 * To be called for each event, in order, while the machine stands right behind the event's step: what the calls'
	 * arguments lead to is read there.
	 */
	note(event: TraceEvent): void {
		const {listener, known} = this;
		if ('pid' in event) {
			known.add(event.pid);
			this.current = event.pid;
		}

		const step = event.step + 1;
		switch (event.kind) {
			case 'syscall':
				listener.enter(event.pid, {nr: event.nr, args: event.args, stack: event.rsp, memory: this.read, step});
				break;
			case 'result':
				listener.leave(event.pid, {result: event.value, memory: this.read, step});
				this.announce(event);
				break;
			case 'signal':
				listener.signal(event.pid, siginfo(event), step);
				break;
			case 'task-exit':
				listener.ended(event.pid, event.status, step);
				break;
			default:
		}
	}

	/** A call that makes a task answers with its number; the task may have run before. */
	private announce({nr, value}: EventOf<'result'>): void {
		const pid = Number(BigInt.asIntN(32, value));
		if (!MAKING.has(nr) || pid <= 0 || this.known.has(pid)) return;
		this.known.add(pid);
		this.listener.started(pid);
	}

	/** The current task's memory, what has not been brought in included, as Linux reads it for a tracer (mm/process_vm_access.c). */
	private readonly read = (address: bigint, length: number): Uint8Array | undefined => {
		if (!isUserAddress(address) || !isUserAddress(address + BigInt(length) - 1n)) return undefined;
		return this.machine.readLinear(address, length) ?? this.services?.spaceOf(this.current)?.peek(Number(address), length);
	};
}
