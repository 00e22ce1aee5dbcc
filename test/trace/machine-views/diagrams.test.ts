import {beforeAll, describe, expect, test} from 'vitest';
import {kernelAddress} from '../../../source/kernel/kernel.js';
import {SymbolTable} from '../../../source/program/image.js';
import {bootDiagram} from '../../../source/trace/machine-views/boot-diagram.js';
import {crossingDiagram} from '../../../source/trace/machine-views/crossing-diagram.js';
import type {Diagram, Position} from '../../../source/trace/machine-views/diagram.js';
import {whereIs} from '../../../source/trace/machine-views/where-is.js';
import {imageOf, Run} from '../../support/machines.js';
import {program} from '../../support/programs.js';

/** Where a run is at a step. */
function at(run: Run, diagram: Diagram, step: number, symbols?: SymbolTable): Position {
	const {recording} = run;
	const registers = run.registersAt(step);
	return whereIs(diagram, recording.kernel, {step, registers, events: recording.events}, symbols === undefined ? undefined : {symbols});
}

/** The boxes that a run comes through, each once in a row. */
function way(run: Run, diagram: Diagram, from: number, to: number, symbols?: SymbolTable): string[] {
	const found: string[] = [];
	for (let step = from; step <= to; step++) {
		const now = at(run, diagram, step, symbols).now ?? '-';
		if (found.at(-1) !== now) found.push(now);
	}

	return found;
}

let run: Run;

beforeAll(() => {
	run = new Run(program('sys 39\nnop'));
});

describe('the boot chain', () => {
	test('comes through its functions in the order in which they are called, and back', () => {
		const end = run.recording.events.find(({kind}) => kind === 'iret')?.step ?? 0;
		const diagram = bootDiagram(run.recording.kernel);
		const found = way(run, diagram, 0, end);
		const first = found.filter((id, index) => found.indexOf(id) === index);
		expect(first).toEqual([
			'startup_64', 'start_kernel', 'trap_init', 'setup_cpu_entry_areas', 'sev_es_init_vc_handling', 'cpu_init_exception_handling', 'set_tss_desc', 'load_TR_desc',
			'idt_setup_traps', 'cpu_init', 'syscall_init', 'idt_syscall_init', 'rest_init',
		]);
		expect(found.slice(-5)).toEqual(['syscall_init', 'cpu_init', 'trap_init', 'start_kernel', 'rest_init']);
	});

	test('what is done, now and to come at the ltr', () => {
		const {kernel, events} = run.recording;
		const diagram = bootDiagram(kernel);
		const step = events.find(event => event.kind === 'boot' && event.label === 'load_TR_desc')?.step ?? 0;
		const {now, states, sentence} = at(run, diagram, step);
		expect([now, sentence]).toEqual(['load_TR_desc', 'Ltr makes the processor remember where the TSS is.']);
		expect(states).toMatchObject({startup_64: 'done', set_tss_desc: 'done', load_TR_desc: 'now', idt_setup_traps: 'ahead', rest_init: 'ahead', entry_SYSCALL_64: 'ahead'});
	});

	test('is done once a program runs; what recurs is ready, and now when its code runs', () => {
		const diagram = bootDiagram(run.recording.kernel);
		const {step} = run.events('syscall')[0];
		const {now, states} = at(run, diagram, step);
		expect([now, states.rest_init, states.update_task_stack, states.entry_SYSCALL_64]).toEqual([undefined, 'done', 'ready', 'ready']);
		expect(at(run, diagram, step + 1)).toMatchObject({now: 'entry_SYSCALL_64', states: {entry_SYSCALL_64: 'now', update_task_stack: 'ready', cpu_init: 'done'}});
	});

	test('its boxes have the addresses of their labels', () => {
		const {kernel} = run.recording;
		for (const {id, address} of bootDiagram(kernel).nodes) expect(address).toBe(kernelAddress(kernel, id));
	});
});

