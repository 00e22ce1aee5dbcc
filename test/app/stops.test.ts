import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, afterEach, describe, expect, test} from 'vitest';
import {App} from './app.js';

afterEach(() => App.closeAll());
const folder = mkdtempSync(path.join(tmpdir(), 'exports-'));
afterAll(() => rmSync(folder, {recursive: true}));

/** Types a command. */
async function command(app: App, text: string, expected: Parameters<App['see']>[0]): Promise<void> {
	app.terminal.press(':');
	app.terminal.type(`${text}\r`);
	await app.see(expected);
}

/** Leaves the field in which a refused command still stands. */
const leaveField = (app: App): Promise<void> => app.press('esc', () => !(app.rows.at(-1) ?? '').includes('Esc leave it'));

describe('stops', () => {
	test('} runs to the next one and says why, { goes back to the last one', async () => {
		const app = await App.inLab();
		await command(app, 'stop syscall=exit', 'Stop 1 is set: syscall=exit.');
		await command(app, 'stop console=hello', 'Stop 2 is set: console=hello.');
		await app.press('}', /console=hello: .*hello/u);
		const printed = app.step ?? 0;
		await app.press('}', 'syscall=exit: ');
		expect(app.ring).toBe(0);
		expect(app.step).toBeGreaterThan(printed);
		await app.press('{', /console=hello: /u);
		expect(app.step).toBe(printed);
		await app.press('{', 'No stop comes before.');
		await app.press('}', 'syscall=exit: ');
	});

	test('are listed, taken away, and refused with what can be written', async () => {
		const app = await App.inLab();
		await app.press('}', 'No stop is set: stop syscall=write');
		await command(app, 'stop exception', 'Stop 1 is set: exception.');
		await command(app, 'stops', '1        exception');
		await app.press('esc', () => !app.terminal.text().includes('━ Stops ━'));
		await command(app, 'unstop 7', 'here is no stop “7”: there are 1 (exception)');
		await leaveField(app);
		await command(app, 'unstop 1', 'The stop exception is gone.');
		await command(app, 'stop nonsense here', 'A stop is one of');
	});
});

test('] goes behind the next event of a kind, [ behind the one before', async () => {
	const app = await App.inLab();
	await command(app, 'next push', () => app.ring === 0 && app.slots().get('ss') === 0x2bn && app.slots().get('sp') === undefined);
	const first = app.step ?? 0;
	await app.press(']', () => app.slots().get('sp') !== undefined);
	await app.pressTo('[', first);
	await app.press('[', 'There is no push before.');
	await command(app, 'next exception', 'No exception comes any more: the program has ended.');
});

describe('export', () => {
	const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
	const file = (name: string): string => path.join(folder, name);

	test('writes the run as JSON lines, as strace text and as a cast, and the screen as a picture', async () => {
		const app = await App.inLab(120, 40);
		await command(app, 'go end', () => app.step !== undefined);
		await app.press('c', () => app.ring === 0);
		await command(app, `export ${file('a.jsonl')}`, 'is written.');
		expect(read('a.jsonl').trim().split('\n').map(line => (JSON.parse(line) as {readonly kind?: string}).kind)).toContain('syscall');
		await command(app, 'stop syscall=exit', 'is set');
		await app.press('}', 'syscall=exit: ');
		await command(app, `export ${file('a.strace')}`, 'a.strace is written.');
		expect(read('a.strace').split('\n')[0]).toMatch(/^write\(1, "hello world\\n", 12\) += 12$/u);
		await command(app, `export ${file('a.svg')}`, 'a.svg is written.');
		expect(read('a.svg')).toMatch(/^<svg[^]*Registers[^]*<\/svg>\s*$/u);
		const {step} = app;
		await command(app, `export ${file('a.cast')}`, /a\.cast is written: \d+ pictures\./u);
		expect(app.step).toBe(step);
		const lines = read('a.cast').trim().split('\n');
		expect(JSON.parse(lines[0])).toMatchObject({version: 2, width: 120, height: 40});
		expect(lines.length).toBeGreaterThan(50);
	});

	test('never writes over a file, and says what to do', async () => {
		writeFileSync(file('mine.svg'), 'mine');
		const app = await App.inLab();
		await command(app, `export ${file('mine.svg')}`, 'is there already: choose another name');
		expect(read('mine.svg')).toBe('mine');
		await leaveField(app);
		await command(app, `export ${file('no/such/x.svg')}`, 'there is no such folder');
		await leaveField(app);
		await command(app, 'export run', 'end its name with .jsonl, .strace, .cast or .svg');
	});
});
