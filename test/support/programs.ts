/** Texts of small programs, and what they have in common. */

/** Macros for tests: a system call with up to three arguments, and the end. */
const PRELUDE = `
.macro sys nr:req, a=0, b=0, c=0
	movabsq	$\\nr, %rax
	movabsq	$\\a, %rdi
	movabsq	$\\b, %rsi
	movabsq	$\\c, %rdx
	syscall
.endm
.globl _start
.text
`;

/** A program from the lines of its \`_start\`; it exits with 0 behind them. What follows may hold more sections. */
export const program = (lines: string, rest = ''): string => `${PRELUDE}_start:
${lines}
	sys 60
${rest}
`;

/** The greeting that every guide begins with. */
export const HELLO = program(
	'sys 1, 1, message, 12',
	`
.section .rodata
message: .ascii "hello world\\n"`,
);

/** Marked values for all sixteen registers, none like another. */
export const MARKED = {
	rax: 39n, rcx: 0x0101_0101_0101_0101n, rdx: 0x0202_0202_0202_0202n, rbx: 0x0303_0303_0303_0303n,
	rsp: 0x7fff_0404_0404_0408n, rbp: 0x0505_0505_0505_0505n, rsi: 0x0606_0606_0606_0606n, rdi: 0x0707_0707_0707_0707n,
	r8: 0x0808_0808_0808_0808n, r9: 0x0909_0909_0909_0909n, r10: 0x1010_1010_1010_1010n, r11: 0x1111_1111_1111_1111n,
	r12: 0x1212_1212_1212_1212n, r13: 0x1313_1313_1313_1313n, r14: 0x1414_1414_1414_1414n, r15: 0xffff_1515_1515_1515n,
} as const;

/** A program that puts values into all registers and makes one call. */
export const withRegisters = (values: Readonly<Record<string, bigint>>, lines = ''): string =>
	program(`${Object.entries(values).map(([name, value]) => `\tmovabsq $0x${value.toString(16)}, %${name}`).join('\n')}
${lines}
crossing: syscall
behind:`);
