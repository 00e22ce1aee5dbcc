import {syscallName} from '../../../kernel/syscall-table.js';
import {errorText} from '../errors.js';
import {type Field, type Layout, pointer, structure, u32, u64, when} from '../layouts.js';
import {choice, choiceText, counted, flags, names, type NameTable} from '../names.js';
import {SIGNALS} from '../names/choices.js';
import {address, hex, int, long, owner, plain, uint} from '../scalars.js';
import {hasFailed, readBytes, type Show, valueAt} from '../view.js';
import {ticks} from './times.js';

/** A signal's name, or its number. */
export const signal: Show = value => SIGNALS.get(Number(BigInt.asIntN(32, value))) ?? plain(int, value);

/** Sets of signals are of so many bytes. */
const SIGSET_SIZE = 8n;
const SIGNAL_COUNT = 64;
/** Sets that hold so many signals are written by those that they lack. */
const ALMOST_ALL = Math.floor((SIGNAL_COUNT * 2) / 3);

/** A set of signals: names without their SIG. */
export function sigsetText(set: bigint): string {
	const numbers = Array.from({length: SIGNAL_COUNT}, (_, index) => index + 1);
	const isMember = (number: number): boolean => ((set >> BigInt(number - 1)) & 1n) !== 0n;
	const isInverted = numbers.filter(isMember).length >= ALMOST_ALL;
	const listed = numbers.filter(number => isMember(number) !== isInverted);
	return `${isInverted ? '~' : ''}[${listed.map(number => SIGNALS.get(number)?.slice(3) ?? '').join(' ')}]`;
}

const SIGSET: Layout = {size: Number(SIGSET_SIZE), write: data => sigsetText(valueAt(data, 0, 8))};

/** The address of a set of which only some bytes may be asked for. */
export const partOfSigset = (size: number): Show => (at, view) => {
	const bytes = view.args[size];
	const set = at === 0n || bytes === 0n || bytes > SIGSET_SIZE || hasFailed(view) ? undefined : readBytes(view, at, Number(bytes));
	return set === undefined ? address(at, view) : sigsetText(set.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n));
};

/** The address of a set of signals, if the argument of this index says that its size is right. */
export const sigset = (size: number): Show => (at, view) => (view.args[size] === SIGSET_SIZE ? pointer(SIGSET)(at, view) : address(at, view));

/** More than the kernel's 32 bytes: strace takes the mask to be of 64 bytes, and looks at none of it if not all is mapped. */
const SIGACTION_SIZE = 88;
const SA_RESTORER = 0x400_0000;
const ACTION_FLAGS = names('SA_???', {
	SA_RESTORER, SA_ONSTACK: 0x800_0000, SA_RESTART: 0x1000_0000, SA_INTERRUPT: 0x2000_0000, SA_NODEFER: 0x4000_0000, SA_RESETHAND: 0x8000_0000,
	SA_SIGINFO: 4, SA_NOCLDSTOP: 1, SA_NOCLDWAIT: 2,
});
const HANDLERS = names('', {SIG_DFL: 0, SIG_IGN: 1, SIG_ERR: 0xffff_ffff_ffff_ffffn});

/** What to do at a signal, in the kernel's layout; the restorer is there if the flags say so. */
export const SIGACTION = structure(
	SIGACTION_SIZE, u64('sa_handler', 0, choice(HANDLERS, 64)), data => `sa_mask=${sigsetText(valueAt(data, 24, 8))}`, u64('sa_flags', 8, flags(ACTION_FLAGS, 64)),
	when(data => (data.getUint32(8, true) & SA_RESTORER) !== 0, u64('sa_restorer', 16, address)),
);

const STACK_FLAGS = names('SS_???', {SS_ONSTACK: 1, SS_DISABLE: 2, SS_AUTODISARM: 0x8000_0000});
export const SIGALTSTACK = structure(24, u64('ss_sp', 0, address), u32('ss_flags', 8, flags(STACK_FLAGS)), u64('ss_size', 16));

