import {spawn, spawnSync, type ChildProcess} from 'node:child_process';
import process from 'node:process';

/** Something that gives the terminal back if the process is killed without a chance to do it. */
export interface Guard {
	/** Begins to watch. The terminal's modes must be those that are to be restored. */
	start(): void;
	/** Ends watching: the process gives the terminal back itself. */
	stop(): void;
}

// The watcher outlives every signal that ends the process and its group, and waits for the end of its input: the other
// end of that pipe is the process's alone. Then the terminal is descriptor 3.
const script = `
trap '' INT QUIT HUP TERM TSTP TTIN TTOU
read -r line
printf "$2" >&3
stty "$1" <&3
`;

const octal = (text: string): string => text.replaceAll(/[\u0000-\u001F]/gu, character => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);

/**
A shell that waits for the end of this process, and gives the terminal back as it was found unless that was done already.
Where there is no shell or no \`stty\`, nothing watches.

@param giveBack what to send to the terminal then
*/
export class ShellGuard implements Guard {
	readonly #giveBack: string;
	#watcher: ChildProcess | undefined;

	constructor(giveBack: string) {
		this.#giveBack = giveBack;
	}

	start(): void {
		if (this.#watcher || process.platform === 'win32') {
			return;
		}

		const modes = spawnSync('stty', ['-g'], {stdio: [0, 'pipe', 'ignore']});
		if (modes.status !== 0) {
			return;
		}

		const watcher = spawn('/bin/sh', ['-c', script, 'sh', String(modes.stdout).trim(), octal(this.#giveBack)], {stdio: ['pipe', 'ignore', 'ignore', 0]});
		watcher.on('error', () => {
			// There is no shell: nothing watches.
		});
		watcher.unref();
		(watcher.stdin as unknown as {unref(): void} | null)?.unref();
		this.#watcher = watcher;
	}

	stop(): void {
		this.#watcher?.kill('SIGKILL');
		this.#watcher = undefined;
	}
}
