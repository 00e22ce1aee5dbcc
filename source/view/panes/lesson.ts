import {type Block, plainInline} from '../../lab/format/markdown.js';
import type {GoalState} from '../../lab/session/lab-session.js';
import type {Page} from '../../lab/session/page.js';
import type {LabView} from '../lab-view.js';
import {markdownRows} from '../markdown-rows.js';
import {type Row, span, line, type Tone, widthOf, wrap} from '../text.js';
import type {Pane, Room} from './pane.js';

/** Rows behind a mark, those below indented. */
function marked(mark: string, tone: Tone, rows: readonly Row[]): Row[] {
	const indent = ' '.repeat(widthOf(mark));
	return rows.map((row, index): Row => [span(index === 0 ? mark : indent, tone), ...row]);
}

/** A part of the page's text. */
function blockRows(block: Block, width: number): Row[] {
	switch (block.kind) {
		case 'paragraph':
			return markdownRows(block.text, width);
		case 'item': {
			const mark = `${/^\d/.test(block.mark) ? block.mark : '•'} `;
			return marked(mark, 'key', markdownRows(block.text, width - widthOf(mark)));
		}

		case 'code':
			return block.lines.map(text => line(`  ${text}`, 'name'));
	}
}

/** The page's text: blocks with blank rows between them; items of a list stand together. */
function textRows({title, blocks, mainline}: Page, width: number): Row[] {
	const rows: Row[] = wrap(title, width).map(text => line(text, 'title'));
	for (const [index, block] of blocks.entries()) {
		const isNextItem = block.kind === 'item' && blocks.at(index - 1)?.kind === 'item' && index > 0;
		if (!isNextItem) rows.push([]);
		rows.push(...blockRows(block, width));
	}

	if (mainline !== undefined) rows.push([], ...markdownRows(`In mainline: ${mainline}`, width, 'dim'));
	return rows;
}

/** Signs of goals: by shape as well as by colour. */
const GOAL_SIGNS: Readonly<Record<GoalState['state'], readonly [sign: 'open' | 'met' | 'unmet', tone: Tone]>> = {open: ['open', 'dim'], pending: ['open', 'dim'], met: ['met', 'good'], unmet: ['unmet', 'error']};

function goalRows({state, wanted, sentence}: GoalState, {width, glyphs}: Room): Row[] {
	const [sign, tone] = GOAL_SIGNS[state];
	const found = sentence === '' || state === 'open' ? [] : marked('    ', 'dim', markdownRows(sentence, width - 4, state === 'unmet' ? 'error' : 'dim'));
	return [...marked(`${glyphs.goals[sign]} `, tone, markdownRows(wanted, width - 2)), ...found];
}

/** What was asked for besides: hints and the solution. */
function helpRows({hints, hintCount, solution}: Page, width: number): Row[] {
	return [
		...hints.flatMap((hint, index) => [line(`Hint ${index + 1} of ${hintCount}`, 'label'), ...marked('  ', 'plain', markdownRows(hint, width - 2))]),
		...(solution === undefined ? [] : [line('How it can be done:', 'label'), ...solution.flatMap(text => markdownRows(text, width))]),
	];
}

const MESSAGE_TONES = {right: 'good', done: 'good', wrong: 'error', unreadable: 'error', mistake: 'error'} as const;

/** What to do, which stays in sight when the text above it does not fit. */
function taskRows(page: Page, room: Room): Row[] {
	const {width, glyphs} = room;
	const {task, question, goals, message, questions} = page;
	const pointer = `${glyphs.pointer} `;
	const rows = task === undefined ? [] : marked(pointer, 'key', markdownRows(task, width - 2, 'strong'));
	if (question !== undefined) {
		const place = questions.count > 1 ? `${questions.answered + 1}/${questions.count} ` : '';
		rows.push(...marked('? ', 'key', markdownRows(`${place}${question.text}`, width - 2, 'strong')), [span('  a', 'key'), span(' answers it', 'dim')]);
	} else {
		rows.push(...goals.flatMap(goal => goalRows(goal, room)));
	}

	if (message !== undefined) rows.push(...markdownRows(message.text, width, MESSAGE_TONES[message.kind]));
	return [...rows, ...helpRows(page, width)];
}

