import {execFileSync, spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {afterAll, describe, expect, test, vi} from 'vitest';
import {cli, ProgramFolder} from '../support/cli.js';
import {command} from '../support/in-process.js';
import {isInstalled} from '../support/programs-on-path.js';
import {HELLO, program} from '../support/programs.js';

// Each test starts programs, several at a time.
vi.setConfig({testTimeout: 120_000});

const folder = new ProgramFolder();
afterAll(() => folder.remove());

const run = (text: string, ...flags: readonly string[]): ReturnType<typeof command> => command('run', folder.file(text), ...flags);

/** A column of results, as strace has it. */
const call = (text: string, result: string): string => `${text.padEnd(39)} = ${result}\n`;

const MANY = program('sys 1, 1, text, 40\nsys 1, 77, text, 3\nsys 39\nsys 1, 1, 0, 1\nud2', `text: .ascii "${'0123456789'.repeat(4)}"`);

const LINES = [
	call('write(1, "01234567890123456789012345678901"..., 40)', '40'),
	call('write(77, "012", 3)', '-1 EBADF (Bad file descriptor)'),
	call('getpid()', '42'),
	call('write(1, NULL, 1)', '-1 EFAULT (Bad address)'),
] as const;
const END = '--- SIGILL {si_signo=SIGILL, si_code=ILL_ILLOPN, si_addr=ADDRESS} ---\n+++ killed by SIGILL +++\n';

const withoutAddresses = (text: string): string => text.replaceAll(/si_addr=0x\w+/gu, 'si_addr=ADDRESS');

describe('--strace', () => {
	test('prints each call as strace does to stderr, and the program’s output to stdout', async () => {
		const {status, stdout, stderr} = await run(MANY, '--strace');
		expect([status, stdout]).toEqual([132, '0123456789'.repeat(4)]);
		expect(withoutAddresses(stderr).startsWith(LINES.join('') + END), stderr).toBe(true);
		expect(stderr).toMatch(/killed by SIGILL \(si_code 2, address 0x\w+\)\n$/);
	});

	test('as the last word, before the file, or with other flags behind it', async () => {
		const file = folder.file(HELLO);
		const expected = {status: 0, stdout: 'hello world\n', stderr: `${call('write(1, "hello world\\n", 12)', '12')}${call('exit(0)', '?')}+++ exited with 0 +++\n`};
		expect(await command('run', file, '--strace')).toMatchObject(expected);
		expect(await command('run', '--strace', file)).toMatchObject(expected);
		expect(await command('run', '--strace', '-s', '32', file)).toMatchObject(expected);
	});

	test('comes in the order of what happens, line by line with what the program prints', async () => {
		const {status, stdout} = await cli('run', folder.file(program('sys 1, 1, text, 2\nsys 39\nsys 1, 1, text, 2', 'text: .ascii "a\\n"')), '--strace', '--max-steps', '100000');
		expect([status, stdout]).toEqual([0, 'a\na\n']);
		const file = folder.file(program('sys 1, 1, text, 2\nsys 39\nsys 1, 1, text, 2', 'text: .ascii "a\\n"'));
		const script = `syscall-lab() { '${process.execPath}' '${path.join(import.meta.dirname, '../../dist/cli.js')}' "$@"; }; syscall-lab run '${file}' --strace 2>&1`;
		expect(execFileSync('bash', ['-c', script], {encoding: 'utf8'})).toBe(`a\n${call('write(1, "a\\n", 2)', '2')}${call('getpid()', '42')}a\n${call('write(1, "a\\n", 2)', '2')}${call('exit(0)', '?')}+++ exited with 0 +++\n`);
	});

	test('=FILE writes to a file, each line with its task', async () => {
		const file = path.join(folder.path, 'trace.txt');
		const {stdout, stderr} = await run(HELLO, `--strace=${file}`);
		expect([stdout, stderr]).toEqual(['hello world\n', '']);
		expect(readFileSync(file, 'utf8')).toBe(`${call('42    write(1, "hello world\\n", 12)', '12')}${call('42    exit(0)', '?')}42    +++ exited with 0 +++\n`);
	});

	test('=FILE must be possible', async () => {
		expect(await run(HELLO, `--strace=${folder.path}`)).toMatchObject({status: 2, stdout: '', stderr: `syscall-lab: --strace=${folder.path} can’t be written (EISDIR); give the path of a file that can\n`});
		expect(await run(HELLO, '--strace=/dev/full')).toMatchObject({status: 75, stderr: 'syscall-lab: /dev/full can’t be written: the disk is full; make room\n'});
	});

	test('shows a call as it is after a setting', async () => {
		const {stderr} = await run(HELLO, '--strace', '--set', 'rdi=77,rdx=5');
		expect(stderr.split('\n')[0]).toBe(call('write(77, "hello", 5)', '-1 EBADF (Bad file descriptor)').trimEnd());
	});

	test('says whose call it is while there are several tasks', async () => {
		// The parent waits for its child, so the child runs meanwhile.
		const {status, stderr} = await run(program('sys 57\ntestl %eax, %eax\njz child\nsys 61, -1, 0, 0\nsys 60, 2\nchild: sys 39\nsys 60, 5'), '--strace');
		expect([status, stderr]).toEqual([2, [
			call('fork()', '43'), '[pid    42] wait4(-1,  <unfinished ...>\n', call('[pid    43] getpid()', '43'), call('[pid    43] exit(5)', '?'), '[pid    43] +++ exited with 5 +++\n',
			call('<... wait4 resumed>NULL, 0, NULL)', '43'),
			// Nobody has asked for this signal; who traces is told of it all the same.
			'--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=43, si_uid=1000, si_status=5, si_utime=0, si_stime=0} ---\n', call('exit(2)', '?'), '+++ exited with 2 +++\n',
		].join('')]);
	});

	test('goes as far as a stop', async () => {
		const {status, stderr} = await run(MANY, '--strace', '--stop', 'syscall=getpid');
		const [first, second, third, fourth] = stderr.split('\n');
		expect([status, first, second]).toEqual([76, ...LINES.slice(0, 2).map(line => line.trimEnd())]);
		expect(third).toBe('getpid( <unfinished ...>');
		expect(fourth).toMatch(/^syscall-lab: stopped by “syscall=getpid”: /);
		const whole = await run(MANY, '--strace', '--stop', 'exception=#BP');
		expect(withoutAddresses(whole.stderr).startsWith(LINES.join('') + END), whole.stderr).toBe(true);
		// One step behind the place where an answer is known.
		expect((await run(MANY, '--strace', '--stop', 'at syscall_exit_to_user_mode')).stderr).toMatch(/^write\(1, .* <unfinished \.\.\.>\n.*stopped by “at syscall_exit_to_user_mode”/);
	});
});

describe('what is traced', () => {
	test('-e chooses calls', async () => {
		expect((await run(MANY, '-e', 'trace=getpid')).stderr.split('\n').slice(0, 2)).toEqual([LINES[2].trimEnd(), expect.stringContaining('SIGILL')]);
		expect((await run(MANY, '--trace=!write')).stderr.split('\n')[0]).toBe(LINES[2].trimEnd());
		expect((await run(MANY, '-ewrite', '--strace')).stderr.split('\n').slice(0, 3)).toEqual([0, 1, 3].map(index => LINES[index].trimEnd()));
	});

	test('a wrong filter is refused', async () => {
		expect(await run(MANY, '-e', 'trace=writ')).toMatchObject({status: 2, stdout: '', stderr: 'syscall-lab: -e trace=writ: no system call is named writ; did you mean write?\n'});
		expect((await run(MANY, '-e')).stderr).toBe('syscall-lab: --trace has no value; write it as --trace FILTER\n');
		expect((await run(MANY, '-c', '--json')).status).toBe(2);
	});

	test('-s says how many bytes of strings are shown', async () => {
		expect((await run(MANY, '-s', '4')).stderr.split('\n')[0]).toBe(call('write(1, "0123"..., 40)', '40').trimEnd());
		expect((await run(MANY, '-s100')).stderr.split('\n')[0]).toBe(call(`write(1, "${'0123456789'.repeat(4)}", 40)`, '40').trimEnd());
	});

	test('-c counts instead', async () => {
		const {stdout, stderr} = await run(MANY, '-c');
		expect(stdout).toBe('0123456789'.repeat(4));
		const rows = stderr.split('\n').map(row => row.trim().split(/\s+/u));
		expect(rows[0]).toEqual(['%', 'steps', 'steps', 'steps/call', 'calls', 'errors', 'syscall']);
		expect(rows.find(row => row.at(-1) === 'write')?.slice(-3)).toEqual(['3', '2', 'write']);
		expect(rows.find(row => row.at(-1) === 'getpid')?.slice(-2)).toEqual(['1', 'getpid']);
		expect(rows.find(row => row.at(-1) === 'total')?.slice(-3)).toEqual(['4', '2', 'total']);
	});

	test('--json prints a line of JSON for each call instead of the program’s output', async () => {
		const {stdout, stderr} = await run(HELLO, '--strace', '--json');
		expect(stderr).toBe('');
		const records = stdout.trimEnd().split('\n').map(line => JSON.parse(line) as Readonly<Record<string, unknown>>);
		expect(records.map(({kind, name, text}) => [kind, name ?? text])).toEqual([['call', 'write'], ['call', 'exit'], ['end', 'exited with 0']]);
		expect(records[0]).toMatchObject({pid: 42, nr: 1, result: {raw: '0xc', text: '12'}});
		const file = path.join(folder.path, 'trace.json');
		expect(await run(HELLO, `--strace=${file}`, '--json')).toMatchObject({status: 0, stdout: 'hello world\n', stderr: ''});
		expect(readFileSync(file, 'utf8')).toBe(stdout);
	});
});

/** Calls of all sorts, made directly, so that the C library's buffers and the terminal have no say. */
const VARIED = `
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
static void handler(int number) { write(1, "caught\\n", 7); }
int main(int argc, char **argv) {
	int ends[2], status;
	char buffer[64];
	pipe(ends);
	write(ends[1], "through\\0the pipe\\n", 18);
	read(ends[0], buffer, sizeof buffer);
	close(ends[0]);
	open("/no/such/file", O_RDONLY | O_CLOEXEC);
	lseek(77, 5, SEEK_SET);
	void *map = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	strcpy(map, "mapped");
	write(1, map, 6);
	munmap(map, 8192);
	struct sigaction action = {.sa_handler = handler};
	sigaction(SIGUSR1, &action, 0);
	kill(getpid(), SIGUSR1);
	dup2(1, 9);
	write(9, argv[1], strlen(argv[1]));
	if (fork() == 0) _exit(3);
	while (wait(&status) < 0);
	return WEXITSTATUS(status);
}`;

/** Lines of the first task, without what differs from run to run: addresses, task numbers, random bytes. */
function comparable(lines: readonly string[], first: string): string[] {
	const own = lines.filter(line => line.startsWith(`${first} `) && !line.includes('SIGCHLD {')).map(line => line.slice(first.length).trimStart());
	return own
		.filter(line => !line.startsWith('execve('))
		.map(line => line.replaceAll(/\b0x[\da-f]{3,}\b/gu, 'ADDRESS').replaceAll(/ += /gu, ' = ').replace(/(readlink|getrandom)\(.*?"(?:\\.|[^"\\])*"(, (?:"(?:\\.|[^"\\])*"))?/u, '$1(…').replace(/ = \d+$/u, line.startsWith('readlink') ? ' = LENGTH' : '$&'))
		.map(line => line.replace(/\b(?:si_pid=|kill\()\d+/u, text => text.replace(/\d+/u, 'TASK')).replace(/^((?:getpid|set_tid_address|clone|wait4)\(.*) = \d+$/u, '$1 = TASK').replace(/si_uid=\d+/u, 'si_uid=USER'));
}

const canTrace = isInstalled('gcc') && isInstalled('strace') && spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

test.skipIf(!canTrace)('a C program’s calls are those that the real strace sees, in the same order with the same arguments', async () => {
	const binary = path.join(folder.path, 'varied');
	execFileSync('gcc', ['-static', '-w', '-o', binary, folder.file(VARIED, 'varied.c')]);
	const [ours, real] = ['ours', 'real'].map(name => path.join(folder.path, name));
	const {status} = await command('run', binary, `--strace=${ours}`, '-s', '100', '--', 'word\n');
	const traced = spawnSync('strace', ['-f', '-s', '100', '-o', real, binary, 'word\n'], {stdio: ['ignore', 'ignore', 'inherit']});
	expect([status, traced.status]).toEqual([3, 3]);
	const linesOf = (file: string): string[] => readFileSync(file, 'utf8').trimEnd().split('\n');
	const realLines = linesOf(real);
	const task = realLines[0].split(' ')[0];
	// Who runs first after a fork is chance: lines that are cut in two are put together again.
	const whole = (lines: readonly string[]): string[] => lines.reduce<string[]>((all, line) => {
		const open = all.findIndex(each => each.endsWith(' <unfinished ...>') && each.split(' ')[0] === line.split(' ')[0]);
		const rest = /<\.\.\. \w+ resumed>(.*)$/u.exec(line)?.[1];
		return open < 0 || rest === undefined ? [...all, line] : all.map((each, index) => (index === open ? each.replace(' <unfinished ...>', rest) : each));
	}, []);
	const expected = comparable(whole(realLines), task);
	expect(expected.length).toBeGreaterThan(25);
	expect(comparable(whole(linesOf(ours)), '42')).toEqual(expected);
});
