import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {examine, examinePlace, type Finding, type Patient} from '../../source/commands/doctor.js';
import {cli} from '../support/cli.js';
import {TestTerminal} from '../support/terminal.js';

const root = mkdtempSync(path.join(tmpdir(), 'doctor-'));
afterAll(() => rmSync(root, {recursive: true}));

const WELL: Patient = {
	node: '22.1.0', environment: {HOME: root, TERM: 'xterm-256color', LANG: 'C.UTF-8'}, input: {isTTY: true}, output: {isTTY: true, columns: 120, rows: 40},
};

/** What is found about one thing where something is otherwise. */
function about(thing: string, changes: Partial<Patient>): Finding | undefined {
	return examinePlace({...WELL, ...changes}).find(finding => finding.about === thing);
}

test('where everything is there, everything is good', () => {
	expect(examine(WELL).map(({about: thing, state}) => `${thing} ${state}`)).toEqual(['node good', 'terminal good', 'colours good', 'characters good', 'progress good', 'labs good']);
});

describe('what is missing is told with what to do', () => {
	test.for([['18.20.4', 'bad'], ['20.19.0', 'bad'], ['20.20.0', 'good'], ['21.0.0', 'good'], ['22.0.0', 'good']] as const)('Node.js %s is %s', ([node, state]) => {
		expect(about('node', {node})).toMatchObject({state, fact: `Node.js is version ${node}; 20.20 or newer is needed`});
	});

	test.for([[80, 24, 'good'], [79, 24, 'bad'], [80, 23, 'bad'], [300, 100, 'good']] as const)('a terminal of %i by %i is %s', ([columns, rows, state]) => {
		expect(about('terminal', {output: {isTTY: true, columns, rows}})).toMatchObject({state, fact: `the terminal has ${columns} columns and ${rows} rows; 80 by 24 are needed`, remedy: state === 'bad' ? 'make its window larger, or its characters smaller' : ''});
	});

	test('no terminal, no colours and no Unicode are no harm, and told', () => {
		expect(about('terminal', {output: {}})).toMatchObject({state: 'note', fact: 'Standard output is not a terminal'});
		expect(about('colours', {environment: {...WELL.environment, NO_COLOR: '1'}})).toMatchObject({state: 'note', fact: 'there are no colours'});
		expect(about('characters', {environment: {HOME: root, TERM: 'xterm'}})).toMatchObject({state: 'note', remedy: 'set LANG to a UTF-8 locale, such as LANG=C.UTF-8'});
	});

	test('a folder of the progress that can’t be made', () => {
		const file = path.join(root, 'file');
		writeFileSync(file, '');
		expect(about('progress', {environment: {SYSCALL_LAB_HOME: path.join(file, 'below')}})).toMatchObject({state: 'bad', fact: `${path.join(file, 'below')} can’t be written (ENOTDIR)`});
		expect(about('progress', {environment: {SYSCALL_LAB_HOME: path.join(root, 'new', 'folder')}})).toMatchObject({state: 'good'});
		chmodSync(file, 0o600);
	});
});

test('without a terminal it prints its findings, and ends with 0 or 1', async () => {
	const {status, stdout} = await cli('doctor');
	expect(stdout).toMatch(/^good {2}Node\.js is version /u);
	expect(stdout).toMatch(/\n(?:The labs can be shown|Something is missing)\.\n$/u);
	expect(status).toBe(stdout.includes('\nBAD') ? 1 : 0);
	const json = await cli('doctor', '--json');
	const found = JSON.parse(json.stdout) as {readonly good: boolean; readonly findings: readonly Finding[]};
	expect(found.findings.length).toBeGreaterThanOrEqual(6);
	expect(json.status).toBe(found.good ? 0 : 1);
}, 60_000);

test('in a terminal that is too small it says so and ends with 1', async () => {
	const {CLI} = await import('../support/cli.js');
	const terminal = TestTerminal.launch(process.execPath, [CLI, 'doctor'], {columns: 70, rows: 20, env: {HOME: root}});
	expect(await terminal.exit).toEqual({code: 1, signal: 0});
	expect(terminal.text()).toContain('the terminal has 70 columns and 20 rows');
	terminal.kill();
}, 60_000);
