import {array, boxed, type Count, type Layout, pointer} from '../layouts.js';
import {choice, flags, flagsText} from '../names.js';
import {CHOICE_NAMES} from '../names/choices.js';
import {FLAG_NAMES, SOCKET_FLAGS} from '../names/flags.js';
import {BLUETOOTH_PROTOCOLS, IP_PROTOCOLS, NETLINK_PROTOCOLS, SOCKET_OPTIONS, TCP_OPTIONS} from '../names/sockets.js';
import {always, early, type Form, kept, late, type Part} from '../parts.js';
import {address, int, uint, ulong} from '../scalars.js';
import {INPUT_IOVEC, outputIovec} from '../structures/memory.js';
import {givenAddress, socketAddress} from '../structures/sockets.js';
import {TIMESPEC} from '../structures/times.js';
import {bytesText, inputBytes, outputBytes} from '../texts.js';
import {hasFailed, readBytes, readValue, resultOf, type Show, valueAt, type View, viewOf} from '../view.js';
import type {ArgumentShows, Forms, Notes} from './table.js';

const TYPE_MASK = 0xfn;
/** A kind of socket and flags; what is no kind is looked at as flags altogether. */
const socketType: Show = value => {
	const whole = BigInt.asUintN(32, value);
	const kind = CHOICE_NAMES['socket-type'].byValue.get(whole & TYPE_MASK);
	if (kind === undefined) return flagsText(whole, SOCKET_FLAGS);
	const rest = whole & ~TYPE_MASK;
	return rest === 0n ? kind : `${kind}|${flagsText(rest, SOCKET_FLAGS)}`;
};

/** What a protocol's number means, by the socket's family. */
const PROTOCOLS: ReadonlyMap<bigint, Show> = new Map<bigint, Show>([
	[2n, choice(IP_PROTOCOLS)], [10n, choice(IP_PROTOCOLS)], [16n, choice(NETLINK_PROTOCOLS)], [31n, choice(BLUETOOTH_PROTOCOLS)], [33n, choice(CHOICE_NAMES['socket-domain'])],
]);

const socketForm: Form = ({args}) => [
	early(0, choice(CHOICE_NAMES['socket-domain'])), early(1, socketType), early(2, PROTOCOLS.get(BigInt.asUintN(32, args[0])) ?? ulong),
];

const pair = array({size: 4, write: data => data.getInt32(0, true).toString()}, () => 2n);

/** How long the address may be that the kernel is to fill in: the number before the call and, if another, after it. */
const lengthBefore = (at: bigint, view: View): bigint | undefined => (at === 0n ? undefined : readValue(view, at, 4));

/** Addresses that the kernel fills in: what was there for it before the call is remembered. */
const filledAddress = (start: number, length: number) => (view: View): readonly Part[] => {
	const room = view.args[start] === 0n ? undefined : lengthBefore(view.args[length], view);
	const shown: Show = (at, after) => {
		const size = lengthBefore(after.args[length], after);
		if (room === undefined || size === undefined || hasFailed(after)) return address(at, after);
		return socketAddress(at, BigInt.asIntN(32, size < room ? size : room), after);
	};

	const size: Show = (at, after) => {
		const now = lengthBefore(at, after);
		if (room === undefined || now === undefined) return address(at, after);
		return room === now || hasFailed(after) ? `[${BigInt.asIntN(32, room)}]` : `[${BigInt.asIntN(32, room)} => ${BigInt.asIntN(32, now)}]`;
	};
	return [late(start, shown), late(length, size)];
};

const withAddress = (...more: readonly Part[]): Form => view => [early(0, int), ...filledAddress(1, 2)(view), ...more];

/** What has come in, but no more than there was room for. */
const bytesReceived: Show = (at, view) => outputBytes()(at, !hasFailed(view) && view.args[2] < resultOf(view) ? {...view, result: view.args[2]} : view);

const recvfrom: Form = view => [early(0, int), late(1, bytesReceived), late(2, ulong), late(3, flags(FLAG_NAMES.msg)), ...filledAddress(4, 5)(view)];

/** The names of options, by level. */
const OPTIONS = new Map([[1n, SOCKET_OPTIONS], [6n, TCP_OPTIONS]]);
const optionShow = (args: readonly bigint[]): Show => {
	const table = OPTIONS.get(BigInt.asUintN(32, args[1]));
	return table === undefined ? int : choice(table);
};

/** An option's value: a number where it is as long as one. */
const optionValue = (length: (view: View) => bigint): Show => (at, view) => {
	const size = length(view);
	if (hasFailed(view)) return address(at, view);
	return size === 4n ? boxed(4, int)(at, view) : bytesText(at, view, size < 0n ? 0n : size);
};

