import path from 'node:path';
import {packageRoot} from '../kernel/package-files.js';
import {LabError} from '../lab/format/lab-error.js';
import {type GlossaryEntry, readGlossary} from '../lab/glossary.js';

/** Reads the words that the package's labs explain when they are first asked for; there are none if the file is broken. */
export function knownWords(): () => readonly GlossaryEntry[] {
	let known: readonly GlossaryEntry[] | undefined;
	return () => {
		try {
			known ??= readGlossary(path.join(packageRoot(), 'labs'));
		} catch (error) {
			if (!(error instanceof LabError)) throw error;
			known = [];
		}

		return known;
	};
}
