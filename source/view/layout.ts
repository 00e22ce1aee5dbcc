import type {LabView} from './lab-view.js';
import {paneNamed, type PaneName, panesOf} from './panes/index.js';

/** A pane in a column, with its whole size, borders included. */
export interface Placed {
	readonly pane: PaneName;
	readonly height: number;
}

/** A column of panes. */
export interface Column {
	readonly width: number;
	readonly panes: readonly Placed[];
}

/** Rows from which the sentence about the last step has a row of its own. */
const TALL = 30;

/** Rows of the screen that are not panes: the title, the sentence where there is room, the timeline and the key bar. */
export const chromeRows = (height: number): number => (height >= TALL ? 4 : 3);

/** Whether the sentence about the last step has a row of its own. */
export const hasSentence = (height: number): boolean => height >= TALL;

/** Widths of columns on screens that are at least as wide as the first number; what is left goes to the column of lesson and code. */
const COLUMNS: readonly (readonly [from: number, widths: readonly number[]])[] = [
	[240, [52, 66, 48]],
	[200, [52, 70]],
	[172, [52, 66]],
	[150, [52, 42]],
	[118, [41, 38]],
];

/** Columns from which the stacks get some of what is left over, for the names beside their words; and how many at most. */
const EXTRA = {FROM: 200, MOST: 16} as const;

function columnWidths(width: number): number[] {
	const [from, fixed] = COLUMNS.find(([least]) => width >= least) ?? [0, [Math.ceil(width / 2)]];
	const extra = from === EXTRA.FROM ? Math.min(EXTRA.MOST, width - EXTRA.FROM) : 0;
	const others = fixed.map((own, index) => own + (index === 1 ? extra : 0));
	return [width - others.reduce((sum, own) => sum + own, 0), ...others];
}

/** A column while it is being filled. */
class Stack {
	/** From the top; with the importance by which rows are given out, 0 first. */
	private readonly panes: {pane: PaneName; readonly order: number}[] = [];

	constructor(
		readonly width: number,
		readonly height: number,
	) {}

	/** Rows that are left when every pane has as many as are good for it. */
	get left(): number {
		return this.panes.reduce((sum, {pane}) => sum - paneNamed(pane).size.good, this.height);
	}

	/** Whether a pane can be added without squeezing those that are there, and is of more than a little use then. */
	hasRoomFor(pane: PaneName): boolean {
		const {least, good} = paneNamed(pane).size;
		return this.panes.every(placed => placed.pane === 'code') || this.left >= Math.ceil((least + good) / 2);
	}

	/** Adds a pane below the others; the code stays the lowest. */
	add(pane: PaneName, order = this.panes.length): void {
		const code = this.panes.findIndex(placed => placed.pane === 'code');
		this.panes.splice(code < 0 ? this.panes.length : code, 0, {pane, order});
	}

	/** Shows a pane in the place of another. */
	replace(old: PaneName, by: PaneName): void {
		for (const placed of this.panes) if (placed.pane === old) placed.pane = by;
	}

	/** The panes with their heights, which fill the column. */
	placed(): Placed[] {
		const heights = new Map(this.panes.map(({pane}) => [pane, Math.min(paneNamed(pane).size.least, this.height)]));
		let left = [...heights.values()].reduce((sum, rows) => sum - rows, this.height);
		const give = (pane: PaneName, rows: number): void => {
			const given = Math.max(0, Math.min(left, rows));
			heights.set(pane, (heights.get(pane) ?? 0) + given);
			left -= given;
		};

		// First each its good number, the important ones before the others; then the rest to those that grow.
		for (const {pane} of [...this.panes].sort((a, b) => a.order - b.order)) give(pane, paneNamed(pane).size.good - (heights.get(pane) ?? 0));
		const shares = this.panes.reduce((sum, {pane}) => sum + paneNamed(pane).size.grows, 0);
		const rest = left;
		for (const {pane} of this.panes) if (shares > 0) give(pane, Math.floor((rest * paneNamed(pane).size.grows) / shares));
		const last = this.panes.findLast(({pane}) => shares === 0 || paneNamed(pane).size.grows > 0);
		if (last !== undefined) give(last.pane, left);
		return this.panes.map(({pane}) => ({pane, height: heights.get(pane) ?? 0}));
	}
}

/** The pane that must be seen besides lesson and code: the chosen one, or the one that the step speaks of. */
function wantedPane({focus, spotlight}: LabView): PaneName {
	return [focus, spotlight].find(pane => pane !== 'lesson' && pane !== 'code') ?? 'registers';
}

/** Puts the code below the lesson, or where there is no room for that at the bottom of the last column. */
function placeCode([first, ...others]: readonly Stack[]): void {
	first.add('lesson');
	if (first.left >= paneNamed('code').size.least) first.add('code');
	else others[others.length - 1].add('code', 1);
}

/** Two columns: the lesson; and the wanted pane above the code, with as many others as there is room for. */
function placeFew(view: LabView, [, column]: readonly Stack[]): void {
	const wanted = wantedPane(view);
	column.add(wanted, 0);
	for (const pane of panesOf(view.set)) if (pane !== wanted && column.hasRoomFor(pane)) column.add(pane);
}

/** Each pane of the view into the column that has the most room for it. */
function placeMany(view: LabView, [, ...columns]: readonly Stack[]): void {
	const shown: {readonly pane: PaneName; readonly column: Stack}[] = [];
	for (const pane of panesOf(view.set)) {
		const column = [...columns].filter(each => each.hasRoomFor(pane)).sort((a, b) => b.left - a.left).at(0);
		if (column === undefined) continue;
		column.add(pane, shown.length);
		shown.push({pane, column});
	}

	const wanted = wantedPane(view);
	if (shown.some(({pane}) => pane === wanted)) return;
	// The wanted one takes the place of another one that leaves it enough rows: in the widest column the least important one.
	const rows = ({pane, column}: (typeof shown)[number]): number => column.placed().find(placed => placed.pane === pane)?.height ?? 0;
	const enough = shown.slice(1).reverse().filter(place => rows(place) >= paneNamed(wanted).size.least).sort((a, b) => b.column.width - a.column.width);
	const place = enough.at(0) ?? shown.at(-1);
	place?.column.replace(place.pane, wanted);
}

/** Where the panes stand on a screen of this size. The columns fill it without a gap. */
export function layout(view: LabView, width: number, height: number): Column[] {
	const rows = height - chromeRows(height);
	if (view.zoomed) return [{width, panes: [{pane: view.focus, height: rows}]}];
	const columns = columnWidths(width).map(own => new Stack(own, rows));
	placeCode(columns);
	if (columns.length === 2) placeFew(view, columns);
	else placeMany(view, columns);
	return columns.map(column => ({width: column.width, panes: column.placed()}));
}

/** The panes that are on the screen. */
export const visiblePanes = (view: LabView, width: number, height: number): PaneName[] => layout(view, width, height).flatMap(({panes}) => panes.map(({pane}) => pane));
