import {expect, test} from 'vitest';
import {buildKernel} from '../../source/kernel/kernel.js';
import {boot} from '../../source/kernel/loader.js';
import {PT_REGS_FIELDS} from '../../source/kernel/constants.js';
import {LineTable, SymbolTable} from '../../source/program/image.js';
import type {EventKind} from '../../source/trace/events.js';
import {type Moment, MomentReader, type Program, type StackView} from '../../source/trace/moment.js';
import {Recording} from '../../source/trace/recording.js';
import {executable} from '../../source/lab/guest-files.js';
import {imageOf} from '../support/machines.js';
import {program} from '../support/programs.js';

/** A reader of a run that is over. */
function readerOf(text: string): MomentReader {
	const image = imageOf(text);
	const kernel = buildKernel();
	const recording = new Recording(boot(kernel, image, {memory: 8 * 1024 * 1024, argv: ['./test']}), kernel);
	recording.advance(100_000);
	return new MomentReader(recording, {image, symbols: new SymbolTable(image.symbols), lines: new LineTable(image.lines), sources: new Map([['test.s', text]])});
}

/** The step of the first event of a kind since the program began. */
function stepOf({recording}: MomentReader, kind: EventKind): number {
	const origin = recording.events.find(event => event.kind === 'iret')?.step ?? 0;
	return recording.events.find(event => event.kind === kind && event.step > origin)?.step ?? -1;
}

const current = ({code}: Moment): string => code.lines.find(({number}) => number === code.current)?.text.trim() ?? '';
const filled = ({words}: StackView): string[] => words.filter(word => word.filled).map(({name, value}) => name ?? value?.toString(16) ?? '-');
const fresh = ({words}: StackView): (string | undefined)[] => words.filter(word => word.fresh).map(({name}) => name);

const TEXT = program('pushq $0x55\nsys 39\npopq %rax\nnop');

test('in the program: its line, its stack from the pointer up, an empty kernel stack', () => {
	const reader = readerOf(TEXT);
	const moment = reader.at(stepOf(reader, 'syscall'));
	expect([moment.stack, moment.code.file, current(moment), moment.registers.cpl]).toEqual(['user', 'test.s', 'sys 39', 3]);
	expect(moment.userStack.pointer).toBe(moment.registers.general.rsp);
	expect(filled(moment.userStack).slice(-2)).toEqual(['1', '55']);
	expect(moment.userStack.words.some(({address, filled: used}) => used && address < moment.registers.general.rsp)).toBe(false);
	expect([filled(moment.kernelStack), moment.kernelStack.pointer]).toEqual([[], undefined]);
	expect(moment.kernelStack.words.slice(0, 21).map(({name}) => name)).toEqual([...PT_REGS_FIELDS].reverse());
});

test('in the kernel: each push fills one slot more and is the only fresh word', () => {
	const reader = readerOf(TEXT);
	const first = stepOf(reader, 'push');
	for (const count of [1, 2, 6, 21]) {
		const moment = reader.at(first + count);
		const slots = [...PT_REGS_FIELDS].reverse().slice(0, count);
		expect([filled(moment.kernelStack), fresh(moment.kernelStack), moment.kernelStack.pointer]).toEqual([slots, slots.slice(-1), moment.registers.general.rsp]);
		expect(moment.userStack.pointer).toBe(reader.at(stepOf(reader, 'syscall')).registers.general.rsp);
	}
});

test('a return address is named by the code that it leads to', () => {
	const reader = readerOf(TEXT);
	const moment = reader.at(stepOf(reader, 'pt_regs') + 1);
	expect(moment.code.symbol).toBe('do_syscall_64');
	expect(filled(moment.kernelStack).at(-1)).toMatch(/^entry_SYSCALL_64(?:_after_hwframe)?\+\d+$/);
});

