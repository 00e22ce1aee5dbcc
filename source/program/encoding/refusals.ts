import {StatementError} from '../problems.js';
import {isIntelRegister} from './registers.js';

/** The encoder's terse words, said so that a learner can act on them. */
const explanations: Readonly<Partial<Record<string, readonly [message: (mnemonic: string) => string, remedy?: string]>>> = {
	'Ambiguous memory size': [
		mnemonic => `${mnemonic} does not say how many bytes of memory it means.`,
		'Add a size: b, w, l or q at the end of the mnemonic (Intel syntax: byte, word, dword or qword ptr).',
	],
	'Wrong operand type': [mnemonic => `${mnemonic} does not take an operand of this kind.`],
	'Wrong operand types': [mnemonic => `${mnemonic} does not take operands of these kinds.`, 'At most one operand may be memory, and an immediate needs $ in AT&T syntax.'],
	'Wrong operand order': [mnemonic => `The operands of ${mnemonic} are in the wrong order.`, 'AT&T syntax puts the source first, Intel syntax the destination.'],
	'Wrong operand size': [mnemonic => `The operand of ${mnemonic} has a size that it does not take.`],
	'Wrong operand sizes': [mnemonic => `The sizes of the operands of ${mnemonic} do not match each other or the mnemonic.`, 'Use registers of one size, and a suffix that fits: b for 8 bits, w for 16, l for 32, q for 64.'],
	'Not enough operands': [mnemonic => `${mnemonic} needs more operands.`],
	'Too many operands': [mnemonic => `${mnemonic} takes fewer operands.`],
	'Memory index cannot be RSP': [() => '%rsp cannot be the index of an address.', 'Make it the base: (%rsp,%rax).'],
	'Memory index cannot be ESP': [() => '%esp cannot be the index of an address.', 'Make it the base: (%esp,%eax).'],
	'Registers must be prefixed with \'%\'': [() => 'A register is written without %.', 'Write %rax, or say .intel_syntax noprefix first.'],
	'Can\'t encode high 8-bit register': [() => '%ah, %bh, %ch and %dh cannot be used together with a 64-bit register or one of %r8 to %r15.', 'Use a low byte register such as %al.'],
};

/** Words that show that a line was written for another assembler, and what GNU as wants instead. */
const foreign: readonly (readonly [pattern: RegExp, message: string, remedy: string])[] = [
	[/^(?:section|segment)$/, 'This is how NASM names a section.', 'Write .section .text, or .text and .data.'],
	[/^(?:global|extern)$/, 'This is how NASM declares a symbol.', 'Write .globl name; a symbol of another file needs no declaration.'],
	[/^d[bwdq]$/, 'This is how NASM defines data.', 'Write name: and then .byte, .word, .long, .quad or .asciz "text".'],
	[/^res[bwdq]$/, 'This is how NASM reserves space.', 'Write name: and then .skip with the number of bytes.'],
	[/^equ$/, 'This is how NASM gives a number a name.', 'Write .set name, value, and . for $.'],
	[/^times$/, 'This is how NASM repeats.', 'Write .fill count, 1, value, or .rept count and .endr.'],
	[/^%\w/, 'This is a directive of NASM’s preprocessor.', 'Write .set for a number and .macro for a macro.'],
	[/^(?:bits|org|default|use64|align)$/, 'This is a directive of NASM.', 'Leave it out, or write GNU as’s, which begins with a dot: .align 16.'],
	[/^(?:proc|endp|invoke|format|entry)$/, 'This is a directive of MASM or FASM.', 'Write GNU as directives, which begin with a dot.'],
];

/** The error for an instruction that the encoder refused. */
export function explainRefusal(refusal: string, mnemonic: string, operands: readonly string[], syntax: 'att' | 'intel'): StatementError {
	if (refusal === 'Unknown opcode') return explainUnknown(mnemonic, operands);
	const dialect = explainDialect(operands, syntax);
	if (dialect !== undefined) return dialect;
	const explanation = explanations[refusal];
	return explanation === undefined
		? new StatementError(`${mnemonic} could not be encoded: ${refusal}.`)
		: new StatementError(explanation[0](mnemonic), explanation[1]);
}

function explainUnknown(mnemonic: string, operands: readonly string[]): StatementError {
	const next = /^\w+/.exec(operands[0] ?? '')?.[0].toLowerCase() ?? '';
	const found = foreign.find(([pattern]) => pattern.test(mnemonic)) ?? foreign.find(([pattern]) => pattern.test(next));
	return found === undefined
		? new StatementError(`There is no instruction ${mnemonic}.`, 'Check its spelling and its size suffix.')
		: new StatementError(found[1], found[2]);
}

const bareRegister = /^(?:[re]?[abcd]x|[abcd][lh]|[re]?[sd]i|[re]?[sb]p|r(?:[89]|1[0-5])[dwb]?|xmm\d+)$/i;

/** What may be wrong with the operands as a whole: the other syntax, a missing comma, a register that there isn't. */
export function explainDialect(operands: readonly string[], syntax: 'att' | 'intel'): StatementError | undefined {
	if (syntax === 'att' && operands.some(operand => bareRegister.test(operand) || /\[|\bptr\b/i.test(operand))) {
		return new StatementError('This line is in Intel syntax, and AT&T syntax is expected.', 'Write .intel_syntax noprefix above it, or use AT&T syntax: mov $1, %rax and mov 8(%rbx), %rax.');
	}
	if (syntax === 'intel' && operands.some(operand => /^[%$]\w|\(%/.test(operand))) {
		return new StatementError('This line is in AT&T syntax, and Intel syntax is expected.', 'Write .att_syntax above it, or use Intel syntax: mov rax, 1 and mov rax, [rbx+8].');
	}
	const joined = syntax === 'att' ? operands.map(operand => /^(\$?[\w.]+|%\w+|.*\))\s+(%\w+)$/.exec(operand)).find(found => found !== null) : undefined;
	if (joined !== undefined) return new StatementError(`A comma is missing between ${joined[1]} and ${joined[2]}.`, `Write ${joined[1]}, ${joined[2]}.`);
	const unknown = operands.flatMap(operand => operand.match(/%[a-z]\w*/gi) ?? []).find(name => !isIntelRegister(name.slice(1)) && !/^%(?:db\d|[re]?ip)$/i.test(name));
	return unknown === undefined || syntax === 'intel' ? undefined : new StatementError(`There is no register ${unknown}.`, 'Check its spelling.');
}
