/** Small kernels and programs in assembly, for tests of what the processor does with rings, tables and exceptions. */
import {TssOffset} from '../../source/machine/descriptors.js';
import {Cell} from '../../source/machine/layout.js';
import type {GeneralRegister} from '../../source/machine/registers.js';
import type {Stop} from '../../source/machine/stop.js';
import {assemble} from '../../source/program/assemble.js';
import {SymbolTable} from '../../source/program/image.js';
import {kernelLayout} from '../../source/program/layout.js';
import {link} from '../../source/program/link.js';
import {BareMachine, type Caught, KERNEL_BASE, Physical} from './bare-machine.js';

/** Physical address of the kernel's code, and how far its pages reach. */
const KERNEL_CODE = 0x10_0000n;

const USER_CODE = 0x40_0000n;
const USER_DATA = 0x60_0000n;
const USER_STACK = 0x70_0000n;
const SCRATCH_PAGES = 0x18_0000n;
/** Top of the first interrupt stack. */
export const INTERRUPT_STACK = KERNEL_BASE + SCRATCH_PAGES + 0x8000n;

const ERROR_CODE_VECTORS = new Set([8, 10, 11, 12, 13, 14, 17]);

/** Names that the assembly may use. */
const DEFINES: ReadonlyMap<string, bigint> = new Map([
	['GDT', KERNEL_BASE + BigInt(Physical.GDT)],
	['IDT', KERNEL_BASE + BigInt(Physical.IDT)],
	['TSS', KERNEL_BASE + BigInt(Physical.TSS)],
	['KERNEL_STACK', KERNEL_BASE + BigInt(Physical.STACK) + 0x1000n],
	['KERNEL_BASE', KERNEL_BASE],
	['SPARE', KERNEL_BASE + SCRATCH_PAGES],
	['USER_CODE', USER_CODE],
	['USER_DATA', USER_DATA],
	['USER_STACK', USER_STACK + 0x2000n],
]);

/** What every text may use: the way to ring 3, with flags and a stack pointer. */
const PRELUDE = `
.macro to_user target, flags=0x202, stack=USER_STACK
	movq	$0x2b, %rax
	pushq	%rax
	movabsq	$\\stack, %rax
	pushq	%rax
	movq	$\\flags, %rax
	pushq	%rax
	movq	$0x33, %rax
	pushq	%rax
	movq	$\\target, %rax
	pushq	%rax
	iretq
.endm
.globl start
`;

/**
 * A machine that runs a text from its label `start` in ring 0, interrupts off. Labels `vector_N` handle exceptions and
 * interrupts; any other ends the run. Section `.user` is mapped for ring 3 at USER_CODE; USER_DATA is four writable
 * pages, and SPARE is memory of the kernel that nothing uses.
 */
export class Guest {
	readonly bare = new BareMachine();
	readonly symbols: SymbolTable;
	private readonly handled = new Set<number>();

	constructor(text: string) {
		const {bare} = this;
		const object = assemble({name: 'guest.s', text: `${PRELUDE}${text}`}, {defines: DEFINES});
		const image = link([object], kernelLayout({text: KERNEL_BASE + KERNEL_CODE, entry: 'start', sections: {'.user': USER_CODE}}));
		this.symbols = new SymbolTable(image.symbols);
		bare.map(USER_CODE, 0x2000, {execute: true});
		bare.map(USER_DATA, 0x4000, {write: true});
		bare.map(USER_STACK, 0x2000, {write: true});
		for (const {address, bytes} of image.segments) {
			if (address >= KERNEL_BASE) bare.machine.memory.writeBytes(Number(address - KERNEL_BASE), bytes);
			else bare.poke(address, bytes);
		}

		for (let vector = 0; vector < 256; vector++) this.installHandler(vector);
		bare.stopsAt = vector => !this.handled.has(vector);
		bare.enterKernel(image.entry, DEFINES.get('KERNEL_STACK') ?? 0n, 0x2n);
	}

	private installHandler(vector: number): void {
		const address = this.symbols.addressOf(`vector_${vector}`);
		if (address === undefined) return;
		this.handled.add(vector);
		this.setGate(vector, {address});
	}

