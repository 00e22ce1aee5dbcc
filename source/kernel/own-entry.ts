import {AssemblyError, type Problem} from '../program/problems.js';

/** An entry path that someone wrote in place of the kernel's own. */
export interface OwnEntry {
	/** What problems in it are reported under: the name of the file that it comes from. */
	readonly name: string;
	/** AT&T text; it defines the label entry_SYSCALL_64 and leads back to the program itself. */
	readonly text: string;
}

/** The file that the entry path stands in, its first line and its last one. */
const ENTRY = {FILE: 'entry_64.s', FIRST: '\t.globl entry_SYSCALL_64', LAST: '\tsysretq'} as const;

/** The label that IA32_LSTAR is set to. */
const DOOR = 'entry_SYSCALL_64';

/** A file's name as it can stand between the quotes of `.include`, and as none of the kernel's own files is called. */
const includedName = (name: string): string => `${name.includes('/') ? '' : './'}${name.replaceAll(/["\\\n]/g, '_')}`;

/** Names that the kernel's own files have: none leads out of their folder. */
const KERNEL_FILE = /^(?:[\w-]+\/)*[\w-]+\.s$/;

/** Finds files for a kernel with an own entry path: it may include the kernel's files, and nothing else of this computer. */
export const includeBeside = (entry: OwnEntry, read: (name: string) => string) => (name: string): string | undefined => {
	if (!isOwnEntry(name, entry) && !KERNEL_FILE.test(name)) return undefined;
	try {
		return read(name);
	} catch {
		return undefined;
	}
};

/** Whether a name is that of an own entry path's file, as `replaceEntry` includes it. */
export const isOwnEntry = (name: string, {name: own}: OwnEntry): boolean => name === includedName(own);

/** Where the entry path stands in its file: the indices of its first line and of its last one. */
function entryLines(lines: readonly string[], file: string): readonly [first: number, last: number] {
	const first = lines.indexOf(ENTRY.FIRST);
	const last = lines.indexOf(ENTRY.LAST, first);
	if (first < 0 || last < 0) throw new Error(`${file} has no entry path between “${ENTRY.FIRST.trim()}” and “${ENTRY.LAST}”`);
	return [first, last];
}

/** The kernel's own entry path as a text to begin with. */
export function kernelEntry(sources: ReadonlyMap<string, string>): string {
	const lines = (sources.get(ENTRY.FILE) ?? '').split('\n');
	const [first, last] = entryLines(lines, ENTRY.FILE);
	return `${lines.slice(first, last + 1).join('\n')}\n`;
}

/** A kernel file's text with the entry path replaced by an `.include` of another one; all line numbers stay as they are. */
export function replaceEntry(file: string, text: string, {name}: OwnEntry): string {
	if (file !== ENTRY.FILE) return text;
	const lines = text.split('\n');
	const [first, last] = entryLines(lines, file);
	const own = [`\t.include "${includedName(name)}"`, '\t.section .entry.text, "ax"'];
	return [...lines.slice(0, first), ...own, ...Array<string>(last + 1 - first - own.length).fill(''), ...lines.slice(last + 1)].join('\n');
}

/** The line that defines a label, counted from 1. */
const lineOfLabel = (text: string, label: string): number => text.split('\n').findIndex(line => new RegExp(`^\\s*${label.replaceAll('.', '\\.')}\\s*:`).test(line)) + 1;

/** Throws AssemblyError for a text that can't be an entry path. */
export function checkEntry({name, text}: OwnEntry): void {
	if (lineOfLabel(text, DOOR) > 0) return;
	throw new AssemblyError([{file: name, line: 1, message: `The label ${DOOR} is missing: nobody could enter here.`, remedy: `Write “${DOOR}:” before the first instruction.`}]);
}

/**
 * Problems of the kernel's files that an own entry path has caused, put where its author can see them: at the label of
 * that name if it defines one, else at its first line.
 */
export function blameEntry(error: AssemblyError, {name, text}: OwnEntry): AssemblyError {
	const file = includedName(name);
	const own = error.problems.filter(problem => problem.file === file);
	if (own.length > 0) return new AssemblyError(own.map(problem => ({...problem, file: name})));
	return new AssemblyError(error.problems.map((problem): Problem => {
		const label = (problem.message.match(/[A-Za-z_.$][\w.$]*/g) ?? []).find(word => lineOfLabel(text, word) > 0);
		const line = label === undefined ? 1 : lineOfLabel(text, label);
		const message = `With this entry path, ${problem.file}:${problem.line} has a problem: ${problem.message.replaceAll(file, name)}`;
		return {file: name, line, message, ...(problem.remedy === undefined ? {} : {remedy: problem.remedy})};
	}));
}
