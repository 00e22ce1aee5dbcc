import {expect, test} from 'vitest';
import {SERVICES} from '../../../source/kernel/services/service-table.js';
import {Prng} from '../../support/prng.js';
import {Services, TID} from './services.js';
import {smallElf} from './small-elf.js';

const CALLS = 20_000;

/** Bytes of guest memory. */
const MEMORY = 8 * 1024 * 1024;

const PATHS = ['/tmp/a', '/tmp/b', '/tmp/d', '/tmp/d/e', 'x', '.', '..', '/', '/tmp/l', '/bin/small', '/bin/small', '/bin/small', '/dev/zero', '/dev/null', '/proc/self/maps', '/proc/self/exe', '/etc/passwd/', '/tmp/', '//tmp//a/../b'];

const EDGES = [0n, 1n, 2n, 3n, 8n, 42n, 4095n, 4096n, 4097n, 0x20_0000n, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 0x7fff_ffff_f000n, 0x7fff_ffff_ffffn, 0x8000_0000_0000n, 0xffff_8000_0000_0000n, 0x7fff_ffff_ffff_ffffn, 0xffff_ffff_ffff_ff9cn, 0xffff_ffff_ffff_f000n, 0xffff_ffff_ffff_ffffn];

/** What arguments would make sense, a letter each; see `sensible`. */
const SIGNATURES: Readonly<Record<string, string>> = {
	read: 'fbl', write: 'fbl', readv: 'fvn', writev: 'fvn', pread64: 'fblo', pwrite64: 'fblo', lseek: 'fon', ftruncate: 'fo', getdents64: 'fbl', open: 'pOm', openat: 'DpOm', creat: 'pm',
	close: 'f', close_range: 'ff0', dup: 'f', dup2: 'ff', dup3: 'ff0', fcntl: 'fnf', ioctl: 'fIb', pipe: 'b', pipe2: 'b0', stat: 'pb', lstat: 'pb', fstat: 'fb', newfstatat: 'Dpb0',
	statx: 'Dp0mb', access: 'pn', faccessat: 'Dpn', faccessat2: 'Dpn0', getcwd: 'bl', readlink: 'pbl', readlinkat: 'Dpbl', chdir: 'p', fchdir: 'f', unlink: 'p', unlinkat: 'Dp0',
	rmdir: 'p', mkdir: 'pm', mkdirat: 'Dpm', symlink: 'qp', symlinkat: 'qDp', rename: 'qp', renameat: 'DqDp', renameat2: 'DqDp0', mmap: 'aLnMfL', munmap: 'aL', mprotect: 'aLn',
	mremap: 'aLLna', madvise: 'aLn', execve: 'pvv', uname: 'b', sysinfo: 'b', getrandom: 'bl0', clock_gettime: 'nb', clock_getres: 'nb', gettimeofday: 'bb', time: 'b', prlimit64: '0nvb',
	getrlimit: 'nb', setrlimit: 'nv', sched_getaffinity: '0lb',
};

/** Addresses of two paths, pointers, and room for data. */
const At = {PATH: 0x40_2000n, OTHER: 0x40_2080n, POINTERS: 0x40_2100n, DATA: 0x40_2200n} as const;

class Fuzz {
	readonly s = new Services({memory: MEMORY, fileBytes: 1024 * 1024, files: new Map([['/bin/small', {bytes: smallElf(), mode: 0o755}]])});
	private tasks = [TID];
	private lastTid = TID;

	constructor(private readonly random: Prng) {}

	private argument(): bigint {
		const {random} = this;
		switch (random.below(9)) {
			case 0:
				return random.word();
			case 1:
				return random.pick(EDGES);
			case 2:
				return BigInt(random.below(64));
			case 3:
				return BigInt(random.below(256) - 1) & 0xffff_ffff_ffff_ffffn;
			case 4:
				return BigInt(random.below(40)) * 4096n;
			case 5:
				return BigInt(random.below(0x4_0000));
			case 6:
				return 0x40_2000n + BigInt(random.below(0x1800));
			case 7:
				return this.area();
			default:
				return 0x40_2000n;
		}
	}

	private sensible(letter: string): bigint {
		const {random} = this;
		const choices: Readonly<Record<string, () => bigint>> = {
			'0': () => 0n, f: () => BigInt(random.below(6)), b: () => At.DATA + BigInt(random.below(64)), l: () => BigInt(random.below(2048)), o: () => BigInt(random.below(50_000)),
			n: () => BigInt(random.below(8)), p: () => At.PATH, q: () => At.OTHER, v: () => At.POINTERS, D: () => 0xffff_ffff_ffff_ff9cn, a: () => this.area(), m: () => 0o755n,
			L: () => BigInt(random.below(12)) * 4096n, M: () => BigInt(random.pick([0x22, 0x21, 2, 1, 0x32, 0x8022, 0x122, 0x10_0022])), I: () => BigInt(random.pick([0x5401, 0x5402, 0x5413, 0x5421, 0x5451])),
			O: () => BigInt(random.pick([0, 1, 2, 0o100, 0o102, 0o302, 0o1101, 0o2102, 0o200_000, 0o10_000_000, 0o2_000_000])),
		};
		return choices[letter]();
	}

