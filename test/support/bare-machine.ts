/**
 * A machine with page tables, GDT, TSS and IDT built by hand, for tests of the processor without a kernel: user code
 * runs at CPL 3, and any exception stops the machine in ring 0 with the frame on the stack.
 */
import {Cr0, Cr4, Efer, Pte} from '../../source/machine/control-bits.js';
import {Cell, SegmentCell} from '../../source/machine/layout.js';
import {type Engine, Machine} from '../../source/machine/machine.js';
import {Register, Segment} from '../../source/machine/registers.js';
import {flatCodeRights, flatDataRights, segmentCell} from '../../source/machine/segments.js';
import type {Mark} from '../../source/machine/events.js';

/** Physical addresses of what the builder makes; pages for mappings are taken from FREE on. */
export const Physical = {PML4: 0x1000, GDT: 0x2000, IDT: 0x3000, TSS: 0x4000, HANDLER: 0x5000, STACK: 0x6000, FREE: 0x8000} as const;

/** Linear address at which the first 2 MiB of memory appear to the kernel. */
export const KERNEL_BASE = 0xffff_8000_0000_0000n;

/** What stopped the machine. */
export type Caught = Extract<Mark, {kind: 'exception'}>;

/** Rights of a user mapping. */
export interface MapOptions {
	readonly write?: boolean;
	readonly execute?: boolean;
	readonly user?: boolean;
}

const GDT = [
	0n, 0x00cf_9b00_0000_ffffn, 0x00af_9b00_0000_ffffn, 0x00cf_9300_0000_ffffn, 0x00cf_fb00_0000_ffffn,
	0x00cf_f300_0000_ffffn, 0x00af_fb00_0000_ffffn, 0n,
];

/** Builds and runs small user programs. */
export class BareMachine {
	readonly machine: Machine;
	/** Exceptions that were delivered, in order. */
	readonly caught: Caught[] = [];
	/** Which of them end the run. */
	stopsAt: (vector: number) => boolean = () => true;
	private free: number = Physical.FREE;
	private readonly frames = new Map<bigint, number>();

	constructor(memory = 2 * 1024 * 1024, engine: Engine = 'direct') {
		this.machine = new Machine({memory, engine});
		this.buildTables();
		this.machine.cpu.listen({mark: mark => this.note(mark)}, undefined);
	}

	private note(mark: Mark): void {
		if (mark.kind !== 'exception') return;
		this.caught.push(mark);
		if (this.stopsAt(mark.vector)) this.machine.cpu.stop({kind: 'power-off', status: mark.vector});
	}

	private buildTables(): void {
		const {memory, cpu} = this.machine;
		const {cells} = cpu;
		for (const [index, entry] of GDT.entries()) memory.write(Physical.GDT + index * 8, 64, entry);
		const tss = KERNEL_BASE + BigInt(Physical.TSS);
		memory.write(Physical.GDT + 0x40, 64, 0x0000_8b00_0000_0067n | ((tss & 0xff_ffffn) << 16n) | (((tss >> 24n) & 0xffn) << 56n));
		memory.write(Physical.GDT + 0x48, 64, tss >> 32n);
		memory.write(Physical.TSS + 4, 64, KERNEL_BASE + BigInt(Physical.STACK) + 0x1000n);
		memory.write(Physical.TSS + 102, 16, 0x68n);
		const handler = KERNEL_BASE + BigInt(Physical.HANDLER);
		for (let vector = 0; vector < 256; vector++) {
			const dpl = vector === 3 || vector === 4 ? 3n : 0n;
			memory.write(Physical.IDT + vector * 16, 64, (handler & 0xffffn) | (0x10n << 16n) | (0x8en << 40n) | (dpl << 45n) | (((handler >> 16n) & 0xffffn) << 48n));
			memory.write(Physical.IDT + vector * 16 + 8, 64, handler >> 32n);
		}

		memory.write(Physical.HANDLER, 8, 0xf4n);
		cells[Cell.CR3] = BigInt(Physical.PML4);
		cells[Cell.CR0] = Cr0.PG | Cr0.WP | Cr0.NE | Cr0.ET | Cr0.MP | Cr0.PE | Cr0.AM;
		cells[Cell.CR4] = Cr4.PAE | Cr4.PGE | Cr4.OSFXSR | Cr4.OSXMMEXCPT | Cr4.UMIP | Cr4.SMEP | Cr4.SMAP | Cr4.FSGSBASE;
		cells[Cell.EFER] = Efer.LME | Efer.LMA | Efer.NXE | Efer.SCE;
		cells[Cell.GDTR_BASE] = KERNEL_BASE + BigInt(Physical.GDT);
		cells[Cell.GDTR_LIMIT] = 0x7fn;
		cells[Cell.IDTR_BASE] = KERNEL_BASE + BigInt(Physical.IDT);
		cells[Cell.IDTR_LIMIT] = 0xfffn;
		cpu.segments.set(Segment.TR, 0x40n, {base: tss, limit: 0x67n, rights: 0x8bn});
		for (let page = 0n; page < 0x20_0000n; page += 4096n) this.enter(KERNEL_BASE + page, Number(page), {write: true, execute: true, user: false});
	}

