import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {Laboratory, readProgram} from '../../source/lab/laboratory.js';
import {finish} from '../../source/lab/session/workbench.js';

const folder = mkdtempSync(path.join(tmpdir(), 'syscall-lab-libc-'));
afterAll(() => rmSync(folder, {recursive: true}));

/** What a program with this `main` prints, how it ends, and the numbers of its system calls. */
function run(main: string, data = ''): {readonly output: string; readonly status: unknown; readonly calls: readonly number[]} {
	const file = path.join(folder, 'program.s');
	writeFileSync(file, `\t.include "lib/start.s"\n\t.globl main\n\t.text\nmain:\n\tsubq $8, %rsp\n${main}\n\taddq $8, %rsp\n\tret\n\t.section .rodata\n${data}\n`);
	const laboratory = new Laboratory(readProgram(file), 'program');
	finish(laboratory.goToPlace({to: 'end'}));
	const {console: output, outcome} = laboratory.moment();
	const calls = laboratory.recording.events.flatMap(event => (event.kind === 'syscall' && event.step >= laboratory.origin ? [event.nr] : []));
	return {output, status: outcome?.kind === 'exited' ? outcome.status : outcome, calls};
}

/** A printf of a format with one argument. */
const printed = (format: string, load: string): string =>
	run(`leaq format(%rip), %rdi\n${load}\ncall printf\nxorl %eax, %eax`, `format: .asciz "${format}"\ntext: .asciz "abc"`).output;

test.each([
	['%d', 'movl $-42, %esi', '-42'],
	['%5d|', 'movl $-42, %esi', '  -42|'],
	['%05d|', 'movl $-42, %esi', '-0042|'],
	['%u', 'movl $-1, %esi', '4294967295'],
	['%lu', 'movq $-1, %rsi', '18446744073709551615'],
	['%ld', 'movabsq $-9223372036854775808, %rsi', '-9223372036854775808'],
	['%x', 'movq $-1, %rsi', 'ffffffff'],
	['%016lx', 'movl $48879, %esi', '000000000000beef'],
	['%p', 'movl $4660, %esi', '0x1234'],
	['%s|%%', 'leaq text(%rip), %rsi', 'abc|%'],
	['%6s|', 'leaq text(%rip), %rsi', '   abc|'],
	['%c%q', 'movl $65, %esi', 'Aq'],
	['%d', 'xorl %esi, %esi', '0'],
])('printf("%s") with %s prints %s', (format, load, output) => {
	expect(printed(format, load)).toBe(output);
});

test('printf takes arguments from registers first and from the stack then, and gives the number of characters', () => {
	const main = `leaq format(%rip), %rdi
	movl $1, %esi
	movl $2, %edx
	movl $3, %ecx
	movl $4, %r8d
	movl $5, %r9d
	pushq $7
	pushq $6
	call printf
	addq $16, %rsp`;
	expect(run(main, 'format: .asciz "%d %d %d %d %d %d %d\\n"')).toEqual({output: '1 2 3 4 5 6 7\n', status: 14, calls: [16, 1, 231]});
});

const TWICE = 'leaq text(%rip), %rdi\ncall puts\nleaq text(%rip), %rdi\ncall puts\nxorl %eax, %eax';

test('to a terminal each line goes out at once', () => {
	expect(run(TWICE, 'text: .asciz "line"')).toEqual({output: 'line\nline\n', status: 0, calls: [16, 1, 1, 231]});
});

test('to a file everything goes out at the end', () => {
	const toFile = 'movl $2, %eax\nleaq name(%rip), %rdi\nmovl $0x41, %esi\nmovl $0x1b6, %edx\nsyscall\nmovl %eax, %edi\nmovl $1, %esi\nmovl $33, %eax\nsyscall\n';
	expect(run(`${toFile}${TWICE}`, 'text: .asciz "line"\nname: .asciz "/tmp/out"')).toEqual({output: '', status: 0, calls: [2, 33, 16, 1, 231]});
});

test('write gives -1 for an error, and errno has the number', () => {
	expect(run('movl $77, %edi\nleaq text(%rip), %rsi\nmovl $1, %edx\ncall write\nmovl errno(%rip), %ecx\nleal 1(%rax,%rcx), %eax', 'text: .asciz "x"').status).toBe(9);
});

test('strlen and memcpy', () => {
	const main = 'subq $16, %rsp\nmovq %rsp, %rdi\nleaq text(%rip), %rsi\nmovl $6, %edx\ncall memcpy\nmovq %rax, %rdi\ncall strlen\naddq $16, %rsp';
	expect(run(main, 'text: .asciz "hello"').status).toBe(5);
});
