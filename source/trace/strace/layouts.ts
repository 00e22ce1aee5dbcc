import {hex, int, long, uint, ulong} from './scalars.js';
import {hasFailed, readBytes, type Show, valueAt, type View, viewOf} from './view.js';

/** Something of a fixed size in memory and how it is written. */
export interface Layout {
	/** In bytes. */
	readonly size: number;
	readonly write: (data: DataView, view: View) => string;
}

/** One part of a structure, with its name. */
export type Field = (data: DataView, view: View) => string;

type Width = 1 | 2 | 4 | 8;

/** A value of so many bytes. */
export const scalar = (size: Width, show: Show): Layout => ({size, write: (data, view) => show(valueAt(data, 0, size), view)});

const sub = (data: DataView, at: number, length: number): DataView => new DataView(data.buffer, data.byteOffset + at, length);

/** The bytes of a part of a structure. */
export const bytesOf = (data: DataView, at = 0, length = data.byteLength - at): Uint8Array => new Uint8Array(data.buffer, data.byteOffset + at, length);

/** A part at an offset, written `name=…`. */
export const part = (name: string, at: number, layout: Layout): Field => (data, view) => `${name}=${layout.write(sub(data, at, layout.size), view)}`;

/** A value at an offset, written `name=…`. */
export const value = (name: string, at: number, size: Width, show: Show): Field => part(name, at, scalar(size, show));

export const u16 = (name: string, at: number, show: Show = uint): Field => value(name, at, 2, show);
export const u32 = (name: string, at: number, show: Show = uint): Field => value(name, at, 4, show);
export const u64 = (name: string, at: number, show: Show = ulong): Field => value(name, at, 8, show);
export const i32 = (name: string, at: number): Field => value(name, at, 4, int);
export const i64 = (name: string, at: number): Field => value(name, at, 8, long);

/** Fields that are left out for shortness. */
export const more: Field = () => '...';

/** A part that is there under a condition on the structure's bytes. */
export const when = (condition: (data: DataView) => boolean, field: Field): Field => (data, view) => (condition(data) ? field(data, view) : '');

/** A structure: its fields in braces. A field that writes nothing is left out. */
export const structure = (size: number, ...fields: readonly Field[]): Layout => ({
	size,
	write: (data, view) => `{${fields.map(field => field(data, view)).filter(text => text !== '').join(', ')}}`,
});

/** So many things one after the other, in brackets. */
export const sequence = (count: number, element: Layout): Layout => ({
	size: count * element.size,
	write: (data, view) => `[${Array.from({length: count}, (_, index) => element.write(sub(data, index * element.size, element.size), view)).join(', ')}]`,
});

/** The address of something: what lies there, or the address where that can't be read or the call has failed. */
export const pointer = ({size, write}: Layout): Show => (address, view) => {
	if (address === 0n) return 'NULL';
	const bytes = hasFailed(view) ? undefined : readBytes(view, address, size);
	return bytes === undefined ? hex(address) : write(viewOf(bytes), view);
};

/** The address of a value that is written in brackets. */
export const boxed = (size: Width, show: Show): Show => pointer({size, write: (data, view) => `[${show(valueAt(data, 0, size), view)}]`});

/** How many things there are, from the call. */
export type Count = (view: View) => bigint;

/** How many: what an argument's register holds. */
export const argument = (index: number, bits = 64): Count => ({args}) => BigInt.asUintN(bits, args[index]);

/** How many: so many. */
export const exactly = (count: number): Count => () => BigInt(count);

/**
 * The address of things one after the other. Where memory ends among them, their address is written in a comment.
 *
 * @param isWhole - Whether all are written, however many there are.
 */
export const array = (element: Layout, count: Count, isWhole = false): Show => (address, view) => {
	const total = count(view);
	if (address === 0n) return 'NULL';
	if (total === 0n) return '[]';
	if (hasFailed(view) || total * BigInt(element.size) > 0xffff_ffff_ffff_ffffn - address) return hex(address);
	const texts: string[] = [];
	for (let index = 0; index < total; index++) {
		if (index >= view.limit && !isWhole) {
			texts.push('...');
			break;
		}

		const at = address + BigInt(index * element.size);
		const bytes = readBytes(view, at, element.size);
		if (bytes === undefined && index === 0) return hex(address);
		texts.push(bytes === undefined ? `... /* ${hex(at)} */` : element.write(viewOf(bytes), view));
		if (bytes === undefined) break;
	}

	return `[${texts.join(', ')}]`;
};
