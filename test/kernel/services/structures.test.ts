import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import * as structures from '../../../source/kernel/services/structures.js';
import {minus, Services} from './services.js';
import {numberOfBytes, words} from './words.js';

const SECOND = 1_000_000_000n;

/** Facts that differ in every field. */
const FACTS: structures.FileFacts = {
	device: [0x123, 0x45678], inode: 0x1_0000_0002, mode: 0o100_644, links: 4, uid: 5, gid: 6, special: [7, 8], size: 0x9_0000_000a, blocks: 11,
	modified: 12n * SECOND + 13n, changed: 14n * SECOND + 15n,
};

/** Each structure: its bytes, its C name and headers, and fields with the number that each must hold (undefined: not compared). */
const COMPARED: readonly {readonly type: string; readonly bytes: Uint8Array; readonly fields: Readonly<Record<string, number>>}[] = [
	{
		type: 'struct stat',
		bytes: structures.statBytes(FACTS),
		fields: {
			st_dev: 0x4561_2378, st_ino: 0x1_0000_0002, st_nlink: 4, st_mode: 0o100_644, st_uid: 5, st_gid: 6, st_rdev: 0x708, st_size: 0x9_0000_000a, st_blksize: 4096, st_blocks: 11,
			'st_atim.tv_sec': 12, 'st_mtim.tv_sec': 12, 'st_mtim.tv_nsec': 13, 'st_ctim.tv_sec': 14, 'st_ctim.tv_nsec': 15,
		},
	},
	{
		type: 'struct statx',
		bytes: structures.statxBytes(FACTS),
		fields: {
			stx_mask: 0x7ff, stx_blksize: 4096, stx_nlink: 4, stx_uid: 5, stx_gid: 6, stx_mode: 0o100_644, stx_ino: 0x1_0000_0002, stx_size: 0x9_0000_000a, stx_blocks: 11,
			'stx_mtime.tv_sec': 12, 'stx_mtime.tv_nsec': 13, 'stx_ctime.tv_sec': 14, 'stx_ctime.tv_nsec': 15, stx_rdev_major: 7, stx_rdev_minor: 8, stx_dev_major: 0x123, stx_dev_minor: 0x45678,
		},
	},
	{type: 'struct sysinfo', bytes: structures.sysinfoBytes(21n, 22, 23, 24), fields: {uptime: 21, totalram: 22, freeram: 23, procs: 24, mem_unit: 1}},
	{type: 'struct timespec', bytes: structures.timespecBytes(FACTS.modified), fields: {tv_sec: 12, tv_nsec: 13}},
	{type: 'struct timeval', bytes: structures.timevalBytes(2n * SECOND + 3000n), fields: {tv_sec: 2, tv_usec: 3}},
	{type: 'struct winsize', bytes: structures.winsizeBytes(24, 80), fields: {ws_row: 24, ws_col: 80}},
	{type: 'struct rlimit', bytes: structures.limitBytes(1n, 2n), fields: {rlim_cur: 1, rlim_max: 2}},
	{type: 'struct utsname', bytes: structures.utsnameBytes(['A', 'B', 'C', 'D', 'E', 'F']), fields: {'sysname[0]': 65, 'release[0]': 67, 'machine[0]': 69, 'domainname[0]': 70}},
	{type: 'struct termios', bytes: structures.INITIAL_TERMIOS, fields: {c_iflag: 0x500, c_oflag: 5, c_cflag: 0xbf, c_lflag: 0x8a3b, c_line: 0, 'c_cc[0]': 3, 'c_cc[4]': 4}},
];

