import {execute} from '../../source/commands/dispatch.js';
import {redirectOutput} from '../../source/commands/output.js';
import type {Ended} from './cli.js';

/** The end of the command before. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Runs a command line in this process: many of them share one kernel, which takes longer to assemble than most runs take.
 * They share the place that they print to, too, so each waits for the one before.
 */
export function command(...args: readonly string[]): Promise<Ended> {
	const ended = turn.then(() => run(args));
	turn = ended.catch(() => undefined);
	return ended;
}

async function run(args: readonly string[]): Promise<Ended> {
	const chunks: Readonly<Record<'stdout' | 'stderr', Uint8Array[]>> = {stdout: [], stderr: []};
	const before = redirectOutput((stream, bytes) => {
		chunks[stream].push(bytes.slice());
		return Promise.resolve();
	});
	try {
		const status = await execute(args);
		const bytes = Buffer.concat(chunks.stdout);
		return {status, signal: null, bytes, stdout: bytes.toString(), stderr: Buffer.concat(chunks.stderr).toString()};
	} finally {
		redirectOutput(before);
	}
}