/** What stands there while a program runs without a lesson. */
const freePage = (title: string): Page => ({
	title: `${title}, without a lesson`, number: 1, count: 1, goals: [], hints: [], hintCount: 0, panes: [], done: true, questions: {count: 0, answered: 0},
	blocks: [
		'The program stands at its first instruction. `s` runs one instruction, `S` takes it back. `c` runs to the next landmark of a call, `n` over a call as a whole, `p` plays.',
		'Any register, flag or byte of memory can be changed, anywhere in the run: choose its pane, mark it with the arrows, press Enter.',
	].map((text): Block => ({kind: 'paragraph', text, line: 0})),
	task: 'Press `c` to go to the first system call.',
});

const pageOf = ({lesson, title}: LabView): Page => lesson ?? freePage(title);

/** Lines that are easy to read are no longer than this. */
const EASY = 78;

/** Rows of the text that are always left to it, so that it can be scrolled. */
const TEXT_LEAST = 3;

/** The page of the lesson: its title, its text, and what to do. */
function paint(view: LabView, room: Room): readonly Row[] {
	const {glyphs, height} = room;
	const width = Math.min(EASY, room.width);
	const page = pageOf(view);
	const task = taskRows(page, {...room, width});
	const text = textRows(page, width);
	// One blank row before what is to be done, if everything fits with it.
	if (text.length + 1 + task.length <= height) return [...text, [], ...task];
	if (text.length + task.length <= height) return [...text, ...task];
	const below = task.slice(-Math.max(0, height - TEXT_LEAST - 1));
	const space = Math.max(1, height - below.length - 1);
	const first = Math.max(0, Math.min(text.length - space, view.scroll.lesson ?? 0));
	const more = first + space < text.length ? `${glyphs.ellipsis} more: press 1, then the arrows` : `${glyphs.ellipsis} the arrows lead back up`;
	return [...text.slice(first, first + space), line(more, 'dim'), ...below];
}

function tellBlock(block: Block): string[] {
	return block.kind === 'code' ? [...block.lines] : [plainInline(block.text)];
}

/** A goal, read out. */
const tellGoal = ({state, wanted, sentence}: GoalState): string => `Goal, ${state === 'met' ? 'met' : state === 'unmet' ? 'not met' : 'open'}: ${plainInline(wanted)}${sentence === '' ? '' : ` ${plainInline(sentence)}`}`;

function tell(view: LabView): string[] {
	const {title, number, count, blocks, task, mainline, question, goals, hints, solution, message} = pageOf(view);
	return [
		view.lesson === undefined ? title : `Page ${number} of ${count}: ${title}`,
		...blocks.flatMap(block => tellBlock(block)),
		...(mainline === undefined ? [] : [`In mainline: ${plainInline(mainline)}`]),
		...(task === undefined ? [] : [`To do: ${plainInline(task)}`]),
		...(question === undefined ? goals.map(goal => tellGoal(goal)) : [`Question: ${plainInline(question.text)}`, ...question.options.map((option, index) => `${index + 1}: ${plainInline(option)}`), 'answer, and your answer behind it, answers it.']),
		...hints.map((hint, index) => `Hint ${index + 1}: ${plainInline(hint)}`),
		...(solution === undefined ? [] : ['How it can be done:', ...solution.map(text => plainInline(text))]),
		...(message === undefined ? [] : [plainInline(message.text)]),
	];
}

export const lessonPane: Pane<'lesson'> = {
	name: 'lesson', title: 'Lesson', digit: 1,
	help: 'The page of the lesson, and what to do',
	size: {least: 8, good: 20, grows: 0},
	views: {},
	paint,
	tell,
};
