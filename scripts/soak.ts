/** `node scripts/run-ts.js scripts/soak.ts [keys] [seed]`: presses random keys at random sizes in the built app. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {soak} from './soak/soak.js';

/** The part of the keys after which every lab has been open once, and memory is measured. */
const WARM_UP = 0.2;

const [keys = '12500', seed = '1'] = process.argv.slice(2);
const home = mkdtempSync(path.join(tmpdir(), 'syscall-lab-soak-'));
const {pressed, growth, frames} = await soak({
	program: path.join(process.cwd(), 'dist', 'cli.js'), environment: {SYSCALL_LAB_HOME: home, XDG_CONFIG_HOME: home}, keys: Number(keys), seed: Number(seed), warmUp: Math.floor(Number(keys) * WARM_UP),
	progress: (count, megabytes) => process.stdout.write(`${count} keys, ${megabytes.toFixed(0)} MB\n`),
});
rmSync(home, {recursive: true});
process.stdout.write(`${pressed} keys, ${frames} frames drawn anew, all sound; resident memory grew by ${growth.toFixed(1)} MB (goal: under 30)\n`);
process.exit(growth < 30 ? 0 : 1);
