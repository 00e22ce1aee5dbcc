import {spawnSync} from 'node:child_process';
import process from 'node:process';

/** Whether a program is installed here. Where it is not, it is said that its tests are left out. */
export function isInstalled(name: string): boolean {
	if (spawnSync('which', [name]).status === 0) return true;
	process.stderr.write(`${name} is not installed: its tests are left out\n`);
	return false;
}
