import type {Assembler} from '../reading/assembler.js';
import type {Statement} from '../reading/statements.js';
import {controlDirectives} from './control.js';
import {dataDirectives} from './data.js';
import {sectionDirectives} from './section.js';
import {symbolDirectives} from './symbol.js';

/** Obeys a directive; `operands` is the text after its name. */
export type Directive = (assembler: Assembler, operands: string, statement: Statement) => void;

/** Every directive by its name, the dot included, in lower case. */
export const directives: Readonly<Record<string, Directive>> = {
	...dataDirectives,
	...sectionDirectives,
	...symbolDirectives,
	...controlDirectives,
};
