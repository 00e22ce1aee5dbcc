// Runs a TypeScript script of this repository: bundles it into node_modules/.cache, then imports the bundle.
import path from 'node:path';
import process from 'node:process';
import {pathToFileURL} from 'node:url';
import {build} from 'esbuild';

const [script, ...rest] = process.argv.slice(2);
if (script === undefined) {
	process.stderr.write('Which script? Usage: node scripts/run-ts.js SCRIPT.ts [arguments]\n');
	process.exit(2);
}

const root = path.dirname(import.meta.dirname);
const outfile = path.join(root, 'node_modules', '.cache', 'syscall-lab', `${path.basename(script, '.ts')}.mjs`);
await build({entryPoints: [path.resolve(script)], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', packages: 'external', logLevel: 'warning'});
process.argv = [process.argv[0], script, ...rest];
await import(pathToFileURL(outfile).href);
