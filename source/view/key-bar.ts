import {type Command, type CommandName, COMMANDS, type Context} from './commands.js';
import type {GlyphTable} from './glyphs.js';
import type {Keymap} from './keymap.js';
import {fit, type Row, span, type Span, widthOf} from './text.js';

/** A key with a word on it; dimmed if it does nothing now. */
export interface BarEntry {
	readonly key: string;
	readonly label: string;
	readonly isOff?: boolean;
}

/** Keys with a word on each, as many as fit, in their order. */
export function keyBarOf(entries: readonly BarEntry[], width: number): Row {
	const spans: Span[] = [span(' ')];
	let used = 1;
	for (const {key, label, isOff = false} of entries) {
		const size = widthOf(key) + widthOf(label) + 3;
		// Two blanks stand behind each word; those of the last one may be cut off.
		if (used + size > width + 2) break;
		used += size;
		spans.push(span(key, isOff ? 'dim' : 'key'), span(` ${label}  `, isOff ? 'dim' : 'plain'));
	}

	return fit(spans, width, '');
}

/** A command, and the word for it where that of the table doesn't fit. */
type Named = readonly [name: CommandName, label?: string];

/** The commands of the key bars outside of labs, in their order, with the words for them where those of the table don't fit. */
const BARS: Readonly<Record<Exclude<Context, 'lab'>, readonly Named[]>> = {
	menu: [['menu-up'], ['menu-down', 'choose'], ['menu-open'], ['open'], ['search'], ['palette'], ['help'], ['quit'], ['theme']],
	help: [['back'], ['up'], ['down', 'scroll'], ['page-down'], ['quit']],
	message: [['menu', 'back to the menu'], ['open'], ['quit']],
	field: [['field-accept'], ['field-cancel'], ['field-complete'], ['field-up'], ['field-down', 'mark'], ['help']],
};

const commandOf = (name: CommandName): Command | undefined => COMMANDS.find(command => command.name === name);

/** The keys of a card whose parts can be marked. */
const MARKS_BAR: readonly Named[] = [['enter', 'go there'], ['back'], ['up'], ['down', 'mark'], ['quit']];

/** The keys that matter outside of labs. */
export const barOutsideLabs = (context: Exclude<Context, 'lab'>, keymap: Keymap, glyphs: GlyphTable): BarEntry[] => barOf(BARS[context], keymap, glyphs, context === 'field');

/** The keys that matter while a card is open whose parts can be marked. */
export const barOfMarks = (keymap: Keymap, glyphs: GlyphTable): BarEntry[] => barOf(MARKS_BAR, keymap, glyphs, false);

/** The keys of some commands. Up and down share a word. */
function barOf(names: readonly Named[], keymap: Keymap, glyphs: GlyphTable, whileTyping: boolean): BarEntry[] {
	const keys = names.flatMap(([name, label]) => {
		const command = commandOf(name);
		// A letter types itself into a field: there another key must be shown.
		const key = command === undefined ? '' : keymap.shown(command, glyphs, whileTyping);
		return command === undefined || key === '' ? [] : [{key, label: label ?? command.label}];
	});
	return keys.flatMap((entry, index) => {
		if (entry.label === 'up') return [];
		return [keys[index - 1]?.label === 'up' ? {...entry, key: `${keys[index - 1].key} ${entry.key}`} : entry];
	});
}
