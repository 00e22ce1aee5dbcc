/**
 * Self-checking programs, each about one question: the number of the first check that failed is their exit status. They
 * run on this kernel, built in each way, and, where the tools for it are there, on the kernel of this very computer.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, describe, expect, test} from 'vitest';
import {buildKernel, type KernelOptions} from '../../source/kernel/kernel.js';
import {boot, type BootOptions} from '../../source/kernel/loader.js';
import {assemble} from '../../source/program/assemble.js';
import {link} from '../../source/program/link.js';
import {outcomeOf} from '../../source/trace/outcome.js';

const FOLDER = path.join(import.meta.dirname, 'programs');
const MEMORY = 16 * 1024 * 1024;
const STEP_LIMIT = 20_000_000;

const read = (name: string): string => readFileSync(path.join(FOLDER, name), 'utf8');

/** Programs by name: the first line of each is the question that it answers. */
const PROGRAMS = readdirSync(FOLDER).filter(name => name.endsWith('.s') && name !== 'check.s').map(name => ({name, question: read(name).split('\n')[0].replace(/^# /, '')}));

/** A comment of this form names things of Linux that the program does not ask of the computer it is on. */
const onlyHere = (name: string): boolean => /^# Only on this kernel/m.test(read(name));

const KERNELS: readonly (readonly [how: string, options: KernelOptions, boot?: BootOptions])[] = [
	['as it is', {}],
	['with isolation', {isolation: true}],
	['without the entry stack', {entryStack: false}],
	['with the second door open, and pages that come when they are touched', {door80: true}, {populate: false}],
];

describe.each(KERNELS.map(([how, options, bootOptions]) => ({how, options, bootOptions})))('on the kernel $how', ({options, bootOptions = {}}) => {
	const kernel = buildKernel(options);

	test.each(PROGRAMS)('$question ($name)', ({name}) => {
		const image = link([assemble({name, text: read(name)}, {include: read})]);
		const machine = boot(kernel, image, {memory: MEMORY, ...bootOptions});
		expect(outcomeOf(machine, kernel, machine.run(STEP_LIMIT))).toEqual({kind: 'exited', status: 0});
	});
});

/** What a comparison needs and this computer does not have. */
function missing(): string | undefined {
	if (process.platform !== 'linux' || process.arch !== 'x64') return 'Linux on x86-64';
	return ['gcc', 'as', 'ld'].find(name => spawnSync(name, ['--version']).status !== 0);
}

const lacking = missing();

describe.skipIf(lacking !== undefined)('on the kernel of this computer', () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'kernel-programs-'));
	afterAll(() => {
		rmSync(folder, {recursive: true});
	});

	test.each(PROGRAMS.filter(({name}) => !onlyHere(name)))('$question ($name)', ({name}) => {
		const program = path.join(folder, path.basename(name, '.s'));
		const made = spawnSync('gcc', ['-nostdlib', '-static', '-no-pie', '-o', program, path.join(FOLDER, name)], {encoding: 'utf8', cwd: FOLDER});
		expect([made.status, made.stderr]).toEqual([0, '']);
		const {status, signal} = spawnSync(program, [], {timeout: 20_000, input: '', cwd: folder});
		expect([status, signal]).toEqual([0, null]);
	});
});

test.skipIf(lacking === undefined)(`the comparison with this computer’s kernel is skipped: it needs ${lacking ?? 'nothing'}`, () => {
	expect(lacking).toBeDefined();
});
