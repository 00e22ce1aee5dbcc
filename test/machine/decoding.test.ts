import {Code, CodeExt, CpuidFeature, Instruction, Mnemonic} from 'iced-x86';
import {describe, expect, test} from 'vitest';
import {INSTRUCTION_SETS} from '../../source/machine/instruction-sets.js';
import {meaningOf, SYSTEM} from '../../source/machine/semantics/index.js';
import {Guest} from '../support/guest.js';

const vectorsOf = (bytes: string): readonly number[] => {
	const guest = new Guest(`start: movabsq $SPARE, %rax\nmovq %rax, %rbx\n.byte ${bytes.replace(/(..)(?=.)/g, '0x$1,').replace(/,(..)$/, ',0x$1').replace(/^(..)$/, '0x$1')}\nint3`);
	guest.run();
	return guest.vectors;
};

describe('Instruction sets that CPUID does not announce are #UD', () => {
	test.each([
		['sse3 movddup', 'f20f12c1'], ['ssse3 pshufb', '660f3800c1'], ['sse4.1 ptest', '660f3817c1'], ['sse4.2 crc32', 'f20f38f1c1'], ['popcnt', 'f30fb8c1'],
		['movbe', '0f38f003'], ['aes', '660f38dcc1'], ['pclmulqdq', '660f3a44c100'], ['avx', 'c5f858c1'], ['avx-512', '62f17c4858c1'], ['bmi1 andn', 'c4e270f2c3'],
		['adx', '660f38f6c1'], ['rdrand', '0fc7f0'], ['rdseed', '0fc7f8'], ['rdpid', 'f30fc7f8'], ['rtm', 'c7f800000000'], ['xgetbv', '0f01d0'], ['xsave', '0fae23'],
		['monitor', '0f01c8'], ['mwait', '0f01c9'], ['clflushopt', '660fae3b'], ['clwb', '660fae33'], ['vmlaunch', '0f01c2'], ['vmxon', 'f30fc733'], ['vmrun', '0f01d8'],
		['3dnow', '0f0fc19e'], ['sse4a', 'f20f2b03'], ['sha', '0f38c8c1'], ['rsm', '0faa'], ['getsec', '0f37'], ['serialize', '0f01e8'], ['rdpkru', '0f01ee'],
	])('%s', (_, bytes) => {
		expect(vectorsOf(bytes)).toEqual([6]);
	});
});

describe('Instructions that 64-bit mode has dropped are #UD', () => {
	test.each(['06', '07', '0e', '16', '17', '1e', '1f', '27', '2f', '37', '3f', '60', '61', '82c000', '9a000000001000', 'ce', 'd400', 'd500', 'd6', 'ea000000001000'])('%s', bytes => {
		expect(vectorsOf(bytes)).toEqual([6]);
	});
});

describe('Hints of newer processors do nothing', () => {
	test.each(['f30f1efa', 'f3480f1ec8', '0f0d0b', '0f180b', '0f1c03', '0f1f4000', '660f1f840000000000', '0f19c0', 'f390', '0faef0'])('%s', bytes => {
		expect(vectorsOf(bytes)).toEqual([3]);
	});

	test('and do not touch memory', () => {
		const guest = new Guest('start: movl $0x900000, %eax\nprefetcht0 (%rax)\nnopl (%rax)\nhlt');
		guest.run();
		expect(guest.vectors).toEqual([]);
	});
});

describe('Prefixes', () => {
	test('f3 before bsf and bsr, which newer processors read as tzcnt and lzcnt, mean nothing', () => {
		const guest = new Guest('start: movl $0x50, %ebx\nmovl $7, %eax\n.byte 0xf3, 0x0f, 0xbd, 0xc3\nhlt');
		guest.run();
		expect(guest.register('rax')).toBe(6n);
	});

	test('lock is #UD with a register, and with instructions that do not take it', () => {
		for (const bytes of ['f001c8', 'f08903', 'f090', 'f03903', 'f00fa303', 'f0a4', 'f0ff33', 'f0f7e3']) expect(vectorsOf(bytes)).toEqual([6]);
	});

	test('up to fifteen bytes are an instruction, more are #GP(0)', () => {
		expect(vectorsOf('66'.repeat(14) + '90')).toEqual([3]);
		expect(vectorsOf('66'.repeat(15) + '90')).toEqual([13]);
		expect(vectorsOf('2e'.repeat(13) + '0f0b')).toEqual([6]);
		expect(vectorsOf('2e'.repeat(14) + '0f0b')).toEqual([13]);
	});
});

test('Every instruction that the processor announces is implemented', () => {
	const conditional: readonly (readonly [RegExp, string])[] = [[/^j(?!mp|[er]cxz)/, 'jcc'], [/^set/, 'setcc'], [/^cmov/, 'cmovcc']];
	const far: Readonly<Record<string, string>> = {jmp: 'ljmp', call: 'lcall'};
	const hint = /^(Nop|Reservednop|Prefetch|Cldemote|Endbr|Rdssp)/;
	const pseudo = /^(INVALID|Declare|Zero_bytes)/;
	const instruction = new Instruction();
	const missing: string[] = [];
	for (const [name, code] of Object.entries(Code).filter((entry): entry is [string, Code] => typeof entry[1] === 'number')) {
		instruction.code = code;
		const sets = [...instruction.cpuidFeatures()].map(feature => CpuidFeature[feature]);
		const {mode64, fwait} = CodeExt.opCode(code);
		// Forms with fwait are two instructions to the decoder.
		if (!mode64 || fwait || pseudo.test(name) || hint.test(name) || !sets.every(set => INSTRUCTION_SETS.has(set))) continue;
		const mnemonic = Mnemonic[instruction.mnemonic].toLowerCase();
		const string = mnemonic.replace(/^(movs|stos|lods|scas|cmps|ins|outs)[bwdq]$/, '$1');
		const family = conditional.find(([pattern]) => pattern.test(mnemonic))?.[1] ?? (/m16(16|32|64)$/.test(name) ? far[mnemonic] : undefined);
		const known = [mnemonic, string, family].some(found => found !== undefined && (meaningOf(found) !== undefined || SYSTEM.has(found)));
		if (!known) missing.push(name);
	}

	instruction.free();
	expect(missing).toEqual([]);
});
