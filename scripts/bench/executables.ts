/** What a real program costs, from the start of the command to its end: hello world with printf, made with gcc. */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {type Figure, print} from './report.js';

const cli = path.join(import.meta.dirname, '..', '..', '..', 'dist', 'cli.js');

/** Runs of each measurement; the best counts. */
const RUNS = 7;

const HELLO = '#include <stdio.h>\nint main(void) { printf("hello world\\n"); return 0; }\n';

/** Loaded into the command: at its end it says what it has used. */
const METER = 'process.on("exit", () => require("node:fs").writeFileSync(process.env.METER, JSON.stringify(process.resourceUsage())));\n';

/** A command's processor time in seconds, and the most memory that it had, in MiB. */
interface Cost {
	readonly seconds: number;
	readonly mebibytes: number;
}

function costOf(folder: string, parameters: readonly string[]): Cost {
	const [meter, used] = [path.join(folder, 'meter.cjs'), path.join(folder, 'used.json')];
	writeFileSync(meter, METER);
	const costs = Array.from({length: RUNS}, (): Cost => {
		spawnSync(process.execPath, ['--require', meter, cli, ...parameters], {stdio: 'ignore', env: {...process.env, METER: used}});
		const {userCPUTime, systemCPUTime, maxRSS} = JSON.parse(readFileSync(used, 'utf8')) as NodeJS.ResourceUsage;
		return {seconds: (userCPUTime + systemCPUTime) / 1e6, mebibytes: maxRSS / 1024};
	});
	return {seconds: Math.min(...costs.map(({seconds}) => seconds)), mebibytes: Math.max(...costs.map(({mebibytes}) => mebibytes))};
}

function figures(folder: string, name: string, options: readonly string[], flags: readonly string[]): Figure[] {
	const file = path.join(folder, name);
	const {status} = spawnSync('gcc', [...options, '-x', 'c', '-o', file, '-'], {input: HELLO});
	if (status !== 0) return [];
	const plain = costOf(folder, ['run', ...flags, file]);
	const traced = costOf(folder, ['run', ...flags, '--strace=/dev/null', file]);
	const recorded = costOf(folder, ['run', ...flags, '--json', file]);
	return [
		{name: `hello world, ${name}`, value: plain.seconds, unit: 's CPU', note: 'start to end of the command; goal under 1'},
		{name: '  traced', value: traced.seconds, unit: 's CPU', note: `${(traced.seconds / plain.seconds).toFixed(2)} times; goal at most 1.25 times` },
		{name: '  recorded', value: recorded.seconds, unit: 's CPU', note: `${(recorded.seconds / plain.seconds).toFixed(2)} times; goal at most 1.25 times`},
		{name: '  memory', value: Math.max(plain.mebibytes, traced.mebibytes, recorded.mebibytes), unit: 'MiB', note: 'goal under 300'},
	];
}

/** Prints what real programs cost, if there is a compiler to make them. */
export function benchExecutables(): void {
	const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
	const all = [...figures(folder, 'static', ['-static'], []), ...figures(folder, 'dynamic', [], ['--root', '/'])];
	rmSync(folder, {recursive: true});
	if (all.length === 0) process.stdout.write('Real programs: gcc makes none here.\n\n');
	else print('Real programs, with glibc', all);
}
