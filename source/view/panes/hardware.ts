import {changes, type LaneEntry, type LaneStage} from '../../trace/hardware/lane-entry.js';
import type {LabView} from '../lab-view.js';
import {line, type Row, rowWidth, span, wrap} from '../text.js';
import type {Pane, Room} from './pane.js';
import {firstShown, signSpan} from './values.js';

/** Headings of the parts of a step. */
const STAGES: Readonly<Record<LaneStage, string>> = {fetch: 'fetched', execute: 'executed', deliver: 'delivered', host: 'served by the host'};

/** Kinds that matter although nothing has changed: what people expect and did not happen, what was refused or raised. */
const TELLING: ReadonlySet<LaneEntry['kind']> = new Set<LaneEntry['kind']>(['untouched', 'refusal', 'raise', 'walk', 'condition']);

const matters = (entry: LaneEntry): boolean => TELLING.has(entry.kind) || (changes(entry) && entry.kind !== 'instruction');

/** An entry: its sentence, marked if something changed, and the manual's page. */
function entryRows(entry: LaneEntry, {width, glyphs}: Room): Row[] {
	const [first = '', ...more] = wrap(entry.sentence, Math.max(1, width - 2));
	const isChange = matters(entry);
	const rows: Row[] = [
		[signSpan(changes(entry) && isChange, `${glyphs.changed} `, 'changed'), span(first, isChange ? 'plain' : 'dim')],
		...more.map((part): Row => [span(`  ${part}`, isChange ? 'plain' : 'dim')]),
	];
	if (entry.reference === '') return rows;
	const last = rows[rows.length - 1];
	const fits = rowWidth(last) + entry.reference.length + 2 <= width;
	return fits ? [...rows.slice(0, -1), [...last, span(`  ${entry.reference}`, 'comment')]] : [...rows, line(`  ${entry.reference}`, 'comment')];
}

/** The entries under the headings of their stages. */
function laneRows(lane: readonly LaneEntry[], room: Room): Row[] {
	return lane.flatMap((entry, index) => [...(index > 0 && entry.stage === lane[index - 1].stage ? [] : [line(STAGES[entry.stage], 'label')]), ...entryRows(entry, room)]);
}

/** All that was done; where that is too much, and nobody scrolls, what matters alone. */
function paint(view: LabView, room: Room): readonly Row[] {
	const {lane} = view.slices;
	if (lane === undefined || lane.length === 0) return [line('Nothing has been run yet.', 'dim')];
	const all = laneRows(lane, room);
	const rows = all.length <= room.height || room.isChosen ? all : laneRows(lane.filter(matters), room);
	if (rows.length === 0) return [line('rip moves on; nothing else has changed.', 'dim')];
	const first = firstShown(rows.length, room.height, 0, view.scroll.hardware);
	return rows.slice(first, first + room.height);
}

export const hardwarePane: Pane<'hardware'> = {
	name: 'hardware', title: 'Hardware', digit: 7,
	help: 'Everything that the processor did for the last instruction, in order, with the manual’s page',
	size: {least: 7, good: 14, grows: 2},
	views: {crossing: 5, processor: 2, memory: 6},
	needs: 'lane',
	paint,
	changed: ({moment: {last}}) => last !== undefined && (last.effects.length > 0 || last.accesses.length > 0),
	tell: ({slices: {lane = []}}) => (lane.length === 0 ? ['nothing has been run yet'] : lane.map(({sentence, reference}) => `${sentence}${reference === '' ? '' : ` (${reference})`}`)),
};
