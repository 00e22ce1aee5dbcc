import type {TraceEvent} from '../../trace/events.js';
import type {LabView} from '../lab-view.js';
import {hex, line, printable, type Row, span, type Tone} from '../text.js';
import type {Pane, Room} from './pane.js';
import {STACK_TITLES} from './stacks.js';
import {keepInSight, signSpan} from './values.js';

/** What an event's line says, by its kind. */
const TEXTS: {readonly [K in TraceEvent['kind']]: (event: Extract<TraceEvent, {kind: K}>) => string} = {
	syscall: ({nr}) => `syscall: number ${nr}, ring 3 to ring 0`,
	swapgs: ({after}) => `swapgs: gs.base is ${hex(after)}`,
	cr3: ({after}) => `cr3 is ${hex(after)}`,
	'stack-switch': ({to, stack}) => `rsp to the ${STACK_TITLES[stack]}: ${hex(to)}`,
	push: ({value, slot}) => `${slot === undefined ? 'push ' : `pt_regs->${slot} = `}${hex(value)}`,
	pt_regs: ({address}) => `pt_regs are complete at ${hex(address)}`,
	dispatch: ({nr, handler}) => `number ${nr} reaches ${handler}`,
	result: ({value}) => `result ${BigInt.asIntN(64, value)}`,
	sysret: ({rip}) => `sysretq: back to ring 3 at ${hex(rip)}`,
	iret: ({rip, cpl}) => `iretq: to ring ${cpl} at ${hex(rip)}`,
	exception: ({name, rip, cr2}) => `${name} at ${hex(rip)}${cr2 === undefined ? '' : `, cr2 ${hex(cr2)}`}`,
	interrupt: ({vector}) => `interrupt ${vector}`,
	hypercall: ({service}) => `vmcall: the host does ${service}`,
	switch: ({from, to}) => `task ${from} gives the CPU to task ${to}`,
	signal: ({number, fatal}) => `signal ${number}${fatal ? ' ends the process' : ': its handler will run'}`,
	'task-exit': ({pid}) => `task ${pid} ends`,
	out: ({bytes}) => `out: the console gets “${printable(bytes.replaceAll('\n', String.raw`\n`))}”`,
	boot: ({label}) => `boot: ${label}`,
};

/** An event in a few words. */
export const describeEvent = (event: TraceEvent): string => (TEXTS[event.kind] as (event: TraceEvent) => string)(event);

/** Index of the first event that has not happened yet at a step. */
function firstAhead(events: readonly TraceEvent[], step: number): number {
	let low = 0;
	let high = events.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (events[middle].step < step) low = middle + 1;
		else high = middle;
	}

	return low;
}

/** The part of the list that belongs to the program, and how much of it has happened. */
function happened({moment, origin}: LabView): {readonly begin: number; readonly ahead: number} {
	const {events, step} = moment;
	return {begin: firstAhead(events, origin), ahead: firstAhead(events, step)};
}

/** The events of the program's run around the cursor: what has happened, the newest marked; what is ahead, dimmed. */
function paint(view: LabView, {height, glyphs, mark, isChosen}: Room): readonly Row[] {
	const {moment: {events, step}, scroll, slices: {inspected}} = view;
	const {begin, ahead} = happened(view);
	if (begin === events.length) return [line('Nothing has happened yet.', 'dim')];
	const usual = Math.max(begin, Math.min(events.length - height, ahead - Math.ceil((height * 2) / 3) + (scroll.events ?? 0)));
	// What the code pane's mark is about is in sight here, too.
	const asked = inspected?.isAsked === true && inspected.step !== undefined ? firstAhead(events, inspected.step) : -1;
	const wanted = isChosen ? begin + mark : events.at(asked)?.step === inspected?.step && asked >= begin ? asked : undefined;
	const first = wanted === undefined ? usual : keepInSight(usual, height, wanted);
	return events.slice(first, first + height).map((event, index): Row => {
		const at = first + index;
		const isMarked = isChosen && at === begin + mark;
		const isInspected = inspected?.isAsked === true && inspected.step === event.step && !isMarked;
		const tone: Tone = isInspected ? 'selected' : at >= ahead ? 'dim' : event.step === step - 1 ? 'changed' : 'plain';
		const sign = isMarked ? span(`${glyphs.pointer} `, 'key') : isInspected ? span(`${glyphs.landmark} `, 'key') : signSpan(at === ahead - 1 || event.step === step - 1, `${glyphs.changed} `, 'changed');
		return [sign, span(describeEvent(event), isMarked ? 'selected' : tone)];
	});
}

/** The event that a person has marked, if one is. */
export function markedEvent(view: LabView): TraceEvent | undefined {
	const {focus, marks, moment: {events}} = view;
	return focus !== 'events' || marks.events === undefined ? undefined : events.at(happened(view).begin + marks.events);
}

/** Sentences of the events behind one step and up to another, the last ones if there are many. */
export function eventsBetween(events: readonly TraceEvent[], from: number, to: number): readonly TraceEvent[] {
	return events.slice(firstAhead(events, from), firstAhead(events, to));
}

/** Events that are read out. */
const TOLD = 12;

export const eventsPane: Pane<'events'> = {
	name: 'events', title: 'Events', digit: 5,
	help: 'What has happened on the way through the kernel; code and hardware show the marked event, Enter goes there',
	size: {least: 6, good: 12, grows: 2},
	views: {crossing: 3, processor: 5, memory: 5, calls: 5, diagrams: 3},
	needs: ['inspected'],
	paint,
	changed: ({moment: {events, step}}) => eventsBetween(events, step - 1, step).length > 0,
	marks: {
		count: view => Math.max(1, view.moment.events.length - happened(view).begin),
		usual(view) {
			const {begin, ahead} = happened(view);
			return Math.max(0, ahead - 1 - begin);
		},
		action(view, mark) {
			const event = view.moment.events.at(happened(view).begin + mark);
			return event === undefined ? undefined : {kind: 'go', step: event.step + 1};
		},
		label: 'go there',
		stays: false,
	},
	tell({moment: {events, step}, origin}) {
		const past = eventsBetween(events, origin, step).slice(-TOLD);
		return past.length === 0 ? ['nothing has happened yet'] : past.map(event => `step ${event.step - origin}: ${describeEvent(event)}`);
	},
};
