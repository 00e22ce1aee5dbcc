import {Flag, type FlagName} from '../../machine/flags.js';

/** What a flag is and says. */
export interface FlagMeaning {
	readonly name: FlagName;
	readonly title: string;
	/** What 1 says, and 0; of IOPL, whose values are rings, the two are one. */
	readonly one: string;
	readonly zero: string;
}

const meaning = (name: FlagName, title: string, one: string, zero: string): FlagMeaning => ({name, title, one, zero});

/** RFLAGS, flag by flag from bit 0 up (SDM vol. 1, 3.4.3). */
export const FLAG_MEANINGS: readonly FlagMeaning[] = [
	meaning('CF', 'carry', 'there was a carry or borrow out of the highest bit', 'there was no carry or borrow'),
	meaning('PF', 'parity', 'the result’s lowest byte has an even number of ones', 'the result’s lowest byte has an odd number of ones'),
	meaning('AF', 'auxiliary carry', 'there was a carry or borrow out of bit 3', 'there was no carry or borrow out of bit 3'),
	meaning('ZF', 'zero', 'the result is zero', 'the result is not zero'),
	meaning('SF', 'sign', 'the result’s highest bit is 1: as a signed number it is negative', 'the result’s highest bit is 0'),
	meaning('TF', 'trap', 'a #DB follows each instruction', 'instructions run without a trap after each'),
	meaning('IF', 'interrupt', 'interrupts of devices are taken', 'interrupts of devices wait'),
	meaning('DF', 'direction', 'string instructions go downwards', 'string instructions go upwards'),
	meaning('OF', 'overflow', 'the signed result does not fit', 'the signed result fits'),
	meaning('IOPL', 'I/O privilege level', 'rings up to this one may use ports and change IF', 'rings up to this one may use ports and change IF'),
	meaning('NT', 'nested task', 'a leftover of task switches: iretq refuses it', 'no nested task'),
	meaning('RF', 'resume', 'the next instruction’s breakpoint is passed over', 'breakpoints of instructions fire'),
	meaning('VM', 'virtual-8086 mode', 'real-mode programs run, which 64-bit mode cannot', 'no real-mode program runs'),
	meaning('AC', 'alignment check', 'in ring 3 unaligned data may be checked; in ring 0 SMAP is lifted', 'no alignment check; SMAP guards the program’s pages'),
	meaning('VIF', 'virtual interrupt', 'a virtual copy of IF', 'a virtual copy of IF'),
	meaning('VIP', 'virtual interrupt pending', 'a virtual interrupt waits', 'no virtual interrupt waits'),
	meaning('ID', 'identification', 'a program may toggle it where CPUID exists', 'a program may toggle it where CPUID exists'),
];

/** Position of a field's lowest bit. */
export function lowestBit(mask: bigint): bigint {
	let position = 0n;
	while (((mask >> position) & 1n) === 0n) position++;
	return position;
}

/** The value of a flag, or of IOPL, in a word of flags. */
export const flagValue = (flags: bigint, name: FlagName): bigint => (flags & Flag[name]) >> lowestBit(Flag[name]);

/** The flags that are set in a word, by name; IOPL with its value. */
export const flagNames = (flags: bigint): string[] =>
	FLAG_MEANINGS.filter(({name}) => (flags & Flag[name]) !== 0n).map(({name}) => (name === 'IOPL' ? `IOPL=${flagValue(flags, name)}` : name));
