import {describe, expect, test} from 'vitest';
import {assemble} from '../../source/program/assemble.js';
import {complaint, problemsFrom, problemsOf} from './helpers.js';

/** [text, what is said]: the line, the fact, and the remedy after a bar. */
const mistakes: readonly (readonly [string, string])[] = [
	// Instructions.
	['movx %rax, %rbx', '1: There is no instruction movx. | Check its spelling and its size suffix.'],
	['mov $1, (%rax)', '1: mov does not say how many bytes of memory it means. | Add a size: b, w, l or q at the end of the mnemonic (Intel syntax: byte, word, dword or qword ptr).'],
	['movl %rax, %ebx', '1: %rax has 64 bits, and the suffix of movl says 32. | Write movq, or a register of 32 bits.'],
	['mov %eax, %rbx', '1: The sizes of the operands of mov do not match each other or the mnemonic. | Use registers of one size, and a suffix that fits: b for 8 bits, w for 16, l for 32, q for 64.'],
	['mov %rax, %zax', '1: There is no register %zax. | Check its spelling.'],
	['add $1 %rax', '1: A comma is missing between $1 and %rax. | Write $1, %rax.'],
	['mov (%rax), (%rbx)', '1: mov does not take operands of these kinds. | At most one operand may be memory, and an immediate needs $ in AT&T syntax.'],
	['mov %ah, %r8b', '1: %ah, %bh, %ch and %dh cannot be used together with a 64-bit register or one of %r8 to %r15. | Use a low byte register such as %al.'],
	['addb $256, %al', '1: The immediate 0x100 does not fit into the 8 bits that addb has for it. | Use a smaller number, or a larger operation.'],
	['movl $0x123456789, %eax', '1: The immediate 0x123456789 does not fit into the 32 bits that movl has for it. | Use a 64-bit register and movabs.'],
	['cmpq $0x123456789, %rax', '1: cmpq takes a 32-bit immediate that is extended by its sign, and 0x123456789 is not one. | Load it with movabs into a register first.'],
	['mov 0x123456789(%rax), %rbx', '1: The displacement 0x123456789 does not fit into 32 bits with a sign. | Load it with movabs into a register, and use that as the base.'],
	['mov (%rax,%rbx,3), %rcx', '1: The scale 3 is impossible. | A scale is 1, 2, 4 or 8.'],
	['mov (%rax,%rsp), %rcx', '1: %rsp cannot be the index of an address. | Make it the base: (%rsp,%rax).'],
	['int $256', '1: The immediate 0x100 does not fit into the 8 bits that int has for it. | Use a smaller number, or a larger operation.'],
	['lock mov %rax, (%rbx)', '1: lock cannot stand before mov %rax, (%rbx). | It is for an instruction that reads, changes and writes memory, such as lock incl (%rdi).'],
	['rep add %rax, %rbx', '1: rep cannot stand before add. | It repeats a string instruction: movs, stos, cmps, scas, lods, ins or outs.'],
	['sysret', '1: sysret does not say whether it returns to 64-bit or to 32-bit code. | Write sysretq.'],
	['iret', '1: iret does not say how wide the values on the stack are. | Write iretq: 64-bit code pushes and pops 8 bytes each.'],
	['push rax', '1: The symbol rax is not defined. | If the register is meant, write %rax.'],
	['loop far\n.skip 200\nfar:', '1: far is 200 bytes away, too far for a distance of one byte. | Put the target nearer, or jump over a jmp that reaches it.'],
	// The other syntax, and other assemblers.
	['mov rax, 1', '1: This line is in Intel syntax, and AT&T syntax is expected. | Write .intel_syntax noprefix above it, or use AT&T syntax: mov $1, %rax and mov 8(%rbx), %rax.'],
	['mov eax, dword ptr [rbx]', '1: This line is in Intel syntax, and AT&T syntax is expected. | Write .intel_syntax noprefix above it, or use AT&T syntax: mov $1, %rax and mov 8(%rbx), %rax.'],
	['.intel_syntax noprefix\nmov %rax, %rbx', '2: This line is in AT&T syntax, and Intel syntax is expected. | Write .att_syntax above it, or use Intel syntax: mov rax, 1 and mov rax, [rbx+8].'],
	['.intel_syntax noprefix\nmov dword [rbx], 1', '2: dword without ptr is not how GNU as writes a size. | Write dword ptr.'],
	['mov $0ffh, %eax', '1: 0ffh is not how GNU as writes a hexadecimal number. | Write 0x0ff.'],
	['nop ; returns nothing', '1: There is no instruction returns, which is read as a statement because a ; separates statements. | Begin a comment with #.'],
	['nop ; number for write', '1: There is no instruction number, which is read as a statement because a ; separates statements. | Begin a comment with #.'],
	['nop ; syscall number for write', '1: "for" was not expected in the expression "number for write". | Put an operator or a comma between two values. If a comment is meant, begin it with #, since a ; separates statements.'],
	['nop ; fd = stdout', '1: The symbol fd is set to stdout, which is not defined in this file. | Define stdout here. If a comment is meant, begin it with #, since a ; separates statements.'],
	['nop ; mov $1 %rax', '1: A comma is missing between $1 and %rax. | Write $1, %rax. If a comment is meant, begin it with #, since a ; separates statements.'],
	['nop ; .quad 1 / 0', '1: An expression divides by zero. | If a comment is meant, begin it with #, since a ; separates statements.'],
	['nop # ; mov $1 %rax', ''],
	['section .text', '1: This is how NASM names a section. | Write .section .text, or .text and .data.'],
	['global main', '1: This is how NASM declares a symbol. | Write .globl name; a symbol of another file needs no declaration.'],
	['msg db "hello", 10', '1: This is how NASM defines data. | Write name: and then .byte, .word, .long, .quad or .asciz "text".'],
	['len equ $ - msg', '1: This is how NASM gives a number a name. | Write .set name, value, and . for $.'],
	['buf: resb 64', '1: This is how NASM reserves space. | Write name: and then .skip with the number of bytes.'],
	['%define X 1', '1: This is a directive of NASM’s preprocessor. | Write .set for a number and .macro for a macro.'],
	// Directives.
	['.foo 1', '1: The directive .foo is not known here. | Check its spelling; macros, data, sections, alignment and conditions of GNU as are supported.'],
	['.byte 300', '1: The value is 0x12c, which does not fit into the one byte of this field. | Use a smaller value or a larger field.'],
	['.align 3', '1: An alignment of 3 is not possible. | Use a power of two, such as 16.'],
	['.skip -1', '1: A count of -1 is negative. | What comes before is already larger than intended.'],
	['nop\n.org 0\nnop', '2: .org would move back to 0, but 1 bytes are already there. | Shorten what comes before, or choose a later place.'],
	['.ascii "abc', '1: A string is not closed on its line. | Add the closing ".'],
	['.ascii abc', '1: abc stands where a string in double quotes is needed. | Write "text".'],
	['.ascii "\\q"', '1: The escape \\q is unknown. | Use \\n, \\t, \\r, \\b, \\f, \\\\, \\", \\x and hexadecimal digits, or octal digits.'],
	['.code32', '1: Only 64-bit code can be assembled. | Remove this directive, or write .code64.'],
	['.bss\n.byte 1', '2: The section .bss has no contents, so only zeros can be put there. | Put values into .data, or use .skip here.'],
	['.section x,"q"', '1: The section flag q is unknown. | Use a (loaded), w (writable) and x (executable), as in "aw".'],
	['/* open', '1: A comment opened with /* is never closed. | Add */ where the comment ends.'],
	// Symbols and expressions.
	['a: nop\na: nop', '2: The label a is already defined on line 3 of test.s. | Give one of the two another name.'],
	['.equiv a, 1\n.equiv a, 2', '2: The symbol a is already defined on line 3 of test.s. | Give one of the two another name.'],
	['jmp 1b', '1: There is no label 1: before this line. | Write 1: above, or 1f for a label below.'],
	['jmp 1f', '1: There is no label 1: after this line. | Write 1: below, or 1b for a label above.'],
	['jmp nowhere\njmp nowhere', '1: The symbol nowhere is not defined. | Check its spelling, or define it: nowhere: before its code or data.'],
	['.set x, x + 1\n.quad x', '1: A symbol is defined by itself. | Define it with a number or with another symbol.\n2: A symbol is defined by itself. | Define it with a number or with another symbol.'],
	['a: .quad a * 2', '1: The operator * needs numbers, and a is an address. | Use the difference of two labels, or a symbol set to a number.'],
	['a: .quad a + a', '1: The addresses a and a cannot be added. | Add numbers to an address, or subtract one address from another.'],
	['.quad 1 / 0', '1: An expression divides by zero.'],
	['.quad (1 + 2', '1: A bracket is not closed in "(1 + 2". | Add the missing ).'],
	['.quad 1 2', '1: "2" was not expected in the expression "1 2".'],
	['.quad', ''],
];

