/** The services by number and name. Those that carry out a system call have its number. */
import {syscallNumber} from '../syscall-table.js';
import type {GlobalService, Service} from './call.js';
import * as descriptorCalls from './descriptor-calls.js';
import * as ids from './id-calls.js';
import * as memoryChange from './memory-change.js';
import * as memoryMap from './memory-map.js';
import * as misc from './misc-calls.js';
import * as names from './name-calls.js';
import * as openCalls from './open-calls.js';
import * as readWrite from './read-write.js';
import * as stat from './stat-calls.js';
import * as tasks from './task-calls.js';

/** One service. */
export interface ServiceEntry {
	readonly number: number;
	readonly name: string;
	/** Whether rdi is the address of a struct pt_regs that holds the arguments; else they are rdi, rsi and rdx. */
	readonly fromRegs: boolean;
	/** What it does for the task that calls. */
	readonly run?: Service;
	/** What it does whoever calls. */
	readonly runAnywhere?: GlobalService;
}

/** Services for system calls. */
const CALLS: Readonly<Record<string, Service>> = {
	read: readWrite.read,
	write: readWrite.write,
	readv: readWrite.readv,
	writev: readWrite.writev,
	pread64: readWrite.pread64,
	pwrite64: readWrite.pwrite64,
	lseek: readWrite.lseek,
	ftruncate: readWrite.ftruncate,
	getdents64: readWrite.getdents64,
	open: openCalls.open,
	openat: openCalls.openat,
	creat: openCalls.creat,
	close: descriptorCalls.close,
	close_range: descriptorCalls.closeRange,
	dup: descriptorCalls.dup,
	dup2: descriptorCalls.dup2,
	dup3: descriptorCalls.dup3,
	fcntl: descriptorCalls.fcntl,
	ioctl: descriptorCalls.ioctl,
	pipe: descriptorCalls.pipe,
	pipe2: descriptorCalls.pipe2,
	stat: stat.stat,
	lstat: stat.lstat,
	fstat: stat.fstat,
	newfstatat: stat.newfstatat,
	statx: stat.statx,
	access: stat.access,
	faccessat: stat.faccessat,
	faccessat2: stat.faccessat2,
	getcwd: stat.getcwd,
	readlink: stat.readlink,
	readlinkat: stat.readlinkat,
	chdir: stat.chdir,
	fchdir: stat.fchdir,
	umask: stat.umask,
	unlink: names.unlink,
	unlinkat: names.unlinkat,
	rmdir: names.rmdir,
	mkdir: names.mkdir,
	mkdirat: names.mkdirat,
	symlink: names.symlink,
	symlinkat: names.symlinkat,
	rename: names.rename,
	renameat: names.renameat,
	renameat2: names.renameat2,
	mmap: memoryMap.mmap,
	munmap: memoryMap.munmap,
	brk: memoryMap.brk,
	mprotect: memoryChange.mprotect,
	mremap: memoryChange.mremap,
	madvise: memoryChange.madvise,
	execve: tasks.execve,
	setuid: ids.setId,
	setgid: ids.setId,
	setreuid: ids.setTwoIds,
	setregid: ids.setTwoIds,
	setresuid: ids.setThreeIds,
	setresgid: ids.setThreeIds,
	getresuid: ids.getThreeIds,
	getresgid: ids.getThreeIds,
	setgroups: ids.setgroups,
	prctl: ids.prctl,
	uname: misc.uname,
	sysinfo: misc.sysinfo,
	getrandom: misc.getrandom,
	clock_gettime: misc.clockGettime,
	clock_getres: misc.clockGetres,
	gettimeofday: misc.gettimeofday,
	time: misc.time,
	prlimit64: misc.prlimit64,
	getrlimit: misc.getrlimit,
	setrlimit: misc.setrlimit,
	sched_getaffinity: misc.schedGetaffinity,
};

/** Names of the calls that the host can carry out. */
export const HOST_CALLS: readonly string[] = Object.keys(CALLS);

/** Services for the kernel's own use, in the order of their numbers from INTERNAL on. */
const INTERNAL_SERVICES: readonly (readonly [name: string, run: Service])[] = [
	['page_fault', tasks.pageFault],
	['futex_key', tasks.futexKey],
	['fork_task', tasks.fork],
	['exit_task', tasks.exit],
	['describe_descriptor', descriptorCalls.describeDescriptor],
];

/** Those that the idle task may ask for too; their numbers follow. */
const GLOBAL_SERVICES: readonly (readonly [name: string, run: GlobalService])[] = [
	['release_task', tasks.release],
	['pipe_counts', descriptorCalls.pipeCounts],
	['changed_pipe', descriptorCalls.changedPipe],
	['exchange_tasks', tasks.exchange],
];

/** Above all numbers of system calls. */
const INTERNAL = 0x1000;

/** All services, sorted by number. */
export const SERVICES: readonly ServiceEntry[] = [
	...Object.entries(CALLS).map(([name, run]) => ({number: syscallNumber(name), name, fromRegs: true, run})).sort((a, b) => a.number - b.number),
	...INTERNAL_SERVICES.map(([name, run], index) => ({number: INTERNAL + index, name, fromRegs: false, run})),
	...GLOBAL_SERVICES.map(([name, runAnywhere], index) => ({number: INTERNAL + INTERNAL_SERVICES.length + index, name, fromRegs: false, runAnywhere})),
];

const BY_NUMBER: ReadonlyMap<bigint, ServiceEntry> = new Map(SERVICES.map(entry => [BigInt(entry.number), entry]));

/** The service of a number. */
export const serviceOf = (number: bigint): ServiceEntry | undefined => BY_NUMBER.get(number);

/** The name of a service, for people to read. */
export const serviceName = (number: bigint): string | undefined => BY_NUMBER.get(number)?.name;

/** The services' numbers as assembly names them: HOST_openat, HOST_page_fault. */
export const SERVICE_EQUATES: Readonly<Record<string, number>> = Object.fromEntries(SERVICES.map(({name, number}) => [`HOST_${name}`, number]));
