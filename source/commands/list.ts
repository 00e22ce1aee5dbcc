import {IMPLEMENTED} from '../kernel/implemented.js';
import {SURGERY} from '../kernel/surgery.js';
import {SYSCALLS} from '../kernel/syscall-table.js';
import {listLabs} from '../lab/catalogue.js';
import {UsageError} from './command-error.js';
import {ExitCode} from './exit-codes.js';
import {print} from './output.js';
import {LISTS} from './rows/list.js';
import {suggest} from './spelling.js';

/** A name, and what else its line says. */
type Entry = readonly [name: string, text: string];

/** What is listed, by the word that asks for it. */
const ENTRIES: Readonly<Record<(typeof LISTS)[number], () => readonly Entry[]>> = {
	labs: () => listLabs().map(({name, title, summary, minutes}) => [name, `${title}: ${summary}${minutes > 0 ? ` (${minutes} min)` : ''}`]),
	lines: () => SURGERY.map(({name, purpose, file, code}) => [name, `${purpose}: ${code} (${file})`]),
	calls: () => SYSCALLS.map(call => {
		const implemented = IMPLEMENTED.includes(call.name);
		return [call.name, `${String(call.number).padStart(3)} ${implemented ? '*' : ' '} ${call.arguments.length === 0 ? '' : `(${call.arguments.map(({name}) => name).join(', ')}) `}${call.summary}`];
	}),
};

/** Prints one line for each thing of a kind. */
export async function listCommand(what: string, namesAlone: boolean): Promise<number> {
	const kind = LISTS.find(name => name === what);
	if (kind === undefined) throw new UsageError(`list does not know ${what}${suggest(what, LISTS, 'give labs, lines or calls')}`);
	const entries = ENTRIES[kind]();
	const width = Math.max(...entries.map(([name]) => name.length));
	await print(entries.map(([name, text]) => (namesAlone ? `${name}\n` : `${name.padEnd(width)}  ${text}\n`)).join(''));
	return ExitCode.OK;
}
