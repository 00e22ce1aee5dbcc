import {Flag, type FlagName} from '../../machine/flags.js';
import {GENERAL_REGISTERS} from '../../machine/registers.js';
import type {RegisterFile} from '../../trace/detail.js';
import type {Editor, LabView} from '../session.js';
import {hex, hex64, line, type Row, span, type Tone, wrap} from '../text.js';
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

/** A register's line: mark, name, value, and the value before if the last step changed it. */
function registerRow(view: LabView, name: string, index: number, glyphs: GlyphTable): Row {
	const {moment, register, focus} = view;
	const value = registerValue(moment.registers, name);
	const before = moment.last === undefined ? value : registerValue(moment.last.before, name);
	const changed = value !== before;
	const marked = index === register && focus === 'registers';
	const pointer = span(marked ? glyphs.pointer : changed ? glyphs.changed : ' ', changed && !marked ? 'changed' : 'key');
	const tone: Tone = marked ? 'selected' : changed ? 'changed' : 'value';
	const row: Row = [pointer, span(` ${name.padEnd(6)} `, 'name'), span(hex64(value), tone)];
	return changed ? [...row, span(` was ${hex(before)}`, 'dim')] : row;
}

/** The field in which a register is changed. */
function editorRow({register, text, cursor}: Editor): Row {
	const under = text[cursor] ?? ' ';
	return [span('▶', 'key'), span(` ${register.padEnd(6)} `, 'name'), span(text.slice(0, cursor)), span(under, 'selected'), span(text.slice(cursor + 1))];
}

const flagsText = (rflags: bigint): string => SHOWN_FLAGS.filter(name => (rflags & Flag[name]) !== 0n).join(' ');

/** What stands below the registers that can be edited. */
function systemRows({moment}: LabView): Row[] {
	const {registers, last} = moment;
	const was = (now: bigint | number, before: bigint | number | undefined): Tone => (before !== undefined && before !== now ? 'changed' : 'value');
	const {before} = last ?? {};
	return [
		[span('  flags  ', 'name'), span(flagsText(registers.rflags), was(registers.rflags, before?.rflags))],
		[span('  cs     ', 'name'), span(hex(registers.cs), was(registers.cs, before?.cs)), span('  ss ', 'name'), span(hex(registers.ss), was(registers.ss, before?.ss)), span('  CPL ', 'name'), span(String(registers.cpl), was(registers.cpl, before?.cpl))],
		[span('  gs     ', 'name'), span(hex64(registers.gsBase), was(registers.gsBase, before?.gsBase))],
		[span('  k_gs   ', 'name'), span(hex64(registers.kernelGsBase), was(registers.kernelGsBase, before?.kernelGsBase))],
		[span('  cr3    ', 'name'), span(hex64(registers.cr3), was(registers.cr3, before?.cr3))],
	];
}

/** All registers; the one that is being edited shows its field. */
export function paintRegisters(view: LabView, width: number, glyphs: GlyphTable): Row[] {
	const rows: Row[] = [];
	for (const [index, name] of REGISTER_ORDER.entries()) {
		if (view.editor?.register !== name) {
			rows.push(registerRow(view, name, index, glyphs));
			continue;
		}

		rows.push(editorRow(view.editor));
		for (const text of wrap(view.editor.error ?? '', width - 2)) rows.push(line(`  ${text}`, 'error'));
	}

	return [...rows, ...systemRows(view)];
}
