import process from 'node:process';
import {ExitCode} from './commands/exit-codes.js';

/** With arguments it is a command; without, the app. The app's first frame must not wait for what commands need. */
const begin = async (): Promise<void> => {
	if (process.argv.length > 2) await (await import('./commands/dispatch.js')).dispatch();
	else await (await import('./commands/start.js')).start();
};

try {
	await begin();
} catch (error) {
	// A mistake of our own: where it happened, without the bundle's long line of source that Node would print.
	process.stderr.write(`syscall-lab has made a mistake: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
	process.exitCode = ExitCode.SOFTWARE;
}