	private takePage(): number {
		const page = this.free;
		this.free += 4096;
		return page;
	}

	private enter(address: bigint, physical: number, {write = false, execute = false, user = true}: MapOptions): void {
		const {memory} = this.machine;
		let table: number = Physical.PML4;
		for (const shift of [39n, 30n, 21n]) {
			const entry = table + Number((address >> shift) & 511n) * 8;
			if ((memory.read(entry, 64) & Pte.P) === 0n) memory.write(entry, 64, BigInt(this.takePage()) | Pte.P | Pte.W | Pte.U);
			table = Number(memory.read(entry, 64) & 0xff_ffff_ffff_f000n);
		}

		const rights = Pte.P | (write ? Pte.W : 0n) | (user ? Pte.U : 0n) | (execute ? 0n : Pte.NX);
		memory.write(table + Number((address >> 12n) & 511n) * 8, 64, BigInt(physical) | rights);
	}

	/** Maps fresh pages for user code or data. */
	map(address: bigint, bytes: number, options: MapOptions): void {
		for (let page = address; page < address + BigInt(bytes); page += 4096n) {
			const physical = this.takePage();
			this.frames.set(page, physical);
			this.enter(page, physical, options);
		}
	}

	/** Maps one page a second time, at another linear address. */
	alias(address: bigint, original: bigint, options: MapOptions): void {
		this.frames.set(address, this.physical(original));
		this.enter(address, this.physical(original), options);
		this.machine.cpu.stateReplaced();
	}

	/** Writes bytes to mapped pages, whatever their rights. */
	poke(address: bigint, bytes: Uint8Array): void {
		for (const [at, from, length] of this.pieces(address, bytes.length)) this.machine.memory.writeBytes(at, bytes.subarray(from, from + length));
	}

	/** Reads bytes from mapped pages. */
	peek(address: bigint, length: number): Uint8Array {
		const bytes = new Uint8Array(length);
		for (const [at, from, count] of this.pieces(address, length)) bytes.set(this.machine.memory.ram.subarray(at, at + count), from);
		return bytes;
	}

	/** Parts of a range that lie in one page each: physical address, offset in the range, bytes. */
	private *pieces(address: bigint, length: number): Generator<readonly [at: number, from: number, count: number]> {
		for (let from = 0; from < length;) {
			const at = this.physical(address + BigInt(from));
			const count = Math.min(length - from, 4096 - (at % 4096));
			yield [at, from, count];
			from += count;
		}
	}

	private physical(address: bigint): number {
		const frame = this.frames.get(address & ~0xfffn);
		if (frame === undefined) throw new Error(`the test did not map 0x${address.toString(16)}`);
		return frame + Number(address & 0xfffn);
	}

	/** Fills mapped pages with one byte. */
	fill(address: bigint, bytes: number, byte: number): void {
		this.poke(address, new Uint8Array(bytes).fill(byte));
	}

	/** Puts the processor into ring 3 at an address. */
	enterUser(rip: bigint, rsp: bigint, flags: bigint): void {
		const {cpu} = this.machine;
		cpu.segments.set(Segment.CS, 0x33n, {base: 0n, limit: 0xffff_ffffn, rights: flatCodeRights(3)});
		cpu.segments.set(Segment.SS, 0x2bn, {base: 0n, limit: 0xffff_ffffn, rights: flatDataRights(3)});
		for (const segment of [Segment.DS, Segment.ES, Segment.FS, Segment.GS]) cpu.segments.setNull(segment, 0n);
		cpu.cells[Cell.CPL] = 3n;
		cpu.cells[Cell.RIP] = rip;
		cpu.cells[Register.RSP] = rsp;
		cpu.setRflags(flags, 'the test');
		cpu.stateReplaced();
	}

	/** Puts the processor into ring 0 at an address. */
	enterKernel(rip: bigint, rsp: bigint, flags: bigint): void {
		const {cpu} = this.machine;
		cpu.segments.set(Segment.CS, 0x10n, {base: 0n, limit: 0xffff_ffffn, rights: flatCodeRights(0)});
		cpu.segments.set(Segment.SS, 0x18n, {base: 0n, limit: 0xffff_ffffn, rights: flatDataRights(0)});
		cpu.cells[Cell.CPL] = 0n;
		cpu.cells[Cell.RIP] = rip;
		cpu.cells[Register.RSP] = rsp;
		cpu.setRflags(flags, 'the test');
		cpu.stateReplaced();
	}

	/** The words of the exception frame at rsp: rip, cs, rflags, rsp, ss, after the error code if there is one. */
	frame(hasErrorCode: boolean): bigint[] {
		const {cpu} = this.machine;
		const base = cpu.cells[Register.RSP] + (hasErrorCode ? 8n : 0n);
		return [0n, 8n, 16n, 24n, 32n].map(offset => this.kernelWord(base + offset));
	}

	private kernelWord(address: bigint): bigint {
		return this.machine.memory.read(Number(address - KERNEL_BASE), 64);
	}

	/** A segment register's base, for FS and GS tests. */
	setSegmentBase(segment: number, base: bigint): void {
		this.machine.cpu.cells[segmentCell(segment, SegmentCell.BASE)] = base;
	}
}
