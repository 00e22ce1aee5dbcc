import {StatementError} from './problems.js';

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
	'Unknown register': [() => 'There is no register of this name.'],
	'Registers must be prefixed with \'%\'': [() => 'A register is written without %.', 'Write %rax, or say .intel_syntax noprefix first.'],
	'Can\'t encode high 8-bit register': [() => '%ah, %bh, %ch and %dh cannot be used together with a 64-bit register or one of %r8 to %r15.', 'Use a low byte register such as %al.'],
};

/** Words that show that a line was written for another assembler, and what GNU as wants instead. */
const foreign: readonly (readonly [pattern: RegExp, message: string, remedy: string])[] = [
	[/^(?:section|segment)$/, 'This is how NASM names a section.', 'Write .section .text, or .text and .data.'],
	[/^(?:global|extern)$/, 'This is how NASM declares a symbol.', 'Write .globl name; a symbol of another file needs no declaration.'],
	[/^d[bwdq]$/, 'This is how NASM defines data.', 'Write label: and then .byte, .word, .long, .quad or .asciz "text".'],
	[/^res[bwdq]$/, 'This is how NASM reserves space.', 'Write label: and then .skip with the number of bytes.'],
	[/^(?:bits|org|default|use64)$/, 'This is a directive of NASM.', 'Leave it out: code here is 64-bit code for GNU as.'],
	[/^(?:proc|endp|invoke|format|entry)$/, 'This is a directive of MASM or FASM.', 'Write GNU as directives, which begin with a dot.'],
];

/** The error for an instruction that the encoder refused. */
export function explainRefusal(refusal: string, mnemonic: string, operands: readonly string[], syntax: 'att' | 'intel'): StatementError {
	const other = foreign.find(([pattern]) => pattern.test(mnemonic) || pattern.test(firstWordOf(operands)));
	if (other !== undefined && refusal.startsWith('Unknown opcode')) return new StatementError(other[1], other[2]);
	if (syntax === 'att' && looksIntel(operands)) {
		return new StatementError('This line is in Intel syntax, and AT&T syntax is expected.', 'Write .intel_syntax noprefix above it, or use AT&T syntax: mov $1, %rax.');
	}
	if (syntax === 'intel' && operands.some(operand => /^[%$]/.test(operand))) {
		return new StatementError('This line is in AT&T syntax, and Intel syntax is expected.', 'Write .att_syntax above it, or use Intel syntax: mov rax, 1.');
	}
	if (refusal === 'Unknown opcode' || refusal === 'Invalid opcode suffix') {
		return new StatementError(`There is no instruction ${mnemonic}.`, 'Check its spelling and its size suffix.');
	}
	const explanation = explanations[refusal];
	return explanation === undefined
		? new StatementError(`${mnemonic} could not be encoded: ${refusal}.`)
		: new StatementError(explanation[0](mnemonic), explanation[1]);
}

function firstWordOf(operands: readonly string[]): string {
	return /^\w+/.exec(operands[0] ?? '')?.[0].toLowerCase() ?? '';
}

const bareRegister = /^(?:[re]?[abcd]x|[abcd][lh]|[re]?[sd]i|[re]?[sb]p|r(?:[89]|1[0-5])[dwb]?|xmm\d+)$/i;

function looksIntel(operands: readonly string[]): boolean {
	return operands.some(operand => bareRegister.test(operand) || /^\[|\bptr\s*\[/i.test(operand));
}
