import type {TraceEvent} from '../../trace/events.js';
import type {LabView} from '../session.js';
import {hex, line, printable, type Row, span} from '../text.js';
import type {GlyphTable} from '../theme.js';
import {STACK_TITLES} from './stacks.js';

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

/** The events of the program's run around the cursor: what has happened, the newest marked; what is ahead, dimmed. */
export function paintEvents({moment, origin, scroll}: LabView, height: number, glyphs: GlyphTable): Row[] {
	const {events, step} = moment;
	const begin = firstAhead(events, origin);
	const ahead = firstAhead(events, step);
	if (begin === events.length) return [line('Nothing has happened yet.', 'dim')];
	const first = Math.max(begin, Math.min(events.length - height, ahead - Math.ceil((height * 2) / 3) + (scroll.events ?? 0)));
	return events.slice(first, first + height).map((event, index) => {
		const at = first + index;
		const newest = at === ahead - 1;
		const fresh = event.step === step - 1;
		return [span(newest ? `${glyphs.pointer} ` : '  ', 'key'), span(describeEvent(event), at >= ahead ? 'dim' : fresh ? 'changed' : 'plain')];
	});
}
