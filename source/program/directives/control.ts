import {StatementError} from '../problems.js';
import type {Assembler} from '../reading/assembler.js';
import {parseMacro, repeatWith, splitArguments} from '../reading/macros.js';
import type {Statement} from '../reading/statements.js';
import {splitList, stringBytes, unquote} from '../reading/strings.js';
import type {Directive} from './index.js';

const macroOpen = /^(?:[\w.$]+:\s*)*\.macro\b/i;
const macroClose = /^(?:[\w.$]+:\s*)*\.endm\b/i;
const repeatOpen = /^(?:[\w.$]+:\s*)*\.(?:rept|irp|irpc)\b/i;
const repeatClose = /^(?:[\w.$]+:\s*)*\.endr\b/i;

/** Directives that decide which statements are read, and how. */
export const controlDirectives: Readonly<Record<string, Directive>> = {
	'.macro': defineMacro,
	'.endm': strayEnd('.endm', '.macro'),
	'.endmacro': strayEnd('.endmacro', '.macro'),
	'.endr': strayEnd('.endr', '.rept'),
	'.exitm': assembler => {
		const depth = assembler.input.exitMacro();
		if (depth === undefined) throw new StatementError('.exitm stands outside of a macro.', 'Remove it.');
		assembler.conditions.unwind(depth);
	},
	'.purgem': (assembler, operands) => {
		if (!assembler.macros.delete(operands.trim())) throw new StatementError(`There is no macro ${operands.trim()} to remove.`);
	},
	'.rept': repeatCounted,
	'.irp': (assembler, operands) => repeatOver(assembler, operands, '.irp', rest => splitArguments(rest).map(value => unquote(value))),
	'.irpc': (assembler, operands) => repeatOver(assembler, operands, '.irpc', rest => Array.from(unquote(rest)).filter(character => character.trim() !== '')),
	'.include': (assembler, operands) => assembler.include(String.fromCharCode(...stringBytes(operands.trim()))),
	'.if': compared(value => value !== 0n),
	'.ifne': compared(value => value !== 0n),
	'.ifeq': compared(value => value === 0n),
	'.ifge': compared(value => value >= 0n),
	'.ifgt': compared(value => value > 0n),
	'.ifle': compared(value => value <= 0n),
	'.iflt': compared(value => value < 0n),
	'.ifdef': condition((assembler, operands) => assembler.isDefined(operands.trim())),
	'.ifndef': condition((assembler, operands) => !assembler.isDefined(operands.trim())),
	'.ifnotdef': condition((assembler, operands) => !assembler.isDefined(operands.trim())),
	'.ifb': condition((_, operands) => operands.trim() === ''),
	'.ifnb': condition((_, operands) => operands.trim() !== ''),
	'.ifc': condition((_, operands) => sameText(operands)),
	'.ifnc': condition((_, operands) => !sameText(operands)),
	'.ifeqs': condition((_, operands) => sameText(operands)),
	'.ifnes': condition((_, operands) => !sameText(operands)),
	'.elseif': (assembler, operands) => assembler.conditions.elseIf(() => assembler.number(operands, 'The condition of .elseif') !== 0n),
	'.else': assembler => assembler.conditions.else(),
	'.endif': assembler => assembler.conditions.end(),
	'.intel_syntax': (assembler, operands) => {
		if (/^prefix$/i.test(operands.trim())) throw new StatementError('.intel_syntax prefix is not supported.', 'Write .intel_syntax noprefix, and registers without %.');
		assembler.syntax = 'intel';
	},
	'.att_syntax': (assembler, operands) => {
		if (/^noprefix$/i.test(operands.trim())) throw new StatementError('.att_syntax noprefix is not supported.', 'Write .att_syntax, and registers with %.');
		assembler.syntax = 'att';
	},
	'.code64': () => undefined,
	'.code32': otherMode,
	'.code16': otherMode,
	'.code16gcc': otherMode,
	'.end': assembler => assembler.end(),
	'.err': () => {
		throw new StatementError('.err was reached.');
	},
	'.error': (_, operands) => {
		throw new StatementError(operands === '' ? '.error was reached.' : unquote(operands));
	},
	// Nothing here depends on these: notes for debuggers, listings, and choices of processor.
	...Object.fromEntries(
		['.file', '.loc', '.loc_mark_labels', '.ident', '.version', '.line', '.ln', '.arch', '.warning', '.print', '.list', '.nolist', '.title', '.sbttl', '.psize', '.eject', '.noaltmacro', '.addrsig', '.addrsig_sym', '.stabs', '.stabn', '.gnu_attribute'].map(name => [name, (): void => undefined]),
	),
};

function defineMacro(assembler: Assembler, operands: string): void {
	const body = takeBlock(assembler, macroOpen, macroClose, '.macro', '.endm');
	const macro = parseMacro(operands, body);
	if (assembler.macros.has(macro.name)) throw new StatementError(`The macro ${macro.name} is already defined.`, 'Remove the first with .purgem, or choose another name.');
	assembler.macros.set(macro.name, macro);
}

function takeBlock(assembler: Assembler, open: RegExp, close: RegExp, opening: string, closing: string): Statement[] {
	const body = assembler.input.takeBlock(open, close);
	if (body === undefined) throw new StatementError(`This ${opening} is never closed.`, `Add ${closing}.`);
	return body;
}

function repeatCounted(assembler: Assembler, operands: string): void {
	const body = takeBlock(assembler, repeatOpen, repeatClose, '.rept', '.endr');
	const count = assembler.number(operands, 'The count of .rept');
	if (count < 0n || count > 1_000_000n) throw new StatementError(`.rept ${count} is not possible.`, 'Repeat from 0 to 1000000 times, or use .fill for data.');
	if (body.length > 0) assembler.pushStatements(Array.from({length: Number(count)}, () => body).flat());
}

function repeatOver(assembler: Assembler, operands: string, directive: string, valuesOf: (text: string) => string[]): void {
	const body = takeBlock(assembler, repeatOpen, repeatClose, directive, '.endr');
	const found = /^([A-Za-z_.$][\w.$]*)\s*,?\s*([^]*)$/.exec(operands);
	if (found === null) throw new StatementError(`${directive} needs the name of a parameter.`, `Write ${directive} name, values.`);
	const values = valuesOf(found[2]);
	assembler.pushStatements(repeatWith(body, found[1], values.length === 0 ? [''] : values));
}

function condition(test: (assembler: Assembler, operands: string) => boolean): Directive {
	return (assembler, operands, statement) => assembler.conditions.if(statement.origin, () => test(assembler, operands));
}

function compared(test: (value: bigint) => boolean): Directive {
	return condition((assembler, operands) => test(assembler.number(operands, 'The condition of .if')));
}

function sameText(operands: string): boolean {
	const [left = '', right = ''] = splitList(operands).map(text => unquote(text));
	return left === right;
}

function strayEnd(closing: string, opening: string): Directive {
	return () => {
		throw new StatementError(`${closing} has no ${opening} before it.`, 'Remove it.');
	};
}

function otherMode(): never {
	throw new StatementError('Only 64-bit code can be assembled.', 'Remove this directive, or write .code64.');
}
