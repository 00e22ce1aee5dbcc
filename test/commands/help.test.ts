import {describe, expect, test, vi} from 'vitest';
import {COMMANDS, ROWS} from '../../source/commands/command-table.js';
import {exitCodesOf, flagUsage} from '../../source/commands/help-text.js';
import {cli} from '../support/cli.js';

// Each test starts programs, several at a time.
vi.setConfig({testTimeout: 120_000});

const printed = async (...args: readonly string[]): Promise<string> => {
	const {status, stdout, stderr} = await cli(...args);
	expect([status, stderr]).toEqual([0, '']);
	return stdout;
};

/** A text without its line breaks and indents, in which sentences are found again. */
const unwrapped = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe.concurrent('help', () => {
	test.each(COMMANDS.map(row => [row.name, row] as const))('of %s says what it does, with each flag, argument, exit code and example, in 80 columns', async (name, row) => {
		const help = await printed(name, '--help');
		expect(help.startsWith(`Usage: syscall-lab ${name}`)).toBe(true);
		expect(Math.max(...help.split('\n').map(line => line.length))).toBeLessThanOrEqual(80);
		const text = unwrapped(help);
		const parts = [
			...row.description, ...row.flags.flatMap(flag => [flagUsage(flag), flag.help]), ...row.arguments.map(each => each.help),
			...exitCodesOf(row).map(([code, meaning]) => `${code} ${meaning}`), ...row.examples.flat(),
		];
		for (const part of parts) expect(text).toContain(unwrapped(part));
	});

	test('of the whole lists all commands and the app’s flags', async () => {
		const help = await printed('--help');
		expect(Math.max(...help.split('\n').map(line => line.length))).toBeLessThanOrEqual(80);
		const text = unwrapped(help);
		for (const {name, summary} of COMMANDS) expect(text).toContain(`${name} ${summary}`);
		for (const flag of ROWS[0].flags) expect(text).toContain(flagUsage(flag));
	});

	test('is the same however it is asked for', async () => {
		const whole = await printed('--help');
		const run = await printed('run', '--help');
		for (const args of [['-h'], ['help'], ['--plain', '--help']]) expect(await printed(...args)).toBe(whole);
		for (const args of [['help', 'run'], ['run', '-h'], ['run', 'a.s', '--json', '--help'], ['run', 'a', 'b', 'c', '-h']]) expect(await printed(...args)).toBe(run);
	});

	test('is not asked for by a word behind two dashes', async () => {
		expect(await cli('run', 'nowhere.s', '--', '--help')).toMatchObject({status: 2, stdout: ''});
	});

	test('--version prints the version', async () => {
		expect(await printed('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
	});
});

test('the table holds what help needs of each row', () => {
	const names = COMMANDS.map(({name}) => name);
	expect(new Set(names).size).toBe(names.length);
	for (const row of ROWS) {
		const flags = row.flags.map(({name}) => name);
		const letters = ['h', ...row.flags.flatMap(({short}) => short ?? [])];
		expect([row.name, new Set(flags).size, new Set(letters).size]).toEqual([row.name, flags.length, letters.length]);
		expect([row.name, flags.filter(name => !/^[a-z]+(?:-[a-z]+)*$/.test(name) || name === 'help')]).toEqual([row.name, []]);
		expect([row.name, row.examples.length > 0, row.exitCodes.length > 0, row.description.length > 0]).toEqual([row.name, true, true, true]);
		// A repeated or optional argument stands last: words are given to arguments in their order.
		expect([row.name, row.arguments.slice(0, -1).filter(({repeatable, optional}) => repeatable === true || optional === true)]).toEqual([row.name, []]);
		for (const {help, summary} of [...row.flags, ...row.arguments].map(({help}) => ({help, summary: row.summary}))) expect(`${help} ${summary}`).not.toMatch(/\.(?: |$)/);
	}
});

test.each([['labs', '06-the-stack-switch'], ['lines', 'stack-switch'], ['calls', 'write']])('list %s prints a line for each, or the names alone', async (what, name) => {
	const lines = (await printed('list', what)).trimEnd().split('\n');
	const names = (await printed('list', what, '--names')).trimEnd().split('\n');
	expect(names).toContain(name);
	expect(lines.map(line => line.split(' ')[0])).toEqual(names);
});
