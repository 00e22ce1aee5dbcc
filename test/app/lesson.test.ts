import {afterEach, describe, expect, test} from 'vitest';
import {App, SIZES} from './app.js';

afterEach(() => App.closeAll());

/** Values that the lab's program marks its registers with, under their names in pt_regs. */
const MARKED: Readonly<Record<string, bigint>> = {
	bx: 0x1111_1111_1111_1111n, bp: 0x2222_2222_2222_2222n, r8: 0x8888_8888_8888_8888n, r9: 0x9999_9999_9999_9999n, r10: 0xaaaa_aaaa_aaaa_aaaan,
	r12: 0xcccc_cccc_cccc_ccccn, r13: 0xdddd_dddd_dddd_ddddn, r14: 0xeeee_eeee_eeee_eeeen, r15: 0xffff_ffff_ffff_ffffn,
};

/** What the others hold; ip, cx and the address of the text are the program's own. */
const OTHERS: Readonly<Record<string, bigint>> = {ss: 0x2bn, flags: 0x202n, cs: 0x33n, orig_ax: 1n, di: 1n, dx: 12n, ax: BigInt.asUintN(64, -38n), r11: 0x202n};

describe.for(SIZES)('at %i by %i', ([columns, rows]) => {
	test('the lab shows the lesson, the registers and the code, and where there is room the stacks, events and console', async () => {
		const app = await App.inLab(columns, rows);
		expect(app.ring).toBe(3);
		expect(app.paneText('lesson')).toContain('A program wants to print');
		expect(app.paneText('lesson')).toMatch(/▶ Look at rax, rdi, rsi and rdx/u);
		expect(app.register('rax')).toBe(1n);
		expect(app.register('rdi')).toBe(1n);
		expect(app.register('rdx')).toBe(12n);
		expect(app.paneText('registers')).toContain('CPL 3');
		expect(app.paneText('code')).toMatch(/▶ +\d+ +syscall/u);
		const isLarge = columns >= 118;
		expect(app.pane('stacks') !== undefined, 'stacks').toBe(isLarge);
		if (isLarge) {
			expect(app.paneText('stacks')).toContain('kernel stack');
			expect(app.paneText('stacks')).toContain('user stack ◀ in use');
			expect(app.paneText('console')).toContain('Nothing has been printed yet.');
		}
	});

	test('every page of the lesson is on the screen whole', async () => {
		const app = await App.inLab(columns, rows);
		const pages = Number(/ 1 of (\d+)/u.exec(app.rows[0] ?? '')?.[1]);
		for (let page = 1; page <= pages; page++) {
			await app.toPage(page);
			expect(app.paneText('lesson')).not.toContain('more:');
			expect(app.paneText('lesson')).toContain('▶ ');
		}

		expect(pages).toBe(8);
	});

	test('Space walks the whole crossing, and each page shows what it speaks of', async () => {
		const app = await App.inLab(columns, rows);
		const call = app.step ?? 0;
		const next = (app.register('rip') ?? 0n) + 2n;
		const userStack = app.register('rsp');

		await app.toPage(2);
		expect(app.step).toBe(call + 1);
		expect(app.ring).toBe(0);
		expect(app.register('rcx')).toBe(next);
		expect(app.register('r11')).toBe(0x202n);
		expect(app.register('rsp')).toBe(userStack);
		expect(app.register('rip')).toBeGreaterThan(0xffff_ffff_8000_0000n);
		expect(app.paneText('registers')).toMatch(/^ ●rcx .* was 0x0$/mu);
		expect(app.paneText('registers')).toContain('cs     0x10  ss 0x18  CPL 0');
		expect(app.rows[0]).toContain('ring 0 · KERNEL');

		await app.toPage(3);
		expect(app.paneText('stacks')).toContain('kernel stack ◀ in use');
		expect(app.paneText('stacks')).toMatch(/ffffc900[0-9a-f]{8} top ◀rsp/u);
		expect([...app.slots().values()].every(value => value === undefined)).toBe(true);
		await app.move('s');
		expect(app.slots().get('ss')).toBe(0x2bn);
		expect(app.slots().get('sp')).toBeUndefined();
		await app.move('s');
		expect(app.slots().get('sp')).toBe(userStack);

		await app.toPage(4);
		let slots = app.slots();
		let seen = app.paneText('stacks');
		if (columns < 118) {
			expect([...slots.keys()]).toEqual(['r8', 'r9', 'r10', 'r11', 'bx', 'bp', 'r12', 'r13', 'r14', 'r15']);
			await app.choose('4', 'stacks');
			await app.press('pageup', () => app.slots().has('ax'));
			slots = new Map([...slots, ...app.slots()]);
			seen += app.paneText('stacks');
			await app.press('pageup', () => app.slots().has('ss'));
			slots = new Map([...slots, ...app.slots()]);
		}

		expect(slots.size).toBe(21);
		expect(Object.fromEntries(slots)).toMatchObject({...MARKED, ...OTHERS, ip: next, cx: next, sp: userStack});
		expect(seen).toContain('ffffffffffffffda -38');

		await app.toPage(5);
		expect(app.paneText('code')).toContain('__x64_sys_write:');
		await app.toPage(6);
		expect(app.paneText('console').trim()).toBe('hello world');
		expect(app.ring).toBe(0);

		await app.toPage(7);
		expect(app.ring).toBe(3);
		const back = app.step ?? 0;
		await app.pressTo('S', back - 1);
		expect(app.ring).toBe(0);
		expect(app.paneText('code')).toMatch(/▶ +\d+ +sysretq/u);
		await app.pressTo('s', back);

		await app.toPage(8);
		expect(app.ring).toBe(3);
		expect(app.register('rax')).toBe(0xcn);
		expect(app.register('rcx')).toBe(next);
		expect(app.register('rsp')).toBe(userStack);
		await app.press('space', 'This was the last page; m leads back to the labs.');
		expect(app.notice).not.toContain('…');
	});
});

test('b goes back in the lesson, with the machine', async () => {
	const app = await App.inLab();
	await app.toPage(3);
	const {step} = app;
	await app.toPage(4);
	await app.press('b', () => app.page === 3 && app.step === step);
	await app.press('backspace', () => app.page === 2 && app.ring === 0);
	await app.press('b', () => app.page === 1 && app.ring === 3);
	await app.press('b', 'This is the first page.');
});
