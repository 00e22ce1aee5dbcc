import {expect, test} from 'vitest';
import {exitedStatus, killedStatus, recordLine, siginfoBytes, StraceRecorder, type TraceRecord} from '../../../source/trace/strace/index.js';
import {failing, memoryOf, nothing, Tasks, text, words} from './support.js';

function recorded(use: (tasks: Tasks, recorder: StraceRecorder) => void): TraceRecord[] {
	const records: TraceRecord[] = [];
	const recorder = new StraceRecorder({record: record => records.push(record)});
	use(new Tasks(recorder), recorder);
	recorder.finish();
	return records;
}

const PATH = 0x1000n;

test('a call is one object, with each argument’s name, type, register, text and value', () => {
	const [record] = recorded(tasks => {
		tasks.enter(42, 'openat', [-100, PATH, 0o2_000_101, 0o640], memoryOf([PATH, text('/tmp/ä')]), 100);
		tasks.leave(42, 3, nothing, 900);
	});
	expect(record).toEqual({
		kind: 'call', pid: 42, step: 100, name: 'openat', nr: 257,
		args: [
			{name: 'dirfd', type: 'dirfd', raw: 0xffff_ffff_ffff_ff9cn, text: 'AT_FDCWD', value: -100},
			{name: 'pathname', type: 'in path', raw: 0x1000n, text: String.raw`"/tmp/\344"`, value: '/tmp/\ufffd'},
			{name: 'flags', type: 'flags:open', raw: 0o2_000_101n, text: 'O_WRONLY|O_CREAT|O_CLOEXEC', value: 0o2_000_101},
			{name: 'mode', type: 'mode', raw: 0o640n, text: '0640', value: 0o640},
		],
		result: {raw: 3n, text: '3'}, endStep: 900,
	});
});

test('a line of JSON has 64-bit registers as text', () => {
	const [record] = recorded(tasks => {
		tasks.call(1, 'lseek', [3, -5, 0], failing('EINVAL'));
	});
	expect(JSON.parse(recordLine(record))).toEqual({
		kind: 'call', pid: 1, step: 0, name: 'lseek', nr: 8,
		args: [
			{name: 'fd', type: 'fd', raw: '0x3', text: '3', value: 3}, {name: 'offset', type: 'offset', raw: '0xfffffffffffffffb', text: '-5', value: -5},
			{name: 'whence', type: 'whence', raw: '0x0', text: 'SEEK_SET', value: 0},
		],
		result: {raw: '0xffffffffffffffea', text: '-1 EINVAL (Invalid argument)', errno: 'EINVAL'}, endStep: 0,
	});
});

test('arguments that a call does not look at are left out, and what it changes is told as it has become', () => {
	const [open, wait] = recorded(tasks => {
		tasks.call(1, 'open', [PATH, 0, 0o777], 3, memoryOf([PATH, text('x')]));
		tasks.enter(1, 'clock_gettime', [1, PATH], nothing);
		tasks.leave(1, 0, memoryOf([PATH, words(7, 8)]));
	});
	expect('args' in open && open.args.map(({name}) => name)).toEqual(['pathname', 'flags']);
	expect('args' in wait && wait.args.map(({type, text}) => [type, text])).toEqual([['clockid', 'CLOCK_MONOTONIC'], ['out timespec', '{tv_sec=7, tv_nsec=8}']]);
});

test('numbers without a call, calls without an end, signals and ends', () => {
	const records = recorded((tasks, recorder) => {
		recorder.enter(1, {nr: 9999, args: [1n], memory: nothing});
		recorder.leave(1, {result: failing('ENOSYS'), memory: nothing});
		recorder.signal(1, siginfoBytes({signo: 8, code: 1, address: 0x401000n}), 50);
		tasks.enter(1, 'pause');
		recorder.ended(1, killedStatus(9), 60);
		recorder.ended(2, exitedStatus(3), 70);
		tasks.enter(3, 'getpid');
	});
	expect(records.map(record => ('args' in record ? [record.name, record.args.length, record.result?.errno] : [record.kind, record.text, record.signal, record.status]))).toEqual([
		['syscall_0x270f', 6, 'ENOSYS'], ['signal', 'SIGFPE {si_signo=SIGFPE, si_code=FPE_INTDIV, si_addr=0x401000}', 'SIGFPE', undefined],
		['pause', 0, undefined], ['end', 'killed by SIGKILL', 'SIGKILL', undefined], ['end', 'exited with 3', undefined, 3], ['getpid', 0, undefined],
	]);
});
