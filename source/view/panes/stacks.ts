import type {StackView, StackWord} from '../../trace/moment.js';
import type {LabView} from '../session.js';
import {fit, hex, hex64, type Row, span, type Tone} from '../text.js';
import type {GlyphTable} from '../theme.js';

const TITLES: Readonly<Record<StackView['name'], string>> = {thread: 'kernel stack', user: 'user stack', entry: 'trampoline stack', boot: 'boot stack'};

/** A word's line: its name or the end of its address, its value, and whether rsp points there. */
function wordRow(word: StackWord, pointer: bigint | undefined, glyphs: GlyphTable, nameWidth: number): Row {
	const tone: Tone = word.fresh ? 'changed' : word.filled ? 'value' : 'dim';
	const name = word.slot ? word.name ?? '' : hex(word.address & 0xffffn).slice(2).padStart(4, '0');
	const value = word.value === undefined ? 'not mapped' : word.slot && !word.filled ? '·' : hex64(word.value);
	const note = !word.slot && word.filled && word.name !== undefined ? ` ${word.name}` : '';
	const arrow = pointer === word.address ? ` ${glyphs.left}rsp` : '';
	return [span(word.fresh ? glyphs.changed : ' ', 'changed'), span(`${name.padEnd(nameWidth)} `, word.slot ? 'name' : 'dim'), span(value, tone), span(arrow, 'key'), span(note, 'dim')];
}

/** The part of a stack that fits: with the pointer in it, else its top. */
function visible({words, pointer}: StackView, height: number, scroll: number): readonly StackWord[] {
	if (words.length <= height) return words;
	const at = pointer === undefined ? 0 : words.findIndex(({address}) => address <= pointer);
	const wanted = (at < 0 ? words.length : at) - Math.floor((height * 2) / 3) + scroll;
	const first = Math.max(0, Math.min(words.length - height, wanted));
	return words.slice(first, first + height);
}

/** A stack on the screen: its view, and whether the processor uses it now. */
interface Column {
	readonly stack: StackView;
	readonly inUse: boolean;
}

/** One stack with its heading, in exactly `height` rows. */
function column({stack, inUse}: Column, height: number, glyphs: GlyphTable, scroll: number): Row[] {
	const nameWidth = stack.name === 'thread' ? 7 : 4;
	const heading: Row = [span(TITLES[stack.name], stack.name === 'user' ? 'user' : 'kernel'), span(inUse ? ` ${glyphs.left} in use` : '', 'key')];
	const rows = visible(stack, height - 1, scroll).map(word => wordRow(word, inUse ? stack.pointer : undefined, glyphs, nameWidth));
	return [heading, ...rows, ...Array.from({length: Math.max(0, height - 1 - rows.length)}, (): Row => [])];
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
