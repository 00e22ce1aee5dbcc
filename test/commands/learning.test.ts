import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeEach, describe, expect, test, vi} from 'vitest';
import {withLab} from '../../source/lab/progress/merge.js';
import {type LabRecord, NEW_RECORD} from '../../source/lab/progress/progress-data.js';
import {ProgressStore} from '../../source/lab/progress/progress-store.js';
import {command} from '../support/in-process.js';

const folder = mkdtempSync(path.join(tmpdir(), 'learning-'));
afterAll(() => rmSync(folder, {recursive: true}));

let count = 0;
let home = '';

/** A learner of whom nothing is kept. */
const newLearner = (): string => path.join(folder, `home-${++count}`);

beforeEach(() => {
	home = newLearner();
	vi.stubEnv('SYSCALL_LAB_HOME', home);
	vi.stubEnv('USER', 'ada');
});

const LAB = '06-the-stack-switch';
const NOW = '2026-01-02T03:04:05.000Z';

/** What is kept after two of three steps, one of them with help. */
const SOME: LabRecord = {
	at: 'Garbage', count: 3,
	steps: {
		'Whose stack?': {...NEW_RECORD, seen: true, done: true, answers: [{given: 'user', right: true, tries: 1}]},
		'Garbage': {...NEW_RECORD, seen: true, done: true, checks: 2, hints: 3, solution: true, answers: [{given: '7', right: false, tries: 2}]},
	},
};

const keep = (lab: string, record: LabRecord): void => void new ProgressStore(home, {writer: 'test', seed: 5n}).update(data => withLab(data, lab, record, NOW));
const states = (): readonly string[] => readdirSync(home);

describe('progress', () => {
	test('says of every lab how much is done, and where one goes on', async () => {
		keep(LAB, SOME);
		const {status, stdout, stderr} = await command('progress');
		expect([status, stderr]).toEqual([0, '']);
		const lines = stdout.split('\n');
		expect(lines[0]).toMatch(/^lab +title +steps$/u);
		expect(lines.filter(line => line.includes('not begun')).length).toBeGreaterThan(0);
		expect(lines.find(line => line.startsWith(LAB))).toMatch(/ The stack switch +2\/3 {2}at “Garbage”$/u);
	});

	test('names labs that are not here any more, and says when one is done', async () => {
		keep('99-gone', {...SOME, count: 2});
		expect((await command('progress')).stdout).toMatch(/^99-gone +\(a lab that is not here\) +2\/2 {2}done$/mu);
	});

	test('gives the same as JSON', async () => {
		keep(LAB, SOME);
		const {status, stdout} = await command('progress', '--json');
		expect(status).toBe(0);
		expect(JSON.parse(stdout)).toEqual({folder: home, labs: [{
			lab: LAB, steps: 3, done: 2, hints: 3, solutions: 1, failedChecks: 2, answered: 2, rightAtOnce: 1, begunAt: NOW, savedAt: NOW,
		}]});
	});

	test('tells of a damaged state, keeps it aside, and goes on with the one before it', async () => {
		keep(LAB, SOME);
		writeFileSync(path.join(home, 'progress-000009.json'), '{');
		const {status, stdout, stderr} = await command('progress');
		expect(status).toBe(0);
		expect(stderr).toMatch(/^syscall-lab: The progress in \S+progress-000009\.json was damaged; it is kept as \S+\.damaged-1, and what was saved before it counts again\.\n$/u);
		expect(stdout).toContain('2/3');
		expect(states()).toContain('progress-000009.json.damaged-1');
	});

	test.each([
		[['progress', 'x.json'], 'progress takes files only with --merge'],
		[['progress', '--csv'], '--csv is for several learners'],
		[['progress', '--merge'], '--merge needs the files that learners have exported'],
	])('%j is refused', async (words, message) => {
		const {status, stdout, stderr} = await command(...words);
		expect([status, stdout]).toEqual([2, '']);
		expect(stderr).toContain(message);
	});
});

