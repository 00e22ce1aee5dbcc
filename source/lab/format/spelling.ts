/** Letters that may be wrong in a word that is still recognised: one in so many. */
const LETTERS_A_MISTAKE = 3;

/** How many letters must be changed, added or dropped to make one word of another (Levenshtein). */
function distance(from: string, to: string): number {
	let row = Array.from({length: to.length + 1}, (_, index) => index);
	for (let index = 0; index < from.length; index++) {
		const letter = from[index];
		const next = [index + 1];
		for (let at = 1; at <= to.length; at++) next.push(Math.min(next[at - 1] + 1, row[at] + 1, row[at - 1] + (letter === to[at - 1] ? 0 : 1)));
		row = next;
	}

	return row[to.length];
}

/** The word that was probably meant, if one is near enough. */
export function meant(word: string, known: readonly string[]): string | undefined {
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
