import {SegmentCell} from '../../machine/layout.js';
import type {Machine} from '../../machine/machine.js';
import type {Processor} from '../../machine/processor.js';
import {Register, Segment} from '../../machine/registers.js';
import {segmentCell} from '../../machine/segments.js';
import {PER_CPU, PT_REGS_FIELDS, TASK} from '../constants.js';
import {AddressSpace} from './address-space.js';
import type {Call} from './call.js';
import {newTable} from './descriptors.js';
import {ERRNO} from './errno.js';
import {type LoadedAt, loadProgram, type NotStarted, type ProgramImage} from './exec.js';
import {HOME} from './first-files.js';
import {Host, type HostOptions} from './host.js';
import type {HostState} from './host-state.js';
import {taskName} from './id-calls.js';
import {byteString, bytesOfName} from './inodes.js';
import {KernelMemory} from './kernel-memory.js';
import {mapsText} from './maps-text.js';
import {AccessMode, OpenFlag} from './open-files.js';
import {resolve} from './paths.js';
import {type ServiceEntry, serviceOf} from './service-table.js';
import {executableAt} from './task-calls.js';
import {dropSpace, newSpace} from './tasks.js';
import {UserMemory} from './user-memory.js';

/** How to serve a machine. */
export interface HostServicesOptions extends HostOptions {
	/** The number of the task that runs; by default what the kernel's current_task says. */
	readonly currentTask?: (cpu: Processor) => number;
}

/** The first process. */
export interface FirstProcess {
	/** Its number. */
	readonly tid: number;
	/** A file in the file system, by absolute path, or a linked image. */
	readonly program: string | ProgramImage;
	readonly argv: readonly string[];
	readonly envp: readonly string[];
	/** Whether all its pages are to be there from the start. */
	readonly populate?: boolean;
}

/** Where the first process begins. */
export interface StartedProcess {
	/** For cr3. */
	readonly root: number;
	readonly entry: number;
	readonly stackPointer: number;
	/** The files that were loaded: the program's, and its interpreter's if it has one. */
	readonly loaded: readonly LoadedAt[];
}

/** Makes a directory the working directory, if it is there. */
function enterDirectory(call: Call, directory: string): void {
	const home = resolve(call, call.host.files.root, byteString(directory), true);
	if (typeof home !== 'number' && home.inode !== undefined) call.table.directory = home.inode;
}

/** Why a path can't be executed. */
const whyNot = (path: string, error: number): string => `${path} ${error === -ERRNO.EACCES ? 'may not be executed: its mode, or that of a folder on the way, forbids it' : 'is not there'}`;

/** Places of the six arguments in struct pt_regs. */
const ARGUMENTS = (['di', 'si', 'dx', 'r10', 'r8', 'r9'] as const).map(field => PT_REGS_FIELDS.indexOf(field));

/** Serves `vmcall` for the kernel: what would need a whole kernel in assembly. */
export class HostServices {
	readonly host: Host;
	private readonly kernel: KernelMemory;
	private readonly currentTask: (cpu: Processor) => number;

	constructor(machine: Machine, options: HostServicesOptions) {
		this.host = new Host(machine, options);
		this.kernel = new KernelMemory(machine);
		this.currentTask = options.currentTask ?? (cpu => this.taskByGs(cpu));
	}

	/** The number in the task structure that the per-CPU area names. */
	private taskByGs({cells}: Processor): number {
		const base = cells[segmentCell(Segment.GS, SegmentCell.BASE)];
		const current = this.kernel.read(base + BigInt(PER_CPU.current_task), 1);
		const pid = current === undefined ? undefined : this.kernel.read(current[0] + BigInt(TASK.TASK_pid), 1);
		return pid === undefined ? -1 : Number(BigInt.asIntN(32, pid[0]));
	}

	/** Does what `vmcall` asks: rax = service; rdi, rsi, rdx = arguments. The result goes to rax, an error as minus its number. */
	handle(cpu: Processor): void {
		const {cells} = cpu;
		const entry = serviceOf(cells[Register.RAX]);
		const result = entry === undefined ? -ERRNO.ENOSYS : this.serve(cpu, entry);
		cells[Register.RAX] = BigInt(result);
	}

