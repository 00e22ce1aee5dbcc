import {StringDecoder} from 'node:string_decoder';
import type {InputStream} from './host.js';
import type {InkStdin} from './ink-streams.js';
import {KeyParser, type Key, type Unfinished} from './key-parser.js';

/** Takes keys, one at a time, in the order they were typed. */
export type KeyHandler = (key: Key) => void;

/** Options of {@link KeyReader}. */
export interface KeyReaderOptions {
	/** How long a lone ESC may be the start of a sequence, in milliseconds (default 40). */
	readonly escapeDelay?: number;
	/** Where keys for Ink go. */
	readonly ink?: InkStdin;
}

const defaultEscapeDelay = 40;
// The rest of an answer or of a paste may be long on its way; but a lost end must not swallow keys for ever.
const longDelay = 1000;

/**
React renders in an immediate, and attaches the handlers of the new render in the same or the next one: only then may the
next key come, or a handler with the state of before would take it. Two more turns are for what effects set off.
*/
const turnsToSettle = 5;

/** What Ink 6.8 understands, where that differs from what terminals send: it calls DEL "delete", and LF isn't Enter. */
const inkSequences: Readonly<Partial<Record<string, string>>> = {backspace: '\b', enter: '\r'};

/** Reads keys, and gives them to the app, or to Ink while one of its components has the focus. */
export class KeyReader {
	readonly #input: InputStream;
	readonly #ink: InkStdin | undefined;
	/** How long the rest is waited for, in milliseconds. */
	readonly #delays: Readonly<Record<Unfinished, number | undefined>>;
	readonly #decoder = new StringDecoder('utf8');
	readonly #parser = new KeyParser();
	readonly #queue: Key[] = [];
	#handler: KeyHandler | undefined;
	#reserved: ReadonlySet<string> | undefined;
	#isPumping = false;
	#timer: NodeJS.Timeout | undefined;
	#afterTimer: NodeJS.Immediate | undefined;
	#pause: NodeJS.Immediate | undefined;

	constructor(input: InputStream, options: KeyReaderOptions = {}) {
		this.#input = input;
		this.#ink = options.ink;
		this.#delays = {none: undefined, key: options.escapeDelay ?? defaultEscapeDelay, answer: longDelay, paste: longDelay};
		if (this.#ink) {
			this.#ink.onListening = this.#pump;
		}

		input.on('data', this.#read);
		input.resume();
	}

	/** Gives keys to `handler` from now on, first those that were typed before. Returns what takes it off again. */
	attach(handler: KeyHandler): () => void {
		this.#handler = handler;
		this.#pump();
		return () => {
			if (this.#handler === handler) {
				this.#handler = undefined;
			}
		};
	}

	/** Gives keys to Ink, except the `reserved` ones, which still go to the handler. */
	routeToInk(reserved: readonly string[] = ['ctrl-c', 'ctrl-z']): void {
		this.#reserved = new Set(reserved);
		this.#settle();
	}

	/** Gives all keys to the handler again. */
	routeToApp(): void {
		this.#reserved = undefined;
		this.#pump();
	}

	/** Reads no more; keys not yet delivered are lost. */
	close(): void {
		this.#stopTimer();
		clearImmediate(this.#pause);
		this.#handler = undefined;
		this.#queue.length = 0;
		this.#input.off('data', this.#read);
		this.#input.pause();
	}

	readonly #read = (chunk: Buffer | string): void => {
		this.#stopTimer();
		this.#queue.push(...this.#parser.push(typeof chunk === 'string' ? chunk : this.#decoder.write(chunk)));
		const delay = this.#delays[this.#parser.unfinished];
		if (delay !== undefined) {
			// Where the event loop was blocked, timers run first, with the rest of the sequence not yet read: look once more.
			this.#timer = setTimeout(() => {
				this.#afterTimer = setImmediate(this.#giveUp);
			}, delay);
		}

		this.#pump();
	};

	readonly #giveUp = (): void => {
		this.#queue.push(...this.#parser.finish());
		this.#pump();
	};

	#stopTimer(): void {
		clearTimeout(this.#timer);
		clearImmediate(this.#afterTimer);
	}

	/** Delivers what can be delivered: a key may change where the next one goes. */
	readonly #pump = (): void => {
		if (this.#isPumping) {
			return;
		}

		this.#isPumping = true;
		try {
			while (!this.#pause && this.#deliverOne()) {
				// Each turn delivers one key.
			}
		} finally {
			this.#isPumping = false;
		}
	};

	/** Delivers the oldest key that can be delivered; gives false if there is none, or none before the next turn. */
	#deliverOne(): boolean {
		const oldest = this.#queue.at(0);
		if (oldest && this.#isForInk(oldest) && this.#ink?.isListening) {
			this.#queue.shift();
			this.#ink.deliver(inkSequence(oldest));
			this.#settle();
			return false;
		}

		// Keys for Ink wait until a component listens, but a reserved one, such as Ctrl+C, doesn't wait behind them.
		const index = this.#queue.findIndex(key => !this.#isForInk(key));
		const key = this.#queue.at(index);
		if (index === -1 || !key || !this.#handler) {
			return false;
		}

		this.#queue.splice(index, 1);
		this.#handler(key);
		return true;
	}

	#isForInk(key: Key): boolean {
		return this.#reserved !== undefined && !this.#reserved.has(key.name);
	}

	/** Delivers nothing until React is done with the last key. */
	#settle(turns = turnsToSettle): void {
		clearImmediate(this.#pause);
		this.#pause = setImmediate(() => {
			if (turns > 1) {
				this.#settle(turns - 1);
				return;
			}

			this.#pause = undefined;
			this.#pump();
		});
	}
}

function inkSequence(key: Key): string {
	return key.name === 'paste' ? key.text.replaceAll('\n', ' ') : (inkSequences[key.name] ?? key.sequence);
}
