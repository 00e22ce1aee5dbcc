/** Letters that may be wrong in a word that is still recognised: one in so many. */
const LETTERS_A_MISTAKE = 3;

/** Shorter words are like too many others. */
const SHORTEST = 3;

/**
 * How many letters must be changed, added, dropped or swapped with their neighbour to make one word of another (optimal
 * string alignment).
 */
export function distance(from: string, to: string): number {
	let before: readonly number[] = [];
	let row: readonly number[] = Array.from({length: to.length + 1}, (_, index) => index);
	for (let i = 1; i <= from.length; i++) {
		const next = [i];
		for (let j = 1; j <= to.length; j++) {
			const changed = row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
			const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1] ? before[j - 2] + 1 : Infinity;
			next.push(Math.min(next[j - 1] + 1, row[j] + 1, changed, swapped));
		}

		[before, row] = [row, next];
	}

	return row[to.length];
}

/** The word that was probably meant, if one is near enough. */
export function meant(word: string, known: readonly string[]): string | undefined {
	if (word.length < SHORTEST) return undefined;
	const lower = word.toLowerCase();
	const ranked = known.map(name => ({name, far: distance(lower, name.toLowerCase())})).sort((a, b) => a.far - b.far);
	const best = ranked.at(0);
	return best !== undefined && best.far <= Math.max(1, Math.floor(best.name.length / LETTERS_A_MISTAKE)) ? best.name : undefined;
}

/** “; did you mean X?”, or nothing where no word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
	const found = meant(word, known);
	return found === undefined ? '' : `; did you mean ${found}?`;
}
