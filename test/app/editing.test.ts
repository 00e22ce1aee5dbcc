import {afterEach, describe, expect, test} from 'vitest';
import {App, PLACE, SIZES} from './app.js';

afterEach(() => App.closeAll());

const isBack = (app: App): boolean => app.ring === 3;

/** Runs on until ring 3 is back or the program has ended; gives rax. */
async function result(app: App): Promise<bigint> {
	do {
		await app.move('c');
	} while (!isBack(app));

	return BigInt.asIntN(64, app.register('rax') ?? 0n);
}

/** What is typed for a register, and what it holds then. */
const TYPED = [['0x2A', 0x2an], ['77', 77n], ['-1', 0xffff_ffff_ffff_ffffn], ['\'A\'', 0x41n], ['\'ABC\'', 0x43_4241n], ['0xdead_beef', 0xdead_beefn]] as const;

/** The words of the whole screen, without borders and line ends. */
const words = (app: App): string => app.terminal.text().replaceAll(/[\s┃]+/gu, ' ');

/** The text in the field that is open. */
const field = (app: App): string | undefined => /┃ > (.*?) *┃/u.exec(app.terminal.text())?.[1];

describe.for(SIZES)('at %i by %i', ([columns, rows]) => {
	test('a register takes hex, decimal, negative numbers and characters', async () => {
		const app = await App.inLab(columns, rows);
		for (const [typed, value] of TYPED) {
			await app.set(PLACE.rdx, typed);
			expect(app.register('rdx')).toBe(value);
			expect(app.notice).toMatch(/^rdx = .*0x[0-9a-f]+.*u takes it back\.$/u);
			expect(app.notice).not.toContain('…');
		}
	});

	test('what is no number is refused with a reason, and the text stays to be mended', async () => {
		const app = await App.inLab(columns, rows);
		await app.edit(PLACE.r15);
		await app.press('0x1g\r', 'is no number');
		expect(field(app)).toBe('0x1g');
		expect(words(app)).toContain('type hex (0x2a), decimal (42), negative (-1)');
		await app.press('backspace', () => !app.terminal.text().includes('is no number'));
		await app.press('f\r', () => app.register('r15') === 0x1fn);
	});

	test('a value of more than 64 bits is refused', async () => {
		const app = await App.inLab(columns, rows);
		await app.edit(PLACE.rax);
		await app.press('0x10000000000000000\r', () => words(app).includes('does not fit into 64 bits'));
		await app.press('esc', () => !app.terminal.text().includes('Esc leave it'));
		expect(app.register('rax')).toBe(1n);
	});

	test('Esc leaves the old value', async () => {
		const app = await App.inLab(columns, rows);
		await app.edit(PLACE.rdi);
		await app.press('99', () => field(app) === '99');
		await app.press('esc', () => !app.terminal.text().includes('Esc leave it'));
		expect(app.register('rdi')).toBe(1n);
	});
});

test('arrows, Home, End, Backspace and Delete work in the field', async () => {
	const app = await App.inLab();
	await app.edit(PLACE.rdi);
	app.terminal.press('123', 'left', 'left', 'backspace', 'home', '9', 'end', '5', 'left', 'delete', '6', 'enter');
	await app.see(() => app.register('rdi') === 9236n);
});

test('letters that are commands elsewhere are text in the field', async () => {
	const app = await App.inLab();
	await app.edit(PLACE.rdi);
	await app.press('\'qsm?\'\r', () => app.register('rdi') === 0x3f6d_7371n);
	expect(app.page).toBe(1);
});

test('a paste goes into the field as one text, without its line end', async () => {
	const app = await App.inLab();
	await app.edit(PLACE.rsi);
	await app.press('\u001B[200~0xdeadbeef\n\u001B[201~', () => field(app) === '0xdeadbeef');
	await app.press('enter', () => app.register('rsi') === 0xdead_beefn);
});

test('a paste outside of a field is no command', async () => {
	const app = await App.inLab();
	const {step} = app;
	app.terminal.type('\u001B[200~sssq\u001B[201~');
	await app.pressTo('s', (step ?? 0) + 1);
});

test('a text that is too long for the field keeps its end in sight', async () => {
	const app = await App.inLab(80, 24);
	await app.edit(PLACE.rdi);
	await app.press(`${'0'.repeat(40)}0b${'01'.repeat(30)}111`, /0101111 +┃/u);
	await app.press('home', /┃ > 0000000000/u);
	app.terminal.press(...Array.from({length: 40}, () => 'delete'));
	await app.press('enter', () => app.register('rdi') === BigInt(`0b${'01'.repeat(30)}111`));
});

test('the kernel answers to spoilt arguments as Linux does, and r begins again after each', async () => {
	const app = await App.inLab();
	for (const [name, value, expected] of [['rsi', '0', -14n], ['rdi', '77', -9n], ['rax', '9999', -38n], ['rax', '-1', -38n], ['rsp', '0x1234', 12n], ['rdx', '5', 5n]] as const) {
		await app.set(PLACE[name], value);
		expect(await result(app), `${name} = ${value}`).toBe(expected);
		expect(app.paneText('events')).toContain(`result ${expected}`);
		if (expected < 0n) expect(app.paneText('registers')).toMatch(new RegExp(`rax +[0-9a-f]{16} ${expected}`, 'u'));
		else expect(app.paneText('console').trim()).toBe('hello world'.slice(0, Number(expected)));
		if (name === 'rsp') expect(app.register('rsp')).toBe(0x1234n);
		await app.press('r', () => app.ring === 3 && app.register('rax') === 1n && app.notice === '');
	}
});

test('the wrong result is to be seen at 80 by 24 too', async () => {
	const app = await App.inLab(80, 24);
	await app.set(PLACE.rsi, '0');
	expect(await result(app)).toBe(-14n);
	expect(app.paneText('registers')).toContain('fffffffffffffff2 -14');
});

test('after an edit in the past the run goes on from there, and the screen says so', async () => {
	const app = await App.inLab();
	await app.toPage(2);
	await app.move('S');
	await app.set(PLACE.rdi, '77');
	expect(app.notice).toContain('The run goes on from here; u takes it back.');
	expect(app.rows[0]).toMatch(/step (\d+) of \1\+ /u);
	expect(await result(app)).toBe(-9n);
});

test('Enter outside of the registers goes there and says how to go on', async () => {
	const app = await App.inLab();
	await app.press('enter', 'The arrows mark a register, Enter changes it.');
	await app.press('enter', 'Esc leave it');
	await app.press('7\r', () => app.register('rax') === 7n);
});

test('flags and rip can be set too', async () => {
	const app = await App.inLab();
	await app.set(11, '0');
	expect(app.register('rflags')).toBe(2n);
	await app.set(10, '0x123456');
	expect(app.register('rip')).toBe(0x12_3456n);
	expect(app.paneText('code')).toContain('rip = 0x123456');
	while (!app.notice.includes('SIGSEGV')) await app.move('c');
	expect(app.notice).toContain('The program was killed by SIGSEGV');
});
