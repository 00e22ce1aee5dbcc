import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Laboratory, type Progress, readProgram, type Work} from '../../source/lab/laboratory.js';
import {openLab} from '../../source/lab/open-lab.js';
import type {Page} from '../../source/lab/session/page.js';
import {Places} from '../../source/trace/hardware/places.js';
import {loadInstructionText} from '../../source/trace/instruction-text.js';
import type {Moment} from '../../source/trace/moment.js';
import {narrate} from '../../source/trace/narrator.js';
import {Lesson} from '../../source/ui/lesson.js';
import {readSlices} from '../../source/ui/slice-readers.js';
import type {AppState} from '../../source/view/app-state.js';
import {INITIAL_SESSION} from '../../source/view/initial-session.js';
import {Keymap} from '../../source/view/keymap.js';
import {type LabView, openedView} from '../../source/view/lab-view.js';
import type {SliceName, Slices} from '../../source/view/slices.js';
import {type Theme, themeFor} from '../../source/view/theme.js';

await loadInstructionText();

/** A moment of a run with all that panes can show of it. */
export interface Stop {
	readonly moment: Moment;
	readonly sentence: string;
	readonly slices: Slices;
}

/** A run to be drawn: its title, the pages of its lesson, and moments of it. */
export interface Run {
	readonly title: string;
	readonly pages: readonly Page[];
	readonly origin: number;
	readonly stops: readonly Stop[];
}

const ALL_SLICES: readonly SliceName[] = ['lane', 'memory', 'vector', 'path', 'boot', 'strace', 'inspected', 'listing', 'calls', 'tables', 'system', 'walk', 'maps', 'process', 'tasks', 'branches'];

/** Does work to its end, or so many slices of it. */
export function finish(work: Work, slices = 100): Progress {
	let progress = work();
	for (let slice = 1; progress === 'more' && slice < slices; slice++) progress = work();
	return progress;
}

const folder = path.join(import.meta.dirname, '..', 'app', 'the-crossing');

/** The lab that these tests know, with its lesson. */
export function openFirstLab(): {readonly laboratory: Laboratory; readonly lesson: Lesson} {
	const opened = openLab(folder);
	if ('problem' in opened) throw new Error(opened.problem);
	return {laboratory: opened.laboratory, lesson: new Lesson(opened.bench, undefined, () => undefined)};
}

/** Everything of the moment at which a laboratory stands. */
export function stopOf(laboratory: Laboratory): Stop {
	const moment = laboratory.moment();
	const {recording: {machine, kernel}, program, origin} = laboratory;
	const naming = new Places(machine, kernel, program);
	// What stands in both syntaxes is shown in either.
	const view: LabView = {...openedView({title: '', moment, origin, sentence: ''}), syntax: 'other'};
	return {moment, sentence: moment.last === undefined ? '' : narrate(moment.last, naming), slices: readSlices(ALL_SLICES, {laboratory, naming, places: naming, view}) as Slices};
}

/** The moments at every landmark, and at the steps in between that a prime number chooses. */
function walk(laboratory: Laboratory): Stop[] {
	const stops = [stopOf(laboratory)];
	while (finish(laboratory.continue()) === 'done') stops.push(stopOf(laboratory));
	stops.push(stopOf(laboratory));
	const last = laboratory.step;
	laboratory.toStart();
	while (laboratory.step + 11 <= last) {
		laboratory.move(11);
		stops.push(stopOf(laboratory));
	}

	return stops;
}

/** The pages of a lesson, each at the place where it begins. */
export function pagesOf(lesson: Lesson): Page[] {
	return lesson.bench.lab.steps.map((_, number) => {
		finish(lesson.enter(number));
		lesson.arrived();
		return lesson.page;
	});
}

