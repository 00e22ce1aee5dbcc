/**
 * Text that gives numbers their names, for a source to begin with: a table in TypeScript is the one place
 * where a number is written.
 */
export function equates(table: Readonly<Record<string, bigint | number>>): string {
	return Object.entries(table).map(([name, value]) => `.equ ${name}, ${BigInt(value)}\n`).join('');
}
