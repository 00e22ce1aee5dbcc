import {type Layout, structure, u64} from '../layouts.js';
import {address, hex, ulong} from '../scalars.js';
import {bytesText} from '../texts.js';
import {valueAt, type View} from '../view.js';

/** Where a buffer lies and how long it is; its bytes are not looked at. */
export const REMOTE_IOVEC = structure(16, u64('iov_base', 0, address), u64('iov_len', 8, ulong));

/** The bytes of a buffer among several. */
const element = (data: DataView, view: View, bytes: bigint): string => `{iov_base=${bytesText(valueAt(data, 0, 8), view, bytes)}, iov_len=${valueAt(data, 8, 8)}}`;

/** A buffer whose bytes the call takes. */
export const INPUT_IOVEC: Layout = {size: 16, write: (data, view) => element(data, view, valueAt(data, 8, 8))};

/** Buffers that a call has filled one after the other with so many bytes altogether: each knows what is left for it. */
export const outputIovec = (total: bigint): Layout => {
	let left = total;
	return {
		size: 16,
		write: (data, view) => {
			const length = valueAt(data, 8, 8);
			const bytes = length < left ? length : left;
			left -= bytes;
			return element(data, view, bytes);
		},
	};
};

/** One bit a processor: the numbers of those that are set; dots follow if there is more that is not looked at. */
export function bitNumbers(bytes: Uint8Array, hasMore: boolean): string {
	const numbers = Array.from({length: bytes.length * 8}, (_, index) => index).filter(index => ((bytes[index >> 3] >> (index & 7)) & 1) !== 0);
	return `[${numbers.join(' ')}${hasMore ? ' ...' : ''}]`;
}

/** A word of a set of memory nodes. */
export const NODE_WORD: Layout = {size: 8, write: data => nodeWord(valueAt(data, 0, 8))};
const nodeWord = (value: bigint): string => (value === 0n ? '0000000000000000' : `0x${value.toString(16).padStart(14, '0')}`);

export const AIO_RESULT = structure(32, u64('data', 0, hex), u64('obj', 8, hex), u64('res', 16, value => BigInt.asIntN(64, value).toString()), u64('res2', 24, value => BigInt.asIntN(64, value).toString()));
