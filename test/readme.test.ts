import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {pathToFileURL} from 'node:url';
import {expect, test} from 'vitest';
import {COMMANDS} from '../source/view/commands.js';

const root = path.dirname(import.meta.dirname);
const readme = readFileSync(path.join(root, 'readme.md'), 'utf8');

test('the library’s program in the readme prints what the readme says', () => {
	const program = /```js\n([^]*?)```/.exec(readme)?.[1] ?? '';
	const output = /It prints:\n\n```text\n([^]*?)```/.exec(readme)?.[1];
	const folder = mkdtempSync(path.join(tmpdir(), 'syscall-lab-readme-'));
	const file = path.join(folder, 'program.mjs');
	writeFileSync(file, program.replace("'syscall-lab'", JSON.stringify(pathToFileURL(path.join(root, 'dist/index.js')).href)));
	const run = spawnSync(process.execPath, [file], {encoding: 'utf8'});
	expect(run.stderr).toBe('');
	expect(run.stdout).toBe(output);
});

test('the readme names every key of the app’s table', () => {
	const keys = readme.slice(readme.indexOf('## Keys'), readme.indexOf('## Without a screen'));
	const missing = COMMANDS.filter(({name, shown}) => !name.startsWith('pane-') && !keys.includes(`\`${shown}\``)).map(({shown}) => shown);
	expect(missing).toEqual([]);
});

test('the readme’s test command is the one that the package has', () => {
	expect(readme).toContain('npm install && npm test');
});
