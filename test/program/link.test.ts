import {describe, expect, test} from 'vitest';
import {assemble} from '../../source/program/assemble.js';
import {equates} from '../../source/program/equates.js';
import {kernelLayout, userLayout} from '../../source/program/layout.js';
import {link} from '../../source/program/link.js';
import {hex, object, problemsFrom} from './helpers.js';

const start = '.globl _start\n_start:\n';

/** Segments as `name address permissions bytes+size`. */
function picture(text: string, layout = userLayout()): string[] {
	return link([object(text)], layout).segments.map(({name, address, bytes, memorySize, read, write, execute}) =>
		`${name} ${address.toString(16)} ${read ? 'r' : '-'}${write ? 'w' : '-'}${execute ? 'x' : '-'} ${hex(bytes)}+${memorySize - bytes.length}`);
}

describe('a user program', () => {
	test('lies where GNU ld puts it, each kind of section on pages of its own', () => {
		expect(picture(`${start}mov $msg, %edi\nlea ro(%rip), %rsi\nmov buf, %rax\n.data\nmsg: .quad msg, _start\n.section .rodata\nro: .byte 1\n.bss\nbuf: .skip 16`)).toEqual([
			'.text 401000 r-x bf00304000488d35f40f0000488b042500404000+0',
			'.rodata 402000 r-- 01+0',
			'.data 403000 rw- 00304000000000000010400000000000+0',
			'.bss 404000 rw- +16',
		]);
	});

	test('begins at _start wherever that stands', () => {
		expect(link([object('nop\n.globl _start\n_start: ret')]).entry).toBe(0x401001n);
	});

	test('leaves out sections that are not loaded', () => {
		expect(picture(`${start}ret\n.section .comment\n.byte 1\n.section .note.GNU-stack,"",@progbits`)).toEqual(['.text 401000 r-x c3+0']);
	});

	test('puts sections of one name together, and aligns them', () => {
		const objects = [
			assemble({name: 'a.s', text: `${start}ret\n.data\n.byte 1\n.section .data.late,"aw"\n.byte 2`}),
			assemble({name: 'b.s', text: 'nop\n.data\n.balign 8\n.byte 3'}),
		];
		expect(link(objects).segments.map(({bytes}) => hex(bytes))).toEqual(['c390', '01000000000000000302']);
	});
});

describe('a kernel', () => {
	test('lies in the upper half, and its addresses fit fields that are extended by their sign', () => {
		const text = `${start}mov $_start, %rdi\nmov table(,%rax,8), %rbx\ncall *table(,%rax,8)\nlea table(%rip), %rsi\nmovabs $table, %r8\n.section .rodata\ntable: .quad _start`;
		expect(picture(text, kernelLayout())).toEqual([
			'.text ffffffff81000000 r-x 48c7c700000081488b1cc500100081ff14c500100081488d35e30f000049b800100081ffffffff+0',
			'.rodata ffffffff81001000 r-- 00000081ffffffff+0',
		]);
	});

	test('cannot put its addresses into 32 bits that are extended by zeros', () => {
		expect(problemsFrom(() => link([object(`${start}mov $_start, %edi`)], kernelLayout()))).toEqual([{
			file: 'test.s',
			line: 3,
			column: 1,
			message: '_start is 0xffffffff81000000, which does not fit into the four bytes of this field.',
			remedy: 'Use movabs for an immediate, .quad in data, or name(%rip) for an address.',
		}]);
	});

	test('takes its numbers from one table', () => {
		const table = {SYS_write: 1, FLAG: 0x200n, MINUS: -1};
		expect(picture(`${equates(table)}${start}mov $SYS_write, %eax\nand $~FLAG, %ecx\nmov $MINUS, %rdx`)[0]).toContain('b80100000081e1fffdffff48c7c2ffffffff');
	});

	test('may have sections at addresses of their own', () => {
		const text = `${start}jmp low\n.section trampoline,"ax"\nlow: ret`;
		expect(picture(text, userLayout({sections: {trampoline: 0x8000n}, text: 0x10000n}))).toEqual(['trampoline 8000 rwx c3+0', '.text 10000 r-x e9fb7fffff+0']);
	});
});

describe('symbols of several objects', () => {
	const one = (text: string) => assemble({name: 'one.s', text});
	const two = (text: string) => assemble({name: 'two.s', text});

	test('meet by their global names', () => {
		const image = link([one(`${start}call helper\nmov shared(%rip), %eax`), two('.globl helper, shared\nhelper: ret\n.data\nshared: .long 7')]);
		expect(hex(image.segments[0].bytes)).toBe('e8060000008b05f50f0000c3');
	});

	test('stay apart where they are local', () => {
		const image = link([one(`${start}x: jmp x`), two('nop\nx: .quad x')]);
		expect(hex(image.segments[0].bytes)).toBe('ebfe900310400000000000');
	});

	test('a definition replaces a weak one, and a weak one that is missing is 0', () => {
		const image = link([one(`${start}mov $f, %eax\nmov $gone, %ecx\n.weak f, gone\nf: ret`), two('.globl f\nf: hlt')]);
		expect(hex(image.segments[0].bytes)).toBe('b80b104000b900000000c3f4');
	});

	test('common ones share one place of the largest size', () => {
		const image = link([one(`${start}mov $c, %eax\n.comm c, 4`), two('mov $c, %ecx\n.comm c, 16, 16\n.comm d, 1')]);
		expect(image.symbols.filter(({section}) => section === '.bss')).toEqual([
			{name: 'c', address: 0x402000n, section: '.bss', global: true},
			{name: 'd', address: 0x402010n, section: '.bss', global: true},
		]);
	});

	test('cannot be defined twice', () => {
		expect(problemsFrom(() => link([one(`${start}.globl f\nf: ret`), two('.globl f\nf: ret')]))).toEqual([{
			file: 'two.s',
			line: 2,
			column: 1,
			message: 'The global symbol f is already defined on line 4 of one.s.',
			remedy: 'Give one of the two another name, or remove its .globl.',
		}]);
	});

	test('must not be missing', () => {
		expect(problemsFrom(() => link([one(`${start}ret`), two('nop\ncall missing')]))).toMatchObject([{file: 'two.s', line: 2, message: 'The symbol missing is not defined.'}]);
	});
});

