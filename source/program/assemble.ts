import type {ObjectCode} from './object-code.js';
import {Assembler} from './reading/assembler.js';
import {numberExpression} from './reading/expression.js';
import type {Constants} from './reading/symbols.js';
import {finish} from './sections/finish.js';

export interface AssembleOptions {
	/** Gives the text of a file named by `.include`, or undefined where there is none. */
	readonly include?: (name: string) => string | undefined;
	/** Symbols that are set before the first line, as `--defsym` does. */
	readonly defines?: ReadonlyMap<string, bigint>;
	/** Numbers that names stand for. Unlike symbols they are not in the object. */
	readonly constants?: Constants;
}

/**
 * Assembles x86-64 text for GNU as, in AT&T syntax until `.intel_syntax noprefix`.
 *
 * @throws AssemblyError with everything that is wrong; symbols that stay undefined are left to `link`
 */
export function assemble(source: {readonly name: string; readonly text: string}, options: AssembleOptions = {}): ObjectCode {
	const assembler = new Assembler(options.include ?? ((): undefined => undefined), options.constants);
	for (const [name, value] of options.defines ?? []) {
		assembler.symbols.assign(name, numberExpression(value), {file: 'definitions', line: 1}, true);
	}
	assembler.read(source.name, source.text);
	const object = finish(assembler, source.name);
	assembler.problems.throwIfAny();
	return object;
}
