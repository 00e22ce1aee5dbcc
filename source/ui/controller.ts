import type {LabEntry} from '../lab/catalogue.js';
import type {Work} from '../lab/laboratory.js';
import {settingWords} from '../lab/session/setting-text.js';
import {loadInstructionText} from '../trace/instruction-text.js';
import type {Store} from '../view/app-state.js';
import {contextOf, refusalOf} from '../view/availability.js';
import {type CommandName, COMMANDS} from '../view/commands.js';
import {helpScrollLimit} from '../view/help.js';
import {type LabView, openedView} from '../view/lab-view.js';
import type {MenuEntry} from '../view/menu.js';
import type {PaneName} from '../view/panes/index.js';
import type {Prompt} from '../view/prompt.js';
import {isLong} from '../view/screen.js';
import {THEME_NAMES, type ThemeName} from '../view/theme.js';
import {Desk} from './desk.js';
import {Inquiries} from './inquiries.js';
import {LabCommands} from './lab-commands.js';
import {Lesson} from './lesson.js';
import {LookingUp} from './looking-up.js';
import {Motion} from './motion.js';
import {Prompting, type TypedKey} from './prompting.js';
import {ExportCommand} from './export-commands.js';
import {SettingCommands} from './setting-commands.js';
import {StopCommands} from './stop-commands.js';
import type {Request, Surroundings} from './surroundings.js';
import {ViewCommands} from './view-commands.js';
import {Working} from './working.js';

/** Lines of a page of help. */
const HELP_PAGE = 10;

/** Commands that a key of a playing run gives without stopping it. */
const WHILE_PLAYING: ReadonlySet<CommandName | undefined> = new Set<CommandName | undefined>(['faster', 'slower']);

/** Turns keys and typed words into commands, and commands into what the laboratory and the session do. */
export class Controller {
	/** What is open, and what was asked for last. */
	private request: Request | undefined;
	private wanted: Request | undefined;
	private desk: Desk | undefined;
	/** Keys that were typed while a lab was being opened or the guest ran. */
	private readonly waiting: TypedKey[] = [];
	private readonly working: Working;
	private readonly motion: Motion;
	private readonly inquiries: Inquiries;
	private readonly prompting: Prompting;
	private readonly labCommands: LabCommands;
	private readonly lookingUp: LookingUp;
	private readonly viewCommands: ViewCommands;
	private readonly settingCommands: SettingCommands;
	private readonly stopCommands: StopCommands;
	private readonly exportCommand: ExportCommand;

	constructor(
		private readonly store: Store,
		private readonly surroundings: Surroundings,
	) {
		this.motion = new Motion(store);
		this.working = new Working(store, {reveal: () => this.motion.reveal(), catchUp: () => this.catchUp()});
		this.inquiries = new Inquiries(store, {working: this.working, explain: card => this.lookingUp.explain(card)});
		this.prompting = new Prompting(store, {folder: path => surroundings.folder(path), symbols: () => this.desk?.names() ?? [], settings: settingWords}, {
			run: (command, argument) => this.run(command.name, argument),
			change: text => this.desk?.change(text),
			found: (found, back) => this.lookingUp.show(found, back),
			answer: (question, text) => (this.desk === undefined ? undefined : this.labCommands.takeAnswer(this.desk, question, text)),
			closed: () => this.menuKeys(),
		});
		this.lookingUp = new LookingUp(store, {glossary: () => surroundings.glossary(), symbols: () => this.desk?.names() ?? []}, {
			ask: prompt => this.askFor(prompt),
			goTo: symbol => this.viewCommands.look(symbol, this.desk),
			openLab: name => this.openNamed(name),
			follow: () => this.desk !== undefined && this.inquiries.visits.follow(this.desk),
			backToCard: () => this.desk !== undefined && this.inquiries.visits.backToCard(this.desk),
			changed: () => this.menuKeys(),
		});
		this.viewCommands = new ViewCommands(store);
		const move = (desk: Desk, work: Work, notice: () => string | undefined): void => this.working.move(desk, work, undefined, notice);
		const say = (text: string): void => this.notice(text);
		this.stopCommands = new StopCommands({work: move, notice: say, explain: card => this.lookingUp.explain(card)});
		this.exportCommand = new ExportCommand(store, {work: move, notice: say, write: (file, text) => surroundings.write(file, text)});
		this.settingCommands = new SettingCommands({
			work: move, notice: say, watch: (file, saved) => surroundings.watch(file, saved), isWaiting: desk => desk === this.desk && !this.isBusy && this.store.get().session.screen === 'lab',
		});
		this.labCommands = new LabCommands(store, {
			work: (desk, work, arrival, notice) => this.working.move(desk, work, arrival, notice),
			switchTo: (desk, branch) => this.inquiries.branches.switchTo(desk, branch),
			ask: action => this.prompting.openChange(action),
			askAnswer: question => this.prompting.openAnswer(question),
			explain: card => this.lookingUp.explain(card),
			play: desk => this.play(desk),
		});
	}

