import type {Show} from './view.js';

/** A number with its sign, of the low bits of a value. */
export const signed = (bits: number): Show => value => BigInt.asIntN(bits, value).toString();

/** A number without sign, of the low bits of a value. */
export const unsigned = (bits: number): Show => value => BigInt.asUintN(bits, value).toString();

/** A number to the base 16, with 0x before it unless it is 0. */
export const hexadecimal = (bits: number): Show => value => hex(BigInt.asUintN(bits, value));

/** 0x and lower-case digits; 0 stands alone. */
export const hex = (value: bigint | number): string => (BigInt(value) === 0n ? '0' : `0x${value.toString(16)}`);

/** A number to the base 8, of three digits at least, and with a 0 before it. */
export const octal = (value: bigint | number): string => (BigInt(value) === 0n ? '000' : `0${value.toString(8)}`.padStart(3, '0'));

export const int = signed(32);
export const uint = unsigned(32);
export const long = signed(64);
export const ulong = unsigned(64);
export const short = signed(16);
export const hexInt = hexadecimal(32);
export const hexLong = hexadecimal(64);

/** An address; the null pointer by its name. */
export const address: Show = value => (value === 0n ? 'NULL' : hex(value));

/** Permission bits, and what else a 16-bit mode has. */
export const mode: Show = value => octal(BigInt.asUintN(16, value));

/** A user or group id; -1 means none. */
export const owner: Show = value => (BigInt.asUintN(32, value) === 0xffff_ffffn ? '-1' : uint(value, NOWHERE));

/** For numbers, whose text depends on nothing else. */
const NOWHERE = {memory: () => undefined, args: [], stack: undefined, result: undefined, limit: 0, previous: undefined} as const;

/** The text of a number that no call belongs to. */
export const plain = (show: Show, value: bigint): string => show(value, NOWHERE);

/** A device's number, as the kernel packs it (include/linux/kdev_t.h, new_decode_dev). */
export const device: Show = value => {
	const packed = BigInt.asUintN(64, value);
	const major = ((packed >> 8n) & 0xfffn) | ((packed >> 32n) & 0xffff_f000n);
	const minor = (packed & 0xffn) | ((packed >> 12n) & 0xffff_ff00n);
	return `makedev(${hex(major)}, ${hex(minor)})`;
};

/** A time of the calendar, as date and time in UTC; undefined beyond what a calendar can say. */
export function calendar(seconds: bigint, fraction = ''): string | undefined {
	const [days, time] = floorDivide(seconds, 86_400n);
	const date = civilDate(days);
	if (date === undefined) return undefined;
	const two = (value: bigint): string => value.toString().padStart(2, '0');
	return `${date}T${two(time / 3600n)}:${two((time / 60n) % 60n)}:${two(time % 60n)}${fraction}+0000`;
}

/** Quotient, rounded down, and remainder. */
function floorDivide(value: bigint, by: bigint): [quotient: bigint, remainder: bigint] {
	const remainder = ((value % by) + by) % by;
	return [(value - remainder) / by, remainder];
}

/** Days of 400 years, after which the calendar repeats itself, and of the time from March of the year 0 to 1970. */
const DAYS_OF_ERA = 146_097n;
const DAYS_TO_1970 = 719_468n;

/** The highest year that an int can count from 1900. */
const LAST_YEAR = 2_147_485_547n;

/** Year, month and day of a day counted from the first of 1970; years begin in March meanwhile, so that the leap day is last. */
function civilDate(days: bigint): string | undefined {
	const [era, day] = floorDivide(days + DAYS_TO_1970, DAYS_OF_ERA);
	const year = (day - day / 1460n + day / 36_524n - day / 146_096n) / 365n;
	const dayOfYear = day - (365n * year + year / 4n - year / 100n);
	const month = (5n * dayOfYear + 2n) / 153n;
	const inMonth = dayOfYear - (153n * month + 2n) / 5n + 1n;
	const civilMonth = month < 10n ? month + 3n : month - 9n;
	const civilYear = era * 400n + year + (civilMonth <= 2n ? 1n : 0n);
	if (civilYear > LAST_YEAR || civilYear < -LAST_YEAR) return undefined;
	return `${civilYear.toString().padStart(4, '0')}-${civilMonth.toString().padStart(2, '0')}-${inMonth.toString().padStart(2, '0')}`;
}
