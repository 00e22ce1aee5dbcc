import {describe, expect, test} from 'vitest';
import {bytesOf, hex, object} from './helpers.js';

/** [what is shown, text, bytes of .data]; the bytes are GNU as's. */
const data: readonly (readonly [string, string, string])[] = [
	['integers of every size are little-endian', '.byte 1, -1, \'a\'\n.word 0x1234\n.short 5\n.hword 6\n.value 7\n.long 0xdeadbeef\n.int -5\n.quad 0xffffffff81000000, -1', '01ff613412050006000700efbeaddefbffffff00000081ffffffffffffffffffffffff'],
	['.octa has sixteen bytes', '.octa 0x123456789abcdef0123456789abcdef0', 'f0debc9a78563412f0debc9a78563412'],
	['.string and .asciz end with a zero, .ascii does not', '.string "a"\n.asciz "b", "c"\n.ascii "d"', '61006200630064'],
	['strings know the escapes of GNU as', '.ascii "\\0\\n\\t\\"\\\\\\x41\\101"', '000a09225c4141'],
	['strings next to each other are one', '.asciz "ab" "cd"', '6162636400'],
	['text beyond ASCII is UTF-8', '.ascii "é"', 'c3a9'],
	['signs that begin comments are plain in strings', '.ascii "# ; // /* */"', '23203b202f2f202f2a202a2f'],
	['.space, .skip and .zero fill', '.space 2\n.skip 2, 0xff\n.zero 1', '0000ffff00'],
	['.fill repeats a value of some size', '.fill 2, 4, 0x12345678\n.fill 2, 8, -1\n.fill 3', '7856341278563412ffffffff00000000ffffffff00000000000000'],
	['.balign pads data with zeros, or with what is said', '.byte 1\n.balign 4\n.byte 2\n.balign 4, 0xcc', '0100000002cccccc'],
	['.p2align takes an exponent', '.byte 1\n.p2align 3\n.byte 2', '010000000000000002'],
	['an alignment that needs more than the maximum is left out', '.byte 1\n.balign 16, , 8\n.byte 2', '0102'],
	['.org moves to a place in the section', '.byte 1\n.org 4, 0xff\n.byte 2', '01ffffff02'],
	['an assignment to . moves as well', '.byte 1\n. = . + 2\n.byte 2', '01000002'],
	['a distance of labels may be a size', 'a: .long 1, 2\nb: .byte b - a\n.fill 4 - (. - b), 1, 0xee', '010000000200000008eeeeee'],
	['floating-point numbers', '.float 1.5, -2\n.double 3.14', '0000c03f000000c01f85eb51b81e0940'],
	['.uleb128 and .sleb128', '.uleb128 624485\n.sleb128 -123456', 'e58e26c0bb78'],
	['.set may give a new value, and what was read keeps the old one', '.set x, 1\n.byte x\n.set x, x + 1\n.byte x', '0102'],
	['the location counter is where the statement begins', 'begin: .byte 1\n.byte . - begin, . - begin', '010102'],
];

describe('data directives', () => {
	test.each(data)('%s', (_, text, expected) => {
		expect(bytesOf(`.data\n${text}`, '.data')).toBe(expected);
	});
});

/** [expression, value]; GNU as's operators and precedence. */
const expressions: readonly (readonly [string, bigint])[] = [
	['1 + 2 << 3', 17n],
	['1 | 2 + 4', 7n],
	['7 / 2 * 3 % 4', 1n],
	['6 ! 1', -2n],
	['!0', 1n],
	['!5', 0n],
	['~0', -1n],
	['-16 >> 2', 0x3ffffffffffffffcn],
	['5 > 3', -1n],
	['3 == 4', 0n],
	['1 < 2 == 1', 0n],
	['5 && 3', 1n],
	['0 || 0', 0n],
	['017 + 0b101 + 0x1F', 51n],
	['\'a\' + 1', 98n],
	['-(2 - 5) * (1 + 1)', 6n],
	['0xffffffffffffffff', -1n],
];

describe('expressions', () => {
	test.each(expressions)('%s', (text, value) => {
		const buffer = Buffer.alloc(8);
		buffer.writeBigInt64LE(value);
		expect(bytesOf(`.data\n.quad ${text}`, '.data')).toBe(hex(buffer));
	});
});

describe('alignment in code', () => {
	test('is filled with long NOPs', () => {
		expect(bytesOf('ret\n.align 16\nret')).toBe('c366662e0f1f8400000000000f1f4000c3');
		expect(bytesOf('ret\n.align 4\nret')).toBe('c30f1f00c3');
		expect(bytesOf('ret\n.p2align 3\nret')).toBe('c30f1f8000000000c3');
	});

	test('is filled with what is said', () => {
		expect(bytesOf('ret\n.balign 4, 0xcc\nret')).toBe('c3ccccccc3');
	});

	test('keeps its promise after jumps have grown', () => {
		const section = object('jmp far\n.align 8\nhere: nop\n.skip 200\nfar: ret').sections[0];
		expect(hex(section.bytes.subarray(0, 9))).toBe('e9cc0000000f1f0090');
	});
});

describe('sections', () => {
	test('have the attributes of their names or of their flags', () => {
		const {sections} = object('.text\nnop\n.section .rodata\n.byte 1\n.section mine,"awx",@progbits\nnop\n.section empty,"aw",@nobits\n.skip 4\n.section .note.GNU-stack,"",@progbits');
		expect(sections.filter(({size}) => size > 0).map(({name, attributes}) => ({name, ...attributes}))).toEqual([
			{name: '.text', allocated: true, write: false, execute: true, empty: false},
			{name: '.rodata', allocated: true, write: false, execute: false, empty: false},
			{name: 'mine', allocated: true, write: true, execute: true, empty: false},
			{name: 'empty', allocated: true, write: true, execute: false, empty: true},
		]);
	});

	test('.pushsection, .popsection and .previous come back', () => {
		const text = '.data\n.byte 1\n.pushsection .rodata\n.byte 2\n.popsection\n.byte 3\n.text\nnop\n.previous\n.byte 4';
		expect(bytesOf(text, '.data')).toBe('010304');
		expect(bytesOf(text, '.rodata')).toBe('02');
	});

	test('.bss has a size and no bytes', () => {
		const bss = object('.bss\na: .skip 100\n.lcomm b, 8\n.data\n.quad 1').sections.find(({name}) => name === '.bss');
		expect(bss).toMatchObject({size: 112, bytes: new Uint8Array(0), alignment: 8});
	});
});

describe('what compilers write', () => {
	test('notes for debuggers and dynamic linkers change nothing', () => {
		const text = '.file "a.c"\n.ident "GCC"\n.type f, @function\n.globl f\n.hidden f\nf:\n.cfi_startproc\n.loc 1 2 3\nret\n.cfi_endproc\n.size f, .-f\n.code64';
		expect(bytesOf(text)).toBe('c3');
	});
});
