import {StatementError} from '../problems.js';
import {splitSuffix} from './mnemonics.js';
import {registerSize} from './registers.js';

/** Instructions with a suffix whose general registers may have other sizes. */
const mixed = /^(?:v?cvt|crc32|in$|out$|nop|l[as][rl]$|movmsk)/;
const shifts = /^(?:s[ha][lr]|r[oc][lr]|sh[lr]d)$/;
/** Instructions whose immediate is as wide as the operation, up to four bytes. */
const wideImmediates = /^(?:add|adc|and|cmp|or|sbb|sub|xor|test|mov|imul|push)$/;
/** The others have one byte; these have more, in bits. */
const otherImmediates: Readonly<Record<string, number>> = {ret: 16, retq: 16, retw: 16, lret: 16, lretq: 16, lretl: 16, lretw: 16, retf: 16, retfq: 16, enter: 16, enterq: 16, enterw: 16};

const suffixSizes: Readonly<Record<string, number>> = {b: 1, w: 2, l: 4, q: 8};
const pointer = /^(byte|word|dword|qword) ptr /i;
const pointerSizes: Readonly<Partial<Record<string, number>>> = {byte: 1, word: 2, dword: 4, qword: 8};
const immediate = /^(\$?)(-?\d+)$/;

/**
 * Checks what the library lets pass: registers against the suffix of the mnemonic, and immediates against
 * the width they are encoded in. Where both `0xffffffff` and `-1` say the same, the shorter one comes back.
 *
 * @param operands as the encoder is to see them
 * @throws StatementError naming the operand that does not fit
 */
export function fitOperands(mnemonic: string, operands: readonly string[], syntax: 'att' | 'intel'): readonly string[] {
	const {base, suffix} = syntax === 'att' ? splitSuffix(mnemonic) : {base: mnemonic, suffix: undefined};
	if (suffix !== undefined && !mixed.test(base)) checkRegisters(mnemonic, base, suffix, operands);
	const size = suffixSizes[suffix ?? ''] ?? sizeOfOperands(operands);
	return operands.map((operand, index) => {
		const found = syntax === 'att' || index > 0 || operands.length === 1 ? immediate.exec(operand) : null;
		if (found === null || (syntax === 'att' && found[1] === '')) return operand;
		return found[1] + fitImmediate(mnemonic, base, BigInt(found[2]), size, operands).toString();
	});
}

function checkRegisters(mnemonic: string, base: string, suffix: string, operands: readonly string[]): void {
	operands.forEach((operand, index) => {
		const size = registerSize(operand);
		const isCount = shifts.test(base) && index === 0 && operands.length > 1 && operand.toLowerCase() === '%cl';
		if (size === undefined || size === suffixSizes[suffix] || isCount || operands.some(each => /^%(?:[c-gs]s|[xyz]?mm\d+)$/i.test(each))) return;
		const fitting = Object.entries(suffixSizes).find(([, bytes]) => bytes === size)?.[0] ?? '';
		throw new StatementError(`${operand} has ${size * 8} bits, and the suffix of ${mnemonic} says ${suffixSizes[suffix] * 8}.`, `Write ${base}${fitting}, or a register of ${suffixSizes[suffix] * 8} bits.`);
	});
}

function sizeOfOperands(operands: readonly string[]): number | undefined {
	for (const operand of [...operands].reverse()) {
		const size = registerSize(operand) ?? pointerSizes[pointer.exec(operand)?.[1].toLowerCase() ?? ''];
		if (size !== undefined) return size;
	}
	return undefined;
}

function fitImmediate(mnemonic: string, base: string, value: bigint, size: number | undefined, operands: readonly string[]): bigint {
	if (mnemonic.startsWith('movabs')) return value;
	if (!wideImmediates.test(base)) return fitOther(mnemonic, value, otherImmediates[mnemonic] ?? 8);
	if (base === 'push' ? size !== 2 : size === 8) return fitExtended(mnemonic, base, value, operands);
	if (size === undefined) return value;
	return fitBits(mnemonic, value, size * 8);
}

/** 64-bit operations take 32 bits and extend them by their sign; only `mov` to a register takes 64. */
function fitExtended(mnemonic: string, base: string, value: bigint, operands: readonly string[]): bigint {
	const intoRegister = base === 'mov' && operands.some(operand => registerSize(operand) === 8);
	if (intoRegister || BigInt.asIntN(32, value) === value) return value;
	throw new StatementError(`${mnemonic} takes a 32-bit immediate that is extended by its sign, and ${hex(value)} is not one.`, 'Load it with movabs into a register first.');
}

function fitOther(mnemonic: string, value: bigint, bits: number): bigint {
	if (value >= -(1n << BigInt(bits - 1)) && value < 1n << BigInt(bits)) return BigInt.asIntN(bits, value);
	throw tooWide(mnemonic, value, bits);
}

/** GNU as takes a number whose higher bits are all zeros or all ones, so that `$~0x80` is a byte. */
function fitBits(mnemonic: string, value: bigint, bits: number): bigint {
	const seen = value >> 32n === 0n && bits < 32 ? BigInt.asIntN(32, value) : value;
	if ([seen, value].some(each => [0n, -1n].includes(each >> BigInt(bits)))) return BigInt.asIntN(bits, value);
	throw tooWide(mnemonic, value, bits);
}

function tooWide(mnemonic: string, value: bigint, bits: number): StatementError {
	return new StatementError(`The immediate ${hex(value)} does not fit into the ${bits} bits that ${mnemonic} has for it.`, bits === 32 ? 'Use a 64-bit register and movabs.' : 'Use a smaller number, or a larger operation.');
}

function hex(value: bigint): string {
	return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}
