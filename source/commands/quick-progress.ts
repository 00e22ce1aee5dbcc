import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';

/** How far a lab has been done, as the menu shows it. */
export interface QuickProgress {
	readonly done: number;
	readonly of: number;
	/** When it was saved last, as ISO 8601 text; empty if nobody knows. */
	readonly savedAt: string;
}

const STATE = /^progress-(\d{1,15})\.json$/;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

function quickLab(record: unknown): QuickProgress | undefined {
	if (!isObject(record) || !isObject(record.steps) || typeof record.count !== 'number') return undefined;
	const done = Object.values(record.steps).filter(step => isObject(step) && step.done === true).length;
	return {done: Math.min(done, record.count), of: record.count, savedAt: typeof record.savedAt === 'string' ? record.savedAt : ''};
}

/**
 * Reads what the menu shows of progress, by the labs' names, without the checks that the store makes: those take longer
 * than the first frame may. What can't be read is left out; the store says later what is wrong with it.
 */
export function quickProgress(folder: string): ReadonlyMap<string, QuickProgress> {
	const found = new Map<string, QuickProgress>();
	try {
		const newest = Math.max(...readdirSync(folder).map(name => Number(STATE.exec(name)?.[1] ?? -1)));
		const file = readdirSync(folder).find(name => Number(STATE.exec(name)?.[1] ?? -1) === newest && newest >= 0);
		const data: unknown = file === undefined ? undefined : JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
		if (!isObject(data) || !isObject(data.labs)) return found;
		for (const [name, record] of Object.entries(data.labs)) {
			const lab = quickLab(record);
			if (lab !== undefined && lab.of > 0) found.set(name, lab);
		}
	} catch {
		// Nothing is kept yet, or it can't be read.
	}

	return found;
}
