import path from 'node:path';
import {executableOf} from '../../lab/guest-files.js';
import {openBench} from '../../lab/open-lab.js';
import {labsFolder} from '../../lab/read-program.js';
import {finish} from '../../lab/session/workbench.js';
import {GENERAL_REGISTERS} from '../../machine/registers.js';
import {syscallName} from '../../kernel/syscall-table.js';
import {readRegisters} from '../../trace/detail.js';
import type {TraceEvent} from '../../trace/events.js';
import type {Recording} from '../../trace/recording.js';

/** Registers that are measured: those of a program that ring 3 can see. */
export const MEASURED = [...GENERAL_REGISTERS, 'rip', 'rflags'] as const;

export type MeasuredRegister = (typeof MEASURED)[number];

export type RegisterValues = Readonly<Record<MeasuredRegister, bigint>>;

/** A system call as it was seen from ring 3. */
export interface SeenCall {
	/** Address of the SYSCALL instruction. */
	readonly site: bigint;
	/** The call's number, as the kernel takes it. */
	readonly nr: number;
	readonly name: string;
	/** The registers right before SYSCALL. */
	readonly before: RegisterValues;
	/** The registers at the instruction behind it; absent if the call does not come back there. */
	readonly after?: RegisterValues;
}

/** A lab's program, ready to run here and on the real processor. */
export interface NativeProgram {
	/** The name of its text. */
	readonly name: string;
	/** Its text, with the lab's values in it. */
	readonly text: string;
	readonly executable: Uint8Array;
	/** What stands behind the program's name on its command line. */
	readonly args: readonly string[];
	/** The program's first calls on the machine. */
	readonly calls: readonly SeenCall[];
}

/** The learner whose values are taken: everybody's are other ones, and a measurement needs some. */
const SEED = 0n;

/** Steps that a program's run is followed. */
const LIMIT = 1_000_000;

/** Calls that are measured. */
const MOST_CALLS = 8;

/** Calls behind which there is more than one task, or another program: a debugger's stops would be anybody's. */
const DIVIDING: ReadonlySet<string> = new Set(['fork', 'vfork', 'clone', 'clone3', 'execve', 'execveat']);

/** Bytes of a SYSCALL instruction. */
export const SYSCALL_BYTES = 2n;

function registersAt(recording: Recording, step: number): RegisterValues {
	recording.seek(step);
	const {general, rip, rflags} = readRegisters(recording.machine);
	return {...general, rip, rflags};
}

/** The step behind the return of a call to where it was made; undefined if it does not come back there. */
function returnOf(events: readonly TraceEvent[], call: Extract<TraceEvent, {kind: 'syscall'}>): number | undefined {
	const found = events.find(event => event.step > call.step && (event.kind === 'sysret' || (event.kind === 'iret' && event.cpl === 3)));
	return found !== undefined && 'rip' in found && found.rip === call.rcx ? found.step + 1 : undefined;
}

/** The first calls of a run, as long as they are surely one program's. */
function callsOf(recording: Recording): SeenCall[] {
	let count = 0;
	recording.advance(LIMIT, event => event.kind === 'syscall' && ++count > MOST_CALLS);
	const calls: SeenCall[] = [];
	for (const event of recording.events) {
		if (event.kind !== 'syscall') continue;
		const name = syscallName(event.nr) ?? String(event.nr);
		if (calls.length >= MOST_CALLS || DIVIDING.has(name)) break;
		const back = returnOf(recording.events, event);
		calls.push({site: event.rip, nr: event.nr, name, before: registersAt(recording, event.step), ...(back === undefined ? {} : {after: registersAt(recording, back)})});
		if (back === undefined) break;
	}

	return calls;
}

/**
 * Runs the program of a lab's first step on the machine, on the whole kernel, and notes its first calls.
 * @throws LabError or AssemblyError
 */
export function nativeProgram(folder: string): NativeProgram {
	const bench = openBench(folder, {seed: SEED, branches: false, folders: [labsFolder(), path.dirname(folder)]});
	const [step] = bench.lab.steps;
	finish(bench.begin({...step, setup: {...step.setup, kernel: {}, entry: undefined}}));
	const {recording, program} = bench.laboratory;
	const name = step.setup.program;
	const settings = [...bench.values].map(([value, number]) => `\t.set\t${value}, 0x${number.toString(16)}\n`).join('');
	return {name, text: `${settings}${program.sources.get(name) ?? ''}`, executable: executableOf(program.image), args: step.setup.args?.slice(1) ?? [], calls: callsOf(recording)};
}
