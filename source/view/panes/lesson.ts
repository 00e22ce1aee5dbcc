import {span, type Row, wrap, line} from '../text.js';
import type {LabView} from '../session.js';
import type {GlyphTable} from '../theme.js';

/** Text between back quotes is code: it stands out, without the quotes. */
function inline(text: string): Row {
	return text.split('`').map((part, index) => span(part, index % 2 === 0 ? 'plain' : 'name'));
}

/** A paragraph in lines; a piece of code that is broken over two lines is code on both. */
function paragraphRows(paragraph: string, width: number): Row[] {
	let open = false;
	return wrap(paragraph, width).map(text => {
		const whole = open ? `\`${text}` : text;
		open = whole.split('`').length % 2 === 0;
		return inline(whole);
	});
}

/** What to do, which stays in sight when the text above it does not fit. */
function taskRows(task: string | undefined, width: number, glyphs: GlyphTable): Row[] {
	return wrap(task ?? '', Math.max(1, width - 2)).map((text, index): Row => [span(index === 0 ? `${glyphs.pointer} ` : '  ', 'key'), span(text, 'strong')]);
}

/** The page of the lesson: its title, its text, and what to do. */
export function paintLesson({lab, page, scroll}: LabView, width: number, height: number, glyphs: GlyphTable): Row[] {
	const step = lab.steps[page];
	const task = taskRows(step.task, width, glyphs);
	const text: Row[] = [[span(step.title, 'title')], []];
	for (const paragraph of step.paragraphs) text.push(...paragraphRows(paragraph, width), []);
	const room = Math.max(1, height - task.length);
	// The empty row before the task may go if that makes the text fit.
	if (text.length === room + 1) text.pop();
	if (text.length <= room) return [...text, ...task];
	const first = Math.max(0, Math.min(text.length - room + 1, scroll.lesson ?? 0));
	const more = first + room - 1 < text.length ? `${glyphs.ellipsis} more: press 1, then the arrows` : '';
	return [...text.slice(first, first + room - 1), ...Array.from({length: Math.max(0, first + room - 1 - text.length)}, (): Row => []), line(more, 'dim'), ...task];
}
