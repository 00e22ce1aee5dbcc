import {PT_REGS_FIELDS, type PtRegsField, ptRegsOffset} from '../../kernel/constants.js';
import type {FlagName} from '../../machine/flags.js';
import {GENERAL_REGISTERS} from '../../machine/registers.js';
import {addressOf, CHANGEABLE_FLAGS} from '../branches/change.js';
import {type NameBook, parsePlace} from '../branches/change-text.js';
import {currentPtRegs} from '../kernel-state.js';
import type {Recording} from '../recording.js';
import {EDITABLE_REGISTERS, ValueError} from '../register-values.js';
import {LONGEST, type Place, placeText} from './place.js';

/** Bytes of a word. */
const WORD = 8;

const MEMORY = /^\[([^\]]*)\](?:\s*:\s*(\w+))?$/;
const FIELD = /^(?:pt_)?regs->(\w+)$/i;
const XMM = /^xmm(?:\d|1[0-5])$/;

/** The first byte and the bytes of the parts of a general register that have names of their own. */
const PARTS = [[0, 4], [0, 2], [0, 1], [1, 1]] as const;

/** Names such as `eax`, `r8d`, `dil` and `ah`, with what they mean. */
const NARROW: ReadonlyMap<string, Place> = new Map(GENERAL_REGISTERS.flatMap(name => PARTS.map(([from, bytes]): [string, Place] => {
	const place: Place = {kind: 'register', name, from, bytes};
	return [placeText(place), place];
})).filter(([text]) => !text.includes(' ')));

const isField = (name: string): name is PtRegsField => (PT_REGS_FIELDS as readonly string[]).includes(name);

/** Bytes of memory that are meant by the width behind the brackets. */
function widthOf(width: string | undefined): number {
	const bytes = width === undefined ? WORD : Number(width);
	if (!Number.isInteger(bytes) || bytes < 1 || bytes > LONGEST) throw new ValueError(`“${width ?? ''}” is no number of bytes that can be followed: 1 to ${LONGEST} can, as in [rsp+8]:4`);
	return bytes;
}

function fieldPlace(name: string, {machine, kernel}: Recording): Place {
	if (!isField(name)) throw new ValueError(`struct pt_regs has no field ${name}: it has ${PT_REGS_FIELDS.join(', ')}`);
	return {kind: 'memory', address: BigInt.asUintN(64, currentPtRegs(machine, kernel) + BigInt(ptRegsOffset(name))), bytes: WORD};
}

/** A register or a part of one, or a flag; undefined for any other word. */
function processorPlace(text: string): Place | undefined {
	const name = text.replace(/^%/, '').toLowerCase();
	if (EDITABLE_REGISTERS.includes(name) || XMM.test(name)) return {kind: 'register', name};
	const flag = CHANGEABLE_FLAGS.find((each: FlagName) => each.toLowerCase() === name);
	return flag === undefined ? NARROW.get(name) : {kind: 'flag', name: flag};
}

/**
 * The place that a text means where the machine stands: `rsi`, `eax`, `xmm0`, `zf`, `pt_regs->di`, `[rsp+8]`, `[message]:1`,
 * or an address, whose word is meant. Without a width, memory is taken by the word.
 * @throws ValueError that says what would do
 */
export function parsePlaceText(text: string, recording: Recording, names: NameBook): Place {
	const trimmed = text.trim();
	if (trimmed === '') throw new ValueError('no place was named: write a register, a flag, pt_regs->di, [rsp+8] or a name');
	const field = FIELD.exec(trimmed)?.[1];
	if (field !== undefined) return fieldPlace(field.toLowerCase(), recording);
	const memory = MEMORY.exec(trimmed);
	if (memory === null) {
		const found = processorPlace(trimmed);
		if (found !== undefined) return found;
	}

	const bytes = widthOf(memory?.at(2));
	return {kind: 'memory', address: addressOf(recording.machine, parsePlace(memory?.[1] ?? trimmed, names)), bytes};
}
