import {ADDRESSES, IST, PER_CPU, PER_CPU_PAGES, PT_REGS_FIELDS, PT_REGS_SIZE, SCHEDULING, SIZES, TASK, TSS_OFFSETS} from '../../kernel/constants.js';
import type {Kernel} from '../../kernel/kernel.js';
import {Rights} from '../../machine/descriptors.js';
import type {Machine} from '../../machine/machine.js';
import type {Image} from '../../program/image.js';
import {kernelVariable} from '../machine-views/kernel-memory.js';
import {TASK_FIELDS} from '../machine-views/task-fields.js';
import {hex, type NamedProgram, Names} from '../names.js';
import {Stacks} from '../stacks.js';

/** Names for addresses, for sentences that speak of them. */
export interface Naming {
	/** A symbol, with the distance from it. */
	nameOf(address: bigint): string | undefined;
	/** What lies at an address: a field, a variable, a symbol, a stack. */
	placeOf(address: bigint): string | undefined;
}

/** For machines without a kernel of ours: no address has a name. */
export const NAMELESS: Naming = {nameOf: () => undefined, placeOf: () => undefined};

/** A stretch of linear addresses with one purpose. */
export interface Area {
	readonly name: string;
	readonly start: bigint;
	/** Behind the last byte. */
	readonly end: bigint;
}

const PAGE = BigInt(SIZES.PAGE_SIZE);

/** Bytes of the IDT's and the GDT's entries. */
const GATE_BYTES = 16n;
const DESCRIPTOR_BYTES = 8n;

/** How far below its top a program's stack may reach: Linux's usual limit. */
const USER_STACK_REACH = 8n << 20n;

/** Fields of the TSS by their offset. */
const TSS_FIELDS: ReadonlyMap<number, string> = new Map<number, string>([
	...Object.entries(TSS_OFFSETS).filter(([name]) => name !== 'TSS_LIMIT').map(([name, offset]): [number, string] => [offset, name]),
	...Array.from({length: 7}, (_, slot): [number, string] => [TSS_OFFSETS.TSS_ist + 8 * slot, `TSS_ist[${slot}]`]),
]);

/** The stacks of the interrupt stack table that this kernel uses. */
const EXCEPTION_STACKS: readonly (readonly [index: number, name: string])[] = [
	[IST.IST_INDEX_DF, 'the double-fault stack'], [IST.IST_INDEX_NMI, 'the NMI stack'], [IST.IST_INDEX_DB, 'the debug stack'], [IST.IST_INDEX_MCE, 'the machine-check stack'],
];

/** Variables of the per-CPU area by their offset. */
const PER_CPU_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(PER_CPU).map(([name, offset]) => [offset, name]));

/** Where a stack of the interrupt stack table lies; below each is a page that is not mapped. */
function exceptionStack(index: number, name: string): Area {
	const end = ADDRESSES.CPU_ENTRY_AREA_ESTACKS + BigInt(index * IST.EXCEPTION_STACK_STRIDE);
	return {name, start: end - BigInt(IST.EXCEPTION_STKSZ), end};
}

const pageRounded = (address: bigint): bigint => (address + PAGE - 1n) & ~(PAGE - 1n);

const segmentAreas = (image: Image, owner: string): Area[] =>
	image.segments.filter(({memorySize}) => memorySize > 0).map(({name, address, memorySize}) => ({name: `${owner} ${name}`, start: address & ~(PAGE - 1n), end: pageRounded(address + BigInt(memorySize))}));

/** The top of the kernel stack of a place in the table of tasks, counted from 0. */
export const kernelStackTop = (index: number): bigint => ADDRESSES.VMALLOC_START + BigInt((index + 1) * SIZES.THREAD_STRIDE);

/** What lies where in the address spaces of this kernel and a program. What is fixed at boot is read once. */
export class Places implements Naming {
	readonly names: Names;
	/** Address of the per-CPU area; 0 before the loader has put it down. */
	readonly perCpu: bigint;
	private readonly stacks: Stacks;
	/** The areas whose place is known without looking at tables, by address. */
	readonly areas: readonly Area[];

