import {describe, expect, test} from 'vitest';
import {SYSCALLS} from '../../../source/kernel/syscall-table.js';
import {CALL_CLASSES} from '../../../source/trace/strace/call-classes.js';
import {parseFilter} from '../../../source/trace/strace/index.js';

/** The names of the calls that a filter shows, or its problem. */
function shown(text: string): string[] | string {
	const parsed = parseFilter(text);
	return 'problem' in parsed ? parsed.problem : SYSCALLS.filter(({number}) => parsed.filter(number)).map(({name}) => name);
}

test.each([
	['trace=write,openat', ['write', 'openat']], ['write', ['write']], ['t=write', ['write']], ['trace=1', ['write']], ['trace=?write,?nonsense', ['write']], ['trace=none', []],
	['trace=/^pidfd_', ['pidfd_send_signal', 'pidfd_open', 'pidfd_getfd']], ['trace=%stat', ['stat']], ['trace=%clock', ['time', 'gettimeofday', 'settimeofday', 'adjtimex', 'clock_settime', 'clock_gettime', 'clock_getres', 'clock_adjtime']],
	['trace=%%stat', ['stat', 'fstat', 'lstat', 'newfstatat', 'statx']], ['trace=%stat,brk', ['stat', 'brk']],
])('%s', (text, names) => {
	expect(new Set(shown(text))).toEqual(new Set(names));
});

test('a class may be named without a % where strace once named it so', () => {
	for (const name of ['file', 'process', 'network', 'signal', 'ipc', 'desc', 'memory']) expect(shown(`trace=${name}`)).toEqual(shown(`trace=%${name}`));
	expect(shown('%net')).toEqual(shown('%network'));
});

test('a ! turns a list into its contrary', () => {
	const others = SYSCALLS.map(({name}) => name).filter(name => name !== 'read' && name !== 'write');
	expect(shown('trace=!read,write')).toEqual(others);
	expect(shown('!all')).toEqual([]);
	expect(shown('!none')).toHaveLength(SYSCALLS.length);
});

test('numbers without a call are shown only by what leaves something out', () => {
	const [all, some, others] = ['all', '%file', '!%file'].map(parseFilter).map(parsed => 'filter' in parsed && parsed.filter(9999));
	expect([all, some, others]).toEqual([false, false, true]);
});

test('every name in a class is a call of the table', () => {
	const known = new Set(SYSCALLS.map(({name}) => name));
	expect([...CALL_CLASSES.values()].flatMap(names => [...names]).filter(name => !known.has(name))).toEqual([]);
});

describe('what means nothing is refused with what can be done', () => {
	test.each([
		['trace=opneat', 'no system call is named opneat; did you mean openat?'],
		['trace=wirte,read', 'no system call is named wirte; did you mean write?'],
		['trace=xyzzyplugh', 'no system call is named xyzzyplugh; names are those of Linux on x86-64, such as openat or newfstatat'],
		['trace=%files', 'no class of system calls is named %files; there are %file, %process, %network, %signal, %ipc, %desc, %memory, %stat, %lstat, %fstat, %%stat, %statfs, %fstatfs, %%statfs, %clock, %pure, %creds'],
		['trace=9999', 'no system call has the number 9999; the highest is 462'],
		['trace=', 'no system call is named; write trace=write,openat or trace=%file, trace=all or trace=none'],
		['', 'no system call is named; write trace=write,openat or trace=%file, trace=all or trace=none'],
		['!', 'no system call is named; write trace=write,openat or trace=%file, trace=all or trace=none'],
		['read,,write', 'a name is missing between two commas, or after the last one'],
		['read,!write', '!write: a ! stands before the whole list, as in trace=!read,write'],
		['trace=/(', '/( is not a regular expression; write /^open for all calls whose names begin with open'],
		['signal=SIGCHLD', 'signal= is not understood; of strace\'s qualifiers there is only trace=, as in trace=write,openat'],
	])('%s', (text, problem) => {
		expect(shown(text)).toBe(problem);
	});
});
