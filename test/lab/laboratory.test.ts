import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {Laboratory, readProgram, type Work} from '../../source/lab/laboratory.js';
import {program} from '../support/programs.js';

const folder = mkdtempSync(path.join(tmpdir(), 'syscall-lab-laboratory-'));
afterAll(() => rmSync(folder, {recursive: true}));

/** A laboratory with a program, at its first instruction. */
function laboratory(text: string): Laboratory {
	const file = path.join(folder, 'program.s');
	writeFileSync(file, text);
	return new Laboratory(readProgram(file), 'program');
}

/** Does work to its end. */
function finish(work: Work): string {
	for (let slices = 0; slices < 1000; slices++) {
		const progress = work();
		if (progress !== 'more') return progress;
	}

	return 'more';
}

/** The symbol at which a laboratory stands, with the distance from it. */
const place = (lab: Laboratory): string => lab.moment().code.symbol;

/** How long the longest of some slices of work took, in milliseconds. */
function longestSlice(work: Work, slices: number): number {
	let longest = 0;
	for (let slice = 0; slice < slices; slice++) {
		const begun = performance.now();
		expect(work()).toBe('more');
		longest = Math.max(longest, performance.now() - begun);
	}

	return longest;
}

const CALLS = program(`
	call function
after:	sys 39
	call 1f
1:	nop
	sys 1, 1, 0, 5
end:	nop`, `
function:
	nop
	call inner
behind:	nop
	ret
inner:	pushq %rax
	popq %rax
	ret
`);

test('it begins at the program’s first instruction', () => {
	const lab = laboratory(CALLS);
	expect([place(lab), lab.step, lab.moment().registers.cpl, lab.moment().console]).toEqual(['_start', lab.origin, 3, '']);
});

test('single steps go forwards and backwards, and not before the beginning', () => {
	const lab = laboratory(CALLS);
	expect(lab.move(1)).toBe('done');
	expect(place(lab)).toBe('function');
	expect([lab.move(-1), place(lab), lab.move(-1), place(lab)]).toEqual(['done', '_start', 'nothing', '_start']);
	expect([lab.move(3), place(lab)]).toEqual(['done', 'inner']);
});

test('over does a call as a whole, and so does its way back', () => {
	const lab = laboratory(CALLS);
	expect([finish(lab.over()), place(lab)]).toEqual(['done', 'after']);
	expect([lab.overBack(), place(lab)]).toEqual(['done', '_start']);
	lab.move(2);
	expect([finish(lab.over()), place(lab)]).toEqual(['done', 'behind']);
	expect([finish(lab.over()), place(lab)]).toEqual(['done', 'behind+1']);
	expect([finish(lab.over()), place(lab)]).toEqual(['done', 'after']);
	expect([lab.overBack(), lab.overBack(), place(lab)]).toEqual(['done', 'nothing', '_start']);
});

test('finish goes to where the function returns, and its way back to the call', () => {
	const lab = laboratory(CALLS);
	lab.move(4);
	expect(place(lab)).toBe('inner+1');
	expect([finish(lab.finish()), place(lab)]).toEqual(['done', 'behind']);
	expect([finish(lab.finish()), place(lab)]).toEqual(['done', 'after']);
	lab.move(-2);
	expect(place(lab)).toBe('behind');
	expect([lab.finishBack(), place(lab)]).toEqual(['done', '_start']);
});

/** A laboratory right before the nth system call of a program. */
function beforeCall(text: string, nth: number): Laboratory {
	const lab = laboratory(text);
	finish(lab.goToPlace({to: 'before', event: 'syscall', nth}));
	return lab;
}

test('over does a system call as a whole', () => {
	const lab = beforeCall(CALLS, 1);
	const {rip} = lab.moment().registers;
	expect(finish(lab.over())).toBe('done');
	const {registers} = lab.moment();
	expect([registers.rip, registers.cpl, registers.general.rax]).toEqual([rip + 2n, 3, 42n]);
	expect([lab.overBack(), lab.moment().registers.rip]).toEqual(['done', rip]);
});

test('over does a system call as a whole in which the kernel takes a page fault', () => {
	const lab = beforeCall(CALLS, 2);
	const {rip} = lab.moment().registers;
	expect(finish(lab.over())).toBe('done');
	const {registers} = lab.moment();
	expect([registers.rip, registers.cpl, BigInt.asIntN(64, registers.general.rax)]).toEqual([rip + 2n, 3, -14n]);
	expect([lab.overBack(), lab.moment().registers.rip]).toEqual(['done', rip]);
});

test('over does an instruction as a whole that faults in the kernel', () => {
	const lab = laboratory(CALLS);
	finish(lab.goToPlace({to: 'label', label: 'copy_from_user_bytes', nth: 1}));
	expect(finish(lab.over())).toBe('done');
	expect(place(lab)).toBe('copy_from_user_end');
});

