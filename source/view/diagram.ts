import type {DiagramNode, NodeState} from '../trace/machine-views/diagram.js';
import type {GlyphTable} from './glyphs.js';
import type {DiagramSlice} from './slices.js';
import {cut, fit, line, type Row, rowWidth, span, type Span, type Tone, widthOf, wrap} from './text.js';

/** A diagram as rows, and which of them is where the machine is; -1 if it is in no box. */
export interface Drawing {
	readonly rows: readonly Row[];
	readonly now: number;
}

/** Columns from which a crossing has one lane for each ring. */
const TWO_LANES = 60;

/** Columns between the lanes, in which the rings are changed. */
const GAP = 7;

/** Columns from which what happens in a box stands beside its name. */
const WITH_CAPTIONS = 76;

const TONES: Readonly<Record<NodeState, Tone>> = {now: 'current', done: 'plain', ahead: 'dim', ready: 'name', skipped: 'dim'};

function signOf(state: NodeState, {pointer, goals, bullet}: GlyphTable): Span {
	switch (state) {
		case 'now':
			return span(pointer, 'key');
		case 'done':
			return span(goals.met, 'good');
		case 'ready':
			return span(bullet, 'name');
		case 'ahead':
			return span(goals.open, 'dim');
		case 'skipped':
			return span(' ');
	}
}

/** A box: its sign and its name. */
function boxOf({id, title}: DiagramNode, {position: {states}}: DiagramSlice, glyphs: GlyphTable): Row {
	const state = states[id] ?? 'ahead';
	return [signOf(state, glyphs), span(' '), span(title, TONES[state]), span(state === 'skipped' ? ' (not this way)' : '', 'dim')];
}

/** What stands beside each other in one row of a crossing. */
interface Crossing {
	readonly left?: DiagramNode;
	readonly right?: DiagramNode;
	readonly change?: 'in' | 'out';
}

/** Boxes row by row: those on both sides of a change of rings stand beside each other. */
function crossings({diagram: {nodes}, position: {states}}: DiagramSlice): Crossing[] {
	const rows: Crossing[] = [];
	for (const node of nodes) {
		const last = rows.at(-1);
		if (node.depth > 0 && last?.left !== undefined && last.right === undefined) rows[rows.length - 1] = {left: last.left, right: node, change: 'in'};
		else if (node.depth > 0) rows.push({right: node});
		else if (last?.right === undefined) rows.push({left: node});
		else {
			// The way out leads from the last box that is on the way.
			const from = rows.findLastIndex(({right, left}) => right !== undefined && left === undefined && states[right.id] !== 'skipped');
			const index = from < 0 ? rows.length - 1 : isAlternative(nodes, rows[from].right, states) ? from - 1 : from;
			rows[index] = {...rows[index], left: node, change: 'out'};
		}
	}

	return rows;
}

/** Whether a box takes another one's place, and it is not decided yet which of the two it will be. */
const isAlternative = (nodes: readonly DiagramNode[], node: DiagramNode | undefined, states: DiagramSlice['position']['states']): boolean =>
	node?.instead !== undefined && nodes.some(({id}) => id === node.instead) && states[node.instead] !== 'skipped';

/** Two boxes beside each other; where the ring changes, an arrow leads from one to the other. */
function besides(left: Row, right: Row, change: Crossing['change'], lane: number, {bar: [line], pointer, left: back, ellipsis}: GlyphTable): Row {
	const shown = rowWidth(left) > lane ? fit(left, lane, ellipsis) : left;
	const length = lane + GAP - rowWidth(shown);
	if (change === undefined) return [...shown, span(' '.repeat(length)), ...right];
	const shaft = line.repeat(Math.max(0, length - 3));
	return [...shown, span(change === 'in' ? ` ${shaft}${pointer} ` : ` ${back}${shaft} `, 'key'), ...right];
}

