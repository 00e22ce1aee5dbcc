import type {Expression} from '../language/syntax.js';
import type {Scene} from '../language/scene.js';

/** Who wrote a value. */
export interface Writer {
	/** The step that did it. */
	readonly step: number;
	/** The instruction's line, without its comment; empty where none is known. */
	readonly line: string;
	/** The function that the instruction stands in. */
	readonly function: string;
	/** Whether the processor wrote it by itself: for an exception, an interrupt, or SYSCALL. */
	readonly hardware: boolean;
}

/** The way by which a value came. */
export interface Way {
	/** The places that held it, the latest first: registers, pt_regs fields, memory. */
	readonly places: readonly string[];
	/** Everything by which a source may be named: places, lines, functions, and how the way ends. */
	readonly names: readonly string[];
}

/** Tells where values came from. */
export interface Provenance {
	/** Who wrote what an expression reads; undefined where nobody has since the machine was switched on. */
	writerOf(scene: Scene, what: Expression): Writer | undefined;
	/** By which way the value came. */
	wayOf(scene: Scene, what: Expression): Way;
}
