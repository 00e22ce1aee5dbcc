import {boxed, i64, type Layout, part, pointer, sequence, structure, u32, u64} from '../layouts.js';
import {bitByBit, counted, flags, names} from '../names.js';
import {calendar, int, long} from '../scalars.js';
import {readBytes, resultOf, type Show, valueAt, type View} from '../view.js';

export const TIMESPEC = structure(16, i64('tv_sec', 0), u64('tv_nsec', 8));
export const TIMEVAL = structure(16, i64('tv_sec', 0), u64('tv_usec', 8));
export const ITIMERVAL = structure(32, part('it_interval', 0, TIMEVAL), part('it_value', 16, TIMEVAL));
export const ITIMERSPEC = structure(32, part('it_interval', 0, TIMESPEC), part('it_value', 16, TIMESPEC));
export const TIMEZONE = structure(8, u32('tz_minuteswest', 0, int), u32('tz_dsttime', 4, int));

/** The calendar's form of a time as a comment; nothing for 0 and for what no calendar says. */
const calendarComment = (seconds: bigint, fraction: string): string => {
	const date = calendar(seconds, fraction);
	return date === undefined ? '' : ` /* ${date} */`;
};

/** A number of seconds since 1970, and what it means. */
const moment: Show = (value, view) => long(value, view) + (value === 0n ? '' : calendarComment(BigInt.asIntN(64, value), ''));

/** The address of such a number. */
export const momentPointer = boxed(8, moment);

/** The calendar's form of a result of `time`. */
export const momentNote = (result: bigint): string | undefined => (result === 0n ? undefined : calendar(BigInt.asIntN(64, result)));

export const UTIMBUF = structure(16, (data, view) => `actime=${moment(valueAt(data, 0, 8), view)}`, (data, view) => `modtime=${moment(valueAt(data, 8, 8), view)}`);

/** A time with what it means, where its fraction of a second is one. */
const dated = ({size, write}: Layout, digits: number): Layout => ({
	size,
	write: (data, view) => {
		const [seconds, fraction] = [BigInt.asIntN(64, valueAt(data, 0, 8)), valueAt(data, 8, 8)];
		if ((seconds === 0n && fraction === 0n) || fraction >= 10n ** BigInt(digits)) return write(data, view);
		return write(data, view) + calendarComment(seconds, fraction === 0n ? '' : `.${fraction.toString().padStart(digits, '0')}`);
	},
});

/** Two times of a file, as utimes takes them. */
export const FILE_TIMEVALS = pointer(sequence(2, dated(TIMEVAL, 6)));

/** What tv_nsec can say instead of a time (include/linux/stat.h). */
const SPECIAL_TIMES: ReadonlyMap<bigint, string> = new Map([[0x3fff_ffffn, 'UTIME_NOW'], [0x3fff_fffen, 'UTIME_OMIT']]);

const DATED_TIMESPEC = dated(TIMESPEC, 9);

/** Two times of a file, as utimensat takes them. */
export const FILE_TIMESPECS = pointer(sequence(2, {size: 16, write: (data, view) => SPECIAL_TIMES.get(valueAt(data, 8, 8)) ?? DATED_TIMESPEC.write(data, view)}));

const ADJUSTMENTS = names('ADJ_???', {
	ADJ_OFFSET_SS_READ: 0xa001, ADJ_OFFSET_SINGLESHOT: 0x8001, ...bitByBit('ADJ_', 0, 'OFFSET FREQUENCY MAXERROR ESTERROR STATUS TIMECONST - TAI SETOFFSET'), ADJ_MICRO: 0x1000, ADJ_NANO: 0x2000, ADJ_TICK: 0x4000,
});
const CLOCK_STATUS = names('STA_???', bitByBit('STA_', 0, 'PLL PPSFREQ PPSTIME FLL INS DEL UNSYNC FREQHOLD PPSSIGNAL PPSJITTER PPSWANDER PPSERROR CLOCKERR NANO MODE CLK'));
const CLOCK_STATES = names('TIME_???', counted('TIME_', 0, 'OK INS DEL OOP WAIT ERROR'));

export const TIMEX = structure(
	208, u32('modes', 0, flags(ADJUSTMENTS)), i64('offset', 8), i64('freq', 16), i64('maxerror', 24), i64('esterror', 32), u32('status', 40, flags(CLOCK_STATUS)),
	i64('constant', 48), i64('precision', 56), i64('tolerance', 64), part('time', 72, TIMEVAL), i64('tick', 88), i64('ppsfreq', 96), i64('jitter', 104),
	u32('shift', 112, int), i64('stabil', 120), i64('jitcnt', 128), i64('calcnt', 136), i64('errcnt', 144), i64('stbcnt', 152), u32('tai', 160, int),
);

/** What adjtimex's result says of the clock, if what it has told can be read. */
export const clockStateNote = (view: View, timex: bigint): string | undefined =>
	(timex === 0n || readBytes(view, timex, TIMEX.size) === undefined ? undefined : CLOCK_STATES.byValue.get(resultOf(view)));

const TICKS = 100n;

/** A number of clock ticks, and in seconds. */
export const ticks: Show = value => {
	const count = BigInt.asUintN(64, value);
	return count === 0n ? '0' : `${count} /* ${count / TICKS}.${(count % TICKS).toString().padStart(2, '0')} s */`;
};

export const TMS = structure(32, u64('tms_utime', 0, ticks), u64('tms_stime', 8, ticks), u64('tms_cutime', 16, ticks), u64('tms_cstime', 24, ticks));
