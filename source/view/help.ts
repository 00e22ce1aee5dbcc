import {COMMANDS} from './commands.js';
import {keyBarOf} from './key-bar.js';
import {fit, line, type Row, span} from './text.js';

/** All keys with what they do, in groups. */
function helpRows(): Row[] {
	const groups = [...new Set(COMMANDS.map(({group}) => group))];
	return groups.flatMap((group): Row[] => [
		line(` ${group}`, 'title'),
		...COMMANDS.filter(command => command.group === group).map((command): Row => [span(`   ${command.shown.padEnd(10)}`, 'key'), span(command.help)]),
		[],
	]);
}

/** How far the help can be scrolled on a screen. */
export const helpScrollLimit = (height: number): number => Math.max(0, helpRows().length - (height - 2));

/** The help, over the whole screen. */
export function paintHelp(scroll: number, width: number, height: number): Row[] {
	const rows = helpRows();
	const room = height - 2;
	const first = Math.min(scroll, helpScrollLimit(height));
	const shown = Array.from({length: room}, (_, index) => fit(rows[first + index] ?? [], width));
	const more = first + room < rows.length;
	return [fit(line(' Keys', 'title'), width), ...shown, keyBarOf([['Esc', 'close'], ...(rows.length > room ? [['↑ ↓', more ? 'more' : 'scroll'] as const] : []), ['q', 'quit']], width)];
}
