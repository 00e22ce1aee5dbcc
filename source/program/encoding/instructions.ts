import {StatementError} from '../problems.js';
import type {Expression} from '../reading/expression.js';
import {splitList} from '../reading/strings.js';
import {encode} from './encoder.js';
import type {Encoding, Field} from './encoder.js';
import {writeIntelOperand} from './intel-operands.js';
import {intelRewrite} from './intel-rewrites.js';
import {isMnemonic, mayBeMnemonic} from './mnemonics.js';
import {fitOperands} from './operand-sizes.js';
import {Unknowns, writeAttOperand} from './operands.js';
import type {OperandContext} from './operands.js';
import {checkPrefixes, prefixes} from './prefixes.js';
import {explainDialect, explainRefusal} from './refusals.js';
import {isIntelRegister} from './registers.js';
import {attRewrite} from './rewrites.js';
import type {Rewritten} from './rewrites.js';
import {stringInstruction} from './string-instructions.js';
import {ambiguousInstructions, branches, fixedInstructions, immediateForms, relaxableJumps} from './supplement.js';
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
	const words: string[] = [];
	let [word, rest] = firstWord(text);
	for (; Object.hasOwn(prefixes, word); [word, rest] = firstWord(rest)) words.push(word);
	const leading = words.map(each => prefixes[each]);
	if (word === '') return {bytes: leading, fields: []};
	if (words.length > 0) checkPrefixes(words, word, splitList(rest), syntax);
	return precededBy(leading, assembleBody(word, rest, syntax, context));
}

function precededBy(leading: readonly number[], instruction: Instruction): Instruction {
	if (leading.length === 0) return instruction;
	return {
		...instruction,
		bytes: [...leading, ...instruction.bytes],
		fields: instruction.fields.map(field => ({...field, offset: field.offset + leading.length})),
	};
}

function firstWord(text: string): [string, string] {
	const found = /^(\S+)\s*([^]*)$/.exec(text);
	return found === null ? ['', ''] : [found[1].toLowerCase(), found[2]];
}

/** Jump hints of old: `jne,pt target`. */
const hints: Readonly<Record<string, readonly number[]>> = {'': [], pt: [0x3e], pn: [0x2e]};

function assembleBody(word: string, operandText: string, syntax: Syntax, context: OperandContext): Instruction {
	const [mnemonic, hint = ''] = word.split(',') as [string, string?];
	if (operandText === '') {
		if (Object.hasOwn(ambiguousInstructions, mnemonic)) throw new StatementError(...ambiguousInstructions[mnemonic]);
		if (Object.hasOwn(fixedInstructions, mnemonic)) return {bytes: fixedInstructions[mnemonic], fields: []};
	}
	const jump = relaxableJumps.get(mnemonic);
	if (jump !== undefined && Object.hasOwn(hints, hint) && isDirectTarget(operandText, syntax)) {
		return {bytes: hints[hint], fields: [], jump: {...jump, target: context.parse(operandText.replace(/^short\s+/i, ''))}};
	}
	return assembleGeneral(hint === '' ? mnemonic : word, splitList(operandText), syntax, context);
}

