import {describe, expect, test} from 'vitest';
import {minus, Services, TID} from './services.js';
import {smallElf} from './small-elf.js';
import {words} from './words.js';

const CLONE_VM = 0x100;
const CLONE_FILES = 0x400;

describe('fork', () => {
	test('copies memory when one side writes it, and shares what is mapped shared', () => {
		const s = new Services();
		const own = s.buffer();
		const shared = s.call('mmap', 0, 8192, 3, 0x21, -1, 0);
		s.poke(own, 'parent');
		s.poke(shared, 'both');
		const used = s.used;
		const root = s.call('fork_task', 43, 0);
		expect(root).toBeGreaterThan(0);
		expect(s.used - used).toBeLessThan(16);
		s.switchTo(43);
		expect(s.text(own, 6)).toBe('parent');
		s.poke(own, 'child!');
		s.poke(shared, 'seen');
		s.poke(shared + 4096, 'late');
		s.switchTo(TID);
		expect(s.text(own, 6)).toBe('parent');
		expect(s.text(shared, 4)).toBe('seen');
		expect(s.text(shared + 4096, 4)).toBe('late');
		s.poke(own, 'PARENT');
		s.switchTo(43);
		expect(s.text(own, 6)).toBe('child!');
	});

	test('with CLONE_VM shares memory, with CLONE_FILES descriptors', () => {
		const s = new Services();
		const at = s.buffer();
		expect(s.call('fork_task', 43, CLONE_VM | CLONE_FILES)).toBe(s.services.spaceOf(TID)?.root);
		s.switchTo(43);
		s.poke(at, 'thread');
		expect(s.call('dup', 0)).toBe(3);
		expect(s.call('exit_task')).toBe(0);
		expect(s.call('getcwd', at, 10)).toBe(minus('ESRCH'));
		s.switchTo(TID);
		expect(s.text(at, 6)).toBe('thread');
		expect(s.call('close', 3)).toBe(0);
		expect(s.call('fork_task', 43, 0)).toBe(minus('EEXIST'));
		expect(s.call('release_task', 43)).toBe(0);
	});

	test('without end comes to -ENOMEM and leaves nothing behind', () => {
		const s = new Services({memory: 2 * 1024 * 1024});
		s.poke(s.buffer(), 'x');
		const used = s.used;
		let last = 0;
		let tid = 100;
		while (last >= 0) last = s.call('fork_task', tid++, 0);
		expect(last).toBe(minus('ENOMEM'));
		for (let task = 100; task < tid - 1; task++) expect(s.call('release_task', task)).toBe(0);
		expect(s.used).toBe(used);
	});
});

