/** A row of single-width characters: the style of the character in column `i` is `styles[i]`. */
export interface StyledRow {
	readonly characters: string;
	/** SGR parameters such as `1;31`, in one canonical order; empty for plain text. */
	readonly styles: readonly string[];
}

type Slot =
	| 'bold' | 'dim' | 'italic' | 'underline' | 'blink' | 'inverse' | 'hidden' | 'strike' | 'overline'
	| 'foreground' | 'background' | 'underlineColour';

type Slots = Readonly<Partial<Record<Slot, string>>>;

/** Which attribute an SGR parameter sets (ECMA-48 8.3.117, and xterm's colours). */
const setters: readonly (readonly [parameter: RegExp, slot: Slot])[] = [
	[/^1$/u, 'bold'],
	[/^2$/u, 'dim'],
	[/^3$/u, 'italic'],
	[/^(?:4(?::[1-5])?|21)$/u, 'underline'],
	[/^[56]$/u, 'blink'],
	[/^7$/u, 'inverse'],
	[/^8$/u, 'hidden'],
	[/^9$/u, 'strike'],
	[/^53$/u, 'overline'],
	[/^(?:3[0-7]|9[0-7]|38[:;].*)$/u, 'foreground'],
	[/^(?:4[0-7]|10[0-7]|48[:;].*)$/u, 'background'],
	[/^58[:;].*$/u, 'underlineColour'],
];

const slotOrder = setters.map(([, slot]) => slot);

/** Which attributes an SGR parameter ends. */
const resetters: Readonly<Partial<Record<string, readonly Slot[]>>> = {
	'': slotOrder,
	'0': slotOrder,
	'22': ['bold', 'dim'],
	'23': ['italic'],
	'24': ['underline'],
	'4:0': ['underline'],
	'25': ['blink'],
	'27': ['inverse'],
	'28': ['hidden'],
	'29': ['strike'],
	'39': ['foreground'],
	'49': ['background'],
	'55': ['overline'],
	'59': ['underlineColour'],
};

// A palette or direct colour takes the parameters after it: 38;5;n or 38;2;r;g;b.
const parameterPattern = /[345]8;5;\d*|[345]8;2;\d*;\d*;\d*|[\d:]*/uy;

function splitParameters(text: string): readonly string[] {
	const parameters: string[] = [];
	for (let at = 0; at <= text.length; at++) {
		parameterPattern.lastIndex = at;
		const parameter = parameterPattern.exec(text)?.[0] ?? '';
		parameters.push(parameter);
		at += parameter.length;
	}

	return parameters;
}

function applyParameter(slots: Slots, parameter: string): Slots | undefined {
	const ended = resetters[parameter];
	if (ended) {
		return Object.fromEntries(Object.entries(slots).filter(([slot]) => !ended.includes(slot as Slot)));
	}

	const setter = setters.find(([pattern]) => pattern.test(parameter));
	return setter && {...slots, [setter[1]]: parameter};
}

const slotsOfStyle = new Map<string, Slots>([['', {}]]);
const transitions = new Map<string, string | undefined>();
const cacheLimit = 10_000;

/** The style after an SGR sequence's parameters, or `undefined` if it has one that this table lacks. */
function nextStyle(style: string, parameters: string): string | undefined {
	const key = `${style}>${parameters}`;
	if (transitions.has(key)) {
		return transitions.get(key);
	}

	if (transitions.size > cacheLimit) {
		transitions.clear();
	}

	let slots: Slots | undefined = slotsOfStyle.get(style);
	for (const parameter of splitParameters(parameters)) {
		slots &&= applyParameter(slots, parameter);
	}

	const next = slots && slotOrder.map(slot => slots[slot]).filter(value => value !== undefined).join(';');
	if (slots && next !== undefined) {
		slotsOfStyle.set(next, slots);
	}

	transitions.set(key, next);
	return next;
}

// Every character here is one cell wide in every terminal whose locale isn't an East Asian one: Latin, Greek, Cyrillic,
// punctuation, arrows, mathematics, box drawing, blocks, shapes, braille and a few marks.
const singleWidth
	= /^[ -~\u00A1-\u00AC\u00AE-\u02FF\u0370-\u0373\u0400-\u0482\u048A-\u052F\u0391-\u03A1\u03A3-\u03FF\u2010-\u2027\u2030-\u205E\u2070\u2074-\u208E\u20A0-\u20BF\u2100-\u218B\u2190-\u22FF\u2500-\u25FC\u2713-\u2718\u276C-\u2775\u2800-\u28FF]*$/u;

/** Whether every character of the text is sure to be one cell wide and a grapheme of its own. */
export const isSingleWidth = (text: string): boolean => singleWidth.test(text);

const styleSequence = /\u001B\[([\d;:]*)m/gu;

/** The width in cells of a line with styles, or `undefined` if it has other characters than {@link isSingleWidth} is sure of. */
export function simpleWidth(line: string): number | undefined {
	const text = line.includes('\u001B') ? line.replaceAll(styleSequence, '') : line;
	return isSingleWidth(text) ? text.length : undefined;
}

/** Reads a row as cells, or gives `undefined` if it has anything but single-width characters and known styles. */
export function parseStyledRow(row: string): StyledRow | undefined {
	let characters = '';
	let style = '';
	const styles: string[] = [];
	let from = 0;
	const take = (to: number) => {
		characters += row.slice(from, to);
		for (let column = from; column < to; column++) {
			styles.push(style);
		}
	};

	styleSequence.lastIndex = 0;
	for (let match = styleSequence.exec(row); match; match = styleSequence.exec(row)) {
		take(match.index);
		from = styleSequence.lastIndex;
		const next = nextStyle(style, match[1]);
		if (next === undefined) {
			return undefined;
		}

		style = next;
	}

	take(row.length);
	return isSingleWidth(characters) ? {characters, styles} : undefined;
}

/** The text of columns `from` up to `to`, beginning and ending in plain style. */
export function styledSpan(row: StyledRow, from: number, to: number): string {
	let text = '';
	let style = '';
	let written = from;
	for (let column = from; column < to; column++) {
		const next = row.styles[column] ?? '';
		if (next !== style) {
			text += `${row.characters.slice(written, column)}\u001B[${next === '' ? '' : `0;${next}`}m`;
			written = column;
			style = next;
		}
	}

	return text + row.characters.slice(written, to) + (style === '' ? '' : '\u001B[m');
}
