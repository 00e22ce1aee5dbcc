import {span, type Row, wrap, line} from '../text.js';
import type {LabView} from '../session.js';

/** The page of the lesson: its title, its text, and what to do. */
export function paintLesson({lab, page}: LabView, width: number): Row[] {
	const step = lab.steps[page]!;
	const rows: Row[] = [[span(step.title, 'title')], []];
	for (const paragraph of step.paragraphs) {
		for (const text of wrap(paragraph, width)) rows.push(line(text));
		rows.push([]);
	}

	if (step.task !== undefined) {
		for (const [index, text] of wrap(step.task, Math.max(1, width - 2)).entries()) rows.push([span(index === 0 ? '▶ ' : '  ', 'key'), span(text, 'strong')]);
	}

	return rows;
}
