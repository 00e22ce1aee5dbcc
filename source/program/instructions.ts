import type {Expression} from './expression.js';
import {encode} from './encoder.js';
import type {Encoding} from './encoder.js';
import {writeIntelOperand} from './intel-operands.js';
import {Unknowns, writeAttOperand} from './operands.js';
import type {OperandContext} from './operands.js';
import {explainRefusal} from './refusals.js';
import {StatementError} from './problems.js';
import {splitList} from './strings.js';
import {branches, comparisonForms, fixedInstructions, prefixes, relaxableJumps} from './supplement.js';
import type {JumpForms} from './supplement.js';

export type Syntax = 'att' | 'intel';

/** A field of an instruction, with the expression that it holds. */
export interface OpenField {
	readonly offset: number;
	readonly size: number;
	readonly pcRelative: boolean;
	readonly signed: boolean;
	readonly expression: Expression;
}

/** One instruction: bytes, the fields in them that are still open, and perhaps a jump after them whose length is open. */
export interface Instruction {
	readonly bytes: readonly number[];
	readonly fields: readonly OpenField[];
	readonly jump?: JumpForms & {readonly target: Expression};
}

/**
 * Assembles one instruction.
 *
 * @throws StatementError when it cannot be encoded
 */
export function assembleInstruction(text: string, syntax: Syntax, context: OperandContext): Instruction {
	const leading: number[] = [];
	let rest = text;
	for (;;) {
		const [word, after] = firstWord(rest);
		const prefix = prefixes[word];
		if (prefix === undefined || /^[:=]/.test(after)) break;
		leading.push(prefix);
		if (after === '') return {bytes: leading, fields: []};
		rest = after;
	}
	const body = assembleBody(rest, syntax, context);
	return leading.length === 0 ? body : {...body, bytes: [...leading, ...body.bytes], fields: body.fields.map(field => ({...field, offset: field.offset + leading.length}))};
}

function firstWord(text: string): [string, string] {
	const found = /^(\S+)\s*([^]*)$/.exec(text);
	return found === null ? ['', ''] : [found[1].toLowerCase(), found[2]];
}

/** Jump hints of old: `jne,pt target`. */
const hints: Readonly<Record<string, number>> = {pt: 0x3e, pn: 0x2e};

function assembleBody(text: string, syntax: Syntax, context: OperandContext): Instruction {
	const [word, operandText] = firstWord(text);
	const [mnemonic, hint] = word.split(',', 2) as [string, string | undefined];
	const fixed = fixedInstructions[mnemonic];
	if (fixed !== undefined && operandText === '') return {bytes: fixed, fields: []};
	const jump = relaxableJumps.get(mnemonic);
	if (jump !== undefined && isDirectTarget(operandText, syntax)) {
		const target = context.parse(operandText.replace(/^short\s+/i, ''));
		return {bytes: hint === undefined ? [] : [hints[hint] ?? 0], fields: [], jump: {...jump, target}};
	}
	return assembleGeneral(mnemonic, splitList(operandText), syntax, context);
}

/** Whether the operand of a jump is a place in the code rather than a register or memory that holds one. */
function isDirectTarget(text: string, syntax: Syntax): boolean {
	if (text === '') return false;
	if (syntax === 'att') return !/^[*%$]/.test(text) && !text.endsWith(')') || /^\([^%]*\)$/.test(text);
	return !/\[|\bptr\b|^[c-gs]s:/i.test(text) && !/^(?:r(?:[a-ds][xip]|[89]|1[0-5])|[bs]p|rbp|rsp|rdi|rsi)$/i.test(text);
}

function assembleGeneral(mnemonic: string, operands: readonly string[], syntax: Syntax, context: OperandContext): Instruction {
	const unknowns = new Unknowns(context);
	const branch = branches.has(mnemonic) || relaxableJumps.has(mnemonic);
	const written = operands.map(operand => (syntax === 'att' ? writeAttOperand(operand, branch, unknowns) : writeIntelOperand(operand, branch, unknowns)));
	const wide = wideImmediate(mnemonic, written, unknowns, syntax);
	if (wide !== undefined) return wide;
	const comparison = comparisonForms.get(mnemonic);
	const line = comparison === undefined
		? `${mnemonic} ${written.join(',')}`
		: `${comparison.mnemonic} ${(syntax === 'att' ? [`$${comparison.immediate}`, ...written] : [...written, comparison.immediate]).join(',')}`;
	const encoding = encode(line.trimEnd(), syntax);
	if ('refusal' in encoding) throw explainRefusal(encoding.refusal, mnemonic, operands, syntax);
	return open(encoding, unknowns);
}

function open(encoding: Encoding, unknowns: Unknowns): Instruction {
	if (encoding.fields.length < unknowns.expressions.length) throw new StatementError('An operand must be a number that is known here.', 'Set the symbol above this line.');
	return {
		bytes: [...encoding.bytes],
		fields: encoding.fields.map(({placeholder, ...field}) => ({...field, expression: unknowns.expressions[placeholder]})),
	};
}

/** A number that is encoded in 64 bits only. */
const wideNumber = '0x123456789abcdef0';

/** `movabs $label, %reg`: the library cannot take a name here, so it encodes a number and the name is put in its place. */
function wideImmediate(mnemonic: string, written: readonly string[], unknowns: Unknowns, syntax: Syntax): Instruction | undefined {
	if (mnemonic !== 'movabs' && mnemonic !== 'movabsq') return undefined;
	const [source, target] = syntax === 'att' ? written : [written[1], written[0]];
	if (written.length !== 2 || !/^(?:\$|offset )S_0$/.test(source)) return undefined;
	const encoding = encode(`movabs $${wideNumber},${target.startsWith('%') ? target : `%${target}`}`, 'att');
	if ('refusal' in encoding) throw explainRefusal(encoding.refusal, mnemonic, written, syntax);
	return {bytes: [...encoding.bytes], fields: [{offset: encoding.bytes.length - 8, size: 8, pcRelative: false, signed: false, expression: unknowns.expressions[0]}]};
}
