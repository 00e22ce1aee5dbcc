import {describe, expect, test} from 'vitest';
import {minus, Services} from './services.js';

const Map = {SHARED: 1, PRIVATE: 2, FIXED: 0x10, ANONYMOUS: 0x20, NORESERVE: 0x4000, NOREPLACE: 0x10_0000} as const;
const ANON = Map.PRIVATE | Map.ANONYMOUS;
const MAPERR = 11 | (1 << 8);
const ACCERR = 11 | (2 << 8);
const BUS = 7 | (2 << 8);

/** Error codes of page faults from user mode. */
const Code = {READ: 4, WRITE: 6, FETCH: 20, WRITE_PRESENT: 7, READ_PRESENT: 5, FETCH_PRESENT: 21} as const;

describe('mmap', () => {
	test('gives places from the top down, zeroed when they are touched', () => {
		const s = new Services();
		const first = s.call('mmap', 0, 5000, 3, ANON, -1, 0);
		const second = s.call('mmap', 0, 1, 3, ANON, -1, 0);
		expect(first).toBe(0x7fff_f7ff_f000 - 0x2000);
		expect(second).toBe(first - 0x1000);
		const before = s.used;
		expect(s.call('page_fault', first + 0x1234, Code.WRITE)).toBe(0);
		expect(s.used).toBeGreaterThan(before);
		expect(s.peek(first + 0x1000, 8)).toEqual(new Uint8Array(8));
	});

	test('takes a hint if the place is free, and another place if not', () => {
		const s = new Services();
		expect(s.call('mmap', 0x1000_0123, 0x1000, 3, ANON, -1, 0)).toBe(0x1000_0000);
		expect(s.call('mmap', 0x1000_0000, 0x1000, 3, ANON, -1, 0)).toBe(0x7fff_f7ff_e000);
		expect(s.call('mmap', 0x1000, 0x1000, 3, ANON, -1, 0)).toBe(0x1_0000);
	});

	test('with MAP_FIXED replaces what is there, and with MAP_FIXED_NOREPLACE does not', () => {
		const s = new Services();
		const at = s.buffer(0x3000);
		s.poke(at + 0x1000, 'old');
		expect(s.call('mmap', at + 0x1000, 0x1000, 1, ANON | Map.NOREPLACE, -1, 0)).toBe(minus('EEXIST'));
		expect(s.call('mmap', at + 0x1000, 0x1000, 1, ANON | Map.FIXED, -1, 0)).toBe(at + 0x1000);
		expect(s.number(at + 0x1000, 4)).toBe(0);
		expect(s.maps).toContain(`${(at + 0x1000).toString(16)}-${(at + 0x2000).toString(16)} r--p`);
	});

	test.each([
		['a length of 0', [0, 0, 3, ANON, -1, 0], 'EINVAL'],
		['neither private nor shared', [0, 4096, 3, Map.ANONYMOUS, -1, 0], 'EINVAL'],
		['an offset within a page', [0, 4096, 3, ANON, -1, 5], 'EINVAL'],
		['a fixed address within a page', [0x10_0001, 4096, 3, ANON | Map.FIXED, -1, 0], 'EINVAL'],
		['a fixed address in the kernel’s half', [0xffff_8000_0000_0000n, 4096, 3, ANON | Map.FIXED, -1, 0], 'ENOMEM'],
		['the page at 0', [0, 4096, 3, ANON | Map.FIXED, -1, 0], 'EPERM'],
		['a length beyond all addresses', [0, 0xffff_ffff_ffff_ff00n, 3, ANON, -1, 0], 'ENOMEM'],
		['more than there is memory', [0, 2 ** 40, 3, ANON, -1, 0], 'ENOMEM'],
		['a descriptor that is not open', [0, 4096, 1, Map.PRIVATE, 77, 0], 'EBADF'],
		['the console', [0, 4096, 1, Map.PRIVATE, 0, 0], 'ENODEV'],
	] as const)('refuses %s', (_, args, errno) => {
		expect(new Services().call('mmap', ...args)).toBe(minus(errno));
	});

	test('without end comes to -ENOMEM, whatever is mapped', () => {
		for (const [prot, flags, length] of [[3, ANON, 1 << 20], [0, ANON, 2 ** 30], [1, ANON, 2 ** 34], [3, ANON | Map.NORESERVE, 2 ** 34], [3, Map.SHARED | Map.ANONYMOUS, 4096]] as const) {
			const s = new Services();
			let result = 0;
			let count = 0;
			while (result >= 0 && count++ < 20_000) result = s.call('mmap', 0, length, prot, flags, -1, 0);
			expect(result).toBe(minus('ENOMEM'));
		}
	});

	test('that is touched without end kills, and the memory comes back', () => {
		const s = new Services({memory: 4 * 1024 * 1024});
		const at = s.call('mmap', 0, 2 * 1024 * 1024, 3, ANON, -1, 0);
		const other = s.call('mmap', 0, 2 * 1024 * 1024, 3, ANON, -1, 0);
		let result = 0;
		for (let page = 0; page < 1024 && result === 0; page++) result = s.call('page_fault', (page < 512 ? at : other - 0x20_0000) + page * 4096, Code.WRITE);
		expect(result).toBe(9 | (0x80 << 8));
		expect(s.call('munmap', at, 2 * 1024 * 1024)).toBe(0);
		expect(s.call('page_fault', other, Code.WRITE)).toBe(0);
	});
});

