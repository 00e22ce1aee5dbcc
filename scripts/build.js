// Bundles the program: `node scripts/build.js [entry] [folder]`, by default source/cli.tsx into dist/.
import {execFileSync} from 'node:child_process';
import {build} from 'esbuild';
import {chmod, copyFile, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {inkPlugin} from './ink-plugin.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = path.join(root, 'dist');
const [entry = path.join(root, 'source/cli.tsx'), folder = dist] = process.argv.slice(2);

// CommonJS packages in an ES module: these names are theirs, in the folder where the bundle is.
const commonJs = [
	"import {createRequire as commonJsRequire} from 'node:module';",
	"import {fileURLToPath as commonJsPath} from 'node:url';",
	'const require = commonJsRequire(import.meta.url);',
	'const __filename = commonJsPath(import.meta.url);',
	"const __dirname = commonJsPath(new URL('.', import.meta.url));",
].join('');
const needsCommonJs = /\brequire\b|\b__dirname\b|\b__filename\b/u;

/** Files that packages read from beside their own code. */
const companions = new Map(Object.entries({
	'iced-x86': ['iced_x86_bg.wasm'],
}));

async function bundle() {
	const {metafile} = await build({
		entryPoints: [
			{in: entry, out: 'cli'},
			{in: path.join(root, 'source/commands/check-worker.ts'), out: 'check-worker'},
			...(folder === dist ? [{in: path.join(root, 'source/index.ts'), out: 'index'}] : []),
		],
		outdir: folder,
		bundle: true,
		splitting: true,
		format: 'esm',
		platform: 'node',
		target: 'node20',
		jsx: 'automatic',
		// Names are kept: shorter ones would save no time at the start, and errors would no longer say where they were.
		minifySyntax: true,
		minifyWhitespace: true,
		legalComments: 'none',
		define: {'process.env.NODE_ENV': '"production"'},
		plugins: [inkPlugin()],
		metafile: true,
		logLevel: 'warning',
	});
	return metafile;
}

async function addCommonJs(file) {
	const text = await readFile(file, 'utf8');
	if (needsCommonJs.test(text)) {
		const [, hashbang = '', rest] = /^(#!.*\n)?([^]*)$/u.exec(text);
		await writeFile(file, `${hashbang}${commonJs}\n${rest}`);
	}
}

async function makeExecutable(file) {
	const text = await readFile(file, 'utf8');
	await writeFile(file, text.startsWith('#!') ? text : `#!/usr/bin/env node\n${text}`);
	await chmod(file, 0o755);
}

/** The folders of the packages that are in the bundle. */
function packageFolders(inputs) {
	const folders = inputs.map(input => /^(?:[\w-]+:)?(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//u.exec(input)?.[1]);
	return [...new Set(folders.filter(name => name !== undefined))].map(name => path.resolve(name)).sort();
}

async function copyCompanions(packages) {
	for (const [name, files] of companions) {
		const home = packages.find(folderOfPackage => folderOfPackage.endsWith(`node_modules/${name}`));
		if (home) {
			await Promise.all(files.map(file => copyFile(path.join(home, file), path.join(folder, file))));
		}
	}
}

/** The packages' licences ask to go where their code goes. */
async function writeLicences(packages) {
	const texts = await Promise.all(packages.map(async home => {
		const {name, version, license} = JSON.parse(await readFile(path.join(home, 'package.json'), 'utf8'));
		const file = (await readdir(home)).find(entryName => /^licen[cs]e/iu.test(entryName));
		const text = file ? await readFile(path.join(home, file), 'utf8') : '';
		return `${name} ${version} (${license})\n\n${text.trim()}\n`;
	}));
	await writeFile(path.join(folder, 'licences.txt'), texts.join(`\n${'-'.repeat(80)}\n\n`));
}

if (folder === dist) {
	await rm(dist, {recursive: true, force: true});
}

const {inputs, outputs} = await bundle();
const scripts = Object.keys(outputs).filter(file => file.endsWith('.js')).map(file => path.resolve(file));
const packages = packageFolders(Object.keys(inputs));
await Promise.all(scripts.map(addCommonJs));
await makeExecutable(path.join(folder, 'cli.js'));
await copyCompanions(packages);
await writeLicences(packages);
// The emitted interpreter's first module: then nothing needs to be emitted when a machine changes over to it.
execFileSync(process.execPath, [path.join(root, 'scripts/run-ts.js'), path.join(root, 'scripts/keep-edition.ts'), folder], {stdio: 'inherit'});
// The kernel, assembled once and for all: the first lab opens the sooner.
if (folder === dist) execFileSync(process.execPath, [path.join(root, 'scripts/run-ts.js'), path.join(root, 'scripts/keep-kernel.ts')], {stdio: 'inherit'});
