/** Runs small programs on the kernel of this very computer, where that can be done, for tests that compare it with ours. */
import {execFileSync, spawnSync} from 'node:child_process';
import {closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** What a program prints, and its end: `exited with N`, or the signal's name; those without one are `a real-time signal`. */
export interface Ending {
	readonly output: Buffer;
	readonly end: string;
}

/** Milliseconds after which a program counts as one that never ends. */
const TIME_LIMIT = 10_000;

/** What this computer lacks for running such programs; undefined if nothing. */
export function lacking(): string | undefined {
	if (process.platform !== 'linux' || process.arch !== 'x64') return 'Linux on x86-64';
	return ['as', 'ld'].find(name => spawnSync(name, ['--version']).status !== 0);
}

/**
 * Assembles, links and runs a text. The program has a session of its own, so that signals to its process group reach
 * nobody else.
 */
export function runReally(text: string): Ending {
	const folder = mkdtempSync(path.join(tmpdir(), 'real-program-'));
	const file = (name: string): string => path.join(folder, name);
	try {
		writeFileSync(file('program.s'), text);
		execFileSync('as', ['-o', file('program.o'), file('program.s')]);
		execFileSync('ld', ['-z', 'noexecstack', '-o', file('program'), file('program.o')]);
		const stdout = openSync(file('output'), 'w');
		// `detached` makes the session; the types know it of spawn alone.
		const options = {stdio: ['ignore', stdout, 'inherit'] as ('ignore' | 'inherit' | number)[], timeout: TIME_LIMIT, detached: true};
		const {pid, status, signal} = spawnSync(file('program'), [], options);
		closeSync(stdout);
		endGroup(pid);
		return {output: readFileSync(file('output')), end: status === null ? signalName(signal) : `exited with ${status}`};
	} finally {
		rmSync(folder, {recursive: true});
	}
}

/** Node has no names for real-time signals. */
const signalName = (signal: string | null): string => (signal === null || signal === '' ? 'a real-time signal' : signal);

/** Ends whatever a program has left behind in its process group. */
function endGroup(pid: number): void {
	try {
		process.kill(-pid, 'SIGKILL');
	} catch {
		// Nothing was left.
	}
}
