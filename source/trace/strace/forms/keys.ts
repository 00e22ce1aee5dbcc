import {pointer, structure, u32} from '../layouts.js';
import {bitByBit, choice, flags, names} from '../names.js';
import {CHOICE_NAMES} from '../names/choices.js';
import {early, type Form, late, type Part} from '../parts.js';
import {hexLong, int, owner, uint, ulong} from '../scalars.js';
import {bytesText, outputBytes, string} from '../texts.js';
import {valueShow} from '../type-shows.js';
import {resultOf, hasFailed, type Show} from '../view.js';
import {address} from '../scalars.js';
import type {Forms} from './table.js';

const key = valueShow('key-serial');
const PERMISSIONS = names('KEY_???', Object.fromEntries(['OTH', 'GRP', 'USR', 'POS'].flatMap((who, index) => Object.entries(bitByBit(`KEY_${who}_`, index * 8, 'VIEW READ WRITE SEARCH LINK SETATTR')))));
const DEFAULTS = names('KEY_REQKEY_DEFL_???', Object.fromEntries('NO_CHANGE DEFAULT THREAD_KEYRING PROCESS_KEYRING SESSION_KEYRING USER_KEYRING USER_SESSION_KEYRING GROUP_KEYRING REQUESTOR_KEYRING'
	.split(' ').map((name, index) => [`KEY_REQKEY_DEFL_${name}`, BigInt.asUintN(32, BigInt(index) - 1n)])));
const MOVES = names('KEYCTL_MOVE_???', {KEYCTL_MOVE_EXCL: 1});

/** What a key's contents are: as many bytes as the result says, but no more than there is room for. */
const contents: Show = (at, view) => {
	if (hasFailed(view)) return address(at, view);
	return outputBytes()(at, view.args[3] < resultOf(view) ? {...view, result: view.args[3]} : view);
};

const payload = (index: number, length: number): Part => early(index, (at, view) => bytesText(at, view, view.args[length]));
const NUMBERS_OF_DH = structure(12, u32('private', 0, key), u32('prime', 4, key), u32('base', 8, key));

/** What follows the operation. */
const OPERATIONS: ReadonlyMap<string, readonly Part[]> = new Map<string, readonly Part[]>(Object.entries({
	GET_KEYRING_ID: [early(1, key), early(2, int)], JOIN_SESSION_KEYRING: [early(1, string)], UPDATE: [early(1, key), payload(2, 3), early(3, ulong)], REVOKE: [early(1, key)],
	CHOWN: [early(1, key), early(2, owner), early(3, owner)], SETPERM: [early(1, key), early(2, flags(PERMISSIONS))], DESCRIBE: [early(1, key), late(2, contents), late(3, ulong)], CLEAR: [early(1, key)],
	LINK: [early(1, key), early(2, key)], UNLINK: [early(1, key), early(2, key)], SEARCH: [early(1, key), early(2, string), early(3, string), early(4, key)],
	READ: [early(1, key), late(2, contents), late(3, ulong)], INSTANTIATE: [early(1, key), payload(2, 3), early(3, ulong), early(4, key)], NEGATE: [early(1, key), early(2, uint), early(3, key)],
	SET_REQKEY_KEYRING: [early(1, choice(DEFAULTS))], SET_TIMEOUT: [early(1, key), early(2, uint)], ASSUME_AUTHORITY: [early(1, key)], GET_SECURITY: [early(1, key), late(2, contents), late(3, ulong)],
	SESSION_TO_PARENT: [], REJECT: [early(1, key), early(2, uint), early(3, uint), early(4, key)], INVALIDATE: [early(1, key)], GET_PERSISTENT: [early(1, owner), early(2, key)],
	DH_COMPUTE: [early(1, pointer(NUMBERS_OF_DH)), late(2, contents), late(3, ulong), late(4, hexLong)], RESTRICT_KEYRING: [early(1, key), early(2, string), early(3, string)],
	MOVE: [early(1, key), early(2, key), early(3, key), early(4, flags(MOVES))],
}).map(([name, parts]) => [`KEYCTL_${name}`, parts]));

const ALL: readonly Part[] = [1, 2, 3, 4].map(index => early(index, hexLong));

const keyctl: Form = ({args}) => [
	early(0, choice(CHOICE_NAMES['keyctl-op'])), ...(OPERATIONS.get(CHOICE_NAMES['keyctl-op'].byValue.get(BigInt.asUintN(32, args[0])) ?? '') ?? ALL),
];

export const KEY_FORMS: Forms = {keyctl};
