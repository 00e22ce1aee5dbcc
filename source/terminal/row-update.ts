import {parseStyledRow, styledSpan, type StyledRow} from './styled-row.js';

/** One row of the screen, as it is and as it should be. */
export interface RowChange {
	/** Counted from 0. */
	readonly row: number;
	/** The screen's width. */
	readonly columns: number;
	readonly before: string;
	readonly after: string;
}

// Moving the cursor costs about as much as sending this many cells again.
const worthSkipping = 8;
const plain = '\u001B[m';
const eraseRight = '\u001B[K';

const goTo = (row: number, column: number): string => `\u001B[${row + 1};${column + 1}H`;

// The erasing comes first: after a full row the cursor still stands on the last column, and would erase it.
const wholeRow = ({row, after}: RowChange): string => goTo(row, 0) + eraseRight + after + (after.includes('\u001B') ? plain : '');

function sameCell(one: StyledRow, other: StyledRow, column: number): boolean {
	return (one.characters[column] ?? ' ') === (other.characters[column] ?? ' ')
		&& (one.styles[column] ?? '') === (other.styles[column] ?? '');
}

/** The stretches of columns that differ; near ones are joined. */
function changedSpans(before: StyledRow, after: StyledRow, columns: number): readonly (readonly [from: number, to: number])[] {
	const end = Math.min(columns, Math.max(before.characters.length, after.characters.length));
	const spans: [number, number][] = [];
	for (let column = 0; column < end; column++) {
		if (sameCell(before, after, column)) {
			continue;
		}

		const last = spans.at(-1);
		if (last && column - last[1] < worthSkipping) {
			last[1] = column + 1;
		} else {
			spans.push([column, column + 1]);
		}
	}

	return spans;
}

function changedCells(change: RowChange, before: StyledRow, after: StyledRow): string {
	const length = Math.min(change.columns, after.characters.length);
	let text = '';
	for (const [from, to] of changedSpans(before, after, change.columns)) {
		text += goTo(change.row, Math.min(from, length)) + styledSpan(after, from, Math.min(to, length));
		// Only the last span can reach beyond the new text, and then the whole rest of the row is blank.
		if (to > length) {
			text += eraseRight;
		}
	}

	return text;
}

/**
The text that turns one row of the screen into another; empty if they are the same.

Rows of single-width characters are compared cell by cell. In any other row, what a terminal makes of the characters is
not known well enough to write from the middle, so all of it is sent.
*/
export function rowUpdate(change: RowChange): string {
	if (change.before === change.after) {
		return '';
	}

	const whole = wholeRow(change);
	const before = parseStyledRow(change.before);
	const after = before && parseStyledRow(change.after);
	if (!after) {
		return whole;
	}

	const cells = changedCells(change, before, after);
	return cells.length < whole.length ? cells : whole;
}
