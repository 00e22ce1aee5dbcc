/** Compares traces with those of this computer's strace: the same calls, in the same order, with the same arguments. */
import {chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, describe, expect, test, vi} from 'vitest';
import {spawnSync} from 'node:child_process';
import {command} from '../support/in-process.js';
import {isInstalled} from '../support/programs-on-path.js';
import {TestTerminal} from '../support/terminal.js';
import {byTask} from '../trace/strace/recording.js';
import {type Build, lacks, lacksStrace, Programs} from './support.js';

vi.setConfig({testTimeout: 120_000});

const programs = new Programs();
afterAll(() => programs.remove());

const ENVIRONMENT = ['LANG=C', 'WHO=me'];

/** What may differ, and what stands in its place. */
const VARIABLE: readonly (readonly [pattern: RegExp, replacement: string])[] = [
	// Contents: of files' properties, terminals, limits, random bytes, clocks, computers.
	[/\{st_mode=[^}]*\}/gu, '{STAT}'], [/\{c_iflag=[^}]*\}/gu, '{TERMIOS}'], [/\{ws_row=[^}]*\}/gu, '{WINSIZE}'], [/\{rlim_cur=[^}]*\}/gu, '{LIMIT}'],
	[/getrandom\("[^"]*"/gu, 'getrandom("RANDOM"'], [/\{tv_sec=[^}]*\}/gu, '{TIME}'], [/\{sysname=[^}]*\}/gu, '{SYSTEM}'], [/si_([us])time=\d+(?: \/\*[^*]*\*\/)?/gu, 'si_$1time=TIME'],
	[/si_uid=\d+/gu, 'si_uid=USER'], [/(set[ug]id\()\d+/gu, '$1ID'], [/(get(?:e?[ug]id|ppid|pgrp)\(\) += )\d+/gu, '$1ID'], [/^(execve\(.* \/\* \d+ vars \*\/\))/gu, '$1'],
	// Entries of folders have other lengths where their names have.
	[/(getdents64\(.*\) += )\d+/gu, '$1LENGTH'],
	// Addresses.
	[/0x[\da-f]{6,}/gu, 'ADDRESS'], [/ += /gu, ' = '],
];

/** Calls whose number depends on which thread is faster; clocks, which programs read without a call where Linux maps a page for that; and what the linker asks for memory of its own, which depends on the processor and on that page. */
const CHANCE = /^\S+ (?:futex|time|gettimeofday|clock_gettime|getcpu)\(|^\S+ mmap\(NULL, \d+, PROT_READ\|PROT_WRITE, MAP_PRIVATE\|MAP_ANONYMOUS, -1, 0\) = ADDRESS$/u;

/** Calls that make a task, and what they answer. */
const MADE = /(?:clone3?|v?fork)(?:\(| resumed>).* = (\d+)$/u;

/** Where numbers of tasks stand. */
const WITH_TASKS = /\b(?:clone3?|v?fork|wait4|kill|tkill|tgkill|getpid|gettid|set_tid_address)\(|si_pid=/u;

/** Lines that can be compared: calls in one piece, by task, the tasks named in the order in which they were made. */
function comparable(lines: readonly string[]): string[] {
	const first = /^\d+/u.exec(lines[0])?.[0] ?? '';
	const tasks = [first, ...lines.map(line => MADE.exec(line)?.[1]).filter(task => task !== undefined)];
	const names = new Map(tasks.map((task, index) => [task, `task-${index}`]));
	const named = (line: string): string => (WITH_TASKS.test(line) ? line.replaceAll(/\b\d+\b/gu, number => names.get(number) ?? number) : line.replace(/^\d+/u, number => names.get(number) ?? number));
	const plain = (line: string): string => VARIABLE.reduce((text, [pattern, replacement]) => text.replaceAll(pattern, replacement), named(line));
	const all = byTask(lines).map(plain).filter(line => !CHANCE.test(line));
	return [...names.values()].flatMap(task => all.filter(line => line.startsWith(`${task} `)));
}

const linesOf = (file: string): string[] => readFileSync(file, 'latin1').trimEnd().split('\n');

/** What strace writes of a program that has a terminal. */
async function theirs(file: string, args: readonly string[], name: string, user: readonly string[] = []): Promise<string[]> {
	const output = path.join(programs.folder, `${name}.strace`);
	// The machine's console is a terminal of the same kind as this one; that of a window is another.
	const tracer = spawnSync('which', ['strace'], {encoding: 'utf8'}).stdout.trim();
	const terminal = TestTerminal.launch('sh', ['-c', 'exec env -i "$@" >/dev/tty', 'sh', ...ENVIRONMENT, tracer, ...user, '-f', '-o', output, file, ...args], {columns: 80, rows: 24});
	await terminal.exit;
	return linesOf(output);
}

async function ours(file: string, args: readonly string[], name: string, flags: readonly string[]): Promise<string[]> {
	const output = path.join(programs.folder, `${name}.ours`);
	await command('run', ...flags, '--max-steps', '100000000', ...ENVIRONMENT.flatMap(each => ['--env', each]), `--strace=${output}`, file, ...(args.length === 0 ? [] : ['--', ...args]));
	return linesOf(output);
}

async function expectSame(file: string, args: readonly string[], name: string, root = true, user: readonly string[] = []): Promise<void> {
	const real = comparable(await theirs(file, args, name, user));
	const made = comparable(await ours(file, args, name, root ? ['--root', '/'] : []));
	// Without a folder of this computer the program lies elsewhere.
	const place = (lines: readonly string[]): string[] => (root ? [...lines] : lines.filter(line => !/(?:execve|readlink)\("/u.test(line)));
	expect(place(made).join('\n')).toEqual(place(real).join('\n'));
	expect(made.length).toBeGreaterThan(4);
}

const strace = lacksStrace();

const BUILT: readonly (readonly [Build, readonly string[]])[] = [
	['static', ['hello', 'arguments', 'allocate', 'pipe', 'signals', 'threads', 'floating', 'divide', 'null']],
	['static-PIE', ['hello', 'signals', 'pipe']],
	['dynamic', ['hello', 'arguments', 'allocate', 'pipe', 'signals', 'threads', 'floating', 'null']],
	['musl', ['hello', 'arguments', 'allocate', 'pipe', 'signals', 'threads', 'floating', 'divide']],
];

describe.skipIf(strace !== undefined)('a trace is that of strace', () => {
	describe.each(BUILT)('for %s programs', (build, names) => {
		test.skipIf(lacks(build) !== undefined).each(names)('%s', async name => {
			await expectSame(programs.make(name, build, ...(name === 'threads' ? ['-pthread'] : [])), name === 'arguments' ? ['one', 'two words', ''] : [], `${name}-${build}`);
		});

		test.skipIf(lacks(build) !== undefined || build === 'dynamic')('files', async () => {
			await expectSame(programs.make('files', build), [], `files-${build}`, false);
		});
	});

	describe.skipIf(!isInstalled('busybox'))('for busybox', () => {
		const file = spawnSync('which', ['busybox'], {encoding: 'utf8'}).stdout.trim();

		// Everybody may look into it, whoever runs the tests and wherever they lie.
		const listed = mkdtempSync(path.join(tmpdir(), 'listed-'));
		chmodSync(listed, 0o755);
		for (const name of ['one', 'three', 'two']) writeFileSync(path.join(listed, name), name);
		afterAll(() => rmSync(listed, {recursive: true}));

		test.each([['echo', ['echo', 'hello']], ['ls', ['ls', listed]], ['a shell', ['sh', '-c', 'echo one; exit 3']]])('%s', async (name, args) => {
			// It asks who it is, and does less for the one who may do everything.
			await expectSame(file, args, `busybox-${name}`, true, process.getuid?.() === 0 ? ['-u', 'nobody'] : []);
		});
	});
});