test('on the entry stack: its words from the top down', () => {
	const reader = readerOf(TEXT);
	const moment = reader.at(stepOf(reader, 'sysret') - 3);
	const {general} = reader.at(stepOf(reader, 'syscall')).registers;
	expect([moment.stack, moment.entryStack && filled(moment.entryStack)]).toEqual(['entry', [general.rsp.toString(16), general.rdi.toString(16)]]);
});

test('an interrupt handler’s and a program’s lines are those of their files', () => {
	const reader = readerOf(program('nop\nud2'));
	const moment = reader.at(stepOf(reader, 'exception') + 1);
	expect([moment.code.file, moment.code.symbol, moment.stack]).toEqual(['entry_64.s', 'asm_exc_invalid_op', 'entry']);
	expect(current(moment)).toMatch(/idtentry/);
	const before = reader.at(stepOf(reader, 'exception'));
	expect([before.code.file, current(before)]).toEqual(['test.s', 'ud2']);
});

test('an exception with a stack of its own arrives there, and its words are shown', () => {
	const reader = readerOf(program('pushfq\norl $0x100, (%rsp)\npopfq\nnop'));
	const step = stepOf(reader, 'exception');
	const moment = reader.at(step + 1);
	const {general} = reader.at(step).registers;
	expect([moment.stack, moment.entryStack?.name, moment.entryStack && filled(moment.entryStack).slice(0, 2)]).toEqual(['exception', 'exception', ['2b', general.rsp.toString(16)]]);
	expect(reader.recording.events.filter(each => each.step === step && each.kind === 'stack-switch').map(each => each.kind === 'stack-switch' && [each.stack, each.to])).toEqual([['exception', 0xffff_fe00_0000_a000n]]);
});

test('a stack pointer that is no address shows words without values', () => {
	const reader = readerOf(program('movabsq $0x8000000000401000, %rsp\nsys 39'));
	const {userStack} = reader.at(stepOf(reader, 'syscall'));
	expect(new Set(userStack.words.map(({value}) => value))).toEqual(new Set([undefined]));
});

test('the beginning has no last step; behind the end is the end, with its outcome', () => {
	const reader = readerOf(TEXT);
	expect([reader.at(0).last, reader.at(0).step, reader.at(0).outcome]).toEqual([undefined, 0, undefined]);
	const {length} = reader.recording;
	expect([reader.at(length + 5).step, reader.at(length).outcome, reader.at(length - 1).outcome]).toEqual([length, {kind: 'exited', status: 0}, undefined]);
	expect(reader.at(length).outcome).toEqual({kind: 'exited', status: 0});
});

test('a moment is the same whatever was looked at before', () => {
	const reader = readerOf(TEXT);
	const steps = [stepOf(reader, 'syscall'), 700, stepOf(reader, 'sysret') + 1, 10];
	const once = steps.map(step => reader.at(step));
	const again = [...steps].reverse().map(step => reader.at(step)).reverse();
	expect(again).toEqual(once);
});

test('of two programs at the same addresses the one is shown whose file the process runs', () => {
	const programOf = (source: string): Program => {
		const image = imageOf(source);
		return {image, symbols: new SymbolTable(image.symbols), lines: new LineTable(image.lines), sources: new Map([['test.s', source]])};
	};
	const first = programOf(program('leaq path(%rip), %rdi\nxorl %esi, %esi\nxorl %edx, %edx\nmovl $59, %eax\nsyscall', 'path: .asciz "/bin/second"'));
	const second = programOf(program('nop'));
	const kernel = buildKernel();
	const files = new Map([['/bin/first', executable(first)], ['/bin/second', executable(second)]]);
	const recording = new Recording(boot(kernel, '/bin/first', {files}), kernel);
	recording.advance(100_000);
	const reader = new MomentReader(recording, first, new Map([['/bin/second', second]]));
	const begins = recording.events.filter(event => event.kind === 'iret' && event.cpl === 3).slice(0, 2).map(({step}) => reader.at(step + 1));
	expect(begins.map(moment => [moment.registers.rip, current(moment)])).toEqual([[0x40_1000n, 'leaq path(%rip), %rdi'], [0x40_1000n, 'nop']]);
});
