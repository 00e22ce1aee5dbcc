import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {EVENT_KINDS} from '../../source/lab/language/events.js';
import {parseExpression, parsePoint} from '../../source/lab/language/parser.js';
import {Unreadable} from '../../source/lab/language/functions.js';
import {Unreached} from '../../source/lab/language/scene.js';
import {SyntaxProblem} from '../../source/lab/language/syntax.js';
import {showNumber} from '../../source/lab/language/values.js';
import {front, LabsFolder, page, Stand} from './labs.js';

const labs = new LabsFolder();
afterAll(() => labs.remove());

/** The problem of a text, with where it is. */
function problemOf(read: () => unknown): string {
	try {
		read();
	} catch (error) {
		if (!(error instanceof SyntaxProblem)) throw error;
		return `${error.offset}: ${error.message}`;
	}

	return 'none';
}

describe('points', () => {
	test.each([
		['start', {to: 'start'}],
		['end', {to: 'end'}],
		['here', {to: 'here'}],
		['at end', {to: 'end'}],
		['before syscall', {to: 'before', event: 'syscall', nth: 1}],
		['after syscall[2]', {to: 'after', event: 'syscall', nth: 2}],
		['after stack-switch[last]', {to: 'after', event: 'stack-switch', nth: 'last'}],
		['before result[write]', {to: 'before', event: 'result', of: 'write', nth: 1}],
		['before result[write 3]', {to: 'before', event: 'result', of: 'write', nth: 3}],
		['after push[ip next]', {to: 'after', event: 'push', of: 'ip', nth: 'next'}],
		['at do_syscall_64', {to: 'label', label: 'do_syscall_64', nth: 1}],
		['at loop[5]', {to: 'label', label: 'loop', nth: 5}],
	])('%s is read', (text, point) => {
		expect(parsePoint(text)).toEqual(point);
	});

	test.each([
		['', '0: nothing was found, expected start, end, here, before EVENT, after EVENT or at LABEL'],
		['syscall', '0: syscall was found, expected start, end, here, before EVENT, after EVENT or at LABEL'],
		['before syscal', `7: there is no event syscal; did you mean syscall?; there are ${EVENT_KINDS.join(', ')}`],
		['before syscall[0]', '15: 0 was found; the first one has the number 1'],
		['before swapgs[write]', '14: swapgs has no names to choose by; write a number, last or next'],
		['before syscall 2', '15: 2 was found where an operator or the end was expected'],
		['before syscall[', '15: the end was found, expected which one: a number, last or next'],
		['at 7', '3: 7 was found, expected a label, start, end or here'],
	])('“%s” is refused with where and why', (text, problem) => {
		expect(problemOf(() => parsePoint(text))).toBe(problem);
	});
});

describe('expressions that are none', () => {
	test.each([
		['', '0: the end was found, expected a value'],
		['rdi +', '5: the end was found, expected a value'],
		['rdi rsi', '4: rsi was found where an operator or the end was expected'],
		['(rdi', '4: the end was found, expected ) for the ( before'],
		['regs->rdi', '6: struct pt_regs has no field rdi; did you mean di?; it has r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss'],
		['regs->', '6: struct pt_regs has no field without a name; it has r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss'],
		['syscall.number', '8: syscall has no field number; it has step, nr, name, pid, args, rip, target, rcx, r11, rsp'],
		['syscall.args', '12: the end was found, expected [ and which argument, from 0, as in syscall.args[0]'],
		['syscall.args[6]', '13: 6 was found, expected 0 to 5: a call has six arguments'],
		['u64[rsp', '7: the end was found, expected ] for the [ before'],
		['u64 + 1', '4: + was found, expected [ with an address, as in u64[rsp]'],
		['hexx(rdi)', '0: there is no function hexx; did you mean hex?; there are hex, dec, signed, char, errno, symbol, function, line, instruction, mapped, canonical'],
		['2 before syscall', '2: a number is the same at every point; put ( ) around what the point is for'],
		['&rdi', '1: & gives the address of a pt_regs field or of memory, as in &regs->ip'],
		['rdi ? 1', '4: ? begins nothing that is known; numbers, names, "texts" and -> == != <= >= << >> < > + - * / % & | ^ ~ ( ) [ ] , . are'],
	])('“%s” is refused with where and why', (text, problem) => {
		expect(problemOf(() => parseExpression(text))).toBe(problem);
	});

	test('any text at all is an expression or a problem within it, never anything else', () => {
		const words = ['rdi', 'before', 'after', 'syscall', '[', ']', '(', ')', '.', '->', 'regs', '1', '"x"', 'and', 'not', '-', '==', 'u64', 'text', ',', 'args', 'at', 'end', '&', 'hex'];
		const texts = fc.oneof(fc.string({unit: 'binary', maxLength: 30}), fc.array(fc.constantFrom(...words), {maxLength: 12}).map(parts => parts.join(' ')));
		fc.assert(fc.property(texts, text => {
			const found = problemOf(() => parseExpression(text));
			if (found !== 'none') expect(Number.parseInt(found, 10)).toBeLessThanOrEqual(text.length);
		}), {numRuns: 2000});
	});
});