/** Where the C compiler has the fields, and how large the structures are. Undefined where there is no compiler. */
function measured(): readonly (readonly number[])[] | undefined {
	const folder = mkdtempSync(join(tmpdir(), 'layout-'));
	const prints = COMPARED.map(({type, fields}) => {
		const places = Object.keys(fields).map(field => `(unsigned long)offsetof(${type}, ${field}), sizeof(((${type} *)0)->${field})`);
		return `printf("%lu ${places.map(() => '%lu %lu').join(' ')}\\n", sizeof(${type}), ${places.join(', ')});`;
	});
	const headers = ['stdio.h', 'stddef.h', 'sys/stat.h', 'sys/sysinfo.h', 'sys/time.h', 'sys/ioctl.h', 'sys/resource.h', 'sys/utsname.h', 'termios.h', 'dirent.h', 'sys/uio.h'];
	try {
		writeFileSync(join(folder, 'a.c'), `#define _GNU_SOURCE\n${headers.map(name => `#include <${name}>\n`).join('')}int main(void) { ${prints.join('\n')} return 0; }\n`);
		execFileSync('gcc', ['-o', join(folder, 'a'), join(folder, 'a.c')], {stdio: 'pipe'});
		return execFileSync(join(folder, 'a'), {encoding: 'utf8'}).trim().split('\n').map(line => line.split(' ').map(Number));
	} catch (error) {
		process.stdout.write(`skipped: no C compiler that makes programs for this computer (${String(error).slice(0, 80)})\n`);
		return undefined;
	} finally {
		rmSync(folder, {recursive: true});
	}
}

test('The structures are laid out as the C compiler has them', context => {
	const sizes = process.arch === 'x64' && process.platform === 'linux' ? measured() : undefined;
	if (sizes === undefined) {
		context.skip();
		return;
	}

	for (const [index, {type, bytes, fields}] of COMPARED.entries()) {
		const [size, ...places] = sizes[index];
		// The C library's struct termios is longer than the kernel's, and begins like it.
		if (type === 'struct termios') expect([size, bytes.length]).toEqual([60, 36]);
		else expect([type, bytes.length]).toEqual([type, size]);
		for (const [field, [name, value]] of Object.entries(fields).entries()) {
			const [at, length] = [places[field * 2], places[field * 2 + 1]];
			expect([type, name, numberOfBytes(bytes.subarray(at, at + length))]).toEqual([type, name, value]);
		}
	}
});

test('A directory entry has its length, its type and its name, filled up to eight bytes', () => {
	const bytes = structures.direntBytes(5, 6, 8, new TextEncoder().encode('name!'));
	expect([bytes.length, numberOfBytes(bytes.subarray(0, 8)), numberOfBytes(bytes.subarray(8, 16)), numberOfBytes(bytes.subarray(16, 18)), bytes[18]]).toEqual([32, 5, 6, 32, 8]);
	expect(new TextDecoder().decode(bytes.subarray(19, 25))).toBe('name!\0');
});

describe('Calls that only tell something', () => {
	test('clocks count steps from a fixed moment', () => {
		const s = new Services();
		const at = s.buffer();
		s.machine.cpu.steps = 2_000_000_123;
		expect(s.call('clock_gettime', 1, at)).toBe(0);
		expect([s.number(at, 8), s.number(at + 8, 8)]).toEqual([2, 123]);
		expect(s.call('clock_gettime', 0, at)).toBe(0);
		expect(s.number(at, 8)).toBe(1_767_225_602);
		expect(s.call('time', 0)).toBe(1_767_225_602);
		expect(s.call('gettimeofday', at, 0)).toBe(0);
		expect(s.number(at, 8)).toBe(1_767_225_602);
		expect(s.call('clock_gettime', 99, at)).toBe(minus('EINVAL'));
		expect(s.call('clock_gettime', 0, 1)).toBe(minus('EFAULT'));
		expect(s.call('clock_getres', 1, 0)).toBe(0);
	});

	test('getrandom follows the seed', () => {
		const bytes = (seed: bigint): number[] => {
			const s = new Services({seed});
			const at = s.buffer();
			expect(s.call('getrandom', at, 20, 0)).toBe(20);
			expect(s.call('getrandom', at, 20, 6)).toBe(minus('EINVAL'));
			expect(s.call('getrandom', 5, 20, 0)).toBe(minus('EFAULT'));
			return [...s.peek(at, 20)];
		};

		expect(bytes(1n)).toEqual(bytes(1n));
		expect(bytes(1n)).not.toEqual(bytes(2n));
	});

	test('limits can be read and lowered, and count', () => {
		const s = new Services();
		const at = s.buffer();
		expect(s.call('prlimit64', 0, 3, 0, at)).toBe(0);
		expect(s.number(at, 8)).toBe(8 << 20);
		s.poke(at, words(4, 256));
		expect(s.call('prlimit64', 0, 7, at, 0)).toBe(0);
		expect(s.call('dup', 0)).toBe(3);
		expect(s.call('dup', 0)).toBe(minus('EMFILE'));
		s.poke(at, words(4, 1000));
		expect(s.call('setrlimit', 7, at)).toBe(minus('EPERM'));
		s.poke(at, words(9, 8));
		expect(s.call('setrlimit', 7, at)).toBe(minus('EINVAL'));
		expect(s.call('prlimit64', 0, 16, 0, at)).toBe(minus('EINVAL'));
		expect(s.call('prlimit64', 99, 3, 0, at)).toBe(minus('ESRCH'));
	});

	test('uname, sysinfo and sched_getaffinity describe this computer', () => {
		const s = new Services();
		const at = s.buffer();
		expect(s.call('uname', at)).toBe(0);
		expect(s.text(at, 6)).toBe('Linux\0');
		expect(s.text(at + 4 * 65, 7)).toBe('x86_64\0');
		expect(s.call('sysinfo', at)).toBe(0);
		expect(s.number(at + 32, 8)).toBe(s.services.host.state.pages.total * 4096);
		expect(s.call('sched_getaffinity', 0, 128, at)).toBe(8);
		expect(s.number(at, 8)).toBe(1);
		expect(s.call('sched_getaffinity', 0, 7, at)).toBe(minus('EINVAL'));
	});

	test('stat, lstat, fstat and statx tell of the same file', () => {
		const s = new Services({files: new Map<string, Uint8Array | {target: string}>([['/data', new Uint8Array(1234)], ['/link', {target: 'data'}]])});
		const at = s.buffer();
		const path = s.poke(at + 4096, '/link');
		expect(s.call('stat', path, at)).toBe(0);
		const inode = s.number(at + 8, 8);
		expect([s.number(at + 24, 4), s.number(at + 48, 8)]).toEqual([0o100_644, 1234]);
		expect(s.call('lstat', path, at)).toBe(0);
		expect(s.number(at + 24, 4)).toBe(0o120_777);
		const fd = s.call('open', path, 0);
		expect(s.call('fstat', fd, at)).toBe(0);
		expect(s.number(at + 8, 8)).toBe(inode);
		s.poke(at + 4096, '');
		expect(s.call('newfstatat', fd, path, at, 0x1000)).toBe(0);
		expect(s.number(at + 8, 8)).toBe(inode);
		expect(s.call('statx', fd, path, 0x1000, 0x7ff, at)).toBe(0);
		expect([s.number(at + 28, 2), s.number(at + 32, 8), s.number(at + 40, 8)]).toEqual([0o100_644, inode, 1234]);
		expect(s.call('statx', fd, path, 0x6000, 0x7ff, at)).toBe(minus('EINVAL'));
		expect(s.call('fstat', 1, at)).toBe(0);
		expect([s.number(at + 24, 4), s.number(at + 40, 8)]).toEqual([0o020_666, 0x501]);
	});
});
