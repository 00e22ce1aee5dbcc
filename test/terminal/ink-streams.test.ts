import {expect, test} from 'vitest';
import {FrameWriter} from '../../source/terminal/frame-writer.js';
import {InkStdin, InkStdout} from '../../source/terminal/ink-streams.js';
import {FakeOutput, nextTurn} from './stand-ins.js';

test('each write of Ink is a frame, except cursor modes and what it writes at its end', () => {
	const output = new FakeOutput();
	const writer = new FrameWriter(output);
	const stdout = new InkStdout(writer, output);
	for (const text of ['', '\n', '\u001B[?25l', '\u001B[?25h']) {
		stdout.write(text);
	}

	expect(writer.counters.drawn).toBe(0);
	let isWritten = false;
	stdout.write('one\ntwo', () => {
		isWritten = true;
	});
	expect(isWritten).toBe(true);
	expect(output.text).toContain('\u001B[1;1Hone\u001B[2;1Htwo');
});

test('the size is that of the terminal, and a resize is passed on until the end', () => {
	const output = new FakeOutput();
	const stdout = new InkStdout(new FrameWriter(output), output);
	const sizes: string[] = [];
	stdout.on('resize', () => sizes.push(`${stdout.columns}x${stdout.rows}`));
	output.resize(100, 30);
	output.resize(0, 0);
	stdout.close();
	output.resize(90, 20);
	expect(sizes).toEqual(['100x30', '80x24']);
});

test('a key is read once, and only by who listens', async () => {
	const stdin = new InkStdin();
	expect(stdin.isListening).toBe(false);
	let heard = 0;
	stdin.onListening = () => heard++;
	const taken: (string | null)[] = [];
	stdin.on('readable', () => taken.push(stdin.read(), stdin.read()));
	expect(stdin.isListening).toBe(true);
	await nextTurn();
	expect(heard).toBe(1);
	stdin.deliver('x');
	expect(taken).toEqual(['x', null]);
	expect(stdin.read()).toBeNull();
});