describe('reset', () => {
	test('forgets one lab, by its number or name, and leaves the others', async () => {
		keep(LAB, SOME);
		keep('99-gone', SOME);
		expect(await command('reset', '06')).toMatchObject({status: 0, stdout: `${LAB} is as if it had never been opened.\n`, stderr: ''});
		const labs = (JSON.parse((await command('progress', '--json')).stdout) as {readonly labs: readonly {readonly lab: string}[]}).labs;
		expect(labs.map(({lab}) => lab)).toEqual(['99-gone']);
		expect(await command('reset', '99-gone')).toMatchObject({status: 0});
	});

	test('names what was probably meant', async () => {
		const {status, stderr} = await command('reset', '06-the-stack-swich');
		expect(status).toBe(2);
		expect(stderr).toContain(`there is no lab 06-the-stack-swich; did you mean ${LAB}?`);
	});

	test('says why it can’t be done, and ends with 75', async () => {
		writeFileSync(home, 'a file stands here');
		const {status, stdout, stderr} = await command('reset', '06');
		expect([status, stdout]).toEqual([75, '']);
		expect(stderr).toMatch(/can’t be saved: a file stands where .* folder should; set SYSCALL_LAB_HOME to another folder/u);
	});
});

describe('export and merge', () => {
	/** Exports what a new learner has done; gives the file. */
	async function handIn(name: string, record: LabRecord, file = path.join(folder, `${name}-${++count}.json`)): Promise<string> {
		home = newLearner();
		vi.stubEnv('SYSCALL_LAB_HOME', home);
		keep(LAB, record);
		expect(await command('export', file, '--name', name)).toMatchObject({status: 0, stdout: `${file} holds the progress of ${name}.\n`, stderr: ''});
		return file;
	}

	test('what learners export becomes a table', async () => {
		const files = [await handIn('grace', SOME), await handIn('ada', {...SOME, count: 2})];
		const {status, stdout, stderr} = await command('progress', '--merge', ...files);
		expect([status, stderr]).toEqual([0, '']);
		expect(stdout.split('\n').map(line => line.replaceAll(/ {2,}/gu, '|'))).toEqual([
			'learner|labs done|steps|hints|solutions|failed checks|right at once',
			expect.stringMatching(/^ada\|1\/1\|2\/2\|3\|1\|2\|1\/2$/u),
			expect.stringMatching(/^grace\|0\/1\|2\/3\|3\|1\|2\|1\/2$/u),
			'',
		]);
	});

	test('of one learner’s files the newest counts, and CSV has a line for each lab', async () => {
		const old = await handIn('ada', {...SOME, steps: {}});
		const rows = (await command('progress', '--merge', '--csv', old, await handIn('ada', SOME))).stdout.split('\r\n');
		expect(rows).toEqual([
			'learner,lab,steps,done,hints,solutions,failed_checks,answered,right_at_once,begun,saved',
			`ada,${LAB},3,2,3,1,2,2,1,${NOW},${NOW}`,
			'',
		]);
	});

	test('a file that is none is told, the others are in the table, and the exit code is 65', async () => {
		const damaged = path.join(folder, 'damaged.json');
		writeFileSync(damaged, '{"learner": 7}');
		const {status, stdout, stderr} = await command('progress', '--merge', '--json', damaged, path.join(folder, 'missing.json'), await handIn('ada', SOME));
		expect(status).toBe(65);
		expect(stderr).toBe(`${damaged}: this is no exported progress; give files that syscall-lab export has written\n${path.join(folder, 'missing.json')}: can’t be read (ENOENT)\n`);
		expect(JSON.parse(stdout)).toMatchObject([{learner: 'ada', labs: [{lab: LAB, done: 2}]}]);
	});

	test('goes to stdout with -, under the user’s name', async () => {
		keep(LAB, SOME);
		const {status, stdout} = await command('export', '-');
		expect(status).toBe(0);
		expect(JSON.parse(stdout)).toMatchObject({learner: 'ada', progress: {format: 1, labs: {[LAB]: {count: 3}}}});
	});

	test('what can’t be written is told with the reason, and leaves nothing behind', async () => {
		keep(LAB, SOME);
		const {status, stderr} = await command('export', path.join(folder, 'no', 'such', 'folder.json'));
		expect(status).toBe(75);
		expect(stderr).toContain('can’t be written (ENOENT); choose another file');
		mkdirSync(path.join(folder, 'taken.json'));
		expect(await command('export', path.join(folder, 'taken.json'))).toMatchObject({status: 75});
		expect(readdirSync(folder).filter(name => name.endsWith('.tmp'))).toEqual([]);
	});

	test('an empty name is refused', async () => {
		expect(await command('export', '-', '--name', ' ')).toMatchObject({status: 2, stdout: ''});
	});

	test('an exported file replaces the one before it whole', async () => {
		const file = await handIn('ada', {...SOME, count: 9});
		await handIn('ada', SOME, file);
		expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({progress: {labs: {[LAB]: {count: 3}}}});
	});
});
