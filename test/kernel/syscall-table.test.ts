import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {ERRNO_ALIASES, ERRNO_ENTRIES, errnoEntry, errnoNumber, resultErrno} from '../../source/kernel/errno.js';
import {IMPLEMENTED, syscallCases} from '../../source/kernel/implemented.js';
import {NR_SYSCALLS, SYSCALLS, syscallByName, syscallByNumber, syscallName, syscallNumber} from '../../source/kernel/syscall-table.js';
import {type Argument, FLAG_SETS, MEMORY_TYPES, STRUCTS, valueFormat} from '../../source/kernel/syscalls/argument-types.js';
import {RETURN_KINDS} from '../../source/kernel/syscalls/return-kinds.js';
import {bytes, call, input} from '../../source/kernel/syscalls/row.js';
import {TOPICS} from '../../source/kernel/syscalls/topics.js';

const HEADER = '/usr/include/x86_64-linux-gnu/asm/unistd_64.h';

/** One argument, as short text: `buf:out buffer[bytes count, until result]`. */
function argumentText({name, type, access, extent, when}: Argument, all: readonly Argument[]): string {
	const nameOf = (index: number): string => all.at(index)?.name ?? '?';
	let text = access === undefined ? `${name}:${type}` : `${name}:${access} ${type}`;
	if (extent !== undefined) {
		const given = {argument: nameOf(extent.value), pointed: `*${nameOf(extent.value)}`, constant: String(extent.value)}[extent.given];
		text += `[${extent.unit} ${given}${extent.untilResult ? ', until result' : ''}]`;
	}

	return when === undefined ? text : `${text} if ${nameOf(when.argument)} & 0x${when.anyOf.toString(16)}`;
}

/** A whole row but for its summary, as text. */
function signature(name: string): string {
	const row = syscallByName(name);
	if (row === undefined) throw new Error(`no row for ${name}`);
	return `${row.number} ${name}(${row.arguments.map(argument => argumentText(argument, row.arguments)).join(', ')}) = ${row.returns}`;
}

