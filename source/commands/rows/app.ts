import process from 'node:process';
import {UsageError} from '../command-error.js';
import type {CommandRow} from '../command-row.js';

/** Words of `--theme`. */
export const THEME_CHOICES = ['dark', 'light', 'contrast'] as const;

/** The app: what the name alone starts. */
/** What the whole is. */
export const ONE_LINE = 'a terminal lab that shows what happens inside an x86-64 Linux computer during a system call';

export const APP: CommandRow = {
	name: '',
	summary: 'open the labs',
	description: [
		'Shows what happens inside an x86-64 Linux computer during a system call. Without a command it opens the labs; that needs a terminal of at least 80 columns and 24 rows.',
	],
	arguments: [{name: 'FILE', optional: true, help: 'a program of your own that is opened at once: the path of a .s file or of an x86-64 Linux executable', complete: 'file'}],
	flags: [
		{name: 'lab', value: {name: 'NAME', complete: 'lab'}, help: 'Open this lab at once'},
		{name: 'root', value: {name: 'DIR', complete: 'file'}, help: 'Let this folder be the file system of executables, read-only, as in --root /: dynamic ones need it', default: 'files of the machine’s own'},
		{name: 'theme', value: {name: 'THEME', choices: THEME_CHOICES}, help: 'Colours for a dark or a light background, or with high contrast', default: 'dark'},
		{name: 'plain', help: 'Append one sentence a step, without borders or a screen of its own: for screen readers'},
		{name: 'no-motion', help: 'Show each state at once, without animation'},
		{name: 'no-color', help: 'Use no colours; NO_COLOR in the environment does the same'},
		{name: 'version', help: 'Print the version'},
	],
	examples: [
		['syscall-lab', 'opens the menu of the labs'],
		['syscall-lab 06', 'opens lab 06'],
		['syscall-lab --lab 06 --theme light', 'opens one lab, for a light background'],
		['syscall-lab ./a.out', 'opens a program of your own'],
	],
	exitCodes: [
		['0', 'the app was left'],
		['129, 130, 143', 'SIGHUP, SIGINT or SIGTERM ended it'],
	],
	async run(call) {
		const {start} = await import('../start.js');
		const theme = THEME_CHOICES.find(name => name === call.text('theme'));
		const lab = call.text('lab');
		const file = call.words.at(0);
		if (file !== undefined && !/[./]/u.test(file)) throw new UsageError(`${file} is no path of a program; write a file as ./${file}, and a command before all flags`);
		const root = call.text('root');
		await start({
			colour: !call.has('no-color'), plain: call.has('plain'), motion: !call.has('no-motion'),
			...(theme === undefined ? {} : {theme}), ...(lab === undefined ? {} : {lab}), ...(file === undefined ? {} : {file}), ...(root === undefined ? {} : {root}),
		});
		return Number(process.exitCode ?? 0);
	},
};