describe('what expressions come to on a machine', () => {
	let stand: Stand;
	beforeAll(() => {
		stand = new Stand(labs.bench({lab: `${front({values: '{marker: {from: 77, to: 78}}'})}${page('go: before syscall')}`}, {branches: false})).go();
	});

	test.each<[string, unknown]>([
		['0x10 + 0b11 + 1_000', 1019n],
		["'A'", 65n],
		['2 + 3 * 4', 14n],
		['(2 + 3) * 4', 20n],
		['1 << 12 | 5', 4101n],
		['10 - 11', 0xffff_ffff_ffff_ffffn],
		['-9', -9n],
		['~0', 0xffff_ffff_ffff_ffffn],
		['7 % 4 == 3 and not 1 == 2', true],
		['-1 < 1', true],
		['0xffffffffffffffff < 1', false],
		['0xffffffffffffffff == -1', true],
		['EBADF', 9n],
		['SYS_write', 1n],
		['__USER_CS', 0x33n],
		['rdi before syscall', 1n],
		['edx before syscall', 6n],
		['bl before syscall', 0x34n],
		['bh before syscall', 0x12n],
		['rax after sysret', 6n],
		['rcx after syscall == rip before syscall + 2', true],
		['IF before syscall', 1n],
		['IF after syscall', 0n],
		['cpl before syscall', 3n],
		['cs after syscall', 0x10n],
		['stack after syscall', 'user'],
		['stack after stack-switch', 'thread'],
		['regs->di before pt_regs', 1n],
		['&regs->ip before pt_regs - &regs->r15 before pt_regs', 128n],
		['u64[rsp] before syscall', 1n],
		['text[message, 5] before syscall', 'hello'],
		['u8[message + 1] before syscall', 0x65n],
		['syscall.nr', 1n],
		['syscall.name', 'write'],
		['syscall[2].name', 'getpid'],
		['syscall[write].args[2]', 6n],
		['result[getpid].value', 42n],
		['dispatch.handler', '__x64_sys_write'],
		['sysret.rip == behind', true],
		['push[ip].value == behind', true],
		['cpu_current_top_of_stack before syscall - rsp after stack-switch', 0n],
		['tss.sp2 before stack-switch == rsp before syscall', true],
		['symbol(rip after syscall)', 'entry_SYSCALL_64'],
		['function(rip after dispatch)', '__x64_sys_write'],
		['line(rip before syscall)', 'call: syscall'],
		['instruction(rip before sysret)', 'sysretq'],
		['hex(rax after sysret)', '0x6'],
		['signed(0xfffffffffffffff7)', -9n],
		['errno(-9)', 'EBADF'],
		['mapped(rsp before syscall)', true],
		['mapped(0)', false],
		['canonical(1 << 47)', false],
		['console after result', 'hello\n'],
		['console before syscall', ''],
		['exit_status', 0n],
		['steps before syscall', 5n],
		['user_steps before syscall', 5n],
		['kernel_steps before syscall', 0n],
		['user_steps after syscall', 6n],
		['stack after syscall == user', true],
		['dispatch.handler == __x64_sys_write', true],
		['marker == 77 or marker == 78', true],
		['lstar == entry_SYSCALL_64', true],
	])('%s', (text, expected) => {
		expect(stand.value(text)).toEqual(expected);
	});

	test('kernel and user steps are all steps', () => {
		expect(BigInt(String(stand.value('kernel_steps'))) + BigInt(String(stand.value('user_steps')))).toBe(stand.value('steps'));
	});

	test('the last of a kind is the last so far, and the next begins where the machine stands', () => {
		const other = new Stand(labs.bench({lab: `${front()}${page('go: before syscall')}`}, {branches: false})).go({to: 'before', event: 'syscall', nth: 3});
		expect([other.value('syscall[last].name'), other.value('result[last].nr')]).toEqual(['getpid', 39n]);
		expect(() => other.value('rax after syscall[next]')).toThrow(Unreached);
		other.go().go({to: 'before', event: 'syscall', nth: 2});
		expect(() => other.value('result[next].value')).toThrow('the run has not come past the next result');
	});

	test('what the learner has not come to is not known, even where the machine has been there', () => {
		const other = new Stand(labs.bench({lab: `${front()}${page('go: before syscall')}`}, {branches: false})).go().go({to: 'after', event: 'syscall', nth: 1});
		expect(other.value('rcx after syscall')).toBe(other.value('behind'));
		for (const text of ['rax after sysret', 'console at end', 'exit_status', 'rip at behind']) expect(() => other.value(text), text).toThrow(Unreached);
	});

	test.each([
		['u64[0]', 'nothing is mapped at 0x0'],
		['1 / 0', 'a division by 0'],
		['1 << 64', 'a shift by 64'],
		['console + 1', '“hello\n” is a text, a number is needed'],
		['syscall[2].args[0] / (rdi - rdi)', 'a division by 0'],
	])('%s can’t be told: %s', (text, why) => {
		expect(() => stand.value(text)).toThrow(new Unreadable(why));
	});
});

test.each([[0n, '0'], [4095n, '4095'], [4096n, '0x1000'], [-9n, '-9 (EBADF)'], [0xffff_ffff_ffff_fff7n, '-9 (EBADF)'], [0x7fff_ffff_e000n, '0x7fffffffe000'], [-5000n, '-0x1388']])('%s is shown as %s', (value, text) => {
	expect(showNumber(value)).toBe(text);
});
