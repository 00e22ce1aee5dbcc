import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import {describe, expect, test} from 'vitest';

const root = path.join(import.meta.dirname, '..');

/** The folders of the source, in the order in which data flows: each may import from those before it. */
const FOLDERS = ['machine', 'program', 'kernel', 'trace', 'lab', 'view', 'terminal', 'ui', 'commands'] as const;

/** What a folder must not know although it stands before it. */
const UNKNOWN: Readonly<Partial<Record<string, readonly string[]>>> = {
	program: ['machine'],
	terminal: ['machine', 'program', 'kernel', 'trace', 'lab', 'view'],
	ui: ['machine', 'program', 'kernel'],
};

/** Packages that belong to one place, by the files or folders that may import them. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
	'@defasm/core': ['program/encoding/encoder.ts'],
	'iced-x86': ['machine/decode.ts', 'program/disassemble.ts'],
	react: ['ui/', 'commands/app.tsx'],
	ink: ['ui/', 'commands/app.tsx'],
	'ink-select-input': ['ui/'],
	meow: ['commands/'],
	yaml: ['lab/'],
	valibot: ['lab/'],
	'@alcalzone/ansi-tokenize': ['terminal/'],
	'ansi-styles': ['terminal/'],
	'slice-ansi': ['terminal/'],
};

/** Parts of Node that a folder may use; the others use none. */
const NODE: Readonly<Partial<Record<string, readonly string[]>>> = {
	kernel: ['node:crypto', 'node:fs', 'node:path', 'node:url'],
	lab: ['node:fs', 'node:path'],
	terminal: ['node:child_process', 'node:events', 'node:fs', 'node:process', 'node:string_decoder', 'node:tty', 'node:util'],
	commands: ['node:child_process', 'node:fs', 'node:os', 'node:path', 'node:process', 'node:url', 'node:worker_threads'],
};

const MAXIMUM_LINES = 400;

interface SourceFile {
	/** From the source folder, with slashes. */
	readonly name: string;
	/** Its first folder; empty for the files that compose all. */
	readonly folder: string;
	readonly text: string;
	/** What it imports, for types alone or not: packages by name, files of the source by theirs. */
	readonly imports: readonly string[];
}

const isOwn = (specifier: string): boolean => specifier.startsWith('.');

/** The file that a specifier means, from the source folder. */
function resolve(from: string, specifier: string, files: ReadonlySet<string>): string {
	const target = path.posix.join(path.posix.dirname(from), specifier).replace(/\.js$/, '');
	return [`${target}.ts`, `${target}.tsx`].find(name => files.has(name)) ?? target;
}

