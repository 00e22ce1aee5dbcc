import type {Laboratory} from '../lab/laboratory.js';
import {parseStatement} from '../trace/c-statements.js';
import {instructionText, type Syntax} from '../trace/instruction-text.js';
import type {CodeLine} from '../trace/moment.js';
import type {Recording} from '../trace/recording.js';
import {RunOfAddress} from '../trace/run-of-address.js';
import type {LabView} from '../view/lab-view.js';
import {codeLinesOf, isCodeMarked} from '../view/panes/code.js';
import {markedEvent} from '../view/panes/events.js';
import type {Inspected, Listing, ListingLine} from '../view/slices.js';

/** Instructions that are shown before and behind one of which no source is known. */
const AROUND = {BEFORE: 24, BEHIND: 60} as const;

/** How far before an address a symbol may stand, for the instructions between to be found from there. */
const NEAR_SYMBOL = 4096n;

/** Lines around the shown one that are written in the other syntax. */
const REWRITTEN = 80;

/** Lines behind an instruction in which the statement that it belongs to may end. */
const STATEMENT_REACH = 14;

const runs = new WeakMap<Recording, RunOfAddress>();
const known = new WeakMap<readonly CodeLine[], readonly ListingLine[]>();

function runsOf(recording: Recording): RunOfAddress {
	const found = runs.get(recording) ?? new RunOfAddress(recording);
	runs.set(recording, found);
	return found;
}

/** Lines of source with their statements of C; one on a line without code belongs to the code that follows. */
function withStatements(lines: readonly CodeLine[]): readonly ListingLine[] {
	const found = known.get(lines);
	if (found !== undefined) return found;
	let waiting: ReturnType<typeof parseStatement>;
	const made = lines.map(({number, text, address}): ListingLine => {
		const own = parseStatement(text);
		const statement = address === undefined ? undefined : own ?? waiting;
		waiting = address === undefined ? own ?? waiting : undefined;
		return {number, text, ...(address === undefined ? {} : {address}), ...(statement === undefined ? {} : {statement: `${'  '.repeat(statement.depth)}${statement.text}`})};
	});
	known.set(lines, made);
	return made;
}

/** Instructions in memory from an address on, until one stands behind another address and so many more have followed. */
function disassembled(laboratory: Laboratory, from: bigint, until: bigint, syntax: Syntax): ListingLine[] {
	const {recording: {machine}, names} = laboratory;
	const nameOf = (address: bigint): string | undefined => names.nameOf(address);
	const lines: ListingLine[] = [];
	let behind = 0;
	for (let address = from; behind < AROUND.BEHIND;) {
		const found = instructionText(machine, address, syntax, nameOf);
		if (found === undefined) break;
		lines.push({number: 0, text: found.text, address});
		address += BigInt(found.length);
		if (address > until) behind++;
	}

	return lines.slice(Math.max(0, lines.length - behind - AROUND.BEFORE));
}

/** Instructions around an address of which no source is known. From a symbol on they are surely whole. */
function withoutSource(laboratory: Laboratory, address: bigint, syntax: Syntax): ListingLine[] {
	const {program, recording: {kernel}} = laboratory;
	const nearest = program.symbols.nearest(address) ?? kernel.symbols.nearest(address);
	const start = nearest === undefined || nearest.offset > NEAR_SYMBOL ? address : address - nearest.offset;
	const lines = disassembled(laboratory, start, address, syntax);
	return lines.some(line => line.address === address) ? lines : disassembled(laboratory, address, address, syntax);
}

/** Lines with the other syntax beside those that have an instruction. */
function rewritten(laboratory: Laboratory, lines: readonly ListingLine[], at: number, syntax: Syntax): ListingLine[] {
	const {recording: {machine}, names} = laboratory;
	return lines.map((line, index): ListingLine => {
		if (line.address === undefined || Math.abs(index - at) > REWRITTEN) return line;
		const found = instructionText(machine, line.address, syntax, address => names.nameOf(address));
		if (found === undefined) return line;
		// A macro's line has several instructions.
		const next = names.lineOf(line.address + BigInt(found.length));
		const own = names.lineOf(line.address);
		return {...line, other: own !== undefined && next?.line === own.line && next.file === own.file ? `${found.text}; …` : found.text};
	});
}

