import type {Origin} from './problems.js';
import type {SectionAttributes} from './sections/section-builder.js';

/** One source, assembled: what `link` joins into an image. */
export interface ObjectCode {
	/** The name that was given to `assemble`. */
	readonly name: string;
	readonly sections: readonly ObjectSection[];
	readonly symbols: readonly ObjectSymbol[];
}

export interface ObjectSection {
	readonly name: string;
	readonly attributes: SectionAttributes;
	/** In bytes; a power of two. */
	readonly alignment: number;
	/** In bytes. */
	readonly size: number;
	/** Empty for a section without contents. */
	readonly bytes: Uint8Array;
	readonly relocations: readonly Relocation[];
	/** In order of offset. */
	readonly lines: readonly ObjectLine[];
}

/** The bytes that one line of the source made. */
export interface ObjectLine {
	/** Bytes from the start of the section. */
	readonly offset: number;
	readonly length: number;
	readonly file: string;
	readonly line: number;
}

/** A field that is filled in once addresses are known. */
export interface Relocation {
	/** Bytes from the start of the section. */
	readonly offset: number;
	/** Width of the field in bytes. */
	readonly size: number;
	/** The field holds the distance from its own address. */
	readonly pcRelative: boolean;
	/** The processor extends the field with its sign. */
	readonly signed: boolean;
	readonly target: RelocationTarget;
	/** Added to the address of the target. */
	readonly addend: bigint;
	readonly origin: Origin;
}

/** A name; a section of the same object by its index; or address 0. */
export type RelocationTarget =
	| {readonly kind: 'symbol'; readonly name: string}
	| {readonly kind: 'section'; readonly index: number}
	| {readonly kind: 'absolute'};

export interface ObjectSymbol {
	readonly name: string;
	readonly binding: 'local' | 'global' | 'weak';
	readonly place: SymbolPlace;
	readonly origin: Origin;
}

export type SymbolPlace =
	| {readonly kind: 'section'; readonly index: number; readonly offset: bigint}
	| {readonly kind: 'absolute'; readonly value: bigint}
	| {readonly kind: 'common'; readonly size: bigint; readonly alignment: number}
	| {readonly kind: 'undefined'};
