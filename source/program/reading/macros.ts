import {StatementError} from '../problems.js';
import type {Origin} from '../problems.js';
import {expansionOrigin} from './input.js';
import type {Statement} from './statements.js';
import {unquote} from './strings.js';

interface Parameter {
	readonly name: string;
	readonly fallback: string | undefined;
	readonly required: boolean;
	readonly takesRest: boolean;
}

export interface Macro {
	readonly name: string;
	readonly parameters: readonly Parameter[];
	readonly body: readonly Statement[];
}

const name = '[A-Za-z_.$][\\w.$]*';
const parameterPattern = new RegExp(`\\s*(${name})(?:\\s*:\\s*(\\w+))?(?:\\s*=\\s*("(?:[^"\\\\]|\\\\.)*"|[^,\\s]*))?\\s*,?`, 'y');
const reference = new RegExp(`\\\\(\\(\\)|@|${name})`, 'g');

/** Reads `.macro name a, b=1, c:req, d:vararg`. */
export function parseMacro(text: string, body: readonly Statement[]): Macro {
	const head = new RegExp(`^\\s*(${name})\\s*,?`).exec(text);
	if (head === null) throw new StatementError('.macro has no name.', 'Write .macro name first, second.');
	const parameters: Parameter[] = [];
	parameterPattern.lastIndex = head[0].length;
	for (let at = head[0].length; at < text.length; at = parameterPattern.lastIndex) {
		const found = parameterPattern.exec(text) as (string | undefined)[] | null;
		if (found === null) throw new StatementError(`The parameters of macro ${head[1]} are not understood from "${text.slice(at).trim()}".`, 'Write .macro name first, second=default, third:req, rest:vararg.');
		parameters.push(toParameter(found));
	}
	return {name: head[1], parameters, body};
}

function toParameter([, parameter = '', qualifier, fallback]: (string | undefined)[]): Parameter {
	if (qualifier !== undefined && qualifier !== 'req' && qualifier !== 'vararg') {
		throw new StatementError(`The qualifier :${qualifier} of parameter ${parameter} is unknown.`, 'Use :req or :vararg.');
	}
	return {
		name: parameter,
		fallback: fallback === undefined ? undefined : unquote(fallback),
		required: qualifier === 'req',
		takesRest: qualifier === 'vararg',
	};
}

/**
 * The statements that an invocation stands for.
 *
 * @param count how many macros were expanded before, for `\@`
 */
export function expandMacro(macro: Macro, argumentText: string, invocation: Origin, count: number): Statement[] {
	const values = bindArguments(macro, argumentText);
	values.set('@', String(count));
	const origin = expansionOrigin(invocation, macro.name);
	return macro.body.map(statement => ({text: substitute(statement.text, values), origin}));
}

/** `.irp`, `.irpc`: the body once for each value of one name. */
export function repeatWith(body: readonly Statement[], parameter: string, values: readonly string[]): Statement[] {
	return values.flatMap(value => {
		const binding = new Map([[parameter, value]]);
		return body.map(statement => ({text: substitute(statement.text, binding), origin: statement.origin}));
	});
}

/** Replaces `\name` where the name is bound; `\()` stands for nothing and ends a name. */
function substitute(text: string, values: ReadonlyMap<string, string>): string {
	return text.includes('\\') ? text.replace(reference, (whole, word: string) => (word === '()' ? '' : values.get(word) ?? whole)) : text;
}

function bindArguments(macro: Macro, text: string): Map<string, string> {
	const values = new Map<string, string>();
	const rest = macro.parameters.find(parameter => parameter.takesRest);
	const positional = macro.parameters.length;
	const given = splitArguments(text, rest === undefined ? Infinity : positional);
	given.forEach((argument, index) => {
		const keyword = new RegExp(`^(${name})\\s*=(?!=)\\s*(.*)$`, 's').exec(argument);
		const named = keyword === null ? undefined : macro.parameters.find(parameter => parameter.name === keyword[1]);
		if (keyword !== null && named !== undefined) values.set(named.name, unquote(keyword[2]));
		else if (index >= positional) throw new StatementError(`Macro ${macro.name} takes ${positional} arguments, and more are given.`, 'Quote an argument that contains a comma or spaces.');
		else if (argument !== '') values.set(macro.parameters[index].name, macro.parameters[index].takesRest ? argument : unquote(argument));
	});
	for (const parameter of macro.parameters) fillIn(macro, parameter, values);
	return values;
}

function fillIn(macro: Macro, parameter: Parameter, values: Map<string, string>): void {
	if (values.has(parameter.name)) return;
	if (parameter.required) throw new StatementError(`Macro ${macro.name} needs a value for ${parameter.name}.`, `Write ${macro.name} ${macro.parameters.map(each => each.name).join(', ')}.`);
	values.set(parameter.name, parameter.fallback ?? '');
}

/** One piece of an argument list: quoted text, spaces, a comma, a bracket, a word or a sign. */
const piece = /"(?:[^"\\]|\\.)*"?|\s+|,|[([{]|[)\]}]|[\w.$%\\@']+|./gsy;

/**
 * Cuts macro arguments the way GNU as does: commas separate, and so do spaces, unless they stand
 * in round brackets, after an operator, or on both sides of one.
 *
 * @param limit the last argument takes all that is left
 */
export function splitArguments(text: string, limit = Infinity): string[] {
	const pieces = text.trim().match(piece) ?? [];
	const found: string[] = [];
	let current = '';
	let depth = 0;
	for (const [index, part] of pieces.entries()) {
		if (found.length + 1 >= limit) {
			current += part;
			continue;
		}
		if (part === '(') depth++;
		if (part === ')') depth--;
		if (part === ',' || (depth === 0 && isSeparatingSpace(pieces, index))) {
			found.push(current);
			current = '';
		} else if (part.trim() !== '' || isSeparatingSpace(pieces, index)) {
			current += part;
		}
	}
	if (current.trim() !== '' || found.length > 0) found.push(current.trim());
	return found;
}

const endsValue = /[\w.$"'}\\@]$/;
const operatorSign = /^[-+*/&|^<>=!~:]$/;

function isSeparatingSpace(pieces: readonly string[], index: number): boolean {
	if (pieces[index].trim() !== '') return false;
	const before = pieces[index - 1] ?? '';
	const after = pieces[index + 1] ?? '';
	if (!endsValue.test(before) || after === ',') return false;
	if (after === '=') return false;
	return !(operatorSign.test(after) && /^\s/.test(pieces[index + 2] ?? ''));
}
