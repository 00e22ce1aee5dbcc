/**
 * `npm run bench`: how fast the app answers and the machine runs. `-- app`, `-- machine`, `-- kernel` or `-- programs`
 * measures one of them. `-- --peers` measures other emulators on the machine's programs; behind a name, it does so, too.
 */
import process from 'node:process';
import {benchApp} from './bench/app.js';
import {benchExecutables} from './bench/executables.js';
import {benchKernel} from './bench/kernel.js';
import {benchMachine} from './bench/machine.js';
import {benchPeers} from './bench/peers.js';

const words = process.argv.slice(2);
const only = words.find(word => word !== '--peers');
const wants = (part: string): boolean => words.length === 0 || only === part;
if (wants('app')) await benchApp();
if (wants('kernel')) benchKernel();
if (wants('machine')) benchMachine();
if (wants('programs')) benchExecutables();
if (words.includes('--peers')) benchPeers();
process.exit(0);
