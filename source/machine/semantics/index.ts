import type {Semantic, SemanticTable, VectorSemantic, VectorTable} from '../ops.js';
import {ARITHMETIC} from './arithmetic.js';
import {BIT} from './bit.js';
import {CROSSING} from './crossing.js';
import {DEBUG} from './debug.js';
import {EXCHANGE} from './exchange.js';
import {FAR} from './far.js';
import {FLOW} from './flow.js';
import {MOVE} from './move.js';
import {MULTIPLY} from './multiply.js';
import {PORTS} from './ports.js';
import {SEGMENT} from './segment.js';
import {SHIFT} from './shift.js';
import {SSE_APPROXIMATE} from './sse-approximate.js';
import {SSE_CONVERT} from './sse-convert.js';
import {SSE_FLOAT} from './sse-float.js';
import {SSE_INTEGER} from './sse-integer.js';
import {SSE_MASKED, SSE_MOVE} from './sse-move.js';
import {SSE_SHUFFLE} from './sse-shuffle.js';
import {SSE_STATE} from './sse-state.js';
import {STACK} from './stack.js';
import {STRING} from './string.js';
import {SYSENTER} from './sysenter.js';
import {SYSTEM_FLAGS} from './system-flags.js';
import {SYSTEM_REGISTERS} from './system.js';
import type {SystemSemantic, SystemTable} from './system-table.js';
import {TRANSLATION} from './translation.js';
import {X87_ARITHMETIC} from './x87-arithmetic.js';
import {X87_COMPARE} from './x87-compare.js';
import {X87_CONTROL} from './x87-control.js';
import {X87_DECIMAL} from './x87-decimal.js';
import {X87_ELEMENTARY} from './x87-elementary.js';
import {X87_MOVE} from './x87-move.js';
import {X87_PARTS} from './x87-parts.js';

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
const VECTOR_FAMILIES: readonly VectorTable[] = [SSE_MOVE, SSE_INTEGER, SSE_SHUFFLE];
const SYSTEM_FAMILIES: readonly SystemTable[] = [CROSSING, SYSENTER, FAR, SEGMENT, SYSTEM_REGISTERS, SYSTEM_FLAGS, DEBUG, TRANSLATION, PORTS];

/** Instructions that only compute: they work on the processor because no other way of running them is wanted. */
const COMPUTING_FAMILIES: readonly SystemTable[] = [
	SSE_MASKED, SSE_FLOAT, SSE_CONVERT, SSE_APPROXIMATE, SSE_STATE,
	X87_MOVE, X87_ARITHMETIC, X87_COMPARE, X87_PARTS, X87_DECIMAL, X87_ELEMENTARY, X87_CONTROL,
];

/** Instructions written against the abstract operations, by name. */
export const SEMANTICS: ReadonlyMap<string, Semantic> = join(OPS_FAMILIES);

/** Instructions of vector registers that are written against the abstract operations too, by name. */
export const VECTORS: ReadonlyMap<string, VectorSemantic> = join(VECTOR_FAMILIES);

/** What an instruction means in abstract operations; undefined if it works on the processor itself, or is none. */
export const meaningOf = (name: string): VectorSemantic | undefined => SEMANTICS.get(name) ?? VECTORS.get(name);

/** Instructions that work on the processor itself, by name. */
export const SYSTEM: ReadonlyMap<string, SystemSemantic> = join([...SYSTEM_FAMILIES, ...COMPUTING_FAMILIES]);

/** System instructions that don't depend on the step number nor change how code runs: they may share a block. */
const UNREMARKABLE = ['cld', 'std', 'pause', 'lfence', 'mfence', 'sfence', 'endbr64'];

/** The others each make a block of their own. */
export const ALONE: ReadonlySet<string> = new Set(SYSTEM_FAMILIES.flatMap(family => Object.keys(family)).filter(name => !UNREMARKABLE.includes(name)));
