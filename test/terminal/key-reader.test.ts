import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {InkStdin} from '../../source/terminal/ink-streams.js';
import {KeyReader} from '../../source/terminal/key-reader.js';
import {FakeInput, nextTurn} from './stand-ins.js';

function setUp(options?: ConstructorParameters<typeof KeyReader>[1]): {input: FakeInput; reader: KeyReader; names: string[]} {
	const input = new FakeInput();
	return {input, reader: new KeyReader(input, options), names: []};
}

/** A component of Ink: it takes all that is read as one key. */
function listen(ink: InkStdin, taken: string[], then: (sequence: string) => void = () => undefined): () => void {
	const read = () => {
		for (let chunk = ink.read(); chunk !== null; chunk = ink.read()) {
			taken.push(chunk);
			then(chunk);
		}
	};

	ink.on('readable', read);
	return () => ink.off('readable', read);
}

async function turns(count: number): Promise<void> {
	for (let turn = 0; turn < count; turn++) {
		await nextTurn();
	}
}

test('several keys in one read come one by one', () => {
	const {input, reader, names} = setUp();
	reader.attach(key => names.push(key.name));
	input.type('sS\u001B[A\r');
	expect(names).toEqual(['s', 'S', 'up', 'enter']);
});

test('keys typed before a handler is attached are kept, in order', () => {
	const {input, reader, names} = setUp();
	expect(input.isPaused).toBe(false);
	input.type('ab');
	input.type('\u001B[A');
	const detach = reader.attach(key => names.push(key.name));
	expect(names).toEqual(['a', 'b', 'up']);
	detach();
	input.type('c');
	expect(names).toHaveLength(3);
	reader.attach(key => names.push(`again ${key.name}`));
	expect(names.at(-1)).toBe('again c');
});

test('a handler that replaces itself gets no key that belongs to the next one', () => {
	const {input, reader, names} = setUp();
	reader.attach(key => {
		names.push(`first ${key.name}`);
		reader.attach(next => names.push(`second ${next.name}`));
	});
	input.type('abc');
	expect(names).toEqual(['first a', 'second b', 'second c']);
});

test('a character that is split between reads is one key', () => {
	const {input, reader, names} = setUp();
	reader.attach(key => names.push(key.name));
	const bytes = Buffer.from('é😀');
	for (const byte of bytes) {
		input.type(Buffer.of(byte));
	}

	expect(names).toEqual(['é', '😀']);
});

test('after the end nothing is read', () => {
	const {input, reader, names} = setUp();
	reader.attach(key => names.push(key.name));
	reader.close();
	input.type('a');
	expect(names).toEqual([]);
	expect(input.isPaused).toBe(true);
	expect(input.eventNames()).toEqual([]);
});

describe('a lone Esc', () => {
	beforeEach(() => {
		vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate']});
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	test('is a key when nothing follows for the delay', () => {
		const {input, reader, names} = setUp();
		reader.attach(key => names.push(key.name));
		input.type('\u001B');
		vi.advanceTimersByTime(39);
		expect(names).toEqual([]);
		vi.advanceTimersByTime(2);
		expect(names).toEqual(['esc']);
	});

	test('is the start of a sequence when the rest follows in time', () => {
		const {input, reader, names} = setUp({escapeDelay: 500});
		reader.attach(key => names.push(key.name));
		for (const character of '\u001B[1;5A') {
			input.type(character);
			vi.advanceTimersByTime(400);
		}

		expect(names).toEqual(['ctrl-up']);
	});

	test('is not given up while input that has come is not yet read', () => {
		const {input, reader, names} = setUp();
		reader.attach(key => names.push(key.name));
		input.type('\u001B');
		// The timer is due, but reading comes before immediates: as after a blocked event loop.
		setTimeout(() => input.type('[A'), 40);
		vi.advanceTimersByTime(100);
		expect(names).toEqual(['up']);
	});

	test('the rest of a long answer is waited for longer', () => {
		const {input, reader, names} = setUp();
		reader.attach(key => names.push(key.name));
		input.type('\u001B]11;rgb:00');
		vi.advanceTimersByTime(500);
		input.type('00/0000\u0007x');
		expect(names).toEqual(['x']);
	});
});

describe('while a component of Ink has the focus', () => {
	test('it gets one key at a time, a turn or more apart', async () => {
		const ink = new InkStdin();
		const {input, reader, names} = setUp({ink});
		const taken: string[] = [];
		reader.attach(key => names.push(key.name));
		reader.routeToInk();
		listen(ink, taken);
		input.type('jj');
		await turns(6);
		expect(taken).toEqual(['j']);
		await turns(8);
		expect(taken).toEqual(['j', 'j']);
		expect(names).toEqual([]);
	});

	test('keys wait until it listens', async () => {
		const ink = new InkStdin();
		const {input, reader} = setUp({ink});
		const taken: string[] = [];
		reader.routeToInk();
		input.type('j');
		await turns(10);
		listen(ink, taken);
		await turns(10);
		expect(taken).toEqual(['j']);
	});

	test('a reserved key goes to the app at once, even when the component never listens', async () => {
		const ink = new InkStdin();
		const {input, reader, names} = setUp({ink});
		reader.attach(key => names.push(key.name));
		reader.routeToInk(['ctrl-c', 'esc']);
		await turns(10);
		input.type('j\u0003');
		expect(names).toEqual(['ctrl-c']);
	});

	test('the keys after the one that closes it go to the app', async () => {
		const ink = new InkStdin();
		const {input, reader, names} = setUp({ink});
		const taken: string[] = [];
		reader.attach(key => {
			names.push(key.name);
			if (key.name === 'm') {
				reader.routeToInk();
				const stop = listen(ink, taken, sequence => {
					if (sequence === '\r') {
						stop();
						reader.routeToApp();
					}
				});
			}
		});
		input.type('sm\u001B[B\rsq');
		await turns(30);
		expect(names).toEqual(['s', 'm', 's', 'q']);
		expect(taken).toEqual(['\u001B[B', '\r']);
	});

	test('keys are as Ink knows them: Backspace, Enter, and a paste in one line', async () => {
		const ink = new InkStdin();
		const {input, reader} = setUp({ink});
		const taken: string[] = [];
		reader.routeToInk();
		listen(ink, taken);
		input.type('\u007F\n\u001B[3~\u001B[200~a\r\nb\u001B[201~');
		await turns(40);
		expect(taken).toEqual(['\b', '\r', '\u001B[3~', 'a b']);
	});
});
