import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {applyChange, type Change, CHANGEABLE_FLAGS, ChangeError, refusalOf} from '../../source/trace/branches/change.js';
import {describeChange, parseChanges, textOfChange} from '../../source/trace/branches/change-text.js';
import {Names} from '../../source/trace/names.js';
import {EDITABLE_REGISTERS, ValueError} from '../../source/trace/register-values.js';
import {buildKernel} from '../../source/kernel/kernel.js';
import {bootText, imageOf} from '../support/machines.js';
import {HELLO} from '../support/programs.js';

const names = new Names(buildKernel(), {image: imageOf(HELLO)});

test.each<[string, Change[]]>([
	['rax=39', [{kind: 'register', register: 'rax', value: 39n}]],
	['%RDI = -1 , cf=1', [{kind: 'register', register: 'rdi', value: 0xffff_ffff_ffff_ffffn}, {kind: 'flag', flag: 'CF', value: true}]],
	["rbx='a,b'", [{kind: 'register', register: 'rbx', value: 0x62_2c61n}]],
	['rsi=message', [{kind: 'register', register: 'rsi', value: 0x40_2000n}]],
	['rsi=message+4', [{kind: 'register', register: 'rsi', value: 0x40_2004n}]],
	['rip=do_syscall_64-1', [{kind: 'register', register: 'rip', value: (names.addressOf('do_syscall_64') ?? 0n) - 1n}]],
	['[message]=41 42', [{kind: 'memory', place: {offset: 0x40_2000n}, bytes: [0x41, 0x42]}]],
	['[message+1]="Hi, you\\n"', [{kind: 'memory', place: {offset: 0x40_2001n}, bytes: [...Buffer.from('Hi, you\n')]}]],
	['[rsp+8]:8=0x10', [{kind: 'memory', place: {base: 'rsp', offset: 8n}, bytes: [0x10, 0, 0, 0, 0, 0, 0, 0]}]],
	['[rbp-0x10]:2=-2', [{kind: 'memory', place: {base: 'rbp', offset: 0xffff_ffff_ffff_fff0n}, bytes: [0xfe, 0xff]}]],
	['[0x404000]:4=message', [{kind: 'memory', place: {offset: 0x40_4000n}, bytes: [0, 0x20, 0x40, 0]}]],
	['xmm3=0x00112233445566778899aabbccddeeff', [{kind: 'xmm', register: 'xmm3', value: 0x11_2233_4455_6677_8899_aabb_ccdd_eeffn}]],
	['tf=1', [{kind: 'flag', flag: 'TF', value: true}]],
	['input="yes\\n"', [{kind: 'input', bytes: [...Buffer.from('yes\n')]}]],
])('%s is read', (text, changes) => {
	expect(parseChanges(text, names)).toEqual(changes);
});

test.each([
	['', 'nothing is changed'],
	['rax', '“rax” changes nothing'],
	['rax=', 'nothing was typed'],
	['rax=nowhere', '“nowhere” is no symbol of the program or the kernel'],
	['rax=0x1ffffffffffffffff', 'does not fit into 64 bits'],
	['eax=1', '“eax” can’t be changed: rax, '],
	['cs=3', '“cs” can’t be changed'],
	['iopl=3', '“iopl” can’t be changed'],
	['cf=2', 'cf=0 or cf=1'],
	['[]=41', 'no address stands between'],
	['[message]=4', '“4” is no byte'],
	['[message]=', 'gets no bytes'],
	['[message]:3=1', ':3 is no width: 1, 2, 4, 8, 16'],
	['[message]:1=256', 'does not fit into 1 byte'],
	['[message:1=2', 'can’t be changed'],
	['xmm16=1', '“xmm16” can’t be changed'],
	['xmm1=0x100000000000000000000000000000000', 'does not fit into 128 bits'],
])('“%s” is refused: %s', (text, message) => {
	expect(() => parseChanges(text, names)).toThrow(ValueError);
	expect(() => parseChanges(text, names)).toThrow(message);
});

