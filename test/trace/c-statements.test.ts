import {expect, test} from 'vitest';
import {buildKernel, kernelAddress} from '../../source/kernel/kernel.js';
import {addressesOfStatement, linkedLineAt, linkedLines, statementOf} from '../../source/trace/c-statements.js';

const kernel = buildKernel();

/** The address of the first instruction of a line of the kernel's text, found without the code under test. */
function addressOf(file: string, code: RegExp): bigint {
	const line = (kernel.sources.get(file) ?? '').split('\n').findIndex(text => code.test(text)) + 1;
	const [place] = kernel.lines.of(file, line);
	return place.address;
}

test('the C of an instruction is that of its line', () => {
	expect(statementOf(kernel, addressOf('syscall_64.s', /call\s+do_syscall_x64/))).toBe('if (!do_syscall_x64(regs, nr) && nr != -1)');
	expect(statementOf(kernel, addressOf('entry_64.s', /call\s+do_syscall_64/))).toBe('do_syscall_64(regs, nr)');
	expect(statementOf(kernel, addressOf('traps.s', /call\s+cpu_init\b/))).toBe('cpu_init();');
});

test('the depth in blocks is told apart from the text', () => {
	const line = linkedLineAt(kernel, addressOf('syscall_64.s', /movq\s+%rax, PT_REGS_ax\(%rbx\)\s+# C: \tregs->ax = x64_sys_call/));
	expect([line?.statement, line?.depth]).toEqual(['regs->ax = x64_sys_call(regs, unr);', 1]);
});

test('a statement on a line without code belongs to the code behind it', () => {
	const address = kernelAddress(kernel, '__switch_to_asm');
	expect(statementOf(kernel, address)).toMatch(/^switch_to\(.*\);$/);
});

test('lines without C have none, nor have addresses that are no code', () => {
	expect(statementOf(kernel, kernelAddress(kernel, 'entry_SYSCALL_64'))).toBeUndefined();
	expect(statementOf(kernel, 0x401000n)).toBeUndefined();
	expect(linkedLineAt(kernel, 0n)).toBeUndefined();
});

test('the lines of a file are its text, each with its addresses', () => {
	const lines = linkedLines(kernel, 'entry_64.s');
	expect(lines.map(({text}) => text).join('\n')).toBe(kernel.sources.get('entry_64.s'));
	expect(lines.map(({number}) => number)).toEqual(lines.map((_, index) => index + 1));
	const linked = new Set(lines.flatMap(({addresses}) => addresses));
	const known = kernel.lines.lines.filter(({file}) => file === 'entry_64.s').map(({address}) => address);
	expect(linked).toEqual(new Set(known));
	expect(lines).toBe(linkedLines(kernel, 'entry_64.s'));
});

test('the generated cases of the table are linked too', () => {
	const [address] = addressesOfStatement(kernel, 'syscalls_64.s', 'case 1: return __x64_sys_write(regs);');
	expect(statementOf(kernel, address)).toBe('case 1: return __x64_sys_write(regs);');
	expect(linkedLineAt(kernel, address)?.text).toContain('__x64_sys_write');
});

test('each statement leads to addresses that lead back to it', () => {
	let count = 0;
	for (const file of kernel.sources.keys()) {
		for (const {statement, addresses} of linkedLines(kernel, file)) {
			if (statement === undefined || addresses.length === 0) continue;
			count++;
			expect(addressesOfStatement(kernel, file, statement)).toEqual(expect.arrayContaining([...addresses]));
			for (const address of addresses) expect(statementOf(kernel, address)).toBe(statement);
		}
	}

	expect(count).toBeGreaterThan(100);
});

test('a file that is not there has no statements', () => {
	expect(linkedLines(kernel, 'nowhere.s').filter(({statement}) => statement !== undefined)).toEqual([]);
});