describe('A page fault', () => {
	test('outside of all areas is SEGV_MAPERR, against the protection SEGV_ACCERR', () => {
		const s = new Services();
		const at = s.call('mmap', 0, 4096, 1, ANON, -1, 0);
		const none = s.call('mmap', 0, 4096, 0, ANON, -1, 0);
		expect(s.call('page_fault', 0, Code.READ)).toBe(MAPERR);
		expect(s.call('page_fault', 0xffff_ffff_8100_0000n, Code.READ_PRESENT)).toBe(MAPERR);
		expect(s.call('page_fault', 0x7fff_ffff_f000, Code.READ)).toBe(MAPERR);
		expect(s.call('page_fault', at, Code.WRITE)).toBe(ACCERR);
		expect(s.call('page_fault', at, Code.FETCH)).toBe(ACCERR);
		expect(s.call('page_fault', none, Code.READ)).toBe(ACCERR);
		expect(s.call('page_fault', at, Code.READ)).toBe(0);
		expect(s.call('page_fault', 0x40_1000, Code.WRITE_PRESENT)).toBe(ACCERR);
	});

	test('below the stack makes it grow, down to its limit', () => {
		const s = new Services({memory: 32 * 1024 * 1024});
		const low = 0x7fff_ffff_f000 - (8 << 20);
		expect(s.call('page_fault', low + 5, Code.WRITE)).toBe(0);
		expect(s.call('page_fault', low - 1, Code.WRITE)).toBe(MAPERR);
		expect(s.maps).toMatch(/^7fffff7ff000-7ffffffff000 rw-p 00000000 00:00 0 {26}\[stack\]$/m);
	});

	test('beyond the end of a mapped file is a bus error, and its last page is filled up with zeros', () => {
		const s = new Services({files: new globalThis.Map([['/data', new Uint8Array(5000).fill(7)]])});
		const buffer = s.buffer();
		const fd = s.call('open', s.poke(buffer, '/data'), 0);
		const at = s.call('mmap', 0, 0x3000, 3, Map.PRIVATE, fd, 0);
		expect(s.peek(at + 4990, 12)).toEqual(Uint8Array.of(7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 0, 0));
		expect(s.call('page_fault', at + 0x2000, Code.READ)).toBe(BUS);
		s.poke(at, Uint8Array.of(1));
		expect(s.call('pread64', fd, buffer, 1, 0)).toBe(1);
		expect(s.number(buffer, 1)).toBe(7);
		expect(s.maps).toMatch(/ rw-p 00000000 08:01 \d+ +\/data$/m);
	});
});

