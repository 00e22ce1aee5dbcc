/** Random instructions of vector and x87 registers; none of them faults. */
import type {Operands} from './emitted-operands.js';

type Line = (o: Operands) => string;

const LANES = ['b', 'w', 'd'];
const each = (name: string, lanes: readonly string[]): string[] => lanes.map(lane => `${name}${lane}`);

/** Instructions that MMX registers know too: from a register or memory into a register. */
const PACKED = [
	...each('padd', [...LANES, 'q', 'sb', 'sw', 'usb', 'usw']), ...each('psub', [...LANES, 'q', 'sb', 'sw', 'usb', 'usw']),
	...each('pcmpeq', LANES), ...each('pcmpgt', LANES), 'pmullw', 'pmulhw', 'pmulhuw', 'pmuludq', 'pmaddwd', 'psadbw', 'pavgb', 'pavgw', 'pminub', 'pmaxub', 'pminsw', 'pmaxsw',
	'pand', 'pandn', 'por', 'pxor', 'packsswb', 'packssdw', 'packuswb', ...each('punpckh', ['bw', 'wd', 'dq']),
] as const;

/** Those whose source in memory is only half as wide in MMX registers. */
const UNPACKING = each('punpckl', ['bw', 'wd', 'dq']);

const WHOLE = ['andps', 'andnpd', 'orpd', 'xorps', 'unpcklps', 'unpckhps', 'unpcklpd', 'unpckhpd', 'punpcklqdq', 'punpckhqdq'] as const;
const FLOAT = ['add', 'sub', 'mul', 'div', 'sqrt', 'min', 'max'].flatMap(name => ['ss', 'sd', 'ps', 'pd'].map(form => `${name}${form}`));
const SHIFTS = ['psllw', 'pslld', 'psllq', 'psrlw', 'psrld', 'psrlq', 'psraw', 'psrad'] as const;
const CONVERSIONS = ['cvtdq2ps', 'cvtdq2pd', 'cvtps2pd', 'cvtpd2ps', 'cvtss2sd', 'cvtsd2ss', 'cvttps2dq', 'cvtpd2dq'] as const;

const xmm = (o: Operands): string => `%xmm${o.random.below(o.random.once(2) ? 4 : 16)}`;
const mm = (o: Operands): string => `%mm${o.random.below(8)}`;

/** A place that is aligned to 16 bytes. */
function aligned(o: Operands): string {
	const {random} = o;
	const offset = 16 * (random.below(200) - 100);
	return random.pick([`${offset}(%r15)`, `middle+${offset}(%rip)`, `%fs:${offset}`]);
}

/** A register, or a place that is aligned. */
const source = (o: Operands): string => (o.random.once(2) ? xmm(o) : aligned(o));

const packed: Line = o => {
	const {random} = o;
	if (random.once(4)) return `${random.pick([...PACKED, ...UNPACKING])} ${random.once(2) ? mm(o) : `${random.below(500)}(%r15)`}, ${mm(o)}`;
	return `${random.pick([...PACKED, ...UNPACKING, ...WHOLE])} ${source(o)}, ${xmm(o)}`;
};

const shift: Line = o => {
	const {random} = o;
	const name = random.pick(SHIFTS);
	const count = random.pick([0, 1, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 200, 255]);
	return random.pick([
		`${name} $${count}, ${xmm(o)}`,
		`${name} $${count}, ${mm(o)}`,
		// Most numbers in registers are too large for a count.
		`movl $${count}, %eax\nmovd %eax, %xmm5\n${name} %xmm5, ${xmm(o)}`,
		`${name} ${source(o)}, ${xmm(o)}`,
		`${random.pick(['pslldq', 'psrldq'])} $${random.below(20)}, ${xmm(o)}`,
	]);
};

const shuffle: Line = o => {
	const {random} = o;
	const chosen = `$${random.below(256)}`;
	const {before, operand} = o.memory();
	return random.pick([
		`${random.pick(['pshufd', 'pshuflw', 'pshufhw', 'shufps', 'shufpd'])} ${chosen}, ${source(o)}, ${xmm(o)}`,
		`pshufw ${chosen}, ${mm(o)}, ${mm(o)}`,
		`pinsrw ${chosen}, ${o.register(4)}, ${xmm(o)}`,
		`${before}pinsrw ${chosen}, ${operand}, ${random.once(3) ? mm(o) : xmm(o)}`,
		`pextrw ${chosen}, ${random.once(3) ? mm(o) : xmm(o)}, ${o.register(4)}`,
	]);
};

