/** Builds C programs and runs them here and on the emulated machine. */
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** How a program is made. */
export const BUILDS = {
	static: ['gcc', '-O1', '-g', '-static'],
	'static-PIE': ['gcc', '-O1', '-g', '-static-pie'],
	dynamic: ['gcc', '-O1', '-g'],
	musl: ['musl-gcc', '-O1', '-g', '-static'],
} as const;

/** One of the ways. */
export type Build = keyof typeof BUILDS;

const lacking = new Map<string, string | undefined>();

/** Why a kind of program can't be made here; undefined if it can. It is said once. */
export function lacks(build: Build): string | undefined {
	if (lacking.has(build)) return lacking.get(build);
	const [compiler, ...options] = BUILDS[build];
	const {status} = spawnSync(compiler, [...options, '-x', 'c', '-o', '/dev/null', '-'], {input: '#include <stdio.h>\nint main(void) { return puts(""); }\n'});
	const reason = process.platform !== 'linux' || process.arch !== 'x64' ? 'this computer is no x86-64 Linux' : status === 0 ? undefined : `${compiler} ${options.join(' ')} makes no program here`;
	if (reason !== undefined) process.stdout.write(`${build} programs are left out: ${reason}\n`);
	lacking.set(build, reason);
	return reason;
}

/** Why the trace of this computer's strace can't be had; undefined if it can. It is said once. */
export function lacksStrace(): string | undefined {
	if (lacking.has('strace')) return lacking.get('strace');
	const {status, stdout} = spawnSync('strace', ['-V'], {encoding: 'latin1'});
	let reason: string | undefined;
	if (status !== 0) reason = 'strace is not installed';
	else if (!stdout.includes('version 6.')) reason = `strace is not of version 6: ${stdout.split('\n')[0]}`;
	else if (spawnSync('strace', ['-o', '/dev/null', 'true']).status !== 0) reason = 'nothing may be traced here';
	if (reason !== undefined) process.stdout.write(`Traces are not compared with strace: ${reason}\n`);
	lacking.set('strace', reason);
	return reason;
}

/** A folder with programs made of the C files beside this one. */
export class Programs {
	readonly folder = mkdtempSync(path.join(tmpdir(), 'programs-'));
	private readonly made = new Map<string, string>();

	/** Makes a program, once; gives its file. */
	make(name: string, build: Build, ...more: readonly string[]): string {
		const file = path.join(this.folder, [name, build, ...more].join('').replaceAll(/[^\w-]/gu, '_'));
		if (this.made.has(file)) return file;
		const [compiler, ...options] = BUILDS[build];
		// Nothing may be left out or put in place of a call because a compiler knows what it does.
		execFileSync(compiler, [...options, '-w', '-fno-builtin', ...more, '-o', file, path.join(import.meta.dirname, `${name}.c`), ...(build === 'musl' ? [] : ['-lm'])]);
		this.made.set(file, file);
		return file;
	}

	remove(): void {
		rmSync(this.folder, {recursive: true, force: true});
	}
}
