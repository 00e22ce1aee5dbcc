import {fit, type Row, span, type Span, widthOf} from './text.js';

/** Keys with a word on each, as many as fit, in their order. */
export function keyBarOf(entries: readonly (readonly [key: string, label: string])[], width: number): Row {
	const spans: Span[] = [span(' ')];
	let used = 1;
	for (const [key, label] of entries) {
		const size = widthOf(key) + widthOf(label) + 3;
		if (used + size > width) break;
		used += size;
		spans.push(span(key, 'key'), span(` ${label}  `));
	}

	return fit(spans, width);
}
