import {type Attack, attackProgram, EXITS} from './attack.js';
import {REGISTER_ATTACKS} from './registers.js';
import {THREAD_ATTACKS} from './threads.js';
import {WAY_BACK_ATTACKS} from './way-back.js';

export {type Attack, ATTACK_STEPS, type AttackEdit, type Ending} from './attack.js';

/** An ordinary program: whoever fails here need not look at the others. */
const PLAIN: Attack = {
	name: 'plain',
	sentence: 'Writes a line and exits.',
	program: attackProgram(`	movl	$1, %edi
	leaq	text(%rip), %rsi
	movl	$3, %edx
	call	1
	cmpq	$3, %rax
	jne	wrong
	leave`, '\t.section .rodata\ntext:\t.ascii\t"hi\\n"\n'),
	expects: EXITS,
};

/** All attacks, the mildest first. */
export const ATTACKS: readonly Attack[] = [PLAIN, ...REGISTER_ATTACKS, ...THREAD_ATTACKS, ...WAY_BACK_ATTACKS];
