import {StatementError} from '../problems.js';
import type {Assembler} from '../reading/assembler.js';
import {operandsOf, splitList, stringBytes} from '../reading/strings.js';
import {maximumSectionSize} from '../sections/relax.js';
import type {Directive} from './index.js';

/** Directives that emit bytes or move the location counter. */
export const dataDirectives: Readonly<Record<string, Directive>> = {
	...integers(1, ['.byte', '.dc.b']),
	...integers(2, ['.word', '.short', '.hword', '.value', '.2byte', '.dc.w', '.dc']),
	...integers(4, ['.long', '.int', '.4byte', '.dc.l']),
	...integers(8, ['.quad', '.8byte', '.xword', '.dc.a']),
	...integers(16, ['.octa']),
	'.ascii': (assembler, operands) => strings(assembler, operands, false),
	'.asciz': (assembler, operands) => strings(assembler, operands, true),
	'.string': (assembler, operands) => strings(assembler, operands, true),
	'.string8': (assembler, operands) => strings(assembler, operands, true),
	'.float': (assembler, operands) => floats(assembler, operands, 4),
	'.single': (assembler, operands) => floats(assembler, operands, 4),
	'.double': (assembler, operands) => floats(assembler, operands, 8),
	'.space': space,
	'.skip': space,
	'.zero': space,
	'.fill': fill,
	'.org': org,
	...alignments('.balign', value => value),
	...alignments('.align', value => value),
	...alignments('.p2align', value => powerOfTwo(value)),
	'.uleb128': (assembler, operands) => leb(assembler, operands, false),
	'.sleb128': (assembler, operands) => leb(assembler, operands, true),
	'.nop': assembler => assembler.emit([0x90]),
};

function integers(size: number, names: readonly string[]): Record<string, Directive> {
	const directive: Directive = (assembler, operands) => {
		for (const text of splitList(operands)) assembler.emitValue(assembler.parse(text), size);
	};
	return Object.fromEntries(names.map(name => [name, directive]));
}

function strings(assembler: Assembler, operands: string, terminated: boolean): void {
	for (const list of splitList(operands)) {
		// Strings next to each other are one string.
		const parts = list.match(/"(?:[^"\\]|\\[^])*"|[^"\s]+/g) ?? [''];
		const bytes = parts.flatMap(part => stringBytes(part));
		assembler.emit(terminated ? [...bytes, 0] : bytes);
	}
}

function floats(assembler: Assembler, operands: string, size: 4 | 8): void {
	for (const text of splitList(operands)) {
		const value = floatValue(text);
		const view = new DataView(new ArrayBuffer(size));
		if (size === 4) view.setFloat32(0, value, true);
		else view.setFloat64(0, value, true);
		assembler.emit(new Uint8Array(view.buffer));
	}
}

function floatValue(text: string): number {
	const plain = text.replace(/^0[a-zA-Z](?=[-+.\d])/, '');
	if (/^[-+]?(?:inf|infinity)$/i.test(plain)) return plain.startsWith('-') ? -Infinity : Infinity;
	if (/^[-+]?nan$/i.test(plain)) return NaN;
	if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(plain)) throw new StatementError(`${text} is not a floating-point number.`, 'Write 1.5 or 2e-3.');
	return Number(plain);
}

function space(assembler: Assembler, operands: string): void {
	const [count, filler] = operandsOf(operands);
	if (count === undefined) throw new StatementError('The number of bytes is missing.', 'Write .skip 8.');
	const byte = filler === undefined ? 0n : assembler.number(filler, 'The filling of a space');
	repeat(assembler, count, Uint8Array.of(Number(byte & 0xffn)));
}

function fill(assembler: Assembler, operands: string): void {
	const [count, sizeText = '1', valueText = '0'] = operandsOf(operands);
	if (count === undefined) throw new StatementError('The number of repetitions is missing.', 'Write .fill count, size, value.');
	const size = Number(assembler.number(sizeText, 'The size in .fill'));
	if (size < 0 || size > 8) throw new StatementError(`A size of ${size} bytes in .fill is not possible.`, 'Use a size from 1 to 8.');
	// GNU as takes the value from 4 bytes and extends it with zeros.
	repeat(assembler, count, littleEndian(BigInt.asUintN(32, assembler.number(valueText, 'The value in .fill')), size));
}

