/**
 * Everything that a key or a typed word can do, in one table: input, key bar, help, palette and readme are made from it.
 */

/** What the app can be told to do. */
export type CommandName =
	| 'next-page' | 'previous-page' | 'answer' | 'check' | 'hint' | 'solution' | 'restart'
	| 'step' | 'step-back' | 'over' | 'over-back' | 'continue' | 'continue-back' | 'finish' | 'finish-back'
	| 'play' | 'faster' | 'slower'
	| 'left' | 'right' | 'home' | 'end' | 'go'
	| 'enter' | 'set' | 'undo' | 'redo'
	| 'who' | 'compare' | 'broken' | 'attack' | 'branches' | 'name' | 'drop'
	| 'kernel' | 'without' | 'args' | 'entry'
	| 'stop' | 'stops' | 'unstop' | 'next-stop' | 'previous-stop' | 'next' | 'previous' | 'export'
	| 'next-pane' | 'previous-pane' | 'up' | 'down' | 'page-up' | 'page-down' | 'zoom' | 'view' | 'show' | 'memory' | 'walk' | 'look' | 'calls' | 'syntax'
	| 'pane-1' | 'pane-2' | 'pane-3' | 'pane-4' | 'pane-5' | 'pane-6' | 'pane-7' | 'pane-8' | 'pane-9'
	| 'palette' | 'search' | 'help' | 'theme' | 'menu' | 'lab' | 'open' | 'back' | 'redraw' | 'suspend' | 'interrupt' | 'quit'
	| 'menu-up' | 'menu-down' | 'menu-open'
	| 'field-accept' | 'field-cancel' | 'field-complete' | 'field-up' | 'field-down' | 'field-left' | 'field-right' | 'field-home' | 'field-end'
	| 'field-erase' | 'field-delete' | 'field-erase-word' | 'field-erase-before' | 'field-erase-after';

/** Where a command means something: the list of labs, a lab, the list of keys, a message, a field in which text is typed. */
export type Context = 'menu' | 'lab' | 'help' | 'message' | 'field';

/** What a command takes behind its name when it is typed. */
export type ArgumentKind = 'place' | 'compared' | 'branch' | 'name' | 'step' | 'changes' | 'view' | 'pane' | 'address' | 'theme' | 'lab' | 'file' | 'consent' | 'word' | 'query' | 'setting' | 'lines' | 'words' | 'event' | 'condition' | 'stop' | 'attacks';

/** Headings of the help, in its order. */
export const GROUPS = ['Lesson', 'Stepping', 'Time', 'Panes', 'Changing', 'Questions', 'App', 'Menu', 'Typing'] as const;

/** One command with its keys. */
export interface Command {
	readonly name: CommandName;
	/** Key names; the first is the one that is shown. A key file may give others. */
	readonly keys: readonly string[];
	readonly contexts: readonly Context[];
	/** A word or two, for the key bar. */
	readonly label: string;
	/** A sentence, for the help. */
	readonly help: string;
	readonly group: (typeof GROUPS)[number];
	/** Place in the key bar, from the left; absent: only in the help. */
	readonly bar?: number;
	/** Stands in the key bar only while it can be done. */
	readonly barWhenOn?: boolean;
	readonly argument?: ArgumentKind;
	/** Whether the command is of no use without what stands behind it. */
	readonly needsArgument?: boolean;
	/** True: a key file can't give it other keys. */
	readonly fixed?: boolean;
}

const LAB: readonly Context[] = ['lab'];
const FIELD: readonly Context[] = ['field'];
const MENU: readonly Context[] = ['menu'];
const EVERYWHERE: readonly Context[] = ['menu', 'lab', 'help', 'message', 'field'];
const OUTSIDE_FIELDS: readonly Context[] = ['menu', 'lab', 'help', 'message'];

