import {StatementError} from '../problems.js';
import type {Expression} from '../reading/expression.js';
import {placeholder} from './encoder.js';

/** What operand text needs from the assembler: expressions parsed, and known ones worked out. */
export interface OperandContext {
	parse(text: string): Expression;
	/** The number an expression comes to by now, or undefined. */
	constant(expression: Expression): bigint | undefined;
}

/** Collects the expressions of one instruction whose values are not numbers yet. */
export class Unknowns {
	readonly expressions: Expression[] = [];

	/** @param wideAddresses the instruction takes addresses of 64 bits */
	constructor(
		readonly context: OperandContext,
		private readonly wideAddresses: boolean,
	) {}

	/** An expression as the encoder may see it: a number, or a placeholder. */
	write(text: string): string {
		const expression = this.context.parse(text);
		const constant = this.context.constant(expression);
		return constant === undefined ? this.hide(expression) : BigInt.asIntN(64, constant).toString();
	}

	/** A displacement: it has 32 bits and is extended by its sign. */
	writeDisplacement(text: string): string {
		const written = this.write(text);
		if (this.wideAddresses || !/^-?\d/.test(written) || BigInt.asIntN(32, BigInt(written)) === BigInt(written)) return written;
		throw new StatementError(`The displacement ${text.trim()} does not fit into 32 bits with a sign.`, 'Load it with movabs into a register, and use that as the base.');
	}

	/** The target of a branch: its distance depends on where the branch will stand, even if the target is a number. */
	writeTarget(text: string): string {
		return this.hide(this.context.parse(text));
	}

	private hide(expression: Expression): string {
		this.expressions.push(expression);
		return placeholder(this.expressions.length - 1);
	}
}

const register = /^%[a-z][a-z0-9]*(?:\s*\(\s*\d\s*\))?$/i;
const segmentOverride = /^(%[c-gs]s)\s*:\s*(.*)$/is;
const addressing = /^(.*?)(\(\s*(?:%[^()]*|,[^()]*)\))\s*((?:\{[^}]*\}\s*)*)$/s;
const decorated = /^(.*?)\s*(\{[^]*\})$/;

/**
 * Rewrites an operand in AT&T syntax so that no name and no expression is left in it.
 *
 * @param branch the operand of a jump or a call, where a bare name is a target
 */
export function writeAttOperand(text: string, branch: boolean, unknowns: Unknowns): string {
	if (text === '') throw new StatementError('An operand is missing.', 'Remove the comma, or write the operand.');
	if (text.startsWith('*')) return `*${writeAttOperand(text.slice(1).trim(), false, unknowns)}`;
	if (text.startsWith('$')) return `$${unknowns.write(text.slice(1))}`;
	if (text.startsWith('{')) return text;
	const segment = segmentOverride.exec(text);
	if (segment !== null) return `${segment[1]}:${writeAttMemory(segment[2].trim(), unknowns)}`;
	if (register.test(text)) return text.replace(/\s/g, '').replace(/^%db(?=\d)/i, '%dr');
	const decoration = text.startsWith('%') ? decorated.exec(text) : null;
	if (decoration !== null) return `${decoration[1]}${decoration[2]}`;
	return branch && !addressing.test(text) ? unknowns.writeTarget(text) : writeAttMemory(text, unknowns);
}

function writeAttMemory(text: string, unknowns: Unknowns): string {
	const found = addressing.exec(text);
	if (found === null) return unknowns.writeDisplacement(text);
	const [, displacement, base, decoration] = found;
	const written = displacement.trim() === '' ? '' : unknowns.writeDisplacement(displacement);
	const addressed = writeBase(base, unknowns);
	// GNU as leaves a displacement of zero away where the addressing form allows it.
	const needed = written !== '0' || /^\((?:,|%[re]ip)/i.test(addressed);
	return `${needed ? written : ''}${addressed}${decoration}`;
}

/** The bracket of an address; the scale may be an expression. */
function writeBase(base: string, unknowns: Unknowns): string {
	const parts = base.slice(1, -1).split(',').map(part => part.trim());
	if (parts.length < 3) return `(${parts.join(',')})`;
	const scale = unknowns.context.constant(unknowns.context.parse(parts[2]));
	if (scale === undefined) throw new StatementError(`The scale ${parts[2]} is not a number.`, 'A scale is 1, 2, 4 or 8.');
	if (![1n, 2n, 4n, 8n].includes(scale)) throw new StatementError(`The scale ${scale} is impossible.`, 'A scale is 1, 2, 4 or 8.');
	return `(${parts[0]},${parts[1]},${scale})`;
}
