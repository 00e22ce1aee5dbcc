/** `npm run texts`: makes the manual page and the readme's tables from the tables of commands and keys. */
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {COMMANDS} from '../source/commands/command-table.js';
import {manualPage} from '../source/commands/manual-page.js';
import {APP} from '../source/commands/rows/app.js';
import {packageVersion} from '../source/commands/version.js';
import {withParts} from './texts/markdown.js';

const root = process.cwd();
const readme = path.join(root, 'readme.md');
const page = path.join(root, 'man', 'syscall-lab.1');

writeFileSync(readme, withParts(readFileSync(readme, 'utf8')));
mkdirSync(path.dirname(page), {recursive: true});
writeFileSync(page, manualPage(APP, COMMANDS, packageVersion()));
process.stdout.write('readme.md and man/syscall-lab.1 are as the tables have it\n');
