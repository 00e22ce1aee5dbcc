import {serviceName} from '../../kernel/services/service-table.js';
import type {Effect, Mark, Note, SegmentState} from '../../machine/events.js';
import {Port} from '../../machine/devices.js';
import {Origin} from '../../machine/exceptions.js';
import {Vector} from '../../machine/fault.js';
import {hex} from '../names.js';
import type {LaneBuilder} from './lane-builder.js';
import {rightsText} from './places.js';
import {MANUAL} from './references.js';
import {opening, registerBits, registerTitle} from './register-names.js';
import {changedFlags, flagsText} from './told-work.js';
import {decodeErrorCode, vectorText} from './vectors.js';

type NoteOf<K extends Note['kind']> = Extract<Note, {readonly kind: K}>;

/** What an effect means to a newcomer: the value in words, before and after. */
type Wording = (value: string, effect: Effect) => string;

const ringText = ({before, after}: Effect): string =>
	`The privilege level goes from ${before} to ${after}: ${after === 0n ? 'kernel mode' : after === 3n ? 'user mode' : `ring ${after}`}`;

/** Sentences for effects that people meet on a crossing, by instruction or `deliver` and target. */
const WORDINGS: ReadonlyMap<string, Wording> = new Map<string, Wording>([
	['syscall/rcx', value => `rcx takes ${value}, the address behind syscall, so that the kernel knows where to return`],
	['syscall/r11', value => `r11 takes the flags as they are, ${value}`],
	['syscall/rip', value => `rip becomes ${value}: IA32_LSTAR holds this one address for all calls`],
	['syscall/rflags', (_, {before, after}) => `The flags that IA32_FMASK names are cleared: ${flagsText(before, after)}`],
	['syscall/cs', value => `cs becomes ${value}, from bits 47 to 32 of IA32_STAR; the GDT is not read`],
	['syscall/ss', value => `ss becomes ${value}, eight more than cs; the GDT is not read`],
	['sysretq/rip', value => `rip becomes ${value}, which rcx held`],
	['sysretq/rflags', (_, {before, after}) => `The flags come from r11, but RF and VM: ${flagsText(before, after)}`],
	['sysretq/cs', value => `cs becomes ${value}: bits 63 to 48 of IA32_STAR plus 16, for ring 3; the GDT is not read`],
	['sysretq/ss', value => `ss becomes ${value}: bits 63 to 48 of IA32_STAR plus 8, for ring 3; the GDT is not read`],
	['swapgs/gs.base', value => `The GS base becomes ${value}: it comes from IA32_KERNEL_GS_BASE`],
	['swapgs/kernel_gs_base', value => `IA32_KERNEL_GS_BASE keeps the other one, ${value}, until the next swapgs`],
	['iretq/rip', value => `rip becomes ${value}, from the frame`],
	['iretq/cs', value => `cs becomes ${value}, from the frame; its low two bits are the ring to return to`],
	['iretq/rsp', value => `rsp becomes ${value}, from the frame: the stack is switched back`],
	['iretq/ss', value => `ss becomes ${value}, from the frame`],
	['iretq/rflags', (_, {before, after}) => `The flags come from the frame: ${flagsText(before, after)}`],
	['deliver/cr2', value => `cr2 takes ${value}, the address that faulted`],
	['deliver/ss', value => `ss becomes ${value}: null, since the ring changes`],
	['deliver/rsp', value => `rsp becomes ${value}: the handler’s stack, below the words that were pushed`],
	['deliver/cs', value => `cs becomes ${value}, the gate’s selector`],
	['deliver/rflags', (_, {before, after}) => `TF, NT and RF are cleared, and IF by an interrupt gate: ${flagsText(before, after)}`],
	['deliver/rip', value => `rip becomes ${value}: the handler that the gate names`],
	['mov-control/cr3', value => `cr3 becomes ${value}: from now on this top-level table decides what every address means`],
	['wrmsr/lstar', value => `IA32_LSTAR becomes ${value}: where syscall will go from now on`],
	['ltr/tr', value => `tr becomes ${value}: the TSS that this selector names is the one that the processor reads`],
]);

/** Where the manual treats what the delivery of an exception does to a register. */
const DELIVERY_REFERENCES: ReadonlyMap<string, string> = new Map<string, string>([
	['cr2', MANUAL.PAGE_FAULT], ['ss', MANUAL.STACK_SWITCH], ['rsp', MANUAL.STACK_SWITCH], ['cs', MANUAL.GATE], ['rip', MANUAL.GATE],
]);

