import {EVENT_KINDS} from './events.js';
import {SyntaxProblem} from './syntax.js';

/** A word, a number, a text or a sign of an expression. */
export interface Token {
	readonly kind: 'word' | 'number' | 'text' | 'sign' | 'end';
	/** For texts: what is between the quotes, escapes done. */
	readonly text: string;
	readonly offset: number;
}

/** Signs, longest first. */
const SIGNS = ['->', '==', '!=', '<=', '>=', '<<', '>>', '<', '>', '+', '-', '*', '/', '%', '&', '|', '^', '~', '(', ')', '[', ']', ',', '.'];

/** Kinds of event with a dash in their names, and all other words. */
const WORD = new RegExp(`^(?:(?:${EVENT_KINDS.filter(kind => kind.includes('-')).join('|')})\\b|[A-Za-z_][A-Za-z0-9_]*)`);
const NUMBER = /^(?:0x[0-9a-f]+(?:_[0-9a-f]+)*|0b[01]+(?:_[01]+)*|\d+(?:_\d+)*)/i;
const CHARACTER = /^'(\\.|[^'\\])'/su;
const TEXT = /^"((?:\\.|[^"\\])*)"/s;

/** Escapes as C has them. */
const ESCAPES: Readonly<Record<string, string>> = {n: '\n', t: '\t', r: '\r', 0: '\0'};

const unescape = (text: string): string => text.replaceAll(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter);

/** The token at the beginning of a text, and how long it is there. */
function first(text: string): {readonly kind: Token['kind']; readonly text: string; readonly length: number} | undefined {
	const word = WORD.exec(text)?.[0];
	if (word !== undefined) return {kind: 'word', text: word, length: word.length};
	const number = NUMBER.exec(text)?.[0];
	if (number !== undefined) return {kind: 'number', text: number.replaceAll('_', ''), length: number.length};
	const character = CHARACTER.exec(text);
	if (character !== null) return {kind: 'number', text: String(unescape(character[1]).codePointAt(0)), length: character[0].length};
	const quoted = TEXT.exec(text);
	if (quoted !== null) return {kind: 'text', text: unescape(quoted[1]), length: quoted[0].length};
	const sign = SIGNS.find(each => text.startsWith(each));
	return sign === undefined ? undefined : {kind: 'sign', text: sign, length: sign.length};
}

/**
 * Takes an expression's text to pieces.
 * @throws SyntaxProblem for a character that begins nothing
 */
export function tokenize(text: string): Token[] {
	const tokens: Token[] = [];
	for (let at = 0; ; ) {
		at += /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
		if (at >= text.length) return [...tokens, {kind: 'end', text: '', offset: at}];
		const found = first(text.slice(at));
		if (found === undefined) throw new SyntaxProblem(at, `${text[at]} begins nothing that is known; numbers, names, "texts" and ${SIGNS.join(' ')} are`);
		tokens.push({kind: found.kind, text: found.text, offset: at});
		at += found.length;
	}
}
