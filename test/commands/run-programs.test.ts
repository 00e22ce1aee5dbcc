import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import process from 'node:process';
import {afterAll, describe, expect, test, vi} from 'vitest';
import {CLI, ProgramFolder} from '../support/cli.js';
import {command} from '../support/in-process.js';
import {isInstalled} from '../support/programs-on-path.js';
import {program} from '../support/programs.js';

// Each test starts programs, several at a time.
vi.setConfig({testTimeout: 120_000});

const folder = new ProgramFolder();
afterAll(() => folder.remove());

/** Copies its console's input to its output; the exit status is the number of reads. */
const COPY = program(`xorl %ebx, %ebx
again:	incl %ebx
	sys 0, 0, buffer, 100
	testq %rax, %rax
	jle ended
	movq %rax, %rdx
	movl $1, %eax
	movl $1, %edi
	movl $buffer, %esi
	syscall
	jmp again
ended:	movl %ebx, %edi
	movl $60, %eax
	syscall`, '.bss\nbuffer: .skip 100');

describe('what the program reads from its console', () => {
	test('is nothing by default', async () => {
		expect(await command('run', folder.file(COPY))).toMatchObject({status: 1, stdout: '', stderr: ''});
	});

	test('comes from a file, byte for byte', async () => {
		const bytes = Uint8Array.from({length: 1000}, (_, index) => index & 0xff);
		const {status, bytes: output} = await command('run', folder.file(COPY), '--input', folder.file(bytes, 'input'));
		expect([status, output.equals(Buffer.from(bytes))]).toEqual([11, true]);
	});

	test('comes from standard input, which may be slow', async () => {
		const child = spawn(process.execPath, [CLI, 'run', folder.file(COPY), '--input', '-'], {stdio: ['pipe', 'pipe', 'inherit']});
		let output = '';
		child.stdout.on('data', (chunk: Buffer) => {
			output += chunk.toString();
		});
		child.stdin.write('one\n');
		await new Promise(resolve => setTimeout(resolve, 300));
		child.stdin.end('two\n');
		expect([await once(child, 'close'), output]).toEqual([[2, null], 'one\ntwo\n']);
	});

	test('must be there', async () => {
		const file = path.join(folder.path, 'nowhere');
		expect(await command('run', folder.file(COPY), '--input', file)).toMatchObject({status: 2, stdout: '', stderr: `${file}: there is no such file; give the path of a file to --input, or - for standard input\n`});
	});
});

/** An executable of one page with these instructions: exit(argc). Header and program header as in System V ABI, chapters 4 and 5. */
function smallExecutable(code: readonly number[], {machine = 62, type = 2}: {readonly machine?: number; readonly type?: number} = {}): Uint8Array {
	const bytes = new Uint8Array(0x78 + code.length);
	const view = new DataView(bytes.buffer);
	bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
	for (const [offset, value] of [[16, type], [18, machine], [52, 64], [54, 56], [56, 1]]) view.setUint16(offset, value, true);
	for (const [offset, value] of [[20, 1], [64, 1], [68, 5]]) view.setUint32(offset, value, true);
	for (const [offset, value] of [[24, 0x40_0078n], [32, 64n], [80, 0x40_0000n], [88, 0x40_0000n], [96, BigInt(bytes.length)], [104, BigInt(bytes.length)], [112, 0x1000n]] as const) view.setBigUint64(offset, value, true);
	bytes.set(code, 0x78);
	return bytes;
}

// mov (%rsp), %edi; mov $60, %eax; syscall
const EXIT_ARGC = [0x8b, 0x3c, 0x24, 0xb8, 60, 0, 0, 0, 0x0f, 0x05];

describe('an executable', () => {
	test('runs with its arguments, and its exit status is ours', async () => {
		const file = folder.file(smallExecutable(EXIT_ARGC), 'small');
		expect(await command('run', file)).toMatchObject({status: 1, stdout: '', stderr: ''});
		expect(await command('run', file, '--', 'one', 'two', '--json')).toMatchObject({status: 4, stdout: '', stderr: ''});
	});

	test('is stopped at an address, and said to be there', async () => {
		const {status, stderr} = await command('run', folder.file(smallExecutable(EXIT_ARGC), 'stopped'), '--stop', 'at 0x40007b');
		expect(status).toBe(76);
		expect(stderr).toMatch(/in the program at rip 0x40007b\nrax .*\n.*\n.* rdi {4}0x0000000000000001 /);
	});

	test.each([
		['for another machine', smallExecutable(EXIT_ARGC, {machine: 183}), /64-bit ARM/],
		['that is an object file', smallExecutable(EXIT_ARGC, {type: 1}), /./],
		['that is cut off', smallExecutable(EXIT_ARGC).subarray(0, 100), /./],
	])('%s is refused with the reason', async (what, bytes, reason) => {
		const file = folder.file(bytes, what.replaceAll(' ', '-'));
		const {status, stdout, stderr} = await command('run', file);
		expect([status, stdout, stderr.split('\n').length]).toEqual([65, '', 2]);
		expect(stderr.startsWith(`${file}: `)).toBe(true);
		expect(stderr).toMatch(reason);
	});

	test.skipIf(!isInstalled('gcc'))('of a C compiler runs', async () => {
		const source = folder.file('#include <stdio.h>\nint main(int argc, char **argv) { char line[9]; printf("%s %.2f\\n", argv[argc - 1], 1.5); puts(fgets(line, 9, stdin)); return 7; }\n', 'program.c');
		const file = path.join(folder.path, 'program');
		execFileSync('gcc', ['-static', '-o', file, source]);
		expect(await command('run', file, '--input', folder.file('typed', 'typed'), '--', 'x')).toMatchObject({status: 7, stdout: 'x 1.50\ntyped\n', stderr: ''});
	});
});
