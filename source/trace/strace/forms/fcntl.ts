import {pointer} from '../layouts.js';
import {bitByBit, choice, flags, flagsText, names} from '../names.js';
import {CHOICE_NAMES} from '../names/choices.js';
import {early, type Form, late, type Part} from '../parts.js';
import {hexLong, int, long} from '../scalars.js';
import {F_OWNER_EX, FLOCK, FLOCK_WITH_HOLDER, LOCK_TYPES} from '../structures/files.js';
import {openFlags} from '../structures/open.js';
import {signal} from '../structures/signals.js';
import {resultOf, type Show, type View} from '../view.js';
import type {Forms, Notes} from './table.js';

const FD_FLAGS = names('FD_???', {FD_CLOEXEC: 1});
const SEALS = names('F_SEAL_???', bitByBit('F_SEAL_', 0, 'SEAL SHRINK GROW WRITE FUTURE_WRITE'));
const NOTICES = names('DN_???', {...bitByBit('DN_', 0, 'ACCESS MODIFY CREATE DELETE RENAME ATTRIB'), DN_MULTISHOT: 0x8000_0000});

/** How the third argument of a command is written; `none`: it has none. */
type ArgumentForm = 'none' | readonly [show: Show, isLate: boolean];

const given = (show: Show): ArgumentForm => [show, false];
const filled = (show: Show): ArgumentForm => [show, true];

const ARGUMENTS: ReadonlyMap<string, ArgumentForm> = new Map<string, ArgumentForm>([
	...['F_GETFD', 'F_GETFL', 'F_GETOWN', 'F_GETSIG', 'F_GETLEASE', 'F_GETPIPE_SZ', 'F_GET_SEALS'].map((name): [string, ArgumentForm] => [name, 'none']),
	...['F_DUPFD', 'F_DUPFD_CLOEXEC', 'F_SETPIPE_SZ'].map((name): [string, ArgumentForm] => [name, given(long)]),
	...['F_SETLK', 'F_SETLKW', 'F_OFD_SETLK', 'F_OFD_SETLKW'].map((name): [string, ArgumentForm] => [name, given(pointer(FLOCK))]),
	...['F_GETLK', 'F_OFD_GETLK'].map((name): [string, ArgumentForm] => [name, filled(pointer(FLOCK_WITH_HOLDER))]),
	['F_SETFD', given(flags(FD_FLAGS))], ['F_SETFL', given(openFlags)], ['F_SETOWN', given(int)], ['F_SETSIG', given(signal)], ['F_SETLEASE', given(choice(LOCK_TYPES, 64))],
	['F_SETOWN_EX', given(pointer(F_OWNER_EX))], ['F_GETOWN_EX', filled(pointer(F_OWNER_EX))], ['F_NOTIFY', given(flags(NOTICES, 64))], ['F_ADD_SEALS', given(flags(SEALS, 64))],
]);

const commandOf = ({args}: Pick<View, 'args'>): string => CHOICE_NAMES['fcntl-cmd'].byValue.get(BigInt.asUintN(32, args[1])) ?? '';

const fcntl: Form = view => {
	const parts: Part[] = [early(0, int), early(1, choice(CHOICE_NAMES['fcntl-cmd']))];
	const form = ARGUMENTS.get(commandOf(view));
	if (form === 'none') return parts;
	const [show, isLate] = form ?? [hexLong, false];
	return [...parts, (isLate ? late : early)(2, show)];
};

export const FCNTL_FORMS: Forms = {fcntl};

/** What a command's result means, as a number to the base 16 and in words. */
const MEANINGS: ReadonlyMap<string, (result: bigint, view: View) => string | undefined> = new Map<string, (result: bigint, view: View) => string | undefined>([
	['F_GETFD', result => `flags ${flagsText(result, {...FD_FLAGS, unknown: ''})}`], ['F_GETFL', (result, view) => `flags ${openFlags(result, view)}`],
	['F_GETLEASE', result => LOCK_TYPES.byValue.get(result)], ['F_GET_SEALS', result => `seals ${flagsText(result, {...SEALS, unknown: ''})}`],
]);

export const FCNTL_NOTES: Notes = {
	fcntl: view => {
		const result = resultOf(view);
		const command = commandOf(view);
		if (command === 'F_GETSIG') return result === 0n || signal(result, view) === int(result, view) ? undefined : signal(result, view);
		const meaning = result === 0n && command !== 'F_GETFL' && command !== 'F_GETLEASE' ? undefined : MEANINGS.get(command);
		return meaning === undefined ? undefined : {base: 16, note: meaning(result, view)};
	},
};
