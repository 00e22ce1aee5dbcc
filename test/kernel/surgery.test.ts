import {describe, expect, test} from 'vitest';
import {buildKernel} from '../../source/kernel/kernel.js';
import {SURGERY, surgeryLine} from '../../source/kernel/surgery.js';
import {Run} from '../support/machines.js';
import {HELLO, MARKED, withRegisters} from '../support/programs.js';

/** How a run ends and what it printed. */
const end = (without: readonly string[], text = HELLO, isolation = false): string => {
	const run = new Run(text, {kernel: {without, isolation}});
	return `${run.output.replaceAll('\n', '/')} ${run.end.split(',')[0]}`;
};

describe.each(SURGERY.map(({name}) => name))('without %s', name => {
	test('the kernel still assembles, differs in one line, and every run has a defined end', () => {
		const {file} = surgeryLine(name);
		const whole = buildKernel().sources.get(file)?.split('\n') ?? [];
		const cut = buildKernel({without: [name]}).sources.get(file)?.split('\n') ?? [];
		expect(cut.filter((line, index) => line !== whole[index])).toHaveLength(1);
		expect(end([name])).toMatch(/(exited with \d+|SIG[A-Z]+|panic|triple-fault|step-limit|waits)$/);
	});
});

test('without the stack switch the kernel works on the program’s stack, which SMAP forbids', () => {
	expect(end(['stack-switch'])).toMatch(/^Kernel panic - not syncing: double fault at ip 0x[0-9a-f]{16}, vector 0x08\/ panic$/);
});

test('without swapgs the first touch of a per-CPU variable goes astray', () => {
	expect(end(['swapgs'])).toMatch(/panic|triple-fault/);
});

test('without the push of r15 the program’s registers come back shifted', () => {
	const run = new Run(withRegisters(MARKED), {kernel: {without: ['push-r15']}});
	expect(run.end).not.toBe('exited with 0');
});

test('without the clearing of rbx a handler starts with what the program left there', () => {
	const at = (without: readonly string[]): bigint => {
		const run = new Run(withRegisters(MARKED), {kernel: {without}});
		return run.registersAt(run.events('pt_regs')[0].step).general.rbx;
	};

	expect([at([]), at(['clear-ebx'])]).toEqual([0n, MARKED.rbx]);
});

test('a name that no line has is refused with the names that there are', () => {
	expect(() => buildKernel({without: ['nonsense']})).toThrow(/no line is named nonsense; there are swapgs, save-rsp, /);
});
