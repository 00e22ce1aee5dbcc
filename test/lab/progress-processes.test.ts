import {type ChildProcess, spawn} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {build} from 'esbuild';
import {afterAll, beforeAll, beforeEach, expect, test, vi} from 'vitest';
import {labRecord} from '../../source/lab/progress/merge.js';
import {ProgressStore} from '../../source/lab/progress/progress-store.js';

vi.setConfig({testTimeout: 60_000});

const home = mkdtempSync(path.join(tmpdir(), 'progress-processes-'));
const writer = path.join(home, 'writer.mjs');
let folder = '';

beforeAll(async () => {
	await build({entryPoints: [path.join(import.meta.dirname, 'progress-writer.ts')], outfile: writer, bundle: true, platform: 'node', format: 'esm', logLevel: 'error'});
});
beforeEach(() => {
	folder = mkdtempSync(path.join(home, 'progress-'));
});
afterAll(() => rmSync(home, {recursive: true}));

interface Saving {
	readonly child: ChildProcess;
	readonly ended: Promise<void>;
	/** What it has printed so far. */
	printed: string;
}

/** A process that saves steps, one after the other. */
function saving(name: string, count: number, command: readonly string[] = [process.execPath]): Saving {
	const [program, ...rest] = command;
	const child = spawn(program, [...rest, writer, folder, name, String(count)], {stdio: ['ignore', 'pipe', 'inherit']});
	const found: Saving = {child, printed: '', ended: new Promise(resolve => child.on('close', () => resolve()))};
	child.stdout.on('data', (chunk: Buffer) => (found.printed += chunk.toString()));
	return found;
}

const kept = (): readonly string[] => Object.keys(labRecord(new ProgressStore(folder, {writer: 'reader', seed: 1n}).load().data, '06-a')?.steps ?? {}).sort();

/** The steps that a process has said to be kept. */
const told = ({printed}: Saving): string[] => [...printed.matchAll(/^kept (.+)$/gmu)].map(([, title]) => title);

test('three processes that save at the same time lose nothing of each other', async () => {
	const all = ['a', 'b', 'c'].map(name => saving(name, 15));
	await Promise.all(all.map(({ended}) => ended));
	expect(all.flatMap(each => told(each))).toHaveLength(45);
	expect(kept()).toEqual(all.flatMap(each => told(each)).sort());
	expect(readdirSync(folder).filter(name => !/^progress-\d+\.json$/.test(name))).toEqual([]);
});

test('a process that is killed at any moment leaves everything that it had kept, and others go on', async () => {
	const expected: string[] = [];
	for (let round = 0; round < 6; round++) {
		const victim = saving(`victim${round}`, 10_000);
		await vi.waitUntil(() => told(victim).length > round * 2, {timeout: 20_000, interval: 1});
		victim.child.kill('SIGKILL');
		await victim.ended;
		expected.push(...told(victim));
		const now = kept();
		expect(expected.filter(title => !now.includes(title))).toEqual([]);
		const next = saving(`next${round}`, 1);
		await next.ended;
		expected.push(...told(next));
	}

	expect(expected.length).toBeGreaterThan(30);
	expect(readdirSync(folder).some(name => name.includes('damaged'))).toBe(false);
});

test('a disk that is full is told with what to do, and what was kept before stays', async () => {
	await saving('before', 2).ended;
	const limited = saving('after', 1, ['sh', '-c', 'ulimit -f 0; exec "$0" "$@"', process.execPath]);
	await limited.ended;
	expect(limited.printed).toMatch(/can’t be saved: .*(?:too large|full).* Nothing is lost while syscall-lab runs, and the next step tries again\./u);
	expect(kept()).toEqual(['before 0', 'before 1']);
	expect(readdirSync(folder).filter(name => name.endsWith('.tmp'))).toEqual([]);
	await saving('then', 1).ended;
	expect(kept()).toEqual(['before 0', 'before 1', 'then 0']);
});
