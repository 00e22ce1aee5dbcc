import type {ArgumentRow, Completion, FlagRow} from '../command-row.js';

/** What can stand in a place: fixed words, files, what `list` prints, or anything. */
export type Candidates =
	| {readonly kind: 'words'; readonly words: readonly string[]}
	| {readonly kind: 'files' | 'folders' | 'anything'}
	| {readonly kind: 'list'; readonly what: 'labs' | 'lines'};

/** What the words of a completion are. */
function candidates(complete: Completion | undefined, commands: readonly string[]): Candidates {
	switch (complete) {
		case undefined:
			return {kind: 'anything'};
		case 'file':
			return {kind: 'files'};
		case 'folder':
			return {kind: 'folders'};
		case 'lab':
			return {kind: 'list', what: 'labs'};
		case 'surgery':
			return {kind: 'list', what: 'lines'};
		case 'command':
			return {kind: 'words', words: commands};
		default:
			return {kind: 'words', words: complete};
	}
}

/** What can stand behind a flag; undefined for a switch. */
export const flagCandidates = ({value}: FlagRow, commands: readonly string[]): Candidates | undefined =>
	value === undefined ? undefined : candidates(value.choices ?? value.complete, commands);

/** What an argument can be. */
export const argumentCandidates = (argument: ArgumentRow | undefined, commands: readonly string[]): Candidates => candidates(argument?.complete, commands);

/** A text in single quotes, as bash and zsh read it. */
export const quoted = (text: string): string => `'${text.replaceAll('\'', String.raw`'\''`)}'`;
