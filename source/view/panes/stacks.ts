import type {StackView, StackWord} from '../../trace/moment.js';
import type {GlyphTable} from '../glyphs.js';
import type {LabView} from '../lab-view.js';
import {errorNumber, fit, hex, hex64, type Row, span, type Tone} from '../text.js';
import type {Pane, Room} from './pane.js';
import {keepInSight, signSpan, valueSpans} from './values.js';

/** What the stacks are called. */
export const STACK_TITLES: Readonly<Record<StackView['name'], string>> = {thread: 'kernel stack', user: 'user stack', entry: 'trampoline stack', boot: 'boot stack', exception: 'exception’s own stack'};

/** What a word means, beside its value: an error number in pt_regs->ax, the code that an address is of. */
const noteOf = ({slot, name, value}: StackWord): string => (slot ? (name === 'ax' ? errorNumber(value ?? 0n) : '') : name === undefined ? '' : ` ${name}`);

/** The value of a word, or why there is none. */
function wordValue({value, slot, filled}: StackWord, tone: Tone): Row {
	if (value === undefined) return [span('not mapped', 'dim')];
	if (slot && !filled) return [span('·', 'dim')];
	return tone === 'dim' ? [span(hex64(value), tone)] : valueSpans(value, tone);
}

/** How a stack is drawn. */
interface Drawn {
	readonly glyphs: GlyphTable;
	readonly nameWidth: number;
	/** Where rsp stands, if the processor uses this stack now. */
	readonly pointer: bigint | undefined;
	/** The word that is marked. */
	readonly marked: bigint | undefined;
}

