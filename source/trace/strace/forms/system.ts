import {argument, array, pointer, scalar, structure, u64} from '../layouts.js';
import {bitByBit, choice, choiceText, flags, flagsText, names} from '../names.js';
import {CHOICE_NAMES, QUOTA_COMMANDS, QUOTA_TYPES, SECOND_REBOOT_MAGIC} from '../names/choices.js';
import {DELETE_MODULE_FLAGS, FANOTIFY_CLASSES, FLAG_NAMES, KEXEC_ARCHITECTURES, PERSONALITY_FLAGS} from '../names/flags.js';
import {always, atEntry, atExit, early, type Form, late} from '../parts.js';
import {address, hexInt, hexLong, int, owner, uint, ulong} from '../scalars.js';
import {CAPABILITY_HEADER, capabilityData, SYSCTL_ARGS} from '../structures/system.js';
import {quotedHex} from '../quote.js';
import {dirfd} from '../type-shows.js';
import {bytesText, outputBinary, outputBytes, path, string} from '../texts.js';
import {openFlags} from '../structures/open.js';
import {hasFailed, readBytes, resultOf, type Show, valueAt, viewOf} from '../view.js';
import type {ArgumentShows, Forms, Notes} from './table.js';

const registers = (count: number): Form => always(...[0, 1, 2, 3, 4, 5].slice(0, count).map(index => early(index, hexLong)));

const CAPABILITY_VERSION_1 = 0x1998_0330n;

/** Capabilities: in one word of each kind, or in two, as the header says. */
const capabilities: Show = (at, view) => {
	const header = view.args[0] === 0n ? undefined : readBytes(view, view.args[0], CAPABILITY_HEADER.size);
	if (header === undefined) return address(at, view);
	const version = valueAt(viewOf(header), 0, 4);
	return pointer(capabilityData(version === CAPABILITY_VERSION_1 || (version !== 0x2007_1026n && version !== 0x2008_0522n) ? 1 : 2))(at, view);
};

const SYSLOG_TEXT: ReadonlySet<bigint> = new Set([2n, 3n, 4n]);
const SYSLOG_CONSOLE_LEVEL = 8n;
const syslogAction: Show = value => {
	const action = BigInt.asIntN(32, value);
	return `${action} /* ${CHOICE_NAMES['syslog-action'].byValue.get(action) ?? 'SYSLOG_ACTION_???'} */`;
};

const LOG_LEVELS = ['EMERG', 'ALERT', 'CRIT', 'ERR', 'WARNING', 'NOTICE', 'INFO', 'DEBUG', 'DEBUG+1'];
const logLevel: Show = (value, view) => `${int(value, view)} /* LOGLEVEL_${LOG_LEVELS[Number(BigInt.asUintN(32, value))] ?? '???'} */`;

/** What the kernel's log is asked: most questions need no buffer. */
const syslog: Form = ({args}) => {
	const action = BigInt.asUintN(32, args[0]);
	const first = early(0, syslogAction);
	if (SYSLOG_TEXT.has(action)) return [first, late(1, outputBytes()), late(2, int)];
	if (action === SYSLOG_CONSOLE_LEVEL) return [first, early(1, address), early(2, logLevel)];
	return action < 11n ? [first] : [first, early(1, address), early(2, int)];
};

const RESTART2 = 0xa1b2_c3d4n;
const reboot: Form = ({args}) => [
	early(0, choice(CHOICE_NAMES['reboot-magic'])), early(1, choice(SECOND_REBOOT_MAGIC)), early(2, choice(CHOICE_NAMES['reboot-cmd'])),
	...(BigInt.asUintN(32, args[2]) === RESTART2 ? [early(3, string)] : []),
];

const SWAP_PRIORITY = 0x7fffn;
const swapFlags: Show = value => {
	const whole = BigInt.asUintN(32, value);
	const set = whole & ~SWAP_PRIORITY;
	return set === 0n ? `${whole & SWAP_PRIORITY}` : `${flagsText(set, FLAG_NAMES.swap)}|${whole & SWAP_PRIORITY}`;
};

const MS_REMOUNT = 0x20n;
/** MS_BIND, MS_MOVE and the four ways to pass mounts on. */
const MS_REARRANGED = 0x1e_3000n;

