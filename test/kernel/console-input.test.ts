/** What a program reads from the console: a file's bytes, or what a person types. */
import {describe, expect, test} from 'vitest';
import {buildKernel} from '../../source/kernel/kernel.js';
import {boot} from '../../source/kernel/loader.js';
import {outcomeOf} from '../../source/trace/outcome.js';
import {Recording} from '../../source/trace/recording.js';
import {fingerprint, imageOf, Run} from '../support/machines.js';
import {program} from '../support/programs.js';

const MEMORY = 8 * 1024 * 1024;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Reads up to so many bytes, again and again, and writes each answer in brackets; ends at 0 or an error. */
const ECHO = (count: number): string => program(`
again:	sys 0, 0, buffer, ${count}
	movq %rax, %rbx
	testq %rax, %rax
	jle over
	movb $'[', open
	sys 1, 1, open, 1
	movl $1, %eax
	movl $1, %edi
	leaq buffer(%rip), %rsi
	movq %rbx, %rdx
	syscall
	movb $']', open
	sys 1, 1, open, 1
	jmp again
over:	movq %rbx, %rdi
	movl $231, %eax
	syscall`, '.bss\nbuffer: .zero 8192\nopen: .zero 8');

describe('of a file', () => {
	test('a program gets the bytes as they are, as many as it asks for, and then the end', () => {
		const run = new Run(ECHO(4), {input: bytes('abc\ndefghi\u0003\u0004')});
		expect([run.output, run.end]).toEqual(['[abc\n][defg][hi\u0003\u0004]', 'exited with 0']);
	});

	test('without any input the end comes at once', () => {
		expect(new Run(ECHO(4)).end).toBe('exited with 0');
	});

	test('more than the kernel’s ring holds comes through whole', () => {
		const text = 'x'.repeat(9000);
		const run = new Run(ECHO(8000), {input: bytes(text)});
		expect([run.output.replaceAll(/[[\]]/g, ''), run.end]).toEqual([text, 'exited with 0']);
	});
});

/** A machine at whose console a person sits, with a program that reads and waits. */
function typing(text: string): {readonly recording: Recording; readonly type: (keys: string) => string} {
	const kernel = buildKernel();
	const recording = new Recording(boot(kernel, imageOf(text), {memory: MEMORY, terminal: true}), kernel);
	const go = (): string => {
		const stop = recording.advance(100_000);
		const outcome = outcomeOf(recording.machine, kernel, stop);
		return outcome.kind === 'exited' ? `exited ${outcome.status}` : outcome.kind === 'killed' ? outcome.signal.name : outcome.kind;
	};
	expect(go()).toBe('waits');
	return {
		recording,
		type(keys) {
			const before = recording.machine.serial.length;
			recording.edit(machine => machine.serial.type(bytes(keys)));
			const end = go();
			return `${Buffer.from(recording.machine.serial.output.subarray(before)).toString('latin1')}|${end}`;
		},
	};
}

describe('of a person', () => {
	test('a read waits for a line; what is typed is echoed, and the line is read as a whole', () => {
		const {recording, type} = typing(ECHO(100));
		expect(type('a')).toBe('a|waits');
		expect(type('bc')).toBe('bc|waits');
		expect(type('\r')).toBe('\n[abc\n]|waits');
		expect(recording.events.filter(({kind}) => kind === 'interrupt').length).toBeGreaterThanOrEqual(3);
	});

	test('the last character can be taken back, but not those of the line before', () => {
		const {type} = typing(ECHO(100));
		expect(type('ab\u007Fc\n')).toBe('ab\b \bc\n[ac\n]|waits');
		expect(type('\u007F')).toBe('|waits');
	});

	test('two lines that came at once are read one after the other', () => {
		expect(typing(ECHO(100)).type('one\ntwo\n')).toBe('one\ntwo\n[one\n][two\n]|waits');
	});

	test('Ctrl+D ends the input at the beginning of a line, and sends what is there within one', () => {
		const {type} = typing(ECHO(100));
		expect(type('ab\u0004')).toBe('ab[ab]|waits');
		expect(type('\u0004')).toBe('|exited 0');
	});

	test('Ctrl+C is SIGINT to whoever stands in the foreground', () => {
		expect(typing(ECHO(100)).type('\u0003')).toBe('|SIGINT');
		expect(typing(ECHO(100)).type('\u001C')).toBe('|SIGQUIT');
	});

	test('a run with typed input can be gone back over, byte for byte', () => {
		const {recording, type} = typing(ECHO(100));
		type('ab\n');
		const {length} = recording;
		const end = fingerprint(recording.machine);
		for (const step of [length >> 1, 10, length - 5, 700]) recording.seek(step);
		recording.seek(length);
		expect(fingerprint(recording.machine)).toBe(end);
		expect(type('cd\n')).toBe('cd\n[cd\n]|waits');
	});
});