describe('a program without _start', () => {
	test('is refused', () => {
		expect(problemsFrom(() => link([object('main: ret')]))).toEqual([{
			file: 'test.s',
			line: 1,
			message: 'Nothing defines _start, where the program begins.',
			remedy: 'Put _start: before the first instruction, and .globl _start above it.',
		}]);
	});

	test('is refused where _start is local, and told so', () => {
		expect(problemsFrom(() => link([object('nop\n_start: ret')]))).toMatchObject([{line: 2, message: '_start is not global, so the program has no beginning.', remedy: 'Add .globl _start.'}]);
	});

	test('begins at its first byte where the layout says so', () => {
		expect(link([object('main: ret')], userLayout({withoutEntry: 'first-text-byte'})).entry).toBe(0x401000n);
	});

	test('may have another name for it', () => {
		expect(link([object('nop\n.globl startup_64\nstartup_64: ret')], kernelLayout({entry: 'startup_64'})).entry).toBe(0xffffffff81000001n);
	});
});

describe('what cannot be linked', () => {
	test('a symbol of a section that is not loaded', () => {
		expect(problemsFrom(() => link([object(`${start}mov $x, %eax\n.section mine\nx: .byte 1`)]))).toMatchObject([{
			line: 3,
			message: 'The section mine is not loaded, so it has no address.',
			remedy: 'Write .section mine,"a" for data, "aw" if it is written to, or "ax" for code.',
		}]);
	});

	test('segments that lie over each other', () => {
		const layout = userLayout({sections: {mine: 0x401000n}});
		expect(problemsFrom(() => link([object(`${start}ret\n.section mine,"ax"\nret`)], layout))).toMatchObject([{message: expect.stringContaining('overlap at 0x401000') as string}]);
	});

	test('a difference of places in two sections', () => {
		expect(problemsFrom(() => object('a: .quad b - c\n.data\nb: .byte 1\n.bss\nc: .skip 1'))).toMatchObject([{line: 1, message: 'b minus the address c cannot be worked out.'}]);
	});
});

describe('distances', () => {
	test('from the place of the field are left to the linker', () => {
		expect(picture(`${start}.long data - .\n.quad data - _start\n.data\n.quad 0\ndata: .quad 0`)[0]).toBe('.text 401000 r-x 081000000810000000000000+0');
	});
});

describe('the ends of a section whose name could be a name in C', () => {
	const table = (words: string): string => `.section table, "a"\n.quad ${words}\n.text\n`;
	const uses = `${start}.quad __start_table, __stop_table\n`;

	test('have names that the linker gives, over all objects', () => {
		const {segments, symbols} = link([object(`${uses}${table('1')}`), object(table('2, 3'))]);
		expect(hex(segments[0].bytes)).toBe('00204000000000001820400000000000');
		expect(symbols.filter(({name}) => name.endsWith('_table'))).toEqual([
			{name: '__start_table', address: 0x402000n, section: 'table', global: true},
			{name: '__stop_table', address: 0x402018n, section: 'table', global: true},
		]);
	});

	test('keep the meaning that a program gives those names', () => {
		expect(hex(link([object(`${uses}${table('1')}.globl __start_table, __stop_table\n.set __start_table, 5\n.set __stop_table, 6`)]).segments[0].bytes)).toBe('05000000000000000600000000000000');
	});

	test('are undefined where there is no such section', () => {
		expect(problemsFrom(() => link([object(uses)])).map(({message}) => message).join(' ')).toMatch(/__start_table is not defined.*__stop_table is not defined/);
	});
});

describe('objects that share their local symbols', () => {
	const shared = userLayout({sharesLocals: true});

	test('find them in each other, their own first', () => {
		const [{bytes}] = link([object(`${start}.long there - .\n`), object('there: .byte 1\n')], shared).segments;
		expect(hex(bytes)).toBe('0400000001');
		expect(problemsFrom(() => link([object(`${start}.long there - .\n`), object('there: .byte 1\n')])).map(({message}) => message).join(' ')).toMatch(/there is not defined/);
	});

	test('must not have two of one name', () => {
		expect(problemsFrom(() => link([object(`${start}there: nop\n`), object('there: nop\n')], shared)).map(({message}) => message).join(' ')).toMatch(/The local symbol there is already defined on line 3/);
	});
});

test('constants from outside have values while a source is assembled, and are no symbols of it', () => {
	const {sections, symbols} = assemble({name: 'a.s', text: '.if WIDTH == 8\n.byte WIDTH, MINE\n.endif\n.set MINE, 7\n.ifdef OTHER\n.byte 9\n.endif\n'}, {constants: new Map([['WIDTH', 8n], ['MINE', 2n], ['OTHER', 1n]])});
	expect(hex(sections[0].bytes)).toBe('080209');
	expect(symbols.map(({name}) => name)).toEqual(['MINE']);
});