/** mount looks at the file system's kind and data only where a new one is mounted. */
const mount: Form = ({args}) => {
	const set = args[3];
	const ignoresData = (set & MS_REMOUNT) === 0n && (set & MS_REARRANGED) !== 0n;
	const ignoresType = ignoresData || (set & MS_REMOUNT) !== 0n;
	return [early(0, path), early(1, path), early(2, ignoresType ? address : string), early(3, flags(FLAG_NAMES.mount, 64)), early(4, ignoresData ? address : string)];
};

const KEXEC_ARCHITECTURE = 0xffff_0000n;
const kexecFlags: Show = value => {
	const [kind, rest] = [value & KEXEC_ARCHITECTURE, value & ~KEXEC_ARCHITECTURE];
	return rest === 0n ? choiceText(kind, KEXEC_ARCHITECTURES) : `${choiceText(kind, KEXEC_ARCHITECTURES)}|${flagsText(rest, FLAG_NAMES.kexec)}`;
};
const KEXEC_SEGMENT = structure(32, u64('buf', 0, address), u64('bufsz', 8), u64('mem', 16, address), u64('memsz', 24));

const MOST_SEGMENTS = 16n;
const kexecSegments: Show = (at, view) => (view.args[1] > MOST_SEGMENTS ? address(at, view) : array(KEXEC_SEGMENT, argument(1))(at, view));

const QUOTA_SUBCOMMAND_BITS = 8n;
const quotaCommand: Show = value => {
	const whole = BigInt.asUintN(32, value);
	return `QCMD(${choiceText(whole >> QUOTA_SUBCOMMAND_BITS, QUOTA_COMMANDS)}, ${choiceText(whole & 0xffn, QUOTA_TYPES)})`;
};

const FANOTIFY_CLASS = 0xcn;
const fanotifyFlags: Show = value => {
	const whole = BigInt.asUintN(32, value);
	const rest = whole & ~FANOTIFY_CLASS;
	const kind = choiceText(whole & FANOTIFY_CLASS, FANOTIFY_CLASSES);
	return rest === 0n ? kind : `${kind}|${flagsText(rest, FLAG_NAMES['fanotify-init'])}`;
};
const fanotifyDirectory: Show = (value, view) => ({'-100': 'AT_FDCWD', '-1': 'FAN_NOFD'})[int(value, view)] ?? int(value, view);

const PERSONALITY_MASK = 0xffn;
const personalityText = (value: bigint): string => {
	const whole = BigInt.asUintN(32, value);
	if (whole === 0xffff_ffffn) return '0xffffffff';
	const [kind, rest] = [choiceText(whole & PERSONALITY_MASK, CHOICE_NAMES.personality), whole & ~PERSONALITY_MASK];
	return rest === 0n ? kind : `${kind}|${flagsText(rest, PERSONALITY_FLAGS)}`;
};

const SECCOMP_MODE_FILTER = 1n;
const seccomp: Form = ({args}) => {
	const isFilter = BigInt.asUintN(32, args[0]) === SECCOMP_MODE_FILTER;
	return [early(0, choice(CHOICE_NAMES['seccomp-op'])), early(1, isFilter ? flags(FLAG_NAMES.seccomp) : hexInt), early(2, address)];
};

const LANDLOCK_ACCESS = names('LANDLOCK_ACCESS_FS_???', bitByBit('LANDLOCK_ACCESS_FS_', 0, 'EXECUTE WRITE_FILE READ_FILE READ_DIR REMOVE_DIR REMOVE_FILE MAKE_CHAR MAKE_DIR MAKE_REG MAKE_SOCK MAKE_FIFO MAKE_BLOCK MAKE_SYM REFER'));
const ruleset: Show = (at, view) => {
	const fields = view.args[1] < 8n || at === 0n ? undefined : readBytes(view, at, 8);
	return fields === undefined ? address(at, view) : `{handled_access_fs=${flagsText(valueAt(viewOf(fields), 0, 8), LANDLOCK_ACCESS)}${view.args[1] > 8n ? ', ...' : ''}}`;
};

const LARGEST_BINARY = 1024n * 1024n;

