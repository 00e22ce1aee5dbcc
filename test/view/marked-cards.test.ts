import {describe, expect, test} from 'vitest';
import type {Laboratory} from '../../source/lab/laboratory.js';
import {variantWith, variantWithout} from '../../source/lab/variants.js';
import {Comparison} from '../../source/trace/compare/comparison.js';
import {parseChanges} from '../../source/trace/branches/change-text.js';
import {lineageOf} from '../../source/trace/provenance/lineage.js';
import {parsePlaceText} from '../../source/trace/provenance/place-words.js';
import {Provenance} from '../../source/trace/provenance/provenance.js';
import {finish as finishSearch} from '../../source/trace/search.js';
import {type Card, tellCard} from '../../source/view/card.js';
import {comparisonCard} from '../../source/view/comparison-card.js';
import {INITIAL_SESSION} from '../../source/view/initial-session.js';
import {lineageCard} from '../../source/view/lineage-card.js';
import {firstMark, isMarkable, moveMark, paintMarkedCard} from '../../source/view/marked-card.js';
import {reduce} from '../../source/view/session.js';
import {themeFor} from '../../source/view/theme.js';
import {finish, openFirstLab} from './views.js';

const theme = themeFor('none', 'unicode');

const rowsOf = (card: Card, mark: number, width = 80, height = 24): string[] => paintMarkedCard(card, mark, width, height, 2, theme).rows.map(row => row.map(({text}) => text).join(''));

const card: Card = {title: 'Which?', parts: [
	{text: 'First:'}, {name: 'step 1', text: 'one `push`', action: {kind: 'go', step: 1}}, {name: 'a name that is long enough to be broken over rows', text: 'two'},
	{text: 'Then:'}, {name: 'step 3', text: 'three', action: {kind: 'go', step: 3}},
]};

describe('a card with marks', () => {
	test('stands as it is marked, names in a column', () => {
		expect(rowsOf(card, 1)).toEqual([
			`┏━ Which? ${'━'.repeat(69)}┓`,
			`┃   First:${' '.repeat(69)}┃`,
			`┃ ▶ step 1                        one push${' '.repeat(37)}┃`,
			`┃   a name that is long enough to two${' '.repeat(42)}┃`,
			`┃   be broken over rows${' '.repeat(56)}┃`,
			`┃${' '.repeat(78)}┃`,
			`┃   Then:${' '.repeat(70)}┃`,
			`┃   step 3                        three${' '.repeat(40)}┃`,
			`┗${'━'.repeat(78)}┛`,
		]);
	});

	test('begins with the first line that leads elsewhere, and its mark stays within it', () => {
		expect([isMarkable(card), firstMark(card), moveMark(card, 1, -5), moveMark(card, 1, 9)]).toEqual([true, 1, 0, 4]);
		const session = reduce(INITIAL_SESSION, {type: 'card', card});
		expect([session.card?.mark, reduce(session, {type: 'mark-card', mark: 4}).card?.mark, reduce(INITIAL_SESSION, {type: 'mark-card', mark: 4})]).toEqual([1, 4, INITIAL_SESSION]);
		expect(isMarkable({title: '', parts: [{text: 'nothing'}]})).toBe(false);
	});

	test('keeps the marked line in sight, wherever it is', () => {
		const long: Card = {title: 'Long', parts: Array.from({length: 60}, (_, index) => ({name: `step ${index}`, text: 'word '.repeat(index % 40), action: {kind: 'go', step: index}}))};
		for (let mark = 0; mark < long.parts.length; mark++) expect(rowsOf(long, mark).filter(row => row.startsWith(`┃ ▶ step ${mark} `))).toHaveLength(1);
		expect(rowsOf(long, 59).at(0)).toMatch(/^┏━ Long, rows \d+ to (\d+) of \1 ━/u);
	});
});

/** The first lab's machine at its first system call, or so many landmarks behind it. */
function atCall(landmarks: number): Laboratory {
	const {laboratory} = openFirstLab();
	for (let count = 0; count < landmarks; count++) finish(laboratory.continue());
	return laboratory;
}

function askIn(laboratory: Laboratory, what: string): Card {
	const {recording, program, origin, step, names} = laboratory;
	recording.seek(step);
	const provenance = new Provenance(recording, program);
	const lineage = lineageOf(provenance, parsePlaceText(what, recording, names), step, 5).finish();
	expect(recording.step).toBe(step);
	return lineageCard(lineage, {origin, placeText: place => provenance.placeText(place)});
}

