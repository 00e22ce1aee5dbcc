import {StatementError} from '../problems.js';

/** How a field may be used, for the test of whether a value fits. */
export interface FieldShape {
	/** In bytes. */
	readonly size: number;
	readonly pcRelative: boolean;
	readonly signed: boolean;
}

/**
 * Writes a value into a field, least significant byte first.
 *
 * @param what names the value in the error message
 * @throws StatementError if it does not fit
 */
export function writeField(bytes: Uint8Array, offset: number, value: bigint, shape: FieldShape, what: string): void {
	if (!fits(value, shape)) throw tooLarge(value, shape, what);
	let rest = BigInt.asUintN(shape.size * 8, value);
	for (let at = 0; at < shape.size; at++, rest >>= 8n) bytes[offset + at] = Number(rest & 0xffn);
}

function fits(value: bigint, {size, pcRelative, signed}: FieldShape): boolean {
	const bits = BigInt(size * 8);
	const lowest = -(1n << (bits - 1n));
	if (pcRelative || signed) {
		// A field that is extended to 64 bits may also be given as the unsigned 64-bit number it becomes.
		const seen = size < 8 ? BigInt.asIntN(64, value) : value;
		return seen >= lowest && seen < -lowest;
	}
	return value >= lowest && value < 1n << bits;
}

const ranges: Readonly<Record<number, string>> = {1: 'one byte', 2: 'two bytes', 4: 'four bytes', 8: 'eight bytes', 16: 'sixteen bytes'};

function tooLarge(value: bigint, {size, pcRelative, signed}: FieldShape, what: string): StatementError {
	if (pcRelative) {
		return new StatementError(
			`${what} is ${value < 0n ? -value : value} bytes away, too far for a distance of ${ranges[size]}.`,
			size === 1 ? 'Put the target nearer, or jump over a jmp that reaches it.' : 'Put both within 2 GiB of each other, or go through a register: movabs $target, %rax.',
		);
	}
	return new StatementError(
		`${what} is ${hex(value)}, which does not fit into ${signed ? 'the sign-extended' : 'the'} ${ranges[size]} of this field.`,
		size === 4 ? 'Use movabs for an immediate, .quad in data, or name(%rip) for an address.' : 'Use a smaller value or a larger field.',
	);
}

function hex(value: bigint): string {
	return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}