export const COMMANDS: readonly Command[] = [
	{name: 'next-page', keys: ['space'], contexts: LAB, label: 'next', help: 'Go on in the lesson: the machine goes to where the next page is', group: 'Lesson', bar: 1},
	{name: 'previous-page', keys: ['b', 'backspace'], contexts: LAB, label: 'page back', help: 'Go back in the lesson, and the machine with it', group: 'Lesson'},
	{name: 'answer', keys: ['a'], contexts: LAB, label: 'answer', help: 'Answer the question of the page', group: 'Lesson', bar: 1.1, barWhenOn: true},
	{name: 'check', keys: ['x'], contexts: LAB, label: 'check', help: 'See whether the goals of the page are met, and why not', group: 'Lesson', bar: 1.2, barWhenOn: true},
	{name: 'hint', keys: ['h'], contexts: LAB, label: 'hint', help: 'Show a hint, then a stronger one', group: 'Lesson', bar: 5.5, barWhenOn: true},
	{name: 'solution', keys: [], contexts: LAB, label: 'solution', help: 'Show how the page can be done', group: 'Lesson', argument: 'consent', needsArgument: true},
	{name: 'restart', keys: ['r'], contexts: LAB, label: 'restart', help: 'Begin again at the first page, with everything as the program leaves it', group: 'Lesson', bar: 14},
	{name: 'step', keys: ['s'], contexts: LAB, label: 'step', help: 'Run one instruction', group: 'Stepping', bar: 2},
	{name: 'step-back', keys: ['S'], contexts: LAB, label: 'back', help: 'Undo one instruction', group: 'Stepping', bar: 3},
	{name: 'over', keys: ['n'], contexts: LAB, label: 'over', help: 'Run one instruction; a call or a system call as a whole', group: 'Stepping', bar: 10},
	{name: 'over-back', keys: ['N'], contexts: LAB, label: 'over back', help: 'Go back one instruction; over a call as a whole', group: 'Stepping'},
	{name: 'continue', keys: ['c'], contexts: LAB, label: 'continue', help: 'Run to the next landmark: other ring, other stack, pt_regs, result', group: 'Stepping', bar: 4},
	{name: 'continue-back', keys: ['C'], contexts: LAB, label: 'continue back', help: 'Go back to the landmark before', group: 'Stepping'},
	{name: 'finish', keys: ['f'], contexts: LAB, label: 'finish', help: 'Run until the current function, or the kernel, returns', group: 'Stepping', bar: 15},
	{name: 'finish-back', keys: ['F'], contexts: LAB, label: 'finish back', help: 'Go back to the call that led here', group: 'Stepping'},
	{name: 'play', keys: ['p'], contexts: LAB, label: 'play', help: 'Run on by itself, a step at a time; any key stops it', group: 'Stepping', bar: 11},
	{name: 'slower', keys: ['<'], contexts: LAB, label: 'slower', help: 'Play fewer steps a second', group: 'Stepping'},
	{name: 'faster', keys: ['>'], contexts: LAB, label: 'faster', help: 'Play more steps a second', group: 'Stepping'},
	{name: 'left', keys: ['left'], contexts: LAB, label: 'back', help: 'One step back on the timeline', group: 'Time'},
	{name: 'right', keys: ['right'], contexts: LAB, label: 'forward', help: 'One step forward on the timeline', group: 'Time'},
	{name: 'home', keys: ['home'], contexts: LAB, label: 'begin', help: 'To the beginning of the program', group: 'Time'},
	{name: 'end', keys: ['end'], contexts: LAB, label: 'end', help: 'To the furthest step that was run', group: 'Time'},
	{name: 'go', keys: ['g'], contexts: LAB, label: 'go to', help: 'To a step, by its number', group: 'Time', argument: 'step', needsArgument: true},
	{name: 'next', keys: [']'], contexts: LAB, label: 'next event', help: 'Behind the next event of a kind: push, exception, syscall; without one, of the kind that was looked for last', group: 'Time', argument: 'event'},
	{name: 'previous', keys: ['['], contexts: LAB, label: 'event before', help: 'Behind the last event of a kind before this step', group: 'Time', argument: 'event'},
	{name: 'stop', keys: [], contexts: LAB, label: 'stop', help: 'Set a stop: syscall=write, exception, ring, rax=0x10, at NAME, write message', group: 'Time', argument: 'condition', needsArgument: true},
	{name: 'stops', keys: [], contexts: LAB, label: 'stops', help: 'List the stops', group: 'Time'},
	{name: 'unstop', keys: [], contexts: LAB, label: 'unstop', help: 'Take a stop away, by its number or text; all: every one', group: 'Time', argument: 'stop', needsArgument: true},
	{name: 'next-stop', keys: ['}'], contexts: LAB, label: 'to the stop', help: 'Run to the next stop', group: 'Time'},
	{name: 'previous-stop', keys: ['{'], contexts: LAB, label: 'stop before', help: 'Go back to the last stop before this step', group: 'Time'},
	{name: 'next-pane', keys: ['tab'], contexts: LAB, label: 'pane', help: 'Choose the next pane', group: 'Panes', bar: 6},
	{name: 'previous-pane', keys: ['shift-tab'], contexts: LAB, label: 'pane before', help: 'Choose the pane before', group: 'Panes'},
	{name: 'pane-1', keys: ['1'], contexts: LAB, label: 'lesson', help: 'Choose the lesson', group: 'Panes'},
	{name: 'pane-2', keys: ['2'], contexts: LAB, label: 'registers', help: 'Choose the registers', group: 'Panes'},
	{name: 'pane-3', keys: ['3'], contexts: LAB, label: 'code', help: 'Choose the code', group: 'Panes'},
	{name: 'pane-4', keys: ['4'], contexts: LAB, label: 'stacks', help: 'Choose the stacks', group: 'Panes'},
	{name: 'pane-5', keys: ['5'], contexts: LAB, label: 'events', help: 'Choose the events', group: 'Panes'},
	{name: 'pane-6', keys: ['6'], contexts: LAB, label: 'console', help: 'Choose the console', group: 'Panes'},
	{name: 'pane-7', keys: ['7'], contexts: LAB, label: 'hardware', help: 'Choose what the processor did', group: 'Panes'},
	{name: 'pane-8', keys: ['8'], contexts: LAB, label: 'memory', help: 'Choose the memory', group: 'Panes'},
	{name: 'pane-9', keys: ['9'], contexts: LAB, label: 'flags', help: 'Choose the flags', group: 'Panes'},
	{name: 'show', keys: [], contexts: LAB, label: 'show', help: 'Choose a pane by its name', group: 'Panes', argument: 'pane', needsArgument: true},
	{name: 'view', keys: ['v'], contexts: LAB, label: 'view', help: 'Show other panes beside the lesson and the code', group: 'Panes', bar: 12, argument: 'view'},
	{name: 'zoom', keys: ['+', '='], contexts: LAB, label: 'zoom', help: 'Give the chosen pane the whole screen, or take it back', group: 'Panes', bar: 13},
	{name: 'up', keys: ['up', 'k'], contexts: ['lab', 'help'], label: 'up', help: 'Mark the line above, or scroll up', group: 'Panes'},
	{name: 'down', keys: ['down', 'j'], contexts: ['lab', 'help'], label: 'down', help: 'Mark the line below, or scroll down', group: 'Panes'},
	{name: 'page-up', keys: ['pageup'], contexts: ['lab', 'help'], label: 'page up', help: 'The same, by a page', group: 'Panes'},
	{name: 'page-down', keys: ['pagedown'], contexts: ['lab', 'help'], label: 'page down', help: 'The same, by a page', group: 'Panes'},
	{name: 'memory', keys: ['@'], contexts: LAB, label: 'address', help: 'Show the memory at an address, a register or a name', group: 'Panes', argument: 'address', needsArgument: true},
	{name: 'walk', keys: [], contexts: LAB, label: 'walk', help: 'Show how the page tables translate an address, a register or a name', group: 'Panes', argument: 'address', needsArgument: true},
	{name: 'look', keys: [], contexts: LAB, label: 'look', help: 'Show the code at an address or a name; without one, the instruction that comes next', group: 'Panes', argument: 'address', needsArgument: true},
	{name: 'calls', keys: [], contexts: LAB, label: 'calls', help: 'Show the table of system calls, or those that a number, a name or a word finds', group: 'Panes', argument: 'query'},
	{name: 'syntax', keys: ['i'], contexts: LAB, label: 'syntax', help: 'Show instructions in Intel syntax too, or as they are written', group: 'Panes'},
	{name: 'enter', keys: ['enter', 'e'], contexts: ['lab', 'help'], label: 'change', help: 'Change what is marked: register, flag, word, byte; on an event: go there', group: 'Changing', bar: 5},
	{name: 'set', keys: [], contexts: LAB, label: 'set', help: 'Change several things: rdi=77, cf=1, rsi=message, [rsp+8]:8=-1', group: 'Changing', argument: 'changes', needsArgument: true},
	{name: 'kernel', keys: [], contexts: LAB, label: 'kernel', help: 'Begin again on a kernel that is set otherwise: isolation on, seccomp write=EPERM', group: 'Changing', argument: 'setting'},
	{name: 'without', keys: [], contexts: LAB, label: 'without', help: 'Begin again on a kernel without some of its lines, to see what breaks; nothing: with all of them', group: 'Changing', argument: 'lines', needsArgument: true},
	{name: 'args', keys: [], contexts: LAB, label: 'arguments', help: 'Begin again with other arguments: the words of argv, the program’s name first', group: 'Changing', argument: 'words', needsArgument: true},
	{name: 'entry', keys: [], contexts: LAB, label: 'entry path', help: 'Begin again with your own entry_SYSCALL_64 out of a file; without a name, the last one is read anew', group: 'Changing', argument: 'file'},
	{name: 'who', keys: ['w'], contexts: LAB, label: 'who', help: 'Tell who wrote what is marked, where the value came from and who read it; Enter goes to a step, Esc comes back', group: 'Questions', bar: 9.6, argument: 'place'},
	{name: 'compare', keys: [], contexts: LAB, label: 'compare', help: 'Set this run against the one before the last change, a branch, set rdi=77, or without swapgs: what is different', group: 'Questions', argument: 'compared'},
	{name: 'broken', keys: [], contexts: LAB, label: 'broken', help: 'Tell which promise of the kernel was broken first in this run, where, and why that matters; Enter goes there', group: 'Questions'},
	{name: 'attack', keys: [], contexts: LAB, label: 'attack', help: 'Run hostile programs against the door of this kernel, your own entry path if it has one, and tell which promises hold', group: 'Questions', argument: 'attacks'},
	{name: 'branches', keys: [], contexts: LAB, label: 'branches', help: 'Show the futures of this run: each change has begun one', group: 'Questions'},
	{name: 'name', keys: [], contexts: LAB, label: 'name', help: 'Give the branch of the run that is shown a name', group: 'Questions', argument: 'name', needsArgument: true},
	{name: 'drop', keys: [], contexts: LAB, label: 'drop', help: 'Remove a branch of the run: the marked one, or the one that is named', group: 'Questions', argument: 'branch'},
	{name: 'undo', keys: ['u'], contexts: LAB, label: 'undo', help: 'Take the last change back', group: 'Changing'},
	{name: 'redo', keys: ['U'], contexts: LAB, label: 'redo', help: 'Make the change again that was taken back', group: 'Changing'},
	{name: 'palette', keys: [':'], contexts: ['lab', 'menu', 'message'], label: 'commands', help: 'Type a command; Tab completes it', group: 'App', bar: 9},
	{name: 'search', keys: ['/'], contexts: ['lab', 'menu', 'message', 'help'], label: 'search', help: 'Look up a word, a system call, a lab, or a name of the program or the kernel', group: 'App', bar: 9.5, argument: 'word'},
	{name: 'help', keys: ['?', 'f1'], contexts: EVERYWHERE, label: 'help', help: 'Show all keys', group: 'App', bar: 7},
	{name: 'theme', keys: ['t'], contexts: ['lab', 'menu'], label: 'theme', help: 'Colours for a dark background, a light one, or with high contrast', group: 'App', argument: 'theme'},
	{name: 'menu', keys: ['m'], contexts: ['lab', 'message'], label: 'menu', help: 'Back to the list of labs; the machine waits as it is', group: 'App'},
	{name: 'lab', keys: [], contexts: ['lab', 'menu', 'message'], label: 'lab', help: 'Open a lab by its name', group: 'App', argument: 'lab', needsArgument: true},
	{name: 'open', keys: ['o'], contexts: ['lab', 'menu', 'message'], label: 'open file', help: 'Run a program of your own: a .s file, an executable', group: 'App', argument: 'file', needsArgument: true},
	{name: 'export', keys: [], contexts: LAB, label: 'export', help: 'Write the run to a new file: .jsonl, .strace, .cast (asciinema), or the screen as .svg', group: 'App', argument: 'file', needsArgument: true},
	{name: 'back', keys: ['esc'], contexts: ['lab', 'help', 'message'], label: 'close', help: 'Close what is open on top: help, zoom, lab', group: 'App'},
	{name: 'redraw', keys: ['ctrl-l'], contexts: EVERYWHERE, label: 'redraw', help: 'Draw the screen anew', group: 'App'},
	{name: 'suspend', keys: ['ctrl-z'], contexts: EVERYWHERE, label: 'suspend', help: 'Give the terminal back to the shell; fg comes back here', group: 'App'},
	{name: 'interrupt', keys: ['ctrl-c'], contexts: EVERYWHERE, label: 'stop', help: 'Stop a program that runs on and on; leave if none runs', group: 'App', fixed: true},
	{name: 'quit', keys: ['q'], contexts: OUTSIDE_FIELDS, label: 'quit', help: 'Leave the program', group: 'App', bar: 8},
	{name: 'menu-up', keys: ['up', 'k'], contexts: MENU, label: 'up', help: 'The entry above', group: 'Menu', fixed: true},
	{name: 'menu-down', keys: ['down', 'j'], contexts: MENU, label: 'down', help: 'The entry below', group: 'Menu', fixed: true},
	{name: 'menu-open', keys: ['enter'], contexts: MENU, label: 'open', help: 'Open the marked entry', group: 'Menu', fixed: true},
	{name: 'field-accept', keys: ['enter'], contexts: FIELD, label: 'take it', help: 'Take what was typed', group: 'Typing'},
	{name: 'field-cancel', keys: ['esc'], contexts: FIELD, label: 'leave it', help: 'Leave everything as it was', group: 'Typing'},
	{name: 'field-complete', keys: ['tab'], contexts: FIELD, label: 'complete', help: 'Complete the word with the marked suggestion', group: 'Typing'},
	{name: 'field-up', keys: ['up'], contexts: FIELD, label: 'up', help: 'Mark the suggestion above', group: 'Typing'},
	{name: 'field-down', keys: ['down'], contexts: FIELD, label: 'down', help: 'Mark the suggestion below', group: 'Typing'},
	{name: 'field-left', keys: ['left'], contexts: FIELD, label: 'left', help: 'One character to the left', group: 'Typing'},
	{name: 'field-right', keys: ['right'], contexts: FIELD, label: 'right', help: 'One character to the right', group: 'Typing'},
	{name: 'field-home', keys: ['home', 'ctrl-a'], contexts: FIELD, label: 'begin', help: 'To the beginning of the text', group: 'Typing'},
	{name: 'field-end', keys: ['end', 'ctrl-e'], contexts: FIELD, label: 'end', help: 'To the end of the text', group: 'Typing'},
	{name: 'field-erase', keys: ['backspace', 'ctrl-h'], contexts: FIELD, label: 'erase', help: 'Erase the character before the cursor', group: 'Typing'},
	{name: 'field-delete', keys: ['delete', 'ctrl-d'], contexts: FIELD, label: 'delete', help: 'Erase the character under the cursor', group: 'Typing'},
	{name: 'field-erase-word', keys: ['ctrl-w', 'alt-backspace'], contexts: FIELD, label: 'erase word', help: 'Erase the word before the cursor', group: 'Typing'},
	{name: 'field-erase-before', keys: ['ctrl-u'], contexts: FIELD, label: 'erase before', help: 'Erase everything before the cursor', group: 'Typing'},
	{name: 'field-erase-after', keys: ['ctrl-k'], contexts: FIELD, label: 'erase after', help: 'Erase everything behind the cursor', group: 'Typing'},
];

const BY_NAME: ReadonlyMap<string, Command> = new Map(COMMANDS.map(command => [command.name, command]));

/** The command of a name, as it is typed. */
export const commandNamed = (name: string): Command | undefined => BY_NAME.get(name);