/** A parameter's value, by what kind it is of. */
const FSCONFIG_VALUES: ReadonlyMap<bigint, Show> = new Map<bigint, Show>([
	[1n, string], [2n, (at, view) => (BigInt.asUintN(32, view.args[4]) > LARGEST_BINARY ? address(at, view) : bytesText(at, view, BigInt.asUintN(32, view.args[4]), quotedHex))], [3n, path], [4n, path],
]);

/** A file system's parameter: its key is looked at where there can be one. */
const fsconfig: Form = ({args}) => {
	const command = BigInt.asUintN(32, args[1]);
	return [early(0, int), early(1, choice(CHOICE_NAMES['fsconfig-cmd'])), early(2, command < 6n ? string : address), early(3, FSCONFIG_VALUES.get(command) ?? address), early(4, [3n, 4n].includes(command) ? dirfd : int)];
};

const BENEATH = structure(12, u64('allowed_access', 0, flags(LANDLOCK_ACCESS, 64)), data => `parent_fd=${data.getInt32(8, true)}`);

/** The longest name of a computer (include/uapi/linux/utsname.h). */
const LONGEST_NAME = 64n;
const hostName: Show = (at, view) => {
	const length = BigInt.asUintN(32, view.args[1]);
	return length > LONGEST_NAME ? address(at, view) : bytesText(at, view, length);
};

/** The most further groups that a process can have (include/uapi/linux/limits.h). */
const NGROUPS_MAX = 65_536n;
const groups: Show = (at, view) => (hasFailed(view) || (view.args[0] !== 0n && resultOf(view) > BigInt.asUintN(32, view.args[0])) ? address : array(scalar(4, owner), resultOf))(at, view);

export const SYSTEM_ARGUMENTS: ArgumentShows = {
	sethostname: {name: hostName, len: uint}, setdomainname: {name: hostName, len: uint},
	sysfs: {option: hexLong}, delete_module: {flags: flags(DELETE_MODULE_FLAGS)}, init_module: {module_image: address}, getrandom: {buf: atExit(outputBinary)}, ioperm: {from: hexLong, num: hexLong},
	landlock_restrict_self: {flags: hexInt}, landlock_add_rule: {rule_attr: (at, view) => (BigInt.asUintN(32, view.args[1]) === 1n ? pointer(BENEATH) : address)(at, view), flags: hexInt}, capget: {hdrp: atEntry(pointer(CAPABILITY_HEADER)), datap: atExit(capabilities)},
	capset: {hdrp: atEntry(pointer(CAPABILITY_HEADER)), datap: capabilities}, _sysctl: {args: pointer(SYSCTL_ARGS)}, swapon: {swapflags: swapFlags}, quotactl: {cmd: quotaCommand}, quotactl_fd: {cmd: quotaCommand},
	kexec_load: {segments: kexecSegments, flags: kexecFlags}, kexec_file_load: {cmdline: (at, view) => bytesText(at, view, view.args[2])}, fanotify_init: {flags: fanotifyFlags, event_f_flags: openFlags},
	fanotify_mark: {dirfd: fanotifyDirectory}, personality: {persona: personalityText}, bpf: {attr: address}, perf_event_open: {attr: address}, io_uring_setup: {p: atExit(address)},
	getgroups: {list: atExit(groups)}, setgroups: {list: (at, view) => (BigInt.asUintN(32, view.args[0]) > NGROUPS_MAX ? address : array(scalar(4, owner), argument(0, 32)))(at, view)}, setfsuid: {fsuid: owner}, set_tid_address: {tidptr: hexLong}, lookup_dcookie: {cookie: ulong, len: ulong, buffer: atExit(outputBytes())},
};

export const SYSTEM_FORMS: Forms = {
	getpmsg: registers(5), putpmsg: registers(5), afs_syscall: registers(5), tuxcall: registers(3), security: registers(3), vserver: registers(5), nfsservctl: registers(3),
	query_module: registers(5), create_module: registers(2), get_kernel_syms: registers(1), epoll_ctl_old: registers(4), epoll_wait_old: registers(4),
	syslog, reboot, mount, seccomp, fsconfig, landlock_create_ruleset: always(early(0, ruleset), early(1, ulong), early(2, flags(FLAG_NAMES.landlock))),
};

export const SYSTEM_NOTES: Notes = {personality: view => personalityText(resultOf(view))};
