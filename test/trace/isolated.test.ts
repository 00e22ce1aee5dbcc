import {expect, test} from 'vitest';
import {PER_CPU, FIRST_PID} from '../../source/kernel/constants.js';
import {buildKernel} from '../../source/kernel/kernel.js';
import {boot} from '../../source/kernel/loader.js';
import {readPerCpu} from '../../source/trace/kernel-state.js';
import {Recording} from '../../source/trace/recording.js';
import {imageOf} from '../support/machines.js';
import {program} from '../support/programs.js';

/** A run that is over, on a kernel whose variables the program’s page tables do not map. */
function isolated(): Recording {
	const kernel = buildKernel({isolation: true});
	const recording = new Recording(boot(kernel, imageOf(program('sys 39')), {memory: 8 * 1024 * 1024, argv: ['./test']}), kernel);
	recording.advance(100_000);
	return recording;
}

test('with isolation a call names its task, though it begins on tables that do not map the task', () => {
	const calls = isolated().events.flatMap(event => (event.kind === 'syscall' ? [event.pid] : []));
	expect(calls.length).toBeGreaterThan(0);
	expect(new Set(calls)).toEqual(new Set([FIRST_PID]));
});

test('with isolation per-CPU variables can be read on both sides', () => {
	const recording = isolated();
	const call = recording.events.find(event => event.kind === 'syscall');
	const built = recording.events.find(event => event.kind === 'pt_regs');
	const tops = [call, built].map(event => {
		recording.seek(event?.step ?? 0);
		return readPerCpu(recording.machine, recording.kernel, PER_CPU.cpu_current_top_of_stack);
	});
	expect(tops).toEqual([0xffff_c900_0000_8000n, 0xffff_c900_0000_8000n]);
});
