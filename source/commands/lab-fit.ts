import type {Page} from '../lab/session/page.js';
import type {Measure} from '../lab/proof/text-checks.js';
import {GLYPHS} from '../view/glyphs.js';
import type {LabView} from '../view/lab-view.js';
import {layout} from '../view/layout.js';
import {lessonPane} from '../view/panes/lesson.js';

/** Screens on which every page must be seen whole. */
const SCREENS = [{width: 80, height: 24}, {width: 120, height: 40}] as const;

/** Rows and columns of a pane that its border and the space beside it take. */
const BORDER_ROWS = 2;
const BORDER_COLUMNS = 4;

/** A height at which any page is painted whole. */
const TALL = 1000;

/** What the lesson's pane and the layout look at of a view; the machine is not among it. */
const viewOf = (page: Page): LabView => ({title: page.title, lesson: page, page: 0, focus: 'lesson', spotlight: 'registers', set: 'crossing', zoomed: false, marks: {}, scroll: {}, slices: {}, hidden: []}) as unknown as LabView;

/** The space within the lesson's pane on a screen. */
function roomOf(view: LabView, width: number, height: number): {readonly width: number; readonly height: number} {
	const column = layout(view, width, height).find(({panes}) => panes.some(({pane}) => pane === 'lesson'));
	const rows = column?.panes.find(({pane}) => pane === 'lesson')?.height ?? height;
	return {width: (column?.width ?? width) - BORDER_COLUMNS, height: rows - BORDER_ROWS};
}

/** Whether a page fits the lesson's pane on every screen, with Unicode and with ASCII marks: colours take no room. */
export const measurePage: Measure = page => {
	const view = viewOf(page);
	for (const {width, height} of SCREENS) {
		const room = roomOf(view, width, height);
		for (const glyphs of Object.values(GLYPHS)) {
			// Without the blank row before what is to be done, which is left out where room is short.
			const needed = lessonPane.paint(view, {width: room.width, height: TALL, glyphs, mark: 0, isChosen: true}).length - 1;
			if (needed > room.height) return `at ${width}x${height} it takes ${needed} rows of ${room.width} columns, and there are ${room.height}`;
		}
	}

	return undefined;
};
