import {type Attack, attackProgram, EXITS} from './attack.js';

/** A value for each register, none like another. */
const MARKS: Readonly<Record<string, bigint>> = {
	rdx: 0x0202_0202_0202_0202n, rbx: 0x0303_0303_0303_0303n, rbp: 0x0505_0505_0505_0505n, rsi: 0x0606_0606_0606_0606n, rdi: 0x0707_0707_0707_0707n,
	r8: 0x0808_0808_0808_0808n, r9: 0x0909_0909_0909_0909n, r10: 0x1010_1010_1010_1010n, r12: 0x1212_1212_1212_1212n, r13: 0x1313_1313_1313_1313n,
	r14: 0x1414_1414_1414_1414n, r15: 0xffff_1515_1515_1515n,
};

const each = (line: (register: string, value: string) => string): string => Object.entries(MARKS).map(([name, value]) => line(`%${name}`, `0x${value.toString(16)}`)).join('\n');

/** Puts a mark into every register that a call must keep. */
export const setMarks = each((register, value) => `\tmovabsq\t$${value}, ${register}`);

/** Goes to `wrong` unless every mark is still there. */
export const expectMarks = each((register, value) => `\texpect\t${register}, ${value}`);

/** Stack pointers that a program may have without ever using them. */
const STACK_POINTERS = ['0', '0x8000000000000000', '0xffffc90000008000', '0xffffffff81000000', '0x7fffffffeff8', '0x1'];

const withStackPointer = (value: string): string => `	movabsq	$${value}, %rsp
	call	39				# getpid
	expect	%rsp, ${value}`;

/** Attacks by what stands in registers. */
export const REGISTER_ATTACKS: readonly Attack[] = [
	{
		name: 'marked-registers',
		sentence: 'Puts a mark into every register, makes a call, and looks for each mark.',
		program: attackProgram(`${setMarks}\n\tcall\t39\n${expectMarks}\n\tleave`),
		expects: EXITS,
	},
	{
		name: 'garbage-rsp',
		sentence: 'Makes calls on stack pointers that point to nothing, into the kernel, or nowhere at all.',
		program: attackProgram(`${STACK_POINTERS.map(withStackPointer).join('\n')}\n\tleave`),
		expects: EXITS,
	},
	{
		name: 'wild-numbers',
		sentence: 'Makes calls with numbers beyond the table, negative ones and ones of more than 32 bits.',
		program: attackProgram(`	movq	$-38, %rbx			# -ENOSYS
${['9999', '-1', '0x80000000', '0x7fffffff', '512'].map(number => `	movabsq	$${number}, %rax
	syscall
	cmpq	%rbx, %rax
	jne	wrong`).join('\n')}
	movabsq	$0x100000027, %rax		# the kernel takes the lower half: getpid
	syscall
	testq	%rax, %rax
	jle	wrong
	leave`),
		expects: EXITS,
	},
	{
		name: 'wild-pointers',
		sentence: 'Asks the kernel to write out memory that is its own, or nobody’s.',
		program: attackProgram(`	movq	$-14, %rbx			# -EFAULT
${['0', '0xffffffff81000000', '0x8000000000000000', '0xfffffffffffffff8'].map(address => `	movl	$1, %edi
	movabsq	$${address}, %rsi
	movl	$16, %edx
	call	1
	cmpq	%rbx, %rax
	jne	wrong`).join('\n')}
	leave`),
		expects: EXITS,
	},
	{
		name: 'flags',
		sentence: 'Makes a call with the direction and alignment flags set, and wants them back.',
		program: attackProgram(`	pushq	$0x40cd7			# AC, OF, DF, IF, SF, ZF, AF, PF, CF
	popfq
	pushfq
	popq	%rbx
	call	39
	pushfq
	popq	%rcx
	pushq	$2
	popfq
	cmpq	%rbx, %rcx
	jne	wrong
	leave`),
		expects: EXITS,
	},
	{
		name: 'gs-base',
		sentence: 'Sets a GS base of its own, makes calls, and looks whether it is still there.',
		program: attackProgram(`	leaq	own(%rip), %rbx
	wrgsbase %rbx
	call	39
	rdgsbase %rcx
	cmpq	%rbx, %rcx
	jne	wrong
	call	39
	movq	%gs:0, %rcx
	cmpq	$77, %rcx
	jne	wrong
	leave`, '\t.data\nown:\t.quad\t77\n\t.zero\t4096\n'),
		expects: EXITS,
	},
];
