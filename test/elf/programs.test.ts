import {spawnSync} from 'node:child_process';
import process from 'node:process';
import {afterAll, describe, expect, test, vi} from 'vitest';
import {command} from '../support/in-process.js';
import {isInstalled} from '../support/programs-on-path.js';
import {type Build, BUILDS, lacks, Programs} from './support.js';

// Each test compiles and runs programs.
vi.setConfig({testTimeout: 120_000});

const programs = new Programs();
afterAll(() => programs.remove());

const STEPS = ['--max-steps', '100000000'];

/** Runs a program here, or on the machine: what it prints, and its exit status as a shell has it. */
function really(file: string, args: readonly string[] = []): {readonly status: number | null; readonly stdout: string} {
	const {status, signal, stdout} = spawnSync(file, [...args], {encoding: 'utf8', env: {LANG: 'C', WHO: 'me'}});
	const number = {SIGFPE: 8, SIGSEGV: 11, SIGTERM: 15}[String(signal)];
	return {status: number === undefined ? status : 128 + number, stdout};
}

const emulated = (file: string, flags: readonly string[], args: readonly string[] = []): ReturnType<typeof command> =>
	command('run', ...STEPS, '--env', 'LANG=C', '--env', 'WHO=me', ...flags, file, ...(args.length === 0 ? [] : ['--', ...args]));

const ARGUMENTS: Readonly<Partial<Record<string, readonly string[]>>> = {arguments: ['one', 'two words', '', '*']};

describe.each(Object.keys(BUILDS) as Build[])('a %s program', build => {
	const flags = build === 'dynamic' ? ['--root', '/'] : [];
	// Of a folder of this computer nothing can be changed, files neither.
	const names = ['hello', 'arguments', 'allocate', 'files', 'pipe', 'signals', 'threads', 'floating', 'divide', 'null'].filter(name => build !== 'dynamic' || name !== 'files');

	test.skipIf(lacks(build) !== undefined).each(names)('does what it does on this computer: %s', async name => {
		const file = programs.make(name, build, ...(name === 'threads' ? ['-pthread'] : []));
		const args = ARGUMENTS[name] ?? [];
		const {status, stdout} = await emulated(file, flags, args);
		expect({status, stdout}).toEqual(really(file, args));
	});
});

describe.skipIf(!isInstalled('busybox'))('busybox', () => {
	const file = spawnSync('which', ['busybox'], {encoding: 'utf8'}).stdout.trim();

	test.each([
		['echo', ['echo', 'hello', 'world'], 'hello world\n'],
		['sh -c with a pipe', ['sh', '-c', 'echo one two | busybox wc -w; exit 3'], '2\n'],
		['ls', ['ls', '/dev'], 'console\nnull\nrandom\ntty\nurandom\nzero\n'],
	])('%s', async (_, args, output) => {
		const {status, stdout, stderr} = await command('run', ...STEPS, '--env', 'PATH=/home/user', file, '--', ...args);
		// Its output is a terminal's, in columns, however wide.
		expect([status, stdout.split(/\s+/u).join(' ').trim(), stderr]).toEqual([args[0] === 'sh' ? 3 : 0, output.split(/\s+/u).join(' ').trim(), '']);
	});

	test('ls with a folder of this computer lists what is there', async () => {
		const {stdout, status} = await command('run', ...STEPS, '--root', '/', file, '--', 'ls', '-1a', import.meta.dirname);
		const real = spawnSync(file, ['ls', '-1a', import.meta.dirname], {encoding: 'utf8', env: process.env}).stdout;
		expect([status, stdout]).toEqual([0, real]);
	});
});