describe('munmap, mprotect and brk', () => {
	test('munmap in the middle leaves two areas, and gives pages and tables back', () => {
		const s = new Services();
		const before = s.used;
		const at = s.buffer(0x5000);
		s.poke(at, new Uint8Array(0x5000).fill(9));
		expect(s.call('munmap', at + 0x1000, 0x1001)).toBe(0);
		expect(s.user.read(BigInt(at + 0x1000), 1)).toBeUndefined();
		expect(s.number(at, 1)).toBe(9);
		expect(s.number(at + 0x3000, 1)).toBe(9);
		expect(s.maps.split('\n').filter(line => line.startsWith('7ffff7'))).toHaveLength(2);
		expect(s.call('munmap', at, 0x5000)).toBe(0);
		expect(s.used).toBe(before);
		expect(s.call('munmap', at + 1, 4096)).toBe(minus('EINVAL'));
		expect(s.call('munmap', at, 0)).toBe(minus('EINVAL'));
		expect(s.call('munmap', 2 ** 47, 4096)).toBe(minus('EINVAL'));
	});

	test('mprotect cuts areas, changes pages, joins equal neighbours, and stops at a hole', () => {
		const s = new Services();
		const at = s.buffer(0x3000);
		s.poke(at, new Uint8Array(0x3000).fill(5));
		expect(s.call('mprotect', at + 0x1000, 0x1000, 0)).toBe(0);
		expect(s.user.read(BigInt(at + 0x1000), 1)).toBeUndefined();
		expect(s.machine.readLinear(BigInt(at + 0x1000), 1)).toBeUndefined();
		expect(s.maps.split('\n').filter(line => line.startsWith('7ffff7'))).toHaveLength(3);
		expect(s.call('mprotect', at + 0x1000, 0x1000, 3)).toBe(0);
		expect(s.number(at + 0x1000, 1)).toBe(5);
		expect(s.maps.split('\n').filter(line => line.startsWith('7ffff7'))).toHaveLength(1);
		expect(s.call('mprotect', at + 0x2000, 0x3000, 1)).toBe(minus('ENOMEM'));
		expect(s.user.write(BigInt(at + 0x2000), new Uint8Array(1))).toBe(false);
		expect(s.call('mprotect', at + 1, 4096, 1)).toBe(minus('EINVAL'));
		expect(s.call('mprotect', at, 4096, 64)).toBe(minus('EINVAL'));
		expect(s.call('mprotect', at, 0, 1)).toBe(0);
	});

	test('brk grows and shrinks the heap, and answers with the end as it is', () => {
		const s = new Services();
		const start = s.call('brk', 0);
		expect(start).toBe(0x40_4000);
		expect(s.call('brk', start + 5000)).toBe(start + 5000);
		s.poke(start + 4000, new Uint8Array(1000).fill(1));
		expect(s.maps).toMatch(/^00402000-00406000 rw-p 00000000 00:00 0 {34}\[heap\]$|^00404000-00406000 rw-p .*\[heap\]$/m);
		expect(s.call('brk', start - 1)).toBe(start + 5000);
		expect(s.call('brk', 2 ** 60)).toBe(start + 5000);
		expect(s.call('brk', start)).toBe(start);
		expect(s.user.read(BigInt(start), 1)).toBeUndefined();
	});
});

describe('mremap and madvise', () => {
	test('mremap shrinks, grows in place, and moves when it may', () => {
		const s = new Services();
		s.buffer();
		const at = s.buffer(0x4000);
		s.poke(at, new Uint8Array(0x4000).fill(3));
		expect(s.call('mremap', at, 0x4000, 0x2000, 0)).toBe(at);
		expect(s.call('mremap', at, 0x2000, 0x3000, 0)).toBe(at);
		expect(s.number(at + 0x2000, 1)).toBe(0);
		expect(s.call('mremap', at, 0x3000, 0x8000, 0)).toBe(minus('ENOMEM'));
		const moved = s.call('mremap', at, 0x3000, 0x8000, 1);
		expect(moved).toBeGreaterThan(0);
		expect(moved).not.toBe(at);
		expect(s.number(moved + 0x1fff, 1)).toBe(3);
		expect(s.user.read(BigInt(at), 1)).toBeUndefined();
		const fixed = s.call('mremap', moved, 0x8000, 0x1000, 3, 0x2000_0000);
		expect(fixed).toBe(0x2000_0000);
		expect(s.number(fixed, 1)).toBe(3);
		expect(s.call('mremap', 0x3000_0000, 4096, 8192, 1)).toBe(minus('EFAULT'));
		expect(s.call('mremap', fixed, 4096, 0, 1)).toBe(minus('EINVAL'));
		expect(s.call('mremap', fixed, 4096, 4096, 2, 0)).toBe(minus('EINVAL'));
	});

	test('MADV_DONTNEED drops pages; unknown advice and holes are told', () => {
		const s = new Services();
		const at = s.buffer(0x2000);
		s.poke(at, Uint8Array.of(1));
		const used = s.used;
		expect(s.call('madvise', at, 0x2000, 4)).toBe(0);
		expect(s.used).toBe(used - 1);
		expect(s.number(at, 1)).toBe(0);
		expect(s.call('madvise', at, 0x2000, 99)).toBe(minus('EINVAL'));
		expect(s.call('madvise', at, 0x2001, 1)).toBe(minus('ENOMEM'));
	});
});

test('With isolation both top-level tables lead to the same user half, and only the user’s may be executed', () => {
	const s = new Services({isolated: true});
	const root = s.services.spaceOf(42)?.root ?? 0;
	expect(root % 8192).toBe(0);
	const [kernel, user] = [s.machine.memory.read(root, 64), s.machine.memory.read(root + 4096, 64)];
	expect(user & 1n).toBe(1n);
	expect(kernel).toBe(user | (1n << 63n));
	expect(s.machine.memory.read(root + 4096 + 2048, 64)).not.toBe(0n);
});