	private serve({cells}: Processor, entry: ServiceEntry): number {
		const given = [cells[Register.RDI], cells[Register.RSI], cells[Register.RDX]];
		const regs = entry.fromRegs ? this.kernel.read(given[0], PT_REGS_FIELDS.length) : undefined;
		if (entry.fromRegs && regs === undefined) return -ERRNO.EFAULT;
		const args = regs === undefined ? given : ARGUMENTS.map(index => regs[index]);
		if (entry.runAnywhere !== undefined) return entry.runAnywhere(this.host, args);
		const call = this.callFor(this.currentTask(this.host.machine.cpu), args, given[1]);
		return call === undefined ? -ERRNO.ESRCH : (entry.run?.(call) ?? -ERRNO.ENOSYS);
	}

	private callFor(tid: number, args: readonly bigint[], extra: bigint): Call | undefined {
		const {host, kernel} = this;
		const task = host.state.tasks.get(tid);
		const table = task === undefined ? undefined : host.state.tables.get(task.table);
		if (task === undefined || task.exited || table === undefined || !host.state.spaces.has(task.space)) return undefined;
		const space = new AddressSpace(host, task.space);
		return {host, tid, task, table, space, user: new UserMemory(space, host.memory), args, extra, kernel};
	}

	/** Makes the first process, with the console as its descriptors 0, 1 and 2. */
	start({tid, program, argv, envp, populate = false}: FirstProcess, directory = HOME): StartedProcess | NotStarted {
		const {host} = this;
		const space = newSpace(host);
		if (space === undefined) return {errno: ERRNO.ENOMEM, refused: 'there is not enough memory for its page tables'};
		const table = newTable(host, host.files.root, {
			kind: 'console', flags: AccessMode.RDWR | OpenFlag.LARGEFILE, inode: this.consoleInode(), pipe: undefined, text: undefined, path: '/dev/console',
		});
		const path = byteString(typeof program === 'string' ? program : argv.at(0) ?? '');
		host.state.tasks.set(tid, {space: space.root, table, exited: false, name: taskName(bytesOfName(path))});
		const call = this.callFor(tid, [], 0n);
		if (call === undefined) throw new Error('the first task was not made');
		enterDirectory(call, directory);
		const file = typeof program === 'string' ? executableAt(call, path) : undefined;
		if (typeof file === 'number') return this.abandon(tid, {errno: -file, refused: whyNot(path, file)});
		const encode = (text: string): Uint8Array => bytesOfName(byteString(text));
		const started = loadProgram(host, space, {
			source: file?.inode ?? (program as ProgramImage), path: bytesOfName(path), executable: file?.path ?? path, argv: argv.map(encode), envp: envp.map(encode), populate,
			find: name => executableAt(call, name),
		});
		return 'refused' in started ? this.abandon(tid, started) : {root: space.root, ...started};
	}

	private consoleInode(): number | undefined {
		const {files} = this.host;
		const devices = files.inode(files.root).entries.get('dev');
		return devices === undefined ? undefined : files.inode(devices.inode).entries.get('console')?.inode;
	}

	private abandon(tid: number, refusal: NotStarted): NotStarted {
		const {state} = this.host;
		const task = state.tasks.get(tid);
		state.tasks.delete(tid);
		if (task !== undefined) {
			dropSpace(this.host, task.space);
			state.tables.delete(task.table);
		}

		return refusal;
	}

	/** The lines of a task's /proc/self/maps; undefined for a number that no task has. */
	mapsText(tid: number): string | undefined {
		const {state} = this.host;
		const space = state.spaces.get(state.tasks.get(tid)?.space ?? -1);
		return space === undefined ? undefined : mapsText(space);
	}

	/** The address space in which a task runs. */
	spaceOf(tid: number): AddressSpace | undefined {
		const task = this.host.state.tasks.get(tid);
		return task === undefined || !this.host.state.spaces.has(task.space) ? undefined : new AddressSpace(this.host, task.space);
	}

	/** All that is to be kept to come back to this moment; it shares what is large with the present. */
	snapshot(): HostState {
		return this.host.snapshot();
	}

	/** Comes back to a moment; memory and registers are put back by whoever keeps those. */
	restore(state: HostState): void {
		this.host.restore(state);
	}
}