test('finish in the kernel goes back to the program, its way back to the system call', () => {
	const lab = beforeCall(CALLS, 2);
	const {rip} = lab.moment().registers;
	lab.move(1);
	expect(place(lab)).toBe('entry_SYSCALL_64');
	expect([lab.finishBack(), lab.moment().registers.rip]).toEqual(['done', rip]);
	lab.move(9);
	expect(finish(lab.finish())).toBe('done');
	expect([lab.moment().registers.rip, lab.moment().registers.cpl]).toEqual([rip + 2n, 3]);
});

const THREADS = program(`
	sys 56, 0x100, child_stack	# clone(CLONE_VM, …)
	testq %rax, %rax
	jz child
	sys 35, time			# nanosleep
behind:	call function
	sys 231`, `
function:
	movl $30000, %ecx
1:	loop 1b
	ret
child:	incq %rbx
	call 1f
	jmp child
1:	ret
.data
time:	.quad 0, 5000
.bss
.balign 16
.zero 4096
child_stack:`);

test('over does a system call as a whole in which another thread runs, and a call that the timer interrupts', () => {
	const lab = beforeCall(THREADS, 2);
	const {rsp} = lab.moment().registers.general;
	expect(finish(lab.over())).toBe('done');
	expect([place(lab), lab.moment().registers.general.rsp, lab.moment().registers.cpl]).toEqual(['behind', rsp, 3]);
	expect(lab.recording.events.filter(({kind}) => kind === 'interrupt').length).toBeGreaterThan(0);
	const {step} = lab;
	expect(finish(lab.over())).toBe('done');
	expect([place(lab), lab.moment().registers.general.rsp]).toEqual(['behind+5', rsp]);
	expect(lab.recording.events.filter(event => event.kind === 'interrupt' && event.step > step).length).toBeGreaterThan(0);
	expect([lab.overBack(), lab.step]).toEqual(['done', step]);
});

test('over the last system call runs to the end', () => {
	const lab = beforeCall(CALLS, 3);
	expect(finish(lab.over())).toBe('done');
	expect([lab.hasEnded, lab.moment().outcome]).toEqual([true, {kind: 'exited', status: 0}]);
	expect([lab.move(1), finish(lab.over()), finish(lab.finish()), finish(lab.continue())].slice(0, 1)).toEqual(['nothing']);
	expect(lab.moment().outcome).toEqual({kind: 'exited', status: 0});
});

test('over an instruction that kills the program runs to its end', () => {
	const lab = laboratory(program('nop\nud2'));
	lab.move(1);
	expect(finish(lab.over())).toBe('done');
	expect(lab.moment().outcome).toMatchObject({kind: 'killed', signal: {name: 'SIGILL'}});
});

test('continue stops behind each landmark in turn, and goes back over the same ones', () => {
	const lab = laboratory(program('sys 39'));
	const forwards: [string | undefined, number][] = [];
	const steps = [lab.step];
	const kindBefore = (): string | undefined => lab.recording.events.findLast(({step, kind}) => step === lab.step - 1 && kind !== 'swapgs')?.kind;
	while (finish(lab.continue()) === 'done') {
		steps.push(lab.step);
		forwards.push([kindBefore(), lab.moment().registers.cpl]);
	}

	expect(forwards).toEqual([
		['syscall', 0], ['stack-switch', 0], ['pt_regs', 0], ['dispatch', 0], ['result', 0], ['stack-switch', 0], ['stack-switch', 0], ['sysret', 3],
		['syscall', 0], ['stack-switch', 0], ['pt_regs', 0], ['dispatch', 0],
	]);
	const backwards: number[] = [];
	while (lab.continueBack() === 'done') backwards.push(lab.step);
	expect(backwards).toEqual(steps.reverse());
});

test('an exception is a landmark: continue stops behind its delivery', () => {
	const lab = laboratory(program('nop\nfault: movl %eax, 8'));
	expect(finish(lab.continue())).toBe('done');
	expect([place(lab), lab.moment().registers.cpl]).toEqual(['asm_exc_page_fault', 0]);
	lab.move(-1);
	expect([place(lab), lab.moment().registers.cpl]).toEqual(['fault', 3]);
});

test('places before and behind an exception are those of its instruction and its handler', () => {
	const lab = laboratory(program('nop\nfault: movl %eax, 8'));
	finish(lab.goToPlace({to: 'before', event: 'exception', nth: 1}));
	expect(place(lab)).toBe('fault');
	finish(lab.goToPlace({to: 'after', event: 'exception', nth: 1}));
	expect(place(lab)).toBe('asm_exc_page_fault');
});

test('the beginning and the end', () => {
	const lab = laboratory(CALLS);
	expect([finish(lab.goToPlace({to: 'end'})), lab.moment().outcome]).toEqual(['nothing', {kind: 'exited', status: 0}]);
	expect([lab.toStart(), place(lab), lab.toStart()]).toEqual(['done', '_start', 'nothing']);
	expect([lab.toEnd(), lab.step, lab.toEnd()]).toEqual(['done', lab.recording.length, 'nothing']);
	finish(lab.goToPlace({to: 'start'}));
	expect(place(lab)).toBe('_start');
});

