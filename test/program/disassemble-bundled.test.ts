import {expect, test, vi} from 'vitest';
import {disassemble, loadDisassembler} from '../../source/program/disassemble.js';

// As a bundle has the library: all its names in the default export, and nowhere else.
vi.mock('iced-x86', async original => {
	const {default: library} = await original<{readonly default: unknown}>();
	return {default: library};
});

test('the disassembler works where the library has a default export alone, as in a bundle', async () => {
	await loadDisassembler();
	expect(disassemble(Uint8Array.of(0x48, 0x29, 0xfe), 0n, {syntax: 'intel'}).text).toBe('sub rsi, rdi');
	expect(disassemble(Uint8Array.of(0x48, 0x29, 0xfe), 0n, {syntax: 'att'}).text).toBe('sub %rdi, %rsi');
});