describe('the crossing', () => {
	test('goes in, through the handler, and back by sysretq', () => {
		const diagram = crossingDiagram(run.recording.kernel);
		const first = run.events('syscall')[0].step;
		const last = run.events('sysret')[0].step;
		expect(way(run, diagram, first - 1, last + 2)).toEqual([
			'program', 'syscall', 'entry', 'stack', 'pt_regs', 'do_syscall_64', 'dispatch', 'handler', 'do_syscall_64', 'result', 'restore', 'sysretq', 'back', 'program',
		]);
	});

	test('boxes before the present one are done, those behind it are ahead, and the other way out is skipped', () => {
		const diagram = crossingDiagram(run.recording.kernel);
		const {step} = run.events('dispatch')[0];
		expect(at(run, diagram, step).states).toEqual({
			program: 'done', syscall: 'done', entry: 'done', stack: 'done', pt_regs: 'done', do_syscall_64: 'done', dispatch: 'done', handler: 'now', result: 'ahead', restore: 'ahead', sysretq: 'ahead', iretq: 'ahead', back: 'ahead',
		});
		expect(at(run, diagram, run.events('sysret')[0].step).states).toMatchObject({restore: 'done', sysretq: 'now', iretq: 'skipped', back: 'ahead'});
		expect(at(run, diagram, run.events('sysret')[0].step + 1).states).toMatchObject({sysretq: 'done', iretq: 'skipped', back: 'now'});
	});

	test('the stack switch is a box of one instruction', () => {
		const diagram = crossingDiagram(run.recording.kernel);
		const {step} = run.events('stack-switch')[0];
		expect([step - 1, step, step + 1].map(each => at(run, diagram, each).now)).toEqual(['entry', 'stack', 'pt_regs']);
	});

	test('a return by iretq skips sysretq', () => {
		const stepped = new Run(program('movl $39, %eax\npushfq\norq $0x100, (%rsp)\npopfq\nsyscall\nnop'));
		const diagram = crossingDiagram(stepped.recording.kernel);
		const {step} = stepped.events('iret')[0];
		expect(way(stepped, diagram, step - 3, step)).toEqual(['restore', 'iretq']);
		expect(at(stepped, diagram, step).states).toMatchObject({sysretq: 'skipped', iretq: 'now'});
		expect(at(stepped, diagram, step + 1)).toMatchObject({now: 'back', states: {sysretq: 'skipped', iretq: 'done', back: 'now'}});
	});

	test('an exception of the program is no part of the way', () => {
		const faulted = new Run(program('sys 39\nud2'));
		const diagram = crossingDiagram(faulted.recording.kernel);
		const {step} = faulted.events('exception')[0];
		const {now, sentence} = at(faulted, diagram, step + 3);
		expect([now, sentence]).toEqual([undefined, 'An exception is being handled; the way goes on behind it.']);
	});

	test('a fault of the kernel on the way is an aside, behind which the handler goes on', () => {
		const bad = new Run(program('sys 1, 1, 16, 5\nnop'));
		const diagram = crossingDiagram(bad.recording.kernel);
		const [{step}] = bad.events('exception');
		const back = bad.events('iret').find(event => event.cpl === 0 && event.step > step)?.step ?? 0;
		expect([step, step + 1, back, back + 1].map(each => at(bad, diagram, each).now ?? '-')).toEqual(['handler', '-', '-', 'handler']);
		expect(at(bad, diagram, step + 1).states).toMatchObject({dispatch: 'done', handler: 'ahead'});
	});

	test('each task is on a way of its own', () => {
		const threads = new Run(
			program('movl $56, %eax\nmovl $0x100, %edi\nleaq stack_end(%rip), %rsi\nxorl %edx, %edx\nsyscall\ntestl %eax, %eax\njz 1f\nsys 24\nafter: sys 231\n1: sys 24\njmp 1b', '.bss\n.zero 4096\nstack_end: .zero 16'),
		);
		const diagram = crossingDiagram(threads.recording.kernel);
		const [away, back] = threads.events('switch');
		// The first thread is in sched_yield when the CPU passes to the second, which has made no call yet, and back.
		expect([at(threads, diagram, away.step - 1).now, at(threads, diagram, away.step + 2)]).toMatchObject(['handler', {sentence: 'The kernel runs, and this task has made no call yet.'}]);
		expect(at(threads, diagram, back.step + 2)).toMatchObject({now: 'handler', states: {dispatch: 'done', result: 'ahead'}});
	});

	test('before the first call the kernel is on no call’s way', () => {
		const {now, states} = at(run, crossingDiagram(run.recording.kernel), 100);
		expect([now, new Set(Object.values(states))]).toEqual([undefined, new Set(['ahead'])]);
	});

	test('functions of a C library have boxes of their own where the program has them', () => {
		const text = program('call main\nnop', 'main: call printf\nret\nprintf: call write\nret\nwrite: sys 39\nret');
		const library = new Run(text);
		const symbols = new SymbolTable(imageOf(text).symbols);
		const diagram = crossingDiagram(library.recording.kernel, {symbols});
		expect(diagram.nodes.slice(0, 5).map(({id}) => id)).toEqual(['program', 'main', 'printf', 'write', 'syscall']);
		const {step} = library.events('syscall')[0];
		const origin = library.recording.events.find(({kind}) => kind === 'iret')?.step ?? 0;
		expect(way(library, diagram, origin + 1, step, symbols)).toEqual(['program', 'main', 'printf', 'write', 'syscall']);
		const end = library.events('sysret')[0].step;
		expect(way(library, diagram, end + 1, end + 5, symbols)).toEqual(['back', 'printf', 'main', 'program']);
	});

	test('every box has a title and a caption of one sentence', () => {
		const {kernel} = run.recording;
		for (const {title, caption} of [...bootDiagram(kernel).nodes, ...crossingDiagram(kernel).nodes]) {
			expect(title).not.toBe('');
			expect(caption).toMatch(/^[A-Z0-9a-z][^\n]*\.$/);
		}
	});
});
