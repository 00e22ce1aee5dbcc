import type {Assembler} from './assembler.js';
import {attributesFrom} from './default-sections.js';
import type {Directive} from './directives.js';
import {StatementError} from './problems.js';
import type {SectionBuilder} from './sections.js';
import {splitList, unquote} from './strings.js';

/** Directives that choose the section. */
export const sectionDirectives: Readonly<Record<string, Directive>> = {
	'.text': named('.text'),
	'.data': named('.data'),
	'.bss': named('.bss'),
	'.rodata': named('.rodata'),
	'.section': (assembler, operands) => assembler.sections.switchTo(sectionFrom(assembler, operands)),
	'.pushsection': (assembler, operands) => assembler.sections.push(sectionFrom(assembler, operands)),
	'.popsection': assembler => assembler.sections.pop(),
	'.previous': assembler => assembler.sections.swapWithPrevious(),
};

function named(name: string): Directive {
	return (assembler, operands) => {
		if (operands !== '' && operands !== '0') throw new StatementError(`The subsection ${name} ${operands} is not supported.`, `Use .section ${name}.name for a part of its own.`);
		assembler.sections.switchTo(assembler.sections.get(name));
	};
}

/** Reads `name, "flags", @type, ...`; GNU as's further arguments (entry size, group, link order) do not concern loading. */
function sectionFrom(assembler: Assembler, operands: string): SectionBuilder {
	const [quoted, ...rest] = splitList(operands);
	if (quoted === undefined || quoted === '') throw new StatementError('The name of the section is missing.', 'Write .section .rodata.');
	const name = unquote(quoted);
	if (!/^[^\s"]+$/.test(name)) throw new StatementError(`${name} is not a name of a section.`, 'Write .section .rodata.');
	const flags = rest[0];
	if (flags === undefined || !flags.startsWith('"')) return assembler.sections.get(name);
	const type = rest[1] === undefined ? undefined : unquote(rest[1]).replace(/^[@%]/, '');
	return assembler.sections.get(name, attributesFrom(unquote(flags), type ?? (name.startsWith('.bss') ? 'nobits' : undefined)));
}
