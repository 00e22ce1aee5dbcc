import {describe, expect, test} from 'vitest';
import {FILE_KINDS} from '../../../source/kernel/services/open-files.js';
import {minus, Services} from './services.js';
import {words} from './words.js';

const O = {RDWR: 2, WRONLY: 1, CREAT: 0o100, EXCL: 0o200, TRUNC: 0o1000, APPEND: 0o2000, DIRECTORY: 0o200_000, NOFOLLOW: 0o400_000, CLOEXEC: 0o2_000_000} as const;
const AT_FDCWD = -100;

/** Services and a buffer of 16 KiB: paths at its start, data from its second page on. */
function ready(options: ConstructorParameters<typeof Services>[0] = {}): {readonly s: Services; readonly data: number; path: (text: string) => number; open: (text: string, flags?: number) => number} {
	const s = new Services(options);
	const buffer = s.buffer();
	const path = (text: string): number => s.poke(buffer, text);
	return {s, data: buffer + 4096, path, open: (text, flags = 0) => s.call('open', path(text), flags, 0o644)};
}

describe('Regular files', () => {
	test('are made, written, read back at any place, and cut', () => {
		const {s, data, open} = ready();
		const fd = open('/tmp/a', O.RDWR | O.CREAT | O.EXCL);
		expect(fd).toBe(3);
		s.poke(data, 'hello world');
		expect(s.call('write', fd, data, 11)).toBe(11);
		expect(s.call('lseek', fd, -5, 2)).toBe(6);
		expect(s.call('read', fd, data + 100, 50)).toBe(5);
		expect(s.text(data + 100, 5)).toBe('world');
		expect(s.call('read', fd, data, 50)).toBe(0);
		expect(s.call('pread64', fd, data, 5, 0)).toBe(5);
		expect(s.call('lseek', fd, 40_000, 0)).toBe(40_000);
		expect(s.call('write', fd, data, 1)).toBe(1);
		expect(s.call('pread64', fd, data, 4, 39_997)).toBe(4);
		expect(s.text(data, 4)).toBe('\0\0\0h');
		expect(s.call('ftruncate', fd, 3)).toBe(0);
		expect(s.call('ftruncate', fd, 6)).toBe(0);
		expect(s.call('pread64', fd, data, 100, 0)).toBe(6);
		expect(s.text(data, 6)).toBe('hel\0\0\0');
		expect(open('/tmp/a', O.CREAT | O.EXCL)).toBe(minus('EEXIST'));
		expect(s.call('close', fd)).toBe(0);
		expect(s.call('close', fd)).toBe(minus('EBADF'));
	});

	test('readv and writev go through their parts', () => {
		const {s, data, open} = ready();
		const fd = open('/tmp/v', O.RDWR | O.CREAT);
		s.poke(data, 'abcdefgh');
		s.poke(data + 256, words(data, 3, data + 5, 2, 0, 0));
		expect(s.call('writev', fd, data + 256, 3)).toBe(5);
		expect(s.call('lseek', fd, 0, 0)).toBe(0);
		s.poke(data + 256, words(data + 512, 2, data + 600, 9));
		expect(s.call('readv', fd, data + 256, 2)).toBe(5);
		expect(s.text(data + 512, 2) + s.text(data + 600, 3)).toBe('abcfg');
		expect(s.call('readv', fd, data + 256, 1025)).toBe(minus('EINVAL'));
		s.poke(data + 256, words(data, -1));
		expect(s.call('readv', fd, data + 256, 1)).toBe(minus('EINVAL'));
		expect(s.call('readv', fd, 16, 1)).toBe(minus('EFAULT'));
	});

	test('with O_APPEND are always written at the end', () => {
		const {s, data, open} = ready();
		const one = open('/tmp/l', O.WRONLY | O.CREAT | O.APPEND);
		const two = open('/tmp/l', O.WRONLY);
		s.poke(data, 'xyz');
		s.call('write', two, data, 3);
		expect(s.call('write', one, data, 1)).toBe(1);
		expect(s.call('lseek', one, 0, 1)).toBe(4);
		expect(s.call('read', one, data, 1)).toBe(minus('EBADF'));
	});

	test('without end come to -ENOSPC, and deleting them makes room again', () => {
		const {s, data, open} = ready({fileBytes: 65_536});
		const fd = open('/tmp/big', O.WRONLY | O.CREAT);
		let result = 0;
		for (let count = 0; count < 100 && result >= 0; count++) result = s.call('write', fd, data, 8192);
		expect(result).toBe(minus('ENOSPC'));
		s.poke(data - 4096, '/tmp/big');
		expect(s.call('unlink', data - 4096)).toBe(0);
		expect(s.services.host.state.fileBytes).toBe(65_536);
		expect(s.call('close', fd)).toBe(0);
		expect(s.services.host.state.fileBytes).toBe(0);
		let made = 0;
		while (made >= 0) {
			made = open(`/tmp/${s.services.host.state.inodes.size}`, O.CREAT | O.WRONLY);
			if (made >= 0) s.call('close', made);
		}

		expect(made).toBe(minus('ENOSPC'));
	});
});

