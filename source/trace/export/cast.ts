/** One picture of a recorded terminal. */
export interface CastFrame {
	/** Seconds since the recording began; none is before the one before it. */
	readonly time: number;
	/** The rows from the top down, as they are written to a terminal: text with SGR sequences, each row for itself. */
	readonly rows: readonly string[];
}

/** What a player is told beforehand. */
export interface CastOptions {
	readonly columns: number;
	readonly rows: number;
	readonly title?: string;
	/** Seconds of stillness that a player is to show at most. */
	readonly idle?: number;
}

const ESC = '\u001b';

/** Clears the screen and hides the cursor, which means nothing in a recording. */
const BEGIN = `${ESC}[?25l${ESC}[2J`;

/** Attributes off, and what is left of the row cleared. */
const END_OF_ROW = `${ESC}[0m${ESC}[K`;

/** Digits of a second that are kept. */
const PRECISION = 1e6;

/** Writes a row at its place; rows count from 0. */
const writeRow = (row: number, text: string): string => `${ESC}[${row + 1};1H${text}${END_OF_ROW}`;

/** What turns one picture into the next: the rows that differ. */
function difference(before: readonly string[], after: readonly string[], height: number): string {
	return Array.from({length: height}, (_, row) => row)
		.filter(row => (before.at(row) ?? '') !== (after.at(row) ?? ''))
		.map(row => writeRow(row, after.at(row) ?? ''))
		.join('');
}

/**
 * Pictures of a terminal as an asciicast, version 2: a line of JSON that tells the size, then one for each picture that
 * differs from the one before it. Only changed rows are written.
 * https://docs.asciinema.org/manual/asciicast/v2/
 * @throws RangeError if a picture is before the one before it
 */
export function castOf(frames: readonly CastFrame[], {columns, rows, title, idle}: CastOptions): string {
	const header = {version: 2, width: columns, height: rows, ...(title === undefined ? {} : {title}), ...(idle === undefined ? {} : {idle_time_limit: idle})};
	const lines = [JSON.stringify(header)];
	let shown: readonly string[] = [];
	let last = 0;
	for (const [index, {time, rows: picture}] of frames.entries()) {
		if (!(time >= last)) throw new RangeError(`picture ${index} is at ${time} s, behind one at ${last} s: give them in the order of their times`);
		last = time;
		const change = `${index === 0 ? BEGIN : ''}${difference(shown, picture, rows)}`;
		shown = picture;
		// The last picture is kept even if nothing has changed: it tells how long the one before it was shown.
		if (change !== '' || index === frames.length - 1) lines.push(JSON.stringify([Math.round(time * PRECISION) / PRECISION, 'o', change]));
	}

	return `${lines.join('\n')}\n`;
}
