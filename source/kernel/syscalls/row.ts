import type {Access, Argument, ArgumentType, Extent, ExtentUnit, ValueType} from './argument-types.js';
import type {ReturnKind} from './return-kinds.js';

/** One system call of x86-64, as its number in rax and the registers rdi, rsi, rdx, r10, r8, r9 give it. */
export interface Syscall {
	readonly number: number;
	readonly name: string;
	readonly arguments: readonly Argument[];
	/** What the result is when the call succeeds. */
	readonly returns: ReturnKind;
	/** What the call does, in a few words that can follow its name. */
	readonly summary: string;
}

/** A length as a row writes it: an argument's name, `*name` for the number that it points to, or the number itself. */
interface Length {
	readonly unit: ExtentUnit;
	readonly of: string | number;
	readonly untilResult: boolean;
}

/** Something in memory as a row writes it. */
interface Pointed {
	readonly access: Access;
	readonly type: ArgumentType;
	readonly length: Length | undefined;
}

/** What is in an argument, as a row writes it. Text that ends itself needs only its type, and is read by the call. */
type Content = ValueType | 'path' | 'string' | 'strings' | Pointed;

/** An argument that counts only when another has one of some bits. */
interface Conditional {
	readonly holder: string;
	readonly anyOf: number;
	readonly content: Content;
}

/** An argument as a row writes it. */
export type Written = Content | Conditional;

const length = (unit: ExtentUnit) => (of: string | number, until?: 'result'): Length => ({unit, of, untilResult: until === 'result'});

/** So many bytes; with `'result'`, after the call no more than its result. */
export const bytes = length('bytes');
/** So many elements; with `'result'`, after the call no more than its result. */
export const elements = length('elements');
/** So many bits. */
export const bits = length('bits');
/** One byte a page. */
export const pages = length('pages');

const pointed = (access: Access) => (type: ArgumentType, length?: Length): Pointed => ({access, type, length});

/** The address of something that the call reads. */
export const input = pointed('in');
/** The address of something that the call fills in. */
export const output = pointed('out');
/** The address of something that the call reads and changes. */
export const inout = pointed('inout');

/** An argument that the kernel reads only when the one named `holder` has at least one of these bits. */
export const onlyWith = (holder: string, anyOf: number, content: Content): Conditional => ({holder, anyOf, content});

/**
 * A row of the table.
 *
 * @param written - The arguments by name, in the order of their registers.
 * @throws Error when a length or condition names an argument that the row does not have: a mistake of ours.
 */
export function call(number: number, name: string, written: Readonly<Record<string, Written>>, returns: ReturnKind, summary: string): Syscall {
	const names = Object.keys(written);
	const indexOf = (argument: string): number => {
		const index = names.indexOf(argument);
		if (index < 0) throw new Error(`${name} has no argument ${argument}; name one of ${names.join(', ')}`);
		return index;
	};

	const extent = ({unit, of, untilResult}: Length): Extent => {
		if (typeof of === 'number') return {unit, given: 'constant', value: of, untilResult};
		const pointer = of.startsWith('*');
		return {unit, given: pointer ? 'pointed' : 'argument', value: indexOf(pointer ? of.slice(1) : of), untilResult};
	};

	const argument = (name: string, it: Written): Argument => {
		if (it === 'path' || it === 'string' || it === 'strings') return {name, type: it, access: 'in'};
		if (typeof it === 'string') return {name, type: it};
		if ('holder' in it) return {...argument(name, it.content), when: {argument: indexOf(it.holder), anyOf: it.anyOf}};
		const {access, type, length} = it;
		return length === undefined ? {name, type, access} : {name, type, access, extent: extent(length)};
	};

	return {number, name, arguments: Object.entries(written).map(([name, it]) => argument(name, it)), returns, summary};
}
