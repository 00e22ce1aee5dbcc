import {chmodSync, mkdirSync, symlinkSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {afterAll, describe, expect, test, vi} from 'vitest';
import {cli, ProgramFolder} from '../support/cli.js';
import {command} from '../support/in-process.js';
import {HELLO, program} from '../support/programs.js';

// Each test starts programs, several at a time.
vi.setConfig({testTimeout: 120_000});

const folder = new ProgramFolder();
afterAll(() => folder.remove());

describe('wrong use ends with 2 and one line that says what would be right', () => {
	test.each<[what: string, args: readonly string[], message: string]>([
		['an unknown command', ['frobnicate'], 'there is no command frobnicate; there is '],
		['a misspelt command', ['rnu'], 'there is no command rnu; did you mean run? There is '],
		['a command in capitals', ['RUN'], 'there is no command RUN; did you mean run? There is '],
		['an empty command', [''], 'there is no command ; there is '],
		['help for an unknown command', ['help', 'frobnicate'], 'there is no command frobnicate; there is '],
		['help for two commands', ['help', 'run', 'man'], 'help takes [COMMAND], and man is more'],
		['an unknown flag of the app', ['--frobnicate'], 'the app has no flag --frobnicate; it takes --lab, '],
		['a misspelt flag of the app', ['--theem', 'dark'], 'the app has no flag --theem; did you mean --theme? It takes --lab, '],
		['a flag of a command before it', ['--json', 'run', 'a.s'], 'the app has no flag --json, which belongs to '],
		['a word behind the app’s flags', ['--plain', 'run'], 'run is no path of a program; write a file as ./run, and a command before all flags'],
		['a theme that there is not', ['--theme', 'drak'], '--theme is drak; did you mean dark? Give dark, light or contrast'],
		['no theme', ['--theme'], '--theme has no value; write it as --theme THEME'],
		['no lab', ['--lab='], '--lab has no value; write it as --lab NAME'],
		['a list of nothing', ['list'], 'list needs WHAT: labs, lines or calls'],
		['a list of what there is not', ['list', 'labz'], 'list does not know labz; did you mean labs? Give labs, lines or calls'],
		['completions for no shell', ['completions'], 'completions needs SHELL: bash, zsh or fish'],
		['completions for another shell', ['completions', 'zhs'], 'there are no completions for zhs; did you mean zsh? Give bash, zsh or fish'],
		['no file', ['run'], 'run needs FILE: '],
		['two files', ['run', 'a.s', 'b.s'], 'run takes FILE, and b.s is more; ARGUMENTS stand behind --'],
		['an unknown flag', ['run', 'a.s', '--bogus'], 'run has no flag --bogus; it takes --set, '],
		['a misspelt flag', ['run', 'a.s', '--jsno'], 'run has no flag --jsno; did you mean --json? It takes --set, '],
		['the beginning of a flag', ['run', 'a.s', '--max=3'], 'run has no flag --max; did you mean --max-steps? It takes --set, '],
		['a flag in camel case', ['run', 'a.s', '--maxSteps', '3'], 'run has no flag --maxSteps; did you mean --max-steps? It takes --set, '],
		['a flag switched off that can’t be', ['run', 'a.s', '--no-json'], 'run has no flag --no-json; it takes --set, '],
		['a flag with a part', ['run', 'a.s', '--set.rax=3'], 'run has no flag --set.rax; '],
		['an unknown letter', ['run', 'a.s', '-x'], 'run has no flag -x; it takes --set, '],
		['a flag of the app', ['run', 'a.s', '--theme', 'dark'], 'run has no flag --theme, which belongs to the app; it takes --set, '],
		['a switch with a value', ['run', 'a.s', '--json=yes'], '--json takes no value; write it without “=yes”'],
		['--at 0', ['run', 'a.s', '--at', '0'], '--at is 0; give a whole number from 1 up'],
		['--at -1', ['run', 'a.s', '--at=-1'], '--at is -1; give a whole number from 1 up'],
		['--at -1 in two words', ['run', 'a.s', '--at', '-1'], '--at is -1; give a whole number from 1 up'],
		['--at 1.5', ['run', 'a.s', '--at', '1.5'], '--at is 1.5; give a whole number from 1 up'],
		['--at 1e3', ['run', 'a.s', '--at', '1e3'], '--at is 1e3; give a whole number from 1 up'],
		['--at without a number', ['run', 'a.s', '--at'], '--at has no value; write it as --at N'],
		['--at with a flag behind it', ['run', 'a.s', '--at', '--json'], '--at has no value; write it as --at N'],
		['--at twice', ['run', 'a.s', '--at', '1', '--at', '2'], '--at was given more than once; give it once'],
		['--max-steps x', ['run', 'a.s', '--max-steps', 'x'], '--max-steps is x; give a whole number from 1 up'],
		['--max-steps beyond all numbers', ['run', 'a.s', '--max-steps', '99999999999999999999'], '--max-steps is 99999999999999999999; give a whole number from 1 up'],
		['a register without a value', ['run', 'a.s', '--set', 'rax'], '--set: “rax” sets nothing: write it as rax=39'],
		['a register with an empty value', ['run', 'a.s', '--set', 'rax='], '--set: nothing was typed: type hex (0x2a), decimal (42), negative (-1) or characters (\'A\')'],
		['an empty setting', ['run', 'a.s', '--set', 'rax=1,,rdi=2'], '--set: “” sets nothing: write it as rax=39'],
		['a value that is no number', ['run', 'a.s', '--set', 'rax=0xzz'], '--set: “0xzz” is no number: type hex (0x2a), decimal (42), negative (-1) or characters (\'A\')'],
		['a value that is too large', ['run', 'a.s', '--set', 'rax=0x10000000000000000'], '--set: “0x10000000000000000” does not fit into 64 bits: from -2^63 to 2^64-1 is possible'],
		['a value that is too small', ['run', 'a.s', '--set', 'rax=-9223372036854775809'], '--set: “-9223372036854775809” does not fit into 64 bits: from -2^63 to 2^64-1 is possible'],
		['an unknown register', ['run', 'a.s', '--set', 'eax=1'], '--set: “eax” is no register that can be set: rax, rcx, '],
		['a variable without a value', ['run', 'a.s', '--env', 'HOME'], '--env is “HOME”; write it as --env NAME=VALUE'],
		['a variable without a name', ['run', 'a.s', '--env', '=x'], '--env is “=x”; write it as --env NAME=VALUE'],
		['a seed that is no number', ['run', 'a.s', '--seed', 'luck'], '--seed: “luck” is no number: type hex (0x2a), decimal (42), negative (-1) or characters (\'A\')'],
		['too little memory', ['run', 'a.s', '--memory', '1'], '--memory is 1; give a whole number from 4 to 1024'],
		['too much memory', ['run', 'a.s', '--memory', '4096'], '--memory is 4096; give a whole number from 4 to 1024'],
		['--isolation maybe', ['run', 'a.s', '--isolation', 'maybe'], '--isolation is maybe; give on or off'],
		['options that exclude each other', ['run', 'a.s', '--isolation', 'on', '--entry-stack', 'off'], '--isolation on needs the entry stack, since the user’s page tables have no other; leave out --entry-stack off'],
		['a misspelt line of the kernel', ['run', 'a.s', '--without', 'stack-swich'], 'the kernel has no line named stack-swich; did you mean stack-switch? The names are printed by syscall-lab list lines'],
		['an unknown line of the kernel', ['run', 'a.s', '--without', 'everything-else'], 'the kernel has no line named everything-else; the names are printed by syscall-lab list lines'],
		['input that is not there', ['run', 'a.s', '--input'], '--input has no value; write it as --input FILE'],
		['a filter without an action', ['run', 'a.s', '--seccomp', 'write'], '--seccomp has “write”; write it as write=errno:1 or 9999=kill'],
		['a filter with an unknown action', ['run', 'a.s', '--seccomp', 'write=allow'], '--seccomp has “write=allow”; write it as write=errno:1 or 9999=kill'],
		['a filter for a misspelt call', ['run', 'a.s', '--seccomp', 'wirte=kill'], '--seccomp has the call “wirte”, which Linux does not have; did you mean write? Give a name or a number'],
		['a filter for a number beyond 32 bits', ['run', 'a.s', '--seccomp', '4294967296=kill'], '--seccomp has the call 4294967296; give a number up to 4294967295'],
		['a filter with an unknown error', ['run', 'a.s', '--seccomp', 'write=errno:EPREM'], '--seccomp has the error “EPREM”; give a name such as EPERM, or a number from 1 to 4095'],
		['a filter with error 0', ['run', 'a.s', '--seccomp', 'write=errno:0'], '--seccomp has the error “0”; give a name such as EPERM, or a number from 1 to 4095'],
		['a filter with too many lines', ['run', 'a.s', '--seccomp', Array.from({length: 17}, (_, nr) => `${nr}=kill`).join()], '--seccomp has 17 lines; the kernel’s filter takes 16'],
	])('%s', async (_what, args, message) => {
		const {status, stdout, stderr} = await command(...args);
		expect([status, stdout]).toEqual([2, '']);
		expect(stderr.startsWith(`syscall-lab: ${message}`), stderr).toBe(true);
		expect(stderr.split('\n').length, stderr).toBe(2);
	});

	test('control characters of the command line do not reach the terminal', async () => {
		expect((await command('\u001B[2Jx')).stderr).toMatch(/^syscall-lab: there is no command \?\[2Jx; /);
	});

	test('the app without a terminal', async () => {
		for (const flags of [[], ['--theme', 'light', '--no-motion'], ['06']]) {
			const {status, stdout, stderr} = await cli(...flags);
			expect([status, stdout]).toEqual([2, '']);
			expect(stderr).toMatch(/^syscall-lab: .+ To run a program without a screen: syscall-lab run FILE\.s\n$/);
		}
	});

	test('as a program, too', async () => {
		expect(await cli('rnu')).toMatchObject({status: 2, stdout: '', stderr: (await command('rnu')).stderr});
		expect(await cli('run', 'nowhere.s')).toMatchObject({status: 2, stdout: '', stderr: 'nowhere.s: there is no such file; give the path of a .s file or of an executable\n'});
		expect(await cli('run', 'a.s', '--at', '0')).toMatchObject({status: 2, stdout: '', stderr: (await command('run', 'a.s', '--at', '0')).stderr});
	});
});

describe('a file that is no program is refused with the reason', () => {
	const long = 'n'.repeat(300);
	folder.file('', 'empty.s');
	folder.file(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0), 'a.out');
	folder.file(Uint8Array.of(0x90, 0x90, 0, 0xc3), 'binary.s');
	folder.file(`# ${'x'.repeat(100)}\n`.repeat(60_000), 'huge.s');
	folder.file(HELLO, 'secret.s');
	folder.file(`${program('nop')}.bss\n.skip 67108864`, 'roomy.s');
	chmodSync(path.join(folder.path, 'secret.s'), 0);
	symlinkSync('loop.s', path.join(folder.path, 'loop.s'));
	mkdirSync(path.join(folder.path, 'folder.s'));

	test.each<[what: string, name: string, status: number, message: string]>([
		['a file that is not there', 'nowhere.s', 2, 'there is no such file; give the path of a .s file or of an executable'],
		['a folder', 'folder.s', 2, 'this is a folder; give the path of a .s file or of an executable'],
		['a path through a file', 'empty.s/x.s', 2, 'a part of this path is no folder; give the path of a .s file or of an executable'],
		['a link to itself', 'loop.s', 2, 'this link leads to itself; give the path of a .s file or of an executable'],
		['a name that is too long', long, 2, 'this name is too long; give the path of a .s file or of an executable'],
		['an empty file', 'empty.s', 65, 'this file is empty; write a program that defines _start'],
		['an executable that is cut off', 'a.out', 65, 'it ends after 8 bytes, within the ELF header'],
		['bytes', 'binary.s', 65, 'this is no assembly text; give a .s file'],
		['a huge file', 'huge.s', 65, 'this file is larger than 4 MiB, the most that is assembled; make it shorter'],
		['a program for which the machine has no room', 'roomy.s', 65, 'the program needs more than the machine\'s 64 MiB of memory'],
	])('%s', async (_what, name, status, message) => {
		const file = path.join(folder.path, name);
		expect(await command('run', file)).toMatchObject({status, stdout: '', stderr: `${file}: ${message}\n`});
	});

	test.skipIf(process.getuid?.() === 0)('a file that may not be read', async () => {
		const file = path.join(folder.path, 'secret.s');
		expect(await command('run', file)).toMatchObject({status: 2, stdout: '', stderr: `${file}: you may not read this file; give the path of a .s file or of an executable\n`});
	});

	test.skipIf(process.platform !== 'linux')('a file that never ends', async () => {
		expect(await command('run', '/dev/zero')).toMatchObject({status: 65, stdout: '', stderr: '/dev/zero: this is no assembly text; give a .s file\n'});
	});
});
