/** The folder of --root as a program sees it, and that nothing leads out of it. */
import {chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, beforeEach, describe, expect, test} from 'vitest';
import {readRoot} from '../../source/commands/root-folder.js';
import {ERRNO} from '../../source/kernel/services/errno.js';
import {command} from '../support/in-process.js';
import {Services} from '../kernel/services/services.js';

const AT_FDCWD = -100;
const [RDONLY, WRONLY, RDWR, CREAT, EXCL, DIRECTORY, NOFOLLOW] = [0, 1, 2, 0o100, 0o200, 0o200_000, 0o400_000];

/** Where paths and answers stand in the program's memory. */
const [PATH, OTHER, BUFFER] = [0x40_2100, 0x40_2400, 0x40_2800];

const outer = mkdtempSync(path.join(tmpdir(), 'outside-'));
const folder = path.join(outer, 'root');
afterAll(() => rmSync(outer, {recursive: true}));

/** The root folder, and beside it what nobody may come to. */
beforeEach(() => {
	rmSync(folder, {recursive: true, force: true});
	mkdirSync(path.join(folder, 'a/b'), {recursive: true});
	writeFileSync(path.join(outer, 'secret'), 'secret');
	writeFileSync(path.join(folder, 'a/text'), 'some text');
	writeFileSync(path.join(folder, 'a/b/large'), Uint8Array.from({length: 200_000}, (_, index) => index % 251));
	writeFileSync(path.join(folder, 'private'), 'x');
	chmodSync(path.join(folder, 'private'), 0);
	for (const [name, target] of [['up', '../secret'], ['out', path.join(outer, 'secret')], ['a/far', '../../../../../..' + path.join(outer, 'secret')], ['home', '/a'], ['loop', 'loop'], ['a/slash', '/'], ['dangling', 'nowhere']]) symlinkSync(target, path.join(folder, name));
	symlinkSync(outer, path.join(folder, 'outer'));
});

class Guest {
	readonly services = new Services({root: readRoot(folder).folder, directory: '/'});

	/** Makes a call that takes a path, and maybe another. */
	call(name: string, file: string, ...args: readonly (number | string)[]): number {
		const {services} = this;
		this.put(PATH, file);
		return services.call(name, ...args.map(arg => {
			if (typeof arg === 'number') return arg;
			if (arg === 'PATH') return PATH;
			this.put(OTHER, arg);
			return OTHER;
		}));
	}

	open(file: string, flags = RDONLY): number {
		return this.call('openat', file, AT_FDCWD, 'PATH', flags, 0o644);
	}

	text(file: string, length = 100): string | number {
		const descriptor = this.open(file);
		if (descriptor < 0) return descriptor;
		const count = this.services.call('read', descriptor, BUFFER, length);
		this.services.call('close', descriptor);
		return count < 0 ? count : this.services.text(BUFFER, count);
	}

	put(address: number, text: string): void {
		this.services.poke(address, new TextEncoder().encode(`${text}\0`));
	}
}

