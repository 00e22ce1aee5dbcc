/**
 * Something that belongs to a machine and is neither memory nor a register: a device, or what serves hypercalls. A run
 * that is to go back to a moment must be able to bring it back to what it was then.
 */
export interface MachinePart {
	/** What it remembers now, as a value that stays as it is whatever comes. */
	snapshot(): unknown;
	/** Makes it remember what it did then. */
	restore(state: unknown): void;
}
