import fc from 'fast-check';
import {expect, test} from 'vitest';
import {buildKernel, type KernelOptions} from '../../source/kernel/kernel.js';
import {AssemblyError, type Problem} from '../../source/program/problems.js';
import {entryText, ownEntry} from '../support/entries.js';
import {Run} from '../support/machines.js';
import {HELLO} from '../support/programs.js';

/** What is wrong with an entry path. */
function problemsOf(text: string, name = 'mine.s'): readonly Problem[] {
	try {
		buildKernel({entry: {name, text}});
	} catch (error) {
		if (error instanceof AssemblyError) return error.problems;
		throw error;
	}

	return [];
}

test.each<[string, KernelOptions]>([['', {}], [' with isolation', {isolation: true}], [' with the entry stack off', {entryStack: false}]])('the kernel’s own entry path as a text of one’s own makes the same kernel%s', (_, options) => {
	const own = buildKernel({...options, entry: {name: 'mine.s', text: entryText([], options)}});
	const whole = buildKernel(options);
	expect(own.image.segments.map(({bytes}) => Buffer.from(bytes).toString('hex'))).toEqual(whole.image.segments.map(({bytes}) => Buffer.from(bytes).toString('hex')));
	const run = new Run(HELLO, {kernel: {...options, entry: {name: 'mine.s', text: entryText([], options)}}});
	expect([run.output, run.end]).toEqual(['hello world\n', 'exited with 0']);
});

test('its instructions are known by its own file and lines, and the lines of the kernel’s files stay', () => {
	const own = buildKernel({entry: ownEntry()});
	const whole = buildKernel();
	const at = (kernel: typeof own, label: string): readonly unknown[] => {
		const line = kernel.lines.at(kernel.symbols.addressOf(label) ?? 0n);
		return [line?.file, line?.line];
	};

	expect(at(own, 'entry_SYSCALL_64')).toEqual(['./mine.s', 3]);
	expect(at(own, 'native_irq_return_iret')).toEqual(at(whole, 'native_irq_return_iret'));
	expect(own.sources.get('./mine.s')).toBe(ownEntry().text);
});

test.each<[string, string, Partial<Problem>[]]>([
	['nothing', '', [{line: 1, message: 'The label entry_SYSCALL_64 is missing: nobody could enter here.'}]],
	['an unknown instruction', 'entry_SYSCALL_64:\n\tnop\n\tfrobnicate %rax', [{line: 3, message: 'There is no instruction frobnicate.'}]],
	['an unknown label', 'entry_SYSCALL_64:\n\tjmp nowhere', [{line: 2, message: expect.stringContaining('nowhere') as string}]],
	['a label that the kernel has', 'entry_SYSCALL_64:\n\tnop\ndie:\tnop', [{line: 3, message: expect.stringMatching(/^With this entry path, faults\.s:\d+ has a problem: The global symbol die is already defined on line 3 of mine\.s\.$/) as string}]],
	['a file of the computer', 'entry_SYSCALL_64:\n\t.include "../../package.json"', [{line: 2, message: expect.stringContaining('was not found') as string}]],
	['a file that is not there', 'entry_SYSCALL_64:\n\t.include "absent.s"', [{line: 2, message: expect.stringContaining('was not found') as string}]],
	['several mistakes', 'entry_SYSCALL_64:\n\tmovq %rax\n\tpushl %eax', [{line: 2}, {line: 3}]],
])('%s: the problems are told in its own lines', (_, text, problems) => {
	expect(problemsOf(text)).toEqual(problems.map(problem => expect.objectContaining({file: 'mine.s', ...problem}) as Problem));
});

test('a name that one of the kernel’s files has, or that no quotes can hold, does no harm', () => {
	expect(problemsOf('entry_SYSCALL_64:\n\tfoo', 'entry_64.s')).toEqual([expect.objectContaining({file: 'entry_64.s', line: 2})]);
	expect(problemsOf('entry_SYSCALL_64:\n\tfoo', 'a "b"\\c.s')).toEqual([expect.objectContaining({file: 'a "b"\\c.s', line: 2})]);
	expect(problemsOf(entryText(), 'kernel.s')).toEqual([]);
});

test('no text makes the kernel fail otherwise than with problems', () => {
	const line = fc.oneof(fc.constantFrom('entry_SYSCALL_64:', '\tswapgs', '\tpushq %rax', '\t.section .data', '\t.if 1', '\t.endif', '\t.macro x', '\t.endm', '\t.include "kernel.s"', '\t.globl die', '\tcall do_syscall_64', '\tsysretq', '1:', '\tjmp 1b'), fc.string());
	fc.assert(fc.property(fc.array(line, {maxLength: 6}), lines => {
		for (const problem of problemsOf(lines.join('\n'))) expect([problem.file, problem.line > 0]).toEqual(['mine.s', true]);
	}), {numRuns: 25});
});
