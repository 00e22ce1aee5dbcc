/** Characters that a backslash and a letter stand for. */
const ESCAPES: ReadonlyMap<number, string> = new Map([
	[0x22, String.raw`\"`], [0x5c, '\\\\'], [0x09, String.raw`\t`], [0x0a, String.raw`\n`], [0x0b, String.raw`\v`], [0x0c, String.raw`\f`], [0x0d, String.raw`\r`],
]);

const isPrintable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f;
const isOctal = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x37;

/** A byte as strings in C have it; in octal it needs three digits if another octal digit follows. */
function escaped(byte: number, next: number | undefined): string {
	const known = ESCAPES.get(byte);
	if (known !== undefined) return known;
	if (isPrintable(byte)) return String.fromCharCode(byte);
	return `\\${byte.toString(8).padStart(isOctal(next) ? 3 : 1, '0')}`;
}

/** Bytes as the inside of a string in C. */
export const escapedText = (bytes: Uint8Array): string => Array.from(bytes, (byte, index) => escaped(byte, bytes.at(index + 1))).join('');

/** Bytes as a string in C, in quotes. */
export const quoted = (bytes: Uint8Array): string => `"${escapedText(bytes)}"`;

/** Bytes as a string of hexadecimal escapes, in quotes: for what is never text. */
export const quotedHex = (bytes: Uint8Array): string => `"${Array.from(bytes, byte => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`;
