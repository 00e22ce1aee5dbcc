import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** The built program, as it is installed; another build of it may be named, such as an installed package's. */
export const CLI = process.env.SYSCALL_LAB_CLI ?? path.join(import.meta.dirname, '../../dist/cli.js');

/** A command that has ended. */
export interface Ended {
	readonly status: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly bytes: Buffer;
	readonly stdout: string;
	readonly stderr: string;
}

/** Runs the built program to its end, without a terminal. */
export function cli(...args: readonly string[]): Promise<Ended> {
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, [CLI, ...args], {stdio: ['ignore', 'pipe', 'pipe']});
		const chunks: {readonly out: Buffer[]; readonly err: Buffer[]} = {out: [], err: []};
		child.stdout.on('data', (chunk: Buffer) => chunks.out.push(chunk));
		child.stderr.on('data', (chunk: Buffer) => chunks.err.push(chunk));
		child.on('error', reject);
		child.on('close', (status, signal) => {
			const bytes = Buffer.concat(chunks.out);
			resolve({status, signal, bytes, stdout: bytes.toString(), stderr: Buffer.concat(chunks.err).toString()});
		});
	});
}

/** A folder for the programs of a test file. */
export class ProgramFolder {
	readonly path = mkdtempSync(path.join(tmpdir(), 'syscall-lab-run-'));
	private count = 0;

	/** Writes a text to a file of its own, or of a name. */
	file(text: string | Uint8Array, name = `program-${++this.count}.s`): string {
		const file = path.join(this.path, name);
		writeFileSync(file, text);
		return file;
	}

	/** Removes the folder. */
	remove(): void {
		rmSync(this.path, {recursive: true, force: true});
	}
}
