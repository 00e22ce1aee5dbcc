/** `npm run bench`: how fast the app answers and the machine runs. `-- app` or `-- machine` measures one of them. */
import process from 'node:process';
import {benchApp} from './bench/app.js';
import {benchMachine} from './bench/machine.js';

const [only] = process.argv.slice(2);
if (only !== 'machine') await benchApp();
if (only !== 'app') benchMachine();
process.exit(0);
