import {boxed, pointer} from '../layouts.js';
import {bitByBit, choice, flags, names} from '../names.js';
import {CHOICE_NAMES} from '../names/choices.js';
import {early, type Form, late, type Part} from '../parts.js';
import {address, hexLong, int, ulong} from '../scalars.js';
import {signal, SIGINFO} from '../structures/signals.js';
import {REMOTE_IOVEC} from '../structures/memory.js';
import type {Forms} from './table.js';

const OPTIONS = names('PTRACE_O_???', {...bitByBit('PTRACE_O_', 0, 'TRACESYSGOOD TRACEFORK TRACEVFORK TRACECLONE TRACEEXEC TRACEVFORKDONE TRACEEXIT TRACESECCOMP'), ...bitByBit('PTRACE_O_', 20, 'EXITKILL SUSPEND_SECCOMP')});

const at = early(2, address);
const continued: readonly Part[] = [at, early(3, signal)];
const peek: readonly Part[] = [at, late(3, boxed(8, hexLong))];
const withOptions: readonly Part[] = [at, early(3, flags(OPTIONS, 64))];

/** What follows the request and the process; both words where nothing is said. */
const REQUESTS: ReadonlyMap<string, readonly Part[]> = new Map<string, readonly Part[]>([
	...['KILL', 'ATTACH', 'INTERRUPT', 'LISTEN'].map((name): [string, readonly Part[]] => [name, []]), ...['PEEKTEXT', 'PEEKDATA', 'PEEKUSER'].map((name): [string, readonly Part[]] => [name, peek]),
	...['CONT', 'SINGLESTEP', 'DETACH', 'SYSCALL', 'SYSEMU', 'SYSEMU_SINGLESTEP', 'SINGLEBLOCK'].map((name): [string, readonly Part[]] => [name, continued]),
	['OLDSETOPTIONS', withOptions], ['SETOPTIONS', withOptions], ['SEIZE', withOptions], ['GETEVENTMSG', [at, late(3, boxed(8, ulong))]], ['GETSIGINFO', [at, late(3, pointer(SIGINFO))]],
	['SETSIGINFO', [at, early(3, pointer(SIGINFO))]], ['GETREGS', [late(3, address)]], ['SETREGS', [early(3, address)]], ['GETFPREGS', [late(3, address)]], ['SETFPREGS', [early(3, address)]],
	['GETREGSET', [early(2, hexLong), late(3, pointer(REMOTE_IOVEC))]], ['SETREGSET', [early(2, hexLong), early(3, pointer(REMOTE_IOVEC))]],
]);

const ptrace: Form = ({args}) => {
	const table = CHOICE_NAMES['ptrace-request'];
	const name = table.byValue.get(args[0]) ?? '';
	const request = early(0, choice(table, 64));
	if (name === 'PTRACE_TRACEME') return [request];
	return [request, early(1, int), ...(REQUESTS.get(name.slice('PTRACE_'.length)) ?? [at, early(3, address)])];
};

export const DEBUGGING_FORMS: Forms = {ptrace};
