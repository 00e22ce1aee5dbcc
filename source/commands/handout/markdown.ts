import type {Block} from '../../lab/format/markdown.js';
import {parseInline} from '../../lab/format/markdown.js';

/** Characters that Markdown would take for signs of its own; a low line within a word is none, and within code nothing is. */
const escaped = (text: string): string => text.replaceAll(/[\\*[\]<>]|(?<!\w)_|_(?!\w)/g, String.raw`\$&`);

/** A line of a lab's text as Markdown that any reader of it understands: words of the glossary are strong. */
export const inline = (text: string): string => parseInline(text).map(({kind, text: piece}) => {
	if (kind === 'code') return `\`${piece}\``;
	return kind === 'plain' || kind === 'lab' ? escaped(piece) : `**${escaped(piece)}**`;
}).join('');

/** Lines of text in a block of their own, as they are. */
export const fenced = (lines: readonly string[], language = 'text'): string => ['```' + language, ...lines.map(line => line.trimEnd()), '```'].join('\n');

/** A part of a step's text. */
export function blockText(block: Block): string {
	switch (block.kind) {
		case 'paragraph':
			return inline(block.text);
		case 'item':
			return `${/^\d/.test(block.mark) ? block.mark : '-'} ${inline(block.text)}`;
		case 'code':
			return fenced(block.lines, block.language);
	}
}

/** Paragraphs with blank lines between them; items of a list stand together. */
export const paragraphs = (parts: readonly string[]): string =>
	parts.filter(part => part !== '').reduce((text, part) => (text === '' ? part : `${text}${isItem(part) && isItem(text.slice(text.lastIndexOf('\n') + 1)) ? '\n' : '\n\n'}${part}`), '');

const isItem = (line: string): boolean => /^(?:- |\d+\. )/.test(line);