describe('a mistake is told with its line, the fact and the remedy', () => {
	test.each(mistakes)('%j', (text, expected) => {
		expect(complaint(text)).toBe(expected);
	});
});

describe('problems', () => {
	test('are all told at once, in the order of the text', () => {
		const problems = problemsOf('foo\n\tjmp 2f\n.byte 256\nnop; bar %rax\n.globl _start\n_start:');
		expect(problems.map(({line, column, message}) => [line, column, message])).toEqual([
			[1, 1, 'There is no instruction foo.'],
			[2, 2, 'There is no label 2: after this line.'],
			[3, 1, 'The value is 0x100, which does not fit into the one byte of this field.'],
			[4, 6, 'There is no instruction bar, which is read as a statement because a ; separates statements.'],
		]);
	});

	test('count lines through comments that go on over several', () => {
		expect(problemsOf('/* one\ntwo */ nop /* three\n*/\nfoo')[0]).toMatchObject({file: 'test.s', line: 4, column: 1});
	});

	test('are the message of the error, too', () => {
		expect(() => assemble({name: 'a.s', text: 'nop\nfoo'})).toThrow('a.s:2: There is no instruction foo. Check its spelling and its size suffix.');
	});

	test('leave undefined symbols to the linker', () => {
		expect(problemsFrom(() => assemble({name: 'a.s', text: 'call elsewhere'}))).toEqual([]);
	});
});
