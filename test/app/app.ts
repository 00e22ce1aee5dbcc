import {cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {PT_REGS_FIELDS} from '../../source/kernel/constants.js';
import {paneNamed, type PaneName} from '../../source/view/panes/index.js';
import {CLI} from '../support/cli.js';
import {type Expected, type KeyOrText, type LaunchOptions, TestTerminal} from '../support/terminal.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The built program, with the labs of the package. */
export const cli = CLI;

/** Folders that are removed when the tests of a file are done. */
const temporary: string[] = [];

process.on('exit', () => {
	for (const folder of temporary) rmSync(folder, {recursive: true, force: true});
});

function temporaryFolder(name: string): string {
	const folder = mkdtempSync(path.join(tmpdir(), `${name}-`));
	temporary.push(folder);
	return folder;
}

let crossingOnly: string | undefined;

/** The built program with one lab, which these tests know. */
export function crossingProgram(): string {
	const text = (name: string): string => readFileSync(path.join(import.meta.dirname, 'the-crossing', name), 'utf8');
	crossingOnly ??= packageWith([{name: 'the-crossing', lab: text('lab.md'), program: text('program.s')}]).program;
	return crossingOnly;
}

/** The environment of a person who has never used the program: no progress, no keys of their own. */
export function newcomer(): Readonly<Record<string, string>> {
	const home = temporaryFolder('newcomer');
	return {HOME: home, SYSCALL_LAB_HOME: path.join(home, 'progress'), XDG_CONFIG_HOME: path.join(home, 'config')};
}

/** Screens that people have. */
export const SIZES = [[80, 24], [120, 40], [200, 60]] as const;

/** How long a screen is waited for: long, since other work may slow the machine down. */
const PATIENCE = 20_000;

/** Instructions in front of the system call in the first lab's program, where its first page stands. */
const FIRST_CALL = 13;

/** The DEC private mode that is on within a frame. */
const SYNCHRONIZED = 2026;

/** What stands in a pane's border. */
const titleOf = (name: PaneName): string => `${paneNamed(name).digit === undefined ? '' : `${paneNamed(name).digit} `}${paneNamed(name).title}`;

/** A lab to be put into a copy of the package. */
export interface ExtraLab {
	readonly name: string;
	readonly lab: string;
	readonly program: string;
	readonly solution?: string;
}

/** How the app is run. */
export interface AppOptions extends LaunchOptions {
	readonly parameters?: readonly string[];
	/** Another program than the one with one lab. */
	readonly program?: string;
}

/** The app in a terminal, as a person sees it. */
export class App {
	private static readonly opened: App[] = [];

	/** Ends all programs that were launched. */
	static closeAll(): void {
		for (const {terminal} of App.opened.splice(0)) terminal.kill();
	}

	/** Runs the built program. */
	static launch(options: AppOptions = {}): App {
		return App.in(TestTerminal.launch(process.execPath, [options.program ?? crossingProgram(), ...(options.parameters ?? [])], {...options, env: {...newcomer(), ...options.env}}));
	}

	/** The app in a terminal that already runs it. */
	static in(terminal: TestTerminal): App {
		const app = new App(terminal);
		App.opened.push(app);
		return app;
	}

	/** Runs the program and chooses the first lab. Nothing moves by itself, unless that is asked for. */
	static async inLab(columns = 120, rows = 40, options: AppOptions = {}): Promise<App> {
		const app = App.launch({columns, rows, parameters: ['--no-motion'], ...options});
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

	/** What the app has to say; empty while the last step's sentence, or on a small screen the run, stands there. */
	get notice(): string {
		const row = this.rows.at(this.rows.length < 30 ? -2 : -3)?.trim() ?? '';
		return /^(?:run |[●*] )/u.test(row) ? '' : row;
	}

	/** Whether a pane is the one that is chosen. */
	isChosen(name: PaneName): boolean {
		return new RegExp(`[┏╔#][━═=-] ${titleOf(name)} `, 'u').test(this.terminal.text());
	}

	/** Chooses a pane with a key and waits until it is. */
	async choose(key: KeyOrText, name: PaneName): Promise<void> {
		await this.press(key, () => this.isChosen(name));
	}

	/** The text in a pane without its border, or nothing if the pane is not on the screen. */
	pane(name: PaneName): readonly string[] | undefined {
		const {rows} = this;
		for (const [top, row] of rows.entries()) {
			const match = new RegExp(`[┌╒┏╔+#][─═━=-] ${titleOf(name)} `, 'u').exec(row);
			if (match === null) continue;
			const left = match.index;
			const width = /[┐╕┓╗+#]/u.exec(row.slice(left + 1))?.index ?? 0;
			const height = rows.slice(top + 1).findIndex(text => /[└╘┗╚+#]/u.test(text.charAt(left)) && /[┘╛┛╝+#]/u.test(text.charAt(left + width + 1)) && /[─═━=-]/u.test(text.charAt(left + 1)));
			// A field may lie over it.
			if (height < 0 && (rows.at(-1) ?? '').includes('Esc leave it')) return undefined;
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
		const digits = new RegExp(`^..${name} +([0-9a-f]{16})`, 'mu').exec(this.paneText('registers'))?.[1];
		return digits === undefined ? undefined : BigInt(`0x${digits}`);
	}

	/** The pt_regs slots that the stacks pane shows, by name; a slot that is not filled is undefined. */
	slots(): ReadonlyMap<string, bigint | undefined> {
		const found = [...this.paneText('stacks').matchAll(/^.(\w+) +(·|[0-9a-f]{16})/gmu)].filter(([, name]) => (PT_REGS_FIELDS as readonly string[]).includes(name));
		return new Map(found.map(([, name, value]): [string, bigint | undefined] => [name, value === '·' ? undefined : BigInt(`0x${value}`)]));
	}

	/** Goes to the registers and opens the field of one; `index` is its place in the pane. */
	async edit(index: number): Promise<void> {
		await this.choose('2', 'registers');
		this.terminal.press(...Array.from({length: 18}, () => 'up'), ...Array.from({length: index}, () => 'down'), 'enter');
		await this.see('Esc leave it');
	}

	/** Sets a register, as a learner does. */
	async set(index: number, value: string): Promise<void> {
		await this.edit(index);
		const before = this.notice;
		await this.press(`${value}\r`, () => this.notice.includes('u takes it back.') && this.notice !== before);
	}
}

/** Places of some registers in their pane. */
export const PLACE = {rax: 0, rdi: 1, rsi: 2, rdx: 3, rsp: 9, r15: 17} as const;

/** A copy of the package's files with other labs in it. */
export function packageWith(labs: readonly ExtraLab[]): {readonly program: string; remove(): void} {
	const folder = temporaryFolder('package');
	for (const part of ['dist', 'package.json', path.join('source', 'kernel')]) cpSync(part === 'dist' ? path.dirname(CLI) : path.join(root, part), path.join(folder, part), {recursive: true, filter: name => !name.endsWith(path.join('dist', 'types'))});
	mkdirSync(path.join(folder, 'labs'), {recursive: true});
	cpSync(path.join(root, 'labs', 'glossary.md'), path.join(folder, 'labs', 'glossary.md'));
	for (const {name, lab, program, solution} of labs) {
		const home = path.join(folder, 'labs', name);
		mkdirSync(home, {recursive: true});
		writeFileSync(path.join(home, 'lab.md'), lab);
		writeFileSync(path.join(home, 'program.s'), program);
		if (solution !== undefined) writeFileSync(path.join(home, 'solution.yaml'), solution);
	}

	return {program: path.join(folder, 'dist', 'cli.js'), remove: () => rmSync(folder, {recursive: true, force: true})};
}

/** How often the whole screen was cleared. */
export const clears = ({raw}: TestTerminal): number => raw.split('\u001B[2J').length - 1;