/** A register that the processor changed besides the plain work of an instruction. */
export function effect(lane: LaneBuilder, told: Effect): void {
	const {target, before, after, source} = told;
	lane.overwrite(target, after);
	// Why a debug exception comes is noted before it is raised.
	if (target === 'dr6' && lane.instruction?.name !== 'mov-debug') lane.stage = 'deliver';
	const delivers = lane.stage === 'deliver';
	const value = lane.named(after);
	const title = registerTitle(target);
	const wording = WORDINGS.get(`${delivers ? 'deliver' : lane.instruction?.name ?? ''}/${target}`);
	const flags = target === 'rflags';
	const plain = target === 'cpl' ? ringText(told) : `${opening(title)} becomes ${flags ? `${hex(after)} (${flagsText(before, after)})` : value}: ${source}`;
	const reference = delivers ? DELIVERY_REFERENCES.get(target) : undefined;
	lane.say({
		kind: flags ? 'flags' : 'register', target, bits: registerBits(target), before, after,
		sentence: `${wording?.(value, told) ?? plain}.`,
		...(flags ? {parts: changedFlags(before, after)} : {}),
		...(reference === undefined ? {} : {reference}),
	});
}

const HIDDEN = ['base', 'limit', 'rights'] as const satisfies readonly (keyof SegmentState)[];

/** A segment register was loaded: what of it no effect has told. */
export function segment(lane: LaneBuilder, {register, before, after}: NoteOf<'segment'>): void {
	if (before.selector !== after.selector && !lane.selectorsTold.has(register)) {
		const why = after.selector === 0n ? 'a return to ring 3 must not leave it usable' : 'it is loaded';
		lane.say({kind: 'segment', target: register, bits: 16, before: before.selector, after: after.selector, sentence: `${register} becomes ${hex(after.selector)}: ${why}.`, reference: MANUAL.SEGMENT});
	}

	for (const part of HIDDEN) {
		if (before[part] === after[part] || lane.selectorsTold.has(`${register}.${part}`)) continue;
		const target = `${register}.${part}`;
		const text = part === 'rights' ? `${hex(after.rights)}: ${rightsText(after.rights)}` : hex(after[part]);
		const verb = part === 'rights' ? 'become' : 'becomes';
		lane.say({kind: 'segment', target, bits: registerBits(target), before: before[part], after: after[part], sentence: `The ${part} in ${register}’s hidden part ${verb} ${text}.`, reference: MANUAL.SEGMENT});
	}
}

/** An exception or interrupt begins to be delivered. */
export function raise(lane: LaneBuilder, {vector, origin, errorCode, address, reason, returnAddress}: NoteOf<'raise'>): void {
	lane.stage = 'deliver';
	lane.vector = vector;
	const external = origin === Origin.EXTERNAL;
	const first = external
		? `An interrupt is taken instead of the instruction at ${lane.at(returnAddress)}: vector ${vector}${vector === Vector.NMI ? '' : ', for IF is 1'}`
		: `${origin === Origin.SOFTWARE ? 'The program asks for' : 'The processor raises'} vector ${vector} (${vectorText(vector)})`;
	const where = address === undefined || vector !== Vector.PF ? '' : `, address ${hex(address)}`;
	const fields = errorCode === undefined ? [] : decodeErrorCode(vector, errorCode);
	lane.sayValue({
		kind: 'raise', target: 'vector', bits: 8, value: BigInt(vector),
		parts: fields.map(({name, value, sentence}) => ({name, before: value, after: value, sentence})),
		sentence: `${first}${where}${reason === undefined ? '' : `: ${reason}`}${errorCode === undefined ? '' : `; the error code is ${hex(BigInt(errorCode))}`}.`,
		reference: external ? MANUAL.INTERRUPT : MANUAL.EXCEPTION,
	});
}

/** What stands behind the ports. */
const PORT_NAMES: readonly (readonly [first: number, count: number, name: string])[] = [
	[Port.SERIAL, 8, 'the serial port: the console'], [Port.TIMER, 8, 'the timer'], [Port.POWER, 1, 'the power switch'],
];

/** What a port leads to; undefined where no device answers. */
export const portName = (port: number): string | undefined => PORT_NAMES.find(([first, count]) => port >= first && port < first + count)?.[2];

function port(lane: LaneBuilder, mark: Extract<Mark, {kind: 'in' | 'out'}>): void {
	const {port: number, value, bits} = mark;
	const device = portName(number) ?? 'nothing answers there';
	const printable = number === Port.SERIAL && value >= 0x20 && value < 0x7f ? ` (‘${String.fromCharCode(value)}’)` : '';
	const text = mark.kind === 'out' ? `goes out to port ${hex(BigInt(number))}` : `comes in from port ${hex(BigInt(number))}`;
	lane.sayValue({kind: 'port', target: `port ${hex(BigInt(number))}`, bits, value: BigInt(value), sentence: `${hex(BigInt(value))}${printable} ${text}, ${device}.`, reference: MANUAL.PORTS});
}

/** What of a mark its effects have not told. */
export function mark(lane: LaneBuilder, told: Mark): void {
	if (told.kind === 'in' || told.kind === 'out') {
		port(lane, told);
	} else if (told.kind === 'halt') {
		lane.sayValue({kind: 'machine', target: 'processor', bits: 1, value: 0n, sentence: 'The processor stands still until an interrupt comes.'});
	} else if (told.kind === 'hypercall') {
		lane.sayValue({kind: 'machine', target: 'host', bits: 64, value: told.number, sentence: `The host is asked for ${serviceName(told.number) ?? `service ${told.number}`}: what follows is done outside the machine.`});
		lane.stage = 'host';
	}
}
