/** Runs programs of these tests, made by GNU as and ld, on the kernel of this very computer, where that can be done. */
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {constants, tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, describe, expect, test} from 'vitest';
import {FAULTS} from '../support/faults.js';
import {Run} from '../support/machines.js';
import {HELLO, MARKED, program, withRegisters} from '../support/programs.js';

/**
 * Runs a program under ptrace, so that its fatal signal can be told in full. What the program prints goes to stdout, how
 * it ended to descriptor 3: "exited STATUS" or "NUMBER CODE ADDRESS".
 */
const TRACER = `
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int status;
	siginfo_t info;
	pid_t pid = fork();

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		execv(argv[1], argv + 1);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	ptrace(PTRACE_CONT, pid, 0, 0);
	waitpid(pid, &status, 0);
	if (WIFEXITED(status)) {
		dprintf(3, "exited %d\\n", WEXITSTATUS(status));
		return 0;
	}
	ptrace(PTRACE_GETSIGINFO, pid, 0, &info);
	dprintf(3, "%d %d %lx\\n", info.si_signo, info.si_code, (unsigned long)info.si_addr);
	kill(pid, SIGKILL);
	return 0;
}
`;

const folder = mkdtempSync(path.join(tmpdir(), 'real-kernel-'));
const file = (name: string): string => path.join(folder, name);
afterAll(() => {
	rmSync(folder, {recursive: true});
});

/** What a comparison needs and this computer does not have. */
function missing(): string | undefined {
	if (process.platform !== 'linux' || process.arch !== 'x64') return 'Linux on x86-64';
	const tool = ['gcc', 'as', 'ld', 'nm'].find(name => spawnSync(name, ['--version']).status !== 0);
	if (tool !== undefined) return tool;
	writeFileSync(file('tracer.c'), TRACER);
	if (spawnSync('gcc', ['-O1', '-o', file('tracer'), file('tracer.c')]).status !== 0) return 'a C library';
	return realRun(program('ud2')).end.startsWith('SIGILL') ? undefined : 'the permission to trace a program';
}

/** The real kernel's run of a program: what it printed, and its end as {@link Run.end} has it. */
function realRun(text: string): {readonly output: string; readonly end: string} {
	writeFileSync(file('program.s'), text);
	execFileSync('as', ['-o', file('program.o'), file('program.s')]);
	execFileSync('ld', ['-o', file('program'), file('program.o')]);
	const run = spawnSync(file('tracer'), [file('program')], {stdio: ['ignore', 'pipe', 'inherit', 'pipe'], encoding: 'latin1', timeout: 10_000});
	const [signal, code, address] = String(run.output[3]).trim().split(' ');
	if (signal === 'exited') return {output: run.stdout, end: `exited with ${code}`};
	const name = Object.entries(constants.signals).find(([, number]) => number === Number(signal))?.[0] ?? signal;
	return {output: run.stdout, end: `${name}, code ${code}, address ${symbolAt(BigInt(`0x${address}`))}`};
}

function symbolAt(address: bigint): string {
	if (address === 0n) return '0x0';
	const lines = execFileSync('nm', [file('program')], {encoding: 'utf8'}).trim().split('\n').map(line => line.split(' '));
	return lines.find(([value]) => BigInt(`0x${value}`) === address)?.[2] ?? `0x${address.toString(16)}`;
}

const lacking = missing();
if (lacking !== undefined) process.stdout.write(`Not compared with a real kernel: ${lacking} is missing.\n`);

/** The same of the emulated kernel. */
function ourRun(text: string): {readonly output: string; readonly end: string} {
	const run = new Run(text);
	return {output: run.output, end: run.end};
}

/** Prints the result of the call before, as eight bytes. */
const TELL = 'movq %rax, told(%rip)\nsys 1, 1, told, 8\n';
const TOLD = '.data\ntold: .quad 0\ntext: .ascii "hello world\\n"\n';

/** Calls whose results a real kernel must give too. */
const CALLS = [
	'9999', '-1', '-2', '0x80000001', '0x7fffffff', '0x10000270f',
	'1, 77, text, 5', '1, -1, text, 5', '1, 77, 0, 5', '1, 1, 0, 12', '1, 1, 0, 0', '1, 0xffffffff00000001, text, 5', '0x100000001, 1, text, 5',
	'1, 1, 0xffffffff81000000, 12', '1, 1, 0xffff800000000000, 1', '1, 1, 0x8000000000000000, 1', '1, 1, 0x7fffffffeff8, 9', '1, 1, text, -1',
	'1, 1, text, 0x7fffffffffffffff', '1, 1, 0xffffffff81000000, 0', '1, 1, text, 12', '1, 1, text, 0',
];

