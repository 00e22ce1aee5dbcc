import {closeSync, constants, copyFileSync, fsyncSync, linkSync, mkdirSync, openSync, readdirSync, readFileSync, unlinkSync, writeSync} from 'node:fs';
import path from 'node:path';
import {PROGRESS_FORMAT, type ProgressData} from './progress-data.js';
import {readProgress} from './progress-schema.js';

/** Makes the next state of the last one; may be asked more than once. */
export type ProgressChange = (data: ProgressData) => ProgressData;

/** What came of a load or a save. */
export interface Kept {
	readonly data: ProgressData;
	/** Sentences for people: what could not be saved and why, what was damaged and where it is now. */
	readonly problems: readonly string[];
}

/** What the store asks of the program around it. */
export interface StoreOptions {
	/** A name that no other process has while this one lives, such as its number. */
	readonly writer: string;
	/** The seed of a learner of whom nothing is kept yet. */
	readonly seed: bigint;
}

/** A state in the folder: they are numbered, and the one with the highest number counts. */
const STATE = /^progress-(\d{1,15})\.json$/;
const stateName = (number: number): string => `progress-${String(number).padStart(6, '0')}.json`;

/** States that are left standing behind the newest one, should it be damaged. */
const OLD_STATES = 2;

/** How often a save is tried again when other processes come before it. */
const TRIES = 200;

/** Errors of file systems that have no hard links. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** What to do about some errors. */
const REMEDIES: Readonly<Partial<Record<string, string>>> = {
	ENOSPC: 'the disk is full; make room',
	EDQUOT: 'your share of the disk is full; make room',
	EACCES: 'it may not be written; change its permissions or set SYSCALL_LAB_HOME to another folder',
	EROFS: 'the disk can only be read; set SYSCALL_LAB_HOME to another folder',
	ENOTDIR: 'a file stands where a folder should; set SYSCALL_LAB_HOME to another folder',
	EEXIST: 'a file stands where the folder should; set SYSCALL_LAB_HOME to another folder',
};

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** A file's text; undefined if it is gone. */
function textOf(file: string): string | undefined {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return undefined;
		throw error;
	}
}

function remove(file: string): void {
	try {
		unlinkSync(file);
	} catch {
		// Another process was faster, or the folder can't be written: then it stays.
	}
}

/** What stands in the folder now. */
interface Current {
	readonly data: ProgressData;
	readonly number: number;
	readonly problems: readonly string[];
	/** Whether a newer program has written it: then this one leaves it alone. */
	readonly isNewer: boolean;
}

/**
 * Keeps progress in a folder. Each save writes a whole new state under the next number, by a hard link that fails if
 * another process has taken the number: then that one's state is read and the change made again. So a process that is
 * killed leaves the last state whole, and two at once lose nothing.
 */
export class ProgressStore {
	/** Changes that could not be saved so far: they are tried again with the next one. */
	private pending: ProgressChange[] = [];

	constructor(readonly folder: string, private readonly options: StoreOptions) {}

	/** What is kept. Never fails: what can't be read is a problem, and nothing is known then. */
	load(): Kept {
		try {
			const {data, problems} = this.read();
			return {data, problems};
		} catch (error) {
			return {data: this.empty(), problems: [this.explain('read', error)]};
		}
	}

	/** Makes a change to what is kept, and saves it. Never fails: what can't be saved is kept in memory and tried again. */
	update(change: ProgressChange): Kept {
		this.pending.push(change);
		return this.flush();
	}

	/** Saves what could not be saved before. */
	flush(): Kept {
		const problems: string[] = [];
		try {
			mkdirSync(this.folder, {recursive: true, mode: 0o700});
			for (let tries = 0; tries < TRIES; tries++) {
				const saved = this.trySave(problems);
				if (saved !== undefined) {
					this.pending = [];
					return {data: saved, problems};
				}
			}

			throw new Error('other programs save all the time');
		} catch (error) {
			return {data: this.applyPending(this.load().data), problems: [...problems, this.explain('saved', error)]};
		}
	}

	/** Whether something waits to be saved. */
	get hasUnsaved(): boolean {
		return this.pending.length > 0;
	}

	private applyPending(data: ProgressData): ProgressData {
		return this.pending.reduce((state, change) => change(state), data);
	}

