import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {assemble} from '../../../source/program/assemble.js';
import {link} from '../../../source/program/link.js';
import {signalProgram} from '../../kernel/signals/both.js';
import {buildKernel, type KernelOptions} from '../../../source/kernel/kernel.js';
import {boot} from '../../../source/kernel/loader.js';
import {applyChange} from '../../../source/trace/branches/change.js';
import {parseChanges} from '../../../source/trace/branches/change-text.js';
import {savedField} from '../../../source/trace/contract/attacks/attack.js';
import {Monitor, type Violation, violationText} from '../../../source/trace/contract/monitor.js';
import {PROMISES} from '../../../source/trace/contract/promises.js';
import {Names} from '../../../source/trace/names.js';
import {Recording} from '../../../source/trace/recording.js';
import {Walk} from '../../../source/trace/walk.js';
import {ownEntry} from '../../support/entries.js';
import {fingerprint, imageOf} from '../../support/machines.js';
import {HELLO, MARKED, program, withRegisters} from '../../support/programs.js';
import {randomProgram} from '../../support/random-programs.js';
import {COUNTERS, TURNS} from '../../support/threads.js';

/** How to watch. */
interface WatchOptions {
	readonly limit?: number;
	/** Changes at the first result. */
	readonly edit?: string;
	readonly stopsAtFirst?: boolean;
	readonly include?: (name: string) => string | undefined;
}

/** What the monitor sees of a run. */
function watch(text: string, kernelOptions: KernelOptions = {}, {limit = 40_000, edit = '', stopsAtFirst = false, include = (): string | undefined => undefined}: WatchOptions = {}): {readonly violations: readonly Violation[]; readonly recording: Recording} {
	const kernel = buildKernel(kernelOptions);
	const image = link([assemble({name: 'test.s', text}, {include})]);
	const names = new Names(kernel, {image});
	const recording = new Recording(boot(kernel, image, {memory: 8 * 1024 * 1024}), kernel);
	if (edit !== '') {
		recording.advance(limit, event => event.kind === 'result');
		recording.seek(recording.events.find(({kind}) => kind === 'result')?.step ?? 0);
		for (const change of parseChanges(edit)) recording.edit(machine => applyChange(machine, change));
		recording.seek(0);
	}

	const monitor = new Monitor(kernel, names, stopsAtFirst);
	new Walk(recording, [monitor]).go(limit);
	return {violations: monitor.violations, recording};
}

const broken = (...of: Parameters<typeof watch>): string[] => watch(...of).violations.map(({promise}) => promise.name);

describe.each<[string, KernelOptions]>([['mainline', {}], ['isolation', {isolation: true}], ['the entry stack off', {entryStack: false}]])('with %s', (_, kernel) => {
	test.each(Object.entries({
		HELLO, TURNS, COUNTERS,
		marks: withRegisters(MARKED),
		fault: program('movq 0, %rax'),
		trap: program('int3'),
		'a bad pointer': program('sys 1, 1, 0xffffffff81000000, 8\nsys 1, 1, 0x10, 8'),
		'threads that come and go': program(`movl $5, %ebx
1:	sys 56, 0x10f00, stack
	testl %eax, %eax
	jz 2f
	sys 24
	sys 24
	decl %ebx
	jnz 1b
	sys 231
2:	sys 60`, '.bss\n.zero 512\nstack: .zero 16'),
		...Object.fromEntries([61, 62, 63].map(seed => [`random program ${seed}`, randomProgram(seed)])),
	}))('the kernel keeps all its promises: %s', (__, text) => {
		expect(watch(text, kernel, {limit: text === COUNTERS ? 40_000 : 8000}).violations.map(violationText)).toEqual([]);
	});
});

describe.each<[string, KernelOptions]>([['mainline', {}], ['isolation', {isolation: true}], ['the entry stack off', {entryStack: false}], ['the second door', {door80: true}]])('with %s and the whole of the kernel', (_, kernel) => {
	const folder = path.join(import.meta.dirname, '../../kernel/programs');
	const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
	const programs: Readonly<Record<string, string>> = {
		...Object.fromEntries(readdirSync(folder).filter(name => name !== 'check.s').map(name => [name, read(name)])),
		'signals with a handler': signalProgram(`
	action SIGUSR1, handler, SA_SIGINFO
	movl $5, %ebx
1:	raise SIGUSR1
	decl %ebx
	jnz 1b`, 'handler: movl $7, %ecx\n\tret'),
		'two calls through the second door': program('movl $39, %eax\nmovl $0x77, %ecx\nmovl $0x88, %r11d\nint $0x80\nint $0x80'),
	};

	test.each(Object.entries(programs))('the kernel keeps all its promises: %s', (__, text) => {
		expect(watch(text, kernel, {include: read}).violations.map(violationText)).toEqual([]);
	});
});

