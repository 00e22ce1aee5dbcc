import type {ErrnoName} from '../../kernel/errno.js';
import {ERRNO_ENTRIES} from '../../kernel/errno.js';
import type {ArgumentView, SyscallView} from './syscall-search.js';

/** An error that a call can answer with, and what leads to it. */
export interface CallError {
	readonly name: ErrnoName;
	/** As strerror says it. */
	readonly text: string;
	/** Which argument, and how. */
	readonly cause: string;
}

/** What goes wrong with an argument, by its type: only what follows from the type for every call that has it. */
const BY_TYPE: ReadonlyMap<string, readonly (readonly [name: ErrnoName, cause: string])[]> = new Map<string, readonly (readonly [ErrnoName, string])[]>([
	['fd', [['EBADF', 'is no open descriptor']]],
	['dirfd', [['EBADF', 'is no open descriptor, and the path is relative'], ['ENOTDIR', 'is no directory, and the path is relative']]],
	['path', [['ENOENT', 'names no file'], ['ENOTDIR', 'goes through something that is no directory'], ['EACCES', 'goes through a directory that may not be searched'], ['ENAMETOOLONG', 'is too long'], ['ELOOP', 'goes through too many symbolic links']]],
	['pid', [['ESRCH', 'names no process or thread']]],
	['signal', [['EINVAL', 'is no signal’s number']]],
]);

/** Calls whose pid may be a number of which nothing need be there. */
const WITHOUT_SEARCH: ReadonlySet<string> = new Set(['wait4', 'waitid', 'setpgid']);

const TEXTS: ReadonlyMap<string, string> = new Map(ERRNO_ENTRIES.map(({name, text}) => [name, text]));

const error = (name: ErrnoName, cause: string): CallError => ({name, text: TEXTS.get(name) ?? '', cause});

function ofArgument(call: SyscallView, {name, type, pointed}: ArgumentView): CallError[] {
	const own = type === 'pid' && WITHOUT_SEARCH.has(call.name) ? [] : BY_TYPE.get(type) ?? [];
	const value = pointed && type !== 'path' ? [] : own;
	return [...value.map(([which, cause]) => error(which, `${name} ${cause}`)), ...(pointed ? [error('EFAULT', `${name} is no address of the program’s that may be used so`)] : [])];
}

/**
 * The errors that follow from a call's arguments, whatever else it does: a descriptor that is not open, an address that
 * is not mapped. A call can have others of its own.
 */
export function errorsOf(call: SyscallView): CallError[] {
	if (!call.implemented) return [error('ENOSYS', 'this kernel does not carry it out')];
	return call.arguments.flatMap(argument => ofArgument(call, argument));
}
