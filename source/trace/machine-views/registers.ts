import {Dr6, Dr7} from '../../machine/breakpoints.js';
import {Cr0, Cr4, Efer, PHYSICAL_PAGE_MASK} from '../../machine/control-bits.js';
import {Flag} from '../../machine/flags.js';
import type {Machine} from '../../machine/machine.js';
import {ISOLATION, SELECTORS} from '../../kernel/constants.js';
import {FLAG_MEANINGS, flagNames, flagValue, lowestBit} from '../hardware/flag-meanings.js';
import {NAMELESS, named, type Naming} from '../hardware/places.js';
import {hex} from '../names.js';
import {bitFields, type Decoded, field, type Field} from './field.js';
import {CR0_MEANINGS, CR4_MEANINGS, EFER_MEANINGS} from './register-bits.js';

/** RFLAGS by bit (SDM vol. 1, 3.4.3). */
export function decodeFlags(value: bigint): Decoded {
	const fields = FLAG_MEANINGS.map(({name, title, one, zero}): Field => {
		const low = lowestBit(Flag[name]);
		const bit = flagValue(value, name);
		return {name, bits: name === 'IOPL' ? `${low + 1n}:${low}` : `${low}`, value: bit, sentence: `${title.charAt(0).toUpperCase()}${title.slice(1)}: ${bit === 0n ? zero : one}.`};
	});
	return {name: 'RFLAGS', bits: 64, value, sentence: 'What the last computation was like, and how the processor is to go on.', fields};
}

const SELECTOR_NAMES: ReadonlyMap<number, string> = new Map(
	Object.entries(SELECTORS).filter(([name]) => name.startsWith('__')).map(([name, selector]) => [selector & ~3, name]),
);

/** A selector with the kernel's name for it. */
export function selectorText(selector: bigint): string {
	const name = SELECTOR_NAMES.get(Number(selector & ~3n));
	return name === undefined ? hex(selector) : `${hex(selector)}, ${name}`;
}

/** The address that a register holds, as its one field. */
const address = (value: bigint, naming: Naming, meaning: string): Field[] => [field('address', value, 63, 0, whole => `${meaning} ${named(whole, naming)}.`)];

function decodeStar(value: bigint): Field[] {
	return [
		field('SYSRET selector', value, 63, 48, base => `sysretq loads cs with ${selectorText((base + 16n) | 3n)}, and ss with ${selectorText((base + 8n) | 3n)}.`),
		field('SYSCALL selector', value, 47, 32, base => `syscall loads cs with ${selectorText(base & ~3n)}, and ss with ${selectorText(base + 8n)}.`),
		field('32-bit target', value, 31, 0, target => `Where syscall would go from 32-bit code on an AMD processor of old: ${hex(target)}.`),
	];
}

function decodeMask(value: bigint): Field[] {
	return FLAG_MEANINGS.map(({name}): Field => {
		const low = lowestBit(Flag[name]);
		const set = (value & Flag[name]) !== 0n;
		return {name, bits: name === 'IOPL' ? `${low + 1n}:${low}` : `${low}`, value: flagValue(value, name), sentence: set ? `syscall clears ${name}.` : `syscall leaves ${name} as it is.`};
	});
}

function decodeCr3(value: bigint, withPcids: boolean): Field[] {
	const table = field('table', value & PHYSICAL_PAGE_MASK, 51, 12, page => `The top-level page table, the PML4, lies at physical ${hex(page << 12n)}.`);
	if (!withPcids) return [table, field('PCD', value, 4, 4, bit => `The table is ${bit === 0n ? '' : 'not '}cached.`), field('PWT', value, 3, 3, bit => `Writes to the table go ${bit === 0n ? 'to the cache first' : 'through the cache'}.`)];
	const user = (value >> BigInt(ISOLATION.PTI_USER_PCID_BIT)) & 1n;
	return [table, field('PCID', value, 11, 0, pcid => `The TLB keeps translations apart under the number ${pcid}, ${user === 1n ? 'the program’s view' : 'the kernel’s view'}.`)];
}

const BREAKPOINT_KINDS = ['when it is run', 'when it is written', 'when its port is used', 'when it is read or written'] as const;

/** Lengths by the LEN field. */
const BREAKPOINT_BYTES = [1, 2, 8, 4] as const;

function decodeDr7(value: bigint): Field[] {
	const breakpoints = [0, 1, 2, 3].flatMap(index => [
		field(`L${index}, G${index}`, value, 2 * index + 1, 2 * index, bits => `Breakpoint ${index} is ${bits === 0n ? 'off' : 'on'}.`),
		field(`R/W${index}`, value, 17 + 4 * index, 16 + 4 * index, kind => `Breakpoint ${index} stops ${BREAKPOINT_KINDS[Number(kind)]}.`),
		field(`LEN${index}`, value, 19 + 4 * index, 18 + 4 * index, length => `Breakpoint ${index} covers ${BREAKPOINT_BYTES[Number(length)]} byte${length === 0n ? '' : 's'}.`),
	]);
	const guard = Number(lowestBit(Dr7.GD));
	return [...breakpoints, field('GD', value, guard, guard, bit => (bit === 0n ? 'Ring 0 may touch the debug registers.' : 'Touching a debug register is #DB.'))];
}

