import {ADDRESSES} from '../constants.js';
import {ERRNO} from './errno.js';
import {type Call, type GlobalService, type Service, uint} from './call.js';
import {closeDescriptor, copyTable, releaseTable} from './descriptors.js';
import {loadProgram, MAX_ARG_STRLEN, type Program} from './exec.js';
import {taskName} from './id-calls.js';
import {bytesOfName, FileType, typeOf} from './inodes.js';
import {May, permission, placePath, resolve, userPath} from './paths.js';
import {changeSpace, dropSpace, exchangeTasks, exitTask, forkTask, newSpace, releaseTask} from './tasks.js';

/** The most strings of an argument list; far more than the space for them allows otherwise. */
const MAX_STRINGS = 65_536;

/** The most bytes of all of them. */
const MAX_BYTES = 2 * 1024 * 1024;

/** page_fault(address, error code): 0 to try again, else the signal (bits 7:0) and its si_code (bits 15:8). */
export const pageFault: Service = ({space, args: [address, code]}) => {
	const refusal = space.fault(address, uint(code));
	return refusal === undefined ? 0 : refusal.signal | (refusal.code << 8);
};

/** futex_key(address): of a word in shared memory its physical address, of another 0, of one that is not mapped -EFAULT. */
export const futexKey: Service = ({space, args: [address]}) => {
	if (address >= ADDRESSES.TASK_SIZE_MAX) return -ERRNO.EFAULT;
	const physical = space.physical(Number(address), false);
	if (physical === undefined) return -ERRNO.EFAULT;
	return space.find(Number(address))?.shared === true ? physical : 0;
};

/** fork(child's number, CLONE_VM and CLONE_FILES): the child's cr3, or minus an error number. */
export const fork: Service = ({host, tid, args: [child, flags]}) => forkTask(host, tid, uint(child), uint(flags));

/** exit(): closes the task's descriptors and gives its memory back, as far as nobody shares them. */
export const exit: Service = ({host, tid}) => exitTask(host, tid);

/** release(number): forgets an ended task, once cr3 names another's tables. */
export const release: GlobalService = (host, [tid]) => releaseTask(host, uint(tid));

/** exchange(a, b): two tasks take each other's number. */
export const exchange: GlobalService = (host, [a, b]) => exchangeTasks(host, uint(a), uint(b));

/** Strings that a list of pointers leads to; a list at 0 is empty. */
function strings({user}: Call, list: bigint): readonly Uint8Array[] | number {
	const all: Uint8Array[] = [];
	let total = 0;
	if (list === 0n) return all;
	for (let at = list; ; at += 8n) {
		const pointer = user.word(at);
		if (pointer === undefined) return -ERRNO.EFAULT;
		if (pointer === 0n) return all;
		const text = user.string(pointer, MAX_ARG_STRLEN);
		if (text === undefined) return -ERRNO.EFAULT;
		if (text === 'long') return -ERRNO.E2BIG;
		total += text.length + 9;
		if (total > MAX_BYTES || all.length >= MAX_STRINGS) return -ERRNO.E2BIG;
		all.push(text);
	}
}

/** The file that a path names, if it may be executed: its inode and absolute path, or minus an error number. */
export function executableAt(call: Call, path: string): {readonly inode: number; readonly path: string} | number {
	const place = resolve(call, call.table.directory, path, true);
	if (typeof place === 'number') return place;
	if (place.inode === undefined) return -ERRNO.ENOENT;
	const inode = call.host.files.inode(place.inode);
	if (typeOf(inode) !== FileType.REGULAR || inode.special !== undefined) return -ERRNO.EACCES;
	const refusal = permission(inode, May.EXEC);
	if (refusal !== 0) return refusal;
	return {inode: place.inode, path: placePath(call, place)};
}

/** What a program asks to be started. */
function wanted(call: Call): Program | number {
	const [address, argv, envp] = call.args;
	const path = userPath(call, address);
	if (typeof path === 'number') return path;
	const found = executableAt(call, path);
	if (typeof found === 'number') return found;
	const texts = strings(call, argv);
	if (typeof texts === 'number') return texts;
	const environment = strings(call, envp);
	if (typeof environment === 'number') return environment;
	// Without any argument a program gets an empty one, since 5.18.
	const list = texts.length === 0 ? [new Uint8Array(0)] : texts;
	return {source: found.inode, path: bytesOfName(path), executable: found.path, argv: list, envp: environment, find: name => executableAt(call, name)};
}

/**
 * execve(path, argv, envp), with a kernel address where three words are to be written: cr3, rip and rsp of the new
 * program. cr3 must be loaded before the host is asked anything else. On failure the old program is as it was.
 */
export const execve: Service = call => {
	const {host, tid, task, extra} = call;
	if (!call.kernel.mayWrite(extra, 24)) return -ERRNO.EFAULT;
	const program = wanted(call);
	if (typeof program === 'number') return program;
	const space = newSpace(host);
	if (space === undefined) return -ERRNO.ENOMEM;
	space.state.limits = call.space.state.limits;
	const started = loadProgram(host, space, program);
	if ('refused' in started) {
		dropSpace(host, space.root);
		return -started.errno;
	}

	if (call.table.users > 1) {
		const own = copyTable(host, call.table);
		releaseTable(host, task.table);
		task.table = own;
	}

	closeOnExec(call);
	call.kernel.write(extra, [BigInt(space.root), BigInt(started.entry), BigInt(started.stackPointer)]);
	task.name = taskName(program.path);
	changeSpace(host, tid, space.root);
	return 0;
};

function closeOnExec({host, task}: Call): void {
	const table = host.state.tables.get(task.table);
	if (table === undefined) return;
	for (let fd = table.descriptors.length - 1; fd >= 0; fd--) if (table.descriptors[fd]?.closeOnExec === true) closeDescriptor({host, table}, fd);
}
