/** How long it takes to assemble the kernel: whole, with other settings, and without one line. */
import {execFileSync} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {pathToFileURL} from 'node:url';
import {packageRoot} from '../../source/kernel/package-files.js';
import {buildKernel} from '../../source/kernel/kernel.js';
import {SURGERY} from '../../source/kernel/surgery.js';
import {type Figure, print} from './report.js';

/** New processes that are measured; the best counts. */
const PROCESSES = 5;

/** Milliseconds of processor time that something takes. */
function cost(run: () => void): number {
	const before = process.cpuUsage();
	run();
	const {user, system} = process.cpuUsage(before);
	return (user + system) / 1000;
}

/** Milliseconds of processor time for a kernel with some options, as the first one of a process of the built program. */
function first(options: string): number {
	const index = pathToFileURL(path.join(packageRoot(), 'dist', 'index.js')).href;
	const code = `const {buildKernel} = await import(${JSON.stringify(index)}); const before = process.cpuUsage(); buildKernel(${options}); const {user, system} = process.cpuUsage(before); console.log((user + system) / 1000)`;
	return Math.min(...Array.from({length: PROCESSES}, () => Number(execFileSync(process.execPath, ['--input-type=module', '-e', code], {encoding: 'utf8'}))));
}

/** Prints everything about the kernel's assembling. */
export function benchKernel(): void {
	const whole = cost(() => buildKernel());
	const later = SURGERY.map(({name}) => cost(() => buildKernel({without: [name]}))).sort((a, b) => a - b);
	const median = later[later.length >> 1];
	const figures: Figure[] = [
		{name: 'assembled whole', value: whole, unit: 'ms', note: 'what a build keeps'},
		{name: 'kept by the build, read', value: first('{}'), unit: 'ms'},
		{name: 'without a line, first of a process', value: first('{without: [\'swapgs\']}'), unit: 'ms', note: 'goal under 100'},
		{name: 'with isolation, first of a process', value: first('{isolation: true}'), unit: 'ms'},
		{name: 'without a line, later', value: median, unit: 'ms', note: `median of ${later.length} lines; ${(whole / median).toFixed(0)} times as fast as all of it`},
	];
	print('The kernel', figures);
}
