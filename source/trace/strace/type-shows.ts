import {type Argument, type ArgumentType, CHOICES, FLAG_SETS, type MemoryType, NUMBERS} from '../../kernel/syscalls/argument-types.js';
import {array, type Count, type Layout, pointer} from './layouts.js';
import {choice, flags} from './names.js';
import {CHOICE_NAMES, SPECIAL_KEYS} from './names/choices.js';
import {FLAG_NAMES} from './names/flags.js';
import {address, device, hexInt, hexLong, int, long, mode, owner, uint, ulong} from './scalars.js';
import {bytesText, outputBytes, outputPath, path, string, stringList} from './texts.js';
import type {Show} from './view.js';
import {openFlags} from './structures/open.js';
import {STRUCTURES} from './structures/index.js';
import {signal} from './structures/signals.js';

/** The working directory in a directory descriptor's place (include/uapi/linux/fcntl.h). */
const AT_FDCWD = -100n;

export const dirfd: Show = (value, view) => (BigInt.asIntN(32, value) === AT_FDCWD ? 'AT_FDCWD' : int(value, view));

/** How numbers are written, by their type. */
const NUMBER_SHOWS: Readonly<Record<keyof typeof NUMBERS, Show>> = {
	int, uint, long, ulong, byte: uint, size: ulong, offset: long, time: long, address, pointer: address, word: hexLong, fd: int, dirfd, pid: int, uid: owner, gid: owner, signal, mode, device: (value, view) => device(BigInt.asUintN(32, value), view),
	'key-serial': (value, view) => SPECIAL_KEYS.get(Number(BigInt.asIntN(32, value))) ?? int(value, view),
	'ipc-key': (value, view) => (BigInt.asUintN(32, value) === 0n ? 'IPC_PRIVATE' : hexInt(value, view)),
	timer: int, 'aio-context': address, 'wait-status': hexInt, unused: hexLong,
};

const isKey = <T extends object>(table: T, key: PropertyKey): key is keyof T => Object.hasOwn(table, key);

/** How a value of a type is written; types that lie only in memory are written as addresses. */
export function valueShow(type: ArgumentType): Show {
	if (type === 'flags:open') return openFlags;
	if (isKey(NUMBER_SHOWS, type)) return NUMBER_SHOWS[type];
	if (isKey(CHOICE_NAMES, type)) return choice(CHOICE_NAMES[type], CHOICES[type].bits);
	const set = type.startsWith('flags:') ? type.slice(6) : '';
	if (isKey(FLAG_SETS, set)) return flags(FLAG_NAMES[set], FLAG_SETS[set]);
	return address;
}

/** How what an address points to is written; undefined for values. */
export function pointedShow({type, access}: Argument, count: Count | undefined): Show | undefined {
	switch (type as MemoryType) {
		case 'path':
			return access === 'in' ? path : outputPath;
		case 'string':
			return string;
		case 'strings':
			return stringList;
		case 'buffer':
			return access === 'in' ? (start, view) => bytesText(start, view, count?.(view) ?? 0n) : outputBytes();
		default:
			return fromLayout(STRUCTURES[type], count);
	}
}

/** One thing, or several one after the other. */
function fromLayout(layout: Layout | Show | undefined, count: Count | undefined): Show | undefined {
	if (layout === undefined || typeof layout === 'function') return layout;
	return count === undefined ? pointer(layout) : array(layout, count);
}
