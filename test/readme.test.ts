import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {pathToFileURL} from 'node:url';
import {expect, test} from 'vitest';
import {listLabs} from '../source/lab/catalogue.js';
import {markedParts, PARTS, withParts} from '../scripts/texts/markdown.js';
import {CLI} from './support/cli.js';

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

test('the readme’s tables of keys, commands, flags and exit codes are those of the program; if not, npm run texts writes them', () => {
	expect(markedParts(readme).sort()).toEqual(Object.keys(PARTS).sort());
	expect(withParts(readme)).toBe(readme);
});

test('a table of the readme that is out of date is seen', () => {
	const spoilt = readme.replace(/\| `--json` \|.*\n/u, '');
	expect(spoilt).not.toBe(readme);
	expect(withParts(spoilt)).toBe(readme);
});

test('the readme’s program, run as its examples say, prints what they say', () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'syscall-lab-readme-'));
	writeFileSync(path.join(folder, 'hello.s'), /```asm\n([^]*?)```/u.exec(readme)?.[1] ?? '');
	const blocks = [...readme.matchAll(/```sh\n(\$ syscall-lab [^]*?)```/gu)].map(match => match[1]);
	const examples = blocks.flatMap(block => block.split(/^\$ /mu).slice(1)).map(example => [example.slice(0, example.indexOf('\n')), example.slice(example.indexOf('\n') + 1).trimEnd()]);
	expect(examples.length).toBeGreaterThan(1);
	for (const [command, output] of examples) {
		const script = `syscall-lab() { '${process.execPath}' '${CLI}' "$@"; }; ${command}`;
		expect([command, spawnSync('bash', ['-c', script], {encoding: 'utf8', cwd: folder}).stdout.trimEnd()]).toEqual([command, output]);
	}
}, 120_000);

test('the readme’s test command is the one that the package has', () => {
	expect(readme).toContain('npm install && npm test');
});

test('each step that the readme names for a part of the article is there, and every lab is named', () => {
	const titles = new Map(listLabs().map(({name, folder}) => [name.slice(0, 2), [...readFileSync(path.join(folder, 'lab.md'), 'utf8').matchAll(/^## (.+)$/gmu)].map(([, title]) => title)]));
	const [, section = ''] = /^## The article, and the labs that show it$([^]*?)^## /mu.exec(readme) ?? [];
	const named = [...section.matchAll(/(\d\d) · (?=(.+))/gu)].map(([, lab, rest]) => ({lab, rest, title: titles.get(lab)?.find(title => rest.startsWith(title) && /^(?:,| \||$)/u.test(rest.slice(title.length)))}));
	expect(named.filter(({title}) => title === undefined).map(({lab, rest}) => `${lab} · ${rest.slice(0, 30)}`)).toEqual([]);
	expect(named.length).toBeGreaterThan(80);
	const labs = new Set([...named.map(({lab}) => lab), ...[...section.matchAll(/\blab (\d\d)\b/gu)].map(([, lab]) => lab)]);
	expect([...titles.keys()].filter(lab => !labs.has(lab) && lab !== '00')).toEqual([]);
});
