import {makeTemplate} from './schema.js';
import {SyntaxProblem} from '../language/syntax.js';
import {LabError} from './lab-error.js';
import {YamlBlock} from './yaml-block.js';

/** A part of a step's text. */
export type Block =
	/** Markdown in one line; `parseInline` takes it to pieces. */
	| {readonly kind: 'paragraph'; readonly text: string; readonly line: number}
	| {readonly kind: 'item'; readonly mark: string; readonly text: string; readonly line: number}
	| {readonly kind: 'code'; readonly language: string; readonly lines: readonly string[]; readonly line: number};

/** A heading with what stands below it. */
export interface Section {
	readonly title: string;
	/** The line of the heading. */
	readonly line: number;
	readonly blocks: readonly Block[];
	readonly yaml: readonly YamlBlock[];
}

/** A piece of a line of Markdown. */
export type Inline =
	| {readonly kind: 'plain' | 'code' | 'strong'; readonly text: string}
	/** A word of the glossary. */
	| {readonly kind: 'term'; readonly text: string; readonly term: string}
	/** Another lab, by its number or name. */
	| {readonly kind: 'lab'; readonly text: string; readonly lab: string};

const FENCE = '```';
const ITEM = /^(?:([-*])|(\d+)\.)\s+(.*)$/;

/** Markdown that a terminal's page has no form for, and what to write instead. */
const REFUSED: readonly (readonly [pattern: RegExp, fact: string])[] = [
	[/^#(?!#\s)/, 'this heading is not one of a step: write ## and a space, and leave smaller headings out'],
	[/^\|/, 'a table was found; write a list'],
	[/^>/, 'a quotation was found; write a paragraph'],
	[/^(?:\t| {4,})\S/, 'an indented line was found; begin it at the margin, or put code between lines of ```'],
	[/^(?:---|\*\*\*|___)\s*$/, 'a rule was found; begin another step instead'],
	[/^~~~/, 'write ``` around code'],
];

/** The same within a line. */
const REFUSED_WITHIN: readonly (readonly [pattern: RegExp, fact: string])[] = [
	[/!\[/, 'a picture was found; the panes show the machine itself'],
	[/<\/?[a-z][a-z0-9]*(?:\s[^>]*)?>/i, 'HTML was found; write plain Markdown, and code in back quotes'],
	[/\]\((?!lab:)/, 'a link was found that leads out of the labs; labs are read without a network: name the file instead'],
	[/https?:\/\//, 'an address of the network was found; labs are read without one: name the file instead'],
];

const INLINE = /`([^`]+)`|\[\[([^\]|]+)(?:\|([^\]]+))?\]\]|\[([^\]]+)\]\(lab:([\w-]+)\)|\*\*([^*]+)\*\*/g;

/** Takes a line of Markdown to pieces: `code`, [[term]], [[term|as it is written]], [text](lab:06), **strong**. */
export function parseInline(text: string): Inline[] {
	const pieces: Inline[] = [];
	let at = 0;
	for (const match of text.matchAll(INLINE)) {
		if (match.index > at) pieces.push({kind: 'plain', text: text.slice(at, match.index)});
		pieces.push(piece(match));
		at = match.index + match[0].length;
	}

	return at < text.length ? [...pieces, {kind: 'plain', text: text.slice(at)}] : pieces;
}

function piece(match: readonly string[]): Inline {
	const [code, term, shown, link, lab, strong = ''] = [1, 2, 3, 4, 5, 6].map(group => match.at(group));
	if (code !== undefined) return {kind: 'code', text: code};
	if (term !== undefined) return {kind: 'term', term: term.trim(), text: shown ?? term};
	return link !== undefined && lab !== undefined ? {kind: 'lab', text: link, lab} : {kind: 'strong', text: strong};
}

/** A line of Markdown as a reader sees it; code keeps its back quotes, so that it can be told from words. */
export const plainText = (text: string): string => parseInline(text).map(each => (each.kind === 'code' ? `\`${each.text}\`` : each.text)).join('');

/** What stands between blank lines, before it is known what it is. */
interface Lines {
	readonly first: number;
	readonly lines: readonly string[];
}

/** Reads the text of a file, from one line on, as sections. */
export class MarkdownReader {
	/**
	 * @param file for mistakes
	 * @param lines the whole file's
	 */
	constructor(
		private readonly file: string,
		private readonly lines: readonly string[],
	) {}

