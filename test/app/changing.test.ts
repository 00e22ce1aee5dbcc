import {afterEach, describe, expect, test} from 'vitest';
import {App, PLACE} from './app.js';

afterEach(() => App.closeAll());

/** The text in the field that is open. */
const field = (app: App): string | undefined => /[┃║] > (.*?) *[┃║]/u.exec(app.terminal.text())?.[1];

const words = (app: App): string => app.terminal.text().replaceAll(/[\s┃║]+/gu, ' ');

/** Types a command behind a colon and waits for what it does. */
async function command(app: App, text: string, expected: Parameters<App['see']>[0]): Promise<void> {
	await app.press(':', 'Command');
	await app.press(text, () => field(app) === text.trim());
	await app.press('enter', expected);
}

describe('the field for a new value', () => {
	test('takes a name of the program or the kernel, with a distance, and completes it', async () => {
		const app = await App.inLab();
		const message = app.register('rsi') ?? 0n;
		await app.set(PLACE.rdi, 'message+4');
		expect(app.register('rdi')).toBe(message + 4n);
		await app.edit(PLACE.rdx);
		await app.press('entry_SYSCALL_64_af', 'entry_SYSCALL_64_after_hwframe');
		await app.press('tab', () => field(app) === 'entry_SYSCALL_64_after_hwframe');
		await app.press('enter', () => (app.register('rdx') ?? 0n) > 0xffff_ffff_8000_0000n);
	});

	test('says why a name is none, and keeps it', async () => {
		const app = await App.inLab();
		await app.edit(PLACE.rdi);
		await app.press('messages\r', () => words(app).includes('“messages” is no symbol of the program or the kernel, and no number'));
		expect(field(app)).toBe('messages');
		await app.press('backspace', () => !words(app).includes('is no symbol'));
		await app.press('enter', () => app.register('rdi') === app.register('rsi'));
	});
});

test('flags are flipped by the bit', async () => {
	const app = await App.inLab();
	await app.choose('9', 'flags');
	await app.press('+', () => app.pane('lesson') === undefined);
	await app.press('enter', () => app.paneText('flags').includes('●CF   1') || app.paneText('flags').includes('▶ CF   1'));
	await app.press('enter', () => /CF +0/u.test(app.paneText('flags')));
	await app.press('down', /▶ PF/u);
	await app.press('enter', () => /PF +1/u.test(app.paneText('flags')));
	await app.press('esc', () => app.pane('lesson') !== undefined);
	expect(app.paneText('registers')).toMatch(/flags +IF PF|flags +IF.*PF/u);
});

test('bytes of memory are changed as hex, as text, and as a number', async () => {
	const app = await App.inLab();
	await app.press('@', 'Show the memory at');
	await app.press('message', () => field(app) === 'memory message');
	await app.press('enter', () => app.paneText('memory').includes('hello wo'));
	expect(app.paneText('memory')).toMatch(/68.?65 6c.?6c 6f.?20 77.?6f/u);
	for (const [typed, expected] of [['48 41', /48.?41 6c.?6c/u], ['"JE"', /4a.?45 6c.?6c/u], ['\'X\'', /58.?45 6c/u], ['-1', /ff.?45 6c/u], ['0x1122334455667788', /88.?77 66.?55 44.?33 22.?11/u]] as const) {
		await app.press('enter', 'Change memory from');
		await app.press(`${typed}\r`, () => expected.test(app.paneText('memory')) && field(app) === undefined);
	}

	await app.press('enter', 'Change memory from');
	await app.press('4g\r', () => words(app).includes('“4g” is no number'));
	expect(field(app)).toBe('4g');
});

test('what is written into the program’s memory is what it prints', async () => {
	const app = await App.inLab();
	await command(app, 'set [message]="HELLO"', () => app.notice.includes('u takes it back'));
	await app.move('n');
	expect(app.paneText('console')).toContain('HELLO world');
});

test('a word of the stack is changed where it is marked', async () => {
	const app = await App.inLab();
	await app.toPage(4);
	await app.choose('4', 'stacks');
	while (!app.paneText('stacks').includes('▶di ')) {
		const before = app.paneText('stacks');
		await app.press('up', () => app.paneText('stacks') !== before);
	}

	await app.press('enter', 'Change pt_regs->di (now 0x1)');
	await app.press('77\r', () => app.slots().get('di') === 77n);
	while (app.ring !== 3) await app.move('c');
	expect(BigInt.asIntN(64, app.register('rax') ?? 0n)).toBe(-9n);
});