	/** Takes one key. */
	key(key: TypedKey): void {
		this.motion.settle();
		this.readNotice();
		const {session, keymap} = this.store.get();
		const command = keymap.commandFor(contextOf(session), key.name);
		if (command === 'suspend') this.surroundings.suspend();
		else if (command === 'redraw') this.surroundings.redraw();
		else if (command === 'interrupt') this.interrupt();
		else if (this.isBusy && !this.isLeaving(command)) this.wait(key);
		else if (this.motion.isPlaying && !WHILE_PLAYING.has(command)) this.keyWhilePlaying(key, command);
		else this.dispatch(key, command);
		this.desk?.sync();
	}

	/** A notice that lies over the panes has been read when a key comes. */
	private readNotice(): void {
		const {session: {view}, width} = this.store.get();
		if (isLong(view?.notice ?? '', width)) this.store.dispatch({type: 'notice', notice: undefined});
	}

	/** Stops a program that runs on; leaves if none runs. */
	interrupt(): void {
		if (this.working.isRunning) this.stopRunning();
		else this.surroundings.quit();
	}

	private keyWhilePlaying(key: TypedKey, command: CommandName | undefined): void {
		this.motion.pause();
		if (command !== 'play') this.dispatch(key, command);
	}

	/** Whether keys must wait: the lab that they are meant for is not there yet, or its machine is at work. */
	get isBusy(): boolean {
		return this.working.isRunning || this.store.get().session.screen === 'opening';
	}

	/** A lab that is being opened can be left at once. */
	private isLeaving(command: CommandName | undefined): boolean {
		return !this.working.isRunning && command === 'quit';
	}

	private wait(key: TypedKey): void {
		if (this.working.isLong) this.stopRunning();
		else this.waiting.push(key);
	}

	/** Takes the keys that have waited. */
	private catchUp(): void {
		while (!this.isBusy) {
			const key = this.waiting.shift();
			if (key === undefined) return;
			this.key(key);
		}
	}

	private dispatch(key: TypedKey, command: CommandName | undefined): void {
		const {session} = this.store.get();
		if (command === 'search') this.openSearch('');
		else if (session.help !== undefined) this.helpCommand(command);
		else if (this.lookingUp.cardCommand(command)) return;
		else if (command === 'help' && (session.prompt === undefined || key.text === '')) this.showHelp(true);
		else if (session.prompt !== undefined) this.prompting.key(session.prompt, key, command);
		else if (command !== undefined) this.keyCommand(command);
		else if (session.screen === 'lab' && key.name !== 'paste') this.notice(`${key.name} does nothing here; ? shows all keys`);
	}

	/** A command that a key gave: one that wants more is typed to its end. */
	private keyCommand(command: CommandName): void {
		const row = COMMANDS.find(({name}) => name === command);
		const {session} = this.store.get();
		const refusal = refusalOf(command, session);
		if (refusal !== undefined) {
			this.refuse(refusal);
		} else if (row?.needsArgument === true) {
			this.openPalette(`${command} `);
		} else {
			const problem = this.run(command, '');
			if (problem !== undefined) this.refuse(problem);
		}
	}

	private refuse(reason: string): void {
		this.notice(`${reason.charAt(0).toUpperCase()}${reason.slice(1)}${reason.endsWith('.') ? '' : '.'}`);
	}

