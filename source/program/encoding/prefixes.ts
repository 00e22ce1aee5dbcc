import {StatementError} from '../problems.js';
import {isIntelRegister} from './registers.js';

/** Prefixes (Intel SDM volume 2, section 2.1.1), which may stand before an instruction or alone. */
export const prefixes: Readonly<Record<string, number>> = {
	lock: 0xf0,
	rep: 0xf3, repe: 0xf3, repz: 0xf3,
	repne: 0xf2, repnz: 0xf2,
	xacquire: 0xf2, xrelease: 0xf3,
	bnd: 0xf2,
	notrack: 0x3e,
	data16: 0x66,
	addr32: 0x67,
	rex: 0x40, 'rex.w': 0x48, rex64: 0x48,
	es: 0x26, cs: 0x2e, ss: 0x36, ds: 0x3e, fs: 0x64, gs: 0x65,
};

const lockable = /^(?:add|adc|and|btc|btr|bts|cmpxchg|dec|inc|neg|not|or|sbb|sub|xadd|xchg|xor)[bwlq]?$|^cmpxchg(?:8|16)b$/;
const repeatable = /^(?:(?:ins|outs|movs|cmps|stos|lods|scas)[bwldq]?|ret[wq]?|nop|bsf|bsr|syscall)$/;

/**
 * Refuses prefixes that the processor would refuse, or ignore, at that place, as GNU as does.
 *
 * @param words the prefixes as written
 * @param operands of the instruction that they stand before
 */
export function checkPrefixes(words: readonly string[], mnemonic: string, operands: readonly string[], syntax: 'att' | 'intel'): void {
	const destination = syntax === 'att' ? operands.at(-1) : operands.at(0);
	const changed = mnemonic.startsWith('xchg') ? operands : operands.filter(operand => operand === destination);
	for (const word of words) {
		if (word === 'lock' && !(lockable.test(mnemonic) && changed.some(operand => isMemory(operand)))) {
			throw new StatementError(`lock cannot stand before ${[mnemonic, operands.join(', ')].join(' ').trim()}.`, 'It is for an instruction that reads, changes and writes memory, such as lock incl (%rdi).');
		}
		if (word.startsWith('rep') && !repeatable.test(mnemonic)) {
			throw new StatementError(`${word} cannot stand before ${mnemonic}.`, 'It repeats a string instruction: movs, stos, cmps, scas, lods, ins or outs.');
		}
	}
}

function isMemory(operand: string): boolean {
	if (/^%[c-gs]s\s*:/i.test(operand)) return true;
	return !/^[%$]/.test(operand) && !isIntelRegister(operand);
}