/** A broken kernel and the promise that it breaks: one entry path a row, or a change of the saved registers in the call. */
test.each<[string, string, Parameters<typeof watch>]>([
	['own-stack', 'the stack of the boot code', [HELLO, {entry: ownEntry(['movq\t%gs:cpu_current_top_of_stack, %rsp', 'movq\t$init_stack_top, %rsp'])}]],
	['saved', 'rcx in the place of rdx', [withRegisters(MARKED), {entry: ownEntry(['pushq\t%rdx', 'pushq\t%rcx'])}]],
	['cleared', 'nothing is cleared', [withRegisters(MARKED), {entry: ownEntry(['xorl\t%r12d, %r12d', ''])}]],
	['in-range', 'a number that nobody has checked', [HELLO, {entry: ownEntry(['call\tdo_syscall_64', 'movl\t$5000, %esi\n\tcall\tx64_sys_call'])}]],
	['clamped', 'a number that nobody has masked', [HELLO, {entry: ownEntry(['call\tdo_syscall_64', 'movl\t$39, %esi\n\tcall\tx64_sys_call'])}]],
	['guard', 'pushes without end', [HELLO, {entry: ownEntry(['call\tdo_syscall_64', '1:\tpushq\t$0\n\tjmp\t1b'])}]],
	['no-fault', 'an instruction that there is not', [HELLO, {entry: ownEntry(['call\tdo_syscall_64', 'ud2'])}]],
	['kernel-stack', 'the program’s stack pointer is back too early', [HELLO, {entry: ownEntry(['popq\t%rdi\n\tpopq\t%rsp', 'movq\t8(%rsp), %rsp\n\tpopq\t%rdi'])}]],
	['sysret-address', 'rcx is not the program’s rip', [HELLO, {entry: ownEntry(['\tsysretq', '\tmovabsq\t$0x8000000000000000, %rcx\n\tsysretq'])}]],
	['sysret-flags', 'r11 has TF', [HELLO, {entry: ownEntry(['\tsysretq', '\torq\t$0x100, %r11\n\tsysretq'])}]],
	['user-gs', 'no second swapgs', [HELLO, {entry: ownEntry(['popq\t%rsp\n\tswapgs', 'popq\t%rsp'])}]],
	['user-segments', 'IOPL 3 in the saved flags', [withRegisters(MARKED), {}, {edit: savedField('flags', '0x3202')}]],
	['restored', 'two registers are popped in the wrong order', [withRegisters(MARKED), {entry: ownEntry(['popq\t%r13\n\tpopq\t%r12', 'popq\t%r12\n\tpopq\t%r13'])}]],
	['preserved', 'the handler spoils a saved register', [withRegisters(MARKED), {}, {edit: savedField('bx', '7')}]],
	['leak', 'rdx comes back with the kernel’s stack', [withRegisters(MARKED), {entry: ownEntry(['popq\t%rdx', 'popq\t%rdx\n\tmovq\t%rsp, %rdx'])}]],
	['interrupts-off', 'interrupts on at once', [HELLO, {entry: ownEntry(['endbr64\n', 'sti\n'])}]],
	['kernel-gs', 'a variable before swapgs', [HELLO, {entry: ownEntry(['endbr64\n', 'testq\t%rax, %gs:cpu_tss_rw\n'])}]],
	['kernel-tables', 'no switch of tables', [HELLO, {isolation: true, entry: ownEntry(['SWITCH_TO_KERNEL_CR3 %rsp', ''])}]],
	['user-tables', 'no switch of tables on the way out', [HELLO, {isolation: true, entry: ownEntry(['SWITCH_TO_USER_CR3 %rdi', ''])}]],
	['frame', 'two threads on one stack', [TURNS, {without: ['update-stack']}]],
	['thread-stack', 'two threads on one stack', [TURNS, {without: ['update-stack']}]],
])('“%s” is seen to be broken: %s', (name, _, run) => {
	expect(broken(...run)).toContain(name);
});

test('every promise can be broken', () => {
	const names = PROMISES.map(({name}) => name);
	expect(new Set(names).size).toBe(names.length);
	expect(names.sort()).toEqual(['cleared', 'clamped', 'frame', 'guard', 'in-range', 'interrupts-off', 'kernel-gs', 'kernel-stack', 'kernel-tables', 'leak', 'no-fault', 'own-stack', 'preserved', 'restored', 'saved', 'sysret-address', 'sysret-flags', 'thread-stack', 'user-gs', 'user-segments', 'user-tables'].sort());
	for (const {sentence, why} of PROMISES) expect([sentence, why]).toEqual([expect.stringMatching(/^[A-Z].*\.$/), expect.stringMatching(/[^.]$/)]);
});

test('the first broken promise can end the walk, right behind the step that broke it', () => {
	const {violations, recording} = watch(HELLO, {without: ['swapgs']}, {stopsAtFirst: true});
	expect([violations.length, recording.step]).toEqual([2, violations[0].step + 1]);
	const {violations: [first], recording: cleared} = watch(withRegisters(MARKED), {without: ['clear-ebx']}, {stopsAtFirst: true});
	expect([first.promise.name, cleared.step]).toEqual(['cleared', first.step + 1]);
});

test('being watched changes nothing of a run', () => {
	const {recording} = watch(TURNS, {}, {limit: 3000});
	const kernel = buildKernel();
	const plain = new Recording(boot(kernel, imageOf(TURNS), {memory: 8 * 1024 * 1024}), kernel);
	plain.advance(3000);
	expect([fingerprint(recording.machine), recording.events]).toEqual([fingerprint(plain.machine), plain.events]);
});

test('a run that is gone over again breaks the same promises', () => {
	const {violations, recording} = watch(TURNS, {without: ['update-stack']});
	recording.seek(0);
	const again = new Monitor(recording.kernel, new Names(recording.kernel, {image: imageOf(TURNS)}));
	new Walk(recording, [again]).go(40_000);
	expect(again.violations).toEqual(violations);
});
