/** Lines beyond which two texts are compared from both ends alone. */
const LIMIT = 3000;

/**
 * Which lines of two texts belong together: the longest series of lines that both have in the same order (space around
 * a line does not count).
 * @returns for each line of the second text, counted from 1, the first text's line; lines without one are left out
 */
export function matchLines(first: string, second: string): ReadonlyMap<number, number> {
	const a = first.split('\n').map(line => line.trim());
	const b = second.split('\n').map(line => line.trim());
	const found = new Map<number, number>();
	let start = 0;
	while (start < a.length && start < b.length && a[start] === b[start]) found.set(++start, start);
	let end = 0;
	while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) {
		found.set(b.length - end, a.length - end);
		end++;
	}

	if (a.length - start - end <= LIMIT && b.length - start - end <= LIMIT) {
		for (const [one, other] of longestSeries(a.slice(start, a.length - end), b.slice(start, b.length - end))) found.set(other + start + 1, one + start + 1);
	}

	return found;
}

/**
 * The longest series of items that two lists have in the same order.
 * @returns pairs of indices
 */
export function longestSeries(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
	const width = b.length + 1;
	const lengths = new Uint32Array((a.length + 1) * width);
	for (let i = a.length - 1; i >= 0; i--) {
		for (let j = b.length - 1; j >= 0; j--) {
			lengths[i * width + j] = a[i] === b[j] ? lengths[(i + 1) * width + j + 1] + 1 : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
		}
	}

	const pairs: [number, number][] = [];
	for (let i = 0, j = 0; i < a.length && j < b.length; ) {
		if (a[i] === b[j]) pairs.push([i++, j++]);
		else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) i++;
		else j++;
	}

	return pairs;
}
