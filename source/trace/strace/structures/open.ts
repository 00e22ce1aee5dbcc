import {choiceText, flags, flagsText} from '../names.js';
import {ACCESS_MODES, OPEN_FLAGS} from '../names/flags.js';
import type {Show} from '../view.js';

const ACCESS_MASK = 3n;

/** Flags of open: the access mode first, which is no flag. */
export const openFlagsOf = (bits: number): Show => value => {
	const whole = BigInt.asUintN(bits, value);
	const rest = whole & ~ACCESS_MASK;
	const access = choiceText(whole & ACCESS_MASK, ACCESS_MODES);
	return rest === 0n ? access : `${access}|${flagsText(rest, {...OPEN_FLAGS, unknown: ''})}`;
};

export const openFlags = openFlagsOf(32);

/** The same flags where no access mode is among them, as pipe2 and dup3 take them. */
export const descriptorFlags = flags(OPEN_FLAGS);
