import {Cr0, Cr4, Efer, isCanonical} from './control-bits.js';
import {Rights} from './descriptors.js';
import {Port, PowerSwitch, SERIAL_VECTOR, SerialPort} from './devices.js';
import {EmittedInterpreter} from './emit/index.js';
import {RECORD_AREA} from './emit/records.js';
import {RFLAGS_FIXED} from './flags.js';
import {Cell, SegmentCell} from './layout.js';
import type {DetailListener, MarkListener} from './events.js';
import type {MachinePart} from './part.js';
import {PAGE_SIZE, PhysicalMemory} from './physical-memory.js';
import {PortBus} from './ports.js';
import {Processor} from './processor.js';
import {RegisterFile} from './register-file.js';
import {GENERAL_REGISTERS, type GeneralRegister, Segment} from './registers.js';
import {RunLoop} from './run-loop.js';
import {flatCodeRights, flatDataRights, segmentCell} from './segments.js';
import type {Stop} from './stop.js';

/** What MXCSR holds after a reset: all exceptions masked. */
const MXCSR_RESET = 0x1f80n;

/** The x87 control word after `fninit`: all exceptions masked, 64-bit precision. */
const X87_CONTROL_RESET = 0x37fn;

/** The PAT register after a reset. */
const PAT_RESET = 0x0007_0406_0007_0406n;

/** How to build a machine. */
export interface MachineOptions {
	/** Bytes of guest memory: a positive multiple of 4096. 64 MiB by default. */
	readonly memory?: number;
	/**
	 * What runs instructions: the direct backend alone, or for most of them the emitted interpreter, once a program has
	 * run for a while. What comes out is the same. 'fast' by default.
	 */
	readonly engine?: Engine;
}

/** See MachineOptions. */
export type Engine = 'direct' | 'fast';

/** Guest memory by default. */
const DEFAULT_MEMORY = 64 * 1024 * 1024;

/**
 * An x86-64 computer: one processor, memory, a serial port and a power switch. It starts in 64-bit mode at CPL 0 with
 * paging on, as a boot loader leaves it: page tables, descriptor tables and rip are the loader's to fill in.
 */
export class Machine {
	readonly memory: PhysicalMemory;
	readonly cpu: Processor;
	readonly serial: SerialPort;
	/** What remembers something besides memory and registers. */
	readonly parts: MachinePart[] = [];
	/** All registers by name. */
	readonly registers: RegisterFile;
	private readonly loop: RunLoop;

	/** @param options how to build it */
	constructor(options: MachineOptions = {}) {
		this.memory = new PhysicalMemory(options.memory ?? DEFAULT_MEMORY, options.engine === 'direct' ? 0 : RECORD_AREA);
		const ports = new PortBus();
		this.cpu = new Processor(this.memory, ports);
		this.serial = new SerialPort(() => this.cpu.interrupt(SERIAL_VECTOR));
		this.parts.push(this.serial);
		ports.attach(Port.SERIAL, 8, this.serial);
		ports.attach(Port.TIMER, 8, this.cpu.timer);
		ports.attach(Port.POWER, 1, new PowerSwitch(status => this.cpu.stop({kind: 'power-off', status})));
		this.loop = new RunLoop(this.cpu, EmittedInterpreter.for(this.cpu));
		this.registers = new RegisterFile(this.cpu);
		this.reset();
	}

	/** Registers as after the step into 64-bit mode. Memory is not touched. */
	private reset(): void {
		const {cells} = this.cpu;
		cells[Cell.RFLAGS] = RFLAGS_FIXED;
		cells[Cell.CR0] = Cr0.PG | Cr0.WP | Cr0.NE | Cr0.ET | Cr0.MP | Cr0.PE;
		cells[Cell.CR4] = Cr4.PAE | Cr4.PGE | Cr4.OSFXSR | Cr4.OSXMMEXCPT;
		cells[Cell.EFER] = Efer.LME | Efer.LMA;
		cells[Cell.MXCSR] = MXCSR_RESET;
		cells[Cell.X87_CONTROL] = X87_CONTROL_RESET;
		cells[Cell.PAT] = PAT_RESET;
		cells[Cell.TIMER_DEADLINE] = 0xffff_ffff_ffff_ffffn;
		cells[Cell.DR6] = 0xffff_0ff0n;
		cells[Cell.DR7] = 0x400n;
		for (const segment of [Segment.ES, Segment.SS, Segment.DS, Segment.FS, Segment.GS]) this.setRights(segment, flatDataRights(0));
		this.setRights(Segment.CS, flatCodeRights(0));
		this.setRights(Segment.LDTR, Rights.UNUSABLE);
		this.cpu.stateReplaced();
	}

	private setRights(segment: number, rights: bigint): void {
		this.cpu.cells[segmentCell(segment, SegmentCell.ATTRIBUTES)] = rights;
	}

	/**
	 * Runs at most `steps` instructions.
	 * @returns why the machine stands still, or undefined if it could go on
	 */
	run(steps: number): Stop | undefined {
		return this.loop.run(steps);
	}

	/** Runs one instruction. */
	step(): Stop | undefined {
		return this.loop.run(1);
	}

	/**
	 * Sets who hears of what the processor does.
	 * @param marks hears of the rare things: system calls, exceptions, control registers, ports
	 * @param details hears of every effect, memory access and page-walk step; the machine runs slowly meanwhile
	 */
	listen(marks?: MarkListener, details?: DetailListener): void {
		this.cpu.listen(marks, details);
	}

	/** Reads bytes at a linear address as the page tables map it now; undefined if one of them is not mapped. */
	readLinear(address: bigint, length: number): Uint8Array | undefined {
		const bytes = new Uint8Array(length);
		for (let done = 0; done < length; ) {
			const at = BigInt.asUintN(64, address + BigInt(done));
			const page = isCanonical(at) ? this.cpu.paging.peek(at) : undefined;
			if (page === undefined) return undefined;
			const offset = Number(at & 0xfffn);
			const count = Math.min(length - done, PAGE_SIZE - offset);
			const physical = page.physical + offset;
			if (!this.memory.holds(physical, count)) return undefined;
			bytes.set(this.memory.ram.subarray(physical, physical + count), done);
			done += count;
		}

		return bytes;
	}

	/** Instructions done or tried since power-on. */
	get steps(): number {
		return this.cpu.steps;
	}

	/** A general register, 64 bits. */
	register(name: GeneralRegister): bigint {
		return this.cpu.cells[GENERAL_REGISTERS.indexOf(name)];
	}

	/** Sets a general register to the low 64 bits of a value. */
	setRegister(name: GeneralRegister, value: bigint): void {
		this.cpu.cells[GENERAL_REGISTERS.indexOf(name)] = value;
	}

	get rip(): bigint {
		return this.cpu.cells[Cell.RIP];
	}

	set rip(value: bigint) {
		this.cpu.cells[Cell.RIP] = value;
	}
}
