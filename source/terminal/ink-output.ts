import sliceAnsi from 'slice-ansi';
import stringWidth from 'string-width';
import {styledLine, type StyledLine} from './ink-line.js';
import {joinLines, paintLines, type PlacedLine} from './ink-row.js';
import {RecentCache} from './recent-cache.js';

/** Changes a line of text; Ink's `<Text color>` and `<Transform>` are such functions. */
type Transformer = (line: string, index: number) => string;

/** The area outside of which nothing is written; an axis without both bounds isn't clipped. */
interface Clip {
	readonly x1: number | undefined;
	readonly x2: number | undefined;
	readonly y1: number | undefined;
	readonly y2: number | undefined;
}

/** Lines of text, and where the first one begins. */
interface Block {
	readonly x: number;
	readonly y: number;
	readonly lines: readonly string[];
}

const widths = new RecentCache<string, number>(4000);
const slices = new RecentCache<string, string>(2000);

const widthOf = (line: string): number => widths.get(line, () => stringWidth(line));
const slice = (line: string, from: number, to: number): string =>
	slices.get(`${from},${to},${line}`, () => sliceAnsi(line, from, to));

/** The part of a block inside the clip's columns, or `undefined` if it is all outside. */
function clipColumns(block: Block, {x1, x2}: Clip): Block | undefined {
	if (x1 === undefined || x2 === undefined) {
		return block;
	}

	const {x, lines} = block;
	const widest = Math.max(...lines.map(line => widthOf(line)));
	if (x + widest < x1 || x > x2) {
		return undefined;
	}

	const from = Math.max(0, x1 - x);
	return {...block, x: Math.max(x, x1), lines: lines.map(line => slice(line, from, Math.min(widthOf(line), x2 - x)))};
}

/** The part of a block inside the clip's rows, or `undefined` if it is all outside. */
function clipRows(block: Block, {y1, y2}: Clip): Block | undefined {
	if (y1 === undefined || y2 === undefined) {
		return block;
	}

	const {y, lines} = block;
	if (y + lines.length < y1 || y > y2) {
		return undefined;
	}

	return {...block, y: Math.max(y, y1), lines: lines.slice(Math.max(0, y1 - y), Math.min(lines.length, y2 - y))};
}

/**
A replacement of Ink 6.8.0's `build/output.js`, put in its place when the program is bundled. It gives the same text.

Ink's own class makes an object for each cell of each frame and splits each line into characters anew. This one
remembers the lines of recent frames, and paints cells only in rows where texts overlap.
*/
export default class FastOutput {
	readonly width: number;
	readonly height: number;
	readonly #rows: PlacedLine[][];
	readonly #clips: Clip[] = [];

	constructor({width, height}: {width: number; height: number}) {
		this.width = width;
		this.height = height;
		this.#rows = Array.from({length: height}, () => []);
	}

	write(x: number, y: number, text: string, {transformers}: {transformers: readonly Transformer[]}): void {
		let block: Block | undefined = {x, y, lines: text.split('\n')};
		const clip = this.#clips.at(-1);
		if (clip) {
			block = clipColumns(block, clip);
			block &&= clipRows(block, clip);
		}

		if (block && text !== '') {
			this.#place(block, transformers);
		}
	}

	clip(clip: Clip): void {
		this.#clips.push(clip);
	}

	unclip(): void {
		this.#clips.pop();
	}

	get(): {output: string; height: number} {
		const rows = this.#rows.map(lines => joinLines(lines, this.width) ?? paintLines(lines, this.width));
		return {output: rows.join('\n'), height: this.height};
	}

	#place({x, y, lines}: Block, transformers: readonly Transformer[]): void {
		// Above the first row, as in Ink, nothing of a block is written, not even what would reach down into it.
		if (y < 0) {
			return;
		}

		for (const [index, original] of lines.entries()) {
			const row = this.#rows.at(y + index);
			if (!row) {
				return;
			}

			const text = transformers.reduce((line, transform) => transform(line, index), original);
			const line: StyledLine = styledLine(text);
			if (line.values.length > 0) {
				row.push({x, line});
			}
		}
	}
}
