import {afterEach, describe, expect, test} from 'vitest';
import {App} from './app.js';
import {card, command, field, markedRow, markRow, said} from './cards.js';

afterEach(() => App.closeAll());

/** Whether a card asks who wrote a place. */
const asks = (app: App, place: string): boolean => card(app).at(0) === `Who wrote ${place}?`;
const isClosed = (app: App): boolean => !app.terminal.text().includes('Who wrote');

const stepOf = (row: string): number => Number(/^step (\d+)/u.exec(row)?.[1]);

describe('w', () => {
	test('tells who pushed a word of pt_regs, by which line, and where the register got it; Enter goes there and Esc comes back', async () => {
		const app = await App.inLab();
		await app.toPage(4);
		await app.choose('4', 'stacks');
		while (!app.paneText('stacks').includes('▶di ')) {
			const before = app.paneText('stacks');
			await app.press('up', () => app.paneText('stacks') !== before);
		}

		const {step} = app;
		await app.press('w', () => asks(app, 'pt_regs->di'));
		expect(said(app)).toMatch(/It was written by: ▶ step \d+ ring 0, pushq %rdi entry_64\.s:\d+: pushed by the kernel: a copy of rdi It was a copy of: step \d+ rdi: ring 3, movl \$1, %edi program\.s:\d+: set by the program: a number in the instruction/u);
		expect(said(app)).toContain('who reads it later is not known yet');
		const push = stepOf(markedRow(app));
		await markRow(app, 'rdi: ring 3');
		const set = stepOf(markedRow(app));
		expect(set).toBeLessThan(push);
		await app.press('enter', () => app.step === set && app.ring === 3 && isClosed(app));
		expect(app.register('rdi')).toBe(0n);
		expect(app.notice).toContain(`Esc goes back to step ${step ?? ''}`);
		await app.press('esc', () => app.step === step && asks(app, 'pt_regs->di'));
		expect(stepOf(markedRow(app))).toBe(set);
		await app.press('esc', () => isClosed(app));
		expect([app.step, app.isChosen('stacks')]).toEqual([step, true]);
	});

	test('without a mark says where marks are', async () => {
		const app = await App.inLab();
		await app.press('w', () => said(app).includes('Nothing is marked that somebody wrote'));
	});

	test('tells of a flag, and who has read a register later', async () => {
		const app = await App.inLab();
		await app.press('n', () => app.register('rax') === 12n);
		await app.press('N', () => app.step === 13);
		await command(app, 'who rsi', () => asks(app, 'rsi'));
		expect(said(app)).toMatch(/Read later by: step \d+ ring 0, pushq %rsi entry_64\.s:\d+: pushed by the kernel to pt_regs->si .* the value is gone$/u);
		await app.press('esc', () => isClosed(app));
		await app.press('c', () => app.ring === 0);
		await app.choose('9', 'flags');
		await app.press('w', () => asks(app, 'CF'));
	});
});

test('what a value was made of can be asked on, card behind card', async () => {
	const app = await App.inLab();
	await app.toPage(4);
	await command(app, 'who pt_regs->flags', () => asks(app, 'pt_regs->flags'));
	expect(said(app)).toContain('SYSCALL saved rflags It was made from: rflags');
	await markRow(app, 'rflags   ');
	await app.press('enter', () => asks(app, 'rflags'));
	await app.press('esc', () => asks(app, 'pt_regs->flags'));
	expect(markedRow(app)).toMatch(/^rflags/u);
	await app.press('esc', () => isClosed(app));
	expect(app.page).toBe(4);
});

test('a place that there is not is refused with what there is', async () => {
	const app = await App.inLab();
	await app.press(':', 'Command');
	await app.press('who pt_regs->foo\r', () => said(app).includes('struct pt_regs has no field foo'));
	expect(field(app)).toBe('who pt_regs->foo');
});