	private explain(what: 'read' | 'saved', error: unknown): string {
		const reason = REMEDIES[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
		const rest = what === 'saved' ? ' Nothing is lost while syscall-lab runs, and the next step tries again.' : '';
		return `Progress in ${this.folder} can’t be ${what}: ${reason}.${rest}`;
	}

	private empty(): ProgressData {
		return {format: PROGRESS_FORMAT, seed: `0x${BigInt.asUintN(64, this.options.seed).toString(16)}`, labs: {}};
	}

	/** The numbers of the states, the highest first. */
	private numbers(): number[] {
		let names: string[];
		try {
			names = readdirSync(this.folder);
		} catch (error) {
			if (codeOf(error) === 'ENOENT') return [];
			throw error;
		}

		return names.flatMap(name => STATE.exec(name)?.[1] ?? []).map(Number).sort((a, b) => b - a);
	}

	/** The newest state that is sound; those that are damaged are put aside. */
	private read(): Current {
		const problems: string[] = [];
		const numbers = this.numbers();
		const highest = numbers.at(0) ?? 0;
		for (const number of numbers) {
			const file = path.join(this.folder, stateName(number));
			const text = textOf(file);
			if (text === undefined) return this.read();
			const found = readProgress(text);
			if (found.kind === 'sound') return {data: found.data, number: highest, problems, isNewer: false};
			if (found.kind === 'newer') {
				problems.push(`Progress in ${file} was written by a newer syscall-lab (format ${found.format}); it is left as it is, and nothing is saved. Install that version again, or set SYSCALL_LAB_HOME to another folder.`);
				return {data: this.empty(), number: highest, problems, isNewer: true};
			}

			problems.push(this.putAside(file));
		}

		return {data: this.empty(), number: highest, problems, isNewer: false};
	}

	/** Gives a damaged file another name, which no other has. */
	private putAside(file: string): string {
		for (let number = 1; ; number++) {
			const aside = `${file}.damaged-${number}`;
			try {
				this.claim(file, aside);
				remove(file);
				return `The progress in ${file} was damaged; it is kept as ${aside}, and what was saved before it counts again.`;
			} catch (error) {
				if (codeOf(error) !== 'EEXIST') return `The progress in ${file} is damaged and can’t be put aside (${codeOf(error)}); what was saved before it counts.`;
			}
		}
	}

	/** Gives a file a name that must be free. Throws EEXIST if it is not. */
	private claim(file: string, name: string): void {
		try {
			linkSync(file, name);
		} catch (error) {
			if (!NO_LINKS.has(codeOf(error))) throw error;
			copyFileSync(file, name, constants.COPYFILE_EXCL);
		}
	}

	/** Saves once; undefined if another process has come before. */
	private trySave(problems: string[]): ProgressData | undefined {
		const current = this.read();
		problems.push(...current.problems.filter(problem => !problems.includes(problem)));
		const data = this.applyPending(current.data);
		if (current.isNewer || JSON.stringify(data) === JSON.stringify(current.data)) return data;
		const number = current.number + 1;
		const temporary = path.join(this.folder, `${stateName(number)}.${this.options.writer}.tmp`);
		try {
			this.write(temporary, `${JSON.stringify(data, undefined, '\t')}\n`);
			this.claim(temporary, path.join(this.folder, stateName(number)));
		} catch (error) {
			if (codeOf(error) === 'EEXIST') return undefined;
			throw error;
		} finally {
			remove(temporary);
		}

		// One who was slow may have written an old number again, behind those that were cleared away meanwhile.
		if (this.numbers().at(0) !== number) return undefined;
		this.clearAway(number);
		return data;
	}

	/** Writes a whole file, down to the disk. */
	private write(file: string, text: string): void {
		remove(file);
		const descriptor = openSync(file, 'wx', 0o600);
		try {
			const bytes = new TextEncoder().encode(text);
			for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
			fsyncSync(descriptor);
		} finally {
			closeSync(descriptor);
		}
	}

	/** Removes old states. */
	private clearAway(newest: number): void {
		for (const number of this.numbers()) if (number < newest - OLD_STATES) remove(path.join(this.folder, stateName(number)));
	}
}
