import {keyBarOf} from './key-bar.js';
import {fit, line, type Row, wrap} from './text.js';

/** A screen with one message: what is being done, or what went wrong and what to do. */
export function paintMessage(kind: 'opening' | 'failed', message: string, width: number, height: number): Row[] {
	const failed = kind === 'failed';
	const text = failed ? message.split('\n').flatMap(part => wrap(part, width - 4)) : [`Opening ${message} …`];
	const rows = [fit(line(' syscall-lab', 'title'), width), fit([], width), ...text.map(part => fit(line(`  ${part}`, failed ? 'error' : 'plain'), width))];
	while (rows.length < height - 1) rows.push(fit([], width));
	return [...rows.slice(0, height - 1), keyBarOf(failed ? [['Esc', 'back to the menu'], ['q', 'quit']] : [['q', 'quit']], width)];
}
