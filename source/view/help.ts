import {contextOf, refusalOf} from './availability.js';
import {type Command, COMMANDS, type Context, GROUPS} from './commands.js';
import type {GlyphTable} from './glyphs.js';
import {barOutsideLabs, keyBarOf} from './key-bar.js';
import type {Keymap} from './keymap.js';
import {PANES} from './panes/index.js';
import type {Session} from './session.js';
import {fit, line, type Row, span, wrap} from './text.js';

/** Columns of the keys, and of the names that are typed. */
const KEYS = 12;
const NAME = 15;
const MARGIN = KEYS + NAME + 3;

/** The groups, those of where the app stands first: the list of labs has other keys than a lab. */
function groupsFor(context: Context): readonly string[] {
	const first = context === 'menu' ? ['Menu', 'App'] : context === 'field' ? ['Typing'] : [];
	return [...first, ...GROUPS.filter(group => !first.includes(group))];
}

/** Rows of keys, a name to type, and a text, which goes on below where it does not fit. */
function entryRows(keys: string, name: string, text: string, width: number, isOff: boolean): Row[] {
	const [first = '', ...more] = wrap(text, Math.max(1, width - MARGIN));
	const tone = isOff ? 'dim' : 'plain';
	return [
		[span(`  ${keys.padEnd(KEYS)} `, isOff ? 'dim' : 'key'), span(name.padEnd(NAME), isOff ? 'dim' : 'name'), span(first, tone)],
		...more.map((part): Row => [span(' '.repeat(MARGIN)), span(part, tone)]),
	];
}

/** A command's rows: its keys, the name to type, what it does, and why not now. */
function commandRows(command: Command, session: Session, keymap: Keymap, glyphs: GlyphTable, width: number): Row[] {
	const refusal = refusalOf(command.name, session);
	const typed = command.group === 'Menu' || command.group === 'Typing' || command.name.startsWith('pane-') ? '' : command.name;
	return entryRows(keymap.allShown(command, glyphs), typed, refusal === undefined ? command.help : `${command.help} (not now: ${refusal})`, width, refusal !== undefined);
}

const paneRows = (width: number): Row[] => PANES.flatMap(({name, help}: {readonly name: string; readonly help: string}) => entryRows('', `show ${name}`, help, width, false));

/** All keys with what they do, in groups, and what the panes show. */
function helpRows(session: Session, keymap: Keymap, glyphs: GlyphTable, width: number): Row[] {
	// The help lies over what is below: that decides what can be done.
	const below = {...session};
	delete below.help;
	return [
		...groupsFor(contextOf(below)).flatMap((group): Row[] => [
			line(` ${group}`, 'title'),
			...COMMANDS.filter(command => command.group === group).flatMap(command => commandRows(command, below, keymap, glyphs, width)),
			[],
		]),
		line(' What the panes show', 'title'),
		...paneRows(width),
	];
}

/** Rows of the help that are not the list: its title and its keys. */
const CHROME = 2;

/** How far the help can be scrolled on a screen. */
export const helpScrollLimit = (session: Session, keymap: Keymap, width: number, height: number, glyphs: GlyphTable): number =>
	Math.max(0, helpRows(session, keymap, glyphs, width).length - (height - CHROME));

/** The help, over the whole screen. */
export function paintHelp(session: Session, keymap: Keymap, width: number, height: number, glyphs: GlyphTable): Row[] {
	const rows = helpRows(session, keymap, glyphs, width);
	const room = height - CHROME;
	const first = Math.min(session.help?.scroll ?? 0, Math.max(0, rows.length - room));
	const shown = Array.from({length: room}, (_, index) => fit(rows[first + index] ?? [], width, glyphs.ellipsis));
	const place = rows.length > room ? `   ${first + 1} to ${Math.min(rows.length, first + room)} of ${rows.length}` : '';
	return [
		fit([span(' Keys', 'title'), span('   behind each the word that can be typed after :', 'dim'), span(place, 'dim')], width, glyphs.ellipsis),
		...shown,
		keyBarOf(barOutsideLabs('help', keymap, glyphs), width),
	];
}