describe('Paths', () => {
	test('are followed through links, dots and slashes, or refused with the reason', () => {
		const {s, data, path, open} = ready();
		expect(s.call('mkdir', path('/tmp/d'), 0o755)).toBe(0);
		expect(open('/tmp/d/../d/./f', O.CREAT)).toBe(3);
		s.poke(data, '/tmp/d');
		expect(s.call('symlink', data, path('link'))).toBe(0);
		expect(open('link/f')).toBe(4);
		expect(open('link', O.NOFOLLOW)).toBe(minus('ELOOP'));
		s.poke(data, 'loop');
		s.call('symlink', data, path('loop'));
		expect(open('loop')).toBe(minus('ELOOP'));
		expect(open('')).toBe(minus('ENOENT'));
		expect(open('/nothing/here')).toBe(minus('ENOENT'));
		expect(open('/etc/passwd/x')).toBe(minus('ENOTDIR'));
		expect(open('/etc/passwd/')).toBe(minus('ENOTDIR'));
		expect(open('/tmp', O.WRONLY)).toBe(minus('EISDIR'));
		expect(open('/etc/passwd', O.DIRECTORY)).toBe(minus('ENOTDIR'));
		expect(open('/etc/passwd', O.WRONLY)).toBe(minus('EACCES'));
		expect(open('/new', O.CREAT)).toBe(minus('EACCES'));
		expect(open(`/tmp/${'n'.repeat(256)}`, O.CREAT)).toBe(minus('ENAMETOOLONG'));
		expect(s.call('open', 8, 0)).toBe(minus('EFAULT'));
		s.poke(data, new Uint8Array(4096).fill(97));
		expect(s.call('open', data, 0)).toBe(minus('ENAMETOOLONG'));
		expect(s.call('openat', 77, path('x'), 0)).toBe(minus('EBADF'));
		expect(s.call('openat', 0, path('x'), 0)).toBe(minus('ENOTDIR'));
		const directory = open('/tmp/d', O.DIRECTORY);
		expect(s.call('openat', directory, path('f'), 0)).toBe(6);
		expect(s.call('readlink', path('link'), data, 100)).toBe(6);
		expect(s.call('readlink', path('/proc/self/exe'), data, 100)).toBeGreaterThan(0);
	});

	test('rename, unlink and rmdir follow Linux’s rules', () => {
		const {s, data, path, open} = ready();
		const two = (name: string, from: string, to: string): number => s.call(name, path(from), s.poke(data, to));
		s.call('mkdir', path('/tmp/a'), 0o755);
		s.call('mkdir', path('/tmp/a/b'), 0o755);
		open('/tmp/f', O.CREAT);
		expect(two('rename', '/tmp/a', '/tmp/a/b/c')).toBe(minus('EINVAL'));
		expect(two('rename', '/tmp/a/b', '/tmp/a')).toBe(minus('ENOTEMPTY'));
		expect(two('rename', '/tmp/f', '/tmp/a')).toBe(minus('EISDIR'));
		expect(two('rename', '/tmp/a', '/tmp/f')).toBe(minus('ENOTDIR'));
		expect(two('rename', '/tmp/none', '/tmp/g')).toBe(minus('ENOENT'));
		expect(two('rename', '/tmp/a/b', '/tmp/b')).toBe(0);
		expect(two('rename', '/tmp/f', '/tmp/b/f')).toBe(0);
		expect(s.call('rmdir', path('/tmp/b'))).toBe(minus('ENOTEMPTY'));
		expect(s.call('unlink', path('/tmp/b'))).toBe(minus('EISDIR'));
		expect(s.call('rmdir', path('/tmp/b/f'))).toBe(minus('ENOTDIR'));
		expect(s.call('chdir', path('/tmp/b'))).toBe(0);
		expect(s.call('getcwd', data, 3)).toBe(minus('ERANGE'));
		expect(s.call('getcwd', data, 100)).toBe(7);
		expect(s.text(data, 7)).toBe('/tmp/b\0');
		expect(s.call('unlink', path('f'))).toBe(0);
		expect(s.call('rmdir', path('../b'))).toBe(0);
		expect(s.call('rmdir', path('/tmp/a'))).toBe(0);
		expect(s.call('getcwd', data, 100)).toBe(minus('ENOENT'));
		expect(open('x', O.CREAT)).toBe(minus('ENOENT'));
		expect(s.call('unlink', path('/dev/null'))).toBe(minus('EACCES'));
	});

	test('getdents64 lists every name once, in parts if the buffer is small', () => {
		const {s, data, path, open} = ready();
		const names = Array.from({length: 20}, (_, index) => `name${index}`);
		for (const name of names) s.call('close', open(`/tmp/${name}`, O.CREAT));
		const fd = s.call('open', path('/tmp'), O.DIRECTORY);
		expect(s.call('getdents64', fd, data, 10)).toBe(minus('EINVAL'));
		const seen: string[] = [];
		for (let count = s.call('getdents64', fd, data, 100); count > 0; count = s.call('getdents64', fd, data, 100)) {
			for (let at = data; at < data + count; at += s.number(at + 16, 2)) seen.push(s.text(at + 19, s.number(at + 16, 2) - 19).replace(/\0.*/s, ''));
		}

		expect(seen).toEqual(['.', '..', ...names]);
		expect(s.call('getdents64', 1, data, 100)).toBe(minus('ENOTDIR'));
	});
});

