/**
 * Everything that a key can do, in one table: input, key bar, help and readme are made from it.
 */

/** What the app can be told to do. */
export type CommandName =
	| 'step' | 'step-back' | 'over' | 'over-back' | 'continue' | 'continue-back' | 'finish' | 'finish-back'
	| 'left' | 'right' | 'home' | 'end' | 'up' | 'down' | 'page-up' | 'page-down'
	| 'next-page' | 'previous-page' | 'next-pane' | 'previous-pane' | 'zoom' | 'edit' | 'restart' | 'help' | 'menu' | 'back' | 'quit' | 'interrupt'
	| 'pane-1' | 'pane-2' | 'pane-3' | 'pane-4' | 'pane-5' | 'pane-6';

/** Where a command means something. */
export type Context = 'menu' | 'lab' | 'registers' | 'editor' | 'help' | 'running';

/** One command with its keys. */
export interface Command {
	readonly name: CommandName;
	/** Key names; the first is the one that is shown. */
	readonly keys: readonly string[];
	/** How the keys are shown. */
	readonly shown: string;
	/** A word or two, for the key bar. */
	readonly label: string;
	/** A sentence, for the help. */
	readonly help: string;
	/** Group in the help. */
	readonly group: 'Lesson' | 'Stepping' | 'Time' | 'Panes' | 'App';
	/** Place in the key bar, from the left; absent: only in the help. */
	readonly bar?: number;
}

export const COMMANDS: readonly Command[] = [
	{name: 'next-page', keys: ['space'], shown: 'Space', label: 'next', help: 'Go on in the lesson: the machine goes to where the next page is', group: 'Lesson', bar: 1},
	{name: 'previous-page', keys: ['p'], shown: 'p', label: 'previous', help: 'Go back in the lesson', group: 'Lesson'},
	{name: 'edit', keys: ['enter', 'e'], shown: 'Enter', label: 'edit', help: 'Change the register that is marked in the registers pane', group: 'Lesson', bar: 5},
	{name: 'restart', keys: ['r'], shown: 'r', label: 'restart', help: 'Begin the lab again, with the registers as the program leaves them', group: 'Lesson', bar: 10},
	{name: 'step', keys: ['s'], shown: 's', label: 'step', help: 'Run one instruction', group: 'Stepping', bar: 2},
	{name: 'step-back', keys: ['S'], shown: 'S', label: 'back', help: 'Undo one instruction', group: 'Stepping', bar: 3},
	{name: 'over', keys: ['n'], shown: 'n', label: 'over', help: 'Run one instruction; a call or a system call as a whole', group: 'Stepping', bar: 9},
	{name: 'over-back', keys: ['N'], shown: 'N', label: 'over back', help: 'Go back one instruction; over a call as a whole', group: 'Stepping'},
	{name: 'continue', keys: ['c'], shown: 'c', label: 'continue', help: 'Run to the next landmark: other ring, other stack, pt_regs, result', group: 'Stepping', bar: 4},
	{name: 'continue-back', keys: ['C'], shown: 'C', label: 'continue back', help: 'Go back to the landmark before', group: 'Stepping'},
	{name: 'finish', keys: ['f'], shown: 'f', label: 'finish', help: 'Run until the current function, or the kernel, returns', group: 'Stepping'},
	{name: 'finish-back', keys: ['F'], shown: 'F', label: 'finish back', help: 'Go back to the call that led here', group: 'Stepping'},
	{name: 'left', keys: ['left'], shown: '←', label: 'back', help: 'One step back on the timeline', group: 'Time'},
	{name: 'right', keys: ['right'], shown: '→', label: 'forward', help: 'One step forward on the timeline', group: 'Time'},
	{name: 'home', keys: ['home'], shown: 'Home', label: 'begin', help: 'To the beginning of the program', group: 'Time'},
	{name: 'end', keys: ['end'], shown: 'End', label: 'end', help: 'To the furthest step that was run', group: 'Time'},
	{name: 'next-pane', keys: ['tab'], shown: 'Tab', label: 'pane', help: 'Choose the next pane', group: 'Panes', bar: 6},
	{name: 'previous-pane', keys: ['shift-tab'], shown: 'Shift+Tab', label: 'pane before', help: 'Choose the pane before', group: 'Panes'},
	{name: 'pane-1', keys: ['1'], shown: '1', label: 'lesson', help: 'Choose the lesson', group: 'Panes'},
	{name: 'pane-2', keys: ['2'], shown: '2', label: 'registers', help: 'Choose the registers', group: 'Panes'},
	{name: 'pane-3', keys: ['3'], shown: '3', label: 'code', help: 'Choose the code', group: 'Panes'},
	{name: 'pane-4', keys: ['4'], shown: '4', label: 'stacks', help: 'Choose the stacks', group: 'Panes'},
	{name: 'pane-5', keys: ['5'], shown: '5', label: 'events', help: 'Choose the events', group: 'Panes'},
	{name: 'pane-6', keys: ['6'], shown: '6', label: 'console', help: 'Choose the console', group: 'Panes'},
	{name: 'up', keys: ['up', 'k'], shown: '↑', label: 'up', help: 'Mark the line above, or scroll up', group: 'Panes'},
	{name: 'down', keys: ['down', 'j'], shown: '↓', label: 'down', help: 'Mark the line below, or scroll down', group: 'Panes'},
	{name: 'page-up', keys: ['pageup'], shown: 'PgUp', label: 'page up', help: 'Scroll up by a page', group: 'Panes'},
	{name: 'page-down', keys: ['pagedown'], shown: 'PgDn', label: 'page down', help: 'Scroll down by a page', group: 'Panes'},
	{name: 'zoom', keys: ['+', '='], shown: '+', label: 'zoom', help: 'Give the chosen pane the whole screen, or take it back', group: 'Panes'},
	{name: 'help', keys: ['?', 'f1'], shown: '?', label: 'help', help: 'Show all keys', group: 'App', bar: 7},
	{name: 'menu', keys: ['m'], shown: 'm', label: 'menu', help: 'Back to the list of labs', group: 'App'},
	{name: 'back', keys: ['esc'], shown: 'Esc', label: 'close', help: 'Close what is open on top: help, zoom, lab', group: 'App'},
	{name: 'quit', keys: ['q'], shown: 'q', label: 'quit', help: 'Leave the program', group: 'App', bar: 8},
	{name: 'interrupt', keys: ['ctrl-c'], shown: 'Ctrl+C', label: 'stop', help: 'Stop a program that runs on and on; leave if none runs', group: 'App'},
];

const BY_KEY: ReadonlyMap<string, CommandName> = new Map(COMMANDS.flatMap(({name, keys}) => keys.map((key): [string, CommandName] => [key, name])));

/** The command that a key stands for. */
export const commandFor = (key: string): CommandName | undefined => BY_KEY.get(key);

/** The commands of the key bar, in its order. */
export const BAR: readonly Command[] = COMMANDS.filter(({bar}) => bar !== undefined).sort((a, b) => (a.bar ?? 0) - (b.bar ?? 0));
