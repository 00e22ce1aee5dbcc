/** A machine whose kernel half maps memory, with host services and a first process: for tests without assembly. */
import {Efer, Pte} from '../../../source/machine/control-bits.js';
import {Cell} from '../../../source/machine/layout.js';
import {Machine} from '../../../source/machine/machine.js';
import {Register} from '../../../source/machine/registers.js';
import {PT_REGS_FIELDS} from '../../../source/kernel/constants.js';
import {ERRNO} from '../../../source/kernel/services/errno.js';
import {HostServices, type HostServicesOptions} from '../../../source/kernel/services/host-services.js';
import {SERVICES} from '../../../source/kernel/services/service-table.js';
import {UserMemory} from '../../../source/kernel/services/user-memory.js';
import {numberOfBytes} from './words.js';

/** The kernel's view of physical memory. */
const KERNEL = 0xffff_8000_0000_0000n;

/** Physical addresses of the kernel's top-level table, the next two tables, a second top-level table, pt_regs and results. */
const At = {PML4: 0x1000, PDPT: 0x2000, PD: 0x3000, ISOLATED: 0x4000, REGS: 0x8000, RESULT: 0x9000, FREE: 0x10_0000} as const;

/** A page of code that is never run: something to start. */
export const IMAGE = {
	entry: 0x40_1000n,
	segments: [
		{address: 0x40_1000n, bytes: new Uint8Array(100).fill(0x90), memorySize: 100, read: true, write: false, execute: true},
		{address: 0x40_2000n, bytes: Uint8Array.of(1, 2, 3), memorySize: 0x1800, read: true, write: true, execute: false},
	],
};

export const TID = 42;

export interface SetUp extends Partial<HostServicesOptions> {
	readonly memory?: number;
	readonly isolated?: boolean;
	readonly program?: string;
	readonly argv?: readonly string[];
	readonly envp?: readonly string[];
}

export class Services {
	readonly machine: Machine;
	readonly services: HostServices;
	/** The running task. */
	tid = TID;
	readonly entry: number;
	readonly stackPointer: number;

	constructor({memory = 8 * 1024 * 1024, isolated = false, program, argv = ['program'], envp = [], ...options}: SetUp = {}) {
		this.machine = new Machine({memory});
		const {cpu} = this.machine;
		const ram = this.machine.memory;
		for (const root of [At.PML4, At.ISOLATED]) ram.write(root + 256 * 8, 64, BigInt(At.PDPT) | Pte.P | Pte.W);
		ram.write(At.PDPT, 64, BigInt(At.PD) | Pte.P | Pte.W);
		for (let at = 0; at < memory; at += 2 ** 21) ram.write(At.PD + (at / 2 ** 21) * 8, 64, BigInt(at) | Pte.P | Pte.W | Pte.PS);
		cpu.cells[Cell.EFER] |= Efer.NXE;
		this.services = new HostServices(this.machine, {
			firstPage: At.FREE, kernel: {root: At.PML4, isolatedRoot: isolated ? At.ISOLATED : undefined}, currentTask: () => this.tid, ...options,
		});
		const started = this.services.start({tid: TID, program: program ?? IMAGE, argv, envp});
		if ('refused' in started) throw new Error(started.refused);
		this.entry = started.entry;
		this.stackPointer = started.stackPointer;
		this.loadCr3(started.root);
	}

	loadCr3(root: number): void {
		this.machine.cpu.cells[Cell.CR3] = BigInt(root);
		this.machine.cpu.stateReplaced();
	}

	/** Makes the task with a number the running one, as a context switch does. */
	switchTo(tid: number): void {
		this.tid = tid;
		const space = this.services.spaceOf(tid);
		if (space !== undefined) this.loadCr3(space.root);
	}

	/** Asks for a service as `vmcall` does. */
	vmcall(number: bigint, rdi: bigint, rsi: bigint, rdx: bigint): bigint {
		const {cpu} = this.machine;
		const {cells} = cpu;
		cells[Register.RAX] = number;
		cells[Register.RDI] = rdi;
		cells[Register.RSI] = rsi;
		cells[Register.RDX] = rdx;
		this.services.handle(cpu);
		return BigInt.asIntN(64, cells[Register.RAX]);
	}

	/** Makes a call by name: a system call through pt_regs, another service with its arguments in registers. */
	call(name: string, ...args: (number | bigint)[]): number {
		const entry = SERVICES.find(service => service.name === name);
		if (entry === undefined) throw new Error(`no service ${name}`);
		const values = args.map(argument => BigInt.asUintN(64, BigInt(argument)));
		if (!entry.fromRegs) return Number(this.vmcall(BigInt(entry.number), values.at(0) ?? 0n, values.at(1) ?? 0n, values.at(2) ?? 0n));
		for (const [index, field] of (['di', 'si', 'dx', 'r10', 'r8', 'r9'] as const).entries()) {
			this.machine.memory.write(At.REGS + PT_REGS_FIELDS.indexOf(field) * 8, 64, values.at(index) ?? 0n);
		}

		return Number(this.vmcall(BigInt(entry.number), KERNEL + BigInt(At.REGS), KERNEL + BigInt(At.RESULT), 0n));
	}

	/** The words that execve left: cr3, rip, rsp. */
	get started(): readonly bigint[] {
		return [0, 8, 16].map(offset => this.machine.memory.read(At.RESULT + offset, 64));
	}

	/** The running task's memory. */
	get user(): UserMemory {
		const space = this.services.spaceOf(this.tid);
		if (space === undefined) throw new Error('the task has no memory');
		return new UserMemory(space, this.machine.memory);
	}

	/** Maps memory that can be written and returns its address. */
	buffer(length = 0x4000): number {
		const address = this.call('mmap', 0, length, 3, 0x22, -1, 0);
		if (address < 0) throw new Error(`mmap: ${address}`);
		return address;
	}

	/** Puts bytes into the running task's memory. */
	poke(address: number, bytes: Uint8Array | string): number {
		if (!this.user.write(BigInt(address), typeof bytes === 'string' ? new TextEncoder().encode(`${bytes}\0`) : bytes)) throw new Error('not mapped');
		return address;
	}

	peek(address: number, length: number): Uint8Array {
		const bytes = this.user.read(BigInt(address), length);
		if (bytes === undefined) throw new Error(`0x${address.toString(16)} is not mapped`);
		return bytes;
	}

	text(address: number, length: number): string {
		return new TextDecoder().decode(this.peek(address, length));
	}

	number(address: number, bytes: number): number {
		return numberOfBytes(this.peek(address, bytes));
	}

	get maps(): string {
		return this.services.mapsText(this.tid) ?? '';
	}

	/** Pages in use. */
	get used(): number {
		const {pages} = this.services.host.state;
		return pages.total - pages.free;
	}
}

/** Minus an error number, by name. */
export const minus = (name: keyof typeof ERRNO): number => -ERRNO[name];
