import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {LabError} from './format/lab-error.js';

/** A word that labs explain. */
export interface GlossaryEntry {
	readonly term: string;
	/** Other forms of the word: plurals, the long form of an abbreviation. */
	readonly also: readonly string[];
	/** Three sentences. */
	readonly text: string;
	/** Where to see it on the machine. */
	readonly see: string;
	/** The line of its heading. */
	readonly line: number;
}

/** The file with the glossary, in the labs' folder. */
export const GLOSSARY_FILE = 'glossary.md';

/** Sentences of an entry. */
const SENTENCES = 3;

/** The sentences of a text; a stop within a word or code ends none. */
export const sentencesOf = (text: string): string[] => text.replaceAll(/`[^`]*`/g, code => '_'.repeat(code.length)).split(/(?<=[.!?])\s+(?=\S)/).filter(sentence => sentence.trim() !== '');

/** What stands below one heading. */
function readEntry(file: string, lines: readonly string[], start: number): GlossaryEntry {
	const term = lines[0].slice(3).trim();
	const fail = (fact: string): LabError => new LabError(file, {line: start + 1, column: 4}, `${term === '' ? 'the entry' : term}: ${fact}`);
	if (term === '') throw fail('has no name; write it behind ##');
	const labelled = (label: string): string => lines.find(line => line.startsWith(label))?.slice(label.length).trim() ?? '';
	const text = lines.slice(1).filter(line => !/^(?:Also|See):/.test(line)).join(' ').trim().replaceAll(/\s+/g, ' ');
	const count = sentencesOf(text).length;
	if (count !== SENTENCES) throw fail(`has ${count} sentences; write exactly ${SENTENCES}`);
	const see = labelled('See:');
	if (see === '') throw fail('does not say where to see it; add a line that begins with “See:”');
	return {term, also: labelled('Also:').split(',').map(each => each.trim()).filter(each => each !== ''), text, see, line: start + 1};
}

/** Reads a glossary's text. Throws LabError. */
export function parseGlossary(file: string, text: string): GlossaryEntry[] {
	const lines = text.split(/\r?\n/);
	const starts = lines.flatMap((line, index) => (line.startsWith('## ') ? [index] : []));
	const entries = starts.map((start, index) => readEntry(file, lines.slice(start, starts.at(index + 1)), start));
	const seen = new Map<string, GlossaryEntry>();
	for (const entry of entries) {
		for (const name of [entry.term, ...entry.also]) {
			const other = seen.get(name);
			if (other !== undefined) throw new LabError(file, {line: entry.line, column: 4}, `${name} is explained twice, by ${other.term} on line ${other.line} already; leave it out of one`);
			seen.set(name, entry);
		}
	}

	return entries;
}

/** Reads the glossary of a folder of labs; empty if it has none. Throws LabError. */
export function readGlossary(root: string): GlossaryEntry[] {
	const file = path.join(root, GLOSSARY_FILE);
	return existsSync(file) ? parseGlossary(file, readFileSync(file, 'utf8')) : [];
}

const escape = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** A form of a word as a pattern: one with capitals, digits or signs stands as it is written, others in any case. */
const pattern = (form: string): string => (/^[a-z -]+$/.test(form) ? escape(form).replaceAll(/[a-z]/g, letter => `[${letter}${letter.toUpperCase()}]`) : escape(form));

/** Finds the words of a glossary in texts. */
export class TermFinder {
	private readonly forms = new Map<string, string>();
	private readonly all: RegExp | undefined;

	constructor(readonly entries: readonly GlossaryEntry[]) {
		for (const {term, also} of entries) for (const form of [term, ...also]) this.forms.set(form, term);
		const forms = entries.flatMap(({term, also}) => [term, ...also]).sort((a, b) => b.length - a.length);
		if (forms.length > 0) this.all = new RegExp(`(?<![\\w.])(?:${forms.map(form => `(?:${pattern(form)})`).join('|')})(?:e?s)?(?!\\w)`, 'g');
	}

	/** The term that a form belongs to, as it is written or with a small letter or without its plural’s end; undefined if it is none. */
	termOf(form: string): string | undefined {
		const forms = [form, form.toLowerCase()].flatMap(each => [each, each.replace(/s$/, ''), each.replace(/es$/, '')]);
		return forms.map(each => this.forms.get(each)).find(term => term !== undefined);
	}

	/** The terms that a text uses, each once, with the form that it uses first. */
	usesIn(text: string): {readonly term: string; readonly form: string}[] {
		if (this.all === undefined) return [];
		const found = new Map<string, string>();
		for (const [form] of text.matchAll(this.all)) {
			const term = this.termOf(form);
			if (term !== undefined && !found.has(term)) found.set(term, form);
		}

		return [...found].map(([term, form]) => ({term, form}));
	}
}

/** The entry of a term or one of its forms. */
export const entryOf = (entries: readonly GlossaryEntry[], form: string): GlossaryEntry | undefined => {
	const term = new TermFinder(entries).termOf(form);
	return entries.find(entry => entry.term === term);
};
