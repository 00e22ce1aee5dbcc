import {address, hex, uint} from './scalars.js';
import {quoted, quotedHex} from './quote.js';
import {hasFailed, readBytes, resultOf, type Show, type View} from './view.js';

/** The longest path that the kernel takes, with the zero byte that ends it (include/uapi/linux/limits.h). */
const PATH_MAX = 4096;

/** Text is read in pieces that end where pages may end. */
const PIECE = 256n;

/** Bytes up to a zero byte, which is left out, or up to a length. */
interface Text {
	readonly bytes: Uint8Array;
	/** Whether the zero byte has been found. */
	readonly hasEnd: boolean;
}

/** Text at an address; undefined if memory ends before it does. */
export function readText(view: View, start: bigint, longest: number): Text | undefined {
	const pieces: number[] = [];
	while (pieces.length < longest) {
		const at = BigInt.asUintN(64, start + BigInt(pieces.length));
		const piece = readBytes(view, at, Math.min(Number(PIECE - (at % PIECE)), longest - pieces.length));
		if (piece === undefined) return undefined;
		const end = piece.indexOf(0);
		pieces.push(...(end < 0 ? piece : piece.subarray(0, end)));
		if (end >= 0) return {bytes: Uint8Array.from(pieces), hasEnd: true};
	}

	return {bytes: Uint8Array.from(pieces), hasEnd: false};
}

/** Text up to a zero byte, of at most so many bytes; dots follow what is cut off. */
export function textOf(start: bigint, view: View, longest: number): string {
	if (start === 0n) return 'NULL';
	const text = readText(view, start, longest + 1);
	if (text === undefined) return hex(start);
	return quoted(text.bytes.subarray(0, longest)) + (text.hasEnd ? '' : '...');
}

/** A file's name: never cut short where the kernel would not refuse it. */
export const path: Show = (start, view) => textOf(start, view, PATH_MAX - 1);

/** Text up to a zero byte, cut short where it is long. */
export const string: Show = (start, view) => textOf(start, view, view.limit);

/** Text of a length that something else says; dots follow what is cut off. */
export function bytesText(start: bigint, view: View, length: bigint, quote: (bytes: Uint8Array) => string = quoted): string {
	if (start === 0n) return 'NULL';
	const isLong = length > BigInt(view.limit);
	const bytes = readBytes(view, start, isLong ? view.limit + 1 : Number(length));
	return bytes === undefined ? hex(start) : quote(bytes.subarray(0, view.limit)) + (isLong ? '...' : '');
}

/** Bytes that the call reads: as many as an argument says. */
export const inputBytes = (length: number): Show => (start, view) => bytesText(start, view, view.args[length]);

/** Bytes that the call has put there: as many as its result says. */
export const outputBytes = (quote?: (bytes: Uint8Array) => string): Show => (start, view) =>
	(hasFailed(view) ? address(start, view) : bytesText(start, view, resultOf(view), quote));

/** The same for bytes that are no text. */
export const outputBinary = outputBytes(quotedHex);

/** A path that the call has put there: of its result less the zero byte. */
export const outputPath: Show = (start, view) => {
	if (start === 0n || hasFailed(view)) return address(start, view);
	const longest = Number(BigInt.asIntN(32, resultOf(view) - 1n));
	return textOf(start, view, longest < 0 || longest >= PATH_MAX ? PATH_MAX - 1 : longest);
};

/** Words that end with a null: how many there are, as a comment. */
export const countOfStrings: Show = (start, view) => {
	if (start === 0n) return 'NULL';
	const {count, isComplete} = walk(start, view, () => true);
	if (count === 0 && !isComplete) return hex(start);
	return `${hex(start)} /* ${count} var${count === 1 ? '' : 's'}${isComplete ? '' : ', unterminated'} */`;
};

/** Texts whose addresses stand one after the other up to a null. */
export const stringList: Show = (start, view) => {
	if (start === 0n) return 'NULL';
	const texts: string[] = [];
	const {isComplete, at} = walk(start, view, word => {
		if (texts.length >= view.limit) texts.push('...');
		else texts.push(string(word, view));
		return texts.length <= view.limit;
	});
	if (texts.length === 0 && !isComplete) return hex(start);
	if (!isComplete && texts.at(-1) !== '...') texts.push(`... /* ${hex(at)} */`);
	return `[${texts.join(', ')}]`;
};

/** Most words that are looked at: what can be handed to a program at most, by its number of bytes. */
const MOST_WORDS = 0x1_0000;

/** Goes from word to word up to a null, to the end of memory, or until told to stop. */
function walk(start: bigint, view: View, see: (word: bigint) => boolean): {readonly count: number; readonly isComplete: boolean; readonly at: bigint} {
	for (let count = 0; count < MOST_WORDS; count++) {
		const at = BigInt.asUintN(64, start + BigInt(count * 8));
		const bytes = readBytes(view, at, 8);
		if (bytes === undefined) return {count, isComplete: false, at};
		const word = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
		if (word === 0n || !see(word)) return {count, isComplete: word === 0n, at};
	}

	return {count: MOST_WORDS, isComplete: false, at: start};
}

/** A text within a structure, of at most so many bytes. */
export function textWithin(bytes: Uint8Array, limit: number): string {
	const end = bytes.indexOf(0);
	const text = end < 0 ? bytes : bytes.subarray(0, end);
	return text.length > limit ? `${quoted(text.subarray(0, limit))}...` : quoted(text);
}

/** A count of bytes as a comment has it. */
export const countComment = (value: bigint, view: View): string => `/* ${uint(value, view)} */`;
