import stringWidth from 'string-width';
import {expect, test} from 'vitest';
import FastOutput from '../../source/terminal/ink-output.js';
import {Random, randomLine, wide} from './random.js';

// Ink's package doesn't offer this file.
const stockFile = new URL('../../node_modules/ink/build/output.js', import.meta.url).href;
const {default: StockOutput} = await import(stockFile) as {default: typeof FastOutput};

const unusual = [...wide, '\u200B', '\u001B[4:3m', '\u001B]8;;https://example.org\u0007', '\u001B]8;;\u0007'];

type Call = (output: FastOutput) => void;

const brackets = (line: string): string => `<${line}>`;
const numbered = (line: string, index: number): string => `${index}${line}`;

function randomCall(random: Random, width: number, height: number): Call {
	const kind = random.next();
	if (kind < 0.12) {
		const [x1, y1] = [random.between(-3, width), random.between(-3, height)];
		const clip = {
			x1: random.next() < 0.8 ? x1 : undefined,
			x2: x1 + random.between(0, width),
			y1: random.next() < 0.8 ? y1 : undefined,
			y2: y1 + random.between(0, height),
		};
		return output => output.clip(clip);
	}

	if (kind < 0.2) {
		return output => output.unclip();
	}

	const [x, y] = [random.between(-4, width + 2), random.between(-2, height)];
	const text = random.list(random.between(1, 4), () => randomLine(random, random.between(0, 12), random.next() < 0.4 ? unusual : [])).join('\n');
	const transformers = random.pick([[], [], [], [brackets], [numbered, brackets]]);
	return output => output.write(x, y, text, {transformers});
}

function outputOf(Output: typeof FastOutput, calls: readonly Call[], size: {width: number; height: number}): {output: string; height: number} {
	const output = new Output(size);
	for (const call of calls) {
		call(output);
	}

	return output.get();
}

test('the output is the same text as that of Ink, for random writes and clips', () => {
	const random = new Random(1);
	for (let round = 0; round < 500; round++) {
		const size = {width: random.between(0, 40), height: random.between(0, 8)};
		const calls = random.list(random.between(0, 9), () => randomCall(random, size.width, size.height));
		expect(outputOf(FastOutput, calls, size), `round ${round}`).toEqual(outputOf(StockOutput, calls, size));
	}
});

test('panes side by side are the same text as that of Ink', () => {
	const random = new Random(2);
	for (let round = 0; round < 200; round++) {
		const panes = random.list(3, () => random.list(6, () => randomLine(random, 12)).join('\n'));
		const calls = panes.map((text, index): Call => output => output.write(index * 40, index, text, {transformers: []}));
		const size = {width: 120, height: 10};
		expect(outputOf(FastOutput, calls, size)).toEqual(outputOf(StockOutput, calls, size));
	}
});

test('a frame of a whole terminal takes less than a tenth of the time that Ink takes', () => {
	const random = new Random(3);
	const rows = random.list(40, () => randomLine(random, 40).slice(0, 120));
	const calls: readonly Call[] = [output => output.write(0, 0, rows.join('\n'), {transformers: []})];
	const size = {width: 120, height: 40};
	const best = (Output: typeof FastOutput) => Math.min(...random.list(8, () => {
		const begun = performance.now();
		outputOf(Output, calls, size);
		return performance.now() - begun;
	}));
	expect(best(FastOutput)).toBeLessThan(best(StockOutput) / 10);
	expect(rows.every(row => stringWidth(row) <= 120)).toBe(true);
});
