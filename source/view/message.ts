import type {AppState} from './app-state.js';
import {barOutsideLabs, keyBarOf} from './key-bar.js';
import {fit, line, type Row, wrap} from './text.js';

/** A screen with one message: what is being done, or what went wrong and what to do. */
export function paintMessage({session: {screen, message}, width, height, keymap, theme: {glyphs}}: AppState): Row[] {
	const failed = screen === 'failed';
	const text = failed ? message.split('\n').flatMap(part => wrap(part, width - 4)) : wrap(`Opening ${message} ${glyphs.ellipsis}`, width - 4);
	const rows = [fit(line(' syscall-lab', 'title'), width), fit([], width), ...text.map(part => fit(line(`  ${part}`, failed ? 'error' : 'plain'), width))];
	while (rows.length < height - 1) rows.push(fit([], width));
	const bar = barOutsideLabs('message', keymap, glyphs).filter(({label}) => failed || label === 'quit');
	return [...rows.slice(0, height - 1), keyBarOf(bar, width)];
}
