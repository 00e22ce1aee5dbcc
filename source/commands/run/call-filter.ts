import {ENTRY_WORK} from '../../kernel/constants.js';
import {ERRNO_ALIASES, ERRNO_ENTRIES, MAX_ERRNO} from '../../kernel/errno.js';
import type {FilterLine} from '../../kernel/loader.js';
import {syscallByName, SYSCALLS} from '../../kernel/syscall-table.js';
import {UsageError} from '../command-error.js';
import {suggest} from '../spelling.js';

const FORM = 'write it as write=errno:1 or 9999=kill';

/** The highest number that a call can be asked for with: the kernel looks at 32 bits. */
const HIGHEST_CALL = 0xffff_ffff;

/** A call by its name or number. */
function callNumber(text: string): number {
	const found = syscallByName(text)?.number;
	if (found !== undefined) return found;
	const number = /^(?:\d+|0x[\da-f]+)$/iu.test(text) ? Number(text) : undefined;
	if (number !== undefined && number <= HIGHEST_CALL) return number;
	if (number !== undefined) throw new UsageError(`--seccomp has the call ${text}; give a number up to ${HIGHEST_CALL}`);
	throw new UsageError(`--seccomp has the call “${text}”, which Linux does not have${suggest(text, SYSCALLS.map(({name}) => name), 'give a name or a number')}`);
}

/** An error by its name or number. */
function errorNumber(text: string): number {
	const name = Object.entries(ERRNO_ALIASES).find(([alias]) => alias === text)?.[1] ?? text;
	const number = ERRNO_ENTRIES.find(entry => entry.name === name)?.number ?? (/^\d+$/u.test(text) ? Number(text) : undefined);
	if (number !== undefined && number >= 1 && number <= MAX_ERRNO) return number;
	throw new UsageError(`--seccomp has the error “${text}”; give a name such as EPERM, or a number from 1 to ${MAX_ERRNO}`);
}

function filterLine(part: string): FilterLine {
	const match = /^([^=]*)=(kill|errno:(.*))$/u.exec(part.trim());
	if (match === null) throw new UsageError(`--seccomp has “${part.trim()}”; ${FORM}`);
	const nr = callNumber(match[1].trim());
	return match[2] === 'kill' ? {nr, action: 'kill'} : {nr, action: 'errno', errno: errorNumber(match[3].trim())};
}

/**
 * Reads a filter such as `write=errno:1,9999=kill`: calls by name or number, and what they meet.
 * @throws UsageError for a call or an error that there is not, and for more lines than the kernel has room for
 */
export function readFilter(texts: readonly string[]): readonly FilterLine[] {
	const lines = texts.flatMap(text => text.split(',')).map(part => filterLine(part));
	if (lines.length > ENTRY_WORK.SECCOMP_LINES) throw new UsageError(`--seccomp has ${lines.length} lines; the kernel’s filter takes ${ENTRY_WORK.SECCOMP_LINES}`);
	return lines;
}
