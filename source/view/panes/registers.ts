import {Flag, type FlagName} from '../../machine/flags.js';
import {GENERAL_REGISTERS} from '../../machine/registers.js';
import type {RegisterFile} from '../../trace/detail.js';
import type {Editor, LabView} from '../session.js';
import {cut, errorNumber, firstCharacter, hex, hex64, line, type Row, rowWidth, span, type Tone, widthOf, wrap} from '../text.js';
import type {GlyphTable} from '../theme.js';

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

/** The value before, or the end of it where there is little room. */
function oldValue(before: bigint, room: number, {ellipsis}: GlyphTable): string {
	const whole = ` was ${hex(before)}`;
	if (whole.length <= room) return whole;
	const digits = room - ' was '.length - ellipsis.length;
	return digits < FEWEST_DIGITS ? '' : ` was ${ellipsis}${hex(before).slice(-digits)}`;
}

/** Fewer digits of an old value than these say nothing. */
const FEWEST_DIGITS = 3;

/** A register's line: mark, name, value, and the value before if the last step changed it. */
function registerRow(view: LabView, name: string, index: number, width: number, glyphs: GlyphTable): Row {
	const {moment, register, focus} = view;
	const value = registerValue(moment.registers, name);
	const before = moment.last === undefined ? value : registerValue(moment.last.before, name);
	const changed = value !== before;
	const marked = index === register && focus === 'registers';
	const pointer = span(marked ? glyphs.pointer : changed ? glyphs.changed : ' ', changed && !marked ? 'changed' : 'key');
	const tone: Tone = marked ? 'selected' : changed ? 'changed' : 'value';
	const row: Row = [pointer, span(` ${name.padEnd(6)} `, 'name'), span(hex64(value), tone), span(name === 'rax' ? errorNumber(value) : '', 'dim')];
	return changed ? [...row, span(oldValue(before, width - rowWidth(row), glyphs), 'dim')] : row;
}

const SPACE = 0x20;

/** The field in which a register is changed: as much of the text as fits, with the cursor in it. */
function editorRow({register, text, cursor}: Editor, value: bigint, width: number, glyphs: GlyphTable): Row {
	const label: Row = [span(glyphs.pointer, 'key'), span(` ${register.padEnd(6)} `, 'name')];
	if (text === '') return [...label, span(' ', 'selected'), span(` now ${hex(value)}`, 'dim')];
	const room = width - rowWidth(label) - 1;
	const under = String.fromCodePoint(text.codePointAt(cursor) ?? SPACE);
	const after = cut(text.slice(cursor + under.length), Math.max(0, room - widthOf(under)));
	let before = text.slice(0, cursor);
	while (widthOf(before) + widthOf(under) > room) before = before.slice(firstCharacter(before).length);
	return [...label, span(before), span(under, 'selected'), span(after)];
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
	span(values.some(({changed}) => changed) ? glyphs.changed : ' ', 'changed'),
	...values.flatMap(({name, text, changed}) => [span(name, 'name'), span(text, changed ? 'changed' : 'value')]),
];

/** The privilege level and the selectors that hold it. */
function privilegeRow({moment}: LabView, glyphs: GlyphTable): Row {
	const {registers, last} = moment;
	const {before = registers} = last ?? {};
	return namedRow([
		{name: ' cs     ', text: hex(registers.cs), changed: before.cs !== registers.cs},
		{name: '  ss ', text: hex(registers.ss), changed: before.ss !== registers.ss},
		{name: '  CPL ', text: String(registers.cpl), changed: before.cpl !== registers.cpl},
	], glyphs);
}

/** What stands below the registers that can be edited. */
function systemRows(view: LabView, glyphs: GlyphTable): Row[] {
	const {registers, last} = view.moment;
	const {before = registers} = last ?? {};
	return [
		namedRow([{name: ' flags  ', text: flagsText(registers.rflags), changed: before.rflags !== registers.rflags}], glyphs),
		privilegeRow(view, glyphs),
		namedRow([{name: ' gs     ', text: hex64(registers.gsBase), changed: before.gsBase !== registers.gsBase}], glyphs),
		namedRow([{name: ' k_gs   ', text: hex64(registers.kernelGsBase), changed: before.kernelGsBase !== registers.kernelGsBase}], glyphs),
		namedRow([{name: ' cr3    ', text: hex64(registers.cr3), changed: before.cr3 !== registers.cr3}], glyphs),
	];
}

/**
 * All registers; the one that is being edited shows its field. Where they don't all fit, the marked one is in sight and
 * the privilege level stays in the last row.
 */
export function paintRegisters(view: LabView, width: number, height: number, glyphs: GlyphTable): readonly Row[] {
	const rows: Row[] = [];
	let marked = 0;
	for (const [index, name] of REGISTER_ORDER.entries()) {
		const edited = view.editor?.register === name ? view.editor : undefined;
		rows.push(edited === undefined ? registerRow(view, name, index, width, glyphs) : editorRow(edited, registerValue(view.moment.registers, name), width, glyphs));
		for (const text of wrap(edited?.error ?? '', width - 2)) rows.push(line(`  ${text}`, 'error'));
		if (index === view.register) marked = rows.length - 1;
	}

	const privilege = rows.length + 1;
	rows.push(...systemRows(view, glyphs));
	if (rows.length <= height) return rows;
	const first = Math.max(0, Math.min(rows.length - height, marked + 3 - height));
	const last = first + height - 1;
	return [...rows.slice(first, last), last < privilege ? [span(glyphs.ellipsis, 'dim'), ...privilegeRow(view, glyphs).slice(1)] : rows[last]];
}
