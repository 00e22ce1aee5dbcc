/** Every instruction that sets flags, in every width, with every condition asked of it. */
import {CONDITIONS} from './emitted-lines.js';

type Names = Readonly<Record<'a' | 'b' | 'd', string>>;

/** The registers a (rax), b (rbx) and d (rdx) by the suffix of a width. */
const REGISTERS: Readonly<Record<string, Names>> = {
	b: {a: '%al', b: '%bl', d: '%dl'},
	w: {a: '%ax', b: '%bx', d: '%dx'},
	l: {a: '%eax', b: '%ebx', d: '%edx'},
	q: {a: '%rax', b: '%rbx', d: '%rdx'},
};

const SUFFIXES = ['b', 'w', 'l', 'q'];
const WIDE = ['w', 'l', 'q'];

/** One text for each name and width. */
const all = (names: readonly string[], suffixes: readonly string[], make: (name: string, r: Names) => string): string[] =>
	names.flatMap(name => suffixes.map(suffix => make(`${name}${suffix}`, REGISTERS[suffix])));

/** Setters of flags. They find numbers in rax and rbx, the second in rcx too, and the first in memory at r15. */
export const SETTERS: readonly string[] = [
	...all(['add', 'sub', 'adc', 'sbb', 'and', 'or', 'xor', 'cmp', 'test'], SUFFIXES, (name, {a, b}) => `${name} ${b}, ${a}`),
	...all(['add', 'sub', 'adc', 'sbb', 'cmp', 'test'], SUFFIXES, (name, {a}) => `${name} $-128, ${a}`),
	...all(['add', 'sbb', 'xor'], ['b', 'q'], (name, {b}) => `${name} ${b}, (%r15)`),
	...all(['sub', 'cmp'], ['w', 'l'], (name, {b}) => `${name} (%r15), ${b}`),
	...all(['inc', 'dec', 'neg'], SUFFIXES, (name, {a}) => `${name} ${a}`),
	...all(['shl', 'shr', 'sar', 'rol', 'ror', 'rcl', 'rcr'], SUFFIXES, (name, {a}) => `${name} %cl, ${a}`),
	...all(['shl', 'shr', 'sar', 'rol', 'ror', 'rcl', 'rcr'], SUFFIXES, (name, {a}) => `${name} $1, ${a}`),
	...all(['shl', 'shr', 'sar', 'rol', 'rcr'], SUFFIXES, (name, {a}) => `${name} $9, ${a}`),
	...all(['shl', 'ror', 'rcl'], ['l'], (name, {a}) => `${name} $0, ${a}`),
	...all(['shld', 'shrd'], WIDE, (name, {a, b}) => `${name} $5, ${b}, ${a}`),
	...all(['shld', 'shrd'], ['l', 'q'], (name, {a, b}) => `${name} %cl, ${b}, ${a}`),
	...all(['mul', 'imul'], SUFFIXES, (name, {b}) => `${name} ${b}`),
	...all(['imul'], WIDE, (name, {a, b}) => `${name} ${b}, ${a}`),
	...all(['imul'], WIDE, (name, {a, b}) => `${name} $-7, ${b}, ${a}`),
	...all(['bt', 'bts', 'btr', 'btc'], WIDE, (name, {a, b}) => `${name} ${b}, ${a}`),
	...all(['bt', 'btc'], ['l'], (name, {a}) => `${name} $3, ${a}`),
	...all(['bsf', 'bsr'], WIDE, (name, {a, b}) => `${name} ${b}, ${a}`),
	...all(['cmpxchg', 'xadd'], SUFFIXES, (name, {b, d}) => `${name} ${b}, ${d}`),
	...all(['cmpxchg', 'xadd'], ['l'], (name, {b}) => `${name} ${b}, (%r15)`),
	'movl %eax, %edx\nmovq %rbx, 8(%r15)\ncmpxchg8b (%r15)',
	'cmpxchg16b (%r15)',
	'addb %bh, %ah', 'cmpb %ah, %bl', 'decb %bh', 'rclb %cl, %ah',
	'movb %bl, %ah\nsahf',
	'andl $0x8d5, %ebx\npushq %rbx\npopfq',
	'cmpq %rbx, %rax\ncmc', 'addl %ebx, %eax\nclc', 'subw %bx, %ax\nstc',
	'addq %rbx, %rax\nincl %edx', 'subb %bl, %al\ndecq %rdx', 'shll %cl, %eax\nincb %dl', 'imulq %rbx, %rax\ndecw %dx', 'sarl $3, %eax\nincl %eax\ndecl %ebx',
	'addq %rbx, %rax\nadcq %rbx, %rdx', 'subl %ebx, %eax\nsbbl %eax, %eax', 'adcb %bl, %al\nrclw $1, %ax',
	'movq %r15, %rsi\nleaq 8(%r15), %rdi\ncmpsl', 'movq %r15, %rdi\nscasb',
	'movq %r15, %rsi\nleaq 1(%r15), %rdi\nmovl $5, %ecx\nrepe cmpsb',
];

/** Numbers at which flags turn in one width or another. */
const VALUES = [0n, 1n, 0x7fff_ffff_8000_0080n, 0x7fff_7fffn, 0x8000_0000_0000_8000n, 0xffff_ffff_ffff_ffffn] as const;

/** Loads the operands, and leaves flags behind in one of two ways: standing for themselves, or to be worked out. */
const load = (lazily: boolean): string => `movq (%r8,%r12,8), %rax
movq (%r8,%r13,8), %rbx
movq %rax, (%r15)
movl %ebx, %ecx
leal 7(%rax), %edx
${lazily ? 'cmpl %r13d, %r12d' : 'btl $0, %r13d'}`;

const question = (setter: string, number: number): string => {
	const condition = CONDITIONS[number];
	return `${load(number % 2 === 0)}
${setter}
j${condition} 1f
addq $${2 * number + 1}, %r14
1: ${load(number % 3 === 0)}
${setter}
set${condition} %r9b
cmov${condition} %rax, %r10
rolq $3, %r14
addq %r9, %r14
`;
};

const loopOf = (setter: string): string => `	movl $${VALUES.length - 1}, %r12d
2:	movl $${VALUES.length - 1}, %r13d
3:	${CONDITIONS.map((_, number) => question(setter, number)).join('')}
	${load(true)}
	${setter}
	pushfq
	popq %r11
	xorq %r11, %r14
	addq %rax, %r14
	xorq %r10, %r14
	decl %r13d
	jns 3b
	decl %r12d
	jns 2b
`;

/** A guest that runs some setters in ring 3 with all pairs of numbers, and asks each condition of them by jcc, setcc and cmovcc. */
export const conditionsGuest = (setters: readonly string[]): string => `
start:	to_user begin
	.section .userdata,"aw"
room:	.zero 64
	.section .user,"ax"
	.balign 8
values:	.quad ${VALUES.join(', ')}
begin:	leaq room(%rip), %r15
	leaq values(%rip), %r8
${setters.map(loopOf).join('\n')}
	int3
`;
