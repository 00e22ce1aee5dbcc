/** What the door (encoder.ts) uses of @defasm/core 2.4.5, which has no types of its own. */
declare module '@defasm/core' {
	export interface Syntax {
		intel: boolean;
		/** Whether registers are written with %. */
		prefix: boolean;
	}

	export interface EncodedRelocation {
		/** From the start of the statement, in bytes. */
		offset: number;
		/** In bits. */
		size: number;
		signed: boolean | undefined;
		pcRelative: boolean;
		value: {symbol: {name: string} | null};
	}

	export interface EncodedStatement {
		bytes: Uint8Array;
		length: number;
		/** An ASMError, or anything else that was thrown inside; neither is certain to be an Error. */
		error: unknown;
		relocations: EncodedRelocation[];
	}

	export interface StatementNode {
		statement: EncodedStatement | null;
		next: StatementNode | null;
	}

	export class AssemblyState {
		constructor(options?: {syntax?: Syntax});
		head: StatementNode;
		/** Throws a string when `haltOnError` is set. */
		compile(source: string, options?: {haltOnError?: boolean; doSecondPass?: boolean}): void;
	}

	/** The ways that a mnemonic can be read; none for one that is unknown. */
	export function fetchMnemonic(mnemonic: string, intel: boolean, expectSuffix?: boolean, bitness?: 32 | 64): readonly unknown[];
}
