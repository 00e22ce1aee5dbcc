import {readFileSync} from 'node:fs';
import path from 'node:path';
import {LAB_FILE} from '../catalogue.js';
import {parseInline} from '../format/markdown.js';
import {didYouMean} from '../format/spelling.js';
import type {TermFinder} from '../glossary.js';
import type {Lab, LabStep} from '../lab-file.js';
import type {Place} from '../format/lab-error.js';
import type {Finding, FindingKind} from './finding.js';
import {stepTexts} from './step-texts.js';

/** What a lab's words are checked against. */
export interface Vocabulary {
	readonly finder: TermFinder;
	/** Terms that the labs before this one explain. */
	readonly known: ReadonlySet<string>;
	/** Names and numbers of all labs, for links. */
	readonly hasLab: (name: string) => boolean;
}

/** Terms that a step explains: those with a link to the glossary. */
const explainedIn = (step: LabStep, finder: TermFinder): string[] =>
	stepTexts(step).flatMap(({text}) => parseInline(text).flatMap(each => (each.kind === 'term' ? finder.termOf(each.term) ?? [] : [])));

/** A text without code and without the expressions whose values it shows: those name what the machine has. */
const wordsOf = (text: string): string => text.replaceAll(/\$\{[^}]*\}|`[^`]*`/g, ' ');

/** Checks words and links of a lab: every link leads somewhere, and no word is used before it is explained. */
export class TermChecks {
	private readonly findings: Finding[] = [];
	private readonly file: string;
	/** The lines of the lab's file, for places within its texts. */
	private readonly lines: readonly string[];

	constructor(private readonly lab: Lab, private readonly vocabulary: Vocabulary) {
		this.file = path.join(lab.folder, LAB_FILE);
		this.lines = readFileSync(this.file, 'utf8').split(/\r?\n/);
	}

	private find(kind: FindingKind, message: string, {line, column, file = LAB_FILE}: Place & {readonly file?: string}, step?: LabStep): void {
		this.findings.push({kind, file: path.join(this.lab.folder, file), line, column, message, ...(step === undefined ? {} : {step: step.title})});
	}

	/** Where some characters stand, from a line on. */
	private placeFrom(line: number, characters: string): Place {
		const index = this.lines.findIndex((each, at) => at >= line - 1 && each.includes(characters));
		return index < 0 ? {line, column: 1} : {line: index + 1, column: this.lines[index].indexOf(characters) + 1};
	}

	check(): Finding[] {
		const {lab, vocabulary: {finder, known}} = this;
		const learnt = new Set(known);
		const taught = new Set(lab.teaches.flatMap(term => this.taught(term)));
		for (const step of lab.steps) {
			this.links(step);
			for (const term of explainedIn(step, finder)) if (taught.has(term)) learnt.add(term);
			this.uses(step, learnt, taught);
		}

		for (const term of taught) if (!learnt.has(term)) this.find('term', `teaches names ${term}, and no step explains it; write [[${term}]] where its text does`, this.placeFrom(1, 'teaches:'));
		return this.findings;
	}

	/** The term that is meant by an entry of `teaches`. */
	private taught(term: string): string[] {
		const {finder} = this.vocabulary;
		const found = finder.termOf(term);
		if (found !== undefined) return [found];
		this.find('term', `teaches names ${term}, which the glossary does not have${didYouMean(term, finder.entries.map(each => each.term))}; add it to glossary.md`, this.placeFrom(1, 'teaches:'));
		return [];
	}

	private uses(step: LabStep, learnt: ReadonlySet<string>, taught: ReadonlySet<string>): void {
		const reported = new Set<string>();
		for (const {text, line, column, file} of stepTexts(step)) {
			for (const {term, form} of this.vocabulary.finder.usesIn(wordsOf(text))) {
				if (learnt.has(term) || reported.has(term)) continue;
				reported.add(term);
				const remedy = taught.has(term) ? `explain it here as [[${term}]], or use it later` : 'explain it (teaches, and [[…]] in the text), need a lab that does, or use another word';
				this.find('term', `${term} is used before it is explained; ${remedy}`, file === undefined ? this.placeFrom(line, form) : {line, column, file}, step);
			}
		}
	}

	private links(step: LabStep): void {
		const {finder, hasLab} = this.vocabulary;
		for (const {text, line, column, file} of stepTexts(step)) {
			for (const each of parseInline(text)) {
				if (each.kind !== 'term' && each.kind !== 'lab') continue;
				const place = file !== undefined ? {line, column, file} : this.placeFrom(line, each.kind === 'term' ? `[[${each.term}` : `lab:${each.lab}`);
				if (each.kind === 'term' && finder.termOf(each.term) === undefined) this.find('link', `the glossary has no ${each.term}${didYouMean(each.term, finder.entries.map(entry => entry.term))}; add it to glossary.md or leave the brackets out`, place, step);
				if (each.kind === 'lab' && !hasLab(each.lab)) this.find('link', `there is no lab ${each.lab}; give a number such as lab:06`, place, step);
			}
		}
	}
}
