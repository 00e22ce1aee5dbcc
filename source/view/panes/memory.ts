import type {LabView} from '../lab-view.js';
import type {MemorySlice} from '../slices.js';
import {hex, hex64, line, type Row, rowWidth, span, type Tone, widthOf} from '../text.js';
import type {Pane, Room} from './pane.js';
import {firstShown, keepInSight, signSpan} from './values.js';

/** Bytes of a line, as they are marked and changed. */
export const MEMORY_LINE = 8;

/** Lines of memory in front of the address that was asked for, and in all. */
export const MEMORY_LINES = {BEFORE: 16, ALL: 64} as const;

/** Columns from which each byte stands by itself, and from which an address is whole. */
const SPACED = 44;
const WHOLE_ADDRESS = 58;

/** Digits of an address in a narrow pane. */
const SHORT_ADDRESS = 4;

const digits = (byte: number | undefined): string => (byte === undefined ? '··' : byte.toString(16).padStart(2, '0'));

const character = (byte: number | undefined): string => (byte === undefined || byte < 0x20 || byte > 0x7e ? '·' : String.fromCharCode(byte));

/** Addresses of the bytes that the last step wrote. */
function written({moment}: LabView): ReadonlySet<bigint> {
	const found = new Set<bigint>();
	for (const {write, address, bits} of moment.last?.accesses ?? []) {
		if (write) for (let offset = 0n; offset < BigInt(bits / 8); offset++) found.add(address + offset);
	}

	return found;
}

/** One line of memory: its address, its bytes, its characters. */
function memoryRow({from, bytes}: MemorySlice, index: number, fresh: ReadonlySet<bigint>, {width, glyphs, mark, isChosen}: Room): Row {
	const address = BigInt.asUintN(64, from + BigInt(index * MEMORY_LINE));
	const own = bytes.slice(index * MEMORY_LINE, (index + 1) * MEMORY_LINE);
	const isMarked = isChosen && index === mark;
	const name = width >= WHOLE_ADDRESS ? hex64(address) : hex64(address).slice(-SHORT_ADDRESS);
	const isFresh = own.map((_, offset) => fresh.has(BigInt.asUintN(64, address + BigInt(offset))));
	const sign = isMarked ? span(glyphs.pointer, 'key') : signSpan(isFresh.includes(true), glyphs.changed, 'changed');
	const row = [sign, span(name, isMarked ? 'selected' : 'dim'), span(' ')];
	for (const [offset, byte] of own.entries()) {
		const tone: Tone = isFresh[offset] ? 'changed' : byte === undefined || byte === 0 ? 'dim' : 'value';
		row.push(span(digits(byte), tone), span(width >= SPACED || offset % 2 === 1 ? ' ' : ''));
	}

	return [...row, span(own.map(byte => character(byte)).join(''), 'name')];
}

function paint(view: LabView, room: Room): readonly Row[] {
	const {memory} = view.slices;
	if (memory === undefined) return [];
	if (memory.bytes.every(byte => byte === undefined)) return [line(`Nothing is mapped at ${hex(subjectAddress(view))}.`), line('@ shows another address.', 'dim')];
	const {mark, isChosen} = room;
	const head = room.height > ROWS_FOR_REGION ? regionRows(memory, room.width) : [];
	const height = room.height - head.length;
	const lines = memory.bytes.length / MEMORY_LINE;
	const first = firstShown(lines, height, MEMORY_LINES.BEFORE - Math.min(2, Math.floor(height / 4)), view.scroll.memory);
	const kept = isChosen ? keepInSight(first, height, mark) : first;
	const fresh = written(view);
	return [...head, ...Array.from({length: Math.min(height, lines - kept)}, (_, index) => memoryRow(memory, kept + index, fresh, room))];
}

/** Rows from which what the memory belongs to is said above it. */
const ROWS_FOR_REGION = 4;

