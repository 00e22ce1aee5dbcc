import process from 'node:process';
import {progressFolder} from '../lab/progress/progress-folder.js';
import {ProgressStore} from '../lab/progress/progress-store.js';
import {printError} from './output.js';

/** Bits of a new learner's seed. */
const SEED_BITS = 48;

/** The learner's progress, where the environment says that it is kept. */
export const openProgress = (): ProgressStore =>
	new ProgressStore(progressFolder(process.env, process.env.HOME ?? '/'), {writer: String(process.pid), seed: BigInt(Math.floor(Math.random() * 2 ** SEED_BITS))});

/** Tells what is wrong with what is kept. */
export async function tellProblems(problems: readonly string[]): Promise<void> {
	for (const problem of problems) await printError(`syscall-lab: ${problem}`);
}
