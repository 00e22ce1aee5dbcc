import {type Inline, parseInline} from '../lab/format/markdown.js';
import {type Row, type Span, span, type Tone, wrap} from './text.js';

/** How pieces of a line stand out. */
const INLINE_TONES: Readonly<Record<Inline['kind'], Tone>> = {plain: 'plain', code: 'name', strong: 'strong', term: 'term', lab: 'strong'};

/** Markdown in lines: wrapped as the plain text is, each piece keeps its looks on every line that it comes to. */
export function markdownRows(text: string, width: number, base: Tone = 'plain'): Row[] {
	const pieces = parseInline(text);
	const tones = pieces.map(({kind}) => (kind === 'plain' ? base : INLINE_TONES[kind]));
	const letters = pieces.flatMap((piece, index) => Array.from(piece.text, letter => ({letter, index})));
	let at = 0;
	return wrap(pieces.map(piece => piece.text).join(''), width).map(row => {
		const spans: Span[] = [];
		for (const letter of row) {
			// Blanks at which the text was broken are in no row.
			while (letters[at]?.letter !== letter && at < letters.length) at++;
			const tone = tones[letters[at]?.index ?? 0] ?? base;
			at++;
			const last = spans.at(-1);
			if (last?.tone === tone) spans[spans.length - 1] = span(last.text + letter, tone);
			else spans.push(span(letter, tone));
		}

		return spans;
	});
}