const move: Line = o => {
	const {random} = o;
	const {before, operand} = o.memory();
	const [half, scalar, unaligned] = [random.pick(['movlps', 'movhps', 'movlpd', 'movhpd']), random.pick(['movss', 'movsd']), random.pick(['movups', 'movupd', 'movdqu'])];
	return random.pick([
		`${before}${unaligned} ${operand}, ${xmm(o)}`,
		`${before}${unaligned} ${xmm(o)}, ${operand}`,
		`${random.pick(['movaps', 'movapd', 'movdqa'])} ${source(o)}, ${xmm(o)}`,
		`${random.pick(['movaps', 'movdqa', 'movntps', 'movntdq'])} ${xmm(o)}, ${aligned(o)}`,
		`${before}${half} ${operand}, ${xmm(o)}`,
		`${before}${half} ${xmm(o)}, ${operand}`,
		`${before}${scalar} ${operand}, ${xmm(o)}`,
		`${before}${scalar} ${xmm(o)}, ${operand}`,
		`${scalar} ${xmm(o)}, ${xmm(o)}`,
		`${random.pick(['movhlps', 'movlhps'])} ${xmm(o)}, ${xmm(o)}`,
		`${random.pick(['movmskps', 'movmskpd', 'pmovmskb'])} ${xmm(o)}, ${o.register(4)}`,
		`pmovmskb ${mm(o)}, ${o.register(4)}`,
		`movq ${o.register(8)}, ${xmm(o)}`, `movq ${xmm(o)}, ${o.register(8)}`, `movd ${o.register(4)}, ${xmm(o)}`, `movd ${xmm(o)}, ${o.register(4)}`,
		`movq ${xmm(o)}, ${xmm(o)}`, `${before}movq ${operand}, ${xmm(o)}`, `${before}movq ${xmm(o)}, ${operand}`, `${before}movd ${operand}, ${xmm(o)}`, `${before}movd ${xmm(o)}, ${operand}`,
		`${before}movq ${operand}, ${mm(o)}`, `${before}movq ${mm(o)}, ${operand}`, `movd ${o.register(4)}, ${mm(o)}`, `movq ${o.register(8)}, ${mm(o)}`,
		`movq2dq ${mm(o)}, ${xmm(o)}`, `movdq2q ${xmm(o)}, ${mm(o)}`,
		`leaq ${random.below(0x800)}(%r15), %rdi\nmaskmovdqu ${xmm(o)}, ${xmm(o)}`,
	]);
};

const float: Line = o => {
	const {random} = o;
	return random.pick([
		`${random.pick(FLOAT)} ${source(o)}, ${xmm(o)}`,
		`${random.pick(CONVERSIONS)} ${source(o)}, ${xmm(o)}`,
		`cvtsi2sd ${o.register(8)}, ${xmm(o)}`, `cvtsi2ss ${o.register(4)}, ${xmm(o)}`,
		`cvttsd2si ${xmm(o)}, ${o.register(8)}`, `cvtss2si ${xmm(o)}, ${o.register(4)}`,
		`ucomisd ${xmm(o)}, ${xmm(o)}\nsetp %al`, `comiss ${xmm(o)}, ${xmm(o)}\nja 1f\nincl %ebx\n1:`,
		`cmpltpd ${xmm(o)}, ${xmm(o)}`, `cmpneqss ${xmm(o)}, ${xmm(o)}`,
	]);
};

const x87: Line = o => {
	const {random} = o;
	return random.pick([
		'emms\nfld1\nfldpi\nfaddp\nfstpl 0x100(%r15)',
		`emms\nfildl ${8 * random.below(100)}(%r15)\nfstpl ${8 * random.below(100)}(%r15)`,
		'fnstsw %ax', 'fnstcw 0x80(%r15)', 'stmxcsr 0x88(%r15)', 'emms',
	]);
};

/** One random instruction, or a few that belong together. */
export const vectorLine: Line = o => o.random.pick([packed, packed, packed, shift, shuffle, shuffle, move, move, move, float, x87])(o);
