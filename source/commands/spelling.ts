import {distance} from '../lab/format/spelling.js';

/** Mistakes beyond which a word counts as another one. */
const MISTAKES = 3;

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
