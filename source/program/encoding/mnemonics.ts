import {conditionNames} from './condition-codes.js';
import {isListed} from './encoder.js';
import {isRewrittenIntel} from './intel-rewrites.js';
import {isRewrittenAtt} from './rewrites.js';
import {isStringMnemonic} from './string-instructions.js';
import {fixedInstructions, immediateForms} from './supplement.js';

const words = (text: string): readonly string[] => text.split(' ');

/** Which size suffixes of AT&T syntax an instruction takes. */
const suffixTable: readonly (readonly [letters: string, mnemonics: readonly string[]])[] = [
	['bwlq', words('add adc and cmp or sbb sub xor test mov xchg xadd cmpxchg mul imul div idiv inc dec neg not shl shr sal sar rol ror rcl rcr')],
	['wlq', words('lea bt btc btr bts bsf bsr shld shrd popcnt tzcnt lzcnt movbe lar lsl sldt str smsw')],
	['wlq', conditionNames.map(name => `cmov${name}`)],
	['lq', words('bswap movnti adcx adox cvtsi2sd cvtsi2ss cvtsd2si cvtss2si cvttsd2si cvttss2si rdfsbase rdgsbase wrfsbase wrgsbase ptwrite vcvtsi2sd vcvtsi2ss vcvttsd2si vcvttss2si vcvtsd2si vcvtss2si movmskpd movmskps andn bextr blsi blsmsk blsr bzhi mulx pdep pext rorx sarx shlx shrx')],
	['wq', words('push pop call jmp ret leave enter popf')],
	['bwl', words('in out')],
	['bwlq', words('crc32')],
	['wl', words('nop')],
	['sl', words('fadd fmul fsub fsubr fdiv fdivr fcom fcomp fst')],
	['slt', words('fld fstp')],
	['sl', words('fiadd fimul fisub fisubr fidiv fidivr ficom ficomp fist')],
	['slq', words('fild fistp fisttp')],
	['xy', words('vcvtpd2ps vcvtpd2dq vcvttpd2dq')],
];

const suffixes: ReadonlyMap<string, string> = new Map(suffixTable.flatMap(([letters, mnemonics]) => mnemonics.map((mnemonic): [string, string] => [mnemonic, letters])));

/**
 * Instructions whose last letter the library takes for the size of a shorter one when the number of operands
 * is wrong: `pushf %rax` would become `push`.
 */
const operandCounts: Readonly<Partial<Record<string, number>>> = {
	pushf: 0, pushfq: 0, pushfw: 0, popf: 0, popfq: 0, popfw: 0,
	shld: 3, shrd: 3, mulx: 3, shlx: 3, shrx: 3, sarx: 3, rorx: 3,
};

/** Instructions without operands that have a suffix all the same. */
const bareSuffixes = /^(?:ret|leave|popf)[wq]$/;

/** The base and the suffix of a mnemonic in AT&T syntax; no suffix where it has none. */
export function splitSuffix(mnemonic: string): {readonly base: string; readonly suffix: string | undefined} {
	const base = mnemonic.slice(0, -1);
	const suffix = mnemonic.slice(-1);
	return !suffixes.has(mnemonic) && suffixes.get(base)?.includes(suffix) === true ? {base, suffix} : {base: mnemonic, suffix: undefined};
}

/**
 * Whether there is an instruction of this name. The library would take any last letter of AT&T syntax
 * for a size, as in `movx`.
 */
export function isMnemonic(mnemonic: string, operands: readonly string[], syntax: 'att' | 'intel'): boolean {
	if (operandCounts[mnemonic] !== undefined && operandCounts[mnemonic] !== operands.length) return false;
	if (/^mov[sz][bwl][wlq]$/.test(mnemonic) && operands.length !== 2) return false;
	if (mnemonic === 'movd' && !operands.some(operand => /mm\d/i.test(operand))) return false;
	if (syntax === 'intel' || isListed(mnemonic, 'att')) return true;
	if (operands.length === 0) return bareSuffixes.test(mnemonic);
	return splitSuffix(mnemonic).suffix !== undefined;
}

/** Whether some instruction begins like this, whatever its operands may be. */
export function mayBeMnemonic(mnemonic: string, syntax: 'att' | 'intel'): boolean {
	return isListed(mnemonic, syntax)
		|| (syntax === 'att' ? splitSuffix(mnemonic).suffix !== undefined || isRewrittenAtt(mnemonic) : isRewrittenIntel(mnemonic))
		|| immediateForms.has(mnemonic)
		|| Object.hasOwn(fixedInstructions, mnemonic)
		|| isStringMnemonic(mnemonic)
		|| /^movabs[bwlq]?$/.test(mnemonic);
}