test('vector registers are shown and changed', async () => {
	const app = await App.inLab();
	await command(app, 'show vector', 'xmm0');
	await app.press('down', /▶xmm1/u);
	await app.press('enter', 'Change xmm1');
	await app.press('0x112233445566778899aabbccddeeff\r', /xmm1 +(?:00)?112233445566778899aabbccddeeff/u);
	await command(app, 'set xmm2=-1', /xmm2 +0*ffffffffffffffff/u);
});

describe('undo and redo', () => {
	test('take changes back one by one, and make them again', async () => {
		const app = await App.inLab();
		await app.press('u', 'Nothing has been changed.');
		await app.set(PLACE.rdi, '7');
		await app.set(PLACE.rdi, '8');
		await app.set(PLACE.rsi, '9');
		await app.press('u', () => app.register('rsi') !== 9n);
		expect(app.notice).toContain('Taken back: rsi = 0x9');
		await app.press('u', () => app.register('rdi') === 7n);
		await app.press('u', () => app.register('rdi') === 1n);
		await app.press('u', 'Nothing has been changed.');
		await app.press('U', () => app.register('rdi') === 7n);
		await app.press('U', () => app.register('rdi') === 8n);
		expect(app.notice).toContain('Made again: rdi = 0x8');
		await app.press('U', () => app.register('rsi') === 9n);
		await app.press('U', 'Nothing has been taken back.');
	});

	test('bring back the run that a change in the past has replaced', async () => {
		const app = await App.inLab();
		await app.move('n');
		const {step = 0} = app;
		expect(app.register('rax')).toBe(12n);
		await app.move('N');
		await app.set(PLACE.rdi, '77');
		await app.move('n');
		expect(BigInt.asIntN(64, app.register('rax') ?? 0n)).toBe(-9n);
		await app.press('u', () => app.register('rdi') === 1n && app.notice.includes('Taken back'));
		await app.press('end', () => app.step === step);
		expect(app.register('rax')).toBe(12n);
	});
});

describe('the palette', () => {
	test('finds a command by a few letters, completes and runs it', async () => {
		const app = await App.inLab();
		const {step = 0} = app;
		await app.press(':', 'Command');
		await app.press('stb', /▶ step-back/u);
		await app.press('tab', () => field(app) === 'step-back');
		await app.press('enter', () => app.step === step - 1);
		expect(app.terminal.text()).not.toContain('Command');
	});

	test('shows what can’t be done with the reason, and refuses it', async () => {
		const app = await App.inLab();
		await app.press(':', 'Command');
		await app.press('undo', /undo +not now: nothing has been changed/u);
		await app.press('enter', () => words(app).includes('> undo') && words(app).includes('not now: nothing has been changed'));
		await app.press('esc', () => field(app) === undefined);
	});

	test('goes to a step by its number', async () => {
		const app = await App.inLab();
		await app.press('g', 'To a step, by its number');
		await app.press('40\r', () => app.step === 40);
		expect(app.ring).toBe(0);
		await app.press('g', 'To a step');
		await app.press('-10\r', () => app.step === 30);
		await app.press('g', 'To a step');
		await app.press('x\r', () => words(app).includes('“x” is no step'));
		expect(field(app)).toBe('go x');
		await app.press('esc', () => field(app) === undefined);
		await app.press('g', 'To a step');
		await app.press('end\r', () => app.step === 40);
		await app.press('g', 'To a step');
		await app.press('100000\r', () => app.notice.includes('The program has exited'));
	});

	test('a paste is text in it, and no command', async () => {
		const app = await App.inLab();
		await app.press(':', 'Command');
		app.terminal.type('\u001B[200~set rdi=5\n\u001B[201~');
		await app.see(() => field(app) === 'set rdi=5');
		await app.press('enter', () => app.register('rdi') === 5n);
	});

	test('says that there is no such command', async () => {
		const app = await App.inLab();
		await app.press(':', 'Command');
		await app.press('frobnicate', 'There is no command frobnicate.');
		await app.press('enter', 'there is no command frobnicate');
		app.terminal.press('ctrl-c');
		expect(await app.terminal.exit).toEqual({code: 0, signal: 0});
	});
});

test('Enter in the events goes to the marked one', async () => {
	const app = await App.inLab();
	await app.toPage(4);
	const {step = 0} = app;
	await app.choose('5', 'events');
	await app.press('up', /▶ pt_regs->r14/u);
	await app.press('enter', () => app.step !== undefined && app.step < step);
	expect(app.paneText('events')).toMatch(/● pt_regs->r14|▶ pt_regs->r14/u);
});