	/**
	 * The sections from a line on (counted from 0): each begins with a heading of the second level.
	 * @throws LabError for Markdown that has no form here
	 */
	sections(first: number): Section[] {
		const starts = this.headings(first);
		if (starts.length === 0) throw this.error(Math.min(first, this.lines.length - 1), 0, 'no step was found; begin each with a heading such as “## A request”');
		const stray = this.lines.findIndex((line, index) => index >= first && index < starts[0] && line.trim() !== '');
		if (stray >= 0) throw this.error(stray, 0, 'text before the first step was found; put a heading such as “## A request” above it');
		return starts.map((start, index) => this.section(start, starts.at(index + 1) ?? this.lines.length));
	}

	/** Indices of the lines that begin a section; what stands within fences begins none. */
	private headings(first: number): number[] {
		let fenced = false;
		return this.lines.flatMap((line, index) => {
			if (index < first) return [];
			if (line.startsWith(FENCE)) fenced = !fenced;
			return !fenced && line.startsWith('## ') ? [index] : [];
		});
	}

	private error(index: number, column: number, fact: string): LabError {
		return new LabError(this.file, {line: index + 1, column: column + 1}, fact);
	}

	private section(start: number, end: number): Section {
		const title = this.lines[start].slice(3).trim();
		if (title === '') throw this.error(start, 0, 'the heading is empty; give the step a name');
		const blocks: Block[] = [];
		const yaml: YamlBlock[] = [];
		let at = start + 1;
		while (at < end) {
			if (this.lines[at].startsWith(FENCE)) at = this.fenced(at, end, blocks, yaml);
			else if (this.lines[at].trim() === '') at++;
			else at = this.prose(at, end, blocks);
		}

		return {title, line: start + 1, blocks, yaml};
	}

	/** Reads what is between two fences; gives the line behind them. */
	private fenced(open: number, end: number, blocks: Block[], yaml: YamlBlock[]): number {
		const language = this.lines[open].slice(FENCE.length).trim();
		const length = this.lines.slice(open + 1, end).findIndex(line => line.trimEnd() === FENCE);
		if (length < 0) throw this.error(open, 0, `a block opened with ${FENCE}${language} is not closed; end it with ${FENCE}`);
		const lines = this.lines.slice(open + 1, open + 1 + length);
		if (language === 'yaml') yaml.push(new YamlBlock({file: this.file, first: open + 2, text: lines.join('\n')}));
		else blocks.push({kind: 'code', language, lines, line: open + 1});
		return open + length + 2;
	}

	/** Reads a paragraph or list up to the next blank line or fence; gives the line behind it. */
	private prose(first: number, end: number, blocks: Block[]): number {
		let last = first;
		while (last < end && this.lines[last].trim() !== '' && !this.lines[last].startsWith(FENCE)) last++;
		const lines = this.lines.slice(first, last);
		for (const [index, line] of lines.entries()) this.refuse(first + index, line);
		for (const {first: from, lines: own} of itemsOf({first, lines})) blocks.push(this.block(from, own));
		return last;
	}

	private refuse(index: number, line: string): void {
		for (const [pattern, fact] of REFUSED) if (pattern.test(line)) throw this.error(index, 0, fact);
		const shown = line.replaceAll(/`[^`]*`/g, code => ' '.repeat(code.length));
		for (const [pattern, fact] of REFUSED_WITHIN) {
			const found = pattern.exec(shown);
			if (found !== null) throw this.error(index, found.index, fact);
		}

		if (shown.includes('`')) throw this.error(index, shown.indexOf('`'), 'a back quote is not closed on its line; keep code on one line');
	}

	private block(first: number, lines: readonly string[]): Block {
		const item = ITEM.exec(lines[0]);
		const text = [item?.[3] ?? lines[0], ...lines.slice(1)].join(' ').trim().replaceAll(/\s+/g, ' ');
		this.checkTemplates(first, lines);
		if (item === null) return {kind: 'paragraph', text, line: first + 1};
		const [bullet, number] = [item.at(1), item.at(2)];
		return {kind: 'item', mark: bullet === undefined ? `${number ?? ''}.` : '•', text, line: first + 1};
	}

	/** The expressions in a text must be such, each on a line of its own. */
	private checkTemplates(first: number, lines: readonly string[]): void {
		for (const [index, line] of lines.entries()) {
			try {
				makeTemplate(line);
			} catch (error) {
				throw error instanceof SyntaxProblem ? this.error(first + index, error.offset, error.message) : error;
			}
		}
	}
}

/** The items of a list, or a paragraph as a whole. */
function itemsOf({first, lines}: Lines): Lines[] {
	if (!ITEM.test(lines[0])) return [{first, lines}];
	const starts = lines.flatMap((line, index) => (ITEM.test(line) ? [index] : []));
	return starts.map((start, index) => ({first: first + start, lines: lines.slice(start, starts.at(index + 1))}));
}

/** A text without its marks, as it reads where there is no room for them: in a field, or aloud. */
export const plainInline = (text: string): string => parseInline(text).map(piece => piece.text).join('');
