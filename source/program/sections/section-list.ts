import {StatementError} from '../problems.js';
import {defaultAttributes} from './default-sections.js';
import {SectionBuilder} from './section-builder.js';
import type {SectionAttributes} from './section-builder.js';

/** The sections of one source, and which of them is being added to. */
export class SectionList {
	readonly all: SectionBuilder[] = [];
	current: SectionBuilder;
	private previous: SectionBuilder;
	private readonly stack: {current: SectionBuilder; previous: SectionBuilder}[] = [];

	constructor() {
		this.current = this.get('.text');
		this.previous = this.current;
		this.get('.data');
		this.get('.bss');
	}

	/** The section of a name, made with `attributes` or with those its name implies. */
	get(name: string, attributes?: SectionAttributes): SectionBuilder {
		const found = this.all.find(section => section.name === name);
		if (found === undefined) {
			const made = new SectionBuilder(name, attributes ?? defaultAttributes(name));
			this.all.push(made);
			return made;
		}
		if (attributes !== undefined && !sameAttributes(found.attributes, attributes)) {
			if (found.fragments.length > 0) throw new StatementError(`The section ${name} was begun with other flags.`, 'Give the same flags everywhere, or none after the first time.');
			found.attributes = attributes;
		}
		return found;
	}

	switchTo(section: SectionBuilder): void {
		this.previous = this.current;
		this.current = section;
	}

	push(section: SectionBuilder): void {
		this.stack.push({current: this.current, previous: this.previous});
		this.switchTo(section);
	}

	pop(): void {
		const saved = this.stack.pop();
		if (saved === undefined) throw new StatementError('.popsection has no .pushsection before it.', 'Remove it, or add .pushsection.');
		this.current = saved.current;
		this.previous = saved.previous;
	}

	swapWithPrevious(): void {
		[this.current, this.previous] = [this.previous, this.current];
	}
}

function sameAttributes(a: SectionAttributes, b: SectionAttributes): boolean {
	return a.allocated === b.allocated && a.write === b.write && a.execute === b.execute && a.empty === b.empty;
}