/** Whether the operand of a jump is a place in the code rather than a register or memory that holds one. */
function isDirectTarget(text: string, syntax: Syntax): boolean {
	if (text === '') return false;
	if (syntax === 'intel') return !/\[|\bptr\b|^[c-gs]s\s*:|^offset\b/i.test(text) && !isIntelRegister(text);
	return !/^[*%$]/.test(text) && !/\([^()]*%[^()]*\)$/.test(text) && !isIntelRegister(text);
}

function assembleGeneral(mnemonic: string, operands: readonly string[], syntax: Syntax, context: OperandContext): Instruction {
	if (!mayBeMnemonic(mnemonic, syntax)) throw explainRefusal('Unknown opcode', mnemonic, operands, syntax);
	const unknowns = new Unknowns(context, mnemonic.startsWith('movabs'));
	const written = fitOperands(mnemonic, writeOperands(mnemonic, operands, syntax, unknowns), syntax);
	const special = stringInstruction(mnemonic, written);
	if (special !== undefined) return {bytes: special, fields: []};
	const wide = wideMove(mnemonic, written, syntax, unknowns);
	if (wide !== undefined) return wide;
	const form = immediateForm(mnemonic, written, syntax) ?? rewrite(mnemonic, written, syntax) ?? {mnemonic, operands: written};
	const encoding = isMnemonic(form.mnemonic, form.operands, syntax) ? encodeForm(form, syntax) : {refusal: 'Unknown opcode'};
	if ('refusal' in encoding) throw explainRefusal(encoding.refusal, mnemonic, operands, syntax);
	return precededBy(form.leading ?? [], open(exchangeOpcode(encoding, form), unknowns));
}

function writeOperands(mnemonic: string, operands: readonly string[], syntax: Syntax, unknowns: Unknowns): readonly string[] {
	const branch = branches.has(mnemonic) || relaxableJumps.has(mnemonic);
	const write = syntax === 'att' ? writeAttOperand : writeIntelOperand;
	try {
		return operands.map(operand => write(operand, branch, unknowns));
	} catch (error: unknown) {
		throw explainDialect(operands, syntax) ?? error;
	}
}

function rewrite(mnemonic: string, operands: readonly string[], syntax: Syntax): Rewritten | undefined {
	return syntax === 'att' ? attRewrite(mnemonic, operands) : intelRewrite(mnemonic, operands);
}

function immediateForm(mnemonic: string, operands: readonly string[], syntax: Syntax): Rewritten | undefined {
	const form = immediateForms.get(mnemonic);
	if (form === undefined) return undefined;
	return {mnemonic: form.mnemonic, operands: syntax === 'att' ? [`$${form.immediate}`, ...operands] : [...operands, String(form.immediate)]};
}

function lineOf(form: Rewritten): string {
	return `${form.mnemonic} ${form.operands.join(',')}`.trimEnd();
}

/** Numbers of four, two and one byte that stand for an unknown immediate. */
const standIns = [[4, 0x12345678], [2, 0x1234], [1, 0x12]] as const;

/**
 * The library takes some unknown immediates for bytes, and fails over others. A number that fits the widest
 * form that the instruction has then stands for the name, and its place in the encoding is the name's.
 */
function encodeForm(form: Rewritten, syntax: Syntax): ReturnType<typeof encode> {
	const encoding = encode(lineOf(form), syntax);
	const unknown = form.operands.map(operand => /^(?:\$|offset )S_(\d)$/.exec(operand)).find(found => found !== null);
	if (unknown === undefined) return encoding;
	const placeholder = Number(unknown[1]);
	if (!('refusal' in encoding) && encoding.fields.some(field => field.placeholder === placeholder && field.size > 1)) return encoding;
	for (const [size, stand] of standIns) {
		const number = syntax === 'att' ? `$${stand}` : String(stand);
		const operands = form.operands.map(operand => (operand === unknown[0] ? number : operand));
		if (!fits(form.mnemonic, operands, syntax)) continue;
		const wider = encode(lineOf({...form, operands}), syntax);
		if ('refusal' in wider || !endsWith(wider.bytes, stand, size)) continue;
		return {bytes: wider.bytes, fields: [...wider.fields, wideField(wider, size, placeholder)]};
	}
	return encoding;
}

function fits(mnemonic: string, operands: readonly string[], syntax: Syntax): boolean {
	try {
		fitOperands(mnemonic, operands, syntax);
		return true;
	} catch {
		return false;
	}
}

function endsWith(bytes: Uint8Array, value: number, size: number): boolean {
	return bytes.subarray(bytes.length - size).every((byte, index) => byte === ((value >> (index * 8)) & 0xff));
}

const legacyPrefixes: ReadonlySet<number> = new Set([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3]);

function wideField({bytes}: Encoding, size: number, placeholder: number): Field {
	// With REX.W, which follows the legacy prefixes, the processor extends four bytes to eight by their sign.
	const first = bytes.find(byte => !legacyPrefixes.has(byte)) ?? 0;
	const wide = (first & 0xf8) === 0x48;
	return {offset: bytes.length - size, size, pcRelative: false, signed: size === 4 && wide, placeholder};
}

function exchangeOpcode(encoding: Encoding, form: Rewritten): Encoding {
	if (form.opcode === undefined) return encoding;
	const bytes = encoding.bytes.slice();
	const at = bytes.indexOf(form.opcode.from);
	bytes[at] = form.opcode.to;
	return {...encoding, bytes};
}

function open(encoding: Encoding, unknowns: Unknowns): Instruction {
	if (encoding.fields.length < unknowns.expressions.length) throw new StatementError('An operand must be a number that is known here.', 'Set the symbol above this line.');
	const bytes = [...encoding.bytes];
	for (const {offset, size} of encoding.fields) bytes.fill(0, offset, offset + size);
	return {
		bytes,
		fields: encoding.fields.map(({placeholder, ...field}) => ({...field, expression: unknowns.expressions[placeholder]})),
	};
}

/** A number that is encoded in 64 bits only. */
const wideNumber = '0x123456789abcdef0';

/**
 * `movabs` with a 64-bit immediate or address: the library cannot take a name there, so it encodes a number
 * and the name is put in its place.
 */
function wideMove(mnemonic: string, written: readonly string[], syntax: Syntax, unknowns: Unknowns): Instruction | undefined {
	if (!/^movabs[bwlq]?$/.test(mnemonic) || written.length !== 2) return undefined;
	const att = syntax === 'att' ? written : [attOperand(written[1]), attOperand(written[0])];
	const encoding = encode(lineOf({mnemonic, operands: att.map(operand => operand.replace(/S_\d/, wideNumber))}), 'att');
	if ('refusal' in encoding) throw explainRefusal(encoding.refusal, mnemonic, written, syntax);
	const bytes = [...encoding.bytes];
	if (unknowns.expressions.length === 0) return {bytes, fields: []};
	bytes.fill(0, bytes.length - 8);
	return {bytes, fields: [{offset: bytes.length - 8, size: 8, pcRelative: false, signed: false, expression: unknowns.expressions[0]}]};
}

/** An operand of `movabs` in AT&T syntax: a register, a number, or memory without registers. */
function attOperand(text: string): string {
	if (isIntelRegister(text)) return `%${text}`;
	const memory = /^(?:\w+ ptr )?\[([^\]]*)\]$/.exec(text);
	return memory === null ? `$${text.replace(/^offset /, '')}` : memory[1];
}
