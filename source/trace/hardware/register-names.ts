import {UNIT_REGISTERS} from '../../machine/telling.js';

/** How a register is spoken of, and its width in bits. */
interface RegisterRow {
	readonly title: string;
	readonly bits: number;
}

const SEGMENTS = ['es', 'cs', 'ss', 'ds', 'fs', 'gs', 'ldtr', 'tr'] as const;

/** Registers whose title is not their name or whose width is not 64 bits. */
const ROWS: ReadonlyMap<string, RegisterRow> = new Map<string, RegisterRow>([
	...SEGMENTS.flatMap((name): [string, RegisterRow][] => [
		[name, {title: name, bits: 16}],
		[`${name}.base`, {title: `the ${name.toUpperCase()} base`, bits: 64}],
		[`${name}.limit`, {title: `${name}’s limit`, bits: 32}],
		// Sixteen bits of the descriptor, and one that says that the register cannot be used.
		[`${name}.rights`, {title: `${name}’s rights`, bits: 17}],
	]),
	...UNIT_REGISTERS.map(({name, bits}): [string, RegisterRow] => [name, {title: name.replace('x87.', 'the x87 unit’s '), bits}]),
	['cpl', {title: 'the privilege level', bits: 2}],
	['gdtr.base', {title: 'the GDT’s address', bits: 64}], ['gdtr.limit', {title: 'the GDT’s limit', bits: 16}],
	['idtr.base', {title: 'the IDT’s address', bits: 64}], ['idtr.limit', {title: 'the IDT’s limit', bits: 16}],
	['efer', {title: 'IA32_EFER', bits: 64}], ['star', {title: 'IA32_STAR', bits: 64}], ['lstar', {title: 'IA32_LSTAR', bits: 64}],
	['cstar', {title: 'IA32_CSTAR', bits: 64}], ['fmask', {title: 'IA32_FMASK', bits: 64}],
	['kernel_gs_base', {title: 'IA32_KERNEL_GS_BASE', bits: 64}], ['tsc', {title: 'the time-stamp counter', bits: 64}],
	['tsc_aux', {title: 'IA32_TSC_AUX', bits: 64}], ['pat', {title: 'IA32_PAT', bits: 64}],
	['sysenter_cs', {title: 'IA32_SYSENTER_CS', bits: 64}], ['sysenter_esp', {title: 'IA32_SYSENTER_ESP', bits: 64}], ['sysenter_eip', {title: 'IA32_SYSENTER_EIP', bits: 64}],
]);

/** How a register is spoken of in a sentence: `rax`, `IA32_LSTAR`, `the GS base`. */
export const registerTitle = (name: string): string => ROWS.get(name)?.title ?? name;

/** A title at the beginning of a sentence: names of registers stay as they are. */
export const opening = (title: string): string => (title.startsWith('the ') ? `The ${title.slice(4)}` : title);

/** The width of a register in bits. */
export const registerBits = (name: string): number => ROWS.get(name)?.bits ?? 64;

const LETTERED = new Set(['rax', 'rbx', 'rcx', 'rdx']);
const POINTERS = new Set(['rsi', 'rdi', 'rbp', 'rsp']);

/** The name of a part of a general register: `eax`, `ax`, `al`, `ah`, `r8d`, `sil`. */
export function partName(register: string, bits: number, high: boolean): string {
	if (bits === 64) return register;
	const stem = register.slice(1);
	if (LETTERED.has(register)) {
		if (bits === 32) return `e${stem}`;
		return bits === 16 ? stem : `${stem[0]}${high ? 'h' : 'l'}`;
	}

	if (POINTERS.has(register)) return bits === 32 ? `e${stem}` : bits === 16 ? stem : `${stem}l`;
	return /^r\d+$/.test(register) ? `${register}${bits === 32 ? 'd' : bits === 16 ? 'w' : 'b'}` : register;
}