/** Programs that print what they find. */
const PROGRAMS: readonly (readonly [what: string, text: string])[] = [
	['hello world', HELLO],
	['an end with a status above 255', program('sys 60, 0x1ff')],
	['exit_group with a negative status', program('sys 231, -1')],
	['a write of several chunks', program('sys 1, 1, text, 6145', '.data\ntext: .set value, 0\n.rept 6145\n.byte value % 251\n.set value, value + 1\n.endr')],
	['registers after a call', withStore(MARKED)],
	['registers after a call with a null stack pointer', withStore({...MARKED, rsp: 0n})],
	['registers after a call with a stack pointer that is no address', withStore({...MARKED, rsp: 0x8000_0000_0000_0000n})],
	['flags after a call', program('movq $0x244cd7, %rax\npushq %rax\npopfq\nmovl $9999, %eax\nsyscall\npushfq\npopq %rax\npushq $0x202\npopfq\n' + TELL, TOLD)],
	['flags in r11 after a call', program('stc\nstd\nmovl $9999, %eax\nsyscall\ncld\nmovq %r11, %rax\n' + TELL, TOLD)],
	['rcx after a call', program('movl $9999, %eax\nsyscall\nbehind: leaq behind(%rip), %rax\nsubq %rcx, %rax\n' + TELL, TOLD)],
	['the alignment flag over calls', program('pushfq\norq $0x40000, (%rsp)\npopfq\nsys 1, 1, text, 12\nsys 1, 1, 0, 12\npushfq\npopq %rax\nandl $0x40000, %eax\npushq $0x202\npopfq\n' + TELL, TOLD)],
	['the vector registers over calls', program('movl $42, %eax\ncvtsi2sd %eax, %xmm7\nsys 1, 1, text, 12\ncvtsd2si %xmm7, %rax\n' + TELL, TOLD)],
	['segment registers', program('xorl %eax, %eax\nmovl %cs, %eax\nshlq $16, %rax\nmovl %ss, %ecx\norq %rcx, %rax\n' + TELL, TOLD)],
	['the number of arguments', program('movq (%rsp), %rax\n' + TELL, TOLD)],
	['registers at the start', program('orq %rbx, %rcx\norq %rdx, %rcx\norq %rsi, %rcx\norq %rdi, %rcx\norq %rbp, %rcx\norq %r8, %rcx\norq %r15, %rcx\nmovq %rcx, %rax\n' + TELL, TOLD)],
	['arithmetic with its flags', program(Array.from({length: 20}, (_, index) => `movabsq $0x${(0x9e37_79b9_7f4a_7c15n * BigInt(index + 1) & 0xffff_ffff_ffff_ffffn).toString(16)}, %rbx\nmovl $${index * 37}, %ecx\nrolq %cl, %rbx\nimulq %rbx, %rbx\nadcq %rbx, %rbx\npushfq\npopq %rax\nandl $0x8d5, %eax\n${TELL}`).join(''), TOLD)],
];

/** A call with marked registers, which are then printed in order but for rax (the process’s id), rcx and r11. */
function withStore(values: Readonly<Record<string, bigint>>): string {
	const names = Object.keys(MARKED).filter(name => !['rax', 'rcx', 'r11'].includes(name));
	const stores = names.map((name, index) => `movq %${name}, saved + ${index * 8}(%rip)`).join('\n');
	return withRegisters(values).replace('behind:', `behind:\n${stores}\nsys 1, 1, saved, ${names.length * 8}`) + '.bss\nsaved: .zero 128\n';
}

describe.skipIf(lacking !== undefined)('a real kernel does the same', () => {
	test.each(PROGRAMS)('with %s', (_what, text) => {
		expect(ourRun(text)).toEqual(realRun(text));
	});

	test('with the results of calls', () => {
		const text = program(CALLS.map(call => `sys ${call}\n${TELL}`).join(''), TOLD);
		expect(ourRun(text)).toEqual(realRun(text));
	});

	test.each(FAULTS)('with $what', ({text, end}) => {
		expect(realRun(text).end).toBe(end);
	});
});
