const escape = '\u001B';

/** What one character alone is called, where it isn't its own name. */
const characterNames: Readonly<Partial<Record<string, string>>> = {
	'\r': 'enter',
	// What Enter sent before raw mode began.
	'\n': 'enter',
	'\t': 'tab',
	' ': 'space',
	'\u0000': 'ctrl-space',
	'\b': 'backspace',
	'\u007F': 'backspace',
	[escape]: 'esc',
	'\u001C': 'ctrl-\\',
	'\u001D': 'ctrl-]',
	'\u001E': 'ctrl-^',
	'\u001F': 'ctrl-_',
};

/** Keys sent as `CSI letter`, `CSI 1;modifiers letter` or `SS3 letter`. */
const letterKeys: Readonly<Partial<Record<string, string>>> = {
	A: 'up',
	B: 'down',
	C: 'right',
	D: 'left',
	F: 'end',
	H: 'home',
	P: 'f1',
	Q: 'f2',
	R: 'f3',
	S: 'f4',
	Z: 'shift-tab',
	// The enter key of a keypad in application mode.
	M: 'enter',
};

/** Keys sent as `CSI number ~` or `CSI number;modifiers ~`. */
const numberKeys: Readonly<Partial<Record<string, string>>> = {
	1: 'home',
	2: 'insert',
	3: 'delete',
	4: 'end',
	5: 'pageup',
	6: 'pagedown',
	7: 'home',
	8: 'end',
	11: 'f1',
	12: 'f2',
	13: 'f3',
	14: 'f4',
	15: 'f5',
	17: 'f6',
	18: 'f7',
	19: 'f8',
	20: 'f9',
	21: 'f10',
	23: 'f11',
	24: 'f12',
};

/** The Linux console's function keys: `CSI [ letter`. */
const consoleKeys: Readonly<Partial<Record<string, string>>> = {A: 'f1', B: 'f2', C: 'f3', D: 'f4', E: 'f5'};

/** rxvt sends the arrows with Shift as `CSI` and with Ctrl as `SS3` and a small letter. */
const rxvtArrows: Readonly<Partial<Record<string, string>>> = {a: 'up', b: 'down', c: 'right', d: 'left'};

/** xterm's modifier parameter is one more than the sum of these. */
const modifierBits: readonly (readonly [bit: number, name: string])[] = [[4, 'ctrl-'], [2, 'alt-'], [1, 'shift-']];

const isControl = (character: string): boolean => /^[\u0000-\u001F\u007F-\u009F]$/u.test(character);

/** The name of a single character's key: `s`, `S`, `enter`, `ctrl-c`; `undefined` for a C1 control. */
export function characterName(character: string): string | undefined {
	const named = characterNames[character];
	if (named !== undefined || !isControl(character)) {
		return named ?? character;
	}

	const code = character.charCodeAt(0);
	return code <= 26 ? `ctrl-${String.fromCharCode(code + 96)}` : undefined;
}

function withModifiers(name: string | undefined, parameter: string | undefined): string | undefined {
	const bits = Number(parameter ?? '1') - 1;
	const prefix = modifierBits.filter(([bit]) => (bits & bit) !== 0).map(([, modifier]) => modifier).join('');
	if (name === undefined) {
		return undefined;
	}

	// A shifted letter comes as the capital.
	return name.length === 1 ? prefix.replace('shift-', '') + name : prefix + name;
}

function codePointName(code: string, modifiers: string | undefined): string | undefined {
	const point = Number(code);
	const name = point > 0 && point < 0x11_00_00 ? characterName(String.fromCodePoint(point)) : undefined;
	return withModifiers(name, modifiers);
}

type Namer = (match: RegExpExecArray) => string | undefined;

/** The shapes of sequences that are keys. What has none of these shapes is a terminal's answer or a mouse: no key. */
const shapes: readonly (readonly [shape: RegExp, name: Namer])[] = [
	[/^(?:\[|O)(?:1;(\d+))?([A-Z])$/u, ([, modifiers, letter]) => withModifiers(letterKeys[letter], modifiers)],
	[/^O(\d+)([A-Z])$/u, ([, modifiers, letter]) => withModifiers(letterKeys[letter], modifiers)],
	[/^\[(\d+)(?:;(\d+))?~$/u, ([, number, modifiers]) => withModifiers(numberKeys[number], modifiers)],
	[/^\[27;(\d+);(\d+)~$/u, ([, modifiers, code]) => codePointName(code, modifiers)],
	[/^\[(\d+)(?:;(\d+))?u$/u, ([, code, modifiers]) => codePointName(code, modifiers)],
	[/^\[(\d+)\^$/u, ([, number]) => withModifiers(numberKeys[number], '5')],
	[/^\[([a-d])$/u, ([, letter]) => withModifiers(rxvtArrows[letter], '2')],
	[/^O([a-d])$/u, ([, letter]) => withModifiers(rxvtArrows[letter], '5')],
	[/^\[\[([A-E])$/u, ([, letter]) => consoleKeys[letter]],
];

/** The name of the key that sent a CSI or SS3 sequence, given without its ESC; `undefined` if no key did. */
export function sequenceName(sequence: string): string | undefined {
	for (const [shape, name] of shapes) {
		const match = shape.exec(sequence);
		if (match) {
			return name(match);
		}
	}

	return undefined;
}
