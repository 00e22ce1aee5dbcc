import {assemble} from '../../source/program/assemble.js';
import type {AssembleOptions} from '../../source/program/assemble.js';
import {link} from '../../source/program/link.js';
import type {ObjectCode} from '../../source/program/object-code.js';
import {AssemblyError} from '../../source/program/problems.js';
import type {Problem} from '../../source/program/problems.js';

/** Bytes as the tests write them. */
export function hex(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString('hex');
}

/** Assembles a text under the name test.s. */
export function object(text: string, options: AssembleOptions = {}): ObjectCode {
	return assemble({name: 'test.s', text}, options);
}

/** The bytes of one section of a text. */
export function bytesOf(text: string, section = '.text', options: AssembleOptions = {}): string {
	const found = object(text, options).sections.find(({name}) => name === section);
	if (found === undefined) throw new Error(`There is no section ${section}.`);
	return hex(found.bytes);
}

/** The problems that a text has when it is assembled and linked as a program. */
export function problemsOf(text: string, options: AssembleOptions = {}): readonly Problem[] {
	return problemsFrom(() => link([object(text, options)]));
}

/** The problems that an action throws; anything else that it throws is thrown on. */
export function problemsFrom(action: () => unknown): readonly Problem[] {
	try {
		action();
	} catch (error: unknown) {
		if (error instanceof AssemblyError) return error.problems;
		throw error;
	}
	return [];
}

/** The only problem of a text, as `line: message | remedy`. */
export function complaint(text: string): string {
	return problemsOf(`.globl _start\n_start:\n${text}\n`).map(({line, message, remedy}) => `${line - 2}: ${message}${remedy === undefined ? '' : ` | ${remedy}`}`).join('\n');
}
