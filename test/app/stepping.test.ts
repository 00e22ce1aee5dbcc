import {afterEach, expect, test} from 'vitest';
import {App} from './app.js';

afterEach(() => App.closeAll());

test('s and right go forward by one instruction, S and left back, and the screens are the same', async () => {
	const app = await App.inLab();
	await app.toPage(3);
	const begin = app.step ?? 0;
	const screens: string[] = [];
	for (let step = begin; step < begin + 8; step++) {
		await app.pressTo(step % 2 === 0 ? 's' : 'right', step + 1);
		screens.push(app.paneText('registers') + app.paneText('stacks') + app.paneText('code'));
	}

	for (let step = begin + 8; step > begin + 1; step--) {
		await app.pressTo(step % 2 === 0 ? 'S' : 'left', step - 1);
		expect(app.paneText('registers') + app.paneText('stacks') + app.paneText('code')).toBe(screens[step - begin - 2]);
	}
});

test('a changed register is marked and says what it was', async () => {
	const app = await App.inLab();
	await app.press('home', () => app.step === 0);
	await app.pressTo('s', 1);
	const row = app.pane('registers')?.findIndex(text => text.includes('rbx')) ?? 0;
	expect(app.pane('registers')?.[row]).toBe(' ●rbx    1111111111111111 was 0x0');
	const {column, line} = placeOf(app, '1111111111111111');
	expect(app.terminal.cell(column, line).getFgColor()).toBe(3);
	expect(app.terminal.cell(column, line).isBold()).not.toBe(0);
});

const placeOf = (app: App, text: string): {readonly column: number; readonly line: number} => {
	const line = app.rows.findIndex(row => row.includes(text));
	return {line, column: app.rows[line]?.indexOf(text) ?? 0};
};

test('Home goes to where the program begins, End to the furthest step, and both say so at the ends', async () => {
	const app = await App.inLab();
	await app.toPage(4);
	const furthest = Number(/step \d+ of (\d+)/u.exec(app.rows[0] ?? '')?.[1]);
	await app.press('home', () => app.step === 0);
	expect(app.paneText('code')).toMatch(/▶ +\d+ +movq +\$0x1111/u);
	await app.press('S', 'This is where the program begins.');
	await app.press('end', () => app.step === furthest);
	await app.press('end', 'So far the program has run, no further.');
});

test('c stops behind each landmark of the crossing, C goes back over the same ones', async () => {
	const app = await App.inLab();
	await app.press('home', () => app.step === 0);
	const stops: number[] = [];
	const events: string[] = [];
	for (let count = 0; count < 7; count++) {
		stops.push(await app.move('c'));
		events.push(/● (.*)/u.exec(app.paneText('events'))?.[1] ?? '');
	}

	expect(events.map(text => text.split(' ').slice(0, 2).join(' '))).toEqual(['syscall: number', 'rsp to', 'pt_regs are', 'number 1', 'result 12', 'rsp to', 'rsp to']);
	expect(await app.move('c')).toBeGreaterThan(stops.at(-1) ?? 0);
	expect(app.ring).toBe(3);
	for (const stop of stops.reverse()) await app.pressTo('C', stop);
	await app.pressTo('C', 0);
});

test('n does a system call as a whole, N goes back over it', async () => {
	const app = await App.inLab();
	const call = app.step ?? 0;
	const after = await app.move('n');
	expect(after).toBeGreaterThan(call + 100);
	expect(app.ring).toBe(3);
	expect(app.register('rax')).toBe(12n);
	expect(app.paneText('console')).toContain('hello world');
	await app.pressTo('N', call);
	expect(app.register('rax')).toBe(1n);
});

test('f runs to where the kernel returns, F goes back to the call that led there', async () => {
	const app = await App.inLab();
	const call = app.step ?? 0;
	await app.toPage(3);
	await app.move('f');
	expect(app.ring).toBe(3);
	expect(app.register('rax')).toBe(12n);
	await app.move('S');
	await app.pressTo('F', call);
	expect(app.ring).toBe(3);
});

test('at the end of the run the screen says how the program ended, and S goes back', async () => {
	const app = await App.inLab();
	while (!app.notice.includes('exited')) await app.move('c');
	expect(app.notice).toBe('The program has exited with status 0. Step back to go on differently.');
	await app.press('s', 'The program has ended; step back to go on differently.');
	expect(app.paneText('console')).toMatch(/hello world\nThe program has exited with status\n0\./u);
	const {step = 0} = app;
	await app.pressTo('S', step - 1);
	expect(app.notice).toBe('');
	await app.pressTo('s', step);
	await app.see(() => app.notice.includes('exited'));
});

test('a burst of keys is followed to the last one', async () => {
	const app = await App.inLab();
	const {step = 0} = app;
	app.terminal.type('s'.repeat(100));
	await app.see(() => app.step === step + 100);
	app.terminal.type('S'.repeat(60) + 's'.repeat(10));
	await app.see(() => app.step === step + 50);
});

test('keys typed ahead wait for what the keys before them run', async () => {
	const app = await App.inLab();
	const stops = [await app.move('c'), await app.move('c'), await app.move('c')];
	await app.press('r', () => app.page === 1 && app.notice === '' && app.step !== stops[2]);
	app.terminal.type('ccc');
	await app.see(() => app.step === stops[2]);
	app.terminal.type(`CCn${'c'.repeat(30)}`);
	await app.see(() => app.notice.includes('The program has'));
	expect(app.paneText('console')).toContain('The program has exited');
});