/** A word's line: its name or the end of its address, its value, and whether rsp points there. */
function wordRow(word: StackWord, {glyphs, nameWidth, pointer, marked}: Drawn): Row {
	const isMarked = word.address === marked;
	const tone: Tone = isMarked ? 'selected' : word.fresh ? 'changed' : word.filled ? 'value' : 'dim';
	const name = word.slot ? word.name ?? '' : hex(word.address & 0xffffn).slice(2).padStart(4, '0');
	const sign = isMarked ? span(glyphs.pointer, 'key') : signSpan(word.fresh, glyphs.changed, 'changed');
	const arrow = pointer === word.address ? ` ${glyphs.left}rsp` : '';
	return [sign, span(`${name.padEnd(nameWidth)} `, word.slot ? 'name' : 'dim'), ...wordValue(word, tone), span(arrow, 'key'), span(word.filled ? noteOf(word) : '', 'dim')];
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

/** Whether a row above the words shows a stack's end. */
const hasTop = ({name}: StackView, words: readonly StackWord[]): boolean => name !== 'user' && words.length > 0;

/** Index of the word that the pointer stands at or above. */
function pointerIndex({pointer}: StackView, words: readonly StackWord[]): number {
	return pointer === undefined ? 0 : Math.max(0, words.findIndex(({address}) => address <= pointer));
}

/** A stack on the screen. */
interface Column {
	readonly stack: StackView;
	/** Whether the processor uses it now. */
	readonly inUse: boolean;
	/** Index of the marked word, if one of this stack is marked. */
	readonly mark: number | undefined;
	readonly scroll: number;
	/** Words that were pushed, but are still to appear. */
	readonly hidden: ReadonlySet<bigint>;
}

/** One stack with its heading, in exactly `height` rows. */
function columnRows({stack, inUse, mark, scroll, hidden}: Column, height: number, glyphs: GlyphTable): Row[] {
	const heading: Row = [span(STACK_TITLES[stack.name], stack.name === 'user' ? 'user' : 'kernel'), span(inUse ? ` ${glyphs.left} in use` : '', 'key')];
	const words = mappedWords(stack).map(word => (hidden.has(word.address) ? {...word, filled: false, fresh: false} : word));
	const pointer = inUse ? stack.pointer : undefined;
	const drawn: Drawn = {glyphs, nameWidth: stack.name === 'thread' ? 7 : 4, pointer, marked: mark === undefined ? undefined : words.at(mark)?.address};
	const top = hasTop(stack, words) ? 1 : 0;
	const rows = [...(top === 1 ? [topRow(words[0].address + 8n, pointer, glyphs)] : []), ...words.map(word => wordRow(word, drawn))];
	const space = height - 1;
	// From the top, or so that the pointer and the word below it are in sight.
	const usual = Math.max(0, Math.min(rows.length - space, Math.max(0, pointerIndex(stack, words) + top + 2 - space) + scroll));
	const first = mark === undefined ? usual : keepInSight(usual, space, mark === 0 ? 0 : mark + top);
	const shown = rows.slice(first, first + space);
	return [heading, ...shown, ...Array.from({length: Math.max(0, space - shown.length)}, (): Row => [])];
}

/** Narrowest column in which a stack can be read. */
const COLUMN_WIDTH = 30;

/** Fewest rows in which one stack can stand above the other: the upper one with all its pt_regs, the lower one with little. */
const TWO_HIGH = 27;

/** Rows of the upper stack in which the heading, all pt_regs and one word below stand; and rows of the lower one at most. */
const UPPER_ROWS = 23;
const LOWER_MOST = 8;

/** The stack that can be marked: the one in use. */
const stackInUse = ({moment: {stack, kernelStack, userStack, entryStack}}: LabView): StackView => entryStack ?? (stack === 'thread' ? kernelStack : userStack);

/**
 * The kernel's stack and the program's: side by side where there is room, else one above the other, else the one in
 * use. Addresses fall from top to bottom. While the trampoline stack is in use, it stands where the program's does.
 */
function paint(view: LabView, {width, height, glyphs, mark, isChosen}: Room): readonly Row[] {
	const {moment: {kernelStack, userStack, entryStack, stack}, scroll} = view;
	const common = {scroll: scroll.stacks ?? 0, hidden: new Set(view.hidden)};
	const column = (shown: StackView, inUse: boolean): Column => ({...common, stack: shown, inUse, mark: isChosen && inUse ? mark : undefined});
	const kernel = column(kernelStack, stack === 'thread');
	const other = entryStack === undefined ? column(userStack, stack === 'user') : column(entryStack, true);
	if (width >= COLUMN_WIDTH * 2 + 1) return sideBySide(columnRows(kernel, height, glyphs), columnRows(other, height, glyphs), width, glyphs);
	const lower = Math.min(LOWER_MOST, height - UPPER_ROWS);
	if (height >= TWO_HIGH) return [...columnRows(kernel, height - lower, glyphs), ...columnRows(other, lower, glyphs)];
	return columnRows(kernel.inUse ? kernel : other, height, glyphs);
}

function sideBySide(left: readonly Row[], right: readonly Row[], width: number, glyphs: GlyphTable): Row[] {
	const half = Math.floor((width - 1) / 2);
	return left.map((row, index): Row => [
		...fit(row, half, glyphs.ellipsis),
		span(glyphs.divider, 'dim'),
		...fit(right[index] ?? [], width - half - 1, glyphs.ellipsis),
	]);
}

/** What a word is called in sentences. */
const wordTitle = ({slot, name, address}: StackWord): string => (slot && name !== undefined ? `pt_regs->${name}` : `the word at ${hex(address)}`);

function tell(view: LabView): string[] {
	const stack = stackInUse(view);
	const words = mappedWords(stack).filter(({filled}) => filled);
	return [
		`the ${STACK_TITLES[stack.name]} is in use${stack.pointer === undefined ? '' : `, rsp is ${hex(stack.pointer)}`}`,
		...words.slice(-TOLD).reverse().map(word => `${wordTitle(word)} holds ${word.value === undefined ? 'nothing, it is not mapped' : hex(word.value)}${noteOf(word)}${word.fresh ? ', just written' : ''}`),
	];
}

/** Words that are read out, from the pointer up. */
const TOLD = 22;

export const stacksPane: Pane<'stacks'> = {
	name: 'stacks', title: 'Stacks', digit: 4,
	help: 'The kernel’s stack with the slots of pt_regs, and the program’s stack',
	size: {least: 8, good: 26, grows: 3},
	views: {crossing: 2, processor: 6, memory: 3},
	paint,
	changed: ({moment: {kernelStack, userStack, entryStack}}) => [kernelStack, userStack, entryStack].some(stack => stack?.words.some(({fresh}) => fresh)),
	marks: {
		count: view => mappedWords(stackInUse(view)).length,
		usual(view) {
			const stack = stackInUse(view);
			return pointerIndex(stack, mappedWords(stack));
		},
		action(view, mark) {
			const word = mappedWords(stackInUse(view)).at(mark);
			if (word?.value === undefined) return undefined;
			return {kind: 'change', target: `[${hex(word.address)}]:8`, title: `Change ${wordTitle(word)}`, now: hex(word.value)};
		},
		label: 'change',
		stays: false,
	},
	tell,
};
