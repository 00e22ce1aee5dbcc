import type {CommandName, Context} from './commands.js';
import {type LabView, SPEEDS} from './lab-view.js';
import {markOf, paneNamed} from './panes/index.js';
import type {Session} from './session.js';

/** Where keys go now. */
export function contextOf({screen, help, card, prompt}: Session): Context {
	if (help !== undefined || card !== undefined) return 'help';
	if (prompt !== undefined) return 'field';
	if (screen === 'lab' || screen === 'menu') return screen;
	return 'message';
}

const ENDED = 'the program has ended; step back to go on differently';
const AT_START = 'this is where the program begins';
const NO_LESSON = 'this program runs without a lesson';

const hasEnded = ({moment}: LabView): string | undefined => (moment.outcome === undefined ? undefined : ENDED);
const atStart = ({moment, origin}: LabView): string | undefined => (moment.step <= origin ? AT_START : undefined);

/** Why a command can't be done in a lab as it stands; undefined: it can. Commands that are not here can always be done. */
const REFUSALS: Readonly<Partial<Record<CommandName, (view: LabView) => string | undefined>>> = {
	'next-page': ({lesson}) => (lesson === undefined ? NO_LESSON : lesson.number >= lesson.count && lesson.done ? 'this was the last page; m leads back to the labs' : undefined),
	'previous-page': ({lesson}) => (lesson === undefined ? NO_LESSON : lesson.number <= 1 ? 'this is the first page' : undefined),
	check: ({lesson}) => (lesson === undefined ? NO_LESSON : lesson.question !== undefined ? 'the question comes first' : lesson.goals.length === 0 ? 'this page has nothing to be checked' : undefined),
	hint: ({lesson}) => (lesson === undefined ? NO_LESSON : lesson.hintCount === 0 ? 'this page has no hints' : lesson.hints.length >= lesson.hintCount ? 'all hints are shown' : undefined),
	answer: ({lesson}) => (lesson === undefined ? NO_LESSON : lesson.question === undefined ? 'no question is open on this page' : undefined),
	solution: ({lesson}) => (lesson === undefined ? NO_LESSON : lesson.goals.length === 0 ? 'this page has nothing to be solved' : undefined),
	step: hasEnded, over: hasEnded, continue: hasEnded, finish: hasEnded, right: hasEnded, play: hasEnded,
	'step-back': atStart, 'over-back': atStart, 'continue-back': atStart, 'finish-back': atStart, left: atStart, home: atStart,
	end: ({moment}) => (moment.step < moment.length ? undefined : 'so far the program has run, no further'),
	faster: ({speed}) => (speed >= SPEEDS[SPEEDS.length - 1] ? 'playing can’t be faster' : undefined),
	slower: ({speed}) => (speed <= SPEEDS[0] ? 'playing can’t be slower' : undefined),
	undo: ({history}) => (history.undo === undefined ? 'nothing has been changed' : undefined),
	redo: ({history}) => (history.redo === undefined ? 'nothing has been taken back' : undefined),
	enter(view) {
		const {marks, title} = paneNamed(view.focus);
		if (marks === undefined) return undefined;
		return marks.action(view, markOf(view, view.focus)) === undefined ? marks.refusal ?? `nothing in ${title} can be changed here` : undefined;
	},
};

/** Why a command can't be done now; undefined: it can. */
export const refusalOf = (name: CommandName, {screen, view}: Session): string | undefined => (screen !== 'lab' || view === undefined ? undefined : REFUSALS[name]?.(view));