const SIGEV_SIGNAL = 0;
const SIGEV_THREAD = 2;
const SIGEV_THREAD_ID = 4;
const NOTIFICATIONS = names('SIGEV_???', {SIGEV_SIGNAL, SIGEV_NONE: 1, SIGEV_THREAD, SIGEV_THREAD_ID});
const notifies = (kind: number) => (data: DataView) => data.getInt32(12, true) === kind;

/** A value that a signal carries: an int or a pointer. */
const eitherValue = (data: DataView, at: number, names: readonly [string, string]): string => `${names[0]}=${data.getInt32(at, true)}, ${names[1]}=${plain(address, valueAt(data, at, 8))}`;

const sendsSignal = (data: DataView): boolean => [SIGEV_SIGNAL, SIGEV_THREAD, SIGEV_THREAD_ID].some(kind => notifies(kind)(data));

/** struct sigevent */
export const SIGEVENT = structure(
	32, when(data => valueAt(data, 0, 8) !== 0n, data => `sigev_value={${eitherValue(data, 0, ['sival_int', 'sival_ptr'])}}`), data => `sigev_signo=${plain(sendsSignal(data) ? signal : uint, valueAt(data, 8, 4))}`,
	u32('sigev_notify', 12, choice(NOTIFICATIONS)), when(notifies(SIGEV_THREAD_ID), u32('sigev_notify_thread_id', 16, int)),
	when(notifies(SIGEV_THREAD), u64('sigev_notify_function', 16, address)), when(notifies(SIGEV_THREAD), u64('sigev_notify_attributes', 24, address)),
);

/** What si_code says of every signal (include/uapi/asm-generic/siginfo.h). */
const SI_KERNEL = 0x80;
const GENERAL_CODES = names('', {SI_KERNEL, SI_ASYNCNL: 2 ** 32 - 60, ...counted('SI_', 2 ** 32 - 7, 'DETHREAD TKILL SIGIO ASYNCIO MESGQ TIMER QUEUE'), SI_USER: 0});

const codes = (prefix: string, list: string): NameTable => names('', counted(prefix, 1, list));

/** Signals whose siginfo has a form of its own. */
const Signal = {ILL: 4, TRAP: 5, BUS: 7, FPE: 8, SEGV: 11, CHLD: 17, IO: 29, SYS: 31} as const;

/** What si_code says of some signals. */
const CODES: ReadonlyMap<number, NameTable> = new Map([
	[Signal.ILL, codes('ILL_', 'ILLOPC ILLOPN ILLADR ILLTRP PRVOPC PRVREG COPROC BADSTK BADIADDR')],
	[Signal.TRAP, codes('TRAP_', 'BRKPT TRACE BRANCH HWBKPT UNK PERF')],
	[Signal.BUS, codes('BUS_', 'ADRALN ADRERR OBJERR MCEERR_AR MCEERR_AO')],
	[Signal.FPE, codes('FPE_', 'INTDIV INTOVF FLTDIV FLTOVF FLTUND FLTRES FLTINV FLTSUB')],
	[Signal.SEGV, codes('SEGV_', 'MAPERR ACCERR BNDERR PKUERR ACCADI ADIDERR ADIPERR MTEAERR MTESERR')],
	[Signal.CHLD, codes('CLD_', 'EXITED KILLED DUMPED TRAPPED STOPPED CONTINUED')],
	[Signal.IO, codes('POLL_', 'IN OUT MSG ERR PRI HUP')],
	[Signal.SYS, codes('SYS_', 'SECCOMP USER_DISPATCH')],
]);

const errnoText = (errno: number): string => errorText(errno)?.name ?? (errno >>> 0).toString();
const number = (data: DataView, at: number): string => data.getInt32(at, true).toString();
const pointerAt = (data: DataView, at: number): string => plain(address, valueAt(data, at, 8));

const sender = (data: DataView): readonly string[] => [`si_pid=${number(data, 16)}`, `si_uid=${plain(owner, valueAt(data, 20, 4))}`];
const payload = (data: DataView): readonly string[] => (valueAt(data, 24, 8) === 0n ? [] : [eitherValue(data, 24, ['si_int', 'si_ptr'])]);
const band = (data: DataView): readonly string[] => [`si_band=${plain(long, valueAt(data, 16, 8))}`, `si_fd=${number(data, 24)}`];

type Detail = (data: DataView) => readonly string[];

