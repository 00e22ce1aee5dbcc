import {terminalSize} from './capabilities.js';
import type {OutputStream} from './host.js';
import {rowUpdate} from './row-update.js';

/** A cell of the screen, counted from 0. */
export interface CursorPosition {
	readonly column: number;
	readonly row: number;
}

/** What the writer has been given and has sent, for benches and tests. */
export interface FrameCounters {
	/** Frames given to `draw`. */
	drawn: number;
	/** Frames that changed the screen. */
	sent: number;
	/** Frames that a newer one replaced before they were sent. */
	dropped: number;
	/** Bytes sent, in UTF-8. */
	bytes: number;
}

/** Options of {@link FrameWriter}. */
export interface FrameWriterOptions {
	/** Frames are not sent while this says no: the screen is the shell's. */
	readonly isActive?: () => boolean;
}

interface Frame {
	readonly rows: readonly string[];
	readonly cursor: CursorPosition | undefined;
}

const beginSynchronized = '\u001B[?2026h';
const endSynchronized = '\u001B[?2026l';
const hideCursor = '\u001B[?25l';
const showCursor = '\u001B[?25h';
const clearScreen = '\u001B[m\u001B[2J';

const moveTo = ({row, column}: CursorPosition): string => `\u001B[${row + 1};${column + 1}H`;

/**
Paints whole frames, and sends only the cells that changed, inside synchronized output (DEC private mode 2026).

The first frame of a turn of the event loop goes out at once. Later ones of the same turn, and those given while the
terminal still takes what was sent, wait; only the newest is kept. So a held key never makes the screen lag.
*/
export class FrameWriter {
	readonly counters: FrameCounters = {drawn: 0, sent: 0, dropped: 0, bytes: 0};

	readonly #output: OutputStream;
	readonly #isActive: () => boolean;
	/** The rows on the screen, or `undefined` if it must be cleared. */
	#shown: readonly string[] | undefined;
	#shownCursor: CursorPosition | undefined;
	#newest: Frame | undefined;
	#waiting: Frame | undefined;
	#turn: NodeJS.Immediate | undefined;
	#needsDrain = false;
	#isClosed = false;

	constructor(output: OutputStream, options: FrameWriterOptions = {}) {
		this.#output = output;
		this.#isActive = options.isActive ?? (() => true);
		output.on('resize', this.invalidate);
		output.on('drain', this.#drained);
	}

	/** Shows these rows, each a text with SGR styles and no wider than the screen. No cursor is shown unless given. */
	draw(rows: readonly string[], cursor?: CursorPosition): void {
		this.counters.drawn++;
		if (this.#waiting) {
			this.counters.dropped++;
		}

		this.#newest = {rows, cursor};
		this.#waiting = this.#newest;
		this.#flush();
	}

	/** Forgets what is on the screen: the next frame clears it and sends every row. */
	readonly invalidate = (): void => {
		this.#shown = undefined;
	};

	/** Clears the screen and sends the newest frame again: after a resume, or when something else wrote on the screen. */
	repaint(): void {
		this.invalidate();
		this.#waiting = this.#newest;
		this.#flush();
	}

	/** Draws no more. */
	close(): void {
		this.#isClosed = true;
		this.#waiting = undefined;
		clearImmediate(this.#turn);
		this.#output.off('resize', this.invalidate);
		this.#output.off('drain', this.#drained);
	}

	readonly #drained = (): void => {
		this.#needsDrain = false;
		this.#flush();
	};

	readonly #turnEnded = (): void => {
		this.#turn = undefined;
		this.#flush();
	};

	#flush(): void {
		const frame = this.#waiting;
		if (!frame || this.#turn || this.#needsDrain || this.#isClosed || !this.#isActive()) {
			return;
		}

		this.#waiting = undefined;
		const text = this.#update(frame);
		if (text === '') {
			return;
		}

		this.counters.sent++;
		this.counters.bytes += Buffer.byteLength(text);
		this.#turn = setImmediate(this.#turnEnded);
		this.#needsDrain = !this.#output.write(text);
	}

	/** What must be sent to turn the screen into `frame`; nothing if it is that already. */
	#update({rows, cursor}: Frame): string {
		const size = terminalSize(this.#output);
		const visible = rows.slice(0, size.rows);
		let text = this.#shown ? '' : clearScreen;
		const before = this.#shown ?? [];
		for (let row = 0; row < Math.max(visible.length, before.length); row++) {
			text += rowUpdate({row, columns: size.columns, before: before[row] ?? '', after: visible[row] ?? ''});
		}

		this.#shown = visible;
		const wasShown = this.#shownCursor;
		this.#shownCursor = cursor;
		if (text === '' && cursor?.column === wasShown?.column && cursor?.row === wasShown?.row) {
			return '';
		}

		const hide = wasShown ? hideCursor : '';
		const show = cursor ? moveTo(cursor) + showCursor : '';
		return beginSynchronized + hide + text + show + endSynchronized;
	}
}
