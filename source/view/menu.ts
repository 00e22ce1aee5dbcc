import type {LabEntry} from '../lab/catalogue.js';
import {keyBarOf} from './key-bar.js';
import {fit, line, type Row, span, wrap} from './text.js';
import type {GlyphTable} from './theme.js';

/** The keys of the menu. */
const MENU_KEYS: readonly (readonly [string, string])[] = [['↑ ↓', 'choose'], ['Enter', 'open'], ['?', 'help'], ['q', 'quit']];

const INTRODUCTION =
	'One program asks the kernel to print a line. Walk with it: from user mode through the SYSCALL instruction, the stack switch and the saved registers, ' +
	'to the kernel’s answer and back. Everything you see is read from an emulated x86-64 machine that runs real machine code.';

/** What stands above the list of labs. */
export function menuHead(width: number): Row[] {
	const inner = Math.min(76, width - 4);
	return [
		fit(line(' syscall-lab', 'title'), width),
		fit([], width),
		...wrap(INTRODUCTION, inner).map(text => fit(line(`  ${text}`), width)),
		fit([], width),
		fit(line('  Choose a lab:', 'strong'), width),
		fit([], width),
	];
}

/** One lab in the list. */
export function menuItem(entry: LabEntry, index: number, selected: boolean, width: number, glyphs: GlyphTable): Row {
	const mark = selected ? `  ${glyphs.pointer} ` : '    ';
	const minutes = entry.minutes > 0 ? `${entry.minutes} min` : '';
	return fit([span(mark, 'key'), span(`${index + 1}. `, 'dim'), span(entry.title, selected ? 'current' : 'strong'), span(`  ${entry.summary}`), span(`  ${minutes}`, 'dim')], width, glyphs.ellipsis);
}

/** Labs that the list shows at a time. */
export const menuLimit = (height: number, width: number): number => Math.max(1, height - menuHead(width).length - 2);

/** The last row of the menu. */
export const menuKeys = (width: number): Row => keyBarOf(MENU_KEYS, width);

/** The whole menu as it first appears, before anything that can choose in it is loaded. */
export function paintMenu(labs: readonly LabEntry[], selected: number, width: number, height: number, glyphs: GlyphTable): Row[] {
	const items = labs.slice(0, menuLimit(height, width)).map((entry, index) => menuItem(entry, index, index === selected, width, glyphs));
	const rows = [...menuHead(width), ...items];
	while (rows.length < height - 1) rows.push(fit([], width));
	return [...rows.slice(0, height - 1), menuKeys(width)];
}