/** A whole run of the first lab, as it is and with spoilt registers. */
export function crossing(): Run {
	const {laboratory, lesson} = openFirstLab();
	const pages = pagesOf(lesson);
	laboratory.toStart();
	const stops = walk(laboratory);
	for (const setting of [['rsp', 0x1234n], ['rsi', 0n], ['rip', 0xdead_0000n], ['rsp', 0xffff_c900_0000_7000n], ['rax', 9999n]] as const) {
		const other = openFirstLab().laboratory;
		finish(other.continue());
		other.move(-1);
		other.set(setting);
		stops.push(...walk(other));
	}

	return {title: lesson.bench.lab.title, pages, origin: laboratory.origin, stops};
}

const UNUSUAL = `	.globl _start
_start:	# 漢字 and 👩‍👩‍👧 and e\u0301 in a comment that is long enough to be broken over more than one line of the code pane
	movl $1, %eax	# 한국어
	movl $1, %edi
	leaq text(%rip), %rsi
	movl $(end - text), %edx
	syscall	# \u202Ereversed\u202C, a soft\u00ADhyphen
	ud2
text:	.ascii "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字\\n\\t\\033[2J\\007 👩‍👩‍👧 e\u0301 \u202E\\r\\n\\377\\376\\n\\n\\n"
end:
`;

/** A page as full as one can be: wide characters, long words, a question or goals, hints, a message. */
const fullPage = (page: Page, index: number): Page => ({
	...page, title: `漢字 ${index} 👩‍👩‍👧`,
	blocks: [
		{kind: 'paragraph', text: '한국어 '.repeat(30), line: 1}, {kind: 'paragraph', text: 'x'.repeat(200), line: 2}, ...page.blocks, {kind: 'item', mark: '-', text: 'an **item** of a list with `code` and [[a term]]', line: 3},
		{kind: 'item', mark: '2.', text: 'another one', line: 4}, {kind: 'code', language: 'c', lines: ['int main(void)', '{'.repeat(90)], line: 5},
	],
	task: '`漢字` '.repeat(9), mainline: 'arch/x86/entry/entry_64.S does it in another way.',
	...(index % 2 === 0 ? {} : {question: {kind: 'choice', text: 'Which register holds the return address behind `syscall`?', options: ['rcx', '漢字', 'x'.repeat(120)], index: 0}}),
	questions: {count: 3, answered: 1},
	goals: [{state: 'met', wanted: 'rdi is 1 at the call', sentence: 'rdi was 1.'}, {state: 'unmet', wanted: 'the call answers -EBADF', sentence: `it answered ${'9'.repeat(70)}`}, {state: 'open', wanted: 'the way back is IRET', sentence: ''}],
	hints: ['Look at `rcx`.', 'long '.repeat(40)], hintCount: 3, message: {kind: 'wrong', text: 'It was 0x40106f.'}, ...(index % 3 === 0 ? {solution: ['1. Press c.', '2. Set rdi to 77.']} : {}),
});

/** A run of a program with wide characters in its text and output, and with controls in what it prints. */
export function unusual(): Run {
	const home = mkdtempSync(path.join(tmpdir(), 'program-'));
	try {
		const file = path.join(home, 'unusual-漢字.s');
		writeFileSync(file, UNUSUAL);
		const laboratory = new Laboratory(readProgram(file), 'unusual');
		return {title: '漢字'.repeat(60), pages: pagesOf(openFirstLab().lesson).map(fullPage), origin: laboratory.origin, stops: walk(laboratory)};
	} finally {
		rmSync(home, {recursive: true});
	}
}

/** A view of a moment as a lab opens with it. */
export function viewOf({title, pages, origin}: Run, {moment, sentence, slices}: Stop, page = 0): LabView {
	return {...openedView({title, moment, sentence, origin, lesson: pages[page]}), slices};
}

/** The app's state with a view in it. */
export const stateOf = (view: LabView | undefined, width: number, height: number, theme: Theme = themeFor('none', 'unicode')): AppState =>
	({session: view === undefined ? INITIAL_SESSION : {...INITIAL_SESSION, screen: 'lab', view}, labs: [], width, height, theme, keymap: new Keymap()});
