import {type ChildProcess, spawn} from 'node:child_process';
import {appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, afterEach, describe, expect, test, vi} from 'vitest';
import {listLabs} from '../../source/lab/catalogue.js';
import {skeleton} from '../../source/lab/skeleton.js';
import {CLI, cli} from '../support/cli.js';
import {command} from '../support/in-process.js';

vi.setConfig({testTimeout: 60_000});

const folder = mkdtempSync(path.join(tmpdir(), 'check-'));
afterAll(() => rmSync(folder, {recursive: true}));

/** A lab that is sound: a new one, with nothing left to be written. */
const MODEL = {name: '66-the-model', files: [...skeleton('66-the-model')].map(([file, text]) => ({file, text: text.replaceAll('TODO', 'Here is said')}))};

let count = 0;

/** A lab in a folder of labs, changed. */
function labWith(change: (text: string) => string, labs = path.join(folder, `labs-${++count}`), name = MODEL.name): string {
	const lab = path.join(labs, name);
	mkdirSync(lab, {recursive: true});
	for (const {file, text} of MODEL.files) writeFileSync(path.join(lab, file), file === 'lab.md' ? change(text) : text);
	return lab;
}

const asItIs = (text: string): string => text;
const OURS = listLabs()[0];

describe('check', () => {
	test.each([['a number', OURS.name.slice(0, 2)], ['a name', OURS.name], ['a folder', OURS.folder]])('takes %s', async (_, word) => {
		const {status, stdout, stderr} = await command('check', word);
		expect([status, stderr]).toEqual([0, '']);
		expect(stdout).toMatch(new RegExp(`^${OURS.name}: sound \\(\\d+ steps, \\d+ goals, \\d+ questions, \\d+ mistakes\\)\\n$`, 'u'));
	});

	test('takes a folder of labs, and says what belongs to none of them', async () => {
		const labs = path.dirname(labWith(asItIs));
		labWith(asItIs, labs, '67-another');
		writeFileSync(path.join(labs, 'stray.txt'), 'who wants this?');
		const {status, stdout} = await command('check', labs);
		expect(status).toBe(1);
		expect(stdout).toContain(`${MODEL.name}: sound (2 steps, 1 goals, 1 questions, 1 mistakes)\n67-another: sound`);
		expect(stdout).toMatch(/stray\.txt:1:1: .+/u);
	});

	test('a proof that fails ends with 1, and names file, line and column', async () => {
		const {status, stdout} = await command('check', labWith(text => text.replace('result: -EBADF', 'result: 12')));
		expect(status).toBe(1);
		expect(stdout).toMatch(/^\S+labs-\d+\/66-the-model\/(?:lab\.md|solution\.yaml):\d+:\d+: .+$/mu);
		expect(stdout).toMatch(/^66-the-model: failed \(\d+ findings?\)$/mu);
	});

	test('a lab that can’t be read ends with 65, and the others are checked all the same', async () => {
		const {status, stdout} = await command('check', labWith(text => text.replace('minutes:', 'minuts:')), labWith(asItIs, path.join(folder, 'others'), '67-another'));
		expect(status).toBe(65);
		expect(stdout).toMatch(/lab\.md:\d+:\d+: .*minuts.*did you mean minutes\?/u);
		expect(stdout).toMatch(/66-the-model: broken \(\d+ findings?\)\n67-another: sound/u);
	});

	test('the same as JSON', async () => {
		const {status, stdout} = await command('check', '--json', labWith(text => text.replace('result: -EBADF', 'result: 12')));
		expect(status).toBe(1);
		const found = JSON.parse(stdout) as {readonly labs: readonly {readonly findings: readonly object[]}[]};
		expect(found).toMatchObject({sound: false, stray: [], labs: [{lab: MODEL.name, status: 'failed'}]});
		expect(found.labs[0].findings[0]).toMatchObject({kind: expect.any(String) as string, file: expect.stringContaining(MODEL.name) as string, line: expect.any(Number) as number, column: expect.any(Number) as number, message: expect.any(String) as string});
	});

	test('several labs are proved in threads, and told in their order, as one after the other', async () => {
		const labs = [labWith(text => text.replace('minutes:', 'minuts:')), labWith(asItIs, path.join(folder, 'more'), '67-another'), labWith(text => text.replace('result: -EBADF', 'result: 12'), path.join(folder, 'more'), '68-third')];
		const [here, inThreads] = await Promise.all([command('check', '--json', ...labs), cli('check', '--json', ...labs)]);
		expect(inThreads).toMatchObject({status: 65, stderr: ''});
		expect(JSON.parse(inThreads.stdout)).toEqual(JSON.parse(here.stdout));
		expect((await cli('check', ...labs)).stdout).toMatch(/66-the-model: broken[^]*67-another: sound[^]*68-third: failed/u);
	});

	test('a word that means no lab is refused with what was probably meant', async () => {
		const {status, stdout, stderr} = await command('check', `${OURS.name}x`);
		expect([status, stdout]).toEqual([2, '']);
		expect(stderr).toContain(`there is no lab ${OURS.name}x; did you mean ${OURS.name}?`);
	});
});

