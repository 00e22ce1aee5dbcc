import type {Kernel} from '../kernel/kernel.js';

/** A line of the kernel's assembly with the C that it stands for. */
export interface LinkedLine {
	/** Counted from 1. */
	readonly number: number;
	readonly text: string;
	/** The statement of mainline's C that the line carries out, or ends; most statements take several lines. */
	readonly statement?: string;
	/** How deep the statement stands in blocks of C; 0 without one. */
	readonly depth: number;
	/** Addresses of the line's instructions, lowest first; more than one where a macro repeats it. */
	readonly addresses: readonly bigint[];
}

/** What stands behind the code of a line in place of a comment: C, indented by tabs as deep as it is in blocks. */
const STATEMENT = /#\s*C: (\t*)(.+)$/;

/** Linked files by kernel: a kernel never changes. */
const known = new WeakMap<Kernel, Map<string, readonly LinkedLine[]>>();

/** A statement of C. */
export interface Statement {
	readonly text: string;
	readonly depth: number;
}

/** The statement of C in a line's comment; undefined without one. */
export function parseStatement(line: string): Statement | undefined {
	const match = STATEMENT.exec(line);
	return match === null ? undefined : {depth: match[1].length, text: match[2].trim()};
}

function addressesByLine(kernel: Kernel, file: string): Map<number, bigint[]> {
	const found = new Map<number, bigint[]>();
	for (const {file: of, line, address} of kernel.lines.lines) {
		if (of !== file) continue;
		const addresses = found.get(line) ?? [];
		addresses.push(address);
		found.set(line, addresses);
	}

	return found;
}

function link(kernel: Kernel, file: string): LinkedLine[] {
	const addresses = addressesByLine(kernel, file);
	// A statement on a line without code belongs to the code that follows.
	let waiting: Statement | undefined;
	return (kernel.sources.get(file) ?? '').split('\n').map((text, index): LinkedLine => {
		const number = index + 1;
		const own = parseStatement(text);
		const here = addresses.get(number) ?? [];
		const statement = here.length === 0 ? own : own ?? waiting;
		waiting = here.length === 0 ? own ?? waiting : undefined;
		return {number, text, addresses: here, depth: statement?.depth ?? 0, ...(statement === undefined ? {} : {statement: statement.text})};
	});
}

/**
 * The lines of one of the kernel's files, each with its C and its addresses.
 * @param file as the line table names it; an unknown one has one empty line
 */
export function linkedLines(kernel: Kernel, file: string): readonly LinkedLine[] {
	const files = known.get(kernel) ?? new Map<string, readonly LinkedLine[]>();
	known.set(kernel, files);
	const lines = files.get(file) ?? link(kernel, file);
	files.set(file, lines);
	return lines;
}

/** The line of the kernel's source that made the instruction at an address, with its C. */
export function linkedLineAt(kernel: Kernel, address: bigint): LinkedLine | undefined {
	const place = kernel.lines.at(address);
	return place === undefined ? undefined : linkedLines(kernel, place.file).at(place.line - 1);
}

/** The statement of mainline's C that the instruction at an address carries out; undefined where its line names none. */
export const statementOf = (kernel: Kernel, address: bigint): string | undefined => linkedLineAt(kernel, address)?.statement;

/** Addresses of all instructions of one of the kernel's files whose lines carry a statement, by its text. */
export const addressesOfStatement = (kernel: Kernel, file: string, statement: string): bigint[] =>
	linkedLines(kernel, file).filter(line => line.statement === statement).flatMap(({addresses}) => addresses);
