import {array, argument, i64, type Layout, part, pointer, structure, u16, u32, u64} from '../layouts.js';
import {choiceText, flags, flagsText, names, type NameTable, splitFlags} from '../names.js';
import {CHOICE_NAMES} from '../names/choices.js';
import {SHM_FLAGS, FLAG_NAMES} from '../names/flags.js';
import {asBefore, atExit, early, type Form, late} from '../parts.js';
import {address, hexLong, int, owner, octal, short} from '../scalars.js';
import {hasFailed, readBytes, type Show, type View} from '../view.js';
import {TIMESPEC} from '../structures/times.js';
import {bytesText, path} from '../texts.js';
import type {ArgumentShows, Forms} from './table.js';

const PERMISSIONS = 0o777n;

/** What shmget and its kin take: flags, and the permissions of what they make. */
const getFlags = (table: NameTable): Show => value => {
	const whole = BigInt.asUintN(32, value);
	const set = whole & ~PERMISSIONS;
	// What has no name is not told from the permissions by a bar.
	const bar = splitFlags(set, table).found.length === 0 ? '' : '|';
	return `${set === 0n ? '' : `${flagsText(set, table)}${bar}`}${octal(whole & PERMISSIONS)}`;
};

const HUGE_SHIFT = 26n;
const sharedMemoryFlags: Show = value => {
	const whole = BigInt.asUintN(32, value);
	const size = whole >> HUGE_SHIFT;
	const set = whole & ((1n << HUGE_SHIFT) - 1n) & ~PERMISSIONS;
	return [...(set === 0n ? [] : [flagsText(set, SHM_FLAGS)]), ...(size === 0n ? [] : [`${size}<<SHM_HUGE_SHIFT`]), octal(whole & PERMISSIONS)].join('|');
};

const permissions: Layout = structure(48, u32('uid', 4, owner), u32('gid', 8, owner), u32('mode', 20, octal), u32('key', 0), u32('cuid', 12, owner), u32('cgid', 16, owner));
const newPermissions: Layout = structure(48, u32('uid', 4, owner), u32('gid', 8, owner), u32('mode', 20, octal));

const SHM_STATUS = structure(112, part('shm_perm', 0, permissions), u64('shm_segsz', 48), u32('shm_cpid', 80, int), u32('shm_lpid', 84, int), u64('shm_nattch', 88), u64('shm_atime', 56), u64('shm_dtime', 64), u64('shm_ctime', 72));
const MSG_STATUS = structure(120, part('msg_perm', 0, permissions), u64('msg_stime', 48), u64('msg_rtime', 56), u64('msg_ctime', 64), u64('msg_qnum', 80), u64('msg_qbytes', 88), u32('msg_lspid', 96, int), u32('msg_lrpid', 100, int));
const SEM_STATUS = structure(104, part('sem_perm', 0, permissions), u64('sem_otime', 48), u64('sem_ctime', 64), u64('sem_nsems', 80));

const ints = (...names: readonly string[]): Layout => structure(names.length * 4, ...names.map((name, index) => u32(name, index * 4, int)));
const MSG_INFO = structure(32, u32('msgpool', 0, int), u32('msgmap', 4, int), u32('msgmax', 8, int), u32('msgmnb', 12, int), u32('msgmni', 16, int), u32('msgssz', 20, int), u32('msgtql', 24, int), u16('msgseg', 28));
const SEM_INFO = ints('semmap', 'semmni', 'semmns', 'semmnu', 'semmsl', 'semopm', 'semume', 'semusz', 'semvmx', 'semaem');

/** How the structure of a command is written: what the program gives early, what the kernel fills in late. */
type Structures = Readonly<Partial<Record<string, readonly [layout: Layout, isGiven: boolean]>>>;

const given = (layout: Layout) => [layout, true] as const;
const filled = (layout: Layout) => [layout, false] as const;

