import type {Lab} from '../lab/lab-file.js';
import {labRecord, withLab} from '../lab/progress/merge.js';
import type {LabRecord, ProgressData} from '../lab/progress/progress-data.js';
import type {ProgressStore} from '../lab/progress/progress-store.js';
import {openProgress} from './learner.js';

/** Keeps a learner's progress while the app runs. What can't be saved stays in memory, and is told once. */
export class Keeper {
	private readonly store: ProgressStore;
	private data: ProgressData;
	private told = '';

	/** @param tell is given what is wrong with what is kept */
	constructor(private readonly tell: (problem: string) => void) {
		this.store = openProgress();
		const {data, problems} = this.store.load();
		this.data = data;
		this.report(problems);
	}

	/** Decides the values that the learner's labs have. */
	get seed(): bigint {
		return BigInt(this.data.seed);
	}

	/** What is known of a lab. */
	saved({name}: Lab): LabRecord | undefined {
		return labRecord(this.data, name);
	}

	/** Saves what is known of a lab. */
	save({name}: Lab, record: LabRecord): void {
		const now = new Date().toISOString();
		const {data, problems} = this.store.update(before => withLab(before, name, record, now));
		this.data = data;
		this.report(problems);
	}

	/** How far each lab has been done, for the menu. */
	progress(name: string): {readonly done: number; readonly of: number; readonly savedAt: string} | undefined {
		const record = labRecord(this.data, name);
		if (record === undefined || record.count === 0) return undefined;
		return {done: Object.values(record.steps).filter(({done}) => done).length, of: record.count, savedAt: record.savedAt ?? ''};
	}

	/** Tells what is wrong, each thing once. */
	private report(problems: readonly string[]): void {
		const text = problems.join(' ');
		if (text !== '' && text !== this.told) this.tell(text);
		this.told = text;
	}
}
