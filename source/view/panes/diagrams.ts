import {captionRows, drawDiagram, tellDiagram} from '../diagram.js';
import type {LabView} from '../lab-view.js';
import {line, type Row} from '../text.js';
import type {Pane, Room} from './pane.js';
import {firstShown} from './values.js';

/** Rows from which what goes on is said below the diagram. */
const ROWS_FOR_CAPTION = 8;

type DiagramName = 'path' | 'boot';

/** The diagram with the box in which the machine is in sight, and below it what goes on there. */
function paint(name: DiagramName, view: LabView, {width, height, glyphs}: Room): readonly Row[] {
	const slice = view.slices[name];
	if (slice === undefined) return [line('The way is not known here.', 'dim')];
	const {rows, now} = drawDiagram(slice, width, glyphs);
	const caption = height >= ROWS_FOR_CAPTION ? captionRows(slice, width).slice(0, Math.floor(height / 3)) : [];
	const room = height - caption.length - (caption.length > 0 && rows.length + caption.length < height ? 1 : 0);
	const first = firstShown(rows.length, room, Math.max(0, now - Math.floor(room / 2)), view.scroll[name]);
	const shown = rows.slice(first, first + room);
	return caption.length === 0 ? shown : [...shown, ...(shown.length + caption.length < height ? [[]] : []), ...caption];
}

const diagramPane = <Name extends DiagramName>(pane: Pick<Pane<Name>, 'name' | 'title' | 'help' | 'size' | 'views'>): Pane<Name> => ({
	...pane,
	needs: [pane.name],
	paint: (view, room) => paint(pane.name, view, room),
	tell(view) {
		const slice = view.slices[pane.name];
		return slice === undefined ? [] : tellDiagram(slice);
	},
});

export const pathPane = diagramPane({
	name: 'path', title: 'Path', help: 'The way of a call from the program through the kernel and back, drawn, and where the machine is on it',
	size: {least: 6, good: 20, grows: 1}, views: {diagrams: 1, processor: 8, calls: 4},
});

export const bootPane = diagramPane({
	name: 'boot', title: 'Boot', help: 'Who calls whom from power-on to the first system call, drawn, and where the machine is in it',
	size: {least: 6, good: 18, grows: 1}, views: {diagrams: 2, tables: 7},
});