const CLD_EXITED = 1;
const SEGV_BNDERR = 3;
const SEGV_PKUERR = 4;
const codeOf = (data: DataView): number => data.getInt32(8, true);

const child: Detail = data => [
	...sender(data), `si_status=${plain(codeOf(data) === CLD_EXITED ? int : signal, valueAt(data, 24, 4))}`, `si_utime=${plain(ticks, valueAt(data, 32, 8))}`, `si_stime=${plain(ticks, valueAt(data, 40, 8))}`,
];

const fault: Detail = data => {
	const more = {[SEGV_BNDERR]: [`si_lower=${pointerAt(data, 32)}`, `si_upper=${pointerAt(data, 40)}`], [SEGV_PKUERR]: [`si_pkey=${data.getUint32(32, true)}`]}[codeOf(data)];
	return [`si_addr=${pointerAt(data, 16)}`, ...(data.getInt32(0, true) === Signal.SEGV ? more ?? [] : [])];
};

const ARCHITECTURES = names('AUDIT_ARCH_???', {AUDIT_ARCH_X86_64: 0xc000_003e, AUDIT_ARCH_I386: 0x4000_0003});

const badCall: Detail = data => {
	const architecture = valueAt(data, 28, 4);
	const nr = data.getInt32(24, true);
	const name = architecture === 0xc000_003en ? syscallName(nr) : undefined;
	return [`si_call_addr=${pointerAt(data, 16)}`, `si_syscall=${name === undefined ? nr : `__NR_${name}`}`, `si_arch=${choiceText(architecture, ARCHITECTURES)}`];
};

/** What the kernel tells with its own signals. */
const KERNEL_DETAILS: ReadonlyMap<number, Detail> = new Map<number, Detail>([
	[Signal.ILL, fault], [Signal.TRAP, fault], [Signal.BUS, fault], [Signal.FPE, fault], [Signal.SEGV, fault], [Signal.CHLD, child], [Signal.SYS, badCall],
	[Signal.IO, data => (CODES.get(Signal.IO)?.byValue.has(BigInt(codeOf(data))) === true ? band(data) : [])],
]);

/** What is told with signals that programs send, by si_code. */
const SENT_DETAILS: ReadonlyMap<number, Detail> = new Map<number, Detail>([
	[0, sender], [-6, sender], [-5, band], [-2, data => [`si_timerid=${hex(valueAt(data, 16, 4))}`, `si_overrun=${number(data, 20)}`, ...payload(data)]],
]);

const general: Detail = data => [...(valueAt(data, 16, 8) === 0n ? [] : sender(data)), ...payload(data)];
const sent: Detail = data => [...sender(data), ...payload(data)];

function detail(data: DataView): readonly string[] {
	const code = codeOf(data);
	if (code <= 0) return (SENT_DETAILS.get(code) ?? sent)(data);
	return (KERNEL_DETAILS.get(data.getInt32(0, true)) ?? general)(data);
}

/** What is known of a signal: siginfo_t. */
export const SIGINFO: Layout = {
	size: 128,
	write: data => {
		const signo = data.getInt32(0, true);
		if (signo === 0) return '{}';
		const errno = data.getInt32(4, true);
		const code = valueAt(data, 8, 4);
		return `{${[
			`si_signo=${plain(signal, valueAt(data, 0, 4))}`, `si_code=${CODES.get(signo)?.byValue.get(code) ?? choiceText(code, GENERAL_CODES)}`,
			...(errno === 0 ? [] : [`si_errno=${errnoText(errno)}`]), ...detail(data),
		].join(', ')}}`;
	},
};

/** The part of a set of signals that select and its kin take with its size. */
export const sigsetPack: Layout = {
	size: 16,
	write: (data, view) => {
		const size = valueAt(data, 8, 8);
		const set = valueAt(data, 0, 8);
		return `{sigmask=${size === SIGSET_SIZE ? pointer(SIGSET)(set, view) : plain(address, set)}, sigsetsize=${size}}`;
	},
};

/** Fields of sigsets within other structures. */
export const sigsetField = (name: string, at: number): Field => data => `${name}=${sigsetText(valueAt(data, at, 8))}`;