const anyChange: fc.Arbitrary<Change> = fc.oneof(
	fc.record({kind: fc.constant('register' as const), register: fc.constantFrom(...EDITABLE_REGISTERS), value: fc.bigInt({min: 0n, max: (1n << 64n) - 1n})}),
	fc.record({kind: fc.constant('xmm' as const), register: fc.nat(15).map(number => `xmm${number}`), value: fc.bigInt({min: 0n, max: (1n << 128n) - 1n})}),
	fc.record({kind: fc.constant('flag' as const), flag: fc.constantFrom(...CHANGEABLE_FLAGS), value: fc.boolean()}),
	fc.record({
		kind: fc.constant('memory' as const),
		place: fc.oneof(
			fc.record({offset: fc.bigInt({min: 0n, max: (1n << 64n) - 1n})}),
			fc.record({base: fc.constantFrom('rsp' as const, 'rax' as const, 'r15' as const), offset: fc.bigInt({min: -(1n << 63n) + 1n, max: (1n << 63n) - 1n}).map(value => BigInt.asUintN(64, value))}),
		),
		bytes: fc.array(fc.nat(255), {minLength: 1, maxLength: 40}),
	}),
	fc.record({kind: fc.constant('input' as const), bytes: fc.array(fc.nat(255), {minLength: 1, maxLength: 10})}),
);

test('every change can be written down and read again', () => {
	fc.assert(fc.property(fc.array(anyChange, {minLength: 1, maxLength: 5}), changes => {
		expect(parseChanges(changes.map(textOfChange).join(', '))).toEqual(changes);
	}));
});

test('no text makes the reader fail otherwise than with a message', () => {
	const piece = fc.oneof(fc.constantFrom('rax', '=', '[', ']', ':', '8', '0x', '"', "'", '\\', ',', '+', '-', 'message', 'rsp', 'xmm1', 'cf', 'input', ' ', '41'), fc.string());
	fc.assert(fc.property(fc.array(piece, {maxLength: 12}), pieces => {
		try {
			parseChanges(pieces.join(''), names);
		} catch (error) {
			expect(error).toBeInstanceOf(ValueError);
		}
	}));
});

describe('on a machine', () => {
	/** A machine whose kernel has come to the program. */
	const atFirstInstruction = (text: string): ReturnType<typeof bootText> => {
		const machine = bootText(text);
		while (machine.cpu.cpl === 0) machine.run(1);
		return machine;
	};

	const changed = (text: string): ReturnType<typeof bootText> => {
		const machine = atFirstInstruction(HELLO);
		for (const change of parseChanges(text, names)) applyChange(machine, change);
		return machine;
	};

	test('registers, flags, xmm registers and memory get their values', () => {
		const machine = changed('r9=7, cf=1, zf=0, xmm2=0xffffffffffffffff0000000000000001, [message]="HEY", [rsp]:4=-1');
		expect([machine.register('r9'), machine.cpu.rflags & 0x41n, machine.registers.get('xmm2')]).toEqual([7n, 1n, 0xffff_ffff_ffff_ffff_0000_0000_0000_0001n]);
		expect(Buffer.from(machine.readLinear(0x40_2000n, 12) ?? []).toString()).toBe('HEYlo world\n');
		expect([...machine.readLinear(machine.register('rsp'), 8) ?? []]).toEqual([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
	});

	test('bytes may reach from one page to the next, and the page’s rights do not matter', () => {
		const machine = atFirstInstruction(`${HELLO}\n.bss\n.zero 0x3000`);
		applyChange(machine, {kind: 'memory', place: {offset: 0x40_3ffen}, bytes: [1, 2, 3, 4]});
		expect([...machine.readLinear(0x40_3ffen, 4) ?? []]).toEqual([1, 2, 3, 4]);
	});

	test.each([
		['[0]=1234', 'nothing is mapped at 0x0'],
		['[0x8000000000000000]=12', 'nothing is mapped at 0x8000000000000000'],
		['rsp=0x10, [rsp]:8=1', 'nothing is mapped at 0x10'],
	])('%s is refused: %s', (text, message) => {
		const machine = atFirstInstruction(HELLO);
		const changes = parseChanges(text, names);
		expect(refusalOf(machine, changes)).toContain(message);
		expect(() => {
			for (const change of changes) applyChange(machine, change);
		}).toThrow(ChangeError);
	});
});

test.each([
	['rsi=message', 'rsi = message (0x402000)'],
	['rax=39', 'rax = 0x27'],
	['[message+2]=41 42', '[message+0x2] = 41 42'],
	['[rsp-8]:8=1', '[rsp-0x8] = 01 00 00 00 00 00 00 00'],
	['df=1', 'DF = 1'],
	['input="yes\\n"', 'typed “yes\\n”'],
])('%s in words is “%s”', (text, words) => {
	expect(parseChanges(text, names).map(change => describeChange(change, names))).toEqual([words]);
});
