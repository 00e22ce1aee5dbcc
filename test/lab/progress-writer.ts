/** A program that saves steps until it is killed, for tests: `progress-writer FOLDER NAME COUNT`. It prints each step that is kept. */
import process from 'node:process';
import {withLab} from '../../source/lab/progress/merge.js';
import {NEW_RECORD} from '../../source/lab/progress/progress-data.js';
import {ProgressStore} from '../../source/lab/progress/progress-store.js';

const [folder, name, count] = process.argv.slice(2);
const store = new ProgressStore(folder, {writer: `${name}-${process.pid}`, seed: 7n});
for (let step = 0; step < Number(count); step++) {
	const title = `${name} ${step}`;
	const {problems} = store.update(data => withLab(data, '06-a', {at: title, count: Number(count), steps: {[title]: {...NEW_RECORD, seen: true, done: true}}}, '2026-01-01T00:00:00.000Z'));
	process.stdout.write(`${problems.length === 0 ? `kept ${title}` : problems.join(' ')}\n`);
}
