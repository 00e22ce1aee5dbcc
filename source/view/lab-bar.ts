import {contextOf, refusalOf} from './availability.js';
import {type Command, COMMANDS} from './commands.js';
import type {GlyphTable} from './glyphs.js';
import {type BarEntry, barOfMarks, barOutsideLabs, keyBarOf} from './key-bar.js';
import type {Keymap} from './keymap.js';
import {isMarkable} from './marked-card.js';
import {paneNamed} from './panes/index.js';
import type {Session} from './session.js';
import type {Row} from './text.js';

const LAB_BAR: readonly Command[] = COMMANDS.filter(({bar}) => bar !== undefined).sort((a, b) => (a.bar ?? 0) - (b.bar ?? 0));

/** What Enter is called depends on the pane. */
function labelOf({name, label}: Command, {view}: Session): string {
	if (name !== 'enter' || view === undefined) return label;
	return paneNamed(view.focus).marks?.label ?? label;
}

/** The keys that matter where the app stands. */
export function barEntries(session: Session, keymap: Keymap, glyphs: GlyphTable): BarEntry[] {
	const context = contextOf(session);
	if (session.help === undefined && session.card !== undefined && isMarkable(session.card.card)) return barOfMarks(keymap, glyphs);
	if (context !== 'lab') return barOutsideLabs(context, keymap, glyphs);
	return LAB_BAR.flatMap(command => {
		const entry = {key: keymap.shown(command, glyphs), label: labelOf(command, session), isOff: refusalOf(command.name, session) !== undefined};
		return entry.key === '' || (entry.isOff && command.barWhenOn === true) ? [] : [entry];
	});
}

/** The key bar: the screen's last row. */
export const paintKeyBar = (session: Session, keymap: Keymap, width: number, glyphs: GlyphTable): Row => keyBarOf(barEntries(session, keymap, glyphs), width);
