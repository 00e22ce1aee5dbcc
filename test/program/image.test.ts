import {describe, expect, test} from 'vitest';
import {LineTable, SymbolTable} from '../../source/program/image.js';
import {link} from '../../source/program/link.js';
import {object} from './helpers.js';

const text = `.set SIZE, 64
.macro twice
nop
nop
.endm
.globl _start
_start:
	xor %eax, %eax
	twice
	jmp 1f; ret
.balign 16
1:	call local
	.rept 2
	push %rax
	.endr
local: .globl alias
alias:
	ret
.Lhidden: ret
.data
value: .quad 1, 2
`;
const image = link([object(text)]);

describe('symbols of an image', () => {
	test('are sorted by address, and leave out those of the assembler', () => {
		expect(image.symbols.map(({name, address, section, global}) => `${address.toString(16)} ${section} ${name}${global ? ' global' : ''}`)).toEqual([
			'40 *absolute* SIZE',
			'401000 .text _start global',
			'401017 .text local',
			'401017 .text alias global',
			'402000 .data value',
		]);
	});

	test('are found by name', () => {
		const table = new SymbolTable(image.symbols);
		expect([table.addressOf('value'), table.addressOf('SIZE'), table.addressOf('gone')]).toEqual([0x402000n, 64n, undefined]);
	});

	test('are found by address: the nearest before it, a global one rather than a local one, never a number', () => {
		const table = new SymbolTable(image.symbols);
		expect([0x400fffn, 0x401000n, 0x401005n, 0x401017n, 0x402008n].map(address => table.nearest(address))).toEqual([
			undefined,
			{name: '_start', offset: 0n},
			{name: '_start', offset: 5n},
			{name: 'alias', offset: 0n},
			{name: 'value', offset: 8n},
		]);
	});
});

describe('lines of an image', () => {
	test('have one entry for all neighbouring bytes that one line made, a macro’s at the line that invoked it', () => {
		expect(image.lines.map(({address, length, line}) => [address.toString(16), length, line])).toEqual([
			['401000', 2, 8],
			['401002', 2, 9],
			['401004', 3, 10],
			['401010', 5, 12],
			['401015', 2, 14],
			['401017', 1, 18],
			['401018', 1, 19],
			['402000', 16, 21],
		]);
	});

	test('are found by an address in them, and not between them', () => {
		const table = new LineTable(image.lines);
		expect([0x401000n, 0x401003n, 0x401006n, 0x401007n, 0x401014n, 0x500000n].map(address => table.at(address)?.line)).toEqual([8, 9, 10, undefined, 12, undefined]);
	});

	test('lead to their addresses', () => {
		expect(new LineTable(image.lines).of('test.s', 12).map(({address}) => address)).toEqual([0x401010n]);
	});
});
