import {EQUATES, PER_CPU, PT_REGS_SIZE, TSS_OFFSETS} from '../../kernel/constants.js';
import {ERRNO_ALIASES, ERRNO_ENTRIES, errnoNumber} from '../../kernel/errno.js';
import {SYSCALLS} from '../../kernel/syscall-table.js';
import {Flag, type FlagName} from '../../machine/flags.js';
import {GENERAL_REGISTERS, type GeneralRegister} from '../../machine/registers.js';

/** What can be done to a value in an expression, by name; functions.ts does it. */
export const FUNCTIONS: readonly string[] = ['hex', 'dec', 'signed', 'char', 'errno', 'symbol', 'function', 'line', 'instruction', 'mapped', 'canonical'];

/** Names of what the run itself is asked for. */
export const RUN_NAMES: readonly string[] = ['console', 'stack', 'steps', 'kernel_steps', 'user_steps', 'exit_status', 'signal'];

/** A part of a general register. */
export interface RegisterPart {
	readonly register: GeneralRegister;
	readonly bits: 8 | 16 | 32;
	/** Lowest bit. */
	readonly shift: number;
}

const part = (name: string, register: GeneralRegister, bits: RegisterPart['bits'], shift = 0): [string, RegisterPart] => [name, {register, bits, shift}];

/** The names of the parts of a register: four letters of them have a high byte with a name. */
function partsOf(register: GeneralRegister): [string, RegisterPart][] {
	if (/\d/.test(register)) return [part(`${register}d`, register, 32), part(`${register}w`, register, 16), part(`${register}b`, register, 8)];
	const short = register.slice(1);
	const words = [part(`e${short}`, register, 32), part(short, register, 16)];
	const letter = short.at(0) ?? '';
	return short.endsWith('x') ? [...words, part(`${letter}l`, register, 8), part(`${letter}h`, register, 8, 8)] : [...words, part(`${short}l`, register, 8)];
}

/** Parts of the general registers, by name (SDM vol. 1, 3.4.1.1). */
export const REGISTER_PARTS: ReadonlyMap<string, RegisterPart> = new Map(GENERAL_REGISTERS.flatMap(partsOf));

/** The names of the flags. */
export const FLAG_NAMES = Object.keys(Flag) as readonly FlagName[];

/** Whether a word names a flag. */
export const isFlag = (word: string): word is FlagName => (FLAG_NAMES as readonly string[]).includes(word);

/** Per-CPU variables that are one word, by name: their offset from the GS base. */
export const PER_CPU_WORDS: ReadonlyMap<string, number> = new Map(Object.entries({
	current_task: PER_CPU.current_task,
	cpu_current_top_of_stack: PER_CPU.cpu_current_top_of_stack,
	kstack_offset: PER_CPU.kstack_offset,
	'tss.sp0': PER_CPU.cpu_tss_rw + TSS_OFFSETS.TSS_sp0,
	'tss.sp1': PER_CPU.cpu_tss_rw + TSS_OFFSETS.TSS_sp1,
	'tss.sp2': PER_CPU.cpu_tss_rw + TSS_OFFSETS.TSS_sp2,
}));

/** Numbers that have a name in Linux: error numbers, signals, selectors, addresses, system calls as SYS_write. */
export const CONSTANTS: ReadonlyMap<string, bigint> = new Map<string, bigint>([
	...Object.entries(EQUATES).filter(([name]) => !PER_CPU_WORDS.has(name)).map(([name, value]): [string, bigint] => [name, BigInt(value)]),
	...ERRNO_ENTRIES.map(({name, number}): [string, bigint] => [name, BigInt(number)]),
	...Object.entries(ERRNO_ALIASES).map(([alias, name]): [string, bigint] => [alias, BigInt(errnoNumber(name))]),
	...SYSCALLS.map(({name, number}): [string, bigint] => [`SYS_${name}`, BigInt(number)]),
	['PT_REGS_SIZE', BigInt(PT_REGS_SIZE)],
	['true', 1n],
	['false', 0n],
]);
