/** The calls that this kernel carries out, and the assembly that is made from their list. */
import {HOST_CALLS} from './services/service-table.js';
import {syscallNumber} from './syscall-table.js';

/** Calls whose handlers are machine code: `__x64_sys_` and the name. */
export const MACHINE_CALLS = [
	'read', 'write', 'poll', 'rt_sigaction', 'rt_sigprocmask', 'rt_sigreturn', 'ioctl', 'readv', 'writev', 'pipe', 'sched_yield', 'pause', 'nanosleep', 'getitimer', 'alarm', 'setitimer',
	'getpid', 'clone', 'clone3', 'fork', 'vfork', 'execve', 'exit', 'wait4', 'kill', 'getuid', 'getgid', 'setpgid', 'geteuid', 'getegid', 'getppid', 'getpgrp',
	'setsid', 'getgroups', 'getpgid', 'getsid', 'rt_sigpending', 'rt_sigtimedwait', 'rt_sigqueueinfo', 'rt_sigsuspend', 'sigaltstack', 'arch_prctl',
	'gettid', 'tkill', 'futex', 'set_tid_address', 'restart_syscall', 'clock_nanosleep', 'exit_group', 'tgkill', 'waitid', 'ppoll', 'set_robust_list',
	'get_robust_list', 'pipe2', 'rt_tgsigqueueinfo', 'getcpu', 'rseq',
] as const;

/** Calls that the host does: those of its services for which there is no machine code. */
export const HOSTED_CALLS: readonly string[] = HOST_CALLS.filter(name => !(MACHINE_CALLS as readonly string[]).includes(name));

/** All of them, by number; every other number answers -ENOSYS. */
export const IMPLEMENTED: readonly string[] = [...MACHINE_CALLS, ...HOSTED_CALLS].sort((a, b) => syscallNumber(a) - syscallNumber(b));

/** Calls that may close a pipe's end: whoever waits at the other end is woken. */
const CLOSING: ReadonlySet<string> = new Set(['close', 'close_range', 'dup2', 'dup3']);

/** The cases of x64_sys_call, as mainline generates them from its table. */
export const syscallCases = (): string =>
	IMPLEMENTED.map(name => {
		const number = syscallNumber(name);
		return `\tcmpl\t$${number}, %esi\n\tje\t__x64_sys_${name}\t\t# C: case ${number}: return __x64_sys_${name}(regs);\n`;
	}).join('');

/** Handlers of the calls that the host does. */
export const hostedHandlers = (): string =>
	HOSTED_CALLS.map(name => {
		const after = CLOSING.has(name) ? '\tpushq\t%rax\n\tcall\twake_up_changed_pipes\n\tpopq\t%rax\n' : '';
		return `\t.globl __x64_sys_${name}\n__x64_sys_${name}:\n\tmovl\t$__NR_${name}, %eax\n\tvmcall\t\t\t\t\t# the host does it\n${after}\tret\n`;
	}).join('\n');

/** The numbers of all calls of this kernel, as assembly names them. */
export const SYSCALL_EQUATES: Readonly<Record<string, number>> = Object.fromEntries(IMPLEMENTED.map(name => [`__NR_${name}`, syscallNumber(name)]));