describe('Descriptors', () => {
	test('0, 1 and 2 are the console, which is machine code’s', () => {
		const {s, data, open} = ready();
		for (const fd of [0, 1, 2]) expect(s.call('describe_descriptor', fd) % 256).toBe(FILE_KINDS.indexOf('console'));
		expect(s.call('read', 0, data, 1)).toBe(minus('ENOTSUPP'));
		expect(s.call('write', 1, data, 1)).toBe(minus('ENOTSUPP'));
		expect(s.call('lseek', 1, 0, 0)).toBe(minus('ESPIPE'));
		expect(s.call('describe_descriptor', open('/dev/tty', O.RDWR)) % 256).toBe(FILE_KINDS.indexOf('console'));
		expect(s.call('ioctl', 1, 0x5401, data)).toBe(0);
		expect(s.call('ioctl', 1, 0x5413, data)).toBe(0);
		expect(s.number(data + 2, 2)).toBe(80);
		expect(s.call('ioctl', open('/etc/passwd'), 0x5401, data)).toBe(minus('ENOTTY'));
		expect(s.call('ioctl', 50, 0x5401, data)).toBe(minus('EBADF'));
		expect(s.call('ioctl', 1, 0x5401, 3)).toBe(minus('EFAULT'));
	});

	test('copies share the position; each has its own close-on-exec mark', () => {
		const {s, data, open} = ready({files: new Map([['/data', new TextEncoder().encode('0123456789')]])});
		const fd = open('/data', O.CLOEXEC);
		const copy = s.call('dup', fd);
		expect(s.call('read', fd, data, 4)).toBe(4);
		expect(s.call('read', copy, data, 1)).toBe(1);
		expect(s.text(data, 1)).toBe('4');
		expect(s.call('fcntl', fd, 1, 0)).toBe(1);
		expect(s.call('fcntl', copy, 1, 0)).toBe(0);
		expect(s.call('fcntl', fd, 1030, 100)).toBe(100);
		expect(s.call('fcntl', 100, 1, 0)).toBe(1);
		expect(s.call('fcntl', fd, 0, 256)).toBe(minus('EINVAL'));
		expect(s.call('fcntl', fd, 3, 0)).toBe(0o100_000);
		expect(s.call('dup2', fd, fd)).toBe(fd);
		expect(s.call('dup3', fd, fd, 0)).toBe(minus('EINVAL'));
		expect(s.call('dup2', fd, 256)).toBe(minus('EBADF'));
		expect(s.call('dup2', fd, 1)).toBe(1);
		expect(s.call('read', 1, data, 1)).toBe(1);
		let last = 0;
		while (last >= 0) last = s.call('dup', fd);
		expect(last).toBe(minus('EMFILE'));
	});

	test('of pipes are counted, and who lost an end is told once', () => {
		const {s, data} = ready();
		expect(s.call('pipe2', data, 0)).toBe(0);
		const [reader, writer] = [s.number(data, 4), s.number(data + 4, 4)];
		expect(s.call('describe_descriptor', reader) % 2 ** 16).toBe(FILE_KINDS.indexOf('pipe-read'));
		expect(s.call('read', writer, data, 1)).toBe(minus('EBADF'));
		expect(s.call('read', reader, data, 1)).toBe(minus('ENOTSUPP'));
		const copy = s.call('dup', writer);
		s.call('close', writer);
		expect(s.call('pipe_counts', 0)).toBe(1 + 2 ** 32);
		expect(s.call('changed_pipe')).toBe(minus('ENOENT'));
		s.call('close', copy);
		expect(s.call('pipe_counts', 0)).toBe(1);
		expect(s.call('changed_pipe')).toBe(0);
		expect(s.call('changed_pipe')).toBe(minus('ENOENT'));
		expect(s.call('pipe', data)).toBe(1);
		s.call('close', reader);
		expect(s.call('pipe', data)).toBe(0);
		expect(s.call('pipe2', 16, 0)).toBe(minus('EFAULT'));
		let result = 0;
		while (result >= 0) result = s.call('pipe', data);
		expect([minus('EMFILE'), minus('ENFILE')]).toContain(result);
	});
});

test('Devices and /proc/self/maps can be read', () => {
	const {s, data, open} = ready();
	s.poke(data, 'xxxx');
	expect(s.call('read', open('/dev/zero'), data, 3)).toBe(3);
	expect(s.text(data, 4)).toBe('\0\0\0x');
	expect(s.call('read', open('/dev/null', O.RDWR), data, 3)).toBe(0);
	expect(s.call('write', open('/dev/null', O.RDWR), data, 1_000_000)).toBe(1_000_000);
	const maps = s.maps;
	const count = s.call('read', open('/proc/self/maps'), data, 4096);
	expect(s.text(data, count)).toBe(maps);
	expect(s.call('read', open('/dev/zero'), data, 0x700_0000)).toBe(0x3000);
	expect(s.call('read', open('/dev/zero'), data, 0x7fff_ffff)).toBe(minus('EFAULT'));
	expect(s.call('access', s.poke(data, '/etc/passwd'), 4)).toBe(0);
	expect(s.call('access', data, 2)).toBe(minus('EACCES'));
	expect(s.call('newfstatat', AT_FDCWD, data, data, 0x8000)).toBe(minus('EINVAL'));
});
