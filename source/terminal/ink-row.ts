import {innerText, plain, transition, type Style, type StyledLine} from './ink-line.js';

/** A line of text on a row, from column `x`. */
export interface PlacedLine {
	readonly x: number;
	readonly line: StyledLine;
}

/** The text of a row whose lines stand side by side, or `undefined` if two overlap or one begins left of the row. */
export function joinLines(lines: readonly PlacedLine[], width: number): string | undefined {
	const ordered = lines.length > 1 ? lines.toSorted((one, other) => one.x - other.x) : lines;
	let text = '';
	let style = plain;
	let column = 0;
	for (const {x, line} of ordered) {
		if (x < column) {
			return undefined;
		}

		// Beyond the row's width there are no blank cells.
		const gap = Math.min(x, width) - column;
		if (gap > 0) {
			text += transition(style, plain) + ' '.repeat(gap);
			style = plain;
		}

		text += transition(style, line.styles[0]) + line.inner;
		style = line.styles.at(-1) ?? plain;
		column = x + line.values.length;
	}

	return (text + transition(style, plain)).trimEnd();
}

/** The text of a row cell by cell: what was written later covers what was written before. */
export function paintLines(lines: readonly PlacedLine[], width: number): string {
	const values: string[] = Array.from({length: width}, () => ' ');
	const styles: Style[] = Array.from({length: width}, () => plain);
	for (const {x, line} of lines) {
		for (let index = Math.max(0, -x); index < line.values.length; index++) {
			values[x + index] = line.values[index];
			styles[x + index] = line.styles[index];
		}
	}

	// Between the row's width and a text beyond it there are no cells.
	const present = [...values.keys()].filter(column => column in values);
	const cellStyles = present.map(column => styles[column]);
	const opening = transition(plain, cellStyles[0] ?? plain);
	const closing = transition(cellStyles.at(-1) ?? plain, plain);
	return (opening + innerText(present.map(column => values[column]), cellStyles) + closing).trimEnd();
}
