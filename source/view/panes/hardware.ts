import {changes, type LaneEntry, type LanePart, type LaneStage} from '../../trace/hardware/lane-entry.js';
import type {Card} from '../card.js';
import type {GlyphTable} from '../glyphs.js';
import type {LabView} from '../lab-view.js';
import {hex, line, type Row, rowWidth, span, wrap} from '../text.js';
import type {Pane, Room} from './pane.js';
import {firstShown, keepInSight, signSpan} from './values.js';

/** Headings of the parts of a step. */
const STAGES: Readonly<Record<LaneStage, string>> = {fetch: 'fetched', execute: 'executed', deliver: 'delivered', host: 'served by the host'};

/** Kinds that matter although nothing has changed: what people expect and did not happen, what was refused or raised. */
const TELLING: ReadonlySet<LaneEntry['kind']> = new Set<LaneEntry['kind']>(['untouched', 'refusal', 'raise', 'walk', 'condition']);

/** Kinds of which the fields are listed below the sentence. */
const WITH_FIELDS: ReadonlySet<LaneEntry['kind']> = new Set<LaneEntry['kind']>(['walk', 'flags', 'page-entry', 'segment']);

const matters = (entry: LaneEntry): boolean => TELLING.has(entry.kind) || (changes(entry) && entry.kind !== 'instruction');

/** How much is said of each entry: its sentence; besides what was there before and after, and its fields. */
type Detail = 'sentences' | 'values';

const fieldText = ({name, before, after}: LanePart, {arrow}: GlyphTable): string => (before === after ? `${name}=${hex(after).slice(2)}` : `${name} ${hex(before).slice(2)}${arrow}${hex(after).slice(2)}`);

/** What was there before and after, and the fields that matter. */
function valueRows(entry: LaneEntry, {width, glyphs}: Room): Row[] {
	const {kind, target, before, after, parts = []} = entry;
	const values = changes(entry) ? [`${target}: ${hex(before)} ${glyphs.arrow} ${hex(after)}`] : [];
	const fields = WITH_FIELDS.has(kind) && parts.length > 0 ? [parts.map(part => fieldText(part, glyphs)).join('  ')] : [];
	return [...values, ...fields].flatMap(text => wrap(text, Math.max(1, width - 4)).map((part): Row => [span(`    ${part}`, 'value')]));
}

/** An entry: its sentence, marked if something changed, the manual's page, and the values. */
function entryRows(entry: LaneEntry, detail: Detail, isMarked: boolean, room: Room): Row[] {
	const {width, glyphs} = room;
	const [first = '', ...more] = wrap(entry.sentence, Math.max(1, width - 2));
	const isChange = matters(entry);
	const tone = isMarked ? 'selected' : entry.kind === 'refusal' ? 'error' : isChange ? 'plain' : 'dim';
	const sign = isMarked ? span(`${glyphs.pointer} `, 'key') : signSpan(changes(entry) && isChange, `${glyphs.changed} `, 'changed');
	const rows: Row[] = [[sign, span(first, tone)], ...more.map((part): Row => [span(`  ${part}`, tone)])];
	const values = detail === 'values' ? valueRows(entry, room) : [];
	if (entry.reference === '') return [...rows, ...values];
	const last = rows[rows.length - 1];
	const fits = rowWidth(last) + entry.reference.length + 2 <= width;
	return [...(fits ? [...rows.slice(0, -1), [...last, span(`  ${entry.reference}`, 'comment')]] : [...rows, line(`  ${entry.reference}`, 'comment')]), ...values];
}

/** The entries under the headings of their stages, each in its rows. */
function laneRows(lane: readonly LaneEntry[], detail: Detail, mark: number, room: Room): Row[][] {
	return lane.map((entry, index) => [...(index > 0 && entry.stage === lane[index - 1].stage ? [] : [line(STAGES[entry.stage], 'label')]), ...entryRows(entry, detail, index === mark, room)]);
}

/** What is said of a marked instruction of which no step is known. */
const NOT_RUN = 'The marked instruction was not run near here.';

