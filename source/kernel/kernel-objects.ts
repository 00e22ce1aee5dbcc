/**
 * The kernel's files, each assembled on its own and used again as long as it and what it was made from are the same. So
 * a kernel in which one line is left out costs the assembling of one file.
 */
import {createHash} from 'node:crypto';
import {assemble} from '../program/assemble.js';
import type {ObjectCode} from '../program/object-code.js';
import {AssemblyError, type Problem} from '../program/problems.js';

/** Texts of the kernel by name; undefined where there is none. */
export type ReadSource = (name: string) => string | undefined;

/** One file as it was assembled, and what it was made from. */
export interface KernelObject {
	readonly object: ObjectCode;
	/** A digest of each text that was read for it, the file itself and what it includes, by name. */
	readonly texts: ReadonlyMap<string, string>;
	/** The constants that it uses. */
	readonly constants: ReadonlyMap<string, bigint>;
}

/** How many forms of one file are kept: with and without isolation, and the last ones with a line left out. */
const FORMS_KEPT = 8;

/** What a text is known by. */
const digestOf = (text: string | undefined): string => createHash('sha256').update(text ?? '').digest('base64');

/** Assembles files, or finds them among those that it has assembled. */
export class KernelObjects {
	private readonly forms = new Map<string, KernelObject[]>();
	private readonly digests = new Map<string, string>();

	/** Adds objects that were assembled before. */
	keep(objects: readonly KernelObject[]): void {
		for (const each of objects) this.add(each);
	}

	/** Everything that is kept, the oldest first. */
	all(): KernelObject[] {
		return [...this.forms.values()].flatMap(forms => [...forms].reverse());
	}

	/**
	 * The objects of some files.
	 * @throws AssemblyError with the problems of all of them
	 */
	assemble(files: readonly string[], read: ReadSource, constants: ReadonlyMap<string, bigint>): KernelObject[] {
		const problems: Problem[] = [];
		const objects: KernelObject[] = [];
		for (const file of files) {
			try {
				objects.push(this.find(file, read, constants) ?? this.make(file, read, constants));
			} catch (error: unknown) {
				if (!(error instanceof AssemblyError)) throw error;
				problems.push(...error.problems);
			}
		}

		if (problems.length > 0) throw new AssemblyError(problems);
		return objects;
	}

	private find(file: string, read: ReadSource, constants: ReadonlyMap<string, bigint>): KernelObject | undefined {
		return this.forms.get(file)?.find(form =>
			[...form.constants].every(([name, value]) => constants.get(name) === value)
			&& [...form.texts].every(([name, digest]) => this.digestOf(read(name)) === digest));
	}

	/** The digest of a text, worked out once: most texts are the same ones every time. */
	private digestOf(text = ''): string {
		const known = this.digests.get(text) ?? digestOf(text);
		if (this.digests.size > FORMS_KEPT * 100) this.digests.clear();
		this.digests.set(text, known);
		return known;
	}

	private make(file: string, read: ReadSource, constants: ReadonlyMap<string, bigint>): KernelObject {
		const texts = new Map<string, string>();
		const used = new Map<string, bigint>();
		const include = (name: string): string | undefined => {
			const text = read(name);
			texts.set(name, this.digestOf(text));
			return text;
		};

		const constant = (name: string): bigint | undefined => {
			const value = constants.get(name);
			if (value !== undefined) used.set(name, value);
			return value;
		};

		const text = include(file) ?? '';
		const made = {object: assemble({name: file, text}, {include, constants: {get: constant}}), texts, constants: used};
		this.add(made);
		return made;
	}

	private add(made: KernelObject): void {
		const {name} = made.object;
		this.forms.set(name, [made, ...this.forms.get(name) ?? []].slice(0, FORMS_KEPT));
	}
}

/** Constants as an object for the linker, so that their names mean something to whoever looks at the kernel. */
export const constantsObject = (name: string, constants: ReadonlyMap<string, bigint>): ObjectCode => ({
	name,
	sections: [],
	symbols: [...constants].map(([constant, value], index) => ({name: constant, binding: 'local', place: {kind: 'absolute', value}, origin: {file: name, line: index + 1}})),
});
