import type {EventKind, TraceEvent} from '../trace/events.js';
import type {LabView} from './lab-view.js';
import {fit, type Row, span, type Span} from './text.js';
import type {Theme} from './theme.js';

/** Events that are marked on the bar; where they would cover it, only those of the second list, or none. */
const LANDMARKS: readonly ReadonlySet<EventKind>[] = [
	new Set<EventKind>(['syscall', 'stack-switch', 'pt_regs', 'dispatch', 'result', 'sysret', 'iret', 'exception']),
	new Set<EventKind>(['syscall', 'exception']),
];

/** At most so many landmarks stand on a bar: one in so many columns. */
const SPARSE = 4;

/** What stands in each column of the bar. */
interface Columns {
	/** Whether a step that the column stands for is in ring 0. */
	readonly kernel: readonly boolean[];
	readonly landmark: readonly boolean[];
}

/** The column of a step. */
const columnOf = (step: number, {origin, moment: {length}}: LabView, width: number): number => Math.min(width - 1, Math.max(0, Math.floor(((step - origin) * width) / Math.max(1, length - origin))));

function kernelColumns(view: LabView, width: number): boolean[] {
	const columns = new Array<boolean>(width).fill(false);
	const {moment: {events, length}, origin} = view;
	let entered: number | undefined;
	const close = (step: number): void => {
		if (entered !== undefined) columns.fill(true, columnOf(entered, view, width), columnOf(step - 1, view, width) + 1);
		entered = undefined;
	};

	for (const event of events) {
		if (event.step < origin) continue;
		if (event.kind === 'syscall' || event.kind === 'exception' || event.kind === 'interrupt') entered ??= event.step + 1;
		else if (event.kind === 'sysret' || (event.kind === 'iret' && event.cpl === 3)) close(event.step + 1);
	}

	close(length + 1);
	return columns;
}

function landmarkColumns(view: LabView, width: number): boolean[] {
	const {moment: {events}, origin} = view;
	for (const kinds of LANDMARKS) {
		const marked = events.filter(({kind, step}) => step >= origin && kinds.has(kind));
		if (marked.length * SPARSE > width) continue;
		const columns = new Array<boolean>(width).fill(false);
		for (const {step} of marked) columns[columnOf(step + 1, view, width)] = true;
		return columns;
	}

	return [];
}

/** What was worked out last, and for what: going back and forth in a known run changes nothing about it. */
let known: {readonly events: readonly TraceEvent[]; readonly last: TraceEvent | undefined; readonly length: number; readonly origin: number; readonly width: number; readonly columns: Columns} | undefined;

function columnsOf(view: LabView, width: number): Columns {
	const {moment: {events, length}, origin} = view;
	const last = events.at(-1);
	if (known?.events === events && known.last === last && known.length === length && known.origin === origin && known.width === width) return known.columns;
	const columns = {kernel: kernelColumns(view, width), landmark: landmarkColumns(view, width)};
	known = {events, last, length, origin, width, columns};
	return columns;
}

/** Joins neighbours of one tone. */
function merge(spans: readonly Span[]): Span[] {
	const out: Span[] = [];
	for (const next of spans) {
		const last = out.at(-1);
		if (last?.tone === next.tone) out[out.length - 1] = span(last.text + next.text, last.tone);
		else out.push(next);
	}

	return out;
}

const LABEL = ' run ';

/** The whole run in one row: a thin line in ring 3, a thick one in ring 0, the landmarks, and where the cursor stands. */
export function paintScrubBar(view: LabView, width: number, {glyphs}: Theme): Row {
	const bar = Math.max(1, width - LABEL.length - 1);
	const {kernel, landmark} = columnsOf(view, bar);
	const at = columnOf(view.moment.step, view, bar);
	const [user, inKernel] = glyphs.bar;
	const spans = kernel.map((isKernel, column): Span => {
		if (column === at) return span(glyphs.cursor, 'strong');
		if (landmark[column]) return span(glyphs.landmark, 'strong');
		return span(isKernel ? inKernel : user, isKernel ? 'kernel' : 'user');
	});
	return fit([span(LABEL, 'dim'), ...merge(spans)], width, '');
}
