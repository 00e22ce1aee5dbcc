import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, afterEach, describe, expect, test} from 'vitest';
import {App, cli} from './app.js';

afterEach(() => App.closeAll());
const folder = mkdtempSync(path.join(tmpdir(), 'settings-'));
afterAll(() => rmSync(folder, {recursive: true}));

const PROGRAM = `	.globl _start
_start:	movl $1, %eax
	movl $1, %edi
	leaq message(%rip), %rsi
	movl $3, %edx
	syscall
	movq (%rsp), %rdi
	movl $60, %eax
	syscall
	.data
message: .ascii "hi\\n"
`;

/** A program of one's own, in the app. */
async function inProgram(): Promise<App> {
	const file = path.join(folder, 'mine.s');
	writeFileSync(file, PROGRAM);
	const app = App.launch({program: cli, parameters: ['--no-motion']});
	await app.see('Choose a lab:');
	app.terminal.press('o');
	await app.see('open ');
	app.terminal.type(`${file}\r`);
	await app.see(() => app.step === 0);
	return app;
}

async function command(app: App, text: string, expected: Parameters<App['see']>[0]): Promise<void> {
	app.terminal.press(':');
	app.terminal.type(`${text}\r`);
	await app.see(expected);
}

const leaveField = (app: App): Promise<void> => app.press('esc', () => !(app.rows.at(-1) ?? '').includes('Esc leave it'));

describe('a program begins again', () => {
	test('on a kernel that is set otherwise', async () => {
		const app = await inProgram();
		await command(app, 'kernel', 'The kernel: as it usually is.');
		await command(app, 'kernel isolation on', 'The program begins again: isolation on.');
		await command(app, 'next cr3', () => app.ring === 0 && app.notice === '');
		await command(app, 'kernel', 'The kernel: isolation on.');
		await command(app, 'kernel entry-stack off', 'solation needs the entry stack');
		await leaveField(app);
		await command(app, 'kernel isolation off', 'The program begins again: isolation off.');
		expect(app.step).toBe(0);
	});

	test('with other arguments', async () => {
		const app = await inProgram();
		await command(app, 'args ./mine one "two words"', 'The program begins again: args ./mine one "two words".');
		await command(app, 'stop syscall=exit', 'is set');
		await app.press('}', 'syscall=exit: ');
		expect(app.register('rdi')).toBe(3n);
	});

	test('without a line of the kernel, and what breaks first is told, and can be gone to', async () => {
		const app = await inProgram();
		await command(app, 'without stack-switch', /begins again: without stack-switch\. c runs on; :broken tells what breaks first/u);
		await command(app, 'broken', 'The first promise that was broken:');
		await app.press('enter', () => app.ring === 0 && !app.terminal.text().includes('What broke first?'));
		await command(app, 'without nothing', 'The program begins again: without nothing.');
		await command(app, 'broken', 'No promise that the kernel makes was broken');
	});

	test('with an entry path of one’s own: a file that is not there is made, mistakes are told by line, and attacks show what it lacks', async () => {
		const app = await inProgram();
		const file = path.join(folder, 'door.s');
		await command(app, `entry ${file}`, 'was made: write in it with an editor, and save');
		expect(readFileSync(file, 'utf8')).toMatch(/^entry_SYSCALL_64:$/mu);
		const whole = readFileSync(file, 'utf8');
		writeFileSync(file, whole.replace('entry_SYSCALL_64:\n', 'entry_SYSCALL_64:\n\tnonsense\n'));
		await app.see(/door\.s:\d+:\d+: There is no instruction/u);
		await command(app, 'entry', () => (app.rows.at(-1) ?? '').includes('Esc leave it'));
		await leaveField(app);
		writeFileSync(file, whole.replace(/^\tswapgs.*$/mu, ''));
		await app.see(/the entry path is that of .*door\.s; :attack tries it/u);
		await command(app, 'entry', /the entry path is that of .*door\.s; :attack tries it/u);
		await command(app, 'attack', /got through/u);
		expect(readFileSync(file, 'utf8')).toBe(whole.replace(/^\tswapgs.*$/mu, ''));
	});
});

test('a page of a lesson says what of it can be set', async () => {
	const app = await App.inLab();
	await command(app, 'kernel isolation on', 'his step is not about isolation');
	await leaveField(app);
	await command(app, 'args a b', 'his step is not about args');
	await leaveField(app);
	await command(app, `entry ${path.join(folder, 'none.s')}`, 'his step is not about an entry path of your own');
});
