import type {Field} from '../layouts.js';
import {quotedHex} from '../quote.js';
import {address} from '../scalars.js';
import {hasFailed, readBytes, type Show, type View, viewOf} from '../view.js';

/** The largest structure that the kernel takes: a page. */
const LARGEST = 4096n;

/** The bytes behind a structure's known part, if one of them isn't zero. */
export function bytesBehind(start: bigint, known: number, size: bigint, view: View): string {
	if (size <= BigInt(known)) return '';
	const end = size < LARGEST ? size : LARGEST;
	const bytes = readBytes(view, start + BigInt(known), Number(end) - known);
	if (bytes === undefined) return ', ???';
	if (bytes.every(byte => byte === 0)) return '';
	const shown = bytes.subarray(0, view.limit);
	return `, /* bytes ${known}..${end - 1n} */ ${quotedHex(shown)}${bytes.length > shown.length ? '...' : ''}`;
}

/**
 * A structure whose size another argument tells: newer programs may have a longer one.
 *
 * @param known - The size that is known, in bytes.
 * @param size - The index of the argument with the size.
 */
export const extensible = (known: number, size: number, fields: readonly Field[]): Show => (start, view) => {
	const length = view.args[size];
	const bytes = start === 0n || length < BigInt(known) || hasFailed(view) ? undefined : readBytes(view, start, known);
	if (bytes === undefined) return address(start, view);
	return `{${fields.map(field => field(viewOf(bytes), view)).filter(text => text !== '').join(', ')}${bytesBehind(start, known, length, view)}}`;
};

