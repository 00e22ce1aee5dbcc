import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const terminal = fileURLToPath(new URL('../source/terminal/', import.meta.url));

/** Modules of Ink 6.8.0 that the program has its own of. */
const replacements = new Map(Object.entries({
	// Ink's own makes an object for each cell of each frame.
	'./output.js': path.join(terminal, 'ink-output.ts'),
}));

/** Modules that Ink loads for what this program never uses, and what stands in for them. */
const stubs = new Map(Object.entries({
	// With DEV=true in the environment Ink would look for React's developer tools and for its own package.json.
	'./utils.js': 'export const isDev = () => false;',
	// An error in a component ends the program, see below.
	'./ErrorOverview.js': 'export default () => null;',
	// Under CI Ink would not follow the terminal's size.
	'is-in-ci': 'export default false;',
	// The console is not patched; the session restores the cursor and watches for the process's end.
	'patch-console': 'export default () => () => {};',
	'signal-exit': 'export default () => () => {};',
	'cli-cursor': 'export default {show() {}, hide() {}, toggle() {}};',
	// The stream that Ink is given always knows its size.
	'terminal-size': 'export default () => ({columns: 80, rows: 24});',
}));

const lazySegmenter = '{segment(text) { return (this.made ??= new Intl.Segmenter()).segment(text); }}';

/**
Changes in packages that Ink needs, so that they load faster. They are the versions of the lock file: where a text to be
changed isn't found, the build fails.
*/
const edits = [
	{
		// Yoga fetches its code from a data: URL, for which Node loads its HTTP client. Given the bytes, Yoga doesn't.
		file: /[\\/]yoga-layout[\\/]dist[\\/]src[\\/]index\.js$/,
		changes: [
			['import wrapAssembly', 'import wasmBinary from "yoga-wasm";\nimport wrapAssembly'],
			['loadYoga()', 'loadYoga({wasmBinary})'],
		],
	},
	{
		file: /[\\/]yoga-wasm-base64-esm\.js$/,
		changes: [[/(?<=base64,)[\w+/=]+/u, '']],
	},
	{
		// The emoji expression and the segmenter take 25 ms to make, and box drawing alone would need them.
		file: /[\\/]node_modules[\\/]string-width[\\/]index\.js$/,
		changes: [
			['new Intl.Segmenter()', lazySegmenter],
			[String.raw`/^\p{RGI_Emoji}$/v`, String.raw`{test(text) { return (this.made ??= new RegExp('^\\p{RGI_Emoji}$', 'v')).test(text); }}`],
			[
				'export default function stringWidth(input, options = {}) {',
				`import {simpleWidth} from ${JSON.stringify(path.join(terminal, 'styled-row.ts'))};
				export default function stringWidth(input, options = {}) {
					const simple = typeof input === 'string' && arguments.length === 1 ? simpleWidth(input) : undefined;
					if (simple !== undefined) {
						return simple;
					}`,
			],
		],
	},
	{
		file: /[\\/]ink[\\/]build[\\/]reconciler\.js$/,
		changes: [['if (isDev()) {', 'if (false) {']],
	},
	{
		// Ink keeps an error in a component for who waits for its end. Thrown, it ends the program as any other error does.
		file: /[\\/]ink[\\/]build[\\/]components[\\/]ErrorBoundary\.js$/,
		changes: [['this.props.onError(error);', 'setImmediate(() => { throw error; });']],
	},
	{
		// Ink remembers the size of every text ever shown, and a pane is another text at each step.
		file: /[\\/]ink[\\/]build[\\/]measure-text\.js$/,
		changes: [['cache.set(text, dimensions);', 'if (cache.size > 200) { cache.clear(); }\n$&']],
	},
	{
		file: /[\\/]ink[\\/]build[\\/]wrap-text\.js$/,
		changes: [
			['const cache = {};', 'let cache = {};\nlet size = 0;'],
			['cache[cacheKey] = wrappedText;', 'if (++size > 200) { cache = {}; size = 0; }\n$&'],
		],
	},
	{
		// Styles are the only controls in most texts, and they stay: such a text needn't be taken to pieces.
		file: /[\\/]ink[\\/]build[\\/]sanitize-ansi\.js$/,
		changes: [['hasAnsiControlCharacters(text)', String.raw`hasAnsiControlCharacters(text.replaceAll(/\u001B\[[\d:;]*m/gu, ''))`]],
	},
	{
		file: /[\\/]slice-ansi[\\/]tokenize-ansi\.js$/,
		changes: [["new Intl.Segmenter(undefined, {granularity: 'grapheme'})", lazySegmenter]],
	},
	{
		file: /[\\/]ansi-tokenize[\\/]build[\\/]tokenize\.js$/,
		changes: [['new Intl.Segmenter(undefined, { granularity: "grapheme" })', lazySegmenter]],
	},
];

const isInk = importer => /[\\/]node_modules[\\/]ink[\\/]build[\\/]/u.test(importer);

function edited(file, source, changes) {
	let text = source;
	for (const [from, to] of changes) {
		const next = text.replace(from, found => to.replace('$&', () => found));
		if (next === text) {
			throw new Error(`${file} no longer has ${from}. Look at what the new version does, and change scripts/ink-plugin.js.`);
		}

		text = next;
	}

	return text;
}

/**
An esbuild plugin with which Ink 6.8 loads and paints faster. For this program all of it behaves as before.

@returns {import('esbuild').Plugin}
*/
export function inkPlugin() {
	return {
		name: 'ink',
		setup(build) {
			build.onResolve({filter: /./}, ({path: name, importer}) => {
				if (isInk(importer) && replacements.has(name)) {
					return {path: replacements.get(name)};
				}

				return isInk(importer) && stubs.has(name) ? {path: name, namespace: 'stub'} : undefined;
			});
			build.onLoad({filter: /./, namespace: 'stub'}, ({path: name}) => ({contents: stubs.get(name)}));

			for (const {file, changes} of edits) {
				build.onLoad({filter: file, namespace: 'file'}, async ({path: name}) => ({contents: edited(name, await readFile(name, 'utf8'), changes)}));
			}

			// One text measure for all: wrap-ansi has an older one of its own, which may think otherwise of a width.
			build.onResolve({filter: /^string-width$/}, ({importer, kind}) =>
				/[\\/]wrap-ansi[\\/]index\.js$/u.test(importer) ? build.resolve('string-width', {kind, resolveDir: terminal}) : undefined);

			build.onResolve({filter: /^yoga-wasm$/}, ({resolveDir}) =>
				({path: path.join(resolveDir, '../binaries/yoga-wasm-base64-esm.js'), namespace: 'yoga-wasm'}));
			build.onLoad({filter: /./, namespace: 'yoga-wasm'}, async ({path: name}) => {
				const [, code] = /base64,([\w+/=]+)/u.exec(await readFile(name, 'utf8'));
				return {contents: Buffer.from(code, 'base64'), loader: 'binary'};
			});
		},
	};
}
