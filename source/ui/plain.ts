import type {LabEntry} from '../lab/catalogue.js';
import type {AppState, Store} from '../view/app-state.js';
import {contextOf, refusalOf} from '../view/availability.js';
import {type Card, tellCard} from '../view/card.js';
import {type Command, type CommandName, commandNamed, COMMANDS} from '../view/commands.js';
import type {LabView} from '../view/lab-view.js';
import {menuEntries} from '../view/menu.js';
import {isPaneName, paneNamed, type PaneName} from '../view/panes/index.js';
import {isPlain, tellChange, tellHelp, tellMenu, tellOpened, tellPlace} from '../view/plain-text.js';
import type {Controller} from './controller.js';

/** How long work may take before it is told that it goes on, in milliseconds; and how often then. */
const PATIENCE_MS = 300;
const REMINDER_MS = 5000;

/** Commands that a number behind them repeats. */
const REPEATABLE: ReadonlySet<CommandName> = new Set<CommandName>(['step', 'step-back', 'over', 'over-back', 'continue', 'continue-back', 'left', 'right', 'finish', 'finish-back', 'next-page', 'previous-page']);

/** Commands that show something in a pane: that is read out then. */
const SHOWING = {walk: 'walk', calls: 'calls', look: 'code'} as const;

const isShowing = (word: string): word is keyof typeof SHOWING => word in SHOWING;

/** At most so many times. */
const MOST_REPEATS = 1000;

/** A line taken to pieces. */
interface Typed {
	readonly command: Command;
	readonly argument: string;
}

/** The app without a screen: lines in, sentences out. */
export class PlainApp {
	constructor(
		private readonly store: Store,
		private readonly controller: Controller,
		private readonly write: (lines: readonly string[]) => void,
	) {}

	private get state(): AppState {
		return this.store.get();
	}

	/** Says where one is, and what can be done. */
	greet(reason?: string): void {
		const {session: {news}} = this.state;
		this.write([...(reason === undefined ? [] : [reason]), 'syscall-lab, plain mode: type a command and press Enter. help lists the commands, quit leaves.', ...(news === undefined ? [] : [news]), ...tellMenu(this.state)]);
	}

	/** Opens a lab; resolves when it is open and told. */
	open(entry: LabEntry): Promise<void> {
		return this.after(() => this.controller.open({kind: 'lab', entry}));
	}

	/** Takes a line; resolves when what it asked for is done and told. */
	async line(text: string): Promise<void> {
		const line = text.trim();
		const {session} = this.state;
		if (session.screen === 'lab' && session.view !== undefined) await this.labLine(line, session.view);
		else await this.menuLine(line);
	}

	private async menuLine(line: string): Promise<void> {
		const entry = /^\d+$/.test(line) ? menuEntries(this.state).at(Number(line) - 1) : undefined;
		const isMenu = this.state.session.screen === 'menu';
		if (line === '' || line === 'labs' || (line === 'menu' && isMenu)) this.write(tellMenu(this.state));
		else if (entry?.kind === 'file') this.write(['Type open and the path of a .s file, such as: open hello.s']);
		else if (entry !== undefined) await this.after(() => this.controller.choose(entry));
		else await this.command(line);
	}

	private async labLine(line: string, view: LabView): Promise<void> {
		const [word = '', ...rest] = line.split(/\s+/u);
		const argument = rest.join(' ');
		if (line === 'where') this.write([tellPlace(view)]);
		else if (word === 'memory') await this.readMemory(argument);
		else if (argument !== '' && isShowing(word)) await this.readAbout(word, argument);
		else if (isPaneName(word) && argument === '') this.read(word);
		else if (word === 'show' && isPaneName(argument)) this.read(argument);
		else if (word.includes('=') || line.startsWith('[')) await this.command(`set ${line}`);
		else if (line === '') await this.command(view.lesson === undefined ? 'step' : 'next-page');
		else await this.command(line);
	}

	/** Reads out what a pane shows. */
	private read(name: PaneName): void {
		const view = this.controller.read(name);
		if (view !== undefined) this.write(paneNamed(name).tell?.(view) ?? []);
	}

	/** Reads out what a pane shows of something. */
	private async readAbout(command: keyof typeof SHOWING, argument: string): Promise<void> {
		const problem = this.controller.run(command, argument);
		if (problem === undefined) this.read(SHOWING[command]);
		else this.write([`${problem}.`]);
		await Promise.resolve();
	}

