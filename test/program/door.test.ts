import {readdirSync, readFileSync} from 'node:fs';
import {expect, test} from 'vitest';

const root = new URL('../../source/', import.meta.url);

function importsOf(folder: URL): readonly (readonly [file: string, imported: string])[] {
	return readdirSync(folder, {recursive: true, encoding: 'utf8'})
		.filter(name => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
		.flatMap(name => [...readFileSync(new URL(name, folder), 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(found => [name, found[1]] as const));
}

test('one file imports the encoder library', () => {
	const files = importsOf(root).filter(([, imported]) => imported.startsWith('@defasm/')).map(([file]) => file);
	expect([...new Set(files)]).toEqual(['program/encoding/encoder.ts']);
});

test('program/ imports nothing of the project but itself', () => {
	const outside = importsOf(new URL('program/', root)).filter(([file, imported]) => {
		const depth = file.split('/').length - 1;
		return imported.startsWith('../'.repeat(depth + 1)) || (!imported.startsWith('.') && !/^(?:@defasm\/core|iced-x86)$/.test(imported));
	});
	expect(outside).toEqual([]);
});
