import {Flag, type FlagName} from '../../machine/flags.js';
import type {GENERAL_REGISTERS} from '../../machine/registers.js';
import type {RegisterFile} from '../../trace/detail.js';
import type {GlyphTable} from '../glyphs.js';
import type {LabView} from '../lab-view.js';
import {errorNumber, hex, hex64, type Row, rowWidth, span} from '../text.js';
import type {Pane, Room} from './pane.js';
import {keepInSight, signSpan, valueSpans} from './values.js';

/** The order on the screen: a call's number and arguments, what the crossing changes, what it leaves alone. */
export const REGISTER_ORDER: readonly string[] = [
	'rax', 'rdi', 'rsi', 'rdx', 'r10', 'r8', 'r9', 'rcx', 'r11', 'rsp', 'rip', 'rflags', 'rbx', 'rbp', 'r12', 'r13', 'r14', 'r15',
];

/** Flags that are spelled out, from the highest bit down. */
const SHOWN_FLAGS: readonly FlagName[] = ['AC', 'NT', 'OF', 'DF', 'IF', 'TF', 'SF', 'ZF', 'AF', 'PF', 'CF'];

/** A register's value in a register file. */
export function registerValue(registers: RegisterFile, name: string): bigint {
	if (name === 'rip' || name === 'rflags') return registers[name];
	return registers.general[name as (typeof GENERAL_REGISTERS)[number]];
}

/** A register's value before the last step; its value now if there was none. */
const valueBefore = ({moment}: LabView, name: string): bigint => registerValue(moment.last?.before ?? moment.registers, name);

/** The value before, or the end of it where there is little room. */
function oldValue(before: bigint, room: number, {ellipsis}: GlyphTable): string {
	const whole = ` was ${hex(before)}`;
	if (whole.length <= room) return whole;
	const digits = room - ' was '.length - ellipsis.length;
	return digits < FEWEST_DIGITS ? '' : ` was ${ellipsis}${hex(before).slice(-digits)}`;
}

/** Fewer digits of an old value than these say nothing. */
const FEWEST_DIGITS = 3;

/** A register's line: marks, name, value, and the value before if the last step changed it. */
function registerRow(view: LabView, name: string, isMarked: boolean, {width, glyphs}: Room): Row {
	const value = registerValue(view.moment.registers, name);
	const before = valueBefore(view, name);
	const changed = value !== before;
	const marks = [signSpan(isMarked, glyphs.pointer, 'key'), signSpan(changed, glyphs.changed, 'changed')];
	const row: Row = [...marks, span(`${name.padEnd(6)} `, 'name'), ...valueSpans(value, isMarked ? 'selected' : changed ? 'changed' : 'value'), span(name === 'rax' ? errorNumber(value) : '', 'dim')];
	return changed ? [...row, span(oldValue(before, width - rowWidth(row), glyphs), 'dim')] : row;
}

const flagsText = (rflags: bigint): string => SHOWN_FLAGS.filter(name => (rflags & Flag[name]) !== 0n).join(' ');

/** A value with its name. */
interface Named {
	readonly name: string;
	readonly text: string;
	readonly changed: boolean;
}

/** A line of values that can't be edited, with the mark if one of them has changed. */
const namedRow = (values: readonly Named[], glyphs: GlyphTable): Row => [
	span(' '),
	signSpan(values.some(({changed}) => changed), glyphs.changed, 'changed'),
	...values.flatMap(({name, text, changed}) => [span(name, 'name'), span(text, changed ? 'changed' : 'value')]),
];

/** The privilege level and the selectors that hold it. */
function privilegeRow({moment}: LabView, glyphs: GlyphTable): Row {
	const {registers, last} = moment;
	const {before = registers} = last ?? {};
	return namedRow([
		{name: 'cs     ', text: hex(registers.cs), changed: before.cs !== registers.cs},
		{name: '  ss ', text: hex(registers.ss), changed: before.ss !== registers.ss},
		{name: '  CPL ', text: String(registers.cpl), changed: before.cpl !== registers.cpl},
	], glyphs);
}

