import {Pte} from '../../machine/control-bits.js';
import {AddressSpace} from './address-space.js';
import {copyTable, releaseTable} from './descriptors.js';
import {ERRNO} from './errno.js';
import type {Host} from './host.js';
import type {SpaceState} from './host-state.js';
import {holdsPage, pageOf} from './user-tables.js';

/** Flags of clone that matter here (include/uapi/linux/sched.h). */
export const CloneFlag = {VM: 0x100, FILES: 0x400} as const;

/** An address space with nothing in it; undefined if there is no memory for its tables. */
export function newSpace(host: Host): AddressSpace | undefined {
	const root = host.tables.create();
	if (root === undefined) return undefined;
	host.state.spaces.set(root, {root, users: 1, vmas: [], startBrk: 0, brk: 0, startStack: 0, executable: '', limits: new Map()});
	return new AddressSpace(host, root);
}

/** Gives back all that an address space holds; its root stays, since a processor may stand on it. */
export function emptySpace(host: Host, space: SpaceState): void {
	const gone = space.vmas;
	space.vmas = [];
	host.tables.clear(space.root);
	host.forgetUnused(gone);
	host.translationsChanged();
}

/** Gives an address space back wholly. */
export function dropSpace(host: Host, root: number): void {
	const space = host.state.spaces.get(root);
	if (space === undefined) return;
	emptySpace(host, space);
	host.state.spaces.delete(root);
	host.tables.drop(root);
}

/**
 * A copy of an address space (kernel/fork.c dup_mmap, mm/memory.c copy_page_range). Private pages are shared until one
 * side writes; both sides lose the right to write them until then. Undefined if memory is lacking.
 */
export function duplicateSpace(host: Host, from: SpaceState): AddressSpace | undefined {
	const copy = newSpace(host);
	if (copy === undefined) return undefined;
	const {memory, tables, pages} = host;
	let missing = 0;
	for (const vma of from.vmas) {
		tables.visit(from.root, vma.start, vma.end, (address, at, entry) => {
			if (missing > 0 || !holdsPage(entry)) return;
			const target = tables.make(copy.root, address);
			if (target === undefined || !pages.share(pageOf(entry))) {
				missing++;
				return;
			}

			const shared = vma.shared ? entry : entry & ~Pte.W;
			if (shared !== entry) memory.write(at, 64, shared);
			memory.write(target, 64, shared);
		});
	}

	Object.assign(copy.state, {...from, root: copy.root, users: 1});
	host.translationsChanged();
	if (missing === 0) return copy;
	dropSpace(host, copy.root);
	return undefined;
}

/**
 * A new task, made by another one.
 * @param flags CloneFlag bits: what the two share
 * @returns physical address of the new task's top-level table, or minus an error number
 */
export function forkTask(host: Host, parent: number, child: number, flags: number): number {
	const {state} = host;
	const task = state.tasks.get(parent);
	const from = task === undefined ? undefined : state.spaces.get(task.space);
	const table = task === undefined ? undefined : state.tables.get(task.table);
	if (task === undefined || from === undefined || table === undefined || task.exited) return -ERRNO.ESRCH;
	if (state.tasks.has(child)) return -ERRNO.EEXIST;
	let space = from.root;
	if ((flags & CloneFlag.VM) === 0) {
		const copy = duplicateSpace(host, from);
		if (copy === undefined) return -ERRNO.ENOMEM;
		space = copy.root;
	} else {
		from.users++;
	}

	const shares = (flags & CloneFlag.FILES) !== 0;
	if (shares) table.users++;
	state.tasks.set(child, {space, table: shares ? task.table : copyTable(host, table), exited: false, name: task.name});
	return space;
}

/** Replaces a task's address space; the old one goes if nobody else uses it. */
export function changeSpace(host: Host, tid: number, root: number): void {
	const task = host.state.tasks.get(tid);
	if (task === undefined) return;
	const old = task.space;
	task.space = root;
	leaveSpace(host, old);
	dropIfUnused(host, old);
}

function leaveSpace(host: Host, root: number): void {
	const space = host.state.spaces.get(root);
	if (space !== undefined && --space.users === 0) emptySpace(host, space);
}

function dropIfUnused(host: Host, root: number): void {
	for (const task of host.state.tasks.values()) if (task.space === root) return;
	dropSpace(host, root);
}

/** A task ends: its descriptors are closed and its memory is given back, all but the top-level table, which cr3 may still name. */
export function exitTask(host: Host, tid: number): number {
	const task = host.state.tasks.get(tid);
	if (task === undefined || task.exited) return -ERRNO.ESRCH;
	task.exited = true;
	releaseTable(host, task.table);
	leaveSpace(host, task.space);
	return 0;
}

/** Nothing of an ended task is needed any more, and no processor stands on its tables. */
export function releaseTask(host: Host, tid: number): number {
	const task = host.state.tasks.get(tid);
	if (task === undefined) return -ERRNO.ESRCH;
	if (!task.exited) exitTask(host, tid);
	host.state.tasks.delete(tid);
	dropIfUnused(host, task.space);
	return 0;
}

/** Two tasks take each other's number: when a thread that is not the first starts another program. */
export function exchangeTasks(host: Host, a: number, b: number): number {
	const {tasks} = host.state;
	const [first, second] = [tasks.get(a), tasks.get(b)];
	if (first === undefined || second === undefined) return -ERRNO.ESRCH;
	tasks.set(a, second);
	tasks.set(b, first);
	return 0;
}
