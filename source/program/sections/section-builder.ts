import type {Origin} from '../problems.js';
import type {Expression} from '../reading/expression.js';
import type {Label} from '../reading/symbols.js';

/** A field in emitted bytes whose value is an expression. */
export interface Fixup {
	/** Bytes from the start of the fragment. */
	readonly offset: number;
	/** Width of the field in bytes. */
	readonly size: number;
	readonly expression: Expression;
	/** The field holds a distance, counted from its own address plus `distanceToEnd`. */
	readonly pcRelative: boolean;
	/** From the field to the end of its instruction, in bytes; 0 in data. */
	readonly distanceToEnd: number;
	/** The processor extends the field with its sign, so it must fit as a signed number. */
	readonly signed: boolean;
	readonly origin: Origin;
}

/** Bytes of one source line. */
export interface LineMark {
	readonly offset: number;
	length: number;
	readonly origin: Origin;
}

/** A stretch of a section. `start` and `size` are settled by layout; only bytes know their size at once. */
export type Fragment = BytesFragment | AlignFragment | JumpFragment | SpaceFragment | OriginFragment;

interface Placed {
	/** Bytes from the start of the section. */
	start: number;
	size: number;
	/** Position in the section's list of fragments. */
	readonly index: number;
}

export interface AlignFragment extends Placed {
	readonly kind: 'align';
	readonly alignment: number;
	/** The padding, least significant byte first in `width` bytes, or undefined for NOPs in code and zeros in data. */
	readonly fill: bigint | undefined;
	readonly width: number;
	/** Padding longer than this is left out altogether. */
	readonly maximum: number;
}

export interface JumpFragment extends Placed {
	readonly kind: 'jump';
	/** Opcode of the form with an 8-bit and with a 32-bit displacement. */
	readonly short: number;
	readonly long: readonly number[];
	readonly target: Expression;
	/** Once long, always long: so layout comes to an end. */
	isLong: boolean;
	readonly origin: Origin;
}

export interface SpaceFragment extends Placed {
	readonly kind: 'space';
	readonly count: Expression;
	/** Each of the `count` units. */
	readonly unit: Uint8Array;
	readonly origin: Origin;
}

export interface OriginFragment extends Placed {
	readonly kind: 'origin';
	readonly target: Expression;
	readonly fill: number;
	readonly origin: Origin;
}

/** Emitted bytes, which grow at the end. */
export class BytesFragment implements Placed {
	readonly kind = 'bytes';
	readonly fixups: Fixup[] = [];
	readonly lines: LineMark[] = [];
	start = 0;
	size = 0;
	/** Left empty in a section without contents. */
	bytes = new Uint8Array(64);

	constructor(readonly index: number) {}

	/** Makes room for `length` bytes and returns their offset. */
	grow(length: number, stored: boolean): number {
		const offset = this.size;
		this.size += length;
		if (stored && this.size > this.bytes.length) {
			const larger = new Uint8Array(Math.max(this.size, this.bytes.length * 2));
			larger.set(this.bytes.subarray(0, offset));
			this.bytes = larger;
		}
		return offset;
	}
}

/** What a section is for, in ELF's words. */
export interface SectionAttributes {
	readonly allocated: boolean;
	readonly write: boolean;
	readonly execute: boolean;
	/** The section has a size but no contents (`@nobits`), as `.bss` has. */
	readonly empty: boolean;
}

/** A section while it is being assembled: fragments in the order of the text. */
export class SectionBuilder {
	readonly fragments: Fragment[] = [];
	alignment = 1;
	private open: BytesFragment | undefined;

	constructor(
		readonly name: string,
		public attributes: SectionAttributes,
	) {}

	/** The fragment that bytes are being added to. */
	get bytes(): BytesFragment {
		if (this.open === undefined) {
			this.open = new BytesFragment(this.fragments.length);
			this.fragments.push(this.open);
		}
		return this.open;
	}

	/** The place where the next byte will stand. */
	here(): Label {
		const fragment = this.bytes;
		return {section: this, fragment, offset: fragment.size};
	}

	/** Adds a fragment whose size layout decides; bytes after it go into a new one. */
	add(make: (index: number) => Fragment): void {
		this.fragments.push(make(this.fragments.length));
		this.open = undefined;
	}

	emit(bytes: ArrayLike<number>, origin: Origin): void {
		if (bytes.length === 0) return;
		const fragment = this.bytes;
		const offset = fragment.grow(bytes.length, true);
		fragment.bytes.set(bytes, offset);
		mark(fragment.lines, offset, bytes.length, origin);
	}

	/** Adds zeros, which cost nothing in a section without contents. */
	reserve(length: number, origin: Origin): void {
		if (length === 0) return;
		const offset = this.bytes.grow(length, !this.attributes.empty);
		mark(this.bytes.lines, offset, length, origin);
	}
}

/** One statement may emit in parts; they are one line entry. */
function mark(lines: LineMark[], offset: number, length: number, origin: Origin): void {
	const last = lines.at(-1);
	if (last?.origin === origin && last.offset + last.length === offset) last.length += length;
	else lines.push({offset, length, origin});
}
