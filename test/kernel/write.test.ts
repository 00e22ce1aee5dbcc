import {expect, test} from 'vitest';
import {SIZES} from '../../source/kernel/constants.js';
import {Run} from '../support/machines.js';
import {HELLO, program} from '../support/programs.js';

/** What one `write` gave: its result and what was printed. */
function write(call: string, rest = ''): readonly [result: number | undefined, output: string] {
	const run = new Run(program(`sys 1, ${call}`, rest));
	expect(run.end).toBe('exited with 0');
	return [run.results[0], run.output];
}

const TEXT = 'text: .ascii "hello world\\n"';

/** A section whose text ends where its page ends; nothing is mapped behind it. */
const LAST_BYTES = (text: string): string => `.data\n.balign 4096\n.zero 4096 - ${text.length}\ntext: .ascii "${text}"`;

test('a program prints hello world and exits with 0', () => {
	const run = new Run(HELLO);
	expect([run.output, run.results, run.end]).toEqual(['hello world\n', [12], 'exited with 0']);
});

test.each([0, 1, 2])('descriptor %i is the console', descriptor => {
	expect(write(`${descriptor}, text, 5`, TEXT)).toEqual([5, 'hello']);
});

test('a descriptor is an unsigned int: the upper half of rdi does not matter', () => {
	expect(write('0xffffffff00000001, text, 5', TEXT)).toEqual([5, 'hello']);
});

test.each([3, 77, -1, 0x7fff_ffff])('descriptor %i is EBADF, whatever the buffer is', descriptor => {
	expect(write(`${descriptor}, text, 5`, TEXT)).toEqual([-9, '']);
	expect(write(`${descriptor}, 0, 5`)).toEqual([-9, '']);
});

test('a null pointer is EFAULT by a page fault in the kernel, which the exception table answers', () => {
	const run = new Run(program('sys 1, 1, 0, 12'));
	expect([run.results, run.output, run.end]).toEqual([[-14], '', 'exited with 0']);
	expect(run.events('exception')).toMatchObject([{vector: 14, name: '#PF', cpl: 0, errorCode: 0, cr2: 0n}]);
	const [fault] = run.events('exception');
	expect(run.recording.kernel.symbols.nearest(fault.rip)).toEqual({name: 'copy_from_user_bytes', offset: 0n});
	const [back] = run.events('iret');
	expect(run.recording.kernel.symbols.nearest(back.rip)).toEqual({name: 'copy_from_user_end', offset: 0n});
	expect(run.registersAt(run.events('sysret')[0].step + 1)).toMatchObject({cpl: 3, gsBase: 0n});
});

test.each([
	['an address of the kernel', '0xffffffff81000000, 12'],
	['the first address of the kernel’s half', '0xffff800000000000, 1'],
	['an address that is not canonical', '0x8000000000000000, 1'],
	['the end of the program’s half plus one', '0x7fffffffeff8, 9'],
	['a length that leads around zero', 'text, -1'],
	['a length beyond the program’s half', 'text, 0x7fffffffffffffff'],
	['an address of the kernel with length 0', '0xffffffff81000000, 0'],
])('%s is refused before anything is touched', (_what, call) => {
	const run = new Run(program(`sys 1, 1, ${call}`, TEXT));
	expect([run.results, run.output, run.events('exception')]).toEqual([[-14], '', []]);
});

test.each([['a good address', 'text'], ['a null pointer', '0'], ['the end of the program’s half', '0x7ffffffff000']])('length 0 writes nothing, at %s', (_what, address) => {
	expect(write(`1, ${address}, 0`, TEXT)).toEqual([0, '']);
});

test('a length that crosses into a page that is not mapped writes nothing if the first chunk crosses', () => {
	const run = new Run(program('sys 1, 1, text, 11', LAST_BYTES('0123456789')));
	expect([run.results, run.output]).toEqual([[-14], '']);
	expect(run.events('exception')).toMatchObject([{vector: 14, cpl: 0, errorCode: 0, cr2: run.address('text') + 10n}]);
	expect(write('1, text, 10', LAST_BYTES('0123456789'))).toEqual([10, '0123456789']);
});

test('chunks before the one that crosses are written and counted', () => {
	const chunk = SIZES.CONSOLE_CHUNK;
	const rest = `.data\n.balign 4096\n.zero 4096 - ${chunk}\ntext: .fill ${chunk}, 1, 'x'`;
	expect(write(`1, text, ${chunk + 1}`, rest)).toEqual([chunk, 'x'.repeat(chunk)]);
	expect(write(`1, text + 1, ${chunk}`, rest)).toEqual([-14, '']);
	expect(write(`1, text - 5, ${chunk + 6}`, rest)).toEqual([chunk, `\0\0\0\0\0${'x'.repeat(chunk - 5)}`]);
});

test.each([2047, 2048, 2049, 4096, 6145])('%i bytes come out complete and in order', length => {
	const rest = `.data\ntext: .set value, 0\n.rept ${length}\n.byte 'a' + value % 26\n.set value, value + 1\n.endr`;
	const expected = Array.from({length}, (_, index) => String.fromCharCode(97 + (index % 26))).join('');
	expect(write(`1, text, ${length}`, rest)).toEqual([length, expected]);
});

test('all 256 bytes come out as they are', () => {
	const rest = `.data\ntext: .set value, 0\n.rept 256\n.byte value\n.set value, value + 1\n.endr`;
	expect(write('1, text, 256', rest)).toEqual([256, String.fromCharCode(...Array.from({length: 256}, (_, byte) => byte))]);
});

test('every byte is one out to the serial port, between the dispatch and the result', () => {
	const run = new Run(HELLO);
	const outs = run.events('out');
	expect(outs.map(({bytes}) => bytes).join('')).toBe('hello world\n');
	const [first, last] = [outs[0].step, outs[outs.length - 1].step];
	expect(first).toBeGreaterThan(run.events('dispatch')[0].step);
	expect(last).toBeLessThan(run.events('result')[0].step);
});
