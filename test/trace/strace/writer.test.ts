import {describe, expect, test} from 'vitest';
import {exitedStatus, killedStatus, parseFilter, siginfoBytes} from '../../../source/trace/strace/index.js';
import {failing, halves, memoryOf, nothing, text, words, written} from './support.js';

const BUFFER = 0x1000n;
const SEGV = siginfoBytes({signo: 11, code: 1, address: 0n});

describe('one task', () => {
	test('a call’s result stands in column 40, or after a space if there is no room', () => {
		const {tasks, lines} = written();
		tasks.call(1, 'getpid', [], 42);
		tasks.call(1, 'close', [77], failing('EBADF'));
		tasks.call(1, 'write', [1, BUFFER, 32], 32, memoryOf([BUFFER, text('exactly thirty-two bytes of text')]));
		expect(lines).toEqual([
			'getpid()                                = 42',
			'close(77)                               = -1 EBADF (Bad file descriptor)',
			'write(1, "exactly thirty-two bytes of text", 32) = 32',
		]);
	});

	test('a string is shown up to the limit, a path whole', () => {
		const {tasks, lines} = written({limit: 5});
		tasks.call(1, 'write', [1, BUFFER, 11], 11, memoryOf([BUFFER, text('hello world')]));
		tasks.call(1, 'write', [1, BUFFER, 5], 5, memoryOf([BUFFER, text('hello world')]));
		tasks.call(1, 'unlink', [BUFFER], 0, memoryOf([BUFFER, new Uint8Array(300).fill(0x61, 0, 280)]));
		expect(lines.map(line => line.replace(/ += /, ' = '))).toEqual(['write(1, "hello"..., 11) = 11', 'write(1, "hello", 5) = 5', `unlink("${'a'.repeat(280)}") = 0`]);
	});

	test('what a call reads is shown as it was before, what it fills in as it is after', () => {
		const {tasks, lines} = written();
		tasks.enter(1, 'prlimit64', [0, 7, BUFFER, BUFFER + 16n], memoryOf([BUFFER, words(1024, 4096, 0, 0)]));
		tasks.leave(1, 0, memoryOf([BUFFER, words(5, 6, 256, -1)]));
		expect(lines).toEqual(['prlimit64(0, RLIMIT_NOFILE, {rlim_cur=1024, rlim_max=4*1024}, {rlim_cur=256, rlim_max=RLIM64_INFINITY}) = 0']);
	});

	test('a call that fails shows the addresses of what it would have filled in', () => {
		const {tasks, lines} = written();
		tasks.call(1, 'uname', [BUFFER], failing('EFAULT'), memoryOf([BUFFER, new Uint8Array(400)]));
		expect(lines).toEqual(['uname(0x1000)                           = -1 EFAULT (Bad address)']);
	});

	test('a number without a call shows all registers', () => {
		const {writer, lines} = written();
		writer.enter(1, {nr: 9999, args: [1n, 2n, 3n, 0n, 5n, 0xffff_ffff_ffff_ffffn], memory: nothing});
		writer.leave(1, {result: failing('ENOSYS'), memory: nothing});
		writer.enter(1, {nr: -1, args: [], memory: nothing});
		writer.leave(1, {result: failing('ENOSYS'), memory: nothing});
		expect(lines).toEqual([
			'syscall_0x270f(0x1, 0x2, 0x3, 0, 0x5, 0xffffffffffffffff) = -1 ENOSYS (Function not implemented)',
			'syscall_0xffffffff(0, 0, 0, 0, 0, 0)    = -1 ENOSYS (Function not implemented)',
		]);
	});

	test('an end in a call that does not return', () => {
		const {tasks, writer, lines} = written();
		tasks.enter(1, 'exit_group', [3]);
		writer.ended(1, exitedStatus(3));
		expect(lines).toEqual(['exit_group(3)                           = ?', '+++ exited with 3 +++']);
	});

	test('an end by a fault, without and with a core', () => {
		const {writer, lines} = written();
		for (const hasCore of [false, true]) {
			writer.signal(1, SEGV);
			writer.ended(1, killedStatus(11, hasCore));
		}

		expect(lines).toEqual([
			'--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL} ---', '+++ killed by SIGSEGV +++',
			'--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL} ---', '+++ killed by SIGSEGV (core dumped) +++',
		]);
	});

	test('an end in the midst of a call whose arguments were not all shown', () => {
		const {tasks, writer, lines} = written();
		tasks.enter(1, 'read', [0, BUFFER, 10]);
		writer.ended(1, killedStatus(9));
		tasks.enter(2, 'pause');
		writer.ended(2, killedStatus(9));
		tasks.enter(3, 'poll', [0, 0, -1]);
		writer.ended(3, killedStatus(9));
		expect(lines).toEqual([
			'read(0,  <unfinished ...>)              = ?', '+++ killed by SIGKILL +++', 'pause()                                 = ?', '+++ killed by SIGKILL +++',
			'poll(NULL, 0, -1 <unfinished ...>)      = ?', '+++ killed by SIGKILL +++',
		]);
	});

	test('a call that a signal has interrupted, and that is made again', () => {
		const {tasks, writer, lines} = written();
		tasks.call(1, 'read', [0, BUFFER, 10], BigInt.asUintN(64, -512n));
		writer.signal(1, siginfoBytes({signo: 10, code: 0, pid: 77, uid: 1000}));
		writer.enter(1, {nr: 15, args: [], stack: 0x2000n, memory: memoryOf([0x2000n, words(...Array.from({length: 37}, () => 0), 1 << 9 | 1 << 14)])});
		writer.leave(1, {result: 0n, memory: nothing});
		tasks.call(1, 'restart_syscall', [], 0);
		expect(lines).toEqual([
			'read(0, 0x1000, 10)                     = ? ERESTARTSYS (To be restarted if SA_RESTART is set)',
			'--- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER, si_pid=77, si_uid=1000} ---',
			'rt_sigreturn({mask=[USR1 TERM]})        = 0',
			'restart_syscall(<... resuming interrupted rt_sigreturn ...>) = 0',
		]);
	});

	test('a line that is not complete at the end', () => {
		const {tasks, writer, lines} = written();
		tasks.enter(1, 'wait4', [-1, 0, 0, 0]);
		writer.finish();
		expect(lines).toEqual(['wait4(-1,  <unfinished ...>']);
	});
});