describe('check --watch', () => {
	const children: ChildProcess[] = [];
	afterEach(() => {
		for (const child of children.splice(0)) child.kill('SIGKILL');
	});

	test('checks again when a file is saved, and ends with a signal', async () => {
		const lab = labWith(asItIs);
		const child = spawn(process.execPath, [CLI, 'check', lab, '--watch'], {stdio: ['ignore', 'pipe', 'pipe']});
		children.push(child);
		let printed = '';
		for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
		const ended = new Promise<number | null>(resolve => child.on('close', code => resolve(code)));
		const isWaiting = (times: number): Promise<unknown> => vi.waitUntil(() => printed.split('Waiting for a file to be saved').length > times, {timeout: 30_000, interval: 20});
		await isWaiting(1);
		expect(printed).toContain(': sound');
		appendFileSync(path.join(lab, 'lab.md'), '\n## A step more\n\nAnd nothing in it that is known: a zorkmid `block`.\n\n```yaml\nnonsense: 1\n```\n');
		await isWaiting(2);
		expect(printed).toMatch(/lab\.md:\d+:\d+: .*nonsense/u);
		child.kill('SIGINT');
		expect(await ended).toBe(130);
	});
});

describe('new', () => {
	const labs = path.join(folder, 'mine');

	test('makes a lab that lacks nothing but what only its author knows', async () => {
		const {status, stdout} = await command('new', '70-two-doors', '--in', labs);
		const home = path.join(labs, '70-two-doors');
		expect([status, stdout]).toEqual([0, `${home} is there. Write what says TODO in it, then prove it:\n    syscall-lab check ${home}\n`]);
		expect(readdirSync(home).sort()).toEqual(['lab.md', 'program.s', 'solution.yaml']);
		const checked = await command('check', home);
		expect(checked.status).toBe(1);
		expect(checked.stdout).toContain('TODO');
		expect(checked.stdout.split('\n').filter(line => /:\d+:\d+: /u.test(line) && !line.includes('TODO'))).toEqual([]);
		for (const file of readdirSync(home)) writeFileSync(path.join(home, file), readFileSync(path.join(home, file), 'utf8').replaceAll('TODO', 'Here is said'));
		expect(await command('check', home)).toMatchObject({status: 0});
	});

	test('gives a number that no lab of the package has, the next free one, or takes the one that is given', async () => {
		mkdirSync(labs, {recursive: true});
		const own = path.join(folder, 'numbers');
		const next = String(Number(listLabs().at(-1)?.name.slice(0, 2)) + 1);
		expect((await command('new', 'more', '--in', own)).stdout).toContain(`/${next}-more is there`);
		expect((await command('new', '42-last', '--in', own)).stdout).toContain('/42-last is there');
		expect((await command('new', 'after-that', '--in', own)).stdout).toContain('/43-after-that is there');
	});

	test.each(['Two Doors', '../away', '', 'ü'])('refuses the name “%s”', async name => {
		expect(await command('new', name, '--in', labs)).toMatchObject({status: 2, stdout: ''});
	});

	test('never writes over what is there', async () => {
		await command('new', '50-kept', '--in', labs);
		const file = path.join(labs, '50-kept', 'lab.md');
		writeFileSync(file, 'mine');
		expect((await command('new', '50-kept', '--in', labs)).status).not.toBe(0);
		expect(readFileSync(file, 'utf8')).toBe('mine');
	});

	test('says why a folder can’t be written, and ends with 75', async () => {
		writeFileSync(path.join(folder, 'a-file'), '');
		const {status, stderr} = await command('new', 'x-y', '--in', path.join(folder, 'a-file'));
		expect(status).toBe(75);
		expect(stderr).toMatch(/can’t be written \(\w+\); choose another folder with --in/u);
	});
});