	/** An address in or near an area that is mapped. */
	private area(): bigint {
		const vmas = this.s.services.spaceOf(this.s.tid)?.vmas ?? [];
		if (vmas.length === 0) return 0n;
		const {start, end} = this.random.pick(vmas);
		const page = Math.floor((start + this.random.below(Math.min(end - start, 2 ** 31) + 4096)) / 4096) * 4096;
		return BigInt(this.random.once(3) ? page + this.random.below(4096) : page);
	}

	/** Texts and pointers at the place that is given as an argument most often. */
	private prepare(): void {
		const {random, s} = this;
		if (random.once(3)) s.call('mmap', At.PATH, 8192, 3, 0x32, -1, 0);
		if (random.once(40)) for (let fd = 3; fd < 256; fd++) s.call('close', fd);
		if (random.once(100)) s.call('munmap', 0x1_0000, 0x40_0000 - 0x1_0000);
		for (const at of [At.PATH, At.OTHER]) s.user.writeSome(at, new TextEncoder().encode(`${random.pick(PATHS)}\0`));
		const pointers = random.once(2) ? [At.DATA, 100n, At.DATA, 5n, 0n] : [At.PATH, At.OTHER, 0n, this.argument(), this.argument()];
		s.user.writeSome(At.POINTERS, new Uint8Array(BigUint64Array.from(pointers).buffer));
	}

	step(): bigint {
		const {random, s} = this;
		this.prepare();
		const {name, fromRegs, number} = random.once(50) ? {name: 'none', fromRegs: false, number: random.below(0x1100)} : random.pick(SERVICES);
		const signature = SIGNATURES[name] as string | undefined;
		const wild = signature === undefined ? 1 : random.pick([1, 4, 100]);
		const args = Array.from({length: 6}, (_, index) => (signature === undefined || index >= signature.length || random.once(wild) ? this.argument() : this.sensible(signature[index])));
		if (name === 'fork_task') args[0] = BigInt(random.once(10) ? this.tasks[0] : ++this.lastTid);
		if (name === 'exit_task' && (this.tasks.length === 1 || random.once(2))) return 0n;
		if (name === 'release_task') args[0] = BigInt(random.pick(this.tasks));
		if (name === 'release_task' && Number(args[0]) === s.tid) return 0n;
		const result = fromRegs && !random.once(30) ? BigInt(s.call(name, ...args)) : s.vmcall(BigInt(number), args[0], args[1], args[2]);
		this.follow(name, Number(args[0]), result);
		return result;
	}

	/** Does what the kernel does after a call: a new task joins the others, an ended one leaves, cr3 follows. */
	private follow(name: string, tid: number, result: bigint): void {
		const {random, s} = this;
		if (name === 'fork_task' && result > 0n) this.tasks.push(tid);
		if (name === 'release_task' && result === 0n) this.tasks = this.tasks.filter(task => task !== tid);
		if (name === 'exit_task' && result === 0n) {
			const ended = s.tid;
			this.tasks = this.tasks.filter(task => task !== ended);
			s.switchTo(random.pick(this.tasks));
			s.call('release_task', ended);
		}

		if (name === 'execve' || random.once(20)) s.switchTo(random.pick(this.tasks));
		while (this.tasks.length > 12) {
			const oldest = this.tasks.find(task => task !== s.tid) ?? 0;
			s.call('release_task', oldest);
			this.tasks = this.tasks.filter(task => task !== oldest);
		}
	}

	/** Ends all tasks. */
	end(): void {
		for (const task of this.tasks) this.s.call('release_task', task);
	}
}

test(`${CALLS} services with random arguments end with a result or an error number, and lose nothing`, {timeout: 120_000}, () => {
	const fuzz = new Fuzz(new Prng(20_260));
	const {state, pages} = fuzz.s.services.host;
	const results = new Map<string, number>();
	for (let count = 0; count < CALLS; count++) {
		const result = fuzz.step();
		expect(result >= -4095n && result < 2n ** 53n).toBe(true);
		const key = result < 0n ? String(result) : 'done';
		results.set(key, (results.get(key) ?? 0) + 1);
		if (count % 1000 === 0) fuzz.s.services.snapshot();
	}

	expect(results.get('done') ?? 0).toBeGreaterThan(CALLS / 5);
	expect(state.fileBytes).toBeLessThanOrEqual(1024 * 1024);
	fuzz.end();
	expect([state.tasks.size, state.spaces.size, state.tables.size, state.open.size, state.objects.size, state.pipes.size]).toEqual([0, 0, 0, 0, 0, 0]);
	expect(pages.free).toBe(state.pages.total);
	expect([...state.inodes.values()].every(({links}) => links > 0)).toBe(true);
});

test('The same seed gives the same results and the same memory', () => {
	const [one, two] = [new Fuzz(new Prng(7)), new Fuzz(new Prng(7))];
	for (let count = 0; count < 2000; count++) expect(one.step()).toBe(two.step());
	expect(Buffer.compare(one.s.machine.memory.ram, two.s.machine.memory.ram)).toBe(0);
});