/** What stands below the registers that can be edited. */
function systemRows(view: LabView, glyphs: GlyphTable): Row[] {
	const {registers, last} = view.moment;
	const {before = registers} = last ?? {};
	return [
		namedRow([{name: 'flags  ', text: flagsText(registers.rflags), changed: before.rflags !== registers.rflags}], glyphs),
		privilegeRow(view, glyphs),
		namedRow([{name: 'gs     ', text: hex64(registers.gsBase), changed: before.gsBase !== registers.gsBase}], glyphs),
		namedRow([{name: 'k_gs   ', text: hex64(registers.kernelGsBase), changed: before.kernelGsBase !== registers.kernelGsBase}], glyphs),
		namedRow([{name: 'cr3    ', text: hex64(registers.cr3), changed: before.cr3 !== registers.cr3}], glyphs),
	];
}

/** Places of the registers that the last step changed, rip aside. */
const changedPlaces = (view: LabView): number[] =>
	REGISTER_ORDER.flatMap((name, index) => (name !== 'rip' && registerValue(view.moment.registers, name) !== valueBefore(view, name) ? [index] : []));

/**
 * All registers. Where they don't all fit, the marked one is in sight, or one that has changed if none of those at the
 * top has; and the privilege level stays in the last row.
 */
function paint(view: LabView, room: Room): readonly Row[] {
	const {height, glyphs, mark, isChosen} = room;
	const rows = REGISTER_ORDER.map((name, index) => registerRow(view, name, isChosen && index === mark, room));
	rows.push(...systemRows(view, glyphs));
	if (rows.length <= height) return rows;
	const privilege = REGISTER_ORDER.length + 1;
	// The flags change all the time: the list does not move for them.
	const inSight = isChosen ? mark : changedPlaces(view).find(place => REGISTER_ORDER[place] !== 'rflags') ?? 0;
	const first = keepInSight(0, height - 1, inSight);
	const shown = rows.slice(first, first + height - 1);
	return [...shown, first + height - 1 <= privilege ? [span(glyphs.ellipsis, 'dim'), ...privilegeRow(view, glyphs).slice(1)] : rows[first + height - 1]];
}

/** A register in words. */
function tellRegister(view: LabView, name: string): string {
	const value = registerValue(view.moment.registers, name);
	const before = valueBefore(view, name);
	return `${name} is ${hex(value)}${name === 'rax' ? errorNumber(value).replace(' ', ', that is ') : ''}${value === before ? '' : `, it was ${hex(before)}`}`;
}

export const registersPane: Pane<'registers'> = {
	name: 'registers', title: 'Registers', digit: 2,
	help: 'The registers: first the number and the arguments of a call, then what the crossing changes',
	size: {least: 8, good: 25, grows: 0},
	views: {crossing: 1, processor: 1, memory: 1, calls: 7, diagrams: 4},
	paint,
	changed: view => changedPlaces(view).length > 0,
	marks: {
		count: () => REGISTER_ORDER.length,
		usual: () => 0,
		action(view, mark) {
			const name = REGISTER_ORDER[mark];
			return {kind: 'change', target: name, title: `Change ${name}`, now: hex(registerValue(view.moment.registers, name))};
		},
		label: 'change',
		stays: true,
	},
	tell: view => {
		const {registers} = view.moment;
		return [
			...REGISTER_ORDER.map(name => tellRegister(view, name)),
			`flags that are set: ${flagsText(registers.rflags) || 'none'}`,
			`cs is ${hex(registers.cs)}, ss is ${hex(registers.ss)}, the privilege level is ${registers.cpl}`,
			`gs base is ${hex(registers.gsBase)}, the kernel’s gs base waiting for swapgs is ${hex(registers.kernelGsBase)}, cr3 is ${hex(registers.cr3)}`,
		];
	},
};
