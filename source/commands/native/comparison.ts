import {GENERAL_REGISTERS, type GeneralRegister} from '../../machine/registers.js';
import type {MeasuredCall} from './gdb.js';
import type {RegisterValues, SeenCall} from './machine-calls.js';

/** How a value that both have compares. */
export type Verdict =
	| 'same'
	| 'differs'
	/** The two may have other values: a process number, a clock, flags of a sum with a stack's address. */
	| 'own';

/** One thing that is set beside the other. */
export interface Line {
	readonly what: string;
	readonly machine: string;
	readonly real: string;
	readonly verdict: Verdict;
}

/** A call on both. */
export interface ComparedCall {
	/** Counted from 1. */
	readonly number: number;
	readonly name: string;
	readonly site: bigint;
	readonly lines: readonly Line[];
}

/** Registers that a call may change: its result, and what SYSCALL and SYSRET use for rip and the flags. */
const CHANGED: ReadonlySet<GeneralRegister> = new Set(['rax', 'rcx', 'r11']);

/** Registers that a call must keep, but rsp, which is told by itself. */
const PRESERVED = GENERAL_REGISTERS.filter(name => !CHANGED.has(name) && name !== 'rsp');

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** A result with its sign, where that is more than one digit says. */
const resultText = (value: bigint): string => {
	const signed = BigInt.asIntN(64, value);
	return signed > -10n && signed < 10n ? `${hex(value)}${signed < 0n ? ` (${signed})` : ''}` : `${hex(value)} (${signed})`;
};

const line = (what: string, machine: string, real: string, own = false): Line => ({what, machine, real, verdict: machine === real ? 'same' : own ? 'own' : 'differs'});

/** What became of a register: kept, or what it was and is. */
const kept = (name: GeneralRegister, before: RegisterValues, after: RegisterValues): string => (before[name] === after[name] ? 'kept' : `${hex(before[name])} → ${hex(after[name])}`);

/** All registers that a call must keep, in one word if it has kept all. */
function keptAll(before: RegisterValues, after: RegisterValues): string {
	const lost = PRESERVED.filter(name => before[name] !== after[name]);
	return lost.length === 0 ? 'all kept' : lost.map(name => `${name}: ${kept(name, before, after)}`).join(', ');
}

function linesOf({before, after}: SeenCall, real: MeasuredCall): Line[] {
	if (real.before === undefined) return [];
	if (after === undefined || real.after === undefined) return [line('comes back', after === undefined ? 'no' : 'yes', real.after === undefined ? 'no' : 'yes')];
	// The flags come from what the program computed last, with its stack's address perhaps: what counts is that they stay.
	const isKept = (found: (values: RegisterValues) => bigint): boolean => found(after) === before.rflags && real.after !== undefined && found(real.after) === real.before?.rflags;
	return [
		line('rcx', hex(after.rcx), hex(real.after.rcx)),
		line('r11', hex(after.r11), hex(real.after.r11), isKept(({r11}) => r11)),
		line('rflags', hex(after.rflags), hex(real.after.rflags), isKept(({rflags}) => rflags)),
		line('rsp', kept('rsp', before, after), kept('rsp', real.before, real.after)),
		line('the other registers', keptAll(before, after), keptAll(real.before, real.after)),
		line('result', resultText(after.rax), resultText(real.after.rax), true),
	];
}

/** Sets what the real processor did beside what the machine did. Calls that were not measured are left out. */
export const compareCalls = (machine: readonly SeenCall[], real: readonly MeasuredCall[]): ComparedCall[] =>
	machine.slice(0, real.length).map((call, index) => ({number: index + 1, name: call.name, site: call.site, lines: linesOf(call, real[index])}));

/** Whether something differs that must not. */
export const isDifferent = (calls: readonly ComparedCall[]): boolean => calls.some(({lines}) => lines.some(({verdict}) => verdict === 'differs'));