	/** Writes an entry of the IDT; an interrupt gate of ring 0 by default. */
	setGate(vector: number, {address, type = 0x8en, selector = 0x10n, ist = 0n}: {address?: bigint; type?: bigint; selector?: bigint; ist?: bigint}): void {
		const {memory} = this.bare.machine;
		const at = Physical.IDT + vector * 16;
		const old = memory.read(at, 64);
		const target = address ?? ((old & 0xffffn) | ((old >> 32n) & 0xffff_0000n) | (memory.read(at + 8, 64) << 32n));
		memory.write(at, 64, (target & 0xffffn) | (selector << 16n) | (ist << 32n) | (type << 40n) | (((target >> 16n) & 0xffffn) << 48n));
		memory.write(at + 8, 64, target >> 32n);
	}

	/** Gives a vector a stack of its own, the first of the TSS's interrupt stacks. */
	useInterruptStack(vector: number): void {
		this.setGate(vector, {ist: 1n});
		this.setWord(KERNEL_BASE + BigInt(Physical.TSS) + TssOffset.IST1, INTERRUPT_STACK);
	}

	/** Runs until the machine stands still; a machine that does not is an error of the test. */
	run(steps = 20_000): Stop {
		const stop = this.bare.machine.run(steps);
		if (stop === undefined) throw new Error(`the guest still runs after ${steps} steps, at 0x${this.bare.machine.rip.toString(16)}`);
		return stop;
	}

	/** Runs some steps; undefined if the machine could go on. */
	steps(count: number): Stop | undefined {
		return this.bare.machine.run(count);
	}

	register(name: GeneralRegister): bigint {
		return this.bare.machine.register(name);
	}

	/** The machine's cells, see layout.ts. */
	get cells(): BigUint64Array {
		return this.bare.machine.cpu.cells;
	}

	get cpl(): bigint {
		return this.cells[Cell.CPL];
	}

	/** Exceptions that came, in order. */
	get caught(): readonly Caught[] {
		return this.bare.caught;
	}

	/** Vectors of the exceptions that came, in order. */
	get vectors(): readonly number[] {
		return this.bare.caught.map(({vector}) => vector);
	}

	/** The exception that ended the run. */
	get last(): Caught {
		const last = this.bare.caught.at(-1);
		if (last === undefined) throw new Error('no exception has come');
		return last;
	}

	/** The frame of the exception that ended the run: rip, cs, rflags, rsp, ss. */
	get frame(): bigint[] {
		return this.bare.frame(ERROR_CODE_VECTORS.has(this.last.vector));
	}

	/** The address of a label. */
	address(label: string): bigint {
		const address = this.symbols.addressOf(label);
		if (address === undefined) throw new Error(`the guest has no label ${label}`);
		return address;
	}

	/** A word of the kernel's half. */
	word(address: bigint, bits = 64): bigint {
		return this.bare.machine.memory.read(Number(address - KERNEL_BASE), bits);
	}

	/** Writes a word of the kernel's half. */
	setWord(address: bigint, value: bigint, bits = 64): void {
		this.bare.machine.memory.write(Number(address - KERNEL_BASE), bits, value);
	}

	/** The page-table entry of a linear address at a level, 1 to 4. */
	entry(address: bigint, level = 1): bigint {
		return this.step(address, level).entry;
	}

	/** Changes bits of the page-table entry of an address: sets some, clears others. */
	changeEntry(address: bigint, {set = 0n, clear = 0n, level = 1}: {set?: bigint; clear?: bigint; level?: number}): void {
		const {entryAddress, entry} = this.step(address, level);
		this.bare.machine.memory.write(entryAddress, 64, (entry | set) & ~clear);
		this.bare.machine.cpu.stateReplaced();
	}

	private step(address: bigint, level: number): {entryAddress: number; entry: bigint} {
		const step = this.bare.machine.cpu.paging.explain(address).find(found => found.level === level);
		if (step === undefined) throw new Error(`no entry of level ${level} maps 0x${address.toString(16)}`);
		return step;
	}

	/** Maps a page for ring 3, or away. */
	mapUser(address: bigint, options: {write?: boolean; execute?: boolean; user?: boolean}): void {
		this.bare.map(address, 0x1000, options);
		this.bare.machine.cpu.stateReplaced();
	}
}
