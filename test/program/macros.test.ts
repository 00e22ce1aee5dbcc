import {describe, expect, test} from 'vitest';
import {bytesOf, complaint, problemsOf} from './helpers.js';

/** The argument values that a macro with four parameters gets, as GNU as 2.40 binds them. */
const bindings: readonly (readonly [string, string])[] = [
	['m 1 -1', '1|-1||'],
	['m $1 %rax', '$1|%rax||'],
	['m a + b', 'a+b|||'],
	['m a  *b', 'a|*b||'],
	['m "x y" z', 'x y|z||'],
	['m "x, y", z', 'x, y|z||'],
	['m 8(%rax), 1', '8(%rax)|1||'],
	['m 8 (%rax), 1', '8|(%rax)|1|'],
	['m 1 , 2 , 3', '1|2|3|'],
	['m b = 5', '|5||'],
	['m a=5, b=6', '5|6||'],
	['m a,,c', 'a||c|'],
	['m ,b', '|b||'],
	['m (a b) c', '(a b)c|||'],
	['m [rax + 8], 2', '[rax+8]|2||'],
	['m a:b c', 'a:b|c||'],
];

describe('macro arguments', () => {
	test.each(bindings)('%s', (invocation, expected) => {
		const text = `.macro m a b c d\n.ascii "\\a|\\b|\\c|\\d"\n.endm\n${invocation}`;
		expect(Buffer.from(bytesOf(text), 'hex').toString()).toBe(expected);
	});
});

/** [what is shown, text, bytes of .text]. */
const expansions: readonly (readonly [string, string, string])[] = [
	['a default stands for an argument that is left out', '.macro m a, b=2\n.byte \\a, \\b\n.endm\nm 1\nm 1, 3', '01020103'],
	[':vararg takes all that is left', '.macro m a, rest:vararg\n.byte \\a\n.ifnb \\rest\nm \\rest\n.endif\n.endm\nm 1, 2, 3', '010203'],
	['\\@ counts, so that labels differ', '.macro m\njmp .Lend\\@\nnop\n.Lend\\@:\n.endm\nm\nm', 'eb0190eb0190'],
	['\\() ends the name of a parameter', '.macro m r\npush %r\\r\\()x\n.endm\nm a', '50'],
	['a macro may define a macro', '.macro outer n\n.macro inner_\\n v\n.byte \\n, \\v\n.endm\n.endm\nouter 7\ninner_7 8', '0708'],
	['.exitm leaves it, and closes its conditions', '.macro m a\n.if \\a\n.byte 1\n.exitm\n.endif\n.byte 2\n.endm\nm 1\nm 0', '0102'],
	['.purgem forgets it', '.macro ret\n.byte 1\n.endm\nret\n.purgem ret\nret', '01c3'],
	['.rept repeats', '.rept 3\nnop\n.endr', '909090'],
	['.rept nests', '.rept 2\n.byte 1\n.rept 2\n.byte 2\n.endr\n.endr', '010202010202'],
	['.irp goes through values', '.irp r, rax, rbx, r12\npush %\\r\n.endr', '50534154'],
	['.irpc goes through letters', '.irpc c, 123\n.byte \\c\n.endr', '010203'],
	['a condition chooses', '.set A, 2\n.if A == 1\n.byte 1\n.elseif A == 2\n.byte 2\n.else\n.byte 3\n.endif', '02'],
	['a condition inside a part that is skipped is skipped', '.if 0\n.if 1\n.byte 1\n.else\n.byte 2\n.endif\n.else\n.byte 3\n.endif', '03'],
	['.ifdef and .ifndef ask what is defined so far', '.ifdef here\n.byte 1\n.endif\nhere:\n.ifdef here\n.byte 2\n.endif\n.ifndef gone\n.byte 3\n.endif', '0203'],
	['.ifc compares texts', '.ifc a, a\n.byte 1\n.endif\n.ifnc a, b\n.byte 2\n.endif', '0102'],
	['.end is the end', '.byte 1\n.end\n.byte 2', '01'],
];

describe('expansion', () => {
	test.each(expansions)('%s', (_, text, expected) => {
		expect(bytesOf(text)).toBe(expected);
	});

	test('.include reads the text that it is given', () => {
		expect(bytesOf('.include "a.inc"\n.byte X', '.text', {include: name => (name === 'a.inc' ? '.set X, 5\n' : undefined)})).toBe('05');
	});

	test('definitions are there before the first line', () => {
		expect(bytesOf('.if X\n.quad X\n.endif', '.text', {defines: new Map([['X', 0x1234n]])})).toBe('3412000000000000');
	});
});

describe('a mistake', () => {
	test('in a macro is told at the line that invoked it, with the name of the macro', () => {
		expect(complaint('.macro bad r\nmov \\r, %nowhere\n.endm\nnop\nbad %rax')).toBe('5: There is no register %nowhere. (in the expansion of macro bad) | Check its spelling.');
	});

	test('in a macro inside a macro is told at the outermost line', () => {
		expect(complaint('.macro inner\nfoo\n.endm\n.macro outer\ninner\n.endm\nouter')).toBe('7: There is no instruction foo. (in the expansion of macro inner) | Check its spelling and its size suffix.');
	});

	test('in an included file is told with the name of that file', () => {
		const [problem] = problemsOf('nop\n.include "a.inc"', {include: () => 'nop\nfoo\n'});
		expect(problem).toMatchObject({file: 'a.inc', line: 2, column: 1});
	});

	test.each([
		['.macro m a:req\n.byte \\a\n.endm\nm', '4: Macro m needs a value for a. | Write m a.'],
		['.macro m a\n.endm\nm 1, 2', '3: Macro m takes 1 arguments, and more are given. | Quote an argument that contains a comma or spaces.'],
		['.macro m\nm\n.endm\nm', '4: Macros or includes are nested too deeply. (in the expansion of macro m) | Look for one that uses itself without an .if that ends it.'],
		['.macro m', '1: This .macro is never closed. | Add .endm.'],
		['.rept 2\nnop', '1: This .rept is never closed. | Add .endr.'],
		['.if 1', '1: This .if is never closed. | Add .endif.'],
		['.endif', '1: .endif has no .if before it. | Add the .if, or remove this line.'],
		['.if later\n.endif\n.set later, 1', '1: The condition of .if must be a number that is known here, and later is not. | Define its symbols above this line.'],
		['.include "gone.s"', '1: The file gone.s cannot be included, since it was not found. | Check its name.'],
		['.error "stop here"', '1: stop here'],
	])('%j', (text, expected) => {
		expect(complaint(text)).toBe(expected);
	});
});
