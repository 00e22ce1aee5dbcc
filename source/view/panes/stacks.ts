import type {StackView, StackWord} from '../../trace/moment.js';
import type {LabView} from '../session.js';
import {fit, hex, hex64, line, type Row, span, type Tone} from '../text.js';
import type {GlyphTable} from '../theme.js';

const TITLES: Readonly<Record<StackView['name'], string>> = {thread: 'kernel stack', user: 'user stack', entry: 'trampoline stack', boot: 'boot stack'};

/** A word's line: its name or the end of its address, its value, and whether rsp points there. */
function wordRow(word: StackWord, pointer: bigint | undefined, glyphs: GlyphTable, nameWidth: number): Row {
	const tone: Tone = word.fresh ? 'changed' : word.filled ? 'value' : 'dim';
	const name = word.slot ? word.name! : hex(word.address & 0xffffn).slice(2).padStart(4, '0');
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

/** One stack with its heading. */
function column(stack: StackView, current: boolean, height: number, glyphs: GlyphTable, scroll: number): Row[] {
	const nameWidth = stack.name === 'thread' ? 7 : 4;
	const heading: Row = [span(TITLES[stack.name], stack.name === 'user' ? 'user' : 'kernel'), span(current ? ` ${glyphs.left} in use` : '', 'key')];
	return [heading, ...visible(stack, height - 1, scroll).map(word => wordRow(word, current || stack.name === 'user' ? stack.pointer : undefined, glyphs, nameWidth))];
}

/** Narrowest column in which a stack can be read. */
const COLUMN = 30;

/**
 * The kernel's stack and the program's, side by side where there is room, else the one in use. Addresses fall from top
 * to bottom. On the trampoline stack, that one stands where the program's does.
 */
export function paintStacks({moment, scroll}: LabView, width: number, height: number, glyphs: GlyphTable): Row[] {
	const {kernelStack, userStack, entryStack, stack} = moment;
	const kernel = column(kernelStack, stack === 'thread', height, glyphs, scroll.stacks ?? 0);
	const other = entryStack === undefined ? column(userStack, stack === 'user', height, glyphs, scroll.stacks ?? 0) : column(entryStack, true, height, glyphs, scroll.stacks ?? 0);
	if (width < COLUMN * 2 + 1) return stack === 'thread' ? kernel : other;
	const half = Math.floor((width - 1) / 2);
	const rows = Math.max(kernel.length, other.length);
	return Array.from({length: rows}, (_, index): Row => [
		...fit(kernel[index] ?? line(''), half, glyphs.ellipsis),
		span(glyphs.vertical, 'dim'),
		...fit(other[index] ?? line(''), width - half - 1, glyphs.ellipsis),
	]);
}
