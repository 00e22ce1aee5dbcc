import {describe, expect, test} from 'vitest';
import {parseSettings, parseValue, ValueError} from '../../source/trace/register-values.js';

describe('a value', () => {
	test.for([
		['0', 0n],
		['42', 42n],
		['  42  ', 42n],
		['+42', 42n],
		['007', 7n],
		['1_000_000', 1_000_000n],
		['-1', 0xffff_ffff_ffff_ffffn],
		['-0x10', 0xffff_ffff_ffff_fff0n],
		['0x2a', 0x2an],
		['0X2A', 0x2an],
		['0xdead_beef', 0xdead_beefn],
		['0xffffffffffffffff', 0xffff_ffff_ffff_ffffn],
		['18446744073709551615', 0xffff_ffff_ffff_ffffn],
		['-9223372036854775808', 0x8000_0000_0000_0000n],
		['0b101', 5n],
		['0o17', 15n],
		['\'A\'', 0x41n],
		['\'hello\'', 0x6f_6c6c_6568n],
		['\'\\n\'', 10n],
		['\'\\0\'', 0n],
		['\'\'\'', 0x27n],
		['\' \'', 0x20n],
		['\'é\'', 0xa9c3n],
		['\'12345678\'', 0x3837_3635_3433_3231n],
	] as const)('%s is %i', ([text, value]) => {
		expect(parseValue(text)).toBe(value);
	});

	test.for([
		['', 'nothing was typed'],
		['   ', 'nothing was typed'],
		['0x', 'is no number'],
		['0xg', 'is no number'],
		['12a', 'is no number'],
		['--1', 'is no number'],
		['1__0', 'is no number'],
		['_1', 'is no number'],
		['1_', 'is no number'],
		['1.5', 'is no number'],
		['1e3', 'is no number'],
		['0b2', 'is no number'],
		['rax', 'is no number'],
		['\'\'', 'is no number'],
		['\'123456789\'', 'is no number'],
		['\'漢字漢\'', 'is no number'],
		['18446744073709551616', 'does not fit into 64 bits'],
		['0x10000000000000000', 'does not fit into 64 bits'],
		['-9223372036854775809', 'does not fit into 64 bits'],
	] as const)('%j is refused: %s', ([text, message]) => {
		expect(() => parseValue(text)).toThrow(ValueError);
		expect(() => parseValue(text)).toThrow(message);
	});
});

describe('a list of settings', () => {
	test('names registers in any spelling that students use', () => {
		expect(parseSettings('rax=39, RDI=-1,%rsi=0x10')).toEqual([['rax', 39n], ['rdi', 0xffff_ffff_ffff_ffffn], ['rsi', 16n]]);
	});

	test.for([['rax', 'sets nothing'], ['eax=1', 'is no register'], ['=1', 'is no register'], ['rax=1=2', 'is no number'], ['', 'sets nothing']] as const)('%j is refused: %s', ([text, message]) => {
		expect(() => parseSettings(text)).toThrow(message);
	});
});
