import {execFileSync} from 'node:child_process';
import {accessSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {buildFixture, type BuiltFixture} from './fixture/build.js';

let fixture: BuiltFixture;

beforeAll(() => {
	fixture = buildFixture();
});

afterAll(() => fixture.remove());

const textOf = (file: string): string => readFileSync(path.join(fixture.folder, file), 'utf8');

/** What a file imports at once, and so on, without what it imports later. */
function staticImports(file: string): readonly string[] {
	const names = [...textOf(file).matchAll(/(?:from|import)"\.\/([^"]+)"/gu)].map(([, name]) => name);
	return [file, ...names.flatMap(name => staticImports(name))];
}

test('the entry is executable and begins with a hashbang', () => {
	accessSync(fixture.program, constants.X_OK);
	expect(textOf('cli.js')).toMatch(/^#!\/usr\/bin\/env node\n/u);
});

test('neither Ink nor React is loaded before the first frame', () => {
	const early = staticImports('cli.js').map(textOf).join('');
	expect(early).not.toMatch(/react|yoga|stringWidth/u);
	expect(early.length).toBeLessThan(40_000);
});

test('what Ink needs for development is not in the bundle', () => {
	const all = readdirSync(fixture.folder).filter(file => file.endsWith('.js')).map(textOf).join('');
	expect(all).not.toMatch(/react-devtools|WebSocket|is checking for|react\.development/u);
});

test('the licences of the bundled packages go with them', () => {
	expect(textOf('licences.txt')).toMatch(/^ink 6\.8\.0 \(MIT\)$/mu);
	expect(textOf('licences.txt')).toMatch(/^react \d+\.\d+\.\d+ \(MIT\)$/mu);
});

test('a CommonJS package with a file beside it finds it in the bundle', () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'terminal-build-'));
	// Beside this test, where the package can be found.
	const entry = fileURLToPath(new URL(`fixture/decode-${process.pid}.js`, import.meta.url));
	const script = fileURLToPath(new URL('../../scripts/build.js', import.meta.url));
	try {
		writeFileSync(entry, 'import {Decoder, Mnemonic} from "iced-x86";\nprocess.stdout.write(Mnemonic[new Decoder(64, new Uint8Array([0x0f, 0x05]), 0).decode().mnemonic]);\n');
		execFileSync(process.execPath, [script, entry, folder]);
		expect(execFileSync(path.join(folder, 'cli.js'), {cwd: '/'}).toString()).toBe('Syscall');
	} finally {
		rmSync(entry);
		rmSync(folder, {recursive: true});
	}
});
