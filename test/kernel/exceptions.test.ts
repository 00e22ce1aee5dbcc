import {describe, expect, test} from 'vitest';
import {FAULTS} from '../support/faults.js';
import {Run} from '../support/machines.js';
import {program} from '../support/programs.js';

describe('an exception of the program ends it with the signal that Linux gives', () => {
	test.each(FAULTS)('$what', ({text, end}) => {
		expect(new Run(text).end).toBe(end);
	});
});

test.each([
	['sidt', 'sidt -16(%rsp)'],
	['sgdt', 'sgdt -16(%rsp)'],
	['sldt', 'sldt %ax'],
	['str', 'str %ax'],
	['smsw', 'smsw %ax'],
])('%s tells a program nothing of the kernel’s tables', (_name, line) => {
	const run = new Run(program(line));
	expect(run.end).toBe('SIGSEGV, code 128, address 0x0');
	expect(run.events('exception')).toMatchObject([{vector: 13, errorCode: 0, cpl: 3}]);
});

test('int $0x80 finds no gate, and its error code names the vector', () => {
	const run = new Run(program('fault: int $0x80'));
	expect(run.end).toBe('SIGSEGV, code 128, address 0x0');
	expect(run.events('exception')).toMatchObject([{vector: 13, errorCode: 0x80 * 8 + 2, rip: run.address('fault')}]);
});

test('gates that are not meant for programs are closed to their int', () => {
	for (const vector of [0, 1, 2, 6, 8, 13, 14, 18, 32, 255]) {
		const run = new Run(program(`int $${vector}`));
		expect([run.end, run.events('exception')[0].errorCode]).toEqual(['SIGSEGV, code 128, address 0x0', vector * 8 + 2]);
	}
});

test('vmcall is the kernel’s alone', () => {
	expect(new Run(program('nop\nfault: vmcall')).end).toBe('SIGILL, code 2, address fault');
});

test('int1 is a trap: the address is behind it', () => {
	expect(new Run(program('.byte 0xf1\nbehind: nop')).end).toBe('SIGTRAP, code 1, address behind');
});

test('the processor switches to the entry stack and pushes five words and an error code; the kernel moves them to the thread’s stack', () => {
	const run = new Run(program('movq $0x1234, %rsp\nfault: movl 16, %eax'));
	const [{step, ...exception}] = run.events('exception');
	expect(exception).toEqual({kind: 'exception', vector: 14, name: '#PF', rip: run.address('fault'), cpl: 3, errorCode: 4, cr2: 16n});
	const [first] = run.events('stack-switch');
	expect(first).toEqual({step, kind: 'stack-switch', from: 0x1234n, to: 0xffff_fe00_0000_3000n, stack: 'entry'});
	const frame = run.events('push').filter(({hardware}) => hardware);
	expect(frame.map(({address, value}) => [address, value])).toEqual([
		[0xffff_fe00_0000_2ff8n, 0x2bn],
		[0xffff_fe00_0000_2ff0n, 0x1234n],
		[0xffff_fe00_0000_2fe8n, 0x1_0202n],
		[0xffff_fe00_0000_2fe0n, 0x33n],
		[0xffff_fe00_0000_2fd8n, run.address('fault')],
		[0xffff_fe00_0000_2fd0n, 4n],
	]);
	expect(run.events('stack-switch').map(({stack}) => stack)).toEqual(['entry', 'thread']);
});

test('a stack pointer that is no address at all does not keep an exception out of the kernel', () => {
	expect(new Run(program('movabsq $0x8000000000000000, %rsp\nfault: ud2')).end).toBe('SIGILL, code 2, address fault');
});

test('a fault behind system calls is delivered like the first', () => {
	const run = new Run(program('sys 39\nsys 1, 1, 0, 5\nfault: movl %eax, 8'));
	expect([run.results, run.end]).toEqual([[42, -14], 'SIGSEGV, code 1, address 0x8']);
});

test('what was printed before the end stays printed', () => {
	const run = new Run(program('sys 1, 1, text, 3\nud2', 'text: .ascii "abc"'));
	expect(run.output).toBe('abc');
});
