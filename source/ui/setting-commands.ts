import type {Work} from '../lab/laboratory.js';
import {entryToBeginWith, takeEntryFile, withEntry} from '../lab/session/entry-file.js';
import type {SettingName} from '../lab/session/permission.js';
import {describeSettings, parseKernelSetting} from '../lab/session/setting-text.js';
import type {StepSettings} from '../lab/session/workbench.js';
import {ValueError} from '../trace/register-values.js';
import type {CommandName} from '../view/commands.js';
import type {Desk} from './desk.js';

/** What these commands need of who gives them. */
export interface SettingHands {
	/** Does work that may take long; what it has to say is asked for when it is done. */
	work(desk: Desk, work: Work, notice: () => string | undefined): void;
	notice(text: string): void;
	/** Tells when a file is saved, as long as it is asked for; gives what ends that. */
	watch(file: string, saved: () => void): () => void;
	/** Whether a machine is the one on the screen, and nothing is being done with it. */
	isWaiting(desk: Desk): boolean;
}

/** Words between blanks; quotes hold those together that belong together. */
const wordsOf = (text: string): string[] => [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/gu)].map(([, double, single, bare]: readonly (string | undefined)[]) => double ?? single ?? bare ?? '');

/** Commands by which a page, or a program, begins again on another kernel, with other arguments or another entry path. */
export class SettingCommands {
	/** The file of the entry path that was taken last. */
	private entryFile: string | undefined;
	private stopWatching: () => void = () => undefined;

	constructor(private readonly hands: SettingHands) {}

	private readonly actions: Readonly<Partial<Record<CommandName, (argument: string, desk: Desk) => string | undefined>>> = {
		kernel: (argument, desk) => this.kernel(argument, desk),
		without: (argument, desk) => this.kernel(`without ${argument}`, desk),
		args: (argument, desk) => this.apply(desk, 'args', {args: wordsOf(argument)}, `args ${argument}`),
		entry: (argument, desk) => this.entry(argument, desk),
	};

	/** Whether a command is one of these. */
	knows(command: CommandName): boolean {
		return this.actions[command] !== undefined;
	}

	/** Does a command; gives the reason if it can't be done. */
	run(command: CommandName, argument: string, desk: Desk): string | undefined {
		try {
			return this.actions[command]?.(argument, desk);
		} catch (error) {
			if (error instanceof ValueError) return error.message;
			throw error;
		}
	}

	private kernel(argument: string, desk: Desk): string | undefined {
		if (argument.trim() === '') {
			this.hands.notice(`The kernel: ${describeSettings(desk.settings) || 'as it usually is'}.`);
			return undefined;
		}

		const kernel = parseKernelSetting(argument, desk.settings);
		const [name] = Object.keys(kernel);
		const isCut = kernel.without !== undefined && kernel.without.length > 0;
		return this.apply(desk, name as SettingName, {kernel}, `${describeSettings(kernel)}${isCut ? '. c runs on; :broken tells what breaks first' : ''}`);
	}

	/** Takes an entry path from a file; the one that was taken last is read anew. */
	private entry(argument: string, desk: Desk): string | undefined {
		const file = argument === '' ? this.entryFile : argument;
		if (file === undefined) return 'say which file: entry mine.s; if there is none, it is made with the text to begin with';
		const refusal = desk.lesson?.settingRefusal('entry');
		if (refusal !== undefined) return refusal;
		const {entry, made} = withEntry(() => takeEntryFile(file, file, desk.lesson?.givenEntry ?? entryToBeginWith()));
		this.entryFile = file;
		this.stopWatching();
		this.stopWatching = this.hands.watch(file, () => this.saved(desk));
		const words = made ? `${file} was made: write in it with an editor, and save` : `the entry path is that of ${file}; :attack tries it`;
		return this.apply(desk, 'entry', {entry}, words);
	}

	/** The file of the entry path was saved: it is taken as it is now, or what is wrong with it is told. */
	private saved(desk: Desk): void {
		if (!this.hands.isWaiting(desk)) return;
		const problem = this.run('entry', '', desk);
		if (problem !== undefined) this.hands.notice(problem);
	}

	private apply(desk: Desk, name: SettingName, settings: StepSettings, words: string): string | undefined {
		const refusal = desk.lesson?.settingRefusal(name);
		if (refusal !== undefined) return refusal;
		const what = desk.lesson === undefined ? 'The program' : 'The page';
		this.hands.work(desk, desk.beginAgain(settings), () => `${what} begins again: ${words}.`);
		return undefined;
	}
}
