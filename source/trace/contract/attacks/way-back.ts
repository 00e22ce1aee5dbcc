import {type Attack, attackProgram, dies, EXITS, savedField} from './attack.js';

const CALL = '\tcall\t39\n';

/** Attacks on the way back: what the pt_regs say is changed while the thread is in a call. */
export const WAY_BACK_ATTACKS: readonly Attack[] = [
	{
		name: 'moved-ip',
		sentence: 'The saved rip is changed during the call: the program must go on there.',
		program: attackProgram(`${CALL}\tjmp\twrong\nelsewhere:\n\tleave`),
		edit: {changes: savedField('ip', 'elsewhere')},
		expects: EXITS,
	},
	{
		name: 'bad-ip',
		sentence: 'The saved rip and rcx are changed to an address that is not canonical: the program must be killed, in ring 3.',
		program: attackProgram(`${CALL}\tleave`),
		edit: {changes: `${savedField('ip', '0x800000000000')}, ${savedField('cx', '0x800000000000')}`},
		expects: dies('SIGSEGV'),
	},
	{
		name: 'kernel-ip',
		sentence: 'The saved rip and rcx are changed to an address of the kernel’s half: the program must be killed.',
		program: attackProgram(`${CALL}\tleave`),
		edit: {changes: `${savedField('ip', '0xffffa00000000000')}, ${savedField('cx', '0xffffa00000000000')}`},
		expects: dies('SIGSEGV'),
	},
	{
		name: 'changed-flags',
		sentence: 'The carry flag is set in the saved flags during the call: the program must see it.',
		program: attackProgram(`\tclc\n${CALL}\tjnc\twrong\n\tleave`),
		edit: {changes: savedField('flags', '0x203')},
		expects: EXITS,
	},
	{
		name: 'bad-cs',
		sentence: 'The saved cs is changed to none: the program must be killed.',
		program: attackProgram(`${CALL}\tleave`),
		edit: {changes: savedField('cs', '3')},
		expects: dies('SIGSEGV'),
	},
	{
		name: 'bad-ss',
		sentence: 'The saved ss is changed to the kernel’s: the program must be killed.',
		program: attackProgram(`${CALL}\tleave`),
		edit: {changes: savedField('ss', '0x18')},
		expects: dies('SIGSEGV'),
	},
	{
		name: 'changed-rcx',
		sentence: 'The saved rcx is changed during the call: the program must see it.',
		program: attackProgram(`${CALL}\texpect\t%rcx, 0x1234\n\tleave`),
		edit: {changes: savedField('cx', '0x1234')},
		expects: EXITS,
	},
	{
		name: 'trap-flag',
		sentence: 'Makes a call while it is single-stepped: the trap must come behind the next instruction.',
		program: attackProgram(`	movl	$39, %eax
	pushq	$0x302				# TF
	popfq
	syscall
	nop
	leave`),
		expects: dies('SIGTRAP'),
	},
];
