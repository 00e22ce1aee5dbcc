import {StatementError} from '../problems.js';
import type {Assembler} from '../reading/assembler.js';
import {operandsOf, unquote} from '../reading/strings.js';
import {attributesFrom} from '../sections/default-sections.js';
import type {SectionBuilder} from '../sections/section-builder.js';
import type {Directive} from './index.js';

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
	const [quoted, flags, typeText] = operandsOf(operands);
	if (quoted === undefined || quoted === '') throw new StatementError('The name of the section is missing.', 'Write .section .rodata.');
	const name = unquote(quoted);
	if (!/^[^\s"]+$/.test(name)) throw new StatementError(`${name} is not a name of a section.`, 'Write .section .rodata.');
	if (flags?.startsWith('"') !== true) return assembler.sections.get(name);
	const type = typeText === undefined ? undefined : unquote(typeText).replace(/^[@%]/, '');
	return assembler.sections.get(name, attributesFrom(unquote(flags), type ?? (name.startsWith('.bss') ? 'nobits' : undefined)));
}