describe('execve', () => {
	const files = new Map([['/bin/small', {bytes: smallElf(), mode: 0o755}], ['/bin/damaged', {bytes: smallElf().subarray(0, 100), mode: 0o755}], ['/bin/data', {bytes: smallElf(), mode: 0o644}]]);

	function execve(s: Services, path: string, argv: readonly string[], at = s.buffer()): number {
		s.poke(at, path);
		let next = at + 1024;
		const pointers = argv.map(text => {
			s.poke(next, text);
			next += text.length + 1;
			return next - text.length - 1;
		});
		s.poke(at + 512, words(...pointers, 0));
		return s.call('execve', at, at + 512, 0);
	}

	test('replaces memory, keeps descriptors but those that are marked, and lays the stack out', () => {
		const s = new Services({files});
		s.call('fcntl', 0, 1030, 5);
		s.call('fcntl', 0, 0, 6);
		expect(execve(s, '/bin/small', ['small', 'one'])).toBe(0);
		const [root, rip, rsp] = s.started;
		s.switchTo(TID);
		expect(s.services.spaceOf(TID)?.root).toBe(Number(root));
		expect(rip).toBe(0x40_1000n);
		expect(rsp % 16n).toBe(0n);
		expect(s.number(Number(rsp), 8)).toBe(2);
		expect(s.text(s.number(Number(rsp) + 16, 8), 4)).toBe('one\0');
		expect(s.number(0x40_1000, 4)).toBe(0x9090_9090);
		expect(s.number(0x40_2000, 4)).toBe(0x0403_0201);
		expect(s.number(0x40_2004, 8)).toBe(0);
		expect(s.call('describe_descriptor', 5)).toBe(minus('EBADF'));
		expect(s.call('describe_descriptor', 6)).toBeGreaterThan(0);
		expect(s.maps).toMatch(/^00401000-00402000 r-xp 00001000 08:01 \d+ +\/bin\/small$/m);
	});

	test('refuses what can’t be run and leaves the program as it was', () => {
		const s = new Services({files});
		const before = s.maps;
		expect(execve(s, '/bin/none', [])).toBe(minus('ENOENT'));
		expect(execve(s, '/bin/damaged', [])).toBe(minus('ENOEXEC'));
		expect(execve(s, '/bin/data', [])).toBe(minus('EACCES'));
		expect(execve(s, '/tmp', [])).toBe(minus('EACCES'));
		expect(s.call('execve', s.poke(s.buffer(), '/bin/small'), 1, 0)).toBe(minus('EFAULT'));
		expect(s.maps.startsWith(before.slice(0, 60))).toBe(true);
	});

	test('and fork and exit, over and over, lose no page and no file', () => {
		const s = new Services({files, isolated: true});
		const buffer = s.buffer();
		s.poke(buffer, new Uint8Array(4096));
		s.call('pipe', buffer);
		s.call('changed_pipe');
		const {state} = s.services.host;
		const used = s.used;
		const open = state.open.size;
		for (let tid = 100; tid < 300; tid++) {
			s.switchTo(TID);
			expect(s.call('fork_task', tid, tid % 3 === 0 ? CLONE_VM : 0)).toBeGreaterThan(0);
			s.switchTo(tid);
			expect(execve(s, '/bin/small', ['x'], buffer)).toBe(0);
			s.switchTo(tid);
			s.call('open', s.poke(s.buffer(), '/dev/null'), 0);
			s.call('exit_task');
			s.switchTo(TID);
			expect(s.call('release_task', tid)).toBe(0);
		}

		expect(state.open.size).toBe(open);
		expect(state.tasks.size).toBe(1);
		expect(state.spaces.size).toBe(1);
		expect(state.tables.size).toBe(1);
		expect(s.used).toBe(used);
	});
});

describe('Snapshots', () => {
	test('bring back files, descriptors, areas and random numbers exactly, and structuredClone does too', () => {
		for (const clone of [(value: unknown) => value, structuredClone] as (<T>(value: T) => T)[]) {
			const s = new Services();
			const at = s.buffer();
			const fd = s.call('open', s.poke(at, '/tmp/f'), 0o102, 0o644);
			s.call('write', fd, s.poke(at, 'first'), 5);
			const memory = s.machine.memory.ram.slice();
			const kept = clone(s.services.snapshot());
			const maps = s.maps;

			/** What happens from there on. */
			const future = (): unknown[] => {
				const results = [s.call('getrandom', at + 100, 8, 0), s.number(at + 100, 6), s.call('pwrite64', fd, s.poke(at, 'later'), 5, 2), s.call('mmap', 0, 8192, 3, 0x22, -1, 0)];
				results.push(s.call('pread64', fd, at + 200, 20, 0), s.call('fork_task', 50, 0), s.call('dup', fd), s.call('open', s.poke(at, '/tmp/g'), 0o102, 0o644), s.used);
				return [...results, s.text(at + 200, 7), s.maps];
			};

			const once = future();
			for (let time = 0; time < 2; time++) {
				s.machine.memory.ram.set(memory);
				s.services.restore(kept);
				expect(s.maps).toBe(maps);
				expect(s.call('pread64', fd, at + 200, 20, 0)).toBe(5);
				expect(s.text(at + 200, 5)).toBe('first');
				s.machine.memory.ram.set(memory);
				expect(future()).toEqual(once);
			}
		}
	});
});
