/** A thread of `syscall-lab check`: proves each lab that it is sent, and sends its report back. */
import {parentPort, workerData} from 'node:worker_threads';
import type {LabEntry} from '../lab/catalogue.js';
import {Library} from '../lab/proof/library.js';
import {proveLab} from '../lab/proof/prove.js';
import type {ThreadData} from './check-threads.js';
import {measurePage} from './lab-fit.js';

const {roots} = workerData as ThreadData;
const options = {library: Library.of(roots), measure: measurePage, folders: roots};

parentPort?.on('message', (entry: LabEntry) => {
	parentPort?.postMessage(proveLab(entry, options));
});
