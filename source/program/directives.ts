import type {Assembler} from './assembler.js';
import {controlDirectives} from './directives-control.js';
import {dataDirectives} from './directives-data.js';
import {sectionDirectives} from './directives-section.js';
import {symbolDirectives} from './directives-symbol.js';
import type {Statement} from './statements.js';

/** Obeys a directive; `operands` is the text after its name. */
export type Directive = (assembler: Assembler, operands: string, statement: Statement) => void;

/** Every directive by its name, the dot included, in lower case. */
export const directives: Readonly<Record<string, Directive>> = {
	...dataDirectives,
	...sectionDirectives,
	...symbolDirectives,
	...controlDirectives,
};
