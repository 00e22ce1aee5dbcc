import {cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {PT_REGS_FIELDS} from '../../source/kernel/constants.js';
import type {PaneName} from '../../source/view/session.js';
import {type Expected, type KeyOrText, type LaunchOptions, TestTerminal} from '../support/terminal.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The built program. */
export const cli = path.join(root, 'dist', 'cli.js');

/** Screens that people have. */
export const SIZES = [[80, 24], [120, 40], [200, 60]] as const;

/** How long a screen is waited for: long, since other work may slow the machine down. */
const PATIENCE = 20_000;

/** Instructions in front of the system call in the first lab's program, where its first page stands. */
const FIRST_CALL = 13;

/** The DEC private mode that is on within a frame. */
const SYNCHRONIZED = 2026;

const TITLES: Readonly<Record<PaneName, string>> = {lesson: '1 Lesson', registers: '2 Registers', code: '3 Code', stacks: '4 Stacks', events: '5 Events', console: '6 Console'};

/** A lab to be put into a copy of the package. */
export interface ExtraLab {
	readonly name: string;
	readonly lab: string;
	readonly program: string;
}

/** The app in a terminal, as a person sees it. */
export class App {
	private static readonly opened: App[] = [];

	/** Ends all programs that were launched. */
	static closeAll(): void {
		for (const {terminal} of App.opened.splice(0)) terminal.kill();
	}

	/** Runs the built program. */
	static launch(options: LaunchOptions & {readonly parameters?: readonly string[]; readonly program?: string} = {}): App {
		return App.in(TestTerminal.launch(process.execPath, [options.program ?? cli, ...(options.parameters ?? [])], options));
	}

	/** The app in a terminal that already runs it. */
	static in(terminal: TestTerminal): App {
		const app = new App(terminal);
		App.opened.push(app);
		return app;
	}

	/** Runs the program and chooses the first lab. */
	static async inLab(columns = 120, rows = 40, options: LaunchOptions & {readonly program?: string} = {}): Promise<App> {
		const app = App.launch({columns, rows, ...options});
		await app.openLab();
		return app;
	}

	private constructor(readonly terminal: TestTerminal) {}

	async openLab(step = FIRST_CALL): Promise<void> {
		await this.see('Choose a lab:');
		await this.press('enter', () => this.page === 1 && this.step === step);
	}

	/** Waits until the screen is as expected, with the frame whole: the app marks where one begins and ends. */
	see(expected: Expected): Promise<void> {
		const seen = (terminal: TestTerminal): boolean => {
			if (terminal.isModeSet(SYNCHRONIZED)) return false;
			if (typeof expected === 'function') return expected(terminal);
			return typeof expected === 'string' ? terminal.text().includes(expected) : expected.test(terminal.text());
		};

		// What is waited for is read in the message when it does not come.
		seen.toString = () => String(expected);
		return this.terminal.until(seen, {timeout: PATIENCE});
	}

	/** Presses a key and waits for what it makes of the screen. */
	async press(key: KeyOrText, expected: Expected): Promise<void> {
		this.terminal.press(key);
		await this.see(expected);
	}

	/** Presses a key and waits until the machine stands at a step. */
	async pressTo(key: KeyOrText, step: number): Promise<void> {
		await this.press(key, () => this.step === step);
	}

	/** Presses a key and waits until the step is another one; gives it. */
	async move(key: KeyOrText): Promise<number> {
		const before = this.step;
		await this.press(key, () => this.step !== undefined && this.step !== before);
		return this.step ?? -1;
	}

	/** Goes on in the lesson to a page. */
	async toPage(page: number): Promise<void> {
		while (this.page < page) {
			const next = this.page + 1;
			await this.press('space', () => this.page === next && this.step !== undefined && this.notice === '');
		}
	}

	get rows(): readonly string[] {
		return this.terminal.lines();
	}

	private get title(): string {
		return this.rows[0] ?? '';
	}

	/** The step that the title names. */
	get step(): number | undefined {
		const number = /step (\d+) of/u.exec(this.title)?.[1];
		return number === undefined ? undefined : Number(number);
	}

	/** The page that the title names. */
	get page(): number {
		return Number(/ (\d+) of \d+ /u.exec(this.title)?.[1] ?? 0);
	}

	/** The ring that the title names. */
	get ring(): number | undefined {
		const number = /ring (\d)/u.exec(this.title)?.[1];
		return number === undefined ? undefined : Number(number);
	}

	/** What stands where the timeline is otherwise; empty while that is there. */
	get notice(): string {
		const row = this.rows.at(-2)?.trim() ?? '';
		return row.startsWith('time ') ? '' : row;
	}

	/** The text in a pane without its border, or nothing if the pane is not on the screen. */
	pane(name: PaneName): readonly string[] | undefined {
		const {rows} = this;
		for (const [top, row] of rows.entries()) {
			const match = new RegExp(`[┌╔+#][─═=-] ${TITLES[name]}`, 'u').exec(row);
			if (match === null) continue;
			const left = match.index;
			const width = /[┐╗+#]/u.exec(row.slice(left + 1))?.index ?? 0;
			const height = rows.slice(top + 1).findIndex(text => /[└╚+#]/u.test(text.charAt(left)) && /[┘╝+#]/u.test(text.charAt(left + width + 1)) && /[─═=-]/u.test(text.charAt(left + 1)));
			if (width === 0 || height < 0) throw new Error(`the border of ${name} is open:\n${this.terminal.text()}`);
			return rows.slice(top + 1, top + 1 + height).map(text => text.slice(left + 2, left + width).trimEnd());
		}

		return undefined;
	}

	/** A pane's text as one; empty if it is not on the screen. */
	paneText(name: PaneName): string {
		return (this.pane(name) ?? []).join('\n');
	}

	/** A register's value as its pane shows it. */
	register(name: string): bigint | undefined {
		const digits = new RegExp(`^. ${name} +([0-9a-f]{16})`, 'mu').exec(this.paneText('registers'))?.[1];
		return digits === undefined ? undefined : BigInt(`0x${digits}`);
	}

	/** The pt_regs slots that the stacks pane shows, by name; a slot that is not filled is undefined. */
	slots(): ReadonlyMap<string, bigint | undefined> {
		const found = [...this.paneText('stacks').matchAll(/^.(\w+) +(·|[0-9a-f]{16})/gmu)].filter(([, name]) => (PT_REGS_FIELDS as readonly string[]).includes(name));
		return new Map(found.map(([, name, value]): [string, bigint | undefined] => [name, value === '·' ? undefined : BigInt(`0x${value}`)]));
	}

	/** Goes to the registers and opens the field of one; `index` is its place in the pane. */
	async edit(index: number): Promise<void> {
		await this.press('2', '2 Registers •');
		this.terminal.press(...Array.from({length: 18}, () => 'up'), ...Array.from({length: index}, () => 'down'), 'enter');
		await this.see('leave it as it was');
	}

	/** Sets a register, as a learner does. */
	async set(index: number, value: string): Promise<void> {
		await this.edit(index);
		await this.press(`${value}\r`, () => this.notice.includes('is set.'));
	}
}

/** Places of some registers in their pane. */
export const PLACE = {rax: 0, rdi: 1, rsi: 2, rdx: 3, rsp: 9, r15: 17} as const;

/** A copy of the package's files with other labs in it. */
export function packageWith(labs: readonly ExtraLab[]): {readonly program: string; remove(): void} {
	const folder = mkdtempSync(path.join(tmpdir(), 'package-'));
	for (const part of ['dist', 'package.json', path.join('source', 'kernel')]) cpSync(path.join(root, part), path.join(folder, part), {recursive: true});
	for (const {name, lab, program} of labs) {
		const home = path.join(folder, 'labs', name);
		mkdirSync(home, {recursive: true});
		writeFileSync(path.join(home, 'lab.md'), lab);
		writeFileSync(path.join(home, 'program.s'), program);
	}

	return {program: path.join(folder, 'dist', 'cli.js'), remove: () => rmSync(folder, {recursive: true, force: true})};
}

/** How often the whole screen was cleared. */
export const clears = ({raw}: TestTerminal): number => raw.split('\u001B[2J').length - 1;