describe('several tasks', () => {
	test('a line says whose it is while there is more than one', () => {
		const {tasks, writer, lines} = written();
		tasks.enter(10, 'clone', [0x1200011n, 0, 0, 0, 0]);
		writer.started(11);
		tasks.leave(10, 11);
		tasks.enter(10, 'wait4', [-1, BUFFER, 0, 0]);
		tasks.enter(11, 'exit', [5]);
		writer.ended(11, exitedStatus(5));
		tasks.leave(10, 11, memoryOf([BUFFER, halves(5 << 8)]));
		writer.signal(10, siginfoBytes({signo: 17, code: 1, pid: 11, uid: 0, status: 5}));
		expect(lines).toEqual([
			'clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=NULL) = 11',
			'[pid    10] wait4(-1,  <unfinished ...>',
			'[pid    11] exit(5)                     = ?',
			'[pid    11] +++ exited with 5 +++',
			'<... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 5}], 0, NULL) = 11',
			'--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=11, si_uid=0, si_status=5, si_utime=0, si_stime=0} ---',
		]);
	});

	test('in a file each line begins with its task’s number', () => {
		const {tasks, writer, lines} = written({tasks: 'always'});
		tasks.call(10, 'getpid', [], 10);
		writer.started(11);
		tasks.enter(10, 'futex', [BUFFER, 128, 0, 0]);
		tasks.call(11, 'gettid', [], 11);
		tasks.leave(10, 0);
		expect(lines).toEqual([
			'10    getpid()                          = 10',
			'10    futex(0x1000, FUTEX_WAIT_PRIVATE, 0, NULL <unfinished ...>',
			'11    gettid()                          = 11',
			'10    <... futex resumed>)              = 0',
		]);
	});

	test('a signal comes while another task’s line is not complete', () => {
		const {tasks, writer, lines} = written();
		writer.started(10);
		writer.started(11);
		tasks.enter(10, 'nanosleep', [BUFFER, 0], memoryOf([BUFFER, words(1, 0)]));
		writer.signal(11, SEGV);
		writer.ended(11, killedStatus(11));
		tasks.leave(10, 0);
		expect(lines).toEqual([
			'[pid    10] nanosleep({tv_sec=1, tv_nsec=0},  <unfinished ...>',
			'[pid    11] --- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL} ---',
			'[pid    11] +++ killed by SIGSEGV +++',
			'<... nanosleep resumed>NULL)            = 0',
		]);
	});

	test('a task that is about to end says so before others go on', () => {
		const {tasks, writer, lines} = written();
		tasks.enter(10, 'vfork');
		writer.started(11);
		tasks.enter(11, 'exit_group', [4]);
		writer.exiting(11);
		tasks.leave(10, 11);
		writer.ended(11, exitedStatus(4));
		expect(lines).toEqual([
			'vfork( <unfinished ...>', '[pid    11] exit_group(4)               = ?', '[pid    10] <... vfork resumed>)        = 11', '[pid    11] +++ exited with 4 +++',
		]);
	});
});

test('calls that a filter leaves out are not shown, signals and ends are', () => {
	const parsed = parseFilter('trace=!getpid,exit_group');
	const {tasks, writer, lines} = written('filter' in parsed ? {filter: parsed.filter} : {});
	tasks.call(1, 'getpid', [], 1);
	tasks.call(1, 'getuid', [], 1000);
	tasks.enter(1, 'exit_group', [0]);
	writer.signal(1, SEGV);
	writer.ended(1, exitedStatus(0));
	expect(lines).toEqual(['getuid()                                = 1000', '--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL} ---', '+++ exited with 0 +++']);
});

describe('calls that are newer than the strace that we have been compared with', () => {
	const memory = memoryOf([BUFFER, words(4096, 8192, 1, 2, 3)]);

	test.each([
		['cachestat', [3, BUFFER, BUFFER, 0], 'cachestat(3, {off=4096, len=8192}, {nr_cache=4096, nr_dirty=8192, nr_writeback=1, nr_evicted=2, nr_recently_evicted=3}, 0) = 0'],
		['fchmodat2', [-100, 0, 0o644, 0x100], 'fchmodat2(AT_FDCWD, NULL, 0644, AT_SYMLINK_NOFOLLOW) = 0'],
		['map_shadow_stack', [0, 4096, 1], 'map_shadow_stack(NULL, 4096, SHADOW_STACK_SET_TOKEN) = 0'],
		['futex_wake', [BUFFER, 0xffff, 1, 0x82], 'futex_wake(0x1000, 0xffff, 1, FUTEX2_SIZE_U32|FUTEX2_PRIVATE) = 0'],
		['mseal', [0x4000, 4096, 0], 'mseal(0x4000, 4096, 0)                  = 0'],
		['lsm_list_modules', [BUFFER, BUFFER + 16n, 0], 'lsm_list_modules([], [1], 0)            = 0'],
	] as const)('%s', (name, args, line) => {
		const {tasks, lines} = written();
		tasks.call(1, name, args, 0, memory);
		expect(lines).toEqual([line]);
	});
});