	/** What commands do outside of labs, and everywhere. */
	private readonly everywhere: Readonly<Partial<Record<CommandName, (argument: string) => string | undefined>>> = {
		quit: () => this.done(() => this.surroundings.quit()),
		interrupt: () => this.done(() => this.interrupt()),
		suspend: () => this.done(() => this.surroundings.suspend()),
		redraw: () => this.done(() => this.surroundings.redraw()),
		help: () => this.done(() => this.showHelp(true)),
		palette: () => this.done(() => this.openPalette('')),
		search: word => this.done(() => this.openSearch(word)),
		theme: name => this.useTheme(name),
		menu: () => this.done(() => this.toMenu()),
		back: () => this.done(() => this.back()),
		restart: () => this.done(() => this.restart()),
		lab: name => this.openNamed(name),
		open: path => this.done(() => this.open({kind: 'file', path})),
	};

	private done(action: () => void): undefined {
		action();
		return undefined;
	}

	/** What a pane would show, whether it is on the screen or not. */
	read(pane: PaneName): LabView | undefined {
		return this.desk?.read(pane);
	}

	/** Does a command; gives the reason if it can't be done. */
	run(command: CommandName, argument: string): string | undefined {
		const action = this.everywhere[command];
		if (action !== undefined) return action(argument);
		const {session: {view, screen}} = this.store.get();
		if (view === undefined || screen !== 'lab' || this.desk === undefined) return undefined;
		if (command === 'export') return this.exportCommand.run(argument, this.desk);
		if (this.stopCommands.knows(command)) return this.stopCommands.run(command, argument, this.desk);
		if (this.settingCommands.knows(command)) return this.settingCommands.run(command, argument, this.desk);
		if (this.inquiries.knows(command)) return this.inquiries.run(command, argument, view, this.desk);
		return this.viewCommands.knows(command) ? this.viewCommands.run(command, argument, view, this.desk) : this.labCommands.run(command, argument, view, this.desk);
	}

	private openPalette(text: string): void {
		this.surroundings.menuHasKeys(false);
		this.prompting.openCommand(text);
	}

	/** Opens the search in the place of whatever lies over the screen. */
	private openSearch(word: string): void {
		this.store.dispatch({type: 'help', shown: false});
		this.store.dispatch({type: 'close-card'});
		this.lookingUp.open(word);
	}

	private askFor(prompt: Prompt): void {
		this.surroundings.menuHasKeys(false);
		this.prompting.open(prompt);
	}

	/** What a word means, as sentences. */
	tellAbout(word: string): readonly string[] {
		return this.lookingUp.tell(word);
	}

	/** Gives the keys to the menu's own list where that is what is seen. */
	private menuKeys(): void {
		const {session: {screen, help, card, prompt}} = this.store.get();
		this.surroundings.menuHasKeys(screen === 'menu' && help === undefined && card === undefined && prompt === undefined);
	}

	private showHelp(shown: boolean): void {
		this.store.dispatch({type: 'help', shown});
		this.menuKeys();
	}

	private helpCommand(command: CommandName | undefined): void {
		if (command === 'quit') this.surroundings.quit();
		else if (command === 'back' || command === 'help') this.showHelp(false);
		else if (command === 'up' || command === 'page-up') this.scrollHelp(command === 'up' ? -1 : -HELP_PAGE);
		else if (command === 'down' || command === 'page-down') this.scrollHelp(command === 'down' ? 1 : HELP_PAGE);
	}

	private scrollHelp(by: number): void {
		const {session, width, height, keymap, theme: {glyphs}} = this.store.get();
		this.store.dispatch({type: 'scroll-help', by: Math.min(by, helpScrollLimit(session, keymap, width, height, glyphs) - (session.help?.scroll ?? 0))});
	}

	private useTheme(name: string): string | undefined {
		const {theme} = this.store.get();
		const next = name === '' ? THEME_NAMES[(THEME_NAMES.indexOf(theme.name) + 1) % THEME_NAMES.length] : THEME_NAMES.find((each): each is ThemeName => each === name);
		if (next === undefined) return `there is no theme ${name}: ${THEME_NAMES.join(', ')}`;
		this.store.useTheme(this.surroundings.theme(next));
		const words = theme.colour === 'none' ? `The theme is ${next}; colours are off, so it looks the same.` : `The theme is ${next}.`;
		this.notice(words);
		return undefined;
	}

