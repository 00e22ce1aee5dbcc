import type {LabView} from '../lab-view.js';
import type {ViewSetName} from '../view-sets.js';
import {codePane} from './code.js';
import {consolePane} from './console.js';
import {eventsPane} from './events.js';
import {flagsPane} from './flags.js';
import {hardwarePane} from './hardware.js';
import {lessonPane} from './lesson.js';
import {bootPane, pathPane} from './diagrams.js';
import {branchesPane, callsPane, mapsPane, processPane, systemPane, tablesPane, tasksPane, walkPane} from './machine.js';
import {memoryPane} from './memory.js';
import type {Pane} from './pane.js';
import {registersPane} from './registers.js';
import {stacksPane} from './stacks.js';
import {stracePane} from './strace.js';
import {vectorPane} from './vector.js';

/**
 * The panes, in the order in which Tab goes through them.
 *
 * To add one: write it in a file of its own, as a `Pane` (pane.ts says what each field is), and add it here. What it needs
 * beyond the moment is a slice: add its type to slices.ts, and its reader to the table in ui/slice-readers.ts.
 */
export const PANES = [lessonPane, registersPane, codePane, stacksPane, eventsPane, consolePane, hardwarePane, memoryPane, flagsPane, vectorPane, stracePane, callsPane, pathPane, bootPane, walkPane, mapsPane, processPane, tablesPane, systemPane, tasksPane, branchesPane] as const;

export type PaneName = (typeof PANES)[number]['name'];

const BY_NAME: ReadonlyMap<string, Pane<PaneName>> = new Map<string, Pane<PaneName>>(PANES.map(pane => [pane.name, pane]));

/** A pane by its name. */
export function paneNamed(name: PaneName): Pane<PaneName> {
	return BY_NAME.get(name) ?? registersPane;
}

/** The pane that a digit chooses. */
export const paneOfDigit = (digit: number): PaneName | undefined => PANES.find(pane => pane.digit === digit)?.name;

/** Whether a text is a pane's name. */
export const isPaneName = (name: string): name is PaneName => BY_NAME.has(name);

/** The panes of a view besides the lesson and the code, the most important first. */
export function panesOf(set: ViewSetName): PaneName[] {
	const places = PANES.flatMap((pane: Pane<PaneName>) => {
		const place = pane.views[set];
		return place === undefined ? [] : [{name: pane.name, place}];
	});
	return places.sort((a, b) => a.place - b.place).map(({name}) => name);
}

/** The mark of a pane, within its lines. */
export function markOf(view: LabView, name: PaneName): number {
	const {marks} = paneNamed(name);
	if (marks === undefined) return 0;
	return Math.max(0, Math.min(marks.count(view) - 1, view.marks[name] ?? marks.usual(view)));
}

/** Whether a pane is one of the two that every view has. */
export const isLessonOrCode = (name: PaneName): boolean => name === 'lesson' || name === 'code';

/** The pane before or behind another one, in the order of the table, among those of a view. */
export function nextPane(name: PaneName, set: ViewSetName, by: number): PaneName {
	const own = panesOf(set);
	const ring = PANES.map(pane => pane.name).filter(each => isLessonOrCode(each) || own.includes(each) || each === name);
	return ring[(ring.indexOf(name) + by + ring.length) % ring.length];
}
