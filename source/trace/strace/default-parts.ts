import type {Argument, Extent} from '../../kernel/syscalls/argument-types.js';
import {valueFormat} from '../../kernel/syscalls/argument-types.js';
import type {Syscall} from '../../kernel/syscall-table.js';
import {ARGUMENT_SHOWS} from './forms/index.js';
import {array, boxed, type Count, scalar} from './layouts.js';
import {address} from './scalars.js';
import {early, late, type Part, type Placed} from './parts.js';
import {pointedShow, valueShow} from './type-shows.js';
import {hasFailed, readValue, resultOf, type Show, type View} from './view.js';

/** How many there are in an argument's memory: of what its extent's unit counts. */
export function countOf(syscall: Syscall, {given, value, untilResult}: Extent): Count {
	const bits = syscall.arguments.at(value) === undefined ? 64 : valueFormat(syscall.arguments[value].type)?.bits ?? 64;
	const full = (view: View): bigint => {
		if (given === 'constant') return BigInt(value);
		if (given === 'pointed') return readValue(view, view.args[value], 4) ?? 0n;
		return BigInt.asUintN(bits, view.args[value]);
	};

	if (!untilResult) return full;
	return view => (view.result === undefined || hasFailed(view) ? full(view) : resultOf(view));
}

/** The width of one value of a type in memory, in bytes. */
const widthOf = ({type}: Argument): 1 | 2 | 4 | 8 => {
	switch (valueFormat(type)?.bits) {
		case 8:
			return 1;
		case 16:
			return 2;
		case 32:
			return 4;
		default:
			return 8;
	}
};

/** How what an argument points to is written. */
function pointed(syscall: Syscall, argument: Argument): Show {
	const count = argument.extent === undefined ? undefined : countOf(syscall, argument.extent);
	const known = pointedShow(argument, count);
	if (known !== undefined) return known;
	const show = valueShow(argument.type);
	if (count === undefined) return boxed(widthOf(argument), show);
	const width = widthOf(argument);
	const all = array(scalar(width, show), argument.extent?.unit === 'bytes' ? view => count(view) / BigInt(width) : count);
	return (at, view) => (hasFailed(view) ? address(at, view) : all(at, view));
}

const isMet = ({when}: Argument, {args}: View): boolean => when === undefined || (args[when.argument] & BigInt(when.anyOf)) !== 0n;

/** The parts of a call, by its row in the table and what is special about its arguments. */
export function defaultParts(syscall: Syscall): (view: View) => readonly Part[] {
	const special = new Map<string, Show | Placed>(Object.entries(ARGUMENT_SHOWS[syscall.name] ?? {}));
	const parts = syscall.arguments.map((argument, index): Part => {
		const known = special.get(argument.name);
		const isLate = argument.access === 'out' || argument.access === 'inout';
		if (typeof known === 'object') return {...known, argument: index};
		return (isLate ? late : early)(index, known ?? (argument.access === undefined ? valueShow(argument.type) : pointed(syscall, argument)));
	});
	return view => parts.filter((_, index) => syscall.arguments[index].type !== 'unused' && isMet(syscall.arguments[index], view));
}
