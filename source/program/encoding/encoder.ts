import {AssemblyState, fetchMnemonic} from '@defasm/core';
import type {EncodedRelocation, EncodedStatement} from '@defasm/core';

/** A field of an encoded instruction that one of its placeholders stands in. */
export interface Field {
	/** From the first byte of the instruction. */
	readonly offset: number;
	/** In bytes. */
	readonly size: number;
	readonly pcRelative: boolean;
	readonly signed: boolean;
	/** The number of the placeholder: 0 for `placeholder(0)`. */
	readonly placeholder: number;
}

export interface Encoding {
	readonly bytes: Uint8Array;
	readonly fields: readonly Field[];
}

/** Why an instruction could not be encoded, in the library's words. */
export interface Refusal {
	readonly refusal: string;
}

/** The name that stands for an unknown value in text given to `encode`. */
export function placeholder(index: number): string {
	return `S_${index}`;
}

const states = {
	att: {intel: false, prefix: true},
	intel: {intel: true, prefix: false},
} as const;

/** An edited program is assembled again and again, and most of its instructions stay as they are. */
const remembered = new Map<string, Encoding | Refusal>();
const maximumRemembered = 20_000;

/**
 * Encodes one instruction with @defasm/core. This is the one place that speaks to the library; it is
 * given a single instruction without labels, comments or names of the program, and never an address.
 */
export function encode(text: string, syntax: 'att' | 'intel'): Encoding | Refusal {
	const key = `${syntax} ${text}`;
	let result = remembered.get(key);
	if (result === undefined) {
		result = encodeAfresh(text, syntax);
		if (remembered.size >= maximumRemembered) remembered.clear();
		remembered.set(key, result);
	}
	return result;
}

function encodeAfresh(text: string, syntax: 'att' | 'intel'): Encoding | Refusal {
	try {
		const state = new AssemblyState({syntax: states[syntax]});
		// Without a second pass nothing is written to the console, and every error is thrown or left in the statement.
		state.compile(text, {haltOnError: true, doSecondPass: false});
		const statement = state.head.next?.statement;
		if (statement === null || statement === undefined) return {refusal: 'Unknown opcode'};
		if (statement.error !== null) return {refusal: messageOf(statement.error)};
		if (state.head.next?.next !== null) return {refusal: 'Unexpected text'};
		const foreign = statement.relocations.some(({value}) => value.symbol?.name.startsWith('S_') !== true);
		return foreign ? {refusal: 'Wrong operand type'} : toEncoding(statement);
	} catch (error: unknown) {
		return {refusal: messageOf(error)};
	}
}

function toEncoding(statement: EncodedStatement): Encoding {
	return {
		bytes: statement.bytes.slice(0, statement.length),
		fields: statement.relocations.map(relocation => toField(relocation)),
	};
}

function toField(relocation: EncodedRelocation): Field {
	return {
		offset: relocation.offset,
		size: relocation.size / 8,
		pcRelative: relocation.pcRelative,
		signed: relocation.signed === true,
		placeholder: Number(relocation.value.symbol?.name.slice(2)),
	};
}

/** Its errors are strings, plain objects, or genuine exceptions from inside. */
function messageOf(error: unknown): string {
	const text = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
	return text.replace(/^Error on line \d+: /, '');
}

/** Whether the library has an entry of its own for a mnemonic, suffix and all. */
export function isListed(mnemonic: string, syntax: 'att' | 'intel'): boolean {
	return fetchMnemonic(mnemonic, syntax === 'intel', false, 64).length > 0;
}
