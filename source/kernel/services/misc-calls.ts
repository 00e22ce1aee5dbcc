import {PAGE_SIZE} from '../../machine/physical-memory.js';
import {ERRNO} from './errno.js';
import {type Call, int, type Service, uint} from './call.js';
import {limitOf, RLIM_NLIMITS} from './limits.js';
import {limitBytes, sysinfoBytes, timespecBytes, timevalBytes, utsnameBytes} from './structures.js';
import {accessOk} from './user-memory.js';

/** What uname says: system, node, release, version, machine, domain. */
const UTSNAME = ['Linux', 'syscall-lab', '6.10.0-syscall-lab', '#1 SMP PREEMPT_DYNAMIC', 'x86_64', '(none)'] as const;

const written = ({user}: Call, address: bigint, bytes: Uint8Array): number => (user.write(address, bytes) ? 0 : -ERRNO.EFAULT);

/** uname(buffer) */
export const uname: Service = call => written(call, call.args[0], utsnameBytes(UTSNAME));

/** sysinfo(buffer) */
export const sysinfo: Service = call => {
	const {host} = call;
	return written(call, call.args[0], sysinfoBytes(host.nanoseconds / 1_000_000_000n, host.state.pages.total * PAGE_SIZE, host.pages.free * PAGE_SIZE, host.state.tasks.size));
};

const Random = {NONBLOCK: 1, RANDOM: 2, INSECURE: 4, ALL: 7} as const;

/** The most bytes of one getrandom. */
const MOST_RANDOM = 33_554_431n;

/** getrandom(buffer, count, flags): from the seed (drivers/char/random.c). */
export const getrandom: Service = ({host, user, args: [address, size, options]}) => {
	const flags = uint(options);
	if ((flags & ~Random.ALL) !== 0 || (flags & (Random.RANDOM | Random.INSECURE)) === (Random.RANDOM | Random.INSECURE)) return -ERRNO.EINVAL;
	const length = Number(size < MOST_RANDOM ? size : MOST_RANDOM);
	if (!accessOk(address, BigInt(length))) return -ERRNO.EFAULT;
	let done = 0;
	while (done < length) {
		const count = Math.min(PAGE_SIZE, length - done);
		const copied = user.writeSome(address + BigInt(done), host.randomBytes(count));
		done += copied;
		if (copied < count) return done === 0 ? -ERRNO.EFAULT : done;
	}

	return done;
};

/** Clocks that show the time of day, those that count from power-on, and those that count instructions. */
const REAL: ReadonlySet<number> = new Set([0, 5, 8, 11]);
const SINCE_BOOT: ReadonlySet<number> = new Set([1, 4, 6, 7, 9]);
const PROCESSOR: ReadonlySet<number> = new Set([2, 3]);

/** A clock's time in nanoseconds; undefined for a number that is no clock. One step is one nanosecond. */
function clockTime({host}: Call, clock: number): bigint | undefined {
	if (REAL.has(clock)) return host.now;
	if (SINCE_BOOT.has(clock)) return host.nanoseconds;
	return PROCESSOR.has(clock) ? BigInt(host.machine.steps) : undefined;
}

/** clock_gettime(clock, buffer) (kernel/time/posix-timers.c) */
export const clockGettime: Service = call => {
	const time = clockTime(call, int(call.args[0]));
	return time === undefined ? -ERRNO.EINVAL : written(call, call.args[1], timespecBytes(time));
};

/** clock_getres(clock, buffer): one nanosecond. */
export const clockGetres: Service = call => {
	if (clockTime(call, int(call.args[0])) === undefined) return -ERRNO.EINVAL;
	return call.args[1] === 0n ? 0 : written(call, call.args[1], timespecBytes(1n));
};

/** gettimeofday(buffer, zone) */
export const gettimeofday: Service = call => {
	const [time, zone] = call.args;
	if (time !== 0n && !call.user.write(time, timevalBytes(call.host.now))) return -ERRNO.EFAULT;
	return zone === 0n ? 0 : written(call, zone, new Uint8Array(8));
};

/** time(buffer) */
export const time: Service = call => {
	const seconds = call.host.now / 1_000_000_000n;
	const [address] = call.args;
	if (address !== 0n && !call.user.write(address, timespecBytes(call.host.now).subarray(0, 8))) return -ERRNO.EFAULT;
	return Number(seconds);
};

function limits(call: Call, resource: number, next: bigint, old: bigint): number {
	if (resource >= RLIM_NLIMITS) return -ERRNO.EINVAL;
	const {state} = call.space;
	const [soft, hard] = limitOf(state, resource);
	let wanted: readonly [bigint, bigint] | undefined;
	if (next !== 0n) {
		const bytes = call.user.read(next, 16);
		if (bytes === undefined) return -ERRNO.EFAULT;
		const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
		wanted = [view.getBigUint64(0, true), view.getBigUint64(8, true)];
		if (wanted[0] > wanted[1]) return -ERRNO.EINVAL;
		if (wanted[1] > hard) return -ERRNO.EPERM;
	}

	if (wanted !== undefined) state.limits = new Map([...state.limits, [resource, wanted]]);
	return old === 0n ? 0 : written(call, old, limitBytes(soft, hard));
}

const isKnownTask = ({host}: Call, pid: number): boolean => pid === 0 || host.state.tasks.has(pid);

/** prlimit64(pid, resource, new, old) (kernel/sys.c); of other processes nothing is told. */
export const prlimit64: Service = call => {
	const pid = int(call.args[0]);
	if (!isKnownTask(call, pid)) return -ERRNO.ESRCH;
	if (pid !== 0 && pid !== call.tid) return -ERRNO.EPERM;
	return limits(call, uint(call.args[1]), call.args[2], call.args[3]);
};

/** getrlimit(resource, buffer) */
export const getrlimit: Service = call => {
	const resource = uint(call.args[0]);
	if (resource >= RLIM_NLIMITS) return -ERRNO.EINVAL;
	return written(call, call.args[1], limitBytes(...limitOf(call.space.state, resource)));
};

/** setrlimit(resource, buffer) */
export const setrlimit: Service = call => (call.args[1] === 0n ? -ERRNO.EFAULT : limits(call, uint(call.args[0]), call.args[1], 0n));

/** Bytes of a processor set. */
const CPUMASK_SIZE = 8;

/** sched_getaffinity(pid, size, buffer): the one processor (kernel/sched/syscalls.c). */
export const schedGetaffinity: Service = call => {
	const size = uint(call.args[1]);
	if (size === 0 || size % 8 !== 0) return -ERRNO.EINVAL;
	if (!isKnownTask(call, int(call.args[0]))) return -ERRNO.ESRCH;
	return call.user.write(call.args[2], Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0)) ? CPUMASK_SIZE : -ERRNO.EFAULT;
};
