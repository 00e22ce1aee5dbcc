import type {SourcePlace} from '../names.js';
import type {Place} from './place.js';

/** An instruction that did something, for people. */
export interface CodeRef {
	readonly address: bigint;
	/** The instruction in AT&T syntax; its mnemonic alone while the disassembler is not loaded. */
	readonly text: string;
	/** A symbol, with the distance from it. */
	readonly name?: string;
	/** The line of source that it comes from. */
	readonly source?: SourcePlace;
	/** Whether it ran in ring 3. */
	readonly isProgram: boolean;
}

/** Who gave a place its content. */
export type WriterKind =
	| 'instruction'
	/** The processor by itself: a word that it pushed, what SYSCALL saves, a mark in a page table. */
	| 'processor'
	/** The host, which serves what the kernel leaves to it. */
	| 'host'
	/** Somebody outside the machine, between two steps. */
	| 'edit'
	/** It was there before the first instruction. */
	| 'beginning'
	/** Nothing is mapped there. */
	| 'unmapped';

/** Who wrote some of a place's bytes last. */
export interface WriterPart {
	/** The bytes that it is about. */
	readonly place: Place;
	/** Their value, as it is at the moment that was asked about. */
	readonly value: bigint;
	readonly kind: WriterKind;
	/** The step that wrote them, or before which they were changed; none if that was before the first one. */
	readonly step?: number;
	/** The instruction of that step. */
	readonly code?: CodeRef;
	/** The linear address by which they were written, if it is another one than asked about. */
	readonly through?: bigint;
	/** What was done, without a full stop: `pushed by the kernel: a copy of rsi`. */
	readonly sentence: string;
}

/** Who wrote a place last. */
export interface Writer {
	readonly place: Place;
	/** The moment: so many steps had been done. */
	readonly step: number;
	/** Undefined if a byte of it is not mapped. */
	readonly value?: bigint;
	/** Several if its bytes have several writers; from the lowest byte up. */
	readonly parts: readonly WriterPart[];
}

/** Something whose value can be followed on: a place at a moment. */
export interface Input {
	readonly place: Place;
	/** The moment: so many steps had been done. */
	readonly step: number;
	readonly value: bigint;
}

/** How the way back to a value's origin ends. */
export type ChainEnd =
	/** The value was computed from the inputs, or taken from them in another form. */
	| 'computed'
	/** It is a number in an instruction, or an address that the instruction's place gives. */
	| 'constant'
	/** It came from a register of the system, such as an MSR or a selector. */
	| 'system'
	/** It came from a device or a clock. */
	| 'device'
	| 'host' | 'edit' | 'beginning' | 'unmapped'
	/** Its bytes have several origins: the inputs. */
	| 'parts'
	/** The way is longer than what is followed at once: the input is where it goes on. */
	| 'more';

/** A value and where it came from, the last writer first. */
export interface Chain {
	readonly place: Place;
	readonly step: number;
	readonly value?: bigint;
	/** Each one's value is what the one before copied. */
	readonly links: readonly WriterPart[];
	readonly end: ChainEnd;
	/** What can be followed on from the end. */
	readonly inputs: readonly Input[];
}

/** Somebody who read a place. */
export interface Reader {
	readonly step: number;
	/** The bytes that were read. */
	readonly places: readonly Place[];
	readonly code: CodeRef;
	/** What for, without a full stop: `copied by the kernel to rdi`. */
	readonly sentence: string;
}

/** Who read the value of a place from a moment on. */
export interface Readers {
	readonly place: Place;
	readonly step: number;
	readonly value?: bigint;
	/** In the order of their steps. */
	readonly readers: readonly Reader[];
	/** Why there are no more: so many were asked for, the value was overwritten, or nothing more of the run is known. */
	readonly end: 'limit' | 'overwritten' | 'known';
	/** The step that wrote over the last byte that was left. */
	readonly overwritten?: number;
}