function repeat(assembler: Assembler, countText: string, unit: Uint8Array): void {
	const count = assembler.parse(countText);
	const known = assembler.constant(count);
	const section = assembler.sections.current;
	if (known === undefined) {
		const origin = assembler.currentOrigin;
		section.add(index => ({kind: 'space', count, unit, start: 0, size: 0, index, origin}));
		return;
	}
	if (known < 0n) throw new StatementError(`A count of ${known} is negative.`, 'What comes before is already larger than intended.');
	const total = known * BigInt(unit.length);
	const maximum = section.attributes.empty ? 16 * maximumSectionSize : maximumSectionSize;
	if (total > BigInt(maximum)) throw new StatementError(`A space of ${total} bytes is too large.`, `At most ${maximum} bytes are allowed.`);
	if (unit.every(byte => byte === 0)) {
		section.reserve(Number(total), assembler.currentOrigin);
		return;
	}
	const bytes = new Uint8Array(Number(total));
	for (let at = 0; at < bytes.length; at += unit.length) bytes.set(unit, at);
	assembler.emit(bytes);
}

function org(assembler: Assembler, operands: string): void {
	const [place, filler] = operandsOf(operands);
	if (place === undefined) throw new StatementError('The place is missing.', 'Write .org 0x1fe.');
	const byte = filler === undefined ? 0n : assembler.number(filler, 'The filling of .org');
	const target = assembler.parse(place);
	const origin = assembler.currentOrigin;
	assembler.sections.current.add(index => ({kind: 'origin', target, fill: Number(byte & 0xffn), start: 0, size: 0, index, origin}));
}

/** An alignment directive in its forms for fillings of one, two and four bytes. */
function alignments(name: string, toBytes: (value: bigint) => bigint): Record<string, Directive> {
	const directive = (width: number): Directive => (assembler, operands) => align(assembler, operands, toBytes, width);
	return {[name]: directive(1), [`${name}w`]: directive(2), [`${name}l`]: directive(4)};
}

function powerOfTwo(value: bigint): bigint {
	if (value < 0n || value > 24n) throw new StatementError(`.p2align ${value} is not possible.`, '.p2align takes the exponent: .p2align 4 aligns to 16 bytes.');
	return 1n << value;
}

function align(assembler: Assembler, operands: string, toBytes: (value: bigint) => bigint, width: number): void {
	const [value = '', filler = '', maximum = ''] = splitList(operands);
	const alignment = value === '' ? 1 : Number(toBytes(assembler.number(value, 'An alignment')));
	if (alignment === 0) return;
	if (alignment < 0 || alignment > 0x1000000 || (alignment & (alignment - 1)) !== 0) throw new StatementError(`An alignment of ${alignment} is not possible.`, 'Use a power of two, such as 16.');
	const section = assembler.sections.current;
	section.alignment = Math.max(section.alignment, alignment);
	section.add(index => ({
		kind: 'align',
		alignment,
		fill: filler === '' ? undefined : assembler.number(filler, 'The filling of an alignment'),
		width,
		maximum: maximum === '' ? Infinity : Number(assembler.number(maximum, 'The maximum of an alignment')) || Infinity,
		start: 0,
		size: 0,
		index,
	}));
}

function leb(assembler: Assembler, operands: string, signed: boolean): void {
	for (const text of splitList(operands)) assembler.emit(lebBytes(assembler.number(text, 'A LEB128 number'), signed));
}

function lebBytes(number: bigint, signed: boolean): number[] {
	const bytes: number[] = [];
	let rest = signed ? number : BigInt.asUintN(64, number);
	for (;;) {
		const low = Number(rest & 0x7fn);
		rest >>= 7n;
		const done = signed ? (rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40) : rest === 0n;
		bytes.push(done ? low : low | 0x80);
		if (done) return bytes;
	}
}

/** A number in `size` bytes, least significant first. */
export function littleEndian(value: bigint, size: number): Uint8Array {
	const bytes = new Uint8Array(size);
	let rest = BigInt.asUintN(size * 8, value);
	for (let at = 0; at < size; at++, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
	return bytes;
}
