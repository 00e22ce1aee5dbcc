import type {LabView} from './lab-view.js';
import {markOf, paneNamed} from './panes/index.js';

/**
 * The place that is marked in the chosen pane, as it is typed: `rdi`, `[0x404000]:8`, `cf`. What can be changed is a place.
 * Undefined where nothing of that kind is marked.
 */
export function markedPlace(view: LabView): string | undefined {
	const action = paneNamed(view.focus).marks?.action(view, markOf(view, view.focus));
	if (action?.kind === 'change') return action.target;
	return action?.kind === 'apply' ? action.changes.split('=').at(0) : undefined;
}
