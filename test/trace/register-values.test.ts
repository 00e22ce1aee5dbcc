import {expect, test} from 'vitest';
import {parseSettings, parseValue, ValueError} from '../../source/trace/register-values.js';

test.each([
	['42', 42n],
	['0', 0n],
	['0x2a', 42n],
	['0X2A', 42n],
	['0xffff_ffff', 0xffff_ffffn],
	['0b101', 5n],
	['0o17', 15n],
	['010', 10n],
	['+7', 7n],
	['-1', 0xffff_ffff_ffff_ffffn],
	['-0x10', 0xffff_ffff_ffff_fff0n],
	['  12  ', 12n],
	['18446744073709551615', 0xffff_ffff_ffff_ffffn],
	['0xffffffffffffffff', 0xffff_ffff_ffff_ffffn],
	['-9223372036854775808', 0x8000_0000_0000_0000n],
	['\'A\'', 0x41n],
	['\'hello\'', 0x6f_6c6c_6568n],
	['\'\\n\'', 10n],
	['\'\\\'\'', 0x27n],
	['\'\\\\\'', 0x5cn],
	['\'\'\'', 0x27n],
	['\' \'', 0x20n],
	['\'€\'', 0xac_82e2n],
	['\'12345678\'', 0x3837_3635_3433_3231n],
])('%s is read as a value', (text, value) => {
	expect(parseValue(text)).toBe(value);
});

test.each([
	['', 'nothing was typed: '],
	['   ', 'nothing was typed: '],
	['12x', '“12x” is no number: '],
	['0x', '“0x” is no number: '],
	['--1', '“--1” is no number: '],
	['1e3', '“1e3” is no number: '],
	['1.5', '“1.5” is no number: '],
	['1_', '“1_” is no number: '],
	['ff', '“ff” is no number: '],
	['\'\'', '“\'\'” is no number: '],
	['\'123456789\'', '“\'123456789\'” is no number: '],
	['\'€€€\'', '“\'€€€\'” is no number: '],
	['0x1_0000_0000_0000_0000', '“0x1_0000_0000_0000_0000” does not fit into 64 bits: '],
	['-9223372036854775809', '“-9223372036854775809” does not fit into 64 bits: '],
])('%s is refused with a reason', (text, reason) => {
	let message = '';
	try {
		parseValue(text);
	} catch (error) {
		expect(error).toBeInstanceOf(ValueError);
		({message} = error as ValueError);
	}

	expect(message.startsWith(reason)).toBe(true);
});

test('a list of settings is read in its order', () => {
	expect(parseSettings('rax=39, %RDI = -1 ,rip=0x10,rflags=\'A\'')).toEqual([['rax', 39n], ['rdi', 0xffff_ffff_ffff_ffffn], ['rip', 16n], ['rflags', 0x41n]]);
});

test.each(['eax=1', 'cs=1', 'r16=0', '=1', 'rax', 'rax=1,', ',', 'rax==1'])('the list %s is refused', text => {
	expect(() => parseSettings(text)).toThrow(ValueError);
});

test('a comma and an equals sign may stand in quotes', () => {
	expect(parseSettings('rax=\'=\'')).toEqual([['rax', 0x3dn]]);
	expect(parseSettings('rax=\',\',rdi=1')).toEqual([['rax', 0x2cn], ['rdi', 1n]]);
});
