/**
 * Compares with the strace of this computer, if it has one that may trace: programs' runs, and calls that are made up
 * anew. With STRACE_RECORD=yes what it says is put into recorded/.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, describe, expect, test} from 'vitest';
import {ourLines} from './player.js';
import {playCalls, PRETENDED, writePlayed, writeRuns} from './played.js';
import {build, byTask, differences, PROGRAMS, recordRun, tasksOf, writtenLines} from './recording.js';

const folder = mkdtempSync(path.join(tmpdir(), 'strace-'));
const programs = path.join(import.meta.dirname, 'programs');
afterAll(() => {
	rmSync(folder, {recursive: true});
});

/** What a comparison needs and this computer does not have. */
function missing(): string | undefined {
	if (process.platform !== 'linux' || process.arch !== 'x64') return 'Linux on x86-64';
	const tool = ['gcc', 'strace', 'setarch'].find(name => spawnSync(name, ['--version']).status !== 0);
	if (tool !== undefined) return tool;
	const {stdout, status} = spawnSync('strace', ['-V'], {encoding: 'latin1'});
	const version = /version (\d+\.\d+)/.exec(stdout)?.[1] ?? `${status}`;
	if (!version.startsWith('6.')) return `strace 6 (this is ${version})`;
	return spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0 ? undefined : 'the permission to trace a program';
}

const lacking = missing();
if (lacking !== undefined) process.stdout.write(`Traces not compared with the real strace: ${lacking} is missing.\n`);
const version = spawnSync('strace', ['-V'], {encoding: 'latin1'});
/** Newer versions know more names, so that not all made-up calls are alike. */
const isSameVersion = lacking === undefined && version.stdout.includes('version 6.1\n');
if (lacking === undefined && !isSameVersion) process.stdout.write('Made-up calls not compared with the real strace: it is not version 6.1.\n');

const isRecording = process.env.STRACE_RECORD === 'yes';

describe.skipIf(lacking !== undefined)('strace on this computer', () => {
	const recorder = lacking === undefined ? build(programs, folder, 'recorder') : '';

	test.each(PROGRAMS)('writes the run of %s as we do', {retry: 2, timeout: 120_000}, (name, source, args) => {
		const {events, lines, prefixed} = recordRun(recorder, folder, build(programs, folder, source), name, args);
		const tasks = tasksOf(events);
		expect(differences(byTask(writtenLines(events, 'always')), byTask(prefixed), tasks)).toEqual([]);
		if (tasks.length === 1) expect(differences(writtenLines(events), lines, tasks)).toEqual([]);
	});

	test.skipIf(!isSameVersion)('writes made-up calls as we do', () => {
		const seed = 1;
		const wrong = PRETENDED.flatMap((pretended, index) => {
			const {calls, lines} = playCalls(folder, seed + index, 6, pretended);
			return ourLines(calls, pretended).map((ours, at) => ({seed: seed + index, ours, theirs: lines[at]})).filter(({ours, theirs}) => ours !== theirs);
		});
		expect(wrong).toEqual([]);
	}, 120_000);
});

/** Runs a program until both tracers have seen its tasks' events in the same order. */
function recordAlike(recorder: string, name: string, source: string, args: readonly string[]): ReturnType<typeof recordRun> {
	const file = build(programs, folder, source);
	for (;;) {
		const run = recordRun(recorder, folder, file, name, args);
		const tasks = tasksOf(run.events);
		if (differences(writtenLines(run.events), run.lines, tasks).length + differences(writtenLines(run.events, 'always'), run.prefixed, tasks).length === 0) return run;
	}
}

test.runIf(isRecording && isSameVersion)('is recorded', () => {
	const recorder = build(programs, folder, 'recorder');
	writeRuns(PROGRAMS.map(([name, source, args]) => recordAlike(recorder, name, source, args)));
	writePlayed(PRETENDED.map((pretended, index) => playCalls(folder, 100 + index, 1, pretended)));
}, 600_000);
