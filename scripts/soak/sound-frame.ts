/** Whether a screen of the app is sound: filled, its borders closed. */

/** What is looked at. */
export interface ScreenText {
	readonly rows: readonly string[];
	readonly columns: number;
}

const TOP_LEFT = /[┌╒┏╔]/gu;

/** The other pieces of a box, by its first corner. */
const BOXES: ReadonlyMap<string, {readonly top: string; readonly right: string; readonly bottomLeft: string; readonly bottomRight: string; readonly side: string}> = new Map([
	['┌', {top: '─', right: '┐', bottomLeft: '└', bottomRight: '┘', side: '│'}],
	['╒', {top: '═', right: '╕', bottomLeft: '╘', bottomRight: '╛', side: '│'}],
	['┏', {top: '━', right: '┓', bottomLeft: '┗', bottomRight: '┛', side: '┃'}],
	['╔', {top: '═', right: '╗', bottomLeft: '╚', bottomRight: '╝', side: '║'}],
]);

/** The smallest screen that shows a lab. */
const SMALLEST = {columns: 80, rows: 24} as const;

/** Whether something lies over the panes. */
const hasOverlay = (rows: readonly string[]): boolean => /Esc leave it|^ ?Esc close/u.test(rows.at(-1) ?? '') || rows.some(row => row.includes('┏━ Note ━'));

/** A box: what is wrong with it, or how many cells it covers. */
function box(rows: readonly string[], top: number, left: number): string | number {
	const pieces = BOXES.get(rows[top].charAt(left));
	const right = pieces === undefined ? -1 : rows[top].indexOf(pieces.right, left + 1);
	if (pieces === undefined || right < 0) return `the box at ${left},${top} has no right corner`;
	let bottom = top + 1;
	while (bottom < rows.length && rows[bottom].charAt(left) === pieces.side) {
		if (rows[bottom].charAt(right) !== pieces.side) return `the box at ${left},${top} is open at ${right},${bottom}`;
		bottom++;
	}

	const last = rows.at(bottom)?.slice(left, right + 1);
	if (last !== pieces.bottomLeft + pieces.top.repeat(right - left - 1) + pieces.bottomRight) return `the box at ${left},${top} has no bottom: ${last ?? ''}`;
	return (right - left + 1) * (bottom - top + 1);
}

/** Rows below the panes: on a tall screen there is one more. */
const rowsBelow = (rows: number): number => (rows < 30 ? 2 : 3);

function labProblem({rows, columns}: ScreenText): string | undefined {
	let cells = 0;
	for (const [top, row] of rows.entries()) {
		for (const {index} of row.matchAll(TOP_LEFT)) {
			const found = box(rows, top, index);
			if (typeof found === 'string') return found;
			cells += found;
		}
	}

	const wanted = (rows.length - 1 - rowsBelow(rows.length)) * columns;
	return cells === wanted ? undefined : `the panes cover ${cells} cells of ${wanted}`;
}

/** What is wrong with a screen; undefined if nothing is. */
export function frameProblem(screen: ScreenText): string | undefined {
	const {rows, columns} = screen;
	if (rows.some(row => row.length > columns)) return 'a row is wider than the screen';
	if (columns < SMALLEST.columns || rows.length < SMALLEST.rows) return rows.some(row => row.includes('Terminal too small'.slice(0, columns - 1))) ? undefined : 'a screen that is too small does not say so';
	if ((rows.at(-1) ?? '').trim() === '') return 'there are no keys in the last row';
	if (!/ ring \d · /u.test(rows[0])) return undefined;
	return hasOverlay(rows) ? undefined : labProblem(screen);
}
