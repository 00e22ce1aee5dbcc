import {PT_REGS_FIELDS, SIGNAL_NAMES} from '../../kernel/constants.js';
import {syscallName} from '../../kernel/syscall-table.js';
import type {EventKind, TraceEvent} from '../../trace/events.js';
import type {Selector} from './syntax.js';

/** What can be asked of each kind of event, besides its step. */
export const EVENT_FIELDS: Readonly<Record<EventKind, readonly string[]>> = {
	syscall: ['nr', 'name', 'pid', 'args', 'rip', 'target', 'rcx', 'r11', 'rsp'],
	swapgs: ['before', 'after'],
	cr3: ['before', 'after'],
	'stack-switch': ['from', 'to', 'stack'],
	push: ['address', 'value', 'slot', 'hardware'],
	pt_regs: ['address', ...PT_REGS_FIELDS],
	dispatch: ['nr', 'name', 'handler'],
	result: ['nr', 'name', 'pid', 'value'],
	sysret: ['rip', 'flags', 'rsp'],
	iret: ['rip', 'rsp', 'cpl'],
	exception: ['vector', 'name', 'rip', 'cpl', 'errorCode', 'cr2'],
	interrupt: ['vector', 'rip', 'cpl'],
	hypercall: ['service'],
	switch: ['from', 'to'],
	signal: ['pid', 'number', 'code', 'address', 'fatal', 'sender', 'status'],
	'task-exit': ['pid', 'tgid', 'status'],
	out: ['bytes'],
	boot: ['label'],
};

/** The kinds of event. */
export const EVENT_KINDS = Object.keys(EVENT_FIELDS) as readonly EventKind[];

/** Whether a word names a kind of event. */
export const isEventKind = (word: string): word is EventKind => (EVENT_KINDS as readonly string[]).includes(word);

/** The name by which an event is chosen among others of its kind: a call's, an exception's, a field's, a stack's. */
export function eventName(event: TraceEvent): string | undefined {
	switch (event.kind) {
		case 'syscall':
		case 'result':
			return syscallName(event.nr) ?? String(event.nr);
		case 'dispatch':
			return event.name;
		case 'exception':
			return event.name.replace('#', '');
		case 'push':
			return event.slot;
		case 'stack-switch':
			return event.stack;
		case 'boot':
			return event.label;
		case 'hypercall':
			return event.service;
		case 'signal':
			return SIGNAL_NAMES.get(event.number) ?? String(event.number);
		default:
			return undefined;
	}
}

/** The kinds of event that can be chosen by a name. */
export const NAMED_EVENTS: readonly EventKind[] = ['syscall', 'result', 'dispatch', 'exception', 'push', 'stack-switch', 'boot', 'hypercall', 'signal'];

/** Whether an event is one of those that a selector speaks of. */
export const isMeant = (event: TraceEvent, kind: EventKind, of: Selector['of']): boolean => event.kind === kind && (of === undefined || eventName(event) === of);

/** What an event says of itself: the value of one of its fields; undefined where this event has none. */
export function eventField(event: TraceEvent, field: string, index?: number): bigint | string | boolean | undefined {
	if (field === 'step') return BigInt(event.step);
	if (field === 'name' && (event.kind === 'syscall' || event.kind === 'result')) return eventName(event);
	if (event.kind === 'pt_regs' && field !== 'address') return event.fields[field as keyof typeof event.fields];
	const found: unknown = Object.entries(event).find(([name]) => name === field)?.[1];
	const value: unknown = Array.isArray(found) ? found.at(index ?? 0) : found;
	if (typeof value === 'number') return BigInt(value);
	return typeof value === 'bigint' || typeof value === 'string' || typeof value === 'boolean' ? value : undefined;
}
