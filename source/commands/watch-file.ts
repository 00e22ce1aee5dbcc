import {watch} from 'node:fs';
import path from 'node:path';

/** How long after a save a file is looked at, in milliseconds: an editor may write it in several goes. */
const SETTLE_MS = 150;

/**
 * Tells when a file is saved, also where an editor puts a new one in its place.
 * @returns ends the watching
 */
export function watchFile(file: string, saved: () => void): () => void {
	let timer: NodeJS.Timeout | undefined;
	try {
		const watcher = watch(path.dirname(path.resolve(file)), (_, name) => {
			if (name !== path.basename(file)) return;
			clearTimeout(timer);
			timer = setTimeout(saved, SETTLE_MS);
		});
		watcher.on('error', () => watcher.close());
		return () => {
			clearTimeout(timer);
			watcher.close();
		};
	} catch {
		// A folder that can't be watched: the file is read when that is asked for.
		return () => undefined;
	}
}
