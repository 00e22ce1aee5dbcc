/** What a match is worth: at the start of a word, right behind the match before, anywhere. */
const WORTH = {START: 8, NEXT: 5, ANYWHERE: 1} as const;

/** What a candidate gains for beginning with the query, and loses for each character beyond it. */
const PREFIX = 40;
const LENGTH = 0.05;

/**
 * How well a candidate matches what was typed: all characters must be there in order, in any case. Higher is better,
 * undefined is no match. An empty query matches everything alike.
 */
export function fuzzyScore(query: string, candidate: string): number | undefined {
	const wanted = query.toLowerCase();
	const text = candidate.toLowerCase();
	let score = text.startsWith(wanted) ? PREFIX : 0;
	let at = -1;
	for (const character of wanted) {
		const next = text.indexOf(character, at + 1);
		if (next < 0) return undefined;
		score += next === 0 || /[^a-z0-9]/.test(text.charAt(next - 1)) ? WORTH.START : next === at + 1 ? WORTH.NEXT : WORTH.ANYWHERE;
		at = next;
	}

	return score - text.length * LENGTH;
}

/** The candidates that match, the best first; those that match alike keep their order. */
export function fuzzyFilter<T>(query: string, candidates: readonly T[], textOf: (candidate: T) => string): T[] {
	return candidates
		.flatMap(candidate => {
			const score = fuzzyScore(query, textOf(candidate));
			return score === undefined ? [] : [{candidate, score}];
		})
		.sort((a, b) => (query === '' ? 0 : b.score - a.score))
		.map(({candidate}) => candidate);
}