const SHM: Structures = {
	IPC_SET: given(structure(112, part('shm_perm', 0, newPermissions))), IPC_STAT: filled(SHM_STATUS), SHM_STAT: filled(SHM_STATUS), SHM_STAT_ANY: filled(SHM_STATUS),
	IPC_INFO: filled(structure(72, ...['shmmax', 'shmmin', 'shmmni', 'shmseg', 'shmall'].map((name, index) => u64(name, index * 8)))),
	SHM_INFO: filled(structure(48, u32('used_ids', 0, int), ...['shm_tot', 'shm_rss', 'shm_swp', 'swap_attempts', 'swap_successes'].map((name, index) => u64(name, 8 + index * 8)))),
};
const MSG: Structures = {
	IPC_SET: given(structure(120, part('msg_perm', 0, newPermissions), u64('msg_qbytes', 88))), IPC_STAT: filled(MSG_STATUS), MSG_STAT: filled(MSG_STATUS), MSG_STAT_ANY: filled(MSG_STATUS),
	IPC_INFO: filled(MSG_INFO), MSG_INFO: filled(MSG_INFO),
};
const SEM: Structures = {
	IPC_SET: given(structure(104, part('sem_perm', 0, newPermissions))), IPC_STAT: filled(SEM_STATUS), SEM_STAT: filled(SEM_STATUS), SEM_STAT_ANY: filled(SEM_STATUS), IPC_INFO: filled(SEM_INFO), SEM_INFO: filled(SEM_INFO),
};

/** A bit that asks for the newer structures: there are no others here. */
const IPC_64 = 0x100n;

const command = (table: NameTable): Show => value => {
	const whole = BigInt.asUintN(32, value);
	return `${(whole & IPC_64) === 0n ? '' : 'IPC_64|'}${choiceText(whole & ~IPC_64, table)}`;
};

/** The arguments of a command from the command on. */
const control = (table: NameTable, structures: Structures, index: number) => ({args}: View) => {
	const [layout, isGiven] = structures[table.byValue.get(BigInt.asUintN(32, args[index]) & ~IPC_64) ?? ''] ?? [undefined, true];
	return [early(index, command(table)), (isGiven ? early : late)(index + 1, layout === undefined ? address : pointer(layout))];
};

const SEMAPHORE_FLAGS = names('SEM_???', {SEM_UNDO: 0x1000, IPC_NOWAIT: 0x800});
const operations = array(structure(6, u16('sem_num', 0), u16('sem_op', 2, short), u16('sem_flg', 4, flags(SEMAPHORE_FLAGS, 16))), argument(2, 32));

/** struct msgbuf with the first bytes of its text. */
const MESSAGE_SIZE = 16;

/** A kind, and a text of so many bytes behind it. */
const messageBuffer = (length: (view: View) => bigint): Show => (at, view) => {
	const head = at === 0n || hasFailed(view) ? undefined : readBytes(view, at, MESSAGE_SIZE);
	if (head === undefined) return address(at, view);
	return `{mtype=${new DataView(head.buffer, head.byteOffset).getBigInt64(0, true)}, mtext=${bytesText(at + 8n, view, length(view))}}`;
};

const QUEUE_FLAGS = names('O_???', {O_NONBLOCK: 0x800});
const queue = (show: Show): Layout => structure(64, u64('mq_flags', 0, show), i64('mq_maxmsg', 8), i64('mq_msgsize', 16), i64('mq_curmsgs', 24));
const [mqAttributes, newQueue] = [queue(flags(QUEUE_FLAGS, 64)), queue(hexLong)];

export const IPC_ARGUMENTS: ArgumentShows = {
	shmget: {shmflg: sharedMemoryFlags}, semget: {semflg: getFlags(FLAG_NAMES['ipc-get'])}, msgget: {msgflg: getFlags(FLAG_NAMES['ipc-get'])},
	semop: {sops: operations}, semtimedop: {sops: operations}, msgsnd: {msgp: messageBuffer(({args}) => args[2])}, msgrcv: {msgp: atExit(messageBuffer(({args}) => args[2]))},
	mq_open: {name: path, attr: pointer(newQueue)}, mq_unlink: {name: path}, mq_timedreceive: {abs_timeout: asBefore(pointer(TIMESPEC))}, mq_getsetattr: {newattr: pointer(mqAttributes), oldattr: atExit(pointer(mqAttributes))},
};

const withId = (form: (view: View) => ReturnType<Form>): Form => view => [early(0, int), ...form(view)];

export const IPC_FORMS: Forms = {
	shmctl: withId(control(CHOICE_NAMES['shm-cmd'], SHM, 1)), msgctl: withId(control(CHOICE_NAMES['msg-cmd'], MSG, 1)),
	semctl: view => [early(0, int), early(1, int), ...control(CHOICE_NAMES['sem-cmd'], SEM, 2)(view)],
};