	private notice(notice: string): void {
		if (this.store.get().session.screen === 'menu') this.store.dispatch({type: 'news', news: notice});
		else this.store.dispatch({type: 'notice', notice});
	}

	/** Takes an entry of the menu. */
	choose(entry: MenuEntry): void {
		switch (entry.kind) {
			case 'resume':
				this.resume(entry.lab);
				break;
			case 'lab':
				this.open({kind: 'lab', entry: entry.lab});
				break;
			case 'free':
				this.open({kind: 'free', entry: entry.lab});
				break;
			case 'file':
				this.openPalette('open ');
		}
	}

	/** Goes on with what is open, or with the lab that was worked on last. */
	private resume(lab: LabEntry | undefined): void {
		if (lab !== undefined) {
			this.open({kind: 'lab', entry: lab});
			return;
		}

		this.surroundings.menuHasKeys(false);
		this.store.dispatch({type: 'resume'});
	}

	/** Opens a lab by its name or number. */
	openNamed(name: string): string | undefined {
		const {labs} = this.store.get();
		const entry = labs.find((lab: LabEntry) => lab.name === name || lab.folder === name) ?? labs.find((lab: LabEntry) => lab.name.startsWith(`${name.padStart(2, '0')}-`));
		if (entry === undefined) return `there is no lab ${name}: ${labs.map(lab => lab.name).join(', ')}`;
		this.open({kind: 'lab', entry});
		return undefined;
	}

	/**
	 * Opens a lab or a program; the screen says so while the machine is being built.
	 * @param fromTheBeginning the first page comes first, wherever the lab was left
	 */
	open(request: Request, fromTheBeginning = false): void {
		this.wanted = request;
		this.motion.pause();
		this.surroundings.menuHasKeys(false);
		this.store.dispatch({type: 'open', message: request.kind === 'file' ? request.path : request.entry.title});
		setImmediate(() => void this.load(request, fromTheBeginning));
	}

	/** The machine is loaded only now: the menu did not need it. */
	private async load(request: Request, fromTheBeginning: boolean): Promise<void> {
		const [opened] = await Promise.all([this.surroundings.open(request), loadInstructionText()]);
		if (this.wanted !== request) return;
		if ('problem' in opened) {
			this.waiting.length = 0;
			this.store.dispatch({type: 'fail', message: opened.problem});
			return;
		}

		this.request = request;
		const {laboratory, bench, title} = opened;
		const lesson = bench === undefined ? undefined : new Lesson(bench, this.surroundings.saved(bench.lab), (lab, record) => this.surroundings.save(lab, record));
		const desk = new Desk(laboratory, lesson, this.store, this.surroundings.motion);
		this.desk = desk;
		const moment = laboratory.moment();
		this.store.dispatch({type: 'opened', view: openedView({title, moment, sentence: desk.sentence(moment), origin: laboratory.origin})});
		this.labCommands.page(desk, fromTheBeginning ? 0 : lesson?.number ?? 0);
		desk.sync();
		this.catchUp();
	}

	private back(): void {
		const {session: {view, screen}} = this.store.get();
		if (screen === 'lab' && this.desk !== undefined && this.inquiries.visits.back(this.desk)) return;
		if (screen === 'lab' && view?.zoomed === true) this.store.dispatch({type: 'zoom', zoomed: false});
		else this.toMenu();
	}

	private toMenu(): void {
		this.motion.pause();
		this.store.dispatch({type: 'menu'});
		this.menuKeys();
	}

	private restart(): void {
		if (this.request !== undefined) this.open(this.request, true);
	}

	/** Lets steps follow one another until a key comes or the program has ended. */
	private play(desk: Desk): void {
		this.motion.play(() => {
			const progress = desk.laboratory.move(1);
			desk.moved(progress);
			return progress !== 'nothing' && this.store.get().session.view?.moment.outcome === undefined;
		});
	}

	private stopRunning(): void {
		this.waiting.length = 0;
		this.working.stop(this.desk);
	}

	/** Notes which entry of the menu is marked. */
	highlight(entry: number): void {
		this.store.dispatch({type: 'highlight', entry});
	}

	/** Tells something that no key has asked for. */
	tell(words: string): void {
		this.notice(words);
	}

	/** A resize may bring panes into sight. */
	resized(): void {
		this.desk?.sync();
	}
}