	/**
	 * @param machine after the loader has filled it
	 * @param program whose names are known, if one runs
	 */
	constructor(machine: Machine, kernel: Kernel, program?: NamedProgram) {
		this.names = new Names(kernel, program);
		this.stacks = new Stacks(kernel);
		this.perCpu = kernelVariable(machine, kernel, 'boot_per_cpu') ?? 0n;
		const {perCpu} = this;
		const entry = ADDRESSES;
		const page = (name: string, start: bigint): Area => ({name, start, end: start + PAGE});
		const fixed: Area[] = [
			page('the IDT, read-only', entry.CPU_ENTRY_AREA_RO_IDT),
			page('the GDT, read-only', entry.CPU_ENTRY_AREA_GDT),
			page('the entry stack', entry.CPU_ENTRY_AREA_ENTRY_STACK),
			page('the TSS, read-only', entry.CPU_ENTRY_AREA_TSS),
			...EXCEPTION_STACKS.map(([index, name]) => exceptionStack(index, name)),
			...Array.from({length: SCHEDULING.NR_TASKS}, (_, index): Area => ({
				name: `kernel stack ${index}`, start: kernelStackTop(index) - BigInt(SIZES.THREAD_SIZE), end: kernelStackTop(index),
			})),
			...(perCpu === 0n ? [] : [{name: 'the kernel’s per-CPU area', start: perCpu, end: perCpu + PAGE * BigInt(PER_CPU_PAGES)}]),
			{name: 'the direct map of physical memory', start: ADDRESSES.PAGE_OFFSET, end: ADDRESSES.PAGE_OFFSET + BigInt(machine.memory.size)},
		];
		this.areas = [...(program === undefined ? [] : segmentAreas(program.image, 'the program’s')), ...fixed, ...segmentAreas(kernel.image, 'the kernel’s')];
	}

	nameOf(address: bigint): string | undefined {
		return this.names.nameOf(address);
	}

	placeOf(address: bigint): string | undefined {
		return this.slot(address) ?? this.bootStack(address) ?? this.exceptionStackTop(address) ?? this.task(address) ?? this.variable(address) ?? this.entryArea(address) ?? this.nameOf(address) ?? this.areaOf(address);
	}

	/** The area that holds an address. */
	areaOf(address: bigint): string | undefined {
		const found = this.areas.find(({start, end}) => address >= start && address < end);
		if (found !== undefined) return found.name;
		const belowTop = ADDRESSES.TASK_SIZE_MAX - address;
		return belowTop > 0n && belowTop <= USER_STACK_REACH ? 'the program’s stack' : undefined;
	}

	/** The field of a thread's pt_regs, which lie at the top of its kernel stack. */
	private slot(address: bigint): string | undefined {
		const offset = address - ADDRESSES.VMALLOC_START;
		const stride = BigInt(SIZES.THREAD_STRIDE);
		if (offset <= 0n || offset > stride * BigInt(SCHEDULING.NR_TASKS)) return undefined;
		const top = ((offset + stride - 1n) / stride) * stride;
		if (offset === top) return `the top of kernel stack ${top / stride - 1n}`;
		const below = Number(top - offset);
		if (below > PT_REGS_SIZE) return undefined;
		const byte = PT_REGS_SIZE - below;
		const field = PT_REGS_FIELDS[Math.floor(byte / 8)];
		return byte % 8 === 0 ? `pt_regs->${field}` : `pt_regs->${field}, byte ${byte % 8}`;
	}

	private exceptionStackTop(address: bigint): string | undefined {
		const found = EXCEPTION_STACKS.find(([index, name]) => exceptionStack(index, name).end === address);
		return found === undefined ? undefined : `the top of ${found[1]}`;
	}

	private bootStack(address: bigint): string | undefined {
		return this.stacks.kernelStack(address)?.name === 'boot' ? 'the boot stack' : undefined;
	}

