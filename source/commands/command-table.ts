/**
 * Every command, in one table: the command line is checked against it, and help, man page, completions and the readme's
 * tables are made from it.
 *
 * To add a command:
 * 1. Write what it does in a module of its own in this folder, say `check.ts`. It exports a function that takes what the
 *    command needs and gives the exit code. It prints with `print` and `printError` of output.ts, and ends with a message
 *    by throwing CommandError or, for wrong use, UsageError.
 * 2. Describe it in `rows/check.ts`: a CommandRow (command-row.ts says what each field is). Its `run` imports the module
 *    of 1 with `await import('../check.js')`, so that other commands need not wait for it, and hands on what `call` has:
 *    `call.words`, `call.has('json')`, `call.text('out')`, `call.texts('set')`, `call.count('at')`, `call.isOn('audit')`.
 *    Unknown flags, missing values, numbers out of range and wrong numbers of arguments are refused before it is called.
 * 3. Add the row to COMMANDS below. `npm run texts` writes the man page and the readme's tables again; the tests
 *    test/commands/man.test.ts and test/readme.test.ts say when they are out of date.
 */
import type {CommandRow} from './command-row.js';
import {APP} from './rows/app.js';
import {ATTACK} from './rows/attack.js';
import {COMPARE} from './rows/compare.js';
import {COMPLETIONS} from './rows/completions.js';
import {DOCTOR} from './rows/doctor.js';
import {HANDOUT} from './rows/handout.js';
import {HELP} from './rows/help.js';
import {CHECK, EXPORT, NEW, PROGRESS, RESET} from './rows/labs.js';
import {LIST} from './rows/list.js';
import {MAN} from './rows/man.js';
import {NATIVE} from './rows/native.js';
import {RUN} from './rows/run.js';

/** The commands, in the order in which help lists them. */
export const COMMANDS: readonly CommandRow[] = [RUN, COMPARE, ATTACK, NATIVE, CHECK, NEW, PROGRESS, RESET, EXPORT, LIST, HANDOUT, DOCTOR, COMPLETIONS, MAN, HELP];

/** The commands and the app. */
export const ROWS: readonly CommandRow[] = [APP, ...COMMANDS];

/** The row of a command's name. */
export const commandRow = (name: string): CommandRow | undefined => COMMANDS.find(row => row.name === name);