	private async readMemory(address: string): Promise<void> {
		const problem = this.controller.run('memory', address);
		if (problem !== undefined) this.write([`${problem}.`]);
		else this.read('memory');
		await Promise.resolve();
	}

	/** The command that a line means: by name, by the key that does the same, or nothing. */
	private parse(line: string): Typed | undefined {
		const [word = '', ...rest] = line.split(/\s+/u);
		const {keymap, session} = this.state;
		const byKey = keymap.commandFor(contextOf(session), word) ?? keymap.commandFor('lab', word);
		const command = commandNamed(word) ?? COMMANDS.find(({name}) => name === byKey);
		return command === undefined ? undefined : {command, argument: rest.join(' ')};
	}

	private async command(line: string): Promise<void> {
		const typed = this.parse(line);
		if (typed === undefined) this.write([`There is no command ${line}. help lists the commands.`]);
		else if (typed.command.name === 'help') this.write(tellHelp(this.state));
		else if (typed.command.name === 'search') this.write(this.controller.tellAbout(typed.argument));
		else if (!isPlain(typed.command)) this.write([`${typed.command.name} arranges a screen; here set, go and the names of the panes do the same. help lists the commands.`]);
		else await this.obey(typed);
	}

	private async obey({command, argument}: Typed): Promise<void> {
		if (!command.contexts.includes(contextOf(this.state.session))) {
			this.write([`${command.name} needs an open lab. Type a number to open one.`]);
			return;
		}

		const isRepeated = REPEATABLE.has(command.name) && /^\d+$/.test(argument);
		const times = isRepeated ? Math.min(MOST_REPEATS, Number(argument)) : 1;
		for (let time = 0; time < times; time++) if (!await this.once(command, isRepeated ? '' : argument)) return;
	}

	/** Does a command once; false if it can't be done. */
	private async once(command: Command, argument: string): Promise<boolean> {
		const refusal = refusalOf(command.name, this.state.session) ?? (command.needsArgument === true && argument === '' && command.name !== 'memory' ? `${command.name} needs something behind it: ${command.help.toLowerCase()}` : undefined);
		if (refusal !== undefined) {
			this.write([`Not now: ${refusal}.`]);
			return false;
		}

		let problem: string | undefined;
		await this.after(() => {
			problem = this.controller.run(command.name, argument);
		});
		if (problem !== undefined) this.write([`${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`]);
		return problem === undefined;
	}

	/** Does something, waits for its end, and tells what has changed. */
	private async after(action: () => void): Promise<void> {
		const before = this.state;
		action();
		await this.idle();
		this.tell(before, this.state);
	}

	private tell(before: AppState, {session}: AppState): void {
		const {screen, view, message, prompt} = session;
		if (prompt !== undefined) this.tellPrompt();
		if (session.card !== undefined) this.tellCard(session.card.card);
		if (screen === 'failed') this.write([message, 'menu goes back to the labs.']);
		else if (screen === 'menu' && before.session.screen !== 'menu') this.write(tellMenu(this.state));
		else if (screen === 'menu' && session.news !== undefined && session.news !== before.session.news) this.write([session.news]);
		else if (screen === 'lab' && view !== undefined) this.write(before.session.view === undefined || before.session.screen !== 'lab' ? tellOpened(view) : tellChange(before.session.view, view));
	}

	/** A card was laid over the screen: it is read out. */
	private tellCard(card: Card): void {
		this.store.dispatch({type: 'close-card'});
		this.write(tellCard(card));
	}

	/** A question was opened: it is read out, and answered with a command. */
	private tellPrompt(): void {
		this.store.dispatch({type: 'prompt', prompt: undefined});
		this.read('lesson');
	}

	/** Resolves when nothing is being opened or run; meanwhile it is told that it goes on. */
	private idle(): Promise<void> {
		return new Promise(resolve => {
			let reminder: NodeJS.Timeout | undefined;
			const remind = (): void => {
				const {session} = this.state;
				this.write([session.screen === 'opening' ? `Opening ${session.message} ...` : `Running, at step ${(session.view?.moment.step ?? 0) - (session.view?.origin ?? 0)}. Ctrl+C stops it.`]);
				reminder = setTimeout(remind, REMINDER_MS);
			};

			const look = (): void => {
				if (this.controller.isBusy) return;
				clearTimeout(reminder);
				stop();
				resolve();
			};

			// What begins behind a change of the state begins in the same turn.
			const stop = this.store.subscribe(() => setImmediate(look));
			if (this.controller.isBusy) reminder = setTimeout(remind, PATIENCE_MS);
			setImmediate(look);
		});
	}
}