/** What the marked line belongs to, and what each ring may do there; in a narrow pane the rights alone. */
function regionRows({region}: MemorySlice, width: number): Row[] {
	const {name, mapped, user, kernel} = region;
	if (!mapped) return [line('not mapped here', 'dim')];
	const rights: Row = [span('ring 3 ', 'dim'), span(user, 'user'), span(' ring 0 ', 'dim'), span(kernel, 'kernel')];
	return [name === '' || rowWidth(rights) + widthOf(name) + 2 > width ? rights : [...rights, span(`  ${name}`, 'name')]];
}

/** The address that is shown: the one that was asked for, or where the stack pointer stands. */
export const subjectAddress = (view: LabView): bigint => view.address ?? view.moment.registers.general.rsp;

/** The first byte that is shown. */
export const firstAddress = (view: LabView): bigint => BigInt.asUintN(64, subjectAddress(view) - BigInt(MEMORY_LINES.BEFORE * MEMORY_LINE));

/** The address that a person means: that of the line that is marked, if one was. */
export const cursorAddress = (view: LabView): bigint => (view.marks.memory === undefined ? subjectAddress(view) : BigInt.asUintN(64, firstAddress(view) + BigInt(view.marks.memory * MEMORY_LINE)));

/** A line's bytes as they are typed. */
const lineBytes = ({bytes}: MemorySlice, index: number): string => bytes.slice(index * MEMORY_LINE, (index + 1) * MEMORY_LINE).map(byte => digits(byte)).join(' ');

/** Rights in words. */
function rightsText(letters: string): string {
	const deeds = [['r', 'read'], ['w', 'write'], ['x', 'run it']].filter(([letter]) => letters.includes(letter)).map(([, deed]) => deed);
	return deeds.length === 0 ? 'do nothing there' : deeds.join(' and ');
}

function tell(view: LabView): string[] {
	const {memory} = view.slices;
	if (memory === undefined) return [];
	const {region: {name, mapped, user, kernel}} = memory;
	const rights = mapped ? [`ring 3 may ${rightsText(user)}, ring 0 may ${rightsText(kernel)}${name === '' ? '' : `: ${name}`}`] : [];
	return [...rights, ...Array.from({length: 8}, (_, index) => {
		const at = MEMORY_LINES.BEFORE + index;
		const bytes = memory.bytes.slice(at * MEMORY_LINE, (at + 1) * MEMORY_LINE);
		return `at ${hex(BigInt.asUintN(64, memory.from + BigInt(at * MEMORY_LINE)))}: ${bytes.every(byte => byte === undefined) ? 'nothing is mapped' : `${lineBytes(memory, at)}, as text ${bytes.map(byte => character(byte)).join('')}`}`;
	})];
}

export const memoryPane: Pane<'memory'> = {
	name: 'memory', title: 'Memory', digit: 8,
	help: 'Bytes of memory; @ chooses the address, Enter changes the marked line',
	size: {least: 6, good: 12, grows: 1},
	views: {crossing: 6, memory: 2},
	needs: ['memory'],
	paint,
	subject: view => (view.address === undefined ? 'at rsp' : view.slices.memory?.name ?? hex(view.address)),
	changed(view) {
		const {memory} = view.slices;
		return memory !== undefined && [...written(view)].some(address => address >= memory.from && address < memory.from + BigInt(memory.bytes.length));
	},
	marks: {
		count: ({slices: {memory}}) => (memory === undefined ? 1 : memory.bytes.length / MEMORY_LINE),
		usual: () => MEMORY_LINES.BEFORE,
		action({slices: {memory}}, mark) {
			if (memory === undefined) return undefined;
			const address = BigInt.asUintN(64, memory.from + BigInt(mark * MEMORY_LINE));
			return {kind: 'change', target: `[${hex(address)}]`, title: `Change memory from ${hex(address)} on`, now: lineBytes(memory, mark), bytes: true};
		},
		label: 'change',
		stays: true,
	},
	tell,
};