describe('the card of a value', () => {
	test('tells the way from the program’s instruction to the slot, each with the step to go to', () => {
		const laboratory = atCall(3);
		const {title, parts} = askIn(laboratory, 'pt_regs->si');
		expect(title).toBe('Who wrote pt_regs->si?');
		const steps = parts.flatMap(({action}) => (action?.kind === 'go' ? [action.step] : []));
		expect(steps).toHaveLength(2);
		for (const [index, code] of ['pushq %rsi', 'leaq message(%rip), %rsi'].entries()) {
			const part = parts.find(({action}) => action?.kind === 'go' && action.step === steps[index]);
			expect(part?.name).toBe(`step ${steps[index] - laboratory.origin}`);
			expect(part?.text).toContain(`\`${code}\``);
			laboratory.toStep(steps[index]);
			const {code: {lines, current}} = laboratory.moment();
			expect(lines.find(({number}) => number === current)?.text).toMatch(new RegExp(code.replaceAll(/[\s()%]+/gu, '.*'), 'u'));
		}
	});

	test('says when bytes have several writers, and which', () => {
		const laboratory = atCall(1);
		laboratory.change(parseChanges('[message]=41, [message+4]:2=0', laboratory.names));
		const told = tellCard(askIn(laboratory, 'message')).join('\n');
		expect(told).toMatch(/the byte at message: changed from outside before step \d+\n.*the 3 bytes at message\+0x1: there from the beginning[^]*\n.*the 2 bytes at message\+0x4: changed from outside/u);
		expect(told).toContain('Its bytes came from several places. They came from:');
	});

	test('can’t lead to steps before the program’s first', () => {
		const {parts} = askIn(atCall(0), 'rsp');
		expect(parts.filter(({name}) => name === 'the boot').length).toBeGreaterThan(0);
		expect(parts.filter(({name, action}) => name === 'the boot' && action !== undefined)).toEqual([]);
	});
});

describe('the card of a comparison', () => {
	const compare = (laboratory: Laboratory, other: ReturnType<typeof variantWith>): Card => {
		const {result} = finishSearch(new Comparison([laboratory.variant(), other], {limit: 100_000}));
		if (result === undefined) throw new Error('no result');
		return comparisonCard(result, {titles: {a: 'this', b: 'that'}, shown: 'a', origin: laboratory.origin});
	};

	test('has what is different, and leads to where it is so in the run on the screen', () => {
		const laboratory = atCall(1);
		laboratory.move(-1);
		const {parts, told} = compare(laboratory, variantWith(laboratory, parseChanges('rdi=77', laboratory.names)));
		const push = parts.find(({text}) => text.includes('pushq %rdi'));
		expect(parts).toContainEqual({name: 'pt_regs->di', text: 'A 0x1  ·  B 0x4d', action: push?.action});
		laboratory.toStep(push?.action?.step ?? 0);
		expect([laboratory.step, laboratory.moment().registers.general.rdi]).toEqual([push?.action?.step, 1n]);
		expect(parts).toContainEqual(expect.objectContaining({name: 'result of call 1 write', text: 'A 12  ·  B -9 (EBADF)', action: {kind: 'go', step: laboratory.recording.events.find(({kind}) => kind === 'syscall')?.step}}));
		expect(told).toContain('First write to memory that is different: behind');
		expect(told?.join('\n')).toContain(`step ${(push?.action?.step ?? 0) - laboratory.origin}  entry_64.s`);
	});

	test('says so where nothing is different', () => {
		const laboratory = atCall(0);
		expect(compare(laboratory, laboratory.variant()).parts.at(-1)).toEqual({text: 'No difference: both runs did the same, instruction for instruction.'});
	});

	test('of a kernel without a line names the line', () => {
		const laboratory = atCall(0);
		const {parts} = compare(laboratory, variantWithout(laboratory, ['swapgs']));
		expect(parts.find(({name, text}) => name === 'A' && text.includes('`swapgs`'))?.action?.kind).toBe('go');
		expect(() => variantWithout(laboratory, ['everything'])).toThrow('no line is named everything');
	});
});
