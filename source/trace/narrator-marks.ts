import {serviceName} from '../kernel/services/service-table.js';
import type {Mark} from '../machine/events.js';
import {msrName} from '../machine/msr.js';
import {flagNames} from './hardware/flag-meanings.js';
import {named} from './hardware/places.js';
import {registerTitle} from './hardware/register-names.js';
import {portName} from './hardware/told-effects.js';
import {hex} from './names.js';
import type {Told} from './narrator.js';

type MarkOf<K extends Mark['kind']> = Extract<Mark, {readonly kind: K}>;

const KERNEL_HALF = 1n << 63n;

/** Whose GS base a value is, as the halves of the address space are shared out. */
const ownerOf = (base: bigint): string => ((base & KERNEL_HALF) === 0n ? 'the program’s' : 'the kernel’s');

/** What a model-specific register is for, of those that kernels write. */
const MSR_PURPOSES: Readonly<Partial<Record<string, string>>> = {
	lstar: 'syscall will go there',
	star: 'syscall and sysretq will load cs and ss from it',
	fmask: 'syscall will clear these flags',
	cstar: 'where syscall from 32-bit code would go',
	efer: 'its bit SCE makes syscall an instruction',
	'gs.base': 'memory through %gs begins there',
	kernel_gs_base: 'swapgs will put it into the GS base',
	'fs.base': 'memory through %fs begins there',
};

function swapgs({naming}: Told, {before, after}: MarkOf<'swapgs'>): string {
	return `the GS base becomes ${named(after, naming)}; ${ownerOf(before)} ${hex(before)} waits in IA32_KERNEL_GS_BASE`;
}

function syscall({detail: {before, after}, naming}: Told, {to, returnAddress, flags}: MarkOf<'syscall'>): string {
	const stack = before.general.rsp === after.general.rsp ? `rsp is still the program’s ${hex(after.general.rsp)}` : `rsp becomes ${hex(after.general.rsp)}`;
	return `ring ${before.cpl} becomes ring ${after.cpl} and rip ${named(to, naming)}; rcx keeps the return address ${hex(returnAddress)}, r11 the flags ${hex(flags)}; ${stack}`;
}

function sysret({detail: {after}, naming}: Told, {to, flags}: MarkOf<'sysret'>): string {
	return `back to ring ${after.cpl} at ${named(to, naming)}, which rcx held, with the flags ${hex(flags)} from r11; rsp is the program’s ${hex(after.general.rsp)} already`;
}

function iret({detail, naming}: Told, {to, stack, cpl}: MarkOf<'iret'>): string {
	const words = detail.accesses.filter(({purpose}) => purpose === 'pop').length;
	return `${words} words come off the stack: on to ${named(to, naming)} in ring ${cpl}, with rsp ${named(stack, naming)} and the flags ${hex(detail.after.rflags)} (${flagNames(detail.after.rflags).join(', ')})`;
}

function msr({naming}: Told, {msr: number, after}: MarkOf<'msr'>): string {
	const name = msrName(number);
	const purpose = MSR_PURPOSES[name];
	return `${registerTitle(name)} becomes ${named(after, naming)}${purpose === undefined ? '' : `: ${purpose}`}`;
}

function cr3(_: Told, {before, after}: MarkOf<'cr3'>): string {
	return before === after ? `cr3 stays ${hex(after)}` : `cr3 goes from ${hex(before)} to ${hex(after)}: other page tables decide what every address means`;
}

const TABLES = {gdtr: 'the GDT', idtr: 'the IDT', tr: 'the task register', ldtr: 'the LDT register'} as const;

function table({naming}: Told, {register, value}: MarkOf<'table'>): string {
	const place = named(value, naming);
	if (register === 'gdtr' || register === 'idtr') return `the processor finds ${TABLES[register]} at ${place} from now on`;
	return `${TABLES[register]} holds the selector ${place}: the processor has read its descriptor and knows where the ${register === 'tr' ? 'TSS' : 'LDT'} is`;
}

function port({kind, port: number, value, bits}: MarkOf<'in' | 'out'>): string {
	const device = portName(number) ?? 'where nothing answers';
	const character = bits === 8 && value >= 0x20 && value < 0x7f ? ` (‘${String.fromCharCode(value)}’)` : '';
	return kind === 'out' ? `${hex(BigInt(value))}${character} goes to port ${hex(BigInt(number))}, ${device}` : `${hex(BigInt(value))}${character} comes from port ${hex(BigInt(number))}, ${device}`;
}

/** What is said of an instruction by its mark; undefined if its plain work is what matters. */
export function markSentence(told: Told, mark: Mark): string | undefined {
	switch (mark.kind) {
		case 'syscall':
			return syscall(told, mark);
		case 'sysret':
			return sysret(told, mark);
		case 'swapgs':
			return swapgs(told, mark);
		case 'iret':
			return iret(told, mark);
		case 'msr':
			return msr(told, mark);
		case 'cr3':
			return cr3(told, mark);
		case 'table':
			return table(told, mark);
		case 'in':
		case 'out':
			return port(mark);
		case 'hypercall':
			return `the kernel asks the host for ${serviceName(mark.number) ?? `service ${mark.number}`}; rax becomes ${hex(told.detail.after.general.rax)}`;
		case 'halt':
			return 'the processor stands still until an interrupt comes';
		default:
			return undefined;
	}
}
