import {boxed, pointer} from '../layouts.js';
import {bitByBit, choice, counted, flags, names} from '../names.js';
import {IOCTL_NAMES} from '../names/ioctls.js';
import {early, type Form, late, type Part} from '../parts.js';
import {hex, hexLong, int, long, plain, uint, ulong} from '../scalars.js';
import {quoted} from '../quote.js';
import {TERMIO, TERMIOS, TERMIOS2, WINSIZE} from '../structures/termios.js';
import {readBytes, type Show} from '../view.js';
import {address} from '../scalars.js';
import type {Forms} from './table.js';

/** Which way an ioctl's argument goes, in the two upper bits of its request (include/uapi/asm-generic/ioctl.h). */
const DIRECTIONS = ['_IOC_NONE', '_IOC_WRITE', '_IOC_READ', '_IOC_READ|_IOC_WRITE'];

/** A request by its name, or by what its bits say. */
const request: Show = value => {
	const code = Number(BigInt.asUintN(32, value));
	const known = IOCTL_NAMES.get(code);
	if (known !== undefined) return known;
	return `_IOC(${DIRECTIONS[code >>> 30]}, ${hex((code >>> 8) & 0xff)}, ${hex(code & 0xff)}, ${hex((code >>> 16) & 0x3fff)})`;
};

const FLOW = choice(names('TC???', counted('TC', 0, 'OOFF OON IOFF ION')), 64);
const FLUSH = choice(names('TC???', counted('TC', 0, 'IFLUSH OFLUSH IOFLUSH')), 64);
const MODEM = boxed(4, flags(names('TIOCM_???', {...bitByBit('TIOCM_', 0, 'LE DTR RTS ST SR CTS CAR RNG DSR'), ...bitByBit('TIOCM_', 13, 'OUT1 OUT2 LOOP')})));
const typed: Show = (at, view) => {
	const byte = at === 0n ? undefined : readBytes(view, at, 1);
	return byte === undefined ? plain(address, at) : quoted(byte);
};

type ArgumentForm = readonly [show: Show, isLate: boolean] | 'none';

const [GIVEN_INT, FILLED_INT, FILLED_UINT] = [[boxed(4, int), false], [boxed(4, int), true], [boxed(4, uint), true]] as const;
const given = (show: Show): ArgumentForm => [show, false];
const filled = (show: Show): ArgumentForm => [show, true];

/** How the third argument of a request is written; an address where nothing is said. */
const ARGUMENTS: ReadonlyMap<string, ArgumentForm> = new Map<string, ArgumentForm>([
	['TCGETS', filled(pointer(TERMIOS))], ['SNDCTL_TMR_START or TCSETS', given(pointer(TERMIOS))], ['SNDCTL_TMR_STOP or TCSETSW', given(pointer(TERMIOS))],
	['SNDCTL_TMR_CONTINUE or TCSETSF', given(pointer(TERMIOS))], ['TIOCGLCKTRMIOS', filled(pointer(TERMIOS))], ['TIOCSLCKTRMIOS', given(pointer(TERMIOS))],
	['TCGETS2', filled(pointer(TERMIOS2))], ...['TCSETS2', 'TCSETSW2', 'TCSETSF2'].map((name): [string, ArgumentForm] => [name, given(pointer(TERMIOS2))]),
	['TCGETA', filled(pointer(TERMIO))], ...['TCSETA', 'TCSETAW', 'TCSETAF'].map((name): [string, ArgumentForm] => [name, given(pointer(TERMIO))]),
	['TIOCGWINSZ', filled(pointer(WINSIZE))], ['TIOCSWINSZ', given(pointer(WINSIZE))], ['TCXONC', given(FLOW)], ['TCFLSH', given(FLUSH)], ['TIOCSTI', given(typed)],
	['TCSBRK', [long, false]], ['TCSBRKP', [long, false]], ['TIOCSCTTY', [long, false]], ['TIOCMGET', filled(MODEM)],
	...['TIOCMBIS', 'TIOCMBIC', 'TIOCMSET'].map((name): [string, ArgumentForm] => [name, given(MODEM)]),
	...['TIOCGPGRP', 'TIOCOUTQ', 'TIOCGSOFTCAR', 'FIONREAD', 'TIOCGETD', 'TIOCGSID', 'TIOCGEXCL', 'BLKROGET', 'BLKSSZGET', 'RNDGETENTCNT', 'FIOGETOWN', 'SIOCGPGRP', 'SIOCATMARK'].map((name): [string, ArgumentForm] => [name, FILLED_INT]),
	...['TIOCSPGRP', 'TIOCSSOFTCAR', 'TIOCPKT', 'FIONBIO', 'TIOCSETD', 'FIOASYNC', 'TIOCSPTLCK', 'BLKROSET', 'RNDADDTOENTCNT', 'FIOSETOWN', 'SIOCSPGRP'].map((name): [string, ArgumentForm] => [name, GIVEN_INT]),
	...['TIOCGPTN', 'TIOCGDEV', 'BLKIOMIN', 'BLKIOOPT', 'BLKPBSZGET', 'BLKDISCARDZEROES'].map((name): [string, ArgumentForm] => [name, FILLED_UINT]),
	...['BLKBSZGET', 'BLKGETSIZE64', 'BLKGETSIZE', 'BLKRAGET', 'BLKFRAGET', 'BLKGETDISKSEQ'].map((name): [string, ArgumentForm] => [name, filled(boxed(8, ulong))]),
	...['TIOCEXCL', 'TIOCNXCL', 'TIOCCONS', 'TIOCSSERIAL', 'TIOCNOTTY', 'TIOCSBRK', 'TIOCCBRK', 'TIOCVHANGUP', 'FIONCLEX', 'FIOCLEX', 'BLKRRPART', 'BLKFLSBUF', 'BLKTRACESTART', 'BLKTRACESTOP', 'BLKTRACETEARDOWN', 'RNDCLEARPOOL', 'RNDRESEEDCRNG', 'FITHAW', 'FASTRPC_IOCTL_INIT_ATTACH or RNDZAPENTCNT'].map((name): [string, ArgumentForm] => [name, 'none']),
]);

const ioctl: Form = ({args}) => {
	const parts: Part[] = [early(0, int), early(1, request)];
	const form = ARGUMENTS.get(IOCTL_NAMES.get(Number(BigInt.asUintN(32, args[1]))) ?? '');
	if (form === 'none') return parts;
	const [show, isLate] = form ?? [hexLong, false];
	return [...parts, (isLate ? late : early)(2, show)];
};

export const IOCTL_FORMS: Forms = {ioctl};
