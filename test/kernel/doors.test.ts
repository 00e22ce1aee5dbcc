/** Two doors into the kernel: SYSCALL, and vector 0x80 where it is open. */
import {describe, expect, test} from 'vitest';
import {PT_REGS_FIELDS} from '../../source/kernel/constants.js';
import type {KernelOptions} from '../../source/kernel/kernel.js';
import {Run} from '../support/machines.js';
import {HELLO, MARKED, program, withRegisters} from '../support/programs.js';

/** The same program with its calls made through the other door. */
const throughDoor80 = (text: string): string => text.replaceAll(/\bsyscall\b/g, 'int $0x80');

test('closed, as it is by default, int $0x80 is a general protection fault', () => {
	const run = new Run(program('int $0x80'));
	expect(run.end).toBe('SIGSEGV, code 128, address 0x0');
	expect(run.events('exception')).toMatchObject([{vector: 13, errorCode: 0x402}]);
});

describe.each<[string, KernelOptions]>([['', {}], [' with isolation', {isolation: true}], [' without the entry stack', {entryStack: false}]])('open%s', (_, options) => {
	const kernel = {...options, door80: true};

	test('it takes the same numbers in the same registers and gives the same answers', () => {
		const run = new Run(throughDoor80(HELLO), {kernel});
		expect([run.output, run.end]).toEqual(['hello world\n', 'exited with 0']);
		const both = ['sys 9999\nsys 39\nsys -1\nsys 1, 77\nsys 1, 1, 0, 1', throughDoor80('sys 9999\nsys 39\nsys -1\nsys 1, 77\nsys 1, 1, 0, 1')];
		expect(new Run(throughDoor80(program(both[0])), {kernel}).results).toEqual(new Run(program(both[0]), {kernel}).results);
	});

	test('the processor pushes five words and the kernel the rest, into the same pt_regs; rcx and r11 are saved as they were', () => {
		const run = new Run(throughDoor80(withRegisters(MARKED)), {kernel});
		const [{fields, step}] = run.events('pt_regs');
		const {rax, rsp, ...others} = MARKED;
		const names: Readonly<Record<string, (typeof PT_REGS_FIELDS)[number]>> = {rbx: 'bx', rcx: 'cx', rdx: 'dx', rsi: 'si', rdi: 'di', rbp: 'bp'};
		for (const [name, value] of Object.entries(others)) expect(fields[names[name] ?? (name as 'r8')]).toBe(value);
		expect([fields.orig_ax, fields.ax, fields.sp, fields.cs, fields.ss, fields.ip]).toEqual([rax, BigInt.asUintN(64, -38n), rsp, 0x33n, 0x2bn, run.address('behind')]);
		expect(run.events('push').filter(({hardware, step: at}) => hardware && at < step)).toHaveLength(5);
		const back = run.events('iret')[0];
		const after = run.registersAt(back.step + 1).general;
		expect(after).toEqual({...MARKED, rax: 42n});
	});

	test('it leaves by IRET, never by SYSRET, and SYSCALL still works beside it', () => {
		const run = new Run(program('movl $39, %eax\nint $0x80\nmovq %rax, %rbx\nsys 39'), {kernel});
		expect(run.results).toEqual([42, 42]);
		expect([run.events('iret').length, run.events('sysret').length]).toEqual([1, 1]);
	});
});