function decodeDr6(value: bigint): Field[] {
	const bit = (name: string, mask: bigint, one: string, zero: string): Field => field(name, value, Number(lowestBit(mask)), Number(lowestBit(mask)), set => (set === 1n ? one : zero));
	return [
		...[0, 1, 2, 3].map(index => bit(`B${index}`, 1n << BigInt(index), `Breakpoint ${index} matched.`, `Breakpoint ${index} did not match.`)),
		bit('BD', Dr6.BD, 'A debug register was to be touched.', 'No debug register was to be touched.'),
		bit('BS', Dr6.BS, 'It was a single step.', 'It was no single step.'),
		bit('BT', Dr6.BT, 'It was a switch to a task that is traced.', 'It was no switch of tasks.'),
	];
}

/** How one register is read. */
interface Row {
	/** The manual's name. */
	readonly name: string;
	/** The machine's name of it. */
	readonly register: string;
	readonly sentence: string;
	readonly fields: (value: bigint, naming: Naming, machine: Machine) => Field[];
}

const withPcids = (machine: Machine): boolean => (machine.registers.get('cr4') & Cr4.PCIDE) !== 0n;

const CONTROL: readonly Row[] = [
	{name: 'CR0', register: 'cr0', sentence: 'Switches of the processor as a whole.', fields: value => bitFields(value, Cr0, CR0_MEANINGS)},
	{name: 'CR2', register: 'cr2', sentence: 'The address of the last page fault.', fields: (value, naming) => address(value, naming, 'The last page fault was at')},
	{name: 'CR3', register: 'cr3', sentence: 'Where the page tables begin.', fields: (value, _, machine) => decodeCr3(value, withPcids(machine))},
	{name: 'CR4', register: 'cr4', sentence: 'Switches for what came to the processor later.', fields: value => bitFields(value, Cr4, CR4_MEANINGS)},
	{name: 'CR8', register: 'cr8', sentence: 'The task priority: interrupts of its class and below wait.', fields: value => [field('priority', value, 3, 0, priority => `Interrupts with vectors up to ${priority * 16n + 15n} wait.`)]},
];

const MODEL_SPECIFIC: readonly Row[] = [
	{name: 'IA32_EFER', register: 'efer', sentence: 'Switches of 64-bit mode.', fields: value => bitFields(value, Efer, EFER_MEANINGS)},
	{name: 'IA32_STAR', register: 'star', sentence: 'The selectors that syscall and sysretq load.', fields: decodeStar},
	{name: 'IA32_LSTAR', register: 'lstar', sentence: 'Where syscall goes.', fields: (value, naming) => address(value, naming, 'syscall from 64-bit code goes to')},
	{name: 'IA32_CSTAR', register: 'cstar', sentence: 'Where syscall from 32-bit code goes on AMD processors.', fields: (value, naming) => address(value, naming, 'syscall from 32-bit code would go to')},
	{name: 'IA32_FMASK', register: 'fmask', sentence: 'The flags that syscall clears.', fields: decodeMask},
	{name: 'IA32_GS_BASE', register: 'gs.base', sentence: 'Where memory through %gs begins.', fields: (value, naming) => address(value, naming, '%gs:0 is')},
	{name: 'IA32_KERNEL_GS_BASE', register: 'kernel_gs_base', sentence: 'What swapgs exchanges with the GS base.', fields: (value, naming) => address(value, naming, 'swapgs would make the GS base')},
	{name: 'IA32_FS_BASE', register: 'fs.base', sentence: 'Where memory through %fs begins: a thread’s own variables.', fields: (value, naming) => address(value, naming, '%fs:0 is')},
];

const DEBUG: readonly Row[] = [
	...[0, 1, 2, 3].map((index): Row => ({name: `DR${index}`, register: `dr${index}`, sentence: `Where breakpoint ${index} stands.`, fields: (value, naming) => address(value, naming, `Breakpoint ${index} is for`)})),
	{name: 'DR6', register: 'dr6', sentence: 'Why the last debug exception came.', fields: decodeDr6},
	{name: 'DR7', register: 'dr7', sentence: 'Which breakpoints are on, and what they wait for.', fields: decodeDr7},
];

const decode = (rows: readonly Row[], machine: Machine, naming: Naming): Decoded[] =>
	rows.map(({name, register, sentence, fields}) => {
		const value = machine.registers.get(register);
		return {name, bits: 64, value, sentence, fields: fields(value, naming, machine)};
	});

/** The system's registers with their fields. */
export interface SystemRegisters {
	readonly flags: Decoded;
	/** The flags that are set, by name. */
	readonly flagNames: readonly string[];
	/** 0 to 3. */
	readonly ring: number;
	readonly control: readonly Decoded[];
	readonly modelSpecific: readonly Decoded[];
	readonly debug: readonly Decoded[];
}

/**
 * Reads the flags, the control registers, the model-specific registers of system calls and the debug registers.
 * @param naming names for the addresses in them
 */
export function systemRegisters(machine: Machine, naming: Naming = NAMELESS): SystemRegisters {
	const flags = machine.cpu.rflags;
	return {
		flags: decodeFlags(flags),
		flagNames: flagNames(flags),
		ring: machine.cpu.cpl,
		control: decode(CONTROL, machine, naming),
		modelSpecific: decode(MODEL_SPECIFIC, machine, naming),
		debug: decode(DEBUG, machine, naming),
	};
}
