import {argument, array, type Layout, pointer, structure, u32} from '../layouts.js';
import {bitByBit, flags, names, type NameTable} from '../names.js';

import {readBytes, resultOf, type Show, valueAt, type View, viewOf} from '../view.js';
import {TIMESPEC, TIMEVAL} from './times.js';

/** What a descriptor can be ready for (include/uapi/asm-generic/poll.h). */
const POLL_EVENTS = names('POLL???', {
	...bitByBit('POLL', 0, 'IN PRI OUT ERR HUP NVAL RDNORM RDBAND WRNORM WRBAND MSG - REMOVE RDHUP'), POLL_BUSY_LOOP: 0x8000,
});
const pollEvents = flags(POLL_EVENTS, 16);

/** The descriptors that poll waits for; one that is not looked at has no events. */
const POLLFD: Layout = {
	size: 8,
	write: (data, view) => {
		const fd = data.getInt32(0, true);
		return fd < 0 ? `{fd=${fd}}` : `{fd=${fd}, events=${pollEvents(valueAt(data, 4, 2), view)}}`;
	},
};

/** How many descriptors the second argument of poll says there are. */
export const pollDescriptors = array(POLLFD, argument(1, 32));

/** How many characters strace has for what poll has found, and how many of them a descriptor must leave free. */
const ROOM = {all: 1024, left: 27} as const;

/** How many descriptors are looked through at most. */
const MOST_POLLED = 65_536n;

/** Whether there are descriptors, and all within the address space. */
const hasDescriptors = ({args}: View): boolean => {
	const count = BigInt.asUintN(32, args[1]);
	return args[0] !== 0n && count !== 0n && args[0] + count * 8n <= 0xffff_ffff_ffff_ffffn;
};

/** What poll has found, as its result has it. */
function found(view: View): string | undefined {
	if (!hasDescriptors(view)) return undefined;
	const [start, stated] = [view.args[0], BigInt.asUintN(32, view.args[1])];
	const count = stated < MOST_POLLED ? stated : MOST_POLLED;
	const texts: string[] = [];
	let length = 1;
	for (let index = 0n; index < count && texts.at(-1) !== '...'; index++) {
		const at = start + index * 8n;
		const bytes = readBytes(view, at, 8);
		if (bytes === undefined) {
			texts.push(hexAddress(at));
			break;
		}

		const text = foundText(viewOf(bytes), view);
		if (text === undefined) continue;
		texts.push(texts.length >= view.limit || length + text.length >= ROOM.all - ROOM.left ? '...' : text);
		length += text.length + 2;
	}

	return texts.length === 0 ? undefined : `[${texts.join(', ')}]`;
}

/** A descriptor that something has come to pass with. */
const foundText = (data: DataView, view: View): string | undefined => {
	const revents = valueAt(data, 6, 2);
	return revents === 0n ? undefined : `{fd=${data.getInt32(0, true)}, revents=${pollEvents(revents, view)}}`;
};

const hexAddress = (at: bigint): string => (at === 0n ? 'NULL' : `0x${at.toString(16)}`);

/** What a wait has brought: its result in parentheses, and how much of its time is left. */
function waitNote(view: View, ready: string | undefined, left: string | undefined): string | undefined {
	if (resultOf(view) === 0n) return 'Timeout';
	const texts = [...(ready === undefined ? [] : [ready]), ...(left === undefined ? [] : [`left ${left}`])];
	return texts.length === 0 ? undefined : texts.join(', ');
}

export const pollNote = (view: View): string | undefined => waitNote(view, found(view), undefined);

export const ppollNote = (view: View): string | undefined => {
	const ready = found(view);
	return waitNote(view, ready, !hasDescriptors(view) || view.args[2] === 0n ? undefined : pointer(TIMESPEC)(view.args[2], view));
};

/** The highest number of descriptors that is looked at. */
const MOST_DESCRIPTORS = 1024 * 1024;

/** A set of descriptors: one bit each. */
function members(at: bigint, view: View): readonly number[] | undefined {
	const count = Number(BigInt.asIntN(32, view.args[0]));
	if (at === 0n || count <= 0 || count > MOST_DESCRIPTORS) return undefined;
	const bytes = readBytes(view, at, Math.ceil(count / 64) * 8);
	return bytes === undefined ? undefined : Array.from({length: count}, (_, fd) => fd).filter(fd => ((bytes[fd >> 3] >> (fd & 7)) & 1) !== 0);
}

/** The address of a set of descriptors. */
export const descriptorSet: Show = (at, view) => {
	const fds = members(at, view);
	return fds === undefined ? hexAddress(at) : `[${fds.join(' ')}]`;
};

/** What select has found: as many descriptors as its result says. */
const selectNote = (timeout: Layout) => (view: View): string | undefined => {
	let left = Number(resultOf(view));
	const sets = ['in', 'out', 'except'].flatMap((name, index) => {
		const fds = (members(view.args[index + 1], view) ?? []).slice(0, left);
		left -= fds.length;
		return fds.length === 0 ? [] : [`${name} [${fds.join(' ')}]`];
	});
	return waitNote(view, sets.length === 0 ? undefined : sets.join(', '), view.args[4] === 0n ? undefined : pointer(timeout)(view.args[4], view)) ?? '';
};

export const selectNoteWithTimeval = selectNote(TIMEVAL);
export const selectNoteWithTimespec = selectNote(TIMESPEC);

/** What epoll tells of (include/uapi/linux/eventpoll.h). */
const EPOLL_EVENTS: NameTable = names('EPOLL???', {
	...bitByBit('EPOLL', 0, 'IN PRI OUT ERR HUP NVAL RDNORM RDBAND WRNORM WRBAND MSG - - RDHUP'), ...bitByBit('EPOLL', 28, 'EXCLUSIVE WAKEUP ONESHOT ET'),
});

export const EPOLL_EVENT = structure(12, u32('events', 0, flags(EPOLL_EVENTS)), data => `data={u32=${data.getUint32(4, true)}, u64=${data.getBigUint64(4, true)}}`);