describe('numbers', () => {
	test('every number of Linux 6.10 has one row: 0 to 334 and 424 to 462', () => {
		const range = (first: number, last: number): number[] => Array.from({length: last - first + 1}, (_, index) => first + index);
		expect(SYSCALLS.map(({number}) => number)).toEqual([...range(0, 334), ...range(424, 462)]);
		expect(NR_SYSCALLS).toBe(463);
	});

	test('names and numbers lead to each other, and each name is there once', () => {
		expect(new Set(SYSCALLS.map(({name}) => name)).size).toBe(SYSCALLS.length);
		for (const row of SYSCALLS) {
			expect(syscallNumber(row.name)).toBe(row.number);
			expect(syscallName(row.number)).toBe(row.name);
			expect(syscallByNumber(row.number)).toBe(row);
		}

		expect(syscallName(335)).toBeUndefined();
		expect(syscallName(463)).toBeUndefined();
		expect(syscallByName('nothing')).toBeUndefined();
		expect(() => syscallNumber('nothing')).toThrow('no system call is named nothing');
	});

	test('they are those of the C headers', ({skip}) => {
		if (!existsSync(HEADER)) skip(`${HEADER} is not here`);
		const defined = [...readFileSync(HEADER, 'utf8').matchAll(/^#define __NR_(\w+) (\d+)$/gm)].map(([, name, number]) => ({name, number: Number(number)}));
		expect(defined.length).toBeGreaterThan(300);
		for (const {name, number} of defined) if (number < NR_SYSCALLS) expect(`${number} ${syscallName(number) ?? 'has no row'}`).toBe(`${number} ${name}`);
	});

	test('the cases of the dispatch are made of them', () => {
		expect(syscallCases().match(/^\tje\t/gm)).toHaveLength(IMPLEMENTED.length);
		expect(syscallCases()).toContain('\tcmpl\t$1, %esi\n\tje\t__x64_sys_write\t\t# C: case 1: return __x64_sys_write(regs);\n');
	});
});

describe('rows', () => {
	test('each is whole: a name, at most six arguments, a kind of result, a short summary', () => {
		for (const {name, arguments: all, returns, summary} of SYSCALLS) {
			expect(name).toMatch(/^[a-z_][a-z\d_]*$/);
			expect(all.length, name).toBeLessThanOrEqual(6);
			for (const argument of all) expect(argument.name, name).toMatch(/^[a-z][a-z\d_]*$/);
			expect(RETURN_KINDS, name).toHaveProperty([returns]);
			expect(summary, name).toMatch(/^[a-z][^"'`]{5,73}[^."'`\s]$/);
		}
	});

	test('no two summaries are alike, but where two numbers were given to the same', () => {
		const said = new Map<string, string[]>();
		for (const {name, summary} of SYSCALLS) said.set(summary, [...(said.get(summary) ?? []), name]);
		expect([...said.values()].filter(names => names.length > 1)).toEqual([['getpmsg', 'putpmsg']]);
	});

	test('a length or a condition is held by another argument of the row, of a type that can hold it', () => {
		for (const {name, arguments: all} of SYSCALLS) {
			for (const [index, {extent, when}] of all.entries()) {
				if (when !== undefined) {
					expect(when.argument, name).not.toBe(index);
					expect(all.at(when.argument)?.type, name).toMatch(/^flags:|^mode$/);
				}

				if (extent === undefined) continue;
				if (extent.given === 'constant') {
					expect(extent.value, name).toBe(2);
					continue;
				}

				const holder = all.at(extent.value);
				expect(extent.value, name).not.toBe(index);
				expect(holder?.type, name).toMatch(/^(int|uint|long|ulong|size)$/);
				expect(holder?.access, name).toBe(extent.given === 'pointed' ? 'inout' : undefined);
			}
		}
	});

	test('a register holds a value or the address of a thing in memory, and a buffer has a length', () => {
		for (const {name, arguments: all} of SYSCALLS) {
			for (const {type, access, extent} of all) {
				expect(valueFormat(type) !== undefined || access !== undefined, `${name}: ${type}`).toBe(true);
				if (access === undefined) expect(extent, name).toBeUndefined();
				if (['buffer', 'iovec', 'remote-iovec', 'sockaddr', 'sigset', 'fd-set', 'bitmap'].includes(type)) expect(extent, `${name}: ${type}`).toBeDefined();
				if (extent?.untilResult === true) expect(access, name).not.toBe('in');
			}
		}
	});

	test('the vocabulary has no word that no row uses', () => {
		const used = new Set<string>(SYSCALLS.flatMap(({arguments: all}) => all.map(({type}) => type)));
		const words = [...Object.keys(FLAG_SETS).map(name => `flags:${name}`), ...STRUCTS.map(name => `struct:${name}`), ...MEMORY_TYPES];
		expect(words.filter(word => !used.has(word))).toEqual([]);
		const kinds = new Set<string>(SYSCALLS.map(({returns}) => returns));
		expect(Object.keys(RETURN_KINDS).filter(kind => !kinds.has(kind))).toEqual([]);
	});

	test('a topic lists its calls in the order of their numbers', () => {
		for (const [topic, rows] of TOPICS) {
			const numbers = rows.map(({number}) => number);
			expect(numbers, topic).toEqual(numbers.toSorted((a, b) => a - b));
		}
	});

	test('a row that names a length that it does not have is refused', () => {
		expect(() => call(1, 'write', {fd: 'fd', buf: input('buffer', bytes('length'))}, 'bytes', 'writes')).toThrow('write has no argument length; name one of fd, buf');
	});
});

test('the vocabulary says how wide a value is and how it is written', () => {
	expect(valueFormat('fd')).toEqual({bits: 32, signed: true, base: 10});
	expect(valueFormat('mode')).toEqual({bits: 16, signed: false, base: 8});
	expect(valueFormat('flags:mmap')).toEqual({bits: 64, signed: false, base: 16});
	expect(valueFormat('flags:open')).toEqual({bits: 32, signed: false, base: 16});
	expect(valueFormat('whence')).toEqual({bits: 32, signed: false, base: 10});
	expect(valueFormat('struct:statx')).toBeUndefined();
});

test.each([
	'0 read(fd:fd, buf:out buffer[bytes count, until result], count:size) = bytes',
	'1 write(fd:fd, buf:in buffer[bytes count], count:size) = bytes',
	'2 open(pathname:in path, flags:flags:open, mode:mode if flags & 0x400040) = fd',
	'3 close(fd:fd) = zero',
	'4 stat(pathname:in path, statbuf:out stat) = zero',
	'7 poll(fds:inout struct:pollfd[elements nfds], nfds:uint, timeout:int) = count',
	'8 lseek(fd:fd, offset:offset, whence:whence) = offset',
	'9 mmap(addr:address, length:size, prot:flags:mmap-prot, flags:flags:mmap, fd:fd, offset:offset) = address',
	'12 brk(addr:address) = address',
	'13 rt_sigaction(signum:signal, act:in sigaction, oldact:out sigaction, sigsetsize:size) = zero',
	'14 rt_sigprocmask(how:sigmask-how, set:in sigset[bytes sigsetsize], oldset:out sigset[bytes sigsetsize], sigsetsize:size) = zero',
	'15 rt_sigreturn() = restored',
	'16 ioctl(fd:fd, request:ioctl-cmd, arg:word) = by-request',
	'20 writev(fd:fd, iov:in iovec[elements iovcnt], iovcnt:ulong) = bytes',
	'22 pipe(pipefd:out fd[elements 2]) = zero',
	'23 select(nfds:int, readfds:inout fd-set[bits nfds], writefds:inout fd-set[bits nfds], exceptfds:inout fd-set[bits nfds], timeout:inout timeval) = count',
	'27 mincore(addr:address, length:size, vec:out byte[pages length]) = zero',
	'35 nanosleep(req:in timespec, rem:out timespec) = zero',
	'39 getpid() = pid',
	'40 sendfile(out_fd:fd, in_fd:fd, offset:inout offset, count:size) = bytes',
	'45 recvfrom(sockfd:fd, buf:out buffer[bytes len, until result], len:size, flags:flags:msg, src_addr:out sockaddr[bytes *addrlen], addrlen:inout int) = bytes',
	'49 bind(sockfd:fd, addr:in sockaddr[bytes addrlen], addrlen:int) = zero',
	'56 clone(flags:flags:clone, stack:address, parent_tid:out pid if flags & 0x101000, child_tid:address if flags & 0x1200000, tls:word if flags & 0x80000) = pid',
	'59 execve(pathname:in path, argv:in strings, envp:in strings) = never',
	'60 exit(status:int) = never',
	'61 wait4(pid:pid, wstatus:out wait-status, options:flags:wait, rusage:out struct:rusage) = pid',
	'62 kill(pid:pid, sig:signal) = zero',
	'72 fcntl(fd:fd, cmd:fcntl-cmd, arg:word) = by-request',
	'79 getcwd(buf:out path[bytes size, until result], size:ulong) = bytes',
	'89 readlink(pathname:in path, buf:out buffer[bytes bufsiz, until result], bufsiz:int) = bytes',
	'97 getrlimit(resource:rlimit-resource, rlim:out struct:rlimit) = zero',
	'101 ptrace(request:ptrace-request, pid:pid, addr:word, data:word) = by-request',
	'115 getgroups(size:int, list:out gid[elements size, until result]) = count',
	'158 arch_prctl(code:arch-prctl-code, addr:word) = zero',
	'202 futex(uaddr:address, futex_op:futex-op, val:uint, timeout:in timespec, uaddr2:address, val3:uint) = by-request',
	'217 getdents64(fd:fd, dirp:out struct:linux_dirent64[bytes count, until result], count:uint) = bytes',
	'228 clock_gettime(clockid:clockid, tp:out timespec) = zero',
	'231 exit_group(status:int) = never',
	'232 epoll_wait(epfd:fd, events:out struct:epoll_event[elements maxevents, until result], maxevents:int, timeout:int) = count',
	'247 waitid(idtype:wait-idtype, id:pid, infop:out struct:siginfo, options:flags:wait, rusage:out struct:rusage) = zero',
	'257 openat(dirfd:dirfd, pathname:in path, flags:flags:open, mode:mode if flags & 0x400040) = fd',
	'262 newfstatat(dirfd:dirfd, pathname:in path, statbuf:out stat, flags:flags:at) = zero',
	'269 faccessat(dirfd:dirfd, pathname:in path, mode:flags:access) = zero',
	'271 ppoll(fds:inout struct:pollfd[elements nfds], nfds:uint, tmo_p:inout timespec, sigmask:in sigset[bytes sigsetsize], sigsetsize:size) = count',
	'302 prlimit64(pid:pid, resource:rlimit-resource, new_limit:in struct:rlimit, old_limit:out struct:rlimit) = zero',
	'318 getrandom(buf:out buffer[bytes buflen, until result], buflen:size, flags:flags:random) = bytes',
	'332 statx(dirfd:dirfd, pathname:in path, flags:flags:at, mask:flags:statx-mask, statxbuf:out struct:statx) = zero',
	'334 rseq(rseq:inout struct:rseq[bytes rseq_len], rseq_len:uint, flags:flags:rseq, sig:uint) = zero',
	'435 clone3(cl_args:in struct:clone_args[bytes size], size:size) = pid',
	'462 mseal(start:address, len:size, flags:flags:reserved-long) = zero',
])('%s', expected => {
	expect(signature(/^\d+ (\w+)/.exec(expected)?.[1] ?? '')).toBe(expected);
});

describe('error numbers', () => {
	test('they go from 1 to 133, but for the two that repeat others', () => {
		const all = Array.from({length: 133}, (_, index) => index + 1).filter(number => number !== 41 && number !== 58);
		expect(ERRNO_ENTRIES.map(({number}) => number)).toEqual(all);
		expect(errnoEntry(38)).toEqual({number: 38, name: 'ENOSYS', text: 'Function not implemented'});
		expect(errnoEntry(41)).toBeUndefined();
		expect(errnoNumber(ERRNO_ALIASES.EWOULDBLOCK)).toBe(11);
	});

	test('a result from -4095 to -1 is an error, and no other', () => {
		expect([-38n, 0xffff_ffff_ffff_ffdan, -1n, -4095n].map(resultErrno)).toEqual([38, 38, 1, 4095]);
		expect([0n, 1n, -4096n, 0xffff_ffdan, 1n << 63n].map(resultErrno)).toEqual([undefined, undefined, undefined, undefined, undefined]);
	});

	test('their texts are those of strerror', ({skip}) => {
		const script = 'import os, sys\nfor n in sys.argv[1:]: print(os.strerror(int(n)))';
		const {status, stdout} = spawnSync('python3', ['-c', script, ...ERRNO_ENTRIES.map(({number}) => String(number))], {encoding: 'utf8', env: {...process.env, LC_ALL: 'C'}});
		if (process.platform !== 'linux' || status !== 0) skip('it takes Linux and python3 to ask strerror');
		expect(ERRNO_ENTRIES.map(({text}) => text)).toEqual(stdout.trimEnd().split('\n'));
	});

	test('their names and numbers are those of the C headers', ({skip}) => {
		const files = ['errno-base.h', 'errno.h'].map(name => `/usr/include/asm-generic/${name}`);
		if (!files.every(existsSync)) skip(`${files.join(' and ')} are not here`);
		const defined = files.flatMap(file => [...readFileSync(file, 'utf8').matchAll(/^#define\s+(E\w+)\s+(\d+)/gm)].map(([, name, number]) => [name, Number(number)]));
		expect(ERRNO_ENTRIES.map(({name, number}) => [name, number])).toEqual(defined);
	});
});
