import {expect, test} from 'vitest';
import {ENTRY_WORK} from '../../source/kernel/constants.js';
import {kernelAddress} from '../../source/kernel/kernel.js';
import {Run} from '../support/machines.js';
import {HELLO} from '../support/programs.js';

test('a call that the filter refuses answers with the filter’s error number, and its handler is not reached', () => {
	const run = new Run(HELLO, {seccomp: [{nr: 1, action: 'errno', errno: 1}]});
	expect([run.results[0], run.output, run.end]).toEqual([-1, '', 'exited with 0']);
	expect(run.events('dispatch').map(({name}) => name)).toEqual(['exit']);
});

test('a call that the filter kills ends the process with SIGSYS', () => {
	const run = new Run(HELLO, {seccomp: [{nr: 60, action: 'kill'}]});
	expect([run.output, run.end.split(',').slice(0, 2)]).toEqual(['hello world\n', ['SIGSYS', ' code 1']]);
});

test('calls that no line of the filter names are allowed', () => {
	const run = new Run(HELLO, {seccomp: [{nr: 2, action: 'kill'}, {nr: 3, action: 'errno', errno: 13}]});
	expect([run.output, run.end]).toEqual(['hello world\n', 'exited with 0']);
});

test('the audit trail has each call with its arguments and its answer', () => {
	const run = new Run(HELLO, {audit: true});
	const {machine, kernel} = run.recording;
	const bytes = machine.readLinear(kernelAddress(kernel, 'audit_trail'), 2 << ENTRY_WORK.AUDIT_RECORD_SHIFT);
	const view = new DataView(bytes?.buffer ?? new ArrayBuffer(0));
	const record = (index: number): (number | bigint)[] => {
		const at = index << ENTRY_WORK.AUDIT_RECORD_SHIFT;
		return [view.getUint32(at + ENTRY_WORK.AUDIT_pid, true), view.getUint32(at + ENTRY_WORK.AUDIT_nr, true), view.getBigUint64(at + ENTRY_WORK.AUDIT_a0, true), view.getBigUint64(at + ENTRY_WORK.AUDIT_a2, true), view.getBigUint64(at + ENTRY_WORK.AUDIT_result, true)];
	};

	expect(record(0)).toEqual([42, 1, 1n, 12n, 12n]);
	expect(record(1).slice(0, 3)).toEqual([42, 60, 0n]);
});

/** Where rsp stands when the handler of each call is reached. */
const handlerStacks = (seed: bigint): bigint[] => {
	const run = new Run('.globl _start\n_start: movl $5, %ebx\n1: movl $39, %eax\nsyscall\ndecl %ebx\njnz 1b\nmovl $60, %eax\nsyscall', {seed});
	return run.events('dispatch').map(({step}) => run.registersAt(step).general.rsp);
};

test('the stack of a handler lies elsewhere in each call, and repeats with the seed', () => {
	const stacks = handlerStacks(12_345n);
	expect(new Set(stacks).size).toBeGreaterThan(3);
	expect(handlerStacks(12_345n)).toEqual(stacks);
	expect(handlerStacks(54_321n)).not.toEqual(stacks);
});

test('a filter with too many lines is refused', () => {
	const seccomp = Array.from({length: ENTRY_WORK.SECCOMP_LINES + 1}, (_, nr) => ({nr, action: 'kill' as const}));
	expect(() => new Run(HELLO, {seccomp})).toThrow('the filter has 17 lines');
});
