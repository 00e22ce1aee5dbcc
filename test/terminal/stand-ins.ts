import {EventEmitter} from 'node:events';
import type {TerminalHost} from '../../source/terminal/host.js';

/** Stands in for the terminal's input. */
export class FakeInput extends EventEmitter {
	isTTY = true;
	isRaw = false;
	isPaused = true;

	setRawMode(on: boolean): this {
		this.isRaw = on;
		return this;
	}

	pause(): this {
		this.isPaused = true;
		return this;
	}

	resume(): this {
		this.isPaused = false;
		return this;
	}

	/** As if these characters had been typed, in one read. */
	type(text: string | Buffer): void {
		this.emit('data', text);
	}
}

/** Stands in for the terminal's output. */
export class FakeOutput extends EventEmitter {
	isTTY = true;
	columns: number | undefined = 80;
	rows: number | undefined = 24;
	/** What each write sent. */
	writes: string[] = [];
	/** Whether a write says that there is room for more. */
	hasRoom = true;

	get text(): string {
		return this.writes.join('');
	}

	write(text: string): boolean {
		this.writes.push(text);
		return this.hasRoom;
	}

	resize(columns: number, rows: number): void {
		this.columns = columns;
		this.rows = rows;
		this.emit('resize');
	}
}

/** Stands in for the process and its terminal, and keeps a journal of what was asked of them. */
export class FakeHost implements TerminalHost {
	readonly input = new FakeInput();
	readonly output = new FakeOutput();
	readonly events = new EventEmitter();
	readonly journal: string[] = [];
	/** What happens while the process is stopped. */
	whileStopped: () => void = () => undefined;

	writeNow(text: string): void {
		this.journal.push(`write ${text}`);
	}

	writeError(text: string): void {
		this.journal.push(`error ${text}`);
	}

	exit(code: number): void {
		this.journal.push(`exit ${code}`);
		this.events.emit('exit', code);
	}

	stopGroup(): void {
		this.journal.push('stop');
		this.whileStopped();
	}

	refreshSize(): void {
		this.journal.push('size');
	}

	releaseLost(): void {
		this.journal.push('release');
	}
}

/** Resolves in the next turn of the event loop, after the immediates of this one. */
export function nextTurn(): Promise<void> {
	return new Promise(resolve => {
		setImmediate(resolve);
	});
}
