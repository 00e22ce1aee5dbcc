/** Several things in one list: `a, b and c`. */
export const listed = (things: readonly string[]): string =>
	things.length < 2 ? things.join('') : `${things.slice(0, -1).join(', ')} and ${things[things.length - 1]}`;
