import type {StackView, StackWord} from '../../trace/moment.js';
import type {LabView} from '../session.js';
import {errorNumber, fit, hex, hex64, type Row, span, type Tone} from '../text.js';
import type {GlyphTable} from '../theme.js';

/** What the stacks are called. */
export const STACK_TITLES: Readonly<Record<StackView['name'], string>> = {thread: 'kernel stack', user: 'user stack', entry: 'trampoline stack', boot: 'boot stack'};

/** What a word means, beside its value: an error number in pt_regs->ax, the code that an address is of. */
const noteOf = ({slot, name, value}: StackWord): string => (slot ? (name === 'ax' ? errorNumber(value ?? 0n) : '') : name === undefined ? '' : ` ${name}`);

/** A word's line: its name or the end of its address, its value, and whether rsp points there. */
function wordRow(word: StackWord, pointer: bigint | undefined, glyphs: GlyphTable, nameWidth: number): Row {
	const tone: Tone = word.fresh ? 'changed' : word.filled ? 'value' : 'dim';
	const name = word.slot ? word.name ?? '' : hex(word.address & 0xffffn).slice(2).padStart(4, '0');
	const value = word.value === undefined ? 'not mapped' : word.slot && !word.filled ? '·' : hex64(word.value);
	const note = word.filled ? noteOf(word) : '';
	const arrow = pointer === word.address ? ` ${glyphs.left}rsp` : '';
	return [span(word.fresh ? glyphs.changed : ' ', 'changed'), span(`${name.padEnd(nameWidth)} `, word.slot ? 'name' : 'dim'), span(value, tone), span(arrow, 'key'), span(note, 'dim')];
}

/** The line above a kernel stack's first word: an empty stack's pointer stands there. Its address is whole. */
function topRow(top: bigint, pointer: bigint | undefined, glyphs: GlyphTable): Row {
	return [span(` ${hex64(top)} top`, 'dim'), span(pointer === top ? ` ${glyphs.left}rsp` : '', 'key')];
}

/** The words of a stack that are worth a line: above the last page of a program's stack there are none. */
function mappedWords({words, pointer}: StackView): readonly StackWord[] {
	const first = words.findIndex(({address, value}) => value !== undefined || address === pointer);
	return words.slice(Math.max(0, first));
}

/** All lines of a stack, and the one with the pointer. */
function stackRows(stack: StackView, inUse: boolean, glyphs: GlyphTable): {readonly rows: readonly Row[]; readonly at: number} {
	const nameWidth = stack.name === 'thread' ? 7 : 4;
	const words = mappedWords(stack);
	const {pointer} = stack;
	const shown = inUse ? pointer : undefined;
	const above = stack.name === 'user' || words.length === 0 ? [] : [topRow(words[0].address + 8n, shown, glyphs)];
	const rows = [...above, ...words.map(word => wordRow(word, shown, glyphs, nameWidth))];
	const at = pointer === undefined ? 0 : words.findIndex(({address}) => address <= pointer) + above.length;
	return {rows, at};
}

/** The lines that fit: from the top, or so that the pointer and the word below it are in sight. */
function visible(rows: readonly Row[], at: number, height: number, scroll: number): readonly Row[] {
	const first = Math.max(0, Math.min(rows.length - height, Math.max(0, at + 2 - height) + scroll));
	return rows.slice(first, first + height);
}

/** A stack on the screen: its view, and whether the processor uses it now. */
interface Column {
	readonly stack: StackView;
	readonly inUse: boolean;
}

/** One stack with its heading, in exactly `height` rows. */
function column({stack, inUse}: Column, height: number, glyphs: GlyphTable, scroll: number): Row[] {
	const heading: Row = [span(STACK_TITLES[stack.name], stack.name === 'user' ? 'user' : 'kernel'), span(inUse ? ` ${glyphs.left} in use` : '', 'key')];
	const {rows, at} = stackRows(stack, inUse, glyphs);
	const shown = visible(rows, at, height - 1, scroll);
	return [heading, ...shown, ...Array.from({length: Math.max(0, height - 1 - shown.length)}, (): Row => [])];
}

/** Narrowest column in which a stack can be read. */
const COLUMN_WIDTH = 30;

/** Fewest rows in which one stack can stand above the other, and rows of the one below then. */
const TWO_HIGH = 24;
const SECOND_ROWS = 6;

/**
 * The kernel's stack and the program's: side by side where there is room, else one above the other, else the one in
 * use. Addresses fall from top to bottom. While the trampoline stack is in use, it stands where the program's does.
 */
export function paintStacks({moment, scroll}: LabView, width: number, height: number, glyphs: GlyphTable): Row[] {
	const {kernelStack, userStack, entryStack, stack} = moment;
	const kernel: Column = {stack: kernelStack, inUse: stack === 'thread'};
	const other: Column = entryStack === undefined ? {stack: userStack, inUse: stack === 'user'} : {stack: entryStack, inUse: true};
	const by = scroll.stacks ?? 0;
	if (width >= COLUMN_WIDTH * 2 + 1) return sideBySide(column(kernel, height, glyphs, by), column(other, height, glyphs, by), width, glyphs);
	if (height >= TWO_HIGH) return [...column(kernel, height - SECOND_ROWS, glyphs, by), ...column(other, SECOND_ROWS, glyphs, by)];
	return column(kernel.inUse ? kernel : other, height, glyphs, by);
}

function sideBySide(left: readonly Row[], right: readonly Row[], width: number, glyphs: GlyphTable): Row[] {
	const half = Math.floor((width - 1) / 2);
	return left.map((row, index): Row => [
		...fit(row, half, glyphs.ellipsis),
		span(glyphs.vertical, 'dim'),
		...fit(right[index] ?? [], width - half - 1, glyphs.ellipsis),
	]);
}
