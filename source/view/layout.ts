import type {LabView, PaneName} from './session.js';

/** The smallest screen that shows a lab. */
export const SMALLEST = {width: 80, height: 24} as const;

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

/** Rows of the screen that are not panes: the title, the timeline and the key bar. */
export const CHROME_ROWS = 3;

/** A pane's share of its column: a fixed number of rows, or a part of what is left. */
interface Share {
	readonly pane: PaneName;
	readonly rows?: number;
}

/** Registers, flags and segment lines, with borders. */
const REGISTER_ROWS = 25;

/** Gives each pane of a column its rows; those without a fixed number share the rest. */
function stack(shares: readonly Share[], height: number): Placed[] {
	const fixed = shares.reduce((sum, {rows}) => sum + (rows ?? 0), 0);
	const flexible = shares.filter(({rows}) => rows === undefined).length;
	const part = Math.floor((height - fixed) / Math.max(1, flexible));
	let left = height;
	return shares.map(({pane, rows}, index) => {
		const own = index === shares.length - 1 ? left : rows ?? part;
		left -= own;
		return {pane, height: own};
	});
}

/** Rows of code on a small screen, with borders. */
const SMALL_CODE_ROWS = 7;

/** The pane that follows the step, where there is room for only one. */
function following({editor, focus, spotlight}: LabView): PaneName {
	if (editor !== undefined) return 'registers';
	return [focus, spotlight].find(pane => pane !== 'lesson' && pane !== 'code') ?? 'registers';
}

/** Two columns: the lesson; and one pane that follows the step, above the code. */
function small(view: LabView, width: number, height: number): Column[] {
	const left = Math.floor(width / 2);
	return [
		{width: left, panes: stack([{pane: 'lesson'}], height)},
		{width: width - left, panes: stack([{pane: following(view)}, {pane: 'code', rows: Math.max(SMALL_CODE_ROWS, Math.floor(height / 3))}], height)},
	];
}

/** Width from which a register's old value is shown whole, and the columns that this takes. */
const WIDE = 150;
const WHOLE_REGISTERS = 52;

/** Width from which the two stacks stand side by side, and the columns that this takes. */
const VERY_WIDE = 172;
const TWO_STACKS = 66;

/** Width from which the stacks get some of the columns, for the names beside their words; and how many at most. */
const EXTRA_FROM = 200;
const EXTRA_COLUMNS = 20;

/** Rows in which a page of a lesson fits, with borders. */
const LESSON_ROWS = 20;

/** Three columns: lesson and code; registers and events; stacks and console. */
function large(width: number, height: number): Column[] {
	const middle = width >= WIDE ? WHOLE_REGISTERS : 41;
	const extra = Math.max(0, Math.min(EXTRA_COLUMNS, width - EXTRA_FROM));
	const right = width >= VERY_WIDE ? TWO_STACKS + extra : 38;
	const left = width - middle - right;
	return [
		{width: left, panes: stack([{pane: 'lesson', rows: LESSON_ROWS}, {pane: 'code'}], height)},
		{width: middle, panes: stack([{pane: 'registers', rows: Math.min(REGISTER_ROWS, height - 6)}, {pane: 'events'}], height)},
		{width: right, panes: stack([{pane: 'stacks'}, {pane: 'console', rows: Math.max(6, Math.floor(height * 0.18))}], height)},
	];
}

/** Where the panes stand on a screen of this size. The columns fill it without a gap. */
export function layout(view: LabView, width: number, height: number): Column[] {
	const rows = height - CHROME_ROWS;
	if (view.zoomed) return [{width, panes: [{pane: view.focus, height: rows}]}];
	return width < 118 || height < 34 ? small(view, width, rows) : large(width, rows);
}
