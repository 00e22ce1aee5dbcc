/** Sentences for people who don't see the screen, or want none: what the panes show otherwise. */
import type {AppState} from './app-state.js';
import {contextOf} from './availability.js';
import {type Command, COMMANDS, GROUPS} from './commands.js';
import type {Keymap} from './keymap.js';
import type {LabView} from './lab-view.js';
import {menuEntries, type MenuEntry} from './menu.js';
import {codePane} from './panes/code.js';
import {describeEvent, eventsBetween} from './panes/events.js';
import {lessonPane} from './panes/lesson.js';
import {PANES} from './panes/index.js';
import {printable} from './text.js';

/** Commands that move a mark or arrange a screen: without a screen they mean nothing. */
const FOR_SCREENS: ReadonlySet<string> = new Set([
	'enter', 'up', 'down', 'page-up', 'page-down', 'next-pane', 'previous-pane', 'zoom', 'view', 'palette', 'redraw', 'theme', 'play', 'faster', 'slower', 'back', 'suspend', 'interrupt',
]);

/** Whether a command can be given without a screen. */
export const isPlain = ({name, group}: Command): boolean => group !== 'Menu' && group !== 'Typing' && !name.startsWith('pane-') && !FOR_SCREENS.has(name);

/** The ring in words. */
const ringOf = ({moment}: LabView): string => (moment.registers.cpl === 3 ? 'ring 3, user mode' : `ring ${moment.registers.cpl}, the kernel`);

/** The source of the instruction that comes next. */
function nextOf(view: LabView): string {
	const {code} = view.moment;
	const found = code.lines.find(({number}) => number === code.current);
	if (found === undefined) return `no source is known for what comes next, at ${code.symbol === '' ? 'an address without a name' : code.symbol}`;
	return `next comes ${printable(found.text.trim().replaceAll(/\s+/g, ' '))}, line ${found.number} of ${code.file}`;
}

/** Where the machine stands, in a sentence. */
export const tellPlace = (view: LabView): string => `Step ${view.moment.step - view.origin} of ${view.moment.length - view.origin}${view.moment.hasEnded ? '' : ' so far'}, ${ringOf(view)}; ${nextOf(view)}.`;

/** Events of one movement that are told; of more only the last ones. */
const TOLD = 16;

/** What happened between two moments, the newest last. */
function tellEvents(before: LabView, after: LabView): string[] {
	const events = eventsBetween(after.moment.events, before.moment.step, after.moment.step);
	const left = events.length - TOLD;
	return [...(left > 0 ? [`${left} events before these are left out.`] : []), ...events.slice(-TOLD).map(event => `${event.step + 1 - after.origin}: ${describeEvent(event)}.`)];
}

/** What a movement of the machine did: one step in one sentence, more in the events on the way. */
function tellMovement(before: LabView, after: LabView): string[] {
	const steps = after.moment.step - before.moment.step;
	if (steps === 0) return [];
	if (steps === 1) return [`${after.moment.step - after.origin}: ${after.sentence}`];
	if (steps > 1) return [...tellEvents(before, after), `${steps} steps further. ${tellPlace(after)}`];
	return [`Back by ${steps === -1 ? 'one step' : `${-steps} steps`}. ${tellPlace(after)}`];
}

/** What the program has printed since. */
function tellOutput(before: LabView, after: LabView): string[] {
	const printed = after.moment.console.startsWith(before.moment.console) ? after.moment.console.slice(before.moment.console.length) : '';
	return printed === '' ? [] : [`The program prints: ${printable(printed.replace(/\n$/, '').replaceAll('\n', ' / '))}`];
}

/** What is new on a page: goals that were judged, a hint, the solution, what an answer was worth. */
function tellLesson(before: LabView, after: LabView): string[] {
	if (after.lesson === undefined || after.lesson === before.lesson) return [];
	const known = new Set(lessonPane.tell?.(before) ?? []);
	return (lessonPane.tell?.(after) ?? []).filter(sentence => !known.has(sentence));
}

/** What has changed from one view to another. */
export function tellChange(before: LabView, after: LabView): string[] {
	const isPage = after.lesson?.number !== before.lesson?.number;
	const notice = after.notice === undefined || after.notice === before.notice ? [] : [after.notice];
	const told = [...(isPage ? [tellPlace(after)] : tellMovement(before, after)), ...tellOutput(before, after), ...notice, ...(isPage ? [] : tellLesson(before, after))];
	return isPage ? [...lessonPane.tell?.(after) ?? [], ...told] : told;
}

/** What is said when a lab or a program has been opened. */
export const tellOpened = (view: LabView): string[] => [`${view.title}.`, ...lessonPane.tell?.(view) ?? [], tellPlace(view)];

/** The code around what comes next, in sentences. */
export const tellCode = (view: LabView): readonly string[] => codePane.tell?.(view) ?? [];

function entryText(entry: MenuEntry, index: number): string {
	const number = `${index + 1}: `;
	switch (entry.kind) {
		case 'resume':
			return `${number}go on with ${entry.title}${entry.place === '' ? '' : `, ${entry.place}`}`;
		case 'lab': {
			const {title, minutes, track, progress, summary} = entry.lab;
			const facts = [...(track === undefined ? [] : [`${track} track`]), ...(minutes > 0 ? [`${minutes} minutes`] : []), ...(progress === undefined ? [] : [`${progress.done} of ${progress.of} pages done`])];
			return `${number}lab ${entry.number}, ${title}, ${summary}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`;
		}

		case 'free':
			return `${number}free play: the program of ${entry.lab.title} without its lesson`;
		case 'file':
			return `${number}a program of your own: type open and the path of a .s file or an executable`;
	}
}

/** What can be chosen, by number. */
export const tellMenu = (state: AppState): string[] => ['Choose by number:', ...menuEntries(state).map(entryText), 'help lists the commands, quit leaves.'];

/** How a command is typed: its name, and the key that does the same. */
function commandText(command: Command, keymap: Keymap): string {
	const key = keymap.keysOf(command).find(each => each.length === 1 && each !== ' ');
	const argument = command.argument === undefined ? '' : ` ${command.argument.toUpperCase()}`;
	return `${command.name}${argument}${key === undefined ? '' : `, or ${key}`}: ${command.help}.`;
}

/** All commands that can be typed where the app stands, and the panes that can be read. */
export function tellHelp(state: AppState): string[] {
	const context = contextOf(state.session);
	const rows = GROUPS.flatMap(group => COMMANDS.filter(command => command.group === group && isPlain(command) && command.contexts.includes(context)));
	return [
		'Type a command and press Enter. A number behind step, over and continue does it as often.',
		...(context === 'lab' ? ['Enter alone goes on in the lesson, or runs one step where there is none.', 'where tells where the machine stands; rdi=77 changes a register.'] : ['A number opens an entry; labs lists them again.']),
		...rows.map(command => commandText(command, state.keymap)),
		...(context === 'lab' ? ['What can be read, by its name:', ...PANES.map(({name, help}: {readonly name: string; readonly help: string}) => `${name}: ${help}.`)] : []),
	];
}

