/** `npm run bench`: how fast the app answers and the machine runs. `-- app`, `-- machine`, `-- kernel` or `-- programs` measures one of them. */
import process from 'node:process';
import {benchApp} from './bench/app.js';
import {benchExecutables} from './bench/executables.js';
import {benchKernel} from './bench/kernel.js';
import {benchMachine} from './bench/machine.js';

const only = process.argv.at(2);
if ((only ?? 'app') === 'app') await benchApp();
if ((only ?? 'kernel') === 'kernel') benchKernel();
if ((only ?? 'machine') === 'machine') benchMachine();
if ((only ?? 'programs') === 'programs') benchExecutables();
process.exit(0);
