/** Labs proved in several threads: the processor's cores share the work, lab by lab. */
import {existsSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {fileURLToPath} from 'node:url';
import {Worker} from 'node:worker_threads';
import type {LabEntry} from '../lab/catalogue.js';
import type {LabReport} from '../lab/proof/finding.js';

/** The program of a thread, in the folder of the built program. */
const THREAD = new URL('check-worker.js', import.meta.url);

/** Threads at most: each has machines of its own, and their memory. */
const MOST = 4;

/** What a thread is begun with. */
export interface ThreadData {
	/** Folders whose labs may be needed. */
	readonly roots: readonly string[];
}

/** How many threads there are for some labs; fewer than two: they are proved here. */
export function threadsFor(labs: number): number {
	return existsSync(fileURLToPath(THREAD)) ? Math.min(MOST, availableParallelism(), labs) : 1;
}

/** Threads that take labs from a list until it is empty. */
class Team {
	private next = 0;
	private readonly reports = new Map<number, LabReport>();
	private told = 0;
	private telling: Promise<void> = Promise.resolve();

	constructor(private readonly entries: readonly LabEntry[], private readonly roots: readonly string[], private readonly tell: (report: LabReport) => Promise<void>) {}

	async prove(threads: number): Promise<LabReport[]> {
		await Promise.all(Array.from({length: threads}, () => this.thread()));
		await this.telling;
		return this.entries.flatMap((_, index) => this.reports.get(index) ?? []);
	}

	/** One thread, until there is nothing left for it. */
	private thread(): Promise<void> {
		const worker = new Worker(THREAD, {workerData: {roots: this.roots} satisfies ThreadData});
		return new Promise<void>((resolve, reject) => {
			let current = -1;
			const goOn = (): void => {
				current = this.next++;
				if (current < this.entries.length) worker.postMessage(this.entries[current]);
				else resolve();
			};

			worker.on('error', reject);
			worker.on('message', (report: LabReport) => {
				this.proved(current, report);
				goOn();
			});
			goOn();
		}).finally(() => void worker.terminate());
	}

	/** Tells reports in the order of the labs, each as soon as those before it are told. */
	private proved(index: number, report: LabReport): void {
		this.reports.set(index, report);
		for (let ready = this.reports.get(this.told); ready !== undefined; ready = this.reports.get(++this.told)) {
			const now = ready;
			this.telling = this.telling.then(() => this.tell(now));
		}
	}
}

/** Proves labs in threads; each is told in the order of the list. */
export const proveInThreads = (entries: readonly LabEntry[], roots: readonly string[], threads: number, tell: (report: LabReport) => Promise<void>): Promise<LabReport[]> =>
	new Team(entries, roots, tell).prove(threads);