function readSources(): SourceFile[] {
	const source = path.join(root, 'source');
	const names = readdirSync(source, {recursive: true, encoding: 'utf8'}).map(name => name.split(path.sep).join('/')).filter(name => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'));
	const known = new Set(names);
	return names.map(name => {
		const text = readFileSync(path.join(source, name), 'utf8');
		const specifiers = ts.preProcessFile(text, true, true).importedFiles.map(({fileName}) => fileName);
		return {
			name,
			folder: name.includes('/') ? name.split('/')[0] : '',
			text,
			imports: specifiers.map(specifier => (isOwn(specifier) ? resolve(name, specifier, known) : specifier)),
		};
	});
}

const files = readSources();
const names = new Set(files.map(({name}) => name));

/** Whether a file is one of some files or lies in one of some folders. */
const isIn = (name: string, places: readonly string[]): boolean => places.some(place => (place.endsWith('/') ? name.startsWith(place) : name === place));

/** Imports of a file that lead to another folder. */
const foreignFolders = ({folder, imports}: SourceFile): string[] =>
	imports.filter(target => names.has(target) && target.includes('/')).map(target => target.split('/')[0]).filter(target => target !== folder);

test('the source has the folders of the plan, and above them only what composes them', () => {
	expect(new Set(files.map(({folder}) => folder))).toEqual(new Set(['', ...FOLDERS]));
	expect(files.filter(({folder}) => folder === '').map(({name}) => name).sort()).toEqual(['cli.tsx', 'index.ts']);
});

test('every import of the source’s own leads to a file that is there', () => {
	const broken = files.flatMap(({name, imports}) => imports.filter(target => /^[a-z]+(?:\/|\.tsx?$)/.test(target) && FOLDERS.some(folder => target.startsWith(`${folder}/`)) && !names.has(target)).map(target => `${name} → ${target}`));
	expect(broken).toEqual([]);
});

describe.each(FOLDERS)('source/%s', folder => {
	const own = files.filter(file => file.folder === folder);

	test('imports only from folders before it, and not from those that it must not know', () => {
		const before = FOLDERS.slice(0, FOLDERS.indexOf(folder)).filter(name => UNKNOWN[folder]?.includes(name) !== true);
		const wrong = own.flatMap(file => foreignFolders(file).filter(target => !(before as readonly string[]).includes(target)).map(target => `${file.name} → ${target}`));
		expect(wrong).toEqual([]);
	});

	test('uses of Node what it may', () => {
		const wrong = own.flatMap(({name, imports}) => imports.filter(target => target.startsWith('node:') && NODE[folder]?.includes(target) !== true).map(target => `${name} → ${target}`));
		expect(wrong).toEqual([]);
	});
});

test('a package is imported where its door is, and every package has one', () => {
	const doors = new Map(Object.entries(DOORS));
	const wrong = files.flatMap(({name, imports}) => imports
		.filter(target => !names.has(target) && !target.startsWith('node:') && target !== 'string-width')
		.filter(target => !isIn(name, doors.get(target) ?? []))
		.map(target => `${name} → ${target}`));
	expect(wrong).toEqual([]);
});

test('one file alone encodes; one decodes to run, one to show', () => {
	const withDecoder = files.filter(({imports, text}) => imports.includes('iced-x86') && /\bnew (?:\w+\.)?Decoder\b/.test(text)).map(({name}) => name);
	expect(files.filter(({imports}) => imports.includes('@defasm/core')).map(({name}) => name)).toEqual(['program/encoding/encoder.ts']);
	expect(withDecoder.sort()).toEqual(['machine/decode.ts', 'program/disassemble.ts']);
});

test('what computes knows no process, no clock and no chance', () => {
	const computing = files.filter(({folder}) => ['machine', 'program', 'kernel', 'trace', 'lab', 'view'].includes(folder));
	const suspects = computing.filter(({text}) => /\b(?:process|Math\.random|Date|performance|console)\b/.test(text));
	const wrong = suspects.flatMap(({name, text}) => [...uses(text)].map(use => `${name}: ${use}`));
	expect(wrong).toEqual([]);
});

/** Names of the surroundings that a text uses as values. */
function uses(text: string): ReadonlySet<string> {
	const found = new Set<string>();
	const visit = (node: ts.Node): void => {
		if (ts.isPropertyAccessExpression(node)) {
			const name = `${node.expression.getText()}.${node.name.text}`;
			if (/^(?:process\.(?:env|argv|exit|exitCode|std\w+|platform|hrtime|nextTick|on|kill|cwd)|Math\.random|Date\.now|performance\.now|console\.\w+)$/.test(name)) found.add(name);
		} else if (ts.isNewExpression(node) && node.expression.getText() === 'Date') {
			found.add('new Date');
		}

		ts.forEachChild(node, visit);
	};

	visit(ts.createSourceFile('file.tsx', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX));
	return found;
}

test('no file is longer than can be read in one sitting', () => {
	const long = files.map(({name, text}) => ({name, lines: text.split('\n').length})).filter(({lines}) => lines > MAXIMUM_LINES);
	expect(long).toEqual([]);
});

test('no file of a folder needs itself by way of another folder', () => {
	const edges = new Map<string, Set<string>>(FOLDERS.map(folder => [folder, new Set<string>()]));
	for (const file of files) for (const target of foreignFolders(file)) edges.get(file.folder)?.add(target);
	const reach = (from: string, seen = new Set<string>()): Set<string> => {
		for (const target of edges.get(from) ?? []) {
			if (seen.has(target)) continue;
			seen.add(target);
			reach(target, seen);
		}

		return seen;
	};

	expect(FOLDERS.filter(folder => reach(folder).has(folder))).toEqual([]);
});

test('what is imported while the program runs has no cycle', () => {
	const graph = new Map(files.map(({name, text}) => [name, valueImports(text).filter(isOwn).map(specifier => resolve(name, specifier, names))]));
	const done = new Set<string>();
	const cycles: string[] = [];
	const visit = (name: string, way: readonly string[]): void => {
		if (way.includes(name)) cycles.push([...way.slice(way.indexOf(name)), name].join(' → '));
		if (done.has(name) || way.includes(name)) return;
		for (const target of graph.get(name) ?? []) visit(target, [...way, name]);
		done.add(name);
	};

	for (const name of graph.keys()) visit(name, []);
	expect(cycles).toEqual([]);
});

/** Specifiers that a text imports for more than types, when it is loaded. */
function valueImports(text: string): string[] {
	const source = ts.createSourceFile('file.tsx', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
	return source.statements.flatMap(statement => {
		if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)) {
			return isForTypes(statement.importClause) ? [] : [statement.moduleSpecifier.text];
		}

		if (ts.isExportDeclaration(statement) && !statement.isTypeOnly && statement.moduleSpecifier !== undefined && ts.isStringLiteral(statement.moduleSpecifier)) return [statement.moduleSpecifier.text];
		return [];
	});
}

/** Whether an import is gone when the program runs. */
function isForTypes(clause: ts.ImportClause | undefined): boolean {
	if (clause === undefined) return false;
	if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
	const {name, namedBindings: bindings} = clause;
	return name === undefined && bindings !== undefined && ts.isNamedImports(bindings) && bindings.elements.every(({isTypeOnly}) => isTypeOnly);
}
