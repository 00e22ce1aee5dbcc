import {type Field, more, structure, u16} from '../layouts.js';
import {bitByBit, byNumber, counted, flagsText, names, type NameTable} from '../names.js';
import {hex} from '../scalars.js';

/** The kernel's struct termios: four words of flags, then characters (include/uapi/asm-generic/termbits.h). */

const INPUT = names('', bitByBit('', 0, 'IGNBRK BRKINT IGNPAR PARMRK INPCK ISTRIP INLCR IGNCR ICRNL IUCLC IXON IXANY IXOFF IMAXBEL IUTF8'));
const OUTPUT = names('', bitByBit('', 0, 'OPOST OLCUC ONLCR OCRNL ONOCR ONLRET OFILL OFDEL'));
const CONTROL = names('', {...bitByBit('', 6, 'CSTOPB CREAD PARENB PARODD HUPCL CLOCAL'), CMSPAR: 0x4000_0000, CRTSCTS: 0x8000_0000});
const LOCAL = names('', {
	...bitByBit('', 0, 'ISIG ICANON XCASE ECHO ECHOE ECHOK ECHONL NOFLSH'), IEXTEN: 0x8000, ...bitByBit('', 9, 'ECHOCTL ECHOPRT ECHOKE FLUSHO'), PENDIN: 0x4000, TOSTOP: 0x100, EXTPROC: 0x1_0000,
});

/** How long a terminal is given after some characters: each its bits among the output flags, and their values' names. */
const DELAYS: readonly (readonly [mask: number, shift: number, values: string])[] = [
	[0x100, 8, 'NL0 NL1'], [0x600, 9, 'CR0 CR1 CR2 CR3'], [0x1800, 11, 'TAB0 TAB1 TAB2 XTABS'], [0x2000, 13, 'BS0 BS1'], [0x4000, 14, 'VT0 VT1'], [0x8000, 15, 'FF0 FF1'],
];

const SPEEDS = byNumber({
	...counted('B', 0, '0 50 75 110 134 150 200 300 600 1200 1800 2400 4800 9600 19200 38400'),
	...counted('B', 0x1001, '57600 115200 230400 460800 500000 576000 921600 1000000 1152000 1500000 2000000 2500000 3000000 3500000 4000000'), BOTHER: 0x1000,
});

const SIZES = ['CS5', 'CS6', 'CS7', 'CS8'];
const SPEED_MASK = 0x100f;
const INPUT_SPEED_SHIFT = 16;
const SIZE_MASK = 0x30;

/** Flags; no flag is no text. */
const set = (value: number, table: NameTable): string => (value === 0 ? '' : flagsText(BigInt(value >>> 0), table));

const output = (flags: number): string => {
	const delays = DELAYS.map(([mask, shift, values]) => values.split(' ')[(flags & mask) >> shift]);
	return `${delays.join('|')}|${set(DELAYS.reduce((rest, [mask]) => rest & ~mask, flags), OUTPUT)}`;
};

const speed = (code: number): string => SPEEDS.get(code) ?? hex(BigInt(code));

const control = (flags: number): string => {
	const input = (flags >>> INPUT_SPEED_SHIFT) & SPEED_MASK;
	const rest = flags & ~(SPEED_MASK | SIZE_MASK | (SPEED_MASK << INPUT_SPEED_SHIFT));
	return [speed(flags & SPEED_MASK), ...(input === 0 ? [] : [`${speed(input)}<<IBSHIFT`]), SIZES[(flags & SIZE_MASK) >> 4], set(rest, CONTROL)].join('|');
};

type Read = (data: DataView, index: number) => number;

/** The four words, from which the rest follows in a longer form. */
const fields = (read: Read): readonly Field[] => [
	data => `c_iflag=${set(read(data, 0), INPUT)}`, data => `c_oflag=${output(read(data, 1))}`, data => `c_cflag=${control(read(data, 2))}`, data => `c_lflag=${set(read(data, 3), LOCAL)}`, more,
];

const words: Read = (data, index) => data.getInt32(index * 4, true);
const halves: Read = (data, index) => data.getUint16(index * 2, true);

export const TERMIOS = structure(36, ...fields(words));
export const TERMIOS2 = structure(44, ...fields(words));
/** struct termio, whose words are shorter. */
export const TERMIO = structure(18, ...fields(halves));
export const WINSIZE = structure(8, u16('ws_row', 0), u16('ws_col', 2), u16('ws_xpixel', 4), u16('ws_ypixel', 6));
