import {StringDecoder} from 'node:string_decoder';
import type {InputStream, OutputStream} from './host.js';

/** Where lines are read from and written to. */
export interface LineStreams {
	readonly input: InputStream;
	readonly output: OutputStream;
	/** Signals: the process. */
	readonly events: NodeJS.EventEmitter;
}

/** Characters of a line at most: what is longer is cut. */
const longest = 4096;

/** Reads lines as the terminal gives them, one at a time, and writes text; without a screen, keys or colours. */
export class LineReader {
	/** What Ctrl+C does while something runs; by itself it ends the input. */
	onInterrupt: (() => void) | undefined;
	readonly #streams: LineStreams;
	readonly #decoder = new StringDecoder('utf8');
	readonly #lines: string[] = [];
	#rest = '';
	#hasEnded = false;
	#isBroken = false;
	#isAsked = false;
	#wake: (() => void) | undefined;

	constructor(streams: LineStreams) {
		this.#streams = streams;
		const {input, output, events} = streams;
		input.on('data', this.#read);
		input.on('end', this.#ended);
		input.on('error', this.#ended);
		// Nobody reads what is written any more: there is nobody to tell.
		output.on('error', this.#broken);
		events.on('SIGINT', this.#interrupted);
		input.resume();
	}

	/** Writes text, as long as somebody reads it. */
	write(text: string): void {
		if (!this.#isBroken) {
			this.#streams.output.write(text);
		}
	}

	/** The next line without its end; `undefined` when there is none any more. */
	async next(prompt: string): Promise<string | undefined> {
		if (this.#lines.length === 0 && !this.#hasEnded) {
			if (this.#streams.input.isTTY === true && this.#streams.output.isTTY === true) {
				this.write(prompt);
			}

			this.#isAsked = true;
			await new Promise<void>(resolve => {
				this.#wake = resolve;
			});
			this.#isAsked = false;
		}

		return this.#lines.shift();
	}

	/** Reads no more; lines that were read already are dropped. */
	end(): void {
		this.#lines.length = 0;
		this.#rest = '';
		this.#ended();
	}

	readonly #read = (chunk: Buffer | string): void => {
		const parts = (this.#rest + (typeof chunk === 'string' ? chunk : this.#decoder.write(chunk))).split(/\r\n|\r|\n/u);
		this.#rest = (parts.pop() ?? '').slice(0, longest);
		this.#lines.push(...parts.map(line => line.slice(0, longest)));
		if (this.#lines.length > 0) {
			this.#wake?.();
		}
	};

	readonly #interrupted = (): void => {
		if (this.#isAsked || !this.onInterrupt) {
			this.end();
		} else {
			this.onInterrupt();
		}
	};

	readonly #broken = (): void => {
		this.#isBroken = true;
		this.end();
	};

	readonly #ended = (): void => {
		if (this.#rest !== '') {
			this.#lines.push(this.#rest);
			this.#rest = '';
		}

		this.#hasEnded = true;
		const {input, events} = this.#streams;
		input.off('data', this.#read);
		input.off('end', this.#ended);
		input.pause();
		events.off('SIGINT', this.#interrupted);
		this.#wake?.();
	};
}
