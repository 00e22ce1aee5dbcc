/** Makes the emitted interpreter's first module and writes it where the built program finds it: a step of the build. */
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {Catalogue} from '../source/machine/emit/catalogue.js';
import {learnCommonShapes} from '../source/machine/emit/common-code.js';
import {KEPT_EDITION, keptEdition} from '../source/machine/emit/kept-edition.js';

const folder = process.argv.at(2);
if (folder === undefined) throw new Error('say into which folder, as in: node scripts/run-ts.js scripts/keep-edition.ts dist');
const catalogue = new Catalogue();
learnCommonShapes(catalogue);
writeFileSync(path.join(folder, KEPT_EDITION), keptEdition(catalogue));
