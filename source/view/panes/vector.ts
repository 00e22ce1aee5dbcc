import type {LabView} from '../lab-view.js';
import {hex, line, type Row, span} from '../text.js';
import type {Pane, Room} from './pane.js';
import {firstShown, keepInSight, signSpan} from './values.js';

const DIGITS = 32;
const COUNT = 16;

/** Columns in front of the value: marks and the longest name. */
const MARGIN = 7;

function vectorRow(value: bigint, index: number, isMarked: boolean, {width, glyphs}: Room): Row {
	const digits = value.toString(16).padStart(DIGITS, '0');
	const zeros = Math.min(DIGITS - 1, DIGITS - digits.replace(/^0+/, '').length);
	// In a narrow pane the leading zeros go first.
	const cut = Math.min(zeros, Math.max(0, DIGITS + MARGIN - width));
	return [
		signSpan(isMarked, glyphs.pointer, 'key'), span(`xmm${index}`.padEnd(MARGIN - 1), 'name'),
		span(digits.slice(cut, zeros), isMarked ? 'selected' : 'dim'), span(digits.slice(zeros), isMarked ? 'selected' : 'value'),
	];
}

function paint(view: LabView, room: Room): readonly Row[] {
	const {vector} = view.slices;
	if (vector === undefined) return [];
	const {height, mark, isChosen} = room;
	const rows = [...vector.xmm.map((value, index) => vectorRow(value, index, isChosen && index === mark, room)), line(` mxcsr ${hex(vector.mxcsr)}`, 'dim')];
	const first = keepInSight(firstShown(rows.length, height, 0, view.scroll.vector), height, isChosen ? mark : 0);
	return rows.slice(first, first + height);
}

export const vectorPane: Pane<'vector'> = {
	name: 'vector', title: 'Vectors',
	help: 'The registers xmm0 to xmm15 and mxcsr',
	size: {least: 6, good: COUNT + 3, grows: 0},
	views: {processor: 4},
	needs: ['vector'],
	paint,
	marks: {
		count: () => COUNT,
		usual: () => 0,
		action: (view, mark) => ({kind: 'change', target: `xmm${mark}`, title: `Change xmm${mark}`, now: hex(view.slices.vector?.xmm.at(mark) ?? 0n)}),
		label: 'change',
		stays: true,
	},
	tell: view => (view.slices.vector?.xmm ?? []).map((value, index) => `xmm${index} is ${hex(value)}`),
};
