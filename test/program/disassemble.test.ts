import {beforeAll, describe, expect, test} from 'vitest';
import {disassemble, loadDisassembler} from '../../source/program/disassemble.js';
import {bytesOf} from './helpers.js';

const symbols = new Map([[0x402000n, 'table'], [0x401010n, 'done'], [0x403000n, 'msg']]);
const at = 0x401000n;

function both(hex: string): readonly string[] {
	const bytes = Buffer.from(hex, 'hex');
	const symbolAt = (address: bigint): string | undefined => symbols.get(address);
	return (['att', 'intel'] as const).map(syntax => disassemble(bytes, at, {syntax, symbolAt}).text);
}

beforeAll(loadDisassembler);

/** [bytes, AT&T text, Intel text]. */
const rows: readonly (readonly [string, string, string])[] = [
	['4889d8', 'mov %rbx, %rax', 'mov rax, rbx'],
	['48c7c00a000000', 'mov $0xa, %rax', 'mov rax, 0xa'],
	['c7430405000000', 'movl $5, 4(%rbx)', 'mov dword ptr [rbx+4], 5'],
	['0f05', 'syscall', 'syscall'],
	['480f07', 'sysretq', 'sysretq'],
	['48cf', 'iretq', 'iretq'],
	['0f01c1', 'vmcall', 'vmcall'],
	['f348ab', 'rep stosq', 'rep stosq'],
	['64ac', 'lods %fs:(%rsi), %al', 'lodsb fs:[rsi]'],
	['f048ff00', 'lock incq (%rax)', 'lock inc qword ptr [rax]'],
	['65488b042510000000', 'mov %gs:0x10, %rax', 'mov rax, gs:[0x10]'],
	// Names where they are known.
	['eb0e', 'jmp done', 'jmp done'],
	['0f840a000000', 'je done', 'je done'],
	['e800000000', 'call 0x401005', 'call 0x401005'],
	['488d35f91f0000', 'lea msg(%rip), %rsi', 'lea rsi, [rip+msg]'],
	['488d35f9000000', 'lea 0xf9(%rip), %rsi', 'lea rsi, [rip+0xf9]'],
	['ff24c500204000', 'jmpq *table(,%rax,8)', 'jmp qword ptr [rax*8+table]'],
	['8b042500204000', 'mov table, %eax', 'mov eax, [table]'],
	// What is no instruction.
	['06', '(bad)', '(bad)'],
	['e800', '(bad)', '(bad)'],
	['', '(bad)', '(bad)'],
];

describe('bytes become text', () => {
	test.each(rows)('%s', (hex, att, intel) => {
		expect(both(hex)).toEqual([att, intel]);
	});

	test('with their length, their own bytes, and where they lead to', () => {
		const bytes = Buffer.from('eb0e9090', 'hex');
		expect(disassemble(bytes, at, {syntax: 'att'})).toEqual({text: 'jmp 0x401010', length: 2, bytes: Uint8Array.of(0xeb, 0x0e), target: 0x401010n});
	});

	test('in the upper half as well', () => {
		expect(disassemble(Buffer.from('ebfe', 'hex'), 0xffffffff81000000n, {syntax: 'att'}).text).toBe('jmp 0xffffffff81000000');
	});

	test('which becomes the same bytes again', () => {
		for (const [hex] of rows.filter(([bytes, text]) => text !== '(bad)' && !/^(?:eb|e8|0f84)/.test(bytes))) {
			const {text} = disassemble(Buffer.from(hex, 'hex'), at, {syntax: 'att'});
			expect(`${bytesOf(text)} ${text}`).toBe(`${hex} ${text}`);
		}
	});
});