test('labels of the program and of the kernel are places, the nth time too', () => {
	const lab = laboratory(CALLS);
	expect([finish(lab.goToPlace({to: 'label', label: 'inner', nth: 1})), place(lab)]).toEqual(['done', 'inner']);
	expect([finish(lab.goToPlace({to: 'label', label: 'do_syscall_64', nth: 2})), place(lab)]).toEqual(['done', 'do_syscall_64']);
	expect(lab.recording.events.filter(({kind, step}) => kind === 'syscall' && step < lab.step).length).toBe(2);
	expect([finish(lab.goToPlace({to: 'label', label: 'function', nth: 2})), lab.hasEnded]).toEqual(['nothing', true]);
});

test('a place that the program never reaches is its end', () => {
	const lab = laboratory(CALLS);
	expect([finish(lab.goToPlace({to: 'after', event: 'cr3', nth: 1})), lab.step]).toEqual(['nothing', lab.recording.length]);
});

test('a setting in the past drops the future, and the run goes on differently', () => {
	const lab = laboratory(CALLS);
	finish(lab.goToPlace({to: 'end'}));
	const {length} = lab.recording;
	finish(lab.goToPlace({to: 'before', event: 'syscall', nth: 1}));
	const at = lab.step;
	lab.set(['rax', 9999n]);
	expect([lab.step, lab.recording.length, lab.hasEnded, lab.moment().registers.general.rax]).toEqual([at, at, false, 9999n]);
	expect(lab.recording.events.every(({step}) => step < at)).toBe(true);
	finish(lab.over());
	expect(BigInt.asIntN(64, lab.moment().registers.general.rax)).toBe(-38n);
	finish(lab.goToPlace({to: 'end'}));
	expect([lab.moment().outcome, lab.recording.length === length]).toEqual([{kind: 'exited', status: 0}, false]);
	finish(lab.goToPlace({to: 'start'}));
	lab.move(at - lab.origin - 1);
	expect(lab.moment().registers.general.rax).not.toBe(9999n);
});

test('a setting in the kernel is kept as well', () => {
	const lab = laboratory(CALLS);
	finish(lab.goToPlace({to: 'before', event: 'sysret', nth: 1}));
	lab.set(['rax', 7n]);
	finish(lab.over());
	expect([lab.moment().registers.cpl, lab.moment().registers.general.rax]).toEqual([3, 7n]);
	lab.move(-1);
	expect([lab.moment().registers.cpl, lab.moment().registers.general.rax]).toEqual([0, 7n]);
});

test('the outcome stays known after looking at the last steps', () => {
	const lab = laboratory(program('pushq $0x23\nleaq 1f(%rip), %rax\npushq %rax\nlretq\n1: nop'));
	finish(lab.goToPlace({to: 'end'}));
	for (let back = 1; back < 4; back++) {
		expect(lab.moment().outcome).toMatchObject({kind: 'not-implemented'});
		lab.move(-back);
		lab.moment();
		lab.toEnd();
	}
});

test.each([
	['continue', 'nop\njmp .', (lab: Laboratory) => lab.continue()],
	['over', 'call spin\nspin: jmp .', (lab: Laboratory) => lab.over()],
	['finish', 'nop\njmp .', (lab: Laboratory) => lab.finish()],
	['finish over calls', 'again: movl $39, %eax\nsyscall\njmp again', (lab: Laboratory) => lab.finish()],
	['a place that never comes', 'again: sys 1, 1, message, 4\njmp again\nmessage: .ascii "yes\\n"', (lab: Laboratory) => lab.goToPlace({to: 'after', event: 'exception', nth: 1})],
	['the third of a place that never comes', 'again: sys 1, 1, message, 4\njmp again\nmessage: .ascii "yes\\n"', (lab: Laboratory) => lab.goToPlace({to: 'after', event: 'out', nth: 100_000})],
	['a label that never comes', 'again: movl $39, %eax\nsyscall\njmp again', (lab: Laboratory) => lab.goToPlace({to: 'label', label: 'die', nth: 1})],
	['the end', 'again: movl $39, %eax\nsyscall\njmp again', (lab: Laboratory) => lab.goToPlace({to: 'end'})],
])('%s in an endless program comes in slices, and the run can be looked at when it is stopped', (_what, text, begin) => {
	const lab = laboratory(program(text));
	const work = begin(lab);
	const longest = longestSlice(work, 12);
	const moment = lab.moment();
	expect([moment.step, moment.length, moment.outcome]).toEqual([lab.step, lab.recording.length, undefined]);
	expect(lab.move(-1)).toBe('done');
	expect(longest).toBeLessThan(1000);
});
