/**
 * Runs real programs in the machine and writes down the shapes of instructions that they use most, for
 * source/machine/emit/common-shapes.ts: `node scripts/run-ts.js scripts/record-shapes.ts`. Wants busybox and gcc.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {buildKernel} from '../source/kernel/kernel.js';
import {boot} from '../source/kernel/loader.js';
import type {InitialFiles} from '../source/kernel/services/file-system.js';
import {Catalogue} from '../source/machine/emit/catalogue.js';
import {Translator} from '../source/machine/emit/translator.js';
import type {Machine} from '../source/machine/machine.js';

/** How many shapes are kept: these were 99.5 % of what the programs use. */
const KEPT = 540;

/** Steps that each program is given. */
const STEPS = 20_000_000;

const WIDTH = 150;
const FOLDER = '/home/user';
const BUSYBOX = '/bin/busybox';
const DATA = 'data';

/** What busybox is asked for, one of its applets a line, with the file `data` to work on. */
const APPLETS = `sha256sum data|md5sum data|sort data|wc data|grep -n the data|sed s/the/THE/g data|gzip -c data|bzip2 -c data|base64 data
|awk {n+=NF}END{print(n)} data|tr a-z A-Z|od -x data|uniq -c data|ls -l|dc|head -n 50 data|printf %d%s%x 12 ab 99|expr 3 * 4|diff data busybox
|factor 1234567890123|seq 1 300|find .|cut -c1-9 data|cal|date|sh -c ls|xz --help|fold data|rev data|tail -n 5 data`.split(/\n?\|/u);

const C_PROGRAM = `
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct node { struct node *left, *right; int key; };
static struct node *insert(struct node *at, int key) {
	if (!at) { at = calloc(1, sizeof *at); at->key = key; return at; }
	if (key < at->key) at->left = insert(at->left, key); else if (key > at->key) at->right = insert(at->right, key);
	return at;
}
static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }
int main(void) {
	unsigned seed = 1; struct node *tree = 0; static char *words[2000]; double sum = 0; unsigned long hash = 5381;
	for (int i = 0; i < 2000; i++) {
		char text[32]; seed = seed * 1103515245u + 12345u; tree = insert(tree, seed >> 8);
		snprintf(text, sizeof text, "w%u", seed % 100000); words[i] = strdup(text); sum += 1.0 / (i + 1);
	}
	qsort(words, 2000, sizeof *words, compare);
	for (int i = 0; i < 2000; i++) for (char *p = words[i]; *p; p++) hash = hash * 33 ^ *p;
	printf("%s %s %f %lu %d\\n", words[0], words[1999], sum, hash / 7, tree->key);
}
`;

/** A shape's weight, and how the list has it. */
interface Entry {
	count: number;
	readonly text: string;
}

const entries = new Map<string, Entry>();
const catalogue = new Catalogue();
const kernel = buildKernel();

function count(key: string, text: string): void {
	const entry = entries.get(key) ?? {count: 0, text};
	entry.count++;
	entries.set(key, entry);
}

/** Counts the shapes of all blocks that a machine has run. */
function countBlocks(machine: Machine): void {
	const translator = new Translator(machine.cpu, catalogue);
	translator.clear(Infinity);
	for (const {instructions, bytes} of machine.cpu.code.knownWithBytes()) {
		const digits = bytes.map(each => Buffer.from(each).toString('hex'));
		const shapes = translator.shapesOf(instructions);
		for (const [index, found] of shapes.entries()) if (found !== undefined) count(found.key, digits[index] + (found.shape.isQuiet ? '~' : ''));
		const joined = translator.joinLast(shapes, instructions);
		if (joined !== undefined) count(joined.key, digits.slice(-2).join('+'));
	}
}

function runProgram(name: string, argv: readonly string[], files: InitialFiles): void {
	const machine = boot(kernel, `${FOLDER}/${name}`, {argv, files, engine: 'direct'});
	machine.run(STEPS);
	countBlocks(machine);
	process.stderr.write(`${argv.join(' ')}: ${machine.steps} steps, ${entries.size} shapes so far\n`);
}

const folder = mkdtempSync(path.join(tmpdir(), 'shapes-'));
const executable = (bytes: Uint8Array) => ({bytes, mode: 0o755});
for (const level of ['-O0', '-O2']) {
	const file = path.join(folder, 'program');
	const {status} = spawnSync('gcc', [level, '-static', '-x', 'c', '-o', file, '-'], {input: C_PROGRAM});
	if (status !== 0) throw new Error('gcc made no program: install gcc and libc6-dev');
	runProgram('program', ['program'], new Map([[`${FOLDER}/program`, executable(readFileSync(file))]]));
}

rmSync(folder, {recursive: true});
const files: InitialFiles = new Map([
	[`${FOLDER}/busybox`, executable(readFileSync(BUSYBOX))],
	[`${FOLDER}/${DATA}`, {bytes: readFileSync(path.join(import.meta.dirname, '..', '..', '..', 'readme.md')), mode: 0o644}],
]);
for (const applet of APPLETS) runProgram('busybox', ['busybox', ...applet.split(' ')], files);

const sorted = [...entries.values()].sort((a, b) => b.count - a.count);
const weight = (some: readonly Entry[]): number => some.reduce((sum, entry) => sum + entry.count, 0);
const kept = sorted.slice(0, KEPT);
process.stderr.write(`${kept.length} of ${sorted.length} shapes, ${(100 * weight(kept) / weight(sorted)).toFixed(2)} %\n`);
const lines = [''];
for (const {text} of kept) {
	const line = lines[lines.length - 1];
	if (line.length + text.length >= WIDTH) lines.push(text);
	else lines[lines.length - 1] = line === '' ? text : `${line} ${text}`;
}

writeFileSync(path.join(import.meta.dirname, '..', '..', '..', 'source/machine/emit/common-shapes.ts'), `/**
 * One instruction of each shape that programs use most, the commonest first, as bytes. A ~ behind it: nobody asks for the
 * flags that it sets. A + between two: they are one shape. Made by scripts/record-shapes.ts from runs of real programs.
 */
export const COMMON_SHAPES: readonly string[] = \`
${lines.map(line => `\t${line}`).join('\n')}
\`.trim().split(/\\s+/u);
`);
