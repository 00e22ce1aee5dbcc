import {expect, test} from 'vitest';
import {ScreenSession} from '../../source/terminal/screen-session.js';
import {FakeHost} from './stand-ins.js';

const entered = '\u001B[?1049h';
const left = '\u001B[?1049l';

/** The journal in words, without the sequences. */
const told = (host: FakeHost): readonly string[] => host.journal.map(line => {
	if (!line.startsWith('write')) {
		return line;
	}

	return line.includes(entered) ? 'enter' : line.includes(left) ? 'leave' : 'other';
});

test('a session takes the terminal and gives it back', () => {
	const host = new FakeHost();
	const session = new ScreenSession({host});
	expect(host.input.isRaw).toBe(true);
	expect(session.isOpen).toBe(true);
	session.close();
	session.close();
	expect(host.input.isRaw).toBe(false);
	expect(session.isOpen).toBe(false);
	expect(told(host)).toEqual(['enter', 'leave']);
	expect([host.events, host.input, host.output].flatMap(target => target.eventNames())).toEqual([]);
});

test('every mode that is set at the beginning is set back at the end', () => {
	const host = new FakeHost();
	new ScreenSession({host, title: 'lab'}).close();
	const modes = (text: string) => [...text.matchAll(/\u001B\[\?(\d+)([hl])/gu)].map(([, mode, final]) => `${mode}${final}`);
	const [before, after] = host.journal.map(modes);
	expect(before.sort()).toEqual(['1049h', '2004h', '25l', '7l']);
	expect(after.sort()).toEqual(['1049l', '2004l', '2026l', '25h', '7h']);
	expect(host.journal[0]).toContain('\u001B[22;0t');
	expect(host.journal[0]).toContain('\u001B]2;lab\u0007');
	expect(host.journal[1]).toContain('\u001B[23;0t');
});

test('a title is saved once, has no controls in it, and is restored', () => {
	const host = new FakeHost();
	const session = new ScreenSession({host});
	session.setTitle('a\u0007b\u001B]c');
	session.setTitle('d');
	session.close();
	expect(host.journal.slice(1)).toEqual([
		'write \u001B[22;0t\u001B]2;a b ]c\u0007',
		'write \u001B]2;d\u0007',
		expect.stringContaining('\u001B[23;0t'),
	]);
});

test.for([['SIGHUP', 129], ['SIGINT', 130], ['SIGQUIT', 131], ['SIGTERM', 143]] as const)('%s gives the terminal back and exits with code %i', ([signal, code]) => {
	const host = new FakeHost();
	new ScreenSession({host});
	host.events.emit(signal);
	expect(told(host)).toEqual(['enter', 'leave', `exit ${code}`, 'release']);
	expect(host.input.isRaw).toBe(false);
});

test.for(['uncaughtException', 'unhandledRejection'])('%s: first the terminal is given back, then the error printed', event => {
	const host = new FakeHost();
	new ScreenSession({host, describeError: error => `Oh: ${(error as Error).message}`});
	host.events.emit(event, new Error('first'));
	host.events.emit(event, new Error('second'));
	expect(told(host)).toEqual(['enter', 'leave', 'error Oh: first\n', 'exit 70', 'release']);
});

test('an error that is no Error is printed too', () => {
	const host = new FakeHost();
	new ScreenSession({host}).crash('a text');
	expect(host.journal).toContain('error a text\n');
});

test.for([['input', 'end'], ['input', 'error'], ['output', 'error']] as const)('%s %s means that the terminal went away: exit with code 129, and nothing printed', ([stream, event]) => {
	const host = new FakeHost();
	new ScreenSession({host});
	host[stream].emit(event, Object.assign(new Error('write EIO'), {code: 'EIO'}));
	expect(told(host)).toEqual(['enter', 'leave', 'exit 129', 'release']);
});

test('the end of the process gives the terminal back', () => {
	const host = new FakeHost();
	new ScreenSession({host});
	host.events.emit('exit', 0);
	expect(told(host)).toEqual(['enter', 'leave', 'release']);
});

test('a suspended session gives the terminal back before it stops, and takes it again after', () => {
	const host = new FakeHost();
	let resumed = 0;
	const session = new ScreenSession({host, onResume: () => resumed++});
	host.whileStopped = () => {
		expect(session.isOpen).toBe(false);
		expect(host.input.isRaw).toBe(false);
		// The signals must have their own effect now.
		expect(host.events.listenerCount('SIGTSTP')).toBe(0);
		expect(host.events.listenerCount('SIGCONT')).toBe(0);
	};

	session.suspend();
	expect(told(host)).toEqual(['enter', 'leave', 'stop', 'enter', 'size']);
	expect(resumed).toBe(1);
	expect(host.input.isRaw).toBe(true);
	expect(host.events.listenerCount('SIGTSTP')).toBe(1);
	host.events.emit('SIGTSTP');
	expect(resumed).toBe(2);
});

test('a continued session that was stopped without a warning takes the terminal again', () => {
	const host = new FakeHost();
	let resumed = 0;
	const session = new ScreenSession({host, onResume: () => resumed++});
	const modes: boolean[] = [];
	host.input.setRawMode = on => {
		modes.push(on);
		return host.input;
	};

	host.events.emit('SIGCONT');
	expect(told(host)).toEqual(['enter', 'enter', 'size']);
	expect(modes).toEqual([false, true]);
	expect(resumed).toBe(1);
	session.close();
	session.suspend();
	expect(resumed).toBe(1);
});

test('a terminal that refuses its modes does not keep the session from ending', () => {
	const host = new FakeHost();
	const session = new ScreenSession({host});
	host.input.setRawMode = () => {
		throw new Error('setRawMode EIO');
	};

	session.close();
	expect(session.isOpen).toBe(false);
});
