/** Mistakes beyond which a word counts as another one. */
const MISTAKES = 3;

/**
 * The number of letters to be changed, added, dropped or swapped with their neighbour to make one word of another
 * (optimal string alignment).
 */
export function distance(from: string, to: string): number {
	let before: readonly number[] = [];
	let row: readonly number[] = Array.from({length: to.length + 1}, (_, index) => index);
	for (let i = 1; i <= from.length; i++) {
		const next = [i];
		for (let j = 1; j <= to.length; j++) {
			const same = from[i - 1] === to[j - 1];
			const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
			next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1), swapped ? before[j - 2] + 1 : Infinity));
		}

		[before, row] = [row, next];
	}

	return row[to.length];
}

/** The word that was probably meant, if one is near enough: a third of its letters may be wrong, or its end be missing. */
export function nearest(word: string, known: readonly string[]): string | undefined {
	const lower = word.toLowerCase();
	const ranked = known
		.map(name => ({name, far: name.startsWith(lower) && lower.length > 1 ? 0.5 : distance(lower, name.toLowerCase())}))
		.filter(({name, far}) => far <= Math.min(MISTAKES, Math.max(1, Math.ceil(name.length / 3))))
		.sort((a, b) => a.far - b.far);
	return ranked.at(0)?.name;
}

/** The end of a message: the word that was probably meant, where one is near, and a sentence of what is possible. */
export function suggest(word: string, known: readonly string[], remedy: string, show = (name: string): string => name): string {
	const found = nearest(word, known);
	return found === undefined ? `; ${remedy}` : `; did you mean ${show(found)}? ${remedy.slice(0, 1).toUpperCase()}${remedy.slice(1)}`;
}
