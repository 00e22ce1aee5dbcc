import path from 'node:path';
import {isCalled, type LabEntry, listLabs} from '../catalogue.js';
import {type GlossaryEntry, readGlossary, TermFinder} from '../glossary.js';
import {type Lab, LabError, readLab} from '../lab-file.js';

/** Labs that are read for what they need and teach, each once. */
export class Library {
	private readonly read = new Map<string, Lab | undefined>();
	readonly finder: TermFinder;

	/**
	 * @param entries all labs that others may need
	 * @param glossary the words that labs may explain
	 */
	constructor(readonly entries: readonly LabEntry[], readonly glossary: readonly GlossaryEntry[]) {
		this.finder = new TermFinder(glossary);
	}

	/**
	 * The labs of some folders, and their glossaries.
	 * @throws LabError for a glossary that can't be read
	 */
	static of(roots: readonly string[]): Library {
		const folders = [...new Set(roots.map(root => path.resolve(root)))];
		return new Library(folders.flatMap(root => listLabs(root)), folders.flatMap(root => readGlossary(root)));
	}

	/** The lab that a name or number means. */
	find(called: string): LabEntry | undefined {
		return this.entries.find(entry => isCalled(entry, called));
	}

	/** A lab, or nothing if it can't be read: its own proof says why. */
	lab({folder}: LabEntry): Lab | undefined {
		if (!this.read.has(folder)) this.read.set(folder, this.tryReading(folder));
		return this.read.get(folder);
	}

	private tryReading(folder: string): Lab | undefined {
		try {
			return readLab(folder);
		} catch (error) {
			if (error instanceof LabError) return undefined;
			throw error;
		}
	}

	/** The labs that a lab needs, those that they need, and so on. */
	allNeeds({needs}: Lab, seen = new Set<string>()): Lab[] {
		return needs.flatMap(called => {
			const entry = this.find(called);
			if (entry === undefined || seen.has(entry.folder)) return [];
			seen.add(entry.folder);
			const lab = this.lab(entry);
			return lab === undefined ? [] : [lab, ...this.allNeeds(lab, seen)];
		});
	}

	/** The words that are explained by the labs that a lab needs. */
	knownTo(lab: Lab): ReadonlySet<string> {
		return new Set(this.allNeeds(lab).filter(({folder}) => folder !== lab.folder).flatMap(({teaches}) => teaches.flatMap(term => this.finder.termOf(term) ?? [])));
	}

	/** The way from a lab to itself by what labs need; undefined if there is none. */
	circleFrom(lab: Lab): string[] | undefined {
		const visit = (at: Lab, way: readonly string[]): string[] | undefined => {
			for (const called of at.needs) {
				const entry = this.find(called);
				if (entry === undefined) continue;
				if (entry.folder === lab.folder) return [...way, entry.name];
				const next = way.includes(entry.name) ? undefined : this.lab(entry);
				const found = next === undefined ? undefined : visit(next, [...way, entry.name]);
				if (found !== undefined) return found;
			}

			return undefined;
		};

		return visit(lab, [lab.name]);
	}
}
