import {boxed, bytesOf, type Field, type Layout, more, part, structure, u16, u32, u64} from '../layouts.js';
import {choice, flags, names} from '../names.js';
import {address, int, owner} from '../scalars.js';
import {textWithin} from '../texts.js';
import type {Show} from '../view.js';
import {TIMEVAL} from './times.js';

const INFINITY = 0xffff_ffff_ffff_ffffn;

/** A limit: in multiples of 1024 where it is one. */
const limit: Show = value => {
	if (value === INFINITY) return 'RLIM64_INFINITY';
	return value > 1024n && value % 1024n === 0n ? `${value / 1024n}*1024` : value.toString();
};

export const RLIMIT = structure(16, u64('rlim_cur', 0, limit), u64('rlim_max', 8, limit));
export const RUSAGE = structure(144, part('ru_utime', 0, TIMEVAL), part('ru_stime', 16, TIMEVAL), more);

const NAME_BYTES = 65;
const name = (label: string, index: number): Field => data => `${label}=${textWithin(bytesOf(data, index * NAME_BYTES, NAME_BYTES), NAME_BYTES - 1)}`;
export const UTSNAME = structure(6 * NAME_BYTES, name('sysname', 0), name('nodename', 1), more);

export const SYSINFO = structure(
	112, u64('uptime', 0), data => `loads=[${[8, 16, 24].map(at => data.getBigUint64(at, true)).join(', ')}]`, u64('totalram', 32), u64('freeram', 40), u64('sharedram', 48),
	u64('bufferram', 56), u64('totalswap', 64), u64('freeswap', 72), u16('procs', 80), u64('totalhigh', 88), u64('freehigh', 96), u32('mem_unit', 104),
);

export const SCHED_PARAM = boxed(4, int);

/** The arguments of _sysctl, as they were. */
export const SYSCTL_ARGS = structure(80, u64('name', 0, address), u32('nlen', 8, int), u64('oldval', 16, address), u64('oldlenp', 24, address), u64('newval', 32, address), u64('newlen', 40));

const yesOrNo = (name: string, bit: number): Field => data => `${name}=${(data.getUint32(12, true) >>> bit) & 1}`;
const padded = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** A descriptor of a thread's segment, as the calls for 32-bit programs take it. */
export const USER_DESC: Layout = structure(
	16, u32('entry_number', 0, owner), data => `base_addr=${data.getUint32(4, true) === 0 ? '00000000' : `0x${padded(data.getUint32(4, true), 6)}`}`,
	data => `limit=${data.getUint32(8, true) === 0 ? '00000000' : `0x${padded(data.getUint32(8, true), 6)}`}`, yesOrNo('seg_32bit', 0),
	data => `contents=${(data.getUint32(12, true) >>> 1) & 3}`, yesOrNo('read_exec_only', 3), yesOrNo('limit_in_pages', 4), yesOrNo('seg_not_present', 5), yesOrNo('useable', 6), yesOrNo('lm', 7),
);

const CAPABILITY_VERSIONS = names('_LINUX_CAPABILITY_VERSION_???', {_LINUX_CAPABILITY_VERSION_1: 0x1998_0330, _LINUX_CAPABILITY_VERSION_2: 0x2007_1026, _LINUX_CAPABILITY_VERSION_3: 0x2008_0522});
export const CAPABILITY_HEADER = structure(8, u32('version', 0, choice(CAPABILITY_VERSIONS)), u32('pid', 4, int));

/** Capabilities by number (include/uapi/linux/capability.h). */
export const CAPABILITIES = 'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
	.split(' ').map(name => `CAP_${name}`);

const inWord = (first: number): Show => flags(names('CAP_???', Object.fromEntries(CAPABILITIES.slice(first, first + 32).map((name, index) => [`1<<${name}`, 2 ** index]))));
const [low, high] = [inWord(0), inWord(32)];

/** Capabilities in one or two words: the second lies 12 bytes after the first. */
export const capabilityData = (words: 1 | 2): Layout => structure(words * 12, ...['effective', 'permitted', 'inheritable'].map((name, index): Field => (data, view) => {
	const first = BigInt(data.getUint32(index * 4, true));
	const second = words === 2 ? BigInt(data.getUint32(12 + index * 4, true)) : 0n;
	const texts = [...(first === 0n && second !== 0n ? [] : [low(first, view)]), ...(second === 0n ? [] : [high(second, view)])];
	return `${name}=${texts.join('|')}`;
}));