const setsockopt: Form = ({args}) => [
	early(0, int), early(1, choice(CHOICE_NAMES['socket-level'])), early(2, optionShow(args)), early(3, optionValue(view => BigInt.asIntN(32, view.args[4]))), early(4, int),
];
const getsockopt: Form = view => {
	const parts = filledAddress(3, 4)(view);
	const value = late(3, optionValue(after => BigInt.asIntN(32, lengthBefore(after.args[4], after) ?? 0n)));
	return [early(0, int), early(1, choice(CHOICE_NAMES['socket-level'])), early(2, optionShow(view.args)), value, parts[1]];
};

const MSGHDR_SIZE = 56;

/** A message: where it goes, its buffers, and what comes with it. */
const message = (isReceived: boolean, bytes: Count): Layout => ({
	size: MSGHDR_SIZE,
	write: (data, view) => {
		const length = data.getUint32(8, true);
		const buffers = array(isReceived ? outputIovec(bytes(view)) : INPUT_IOVEC, () => valueAt(data, 24, 8))(valueAt(data, 16, 8), view);
		const control = valueAt(data, 40, 8);
		return `{${[
			`msg_name=${socketAddress(valueAt(data, 0, 8), BigInt(length | 0), view)}`, `msg_namelen=${length | 0}`, `msg_iov=${buffers}`, `msg_iovlen=${valueAt(data, 24, 8)}`,
			...(control === 0n ? [] : [`msg_control=${address(valueAt(data, 32, 8), view)}`]), `msg_controllen=${control}`, `msg_flags=${flagsText(BigInt(data.getUint32(48, true)), FLAG_NAMES.msg)}`,
		].join(', ')}}`;
	},
});

const sent = (view: View): bigint => resultOf(view);
const received: Show = (at, view) => {
	if (!hasFailed(view)) return pointer(message(true, resultOf))(at, view);
	const bytes = at === 0n ? undefined : readBytes(view, at, MSGHDR_SIZE);
	return bytes === undefined ? address(at, view) : `{msg_namelen=${viewOf(bytes).getInt32(8, true)}}`;
};

/** One of several messages, and how long it was. */
const several = (isReceived: boolean, hasLength: () => boolean): Layout => ({
	size: 64,
	write: (data, view) => {
		const length = data.getUint32(56, true);
		const header = message(isReceived, () => BigInt(length)).write(new DataView(data.buffer, data.byteOffset, MSGHDR_SIZE), view);
		return `{msg_hdr=${header}${hasLength() ? `, msg_len=${length}` : ''}}`;
	},
});

/** All messages that were to be sent; those that have been have a length. */
const sentMessages: Show = (at, view) => {
	let left = hasFailed(view) ? 0n : resultOf(view);
	return array(several(false, () => left-- > 0n), ({args}) => BigInt.asUintN(32, args[2]))(at, hasFailed(view) ? {...view, result: 0n} : view);
};

export const NETWORK_ARGUMENTS: ArgumentShows = {connect: {addr: givenAddress(2)}, bind: {addr: givenAddress(2)}};

export const NETWORK_FORMS: Forms = {
	socket: socketForm, socketpair: always(early(0, choice(CHOICE_NAMES['socket-domain'])), early(1, socketType), early(2, ulong), late(3, pair)), accept: withAddress(), accept4: withAddress(late(3, flags(SOCKET_FLAGS))),
	getsockname: withAddress(), getpeername: withAddress(), recvfrom, setsockopt, getsockopt,
	sendto: always(early(0, int), early(1, inputBytes(2)), early(2, ulong), early(3, flags(FLAG_NAMES.msg)), early(4, givenAddress(5)), early(5, int)),
	sendmsg: always(early(0, int), early(1, pointer(message(false, sent))), early(2, flags(FLAG_NAMES.msg))),
	recvmsg: always(early(0, int), late(1, received), late(2, flags(FLAG_NAMES.msg))),
	recvmmsg: always(early(0, int), late(1, array(several(true, () => true), resultOf)), late(2, uint), late(3, flags(FLAG_NAMES.msg)), kept(4, pointer(TIMESPEC))),
	sendmmsg: always(early(0, int), late(1, sentMessages), late(2, uint), late(3, flags(FLAG_NAMES.msg))),
};

export const NETWORK_NOTES: Notes = {recvmmsg: view => (resultOf(view) === 0n ? 'Timeout' : view.args[4] === 0n ? undefined : `left ${pointer(TIMESPEC)(view.args[4], view)}`)};
