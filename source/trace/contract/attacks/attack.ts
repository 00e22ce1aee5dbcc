import {ptRegsOffset, type PtRegsField} from '../../../kernel/constants.js';

/** How a program ends on a kernel that keeps its promises. */
export type Ending = {readonly kind: 'exited'; readonly status: number} | {readonly kind: 'killed'; readonly signal: string};

/** A change that stands in for what a debugger or a signal may do to a thread that is in a call. */
export interface AttackEdit {
	/** Made when the first call has its result, before the way back is chosen; rdi holds the pt_regs' address there. */
	readonly changes: string;
}

/** A program that tries a kernel's door. */
export interface Attack {
	readonly name: string;
	/** What it does, in one sentence. */
	readonly sentence: string;
	/** AT&T text. */
	readonly program: string;
	readonly edit?: AttackEdit;
	readonly expects: Ending;
	/** Steps within which it is over on any door that leads back at all; ATTACK_STEPS if not said. */
	readonly steps?: number;
}

/** Steps that an attack may take: with the boot, several times as many as most need. */
export const ATTACK_STEPS = 30_000;

/** A changed field of the struct pt_regs. */
export const savedField = (field: PtRegsField, value: string): string => `[rdi+${ptRegsOffset(field)}]:8=${value}`;

/** Status with which a program says that something came back wrong. */
const WRONG = 99;

/** What all attacks begin with: calls, and checks that lead to `wrong`. */
export const PRELUDE = `	.macro call number:req
	movl	$\\number, %eax
	syscall
	.endm
	.macro expect register:req, value:req
	movabsq	$\\value, %rax
	cmpq	%rax, \\register
	jne	wrong
	.endm
	.macro leave status=0
	movl	$231, %eax			# exit_group
	movl	$\\status, %edi
	syscall
	.endm
	.text
	.globl	_start
`;

/** What all attacks end with. */
export const EPILOGUE = `
wrong:	movl	$231, %eax
	movl	$${WRONG}, %edi
	syscall
`;

/** A whole program from its lines and its data. */
export const attackProgram = (lines: string, data = ''): string => `${PRELUDE}_start:\n${lines}\n${EPILOGUE}${data}`;

export const EXITS: Ending = {kind: 'exited', status: 0};

/** A program that ends by a signal. */
export const dies = (signal: string): Ending => ({kind: 'killed', signal});
