import type {Semantic, SemanticTable} from '../ops.js';
import {ARITHMETIC} from './arithmetic.js';
import {BIT} from './bit.js';
import {CROSSING} from './crossing.js';
import {EXCHANGE} from './exchange.js';
import {FLOW} from './flow.js';
import {MOVE} from './move.js';
import {MULTIPLY} from './multiply.js';
import {SHIFT} from './shift.js';
import {STACK} from './stack.js';
import {STRING} from './string.js';
import {SYSTEM_FLAGS} from './system-flags.js';
import {SYSTEM_REGISTERS} from './system.js';
import type {SystemSemantic, SystemTable} from './system-table.js';

/** Joins families; a name in two of them would hide one. */
function join<T>(families: readonly Readonly<Record<string, T>>[]): ReadonlyMap<string, T> {
	const all = new Map<string, T>();
	for (const family of families) {
		for (const [name, semantic] of Object.entries(family)) {
			if (all.has(name)) throw new Error(`the instruction ${name} stands in two families`);
			all.set(name, semantic);
		}
	}

	return all;
}

const OPS_FAMILIES: readonly SemanticTable[] = [MOVE, ARITHMETIC, MULTIPLY, SHIFT, BIT, EXCHANGE, STRING, STACK, FLOW];
const SYSTEM_FAMILIES: readonly SystemTable[] = [CROSSING, SYSTEM_REGISTERS, SYSTEM_FLAGS];

/** Instructions written against the abstract operations, by name. */
export const SEMANTICS: ReadonlyMap<string, Semantic> = join(OPS_FAMILIES);

/** Instructions that work on the processor itself, by name. */
export const SYSTEM: ReadonlyMap<string, SystemSemantic> = join(SYSTEM_FAMILIES);

/** System instructions that don't depend on the step number nor change how code runs: they may share a block. */
const UNREMARKABLE = ['cld', 'std', 'pause', 'lfence', 'mfence', 'sfence', 'endbr64'];

/** The others each make a block of their own. */
export const ALONE: ReadonlySet<string> = new Set([...SYSTEM.keys()].filter(name => !UNREMARKABLE.includes(name)));