describe('a folder of this computer', () => {
	test('shows its files, by paths that begin and stay in it', () => {
		const guest = new Guest();
		expect(['/a/text', 'a/text', '/home/text', '/../../a/text', '/a/b/../text', '/a/slash/a/text'].map(file => guest.text(file))).toEqual(Array<string>(6).fill('some text'));
		expect(guest.text('/nowhere')).toBe(-ERRNO.ENOENT);
		expect(guest.text('/a/text/more')).toBe(-ERRNO.ENOTDIR);
		expect(guest.text('/loop')).toBe(-ERRNO.ELOOP);
		expect(guest.text('/dangling')).toBe(-ERRNO.ENOENT);
		expect(guest.open('/home', NOFOLLOW)).toBe(-ERRNO.ELOOP);
	});

	test.each(['/up', '/out', '/a/far', '/outer/secret', '/../secret', '/a/../../secret', '/a/b/../../../secret'])('has no way out by %s', file => {
		expect(new Guest().text(file)).toBe(-ERRNO.ENOENT);
	});

	test('has no way out where a directory becomes a link meanwhile', () => {
		const guest = new Guest();
		const listed = guest.call('newfstatat', '/a/b', AT_FDCWD, 'PATH', BUFFER, 0);
		renameSync(path.join(folder, 'a'), path.join(folder, 'gone'));
		symlinkSync(outer, path.join(folder, 'a'));
		expect([listed, guest.text('/a/secret'), guest.text('/a/root/private')]).toEqual([0, -ERRNO.ENOTDIR, -ERRNO.ENOTDIR]);
	});

	test('has no way out where a file becomes a link meanwhile', () => {
		const guest = new Guest();
		expect(guest.call('newfstatat', '/a/text', AT_FDCWD, 'PATH', BUFFER, 0)).toBe(0);
		rmSync(path.join(folder, 'a/text'));
		symlinkSync(path.join(outer, 'secret'), path.join(folder, 'a/text'));
		expect(guest.text('/a/text')).toBeLessThan(0);
	});

	test('gives long files in parts, and the same again', () => {
		const guest = new Guest();
		const descriptor = guest.open('/a/b/large');
		for (const at of [0, 65_530, 131_072, 199_990]) {
			const count = guest.services.call('pread64', descriptor, BUFFER, 20, at);
			expect([count, ...guest.services.peek(BUFFER, count)]).toEqual([Math.min(20, 200_000 - at), ...Array.from({length: Math.min(20, 200_000 - at)}, (_, index) => (at + index) % 251)]);
		}

		expect(guest.services.call('lseek', descriptor, 0, 2)).toBe(200_000);
	});

	test('can’t be changed', () => {
		const guest = new Guest();
		const {EACCES, EEXIST, EROFS, EXDEV, ENOTDIR} = ERRNO;
		expect([
			guest.open('/a/text', WRONLY), guest.open('/a/text', RDWR), guest.open('/a/new', CREAT | WRONLY), guest.open('/a/text', CREAT | EXCL), guest.open('/a/text', DIRECTORY),
			guest.call('mkdir', '/a/new', 'PATH', 0o755), guest.call('mkdir', '/a/b', 'PATH', 0o755), guest.call('unlink', '/a/text', 'PATH'), guest.call('unlink', '/a/none', 'PATH'), guest.call('rmdir', '/a/b', 'PATH'),
			guest.call('rename', '/a/text', 'PATH', '/a/other'), guest.call('rename', '/a/text', 'PATH', '/dev/other'), guest.call('symlink', '/x', 'PATH', '/a/link'), guest.call('access', '/a/text', 'PATH', 2), guest.call('access', '/a/text', 'PATH', 4),
			guest.call('access', '/a/text', 'PATH', 1),
		].map(result => Math.abs(result))).toEqual([EROFS, EROFS, EROFS, EEXIST, ENOTDIR, EROFS, EEXIST, EROFS, EROFS, EROFS, EROFS, EXDEV, EROFS, EROFS, 0, EACCES]);
	});

	test('says what may not be read', () => {
		expect(new Guest().open('/private')).toBe(-ERRNO.EACCES);
	});

	test('lists each name once, with its type; the kernel’s own files cover what is there', () => {
		mkdirSync(path.join(folder, 'dev'));
		writeFileSync(path.join(folder, 'dev/sda'), '');
		const guest = new Guest();
		const names = (place: string): string[] => {
			const descriptor = guest.open(place, DIRECTORY);
			const found: string[] = [];
			for (let count = guest.services.call('getdents64', descriptor, BUFFER, 512); count > 0; count = guest.services.call('getdents64', descriptor, BUFFER, 512)) {
				const bytes = guest.services.peek(BUFFER, count);
				for (let at = 0; at < count; at += bytes[at + 16] | (bytes[at + 17] << 8)) {
					const name = Buffer.from(bytes.subarray(at + 19, bytes.indexOf(0, at + 19))).toString();
					found.push(`${name} ${bytes[at + 18]}`);
				}
			}

			return found.sort();
		};

		expect(names('/')).toEqual(['. 4', '.. 4', 'a 4', 'dangling 10', 'dev 4', 'home 10', 'loop 10', 'out 10', 'outer 10', 'private 8', 'proc 4', 'up 10']);
		expect(names('/a')).toEqual(['. 4', '.. 4', 'b 4', 'far 10', 'slash 10', 'text 8']);
		expect(names('/dev')).toContain('null 2');
		expect(names('/dev')).not.toContain('sda 8');
	});

	test('shows where its links lead', () => {
		const guest = new Guest();
		expect(guest.services.text(BUFFER, guest.call('readlink', '/up', 'PATH', BUFFER, 50))).toBe('../secret');
	});

	test('must be a folder that is there', async () => {
		const file = path.join(folder, 'a/text');
		expect(await command('run', '--root', file, file)).toMatchObject({status: 2, stderr: expect.stringContaining('is no folder') as string});
		expect(await command('run', '--root', path.join(folder, 'none'), file)).toMatchObject({status: 2, stderr: expect.stringContaining('ENOENT') as string});
	});

	test('is the machine’s user’s as far as it is ours', () => {
		const {uid} = readRoot(folder).folder;
		expect([uid, process.getuid?.() !== undefined]).toEqual([1000, true]);
	});
});
