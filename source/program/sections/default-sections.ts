import {StatementError} from '../problems.js';
import type {SectionAttributes} from './section-builder.js';

const code: SectionAttributes = {allocated: true, write: false, execute: true, empty: false};
const readOnly: SectionAttributes = {allocated: true, write: false, execute: false, empty: false};
const data: SectionAttributes = {allocated: true, write: true, execute: false, empty: false};
const bss: SectionAttributes = {allocated: true, write: true, execute: false, empty: true};
const unloaded: SectionAttributes = {allocated: false, write: false, execute: false, empty: false};

/** Names that have attributes of their own (System V ABI, special sections), alone or followed by a dot. */
const special: Readonly<Record<string, SectionAttributes>> = {
	'.text': code,
	'.init': code,
	'.fini': code,
	'.rodata': readOnly,
	'.rodata1': readOnly,
	'.data': data,
	'.data1': data,
	'.init_array': data,
	'.fini_array': data,
	'.preinit_array': data,
	'.bss': bss,
	'.note': unloaded,
	'.comment': unloaded,
};

/** The attributes of a section that is named without flags: GNU as loads only names it knows. */
export function defaultAttributes(name: string): SectionAttributes {
	const base = /^\.[^.]+/.exec(name)?.[0] ?? name;
	return special[base] ?? unloaded;
}

/** Whether the attributes of this section are fixed by its name. */
export function hasDefaultAttributes(name: string): boolean {
	return defaultAttributes(name) !== unloaded;
}

/** Flags that say nothing about how a section is loaded. */
const ignoredFlags = /[MSoTeGR?0-9]/g;

/**
 * Attributes from the flags of `.section name,"flags",@type`.
 *
 * @throws StatementError for a flag or a type that is unknown
 */
export function attributesFrom(flags: string, type: string | undefined): SectionAttributes {
	const unknown = flags.replace(ignoredFlags, '').replace(/[awx]/g, '');
	if (unknown !== '') throw new StatementError(`The section flag ${unknown[0]} is unknown.`, 'Use a (loaded), w (writable) and x (executable), as in "aw".');
	if (type !== undefined && !/^(?:progbits|nobits|note|init_array|fini_array|preinit_array)$/.test(type)) {
		throw new StatementError(`The section type @${type} is unknown.`, 'Use @progbits, or @nobits for a section without contents.');
	}
	return {
		allocated: flags.includes('a'),
		write: flags.includes('w'),
		execute: flags.includes('x'),
		empty: type === 'nobits',
	};
}