const rowsOf = (parts: readonly (readonly Row[])[]): number => parts.reduce((sum, rows) => sum + rows.length, 0);

/** As much as there is room for: everything, or the sentences, or those that matter. */
function fitting(lane: readonly LaneEntry[], room: Room): Row[][] {
	const whole = laneRows(lane, 'values', -1, room);
	if (rowsOf(whole) <= room.height) return whole;
	const sentences = laneRows(lane, 'sentences', -1, room);
	return rowsOf(sentences) <= room.height ? sentences : laneRows(lane.filter(matters), 'sentences', -1, room);
}

/** All that was done, with before and after; where that is too much, and the pane is not chosen, what matters alone. */
function paint(view: LabView, room: Room): readonly Row[] {
	const {lane, inspected} = view.slices;
	if (lane === undefined || lane.length === 0) return [line(inspected?.isAsked === true ? NOT_RUN : 'Nothing has been run yet.', 'dim')];
	const {height, mark, isChosen} = room;
	const parts = isChosen ? laneRows(lane, 'values', mark, room) : fitting(lane, room);
	if (parts.length === 0) return [line('rip moves on; nothing else has changed.', 'dim')];
	const rows = parts.flat();
	const first = firstShown(rows.length, height, 0, view.scroll.hardware);
	const begin = rowsOf(parts.slice(0, mark));
	const kept = isChosen ? keepInSight(keepInSight(first, height, begin + (parts.at(mark)?.length ?? 1) - 1), height, begin) : first;
	return rows.slice(kept, kept + height);
}

/** Everything that is known of an entry. */
function entryCard({target, address, bits, before, after, sentence, reference, parts = []}: LaneEntry): Card {
	return {
		title: reference === '' ? target : `${target}: ${reference}`,
		parts: [
			{text: sentence},
			...(address === undefined ? [] : [{name: 'where', text: hex(address)}]),
			...(before === after ? [{name: 'value', text: `${hex(after)}, ${bits} bits`}] : [{name: 'before', text: `${hex(before)}, ${bits} bits`}, {name: 'after', text: hex(after)}]),
			...parts.map(part => ({name: part.name, text: `${part.before === part.after ? hex(part.after) : `${hex(part.before)}, then ${hex(part.after)}`}: ${part.sentence}`})),
		],
	};
}

/** An entry, read out: what it did, and what was there before. */
function tellEntry(entry: LaneEntry): string {
	const {sentence, reference, before, after, kind, parts = []} = entry;
	const values = changes(entry) && kind !== 'instruction' ? ` Before ${hex(before)}, after ${hex(after)}.` : '';
	const fields = kind === 'walk' ? ` ${parts.map(({name, after: value}) => `${name} is ${hex(value)}`).join(', ')}.` : '';
	return `${sentence}${reference === '' ? '' : ` (${reference})`}${values}${fields}`;
}

export const hardwarePane: Pane<'hardware'> = {
	name: 'hardware', title: 'Hardware', digit: 7,
	help: 'Everything that the processor did for the last instruction, in order, before and after, with the manual’s page; Enter shows all fields of the marked one',
	size: {least: 7, good: 14, grows: 2},
	views: {crossing: 5, processor: 2, memory: 6},
	needs: ['lane', 'inspected'],
	paint,
	subject: ({slices: {inspected}, origin}) => (inspected?.isAsked !== true ? '' : inspected.step === undefined ? 'not run near here' : `step ${inspected.step + 1 - origin}`),
	changed: ({moment: {last}}) => last !== undefined && (last.effects.length > 0 || last.accesses.length > 0),
	marks: {
		count: ({slices: {lane = []}}) => Math.max(1, lane.length),
		usual: () => 0,
		action({slices: {lane = []}}, mark) {
			const entry = lane.at(mark);
			return entry === undefined ? undefined : {kind: 'explain', card: entryCard(entry)};
		},
		refusal: 'nothing has been run yet',
		label: 'explain',
		stays: false,
	},
	tell: ({slices: {lane = []}}) => (lane.length === 0 ? ['nothing has been run yet'] : lane.map(tellEntry)),
};
