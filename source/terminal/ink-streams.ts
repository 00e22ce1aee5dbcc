import {EventEmitter} from 'node:events';
import {terminalSize} from './capabilities.js';
import type {FrameWriter} from './frame-writer.js';
import type {OutputStream} from './host.js';

/**
The `stdin` that Ink gets. Ink 6.8 listens to `readable` and calls `read()` until it gives null, and takes all characters
of one `read()` as one key: so each key is announced and read alone.
*/
export class InkStdin extends EventEmitter {
	readonly isTTY = true;
	/** Called when a component of Ink begins to listen. */
	onListening: (() => void) | undefined;
	#next: string | null = null;

	constructor() {
		super();
		this.setMaxListeners(0);
		this.on('newListener', event => {
			if (event === 'readable') {
				// The component's own effects run after this one: it hears only then.
				setImmediate(() => this.onListening?.());
			}
		});
	}

	/** For Ink's `render(…, {stdin})`. */
	get stream(): NodeJS.ReadStream {
		return this as unknown as NodeJS.ReadStream;
	}

	/** Whether a component of Ink listens. */
	get isListening(): boolean {
		return this.listenerCount('readable') > 0;
	}

	/** Hands over one key's characters. */
	deliver(sequence: string): void {
		this.#next = sequence;
		this.emit('readable');
		this.#next = null;
	}

	read(): string | null {
		const next = this.#next;
		this.#next = null;
		return next;
	}

	// The session owns the real terminal's modes: what Ink asks of its stdin is taken as done.
	setRawMode(): this {
		return this;
	}

	setEncoding(): this {
		return this;
	}

	ref(): this {
		return this;
	}

	unref(): this {
		return this;
	}

	pause(): this {
		return this;
	}

	resume(): this {
		return this;
	}
}

// Besides frames, Ink writes an empty text or a line end when it unmounts, and cursor modes, which the session owns.
const noFrame = /^(?:\n|\u001B\[\?25[hl])?$/u;

/**
The `stdout` that Ink gets. With `debug: true, patchConsole: false` Ink 6.8 neither erases nor clears: each write is the
whole frame, which goes to the frame writer.
*/
export class InkStdout extends EventEmitter {
	readonly isTTY = true;
	readonly writable = true;
	readonly #writer: FrameWriter;
	readonly #output: OutputStream;

	constructor(writer: FrameWriter, output: OutputStream) {
		super();
		this.setMaxListeners(0);
		this.#writer = writer;
		this.#output = output;
		output.on('resize', this.#resized);
	}

	/** For Ink's `render(…, {stdout})`. */
	get stream(): NodeJS.WriteStream {
		return this as unknown as NodeJS.WriteStream;
	}

	get columns(): number {
		return terminalSize(this.#output).columns;
	}

	get rows(): number {
		return terminalSize(this.#output).rows;
	}

	write(frame: string, written?: () => void): boolean {
		if (!noFrame.test(frame)) {
			this.#writer.draw(frame.split('\n'));
		}

		written?.();
		return true;
	}

	/** Passes on no more resizes. */
	close(): void {
		this.#output.off('resize', this.#resized);
	}

	readonly #resized = (): void => {
		this.emit('resize');
	};
}