/** Two lanes, ring 3 at the left. */
function drawLanes(slice: DiagramSlice, width: number, glyphs: GlyphTable): Drawing {
	const lane = Math.floor((width - GAP) / 2);
	const box = (node: DiagramNode | undefined): Row => (node === undefined ? [] : boxOf(node, slice, glyphs));
	const found = crossings(slice);
	const rows = found.map(({left, right, change}) => besides(box(left), box(right), change, lane, glyphs));
	const {now} = slice.position;
	return {
		rows: [[span('ring 3, the program'.padEnd(lane + GAP), 'user'), span('ring 0, the kernel', 'kernel')], ...rows],
		now: now === undefined ? -1 : 1 + found.findIndex(({left, right}) => left?.id === now || right?.id === now),
	};
}

/** One lane, with a heading wherever the ring changes. */
function drawLane(slice: DiagramSlice, glyphs: GlyphTable): Drawing {
	const rows: Row[] = [];
	let now = -1;
	let depth = -1;
	for (const node of slice.diagram.nodes) {
		if (node.depth !== depth) rows.push(node.depth === 0 ? line('ring 3, the program', 'user') : line('ring 0, the kernel', 'kernel'));
		({depth} = node);
		if (node.id === slice.position.now) now = rows.length;
		rows.push([span(' '.repeat(1 + depth)), ...boxOf(node, slice, glyphs)]);
	}

	return {rows, now};
}

/** What stands in front of a box of a tree: which of those above it go on below. */
function branchOf(nodes: readonly DiagramNode[], index: number, {tree}: GlyphTable): string {
	const goesOn = (depth: number): boolean => {
		const next = nodes.slice(index + 1).find(node => node.depth <= depth);
		return next?.depth === depth;
	};

	const {depth} = nodes[index];
	const lines = Array.from({length: depth}, (_, level) => (level < depth - 1 ? (goesOn(level + 1) ? tree.line : tree.blank) : goesOn(depth) ? tree.branch : tree.last));
	return lines.join('');
}

/** Who calls whom, with what happens there where there is room for it. */
function drawTree(slice: DiagramSlice, width: number, glyphs: GlyphTable): Drawing {
	const {diagram: {nodes}, position} = slice;
	const rows = nodes.map((node, index): Row => {
		const row: Row = [span(branchOf(nodes, index, glyphs), 'dim'), ...boxOf(node, slice, glyphs)];
		const room = width - rowWidth(row) - 2;
		const caption = widthOf(node.caption) <= room ? node.caption : `${cut(node.caption, Math.max(0, room - 1))}${glyphs.ellipsis}`;
		return width < WITH_CAPTIONS ? row : [...row, span(`  ${caption}`, 'dim')];
	});
	return {rows, now: nodes.findIndex(({id}) => id === position.now)};
}

/** A diagram in so many columns. */
export function drawDiagram(slice: DiagramSlice, width: number, glyphs: GlyphTable): Drawing {
	if (slice.diagram.id === 'boot') return drawTree(slice, width, glyphs);
	return width >= TWO_LANES ? drawLanes(slice, width, glyphs) : drawLane(slice, glyphs);
}

/** What goes on where the machine is. */
export const captionRows = ({position: {sentence}}: DiagramSlice, width: number): Row[] => wrap(sentence, Math.max(1, width)).map(text => line(text, 'strong'));

const STATE_WORDS: Readonly<Record<NodeState, string>> = {now: 'the machine is here', done: 'done', ahead: 'to come', ready: 'comes again and again', skipped: 'not on this way'};

/** A diagram as sentences: each box with what is known of it. */
export const tellDiagram = ({diagram: {title, nodes}, position: {states, sentence}}: DiagramSlice): string[] => [
	`${title}: ${sentence}`,
	...nodes.map(({id, title: box, caption}) => `${box}, ${STATE_WORDS[states[id] ?? 'ahead']}: ${caption}`),
];
