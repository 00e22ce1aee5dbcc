import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test, vi} from 'vitest';
import {COMMANDS, ROWS} from '../../source/commands/command-table.js';
import {ENVIRONMENT} from '../../source/commands/environment.js';
import {exitCodesOf} from '../../source/commands/help-text.js';
import {manualPage} from '../../source/commands/manual-page.js';
import {APP} from '../../source/commands/rows/app.js';
import {packageVersion} from '../../source/commands/version.js';
import {cli} from '../support/cli.js';
import {isInstalled} from '../support/programs-on-path.js';

// Each test starts programs, several at a time.
vi.setConfig({testTimeout: 120_000});

const FILE = path.join(import.meta.dirname, '../../man/syscall-lab.1');
const page = manualPage(APP, COMMANDS, packageVersion());

test('the page of the package is the one that the tables give; if not, npm run texts writes it', () => {
	expect(readFileSync(FILE, 'utf8')).toBe(page);
});

test('syscall-lab man prints it', async () => {
	expect(await cli('man')).toMatchObject({status: 0, stdout: page, stderr: ''});
});

/** The page as text, without the breaks and hyphens that a formatter puts in. */
const unwrapped = (text: string): string => text.replaceAll(/‐\n\s+/gu, '').replaceAll('‐', '-').replaceAll(/\s+/gu, ' ');

describe.skipIf(!isInstalled('groff'))('groff', () => {
	const {stdout, stderr} = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-P-c', '-rHY=0', '-rLL=100n', '-dAD=l', '-'], {input: page, encoding: 'utf8'});

	test('reads the page without a warning', () => {
		expect(stderr).toBe('');
	});

	test('shows all of its text', () => {
		// What overstrikes for bold and underlined letters is not text.
		const text = unwrapped(stdout.replaceAll(/.\u0008/gu, ''));
		const sentences = ROWS.flatMap(row => [...row.description, ...row.flags.map(({help}) => help), ...row.arguments.map(({help}) => help.slice(1)), ...exitCodesOf(row).map(([, meaning]) => meaning.slice(1)), ...row.examples.map(([command]) => command)]);
		const rest = ENVIRONMENT.flatMap(([name, meaning]) => [name, meaning.slice(1)]);
		const missing = [...sentences, ...rest].filter(sentence => !text.includes(unwrapped(sentence)));
		expect(missing).toEqual([]);
	});
});

test.skipIf(!isInstalled('man'))('man shows the page', () => {
	const {status, stdout, stderr} = spawnSync('man', ['-l', FILE], {encoding: 'utf8', env: {...process.env, MANWIDTH: '80', PAGER: 'cat', MANPAGER: 'cat', LC_ALL: 'C.UTF-8'}});
	expect([status, stderr]).toEqual([0, '']);
	expect(stdout).toMatch(/^SYSCALL-LAB\(1\) .* SYSCALL-LAB\(1\)\n\nNAME\n +syscall-lab +- +a terminal lab/);
});
