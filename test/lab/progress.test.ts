import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {classCsv, classTable, exportText, readExport} from '../../source/lab/progress/class-table.js';
import {labRecord, withLab, withoutLab} from '../../source/lab/progress/merge.js';
import {type LabRecord, NEW_RECORD} from '../../source/lab/progress/progress-data.js';
import {progressFolder} from '../../source/lab/progress/progress-folder.js';
import {ProgressStore} from '../../source/lab/progress/progress-store.js';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'syscall-lab-progress-'));
});
afterEach(() => rmSync(folder, {recursive: true}));

const NOW = '2026-01-01T00:00:00.000Z';
const store = (writer = 'one'): ProgressStore => new ProgressStore(folder, {writer, seed: 0x1234n});
const record = (title: string): LabRecord => ({at: title, count: 3, steps: {[title]: {...NEW_RECORD, seen: true, done: true}}});
const save = (each: ProgressStore, title: string): readonly string[] => each.update(data => withLab(data, '06-a', record(title), NOW)).problems;
const titles = (): string[] => Object.keys(labRecord(store().load().data, '06-a')?.steps ?? {}).sort();

test('nothing is kept at first, and the learner’s seed is kept from the first save on', () => {
	expect(store().load()).toEqual({data: {format: 1, seed: '0x1234', labs: {}}, problems: []});
	expect(save(store(), 'A')).toEqual([]);
	expect(new ProgressStore(folder, {writer: 'two', seed: 99n}).load().data.seed).toBe('0x1234');
});

test('two programs that save in turn lose nothing of each other', () => {
	const [one, two] = [store('one'), store('two')];
	for (const [index, each] of [one, two, one, two].entries()) expect(save(each, `step ${index}`)).toEqual([]);
	expect(titles()).toEqual(['step 0', 'step 1', 'step 2', 'step 3']);
	expect(readdirSync(folder).filter(name => name.endsWith('.tmp'))).toEqual([]);
});

test('a damaged state is put aside under a name of its own, and the one before it counts', () => {
	save(store(), 'A');
	save(store(), 'B');
	const newest = readdirSync(folder).sort().at(-1) ?? '';
	writeFileSync(path.join(folder, newest), '{"format":1,');
	const {problems} = store().load();
	expect(problems).toHaveLength(1);
	expect(readFileSync(path.join(folder, `${newest}.damaged-1`), 'utf8')).toBe('{"format":1,');
	expect(titles()).toEqual(['A']);
	save(store(), 'C');
	expect(titles()).toEqual(['A', 'C']);
});

test('what a newer program has written is left alone', () => {
	const file = path.join(folder, 'progress-000007.json');
	writeFileSync(file, '{"format":9}');
	expect(save(store(), 'A')[0]).toMatch(/written by a newer syscall-lab \(format 9\)/);
	expect([readdirSync(folder), readFileSync(file, 'utf8')]).toEqual([['progress-000007.json'], '{"format":9}']);
});

test('what can’t be saved is told, kept, and saved with the next step', () => {
	const home = path.join(folder, 'home');
	writeFileSync(home, 'a file');
	const blocked = new ProgressStore(home, {writer: 'one', seed: 1n});
	const {problems, data} = blocked.update(before => withLab(before, '06-a', record('A'), NOW));
	expect([problems[0].includes('can’t be saved'), blocked.hasUnsaved, Object.keys(data.labs)]).toEqual([true, true, ['06-a']]);
	rmSync(home);
	expect(save(blocked, 'B')).toEqual([]);
	expect(Object.keys(labRecord(blocked.load().data, '06-a')?.steps ?? {}).sort()).toEqual(['A', 'B']);
});

test('a lab that was reset is not brought back by what was known before', () => {
	save(store(), 'A');
	store().update(data => withoutLab(data, '06-a'));
	expect(titles()).toEqual([]);
	save(store(), 'B');
	expect(titles()).toEqual(['B']);
});

test('the folder is the one of the environment', () => {
	expect(progressFolder({SYSCALL_LAB_HOME: '/a'}, '/h')).toBe('/a');
	expect(progressFolder({XDG_STATE_HOME: '/s'}, '/h')).toBe('/s/syscall-lab');
	expect([progressFolder({XDG_STATE_HOME: 's'}, '/h'), progressFolder({}, '/h')]).toEqual(['/h/.local/state/syscall-lab', '/h/.local/state/syscall-lab']);
});

test('exported progress makes a table and CSV that a spreadsheet takes for text', () => {
	save(store(), 'A');
	const read = readExport(exportText('=Ada, "L"', NOW, store().load().data));
	if ('problem' in read) throw new Error(read.problem);
	expect(classTable([read])[1]).toMatch(/^=Ada, "L" +0\/1 +1\/3 +0 +0 +0 +0\/0$/);
	expect(classCsv([read]).split('\r\n')[1]).toBe(`"'=Ada, ""L""",06-a,3,1,0,0,0,0,0,${NOW},${NOW}`);
	expect([readExport('x'), readExport('{}')].map(each => 'problem' in each)).toEqual([true, true]);
});
