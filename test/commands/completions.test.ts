import {execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {COMMANDS, ROWS} from '../../source/commands/command-table.js';
import {listLabs} from '../../source/lab/catalogue.js';
import {cli, CLI, ProgramFolder} from '../support/cli.js';
import {isInstalled} from '../support/programs-on-path.js';
import {TestTerminal} from '../support/terminal.js';

// Each test starts programs, several at a time.
vi.setConfig({testTimeout: 120_000});

const folder = new ProgramFolder();
const home = path.join(folder.path, 'home');
const env = {PATH: `${folder.path}/bin:${process.env.PATH}`, HOME: home, PS1: '$ '};

beforeAll(() => {
	mkdirSync(path.join(folder.path, 'bin'));
	mkdirSync(path.join(home, 'inner folder'), {recursive: true});
	const command = path.join(folder.path, 'bin/syscall-lab');
	writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`);
	chmodSync(command, 0o755);
	for (const name of ['hello.s', 'help me.s', 'other.s']) writeFileSync(path.join(home, name), '');
	for (const shell of ['bash', 'zsh', 'fish']) writeFileSync(path.join(home, `completions.${shell}`), execFileSync(process.execPath, [CLI, 'completions', shell]));
});
afterAll(() => folder.remove());

/** The name of a lab, and the shortest beginning that no other has. */
const LAB = listLabs().map(({name}) => name).at(-1) ?? '';
const LAB_BEGINNING = LAB.slice(0, 1 + Array.from(LAB).findIndex((_, index) => listLabs().filter(({name}) => name.startsWith(LAB.slice(0, index + 1))).length === 1));

const COMMAND_NAMES = COMMANDS.map(({name}) => name);
const APP_FLAGS = [...ROWS[0].flags.map(({name}) => `--${name}`), '--help'];
const LIST_FLAGS = ['--names', '--help'];

/** What a shell offers for a line: all words, in any order. */
const CASES: readonly (readonly [line: string, words: readonly string[]])[] = [
	['', COMMAND_NAMES],
	['ru', ['run']],
	['--', APP_FLAGS],
	['--the', ['--theme']],
	['--theme ', ['dark', 'light', 'contrast']],
	['--theme l', ['light']],
	[`--lab ${LAB_BEGINNING}`, [LAB]],
	['list ', ['labs', 'lines', 'calls']],
	['list --', LIST_FLAGS],
	['completions z', ['zsh']],
	['help ma', ['man']],
	['run --max', ['--max-steps']],
	['run --isolation ', ['on', 'off']],
	['run --isolation=of', ['off']],
	['run hello.s --without stack', ['stack-switch']],
	['run --set ', []],
	['run h', ['hello.s', 'help me.s']],
	['run hello.s -- o', ['other.s']],
];

/** The words that bash's function gives for a line. */
function bashWords(line: string): string[] {
	// COMP_WORDBREAKS has “=”, so bash makes words of its own of it.
	const words = ['syscall-lab', ...line.split(/ |(=)/u).filter((word): word is string => (word as string | undefined) !== undefined)];
	const script = 'source completions.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _syscall_lab; printf "%s\\n" "${COMPREPLY[@]}"';
	return execFileSync('bash', ['-c', script, 'bash', ...words], {cwd: home, env: {...process.env, ...env}, encoding: 'utf8'}).split('\n').filter(word => word !== '');
}

test.each(CASES)('bash offers for “syscall-lab %s”: %j', (line, words) => {
	expect(bashWords(line).sort()).toEqual([...words].sort());
});

test.skipIf(!isInstalled('fish')).each(CASES)('fish offers for “syscall-lab %s”: %j', (line, words) => {
	const output = execFileSync('fish', ['--no-config', '-c', 'source completions.fish; complete -C $argv[1]', `syscall-lab ${line}`], {cwd: home, env: {...process.env, ...env}, encoding: 'utf8'});
	// fish gives the whole word, with quotes that it would type, and a description.
	const offered = output.split('\n').filter(word => word !== '').map(word => word.split('\t')[0].replace(/^--isolation=/u, '').replaceAll('\\', ''));
	const files = new Set(['completions.bash', 'completions.fish', 'completions.zsh']);
	expect(offered.filter(word => !files.has(word)).sort()).toEqual([...words].sort());
});

/** The lines of a screen that hold anything. */
const written = (screen: TestTerminal): string[] => screen.lines().map(line => line.trimEnd()).filter(line => line !== '');

/** Whether a shell waits at the top of an empty screen. */
const isFresh = (screen: TestTerminal): boolean => written(screen).join() === '$';

/** Types a line in a shell at a terminal, presses Tab, and gives what stands in the line then. */
async function completed(terminal: TestTerminal, line: string, expected: string): Promise<void> {
	terminal.type(`syscall-lab ${line}\t`);
	await terminal.until(screen => written(screen).includes(`$ syscall-lab ${expected}`), {timeout: 15_000});
	// Ctrl+U empties the line, Ctrl+L the screen; a command would give the terminal away for a while.
	terminal.type('\u0015\u000C');
	await terminal.until(isFresh, {timeout: 15_000});
}

describe.each<[shell: string, command: readonly string[], ready: string]>([
	['bash', ['bash', '--norc', '--noprofile', '-i'], 'source completions.bash'],
	['zsh', ['zsh', '-f', '-i'], 'autoload -U compinit; compinit -u -D; unsetopt beep prompt_sp; source completions.zsh'],
])('%s at a terminal', (shell, command, ready) => {
	test.skipIf(!isInstalled(shell))('completes what is typed', async () => {
		const terminal = TestTerminal.launch(command[0], command.slice(1), {env, cwd: home, columns: 100, rows: 30});
		await terminal.until(isFresh, {timeout: 15_000});
		terminal.type(`${ready}; echo ready\r`);
		await terminal.until(screen => written(screen).slice(-2).join() === 'ready,$', {timeout: 15_000});
		terminal.type('\u000C');
		await terminal.until(isFresh, {timeout: 15_000});
		for (const [line, expected] of [
			['ru', 'run'],
			['--the', shell === 'zsh' ? '--theme=' : '--theme'],
			['--theme l', '--theme light'],
			[`--lab ${LAB_BEGINNING}`, `--lab ${LAB}`],
			['run --isolation=of', 'run --isolation=off'],
			['run --without stack-', 'run --without stack-switch'],
			['run hell', 'run hello.s'],
			['run help', String.raw`run help\ me.s`],
			['run inn', String.raw`run inner\ folder/`],
			['run hello.s -- oth', 'run hello.s -- other.s'],
			['completions f', 'completions fish'],
		]) await completed(terminal, line, expected);
		terminal.kill();
	}, 120_000);
});

test('zsh and fish read their scripts without a complaint, and bash under “set -u”, too', async () => {
	if (isInstalled('zsh')) expect(execFileSync('zsh', ['-f', '-n', 'completions.zsh'], {cwd: home, encoding: 'utf8'})).toBe('');
	if (isInstalled('fish')) expect(execFileSync('fish', ['--no-config', '-n', 'completions.fish'], {cwd: home, encoding: 'utf8'})).toBe('');
	expect(execFileSync('bash', ['-euc', 'source completions.bash; COMP_WORDS=(syscall-lab ""); COMP_CWORD=1; _syscall_lab; echo ${#COMPREPLY[@]}'], {cwd: home, encoding: 'utf8'})).toBe(`${COMMANDS.length}\n`);
	expect((await cli('completions', 'bash')).stderr).toBe('');
});
