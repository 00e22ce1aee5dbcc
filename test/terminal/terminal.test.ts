import {expect, test} from 'vitest';
import {openTerminal} from '../../source/terminal/terminal.js';
import {FakeHost, nextTurn} from './stand-ins.js';

const environment = {TERM: 'xterm'};

test('a terminal paints frames and reads keys until it is closed', async () => {
	const host = new FakeHost();
	const terminal = openTerminal({host, environment, title: 'lab'});
	const names: string[] = [];
	terminal.keys.attach(key => names.push(key.name));
	expect(terminal.size).toEqual({columns: 80, rows: 24});
	terminal.frames.draw(['hello']);
	host.input.type('s');
	expect(host.output.text).toContain('hello');
	expect(host.journal[0]).toContain('\u001B]2;lab\u0007');
	terminal.close();
	terminal.frames.draw(['late']);
	host.input.type('s');
	await nextTurn();
	expect(host.output.text).not.toContain('late');
	expect(names).toEqual(['s']);
	expect([host.events, host.input, host.output].flatMap(target => target.eventNames())).toEqual([]);
});

test('after a suspend the newest frame is painted again in full', async () => {
	const host = new FakeHost();
	let resumed = 0;
	const terminal = openTerminal({host, environment, onResume: () => resumed++});
	terminal.frames.draw(['hello']);
	await nextTurn();
	host.output.writes = [];
	host.whileStopped = () => {
		terminal.frames.draw(['hello again']);
		expect(host.output.writes).toEqual([]);
	};

	terminal.session.suspend();
	expect(host.output.text).toContain('\u001B[2J\u001B[1;1Hhello again');
	expect(resumed).toBe(1);
	terminal.close();
});

test('a terminal that would print a title is sent none', () => {
	const host = new FakeHost();
	const terminal = openTerminal({host, environment: {TERM: 'linux'}, title: 'lab'});
	terminal.session.setTitle('another');
	terminal.close();
	expect(host.journal.join('')).not.toContain('\u001B]');
});
