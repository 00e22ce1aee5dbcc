import {StatementError} from '../problems.js';
import type {Origin} from '../problems.js';

interface Condition {
	readonly origin: Origin;
	/** Statements are being assembled in the present branch. */
	active: boolean;
	/** A branch was already chosen, so `.else` is not. */
	taken: boolean;
	elseSeen: boolean;
	/** The whole `.if` stands in a part that is skipped. */
	readonly dead: boolean;
}

/** The open `.if` of a text, innermost last. */
export class Conditions {
	private readonly open: Condition[] = [];

	get depth(): number {
		return this.open.length;
	}

	/** Whether statements are being assembled here. */
	get active(): boolean {
		return this.open.at(-1)?.active ?? true;
	}

	/** Whether the condition of an `.elseif` here matters. */
	get undecided(): boolean {
		const condition = this.open.at(-1);
		return condition !== undefined && !condition.dead && !condition.taken;
	}

	if(origin: Origin, condition: () => boolean): void {
		const dead = !this.active;
		const entry: Condition = {origin, active: false, taken: false, elseSeen: false, dead};
		this.open.push(entry);
		if (!dead) entry.active = entry.taken = condition();
	}

	elseIf(condition: () => boolean): void {
		const entry = this.innermost('.elseif');
		if (entry.elseSeen) throw new StatementError('.elseif comes after .else.', 'Put .else last.');
		const chosen = this.undecided && condition();
		entry.active = chosen;
		entry.taken ||= chosen;
	}

	else(): void {
		const entry = this.innermost('.else');
		if (entry.elseSeen) throw new StatementError('One .if has two .else.', 'Remove one, or use .elseif for the first.');
		entry.active = !entry.dead && !entry.taken;
		entry.elseSeen = true;
	}

	end(): void {
		this.innermost('.endif');
		this.open.pop();
	}

	/** Closes what was opened since `depth`, for a macro that is left early. */
	unwind(depth: number): void {
		this.open.length = depth;
	}

	/** The `.if` that were never closed. */
	unclosed(): readonly Origin[] {
		return this.open.map(condition => condition.origin);
	}

	private innermost(directive: string): Condition {
		const entry = this.open.at(-1);
		if (entry === undefined) throw new StatementError(`${directive} has no .if before it.`, 'Add the .if, or remove this line.');
		return entry;
	}
}
