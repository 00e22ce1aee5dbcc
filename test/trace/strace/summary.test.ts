import {expect, test} from 'vitest';
import {exitedStatus, StraceSummary} from '../../../source/trace/strace/index.js';
import {failing, nothing, Tasks} from './support.js';

test('calls are counted with their errors and the steps that the kernel has done for them', () => {
	const summary = new StraceSummary();
	const tasks = new Tasks(summary);
	tasks.enter(1, 'write', [1, 0, 0], nothing, 1000);
	tasks.leave(1, 5, nothing, 1750);
	tasks.enter(1, 'close', [9], nothing, 2000);
	tasks.leave(1, failing('EBADF'), nothing, 2100);
	tasks.enter(1, 'close', [3], nothing, 3000);
	tasks.leave(1, 0, nothing, 3150);
	tasks.enter(1, 'exit_group', [0], nothing, 4000);
	summary.ended(1);
	expect(summary.lines()).toEqual([
		'% steps       steps  steps/call     calls    errors syscall',
		'------ ----------- ----------- --------- --------- ----------------',
		' 75.00         750         750         1           write',
		' 25.00         250         125         2         1 close',
		'  0.00           0           0         1           exit_group',
		'------ ----------- ----------- --------- --------- ----------------',
		'100.00        1000         250         4         1 total',
	]);
});

test('calls of several tasks are told from one another, and steps may be told with the end', () => {
	const summary = new StraceSummary();
	const tasks = new Tasks(summary);
	tasks.enter(1, 'read', [], nothing, 100);
	tasks.enter(2, 'getpid', [], nothing, 150);
	tasks.leave(2, 2, nothing, 200);
	summary.leave(1, {result: 0n, memory: nothing, step: 900, steps: 40});
	expect(summary.lines().slice(2, 4)).toEqual([' 55.56          50          50         1           getpid', ' 44.44          40          40         1           read']);
});

test('nothing is counted of what a filter leaves out, and a trace without calls has an empty table', () => {
	const summary = new StraceSummary(() => false);
	const tasks = new Tasks(summary);
	tasks.call(1, 'getpid', [], 1);
	summary.finish();
	expect(summary.lines().slice(2)).toEqual(['------ ----------- ----------- --------- --------- ----------------', '  0.00           0           0         0           total']);
	expect(exitedStatus(256 + 3)).toBe(0x300);
});
