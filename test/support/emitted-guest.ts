/** Small kernels with programs, like those of guest.ts, for both ways of running instructions. */
import {Cr4} from '../../source/machine/control-bits.js';
import {Cell} from '../../source/machine/layout.js';
import type {Engine, Machine} from '../../source/machine/machine.js';
import {assemble} from '../../source/program/assemble.js';
import {type Image, SymbolTable} from '../../source/program/image.js';
import {kernelLayout} from '../../source/program/layout.js';
import {link} from '../../source/program/link.js';
import {BareMachine, KERNEL_BASE, Physical} from './bare-machine.js';

/** Physical address of the kernel's code. */
const KERNEL_CODE = 0x10_0000n;

/** Memory of the kernel that the loader leaves alone: 256 KiB. */
const SPARE = KERNEL_BASE + 0x18_0000n;

/** Where ring 3 has its code, its data and its stack. */
export const UserPlace = {CODE: 0x40_0000n, DATA: 0x60_0000n, STACK: 0x70_0000n} as const;

const CODE_BYTES = 0x1_0000;
const DATA_BYTES = 0x8000;
const STACK_BYTES = 0x4000;

const DEFINES: ReadonlyMap<string, bigint> = new Map([
	['KERNEL_STACK', KERNEL_BASE + BigInt(Physical.STACK) + 0x1000n],
	['KERNEL_BASE', KERNEL_BASE],
	['IDT', KERNEL_BASE + BigInt(Physical.IDT)],
	['SPARE', SPARE],
	['USER_CODE', UserPlace.CODE],
	['USER_DATA', UserPlace.DATA],
	['USER_STACK', UserPlace.STACK + BigInt(STACK_BYTES)],
]);

/** What every text may use: the way to ring 3, the timer, and the page-table entry of a linear address. */
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
.macro timer_every steps
	movw	$0x40, %dx
	movl	$\\steps, %eax
	outl	%eax, %dx
.endm
.globl start
`;

/** How the machine is made. */
export interface GuestOptions {
	/** Whether ring 3 may write its code. */
	readonly writableCode?: boolean;
	/** Whether ring 0 may touch and run what is ring 3's: CR4 then has neither SMAP nor SMEP. */
	readonly unguarded?: boolean;
	/** More pages of ring 3 that are the same as others: the new address, and the old one. */
	readonly aliases?: readonly (readonly [alias: bigint, original: bigint])[];
	/** More names for the text, of addresses of entries of page tables: name, and the linear address that the entry is for. */
	readonly entries?: Readonly<Record<string, bigint>>;
}

/** The name `vector_N` for a vector's handler. */
const handlerName = (vector: number): string => `vector_${vector}`;

/** The vector of int3, which ring 3 may use. */
const BREAKPOINT = 3;

function setGate({memory}: Machine, vector: number, address: bigint): void {
	const at = Physical.IDT + vector * 16;
	const type = vector === BREAKPOINT ? 0xeen : 0x8en;
	memory.write(at, 64, (address & 0xffffn) | (0x10n << 16n) | (type << 40n) | (((address >> 16n) & 0xffffn) << 48n));
	memory.write(at + 8, 64, address >> 32n);
}

/** The linear address in the kernel's half at which the last entry for an address lies. */
function entryOf(bare: BareMachine, address: bigint): bigint {
	const found = bare.machine.cpu.paging.explain(address).find(({level}) => level === 1);
	if (found === undefined) throw new Error(`no entry maps 0x${address.toString(16)}`);
	return KERNEL_BASE + BigInt(found.entryAddress);
}

function place(bare: BareMachine, image: Image): void {
	for (const {address, bytes} of image.segments) {
		if (address >= KERNEL_BASE) bare.machine.memory.writeBytes(Number(address - KERNEL_BASE), bytes);
		else bare.poke(address, bytes);
	}
}

/**
 * A machine that runs a text from its label `start` in ring 0, interrupts off. Labels `vector_N` handle exceptions and
 * interrupts; any other ends the run. Sections `.user` and `.userdata` are mapped for ring 3.
 */
export function emittedGuest(engine: Engine, text: string, {writableCode = false, unguarded = false, aliases = [], entries = {}}: GuestOptions = {}): Machine {
	const bare = new BareMachine(undefined, engine);
	const {machine} = bare;
	bare.map(UserPlace.CODE, CODE_BYTES, {execute: true, write: writableCode});
	bare.map(UserPlace.DATA, DATA_BYTES, {write: true});
	bare.map(UserPlace.STACK, STACK_BYTES, {write: true});
	for (const [alias, original] of aliases) bare.alias(alias, original, {write: true, execute: true});
	const names = new Map([...DEFINES, ...Object.entries(entries).map(([name, address]) => [name, entryOf(bare, address)] as const)]);
	const object = assemble({name: 'guest.s', text: `${PRELUDE}${text}`}, {defines: names});
	const sections = {'.user': UserPlace.CODE, '.userdata': UserPlace.DATA};
	const image = link([object], kernelLayout({text: KERNEL_BASE + KERNEL_CODE, entry: 'start', sections}));
	place(bare, image);
	const symbols = new SymbolTable(image.symbols);
	const handled = new Set<number>();
	for (let vector = 0; vector < 256; vector++) {
		const address = symbols.addressOf(handlerName(vector));
		if (address === undefined) continue;
		handled.add(vector);
		setGate(machine, vector, address);
	}

	bare.stopsAt = vector => !handled.has(vector);
	bare.enterKernel(image.entry, DEFINES.get('KERNEL_STACK') ?? 0n, 0x2n);
	if (unguarded) machine.registers.set('cr4', machine.cpu.cells[Cell.CR4] & ~(Cr4.SMAP | Cr4.SMEP));
	return machine;
}
