import {describe, expect, test} from 'vitest';
import {StraceLog} from '../../source/trace/strace-log.js';
import {RunOfAddress} from '../../source/trace/run-of-address.js';
import {Run} from '../support/machines.js';

const PROGRAM = `	.globl _start
_start:	movl $1, %eax
	movl $1, %edi
	leaq message(%rip), %rsi
	movl $6, %edx
	syscall
	movl $3, %eax
	movl $77, %edi
	syscall
	movl $39, %eax
	syscall
	movq $0, %rax
	movq (%rax), %rbx
	.data
message: .ascii "hello\\n"
`;

describe('a log of calls', () => {
	const run = new Run(PROGRAM);
	const {recording} = run;
	const log = new StraceLog(recording);
	const calls = run.events('syscall');

	test('has each call as strace writes it, the signal, and the end', () => {
		expect(log.around(recording.length).map(({kind, text}) => `${kind}: ${text}`)).toEqual([
			'call: write(1, "hello\\n", 6)                  = 6',
			'call: close(77)                               = -1 EBADF (Bad file descriptor)',
			'call: getpid()                                = 42',
			'signal: --- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL} ---',
			'end: +++ killed by SIGSEGV +++',
		]);
	});

	test('knows where each began and ended', () => {
		const [write] = log.around(recording.length);
		expect([write.step, write.endStep]).toEqual([calls[0].step, run.events('result')[0].step]);
	});

	test('says the same from wherever it is asked, as it did before', () => {
		const end = log.around(recording.length);
		for (const step of [calls[0].step, calls[1].step + 3, calls[2].step, 0]) {
			recording.seek(step);
			expect(new StraceLog(recording).around(step).map(({text}) => text)).toEqual(end.map(({text}) => text));
		}
	});

	test('has a call without its result while it is not known, and with it when it is', () => {
		const other = new Run(PROGRAM).recording;
		const own = new StraceLog(other);
		const first = calls[0].step;
		// The run is edited in the midst of the call: what came after has not happened.
		other.seek(first + 20);
		other.edit(machine => machine.registers.set('r15', 1n));
		expect(own.around(first + 20).map(({text, endStep}) => [text, endStep])).toEqual([['write(1, "hello\\n", 6', undefined]]);
		other.advance(100_000);
		expect(own.around(other.length)[0].text).toBe('write(1, "hello\\n", 6)                  = 6');
	});
});

describe('the run of an address', () => {
	const run = new Run(PROGRAM);
	const {recording} = run;
	const runs = new RunOfAddress(recording);
	const entry = recording.kernel.symbols.addressOf('entry_SYSCALL_64') ?? 0n;
	const calls = run.events('syscall').map(({step}) => step + 1);

	test('is the last one before the cursor, else the first one behind it', () => {
		expect(runs.nearest(entry, calls[1] + 5)).toBe(calls[1]);
		expect(runs.nearest(entry, calls[1])).toBe(calls[0]);
		expect(runs.nearest(entry, calls[0] - 2)).toBe(calls[0]);
		expect(runs.nearest(entry, recording.length)).toBe(calls.at(-1));
	});

	test('is none where the instruction was not run near the cursor', () => {
		expect(runs.nearest(0x1234n, calls[1])).toBeUndefined();
		expect(runs.nearest(entry + 1n, calls[1])).toBeUndefined();
	});
});