/** The line whose statement of C an instruction belongs to: mostly it ends some lines further. */
function statementIndex(lines: readonly ListingLine[], at: number): number {
	for (let index = at; index >= 0 && index < Math.min(lines.length, at + STATEMENT_REACH); index++) {
		const {statement, address, text} = lines[index];
		if (statement !== undefined) return index;
		if (address === undefined && (text.trim() === '' || /^[A-Za-z_.]\w*:/.test(text))) return -1;
	}

	return -1;
}

/** Whether a text is written in Intel's syntax. */
const isIntel = (lines: readonly ListingLine[]): boolean => lines.some(({text}) => /^\s*\.intel_syntax\b/.test(text));

/** The lines of the file, or the instructions, that the code pane shows. */
function linesOf(laboratory: Laboratory, view: LabView): {readonly lines: readonly ListingLine[]; readonly file: string; readonly symbol: string; readonly other: Syntax} {
	const base = view.codeAt ?? view.moment.registers.rip;
	const {file, symbol, lines} = view.codeAt === undefined ? view.moment.code : laboratory.reader.codeAt(base);
	if (lines.length === 0) return {lines: withoutSource(laboratory, base, 'att'), file: '', symbol, other: 'intel'};
	const own = withStatements(lines);
	return {lines: own, file, symbol, other: isIntel(own) ? 'att' : 'intel'};
}

/** Index of the last line whose code begins at or before an address, in its file. */
function indexOfAddress(laboratory: Laboratory, lines: readonly ListingLine[], file: string, address: bigint): number {
	if (file === '') return lines.findIndex(line => line.address === address);
	const place = laboratory.reader.codeAt(address);
	return place.file === file ? lines.findIndex(({number}) => number === place.current) : -1;
}

/** What the panes speak of, and the code there. The machine may stand elsewhere afterwards. */
export interface Inspection {
	readonly inspected: Inspected;
	readonly listing: () => Listing;
}

function lookAt(laboratory: Laboratory, view: LabView, address: bigint, inspected: Inspected): Inspection {
	return {
		inspected,
		listing() {
			const shown: LabView = inspected.isAsked && view.focus !== 'code' ? {...view, codeAt: address} : view;
			const {lines, file, symbol, other} = linesOf(laboratory, shown);
			const at = indexOfAddress(laboratory, lines, file, address);
			const all = view.syntax === 'other' ? rewritten(laboratory, lines, at, other) : lines;
			return {file, symbol, lines: all, at, next: indexOfAddress(laboratory, lines, file, view.moment.registers.rip), statementAt: statementIndex(lines, at)};
		},
	};
}

/** What is marked in the code or among the events; else the last step, and the instruction that comes next. */
export function inspect(laboratory: Laboratory, view: LabView): Inspection {
	const {moment: {last, registers}} = view;
	const event = markedEvent(view);
	if (event !== undefined) {
		const {before: {rip}} = laboratory.recording.detail(event.step);
		return lookAt(laboratory, view, rip, {step: event.step, address: rip, isAsked: true});
	}

	const marked = isCodeMarked(view) ? codeLinesOf(linesOf(laboratory, view).lines).at(view.marks.code ?? 0)?.address : view.codeAt;
	if (marked !== undefined && marked !== registers.rip) {
		const step = runsOf(laboratory.recording).nearest(marked, laboratory.step);
		return lookAt(laboratory, view, marked, {...(step === undefined ? {} : {step}), address: marked, isAsked: true});
	}

	return lookAt(laboratory, view, registers.rip, {...(last === undefined ? {} : {step: last.step}), address: registers.rip, isAsked: false});
}