	/** The field of a task_struct. */
	private task(address: bigint): string | undefined {
		const offset = address - (this.names.addressOf('tasks') ?? 0n);
		if (offset < 0n || offset >= BigInt(SCHEDULING.NR_TASKS * TASK.TASK_SIZE)) return undefined;
		const inside = Number(offset % BigInt(TASK.TASK_SIZE));
		const task = `tasks[${offset / BigInt(TASK.TASK_SIZE)}]`;
		const field = TASK_FIELDS.findLast(({offset: start}) => start <= inside);
		if (inside === 0 || field === undefined) return inside === 0 ? task : undefined;
		return `${task}.${field.name}${inside === field.offset ? '' : `+${hex(BigInt(inside - field.offset))}`}`;
	}

	private variable(address: bigint): string | undefined {
		const offset = address - this.perCpu;
		if (this.perCpu === 0n || offset < 0n || offset >= PAGE * BigInt(PER_CPU_PAGES)) return undefined;
		if (offset === 0n) return 'the kernel’s per-CPU area';
		const tss = Number(offset) - PER_CPU.cpu_tss_rw;
		const field = TSS_FIELDS.get(tss);
		if (field !== undefined) return `cpu_tss_rw + ${field}`;
		if (offset >= BigInt(PER_CPU.entry_stack_storage) && offset < BigInt(PER_CPU.entry_stack_storage) + PAGE) return 'the entry stack';
		const gdt = offset - BigInt(PER_CPU.gdt_page);
		if (gdt >= 0n && gdt < PAGE) return `entry ${gdt / DESCRIPTOR_BYTES} of gdt_page`;
		return PER_CPU_NAMES.get(Number(offset));
	}

	private entryArea(address: bigint): string | undefined {
		const offset = address - ADDRESSES.CPU_ENTRY_AREA;
		if (offset < 0n || address >= ADDRESSES.CPU_ENTRY_AREA_ESTACKS) return undefined;
		const inside = offset % PAGE;
		switch (offset - inside) {
			case 0n:
				return `the IDT’s entry ${inside / GATE_BYTES}`;
			case ADDRESSES.CPU_ENTRY_AREA_GDT - ADDRESSES.CPU_ENTRY_AREA:
				return `the GDT’s entry ${inside / DESCRIPTOR_BYTES}`;
			case ADDRESSES.CPU_ENTRY_AREA_TSS - ADDRESSES.CPU_ENTRY_AREA:
				if (inside === 0n) return 'the top of the entry stack';
				return TSS_FIELDS.has(Number(inside)) ? `the TSS’s ${TSS_FIELDS.get(Number(inside)) ?? ''}` : 'the TSS';
			default:
				return 'the entry stack';
		}
	}
}

/** A value in hex, with what lies there if it is an address of something. */
export function named(value: bigint, naming: Naming): string {
	const place = value < PAGE ? undefined : naming.placeOf(value);
	return place === undefined ? hex(value) : `${hex(value)}, ${place}`;
}

/** The same in parentheses, where a sentence goes on behind it. */
export function located(value: bigint, naming: Naming): string {
	const place = value < PAGE ? undefined : naming.placeOf(value);
	return place === undefined ? hex(value) : `${hex(value)} (${place})`;
}

/** A segment's rights in words. */
export function rightsText(rights: bigint): string {
	if ((rights & Rights.UNUSABLE) !== 0n) return 'null: it cannot be used';
	const dpl = `DPL ${(rights >> Rights.DPL_SHIFT) & 3n}`;
	if ((rights & Rights.S) === 0n) return `a system segment of type ${rights & Rights.TYPE}, ${dpl}`;
	if ((rights & Rights.CODE) !== 0n) return `${(rights & Rights.L) === 0n ? '32-bit' : '64-bit'} code, ${dpl}`;
	return `${(rights & Rights.WRITABLE) === 0n ? 'read-only' : 'writable'} data, ${dpl}`;
}
