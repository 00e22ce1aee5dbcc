import {Prng} from './prng.js';
import {program} from './programs.js';

/** Registers that the lines of a program may change; rsp, rbp (the data), r14 (more data) and r15 (the loop) have their own work. */
const REGISTERS = [
	['rax', 'eax', 'ax', 'al'], ['rbx', 'ebx', 'bx', 'bl'], ['rcx', 'ecx', 'cx', 'cl'], ['rdx', 'edx', 'dx', 'dl'], ['rsi', 'esi', 'si', 'sil'],
	['rdi', 'edi', 'di', 'dil'], ['r8', 'r8d', 'r8w', 'r8b'], ['r9', 'r9d', 'r9w', 'r9b'], ['r10', 'r10d', 'r10w', 'r10b'], ['r11', 'r11d', 'r11w', 'r11b'],
	['r12', 'r12d', 'r12w', 'r12b'], ['r13', 'r13d', 'r13w', 'r13b'],
] as const;

const WIDTHS = ['q', 'l', 'w', 'b'] as const;
const CONDITIONS = ['e', 'ne', 'b', 'a', 'l', 'ge', 's', 'o'] as const;
const ARITHMETIC = ['add', 'sub', 'adc', 'sbb', 'xor', 'and', 'or', 'cmp', 'test'] as const;

/** One line, or a few that belong together, that move values about: in every width, between registers, memory, stack and vectors. */
function lines(random: Prng): string {
	const width = random.below(4);
	const suffix = WIDTHS[width];
	const a = random.pick(REGISTERS);
	const b = random.pick(REGISTERS);
	const [whole, other] = [a[0], b[0]];
	const place = `${random.below(200)}(%rbp)`;
	const choices: readonly (() => string)[] = [
		() => `mov${suffix} %${a[width]}, ${place}`,
		() => `mov${suffix} ${place}, %${b[width]}`,
		() => `mov${suffix} %${a[width]}, %${b[width]}`,
		() => `mov${suffix} $${random.below(100)}, ${random.once(2) ? `%${a[width]}` : place}`,
		() => `movzb${random.pick(['q', 'l', 'w'])} ${place}, %${whole}`.replace(/movzb([lw]) (.*) %(.*)$/, (_, w: string, p: string) => `movzb${w} ${p} %${w === 'l' ? a[1] : a[2]}`),
		() => `movs${random.pick(['bq', 'wq', 'lq'])} ${place}, %${whole}`.replace('movslq', 'movslq'),
		() => `xchg${suffix} %${a[width]}, ${random.once(2) ? place : `%${b[width]}`}`,
		() => `pushq %${whole}\npopq ${random.once(2) ? place : `%${other}`}`,
		() => `pushq ${place}\npopq %${other}`,
		() => `cmov${random.pick(CONDITIONS)}${random.pick(['q', 'l'])} %${whole}, %${other}`.replace(/cmov(\w+)l %\w+, %\w+/, (_, c: string) => `cmov${c}l %${a[1]}, %${b[1]}`),
		() => `set${random.pick(CONDITIONS)} ${random.once(2) ? `%${a[3]}` : place}`,
		() => `movq %${other}, %rcx\n${random.pick(['shl', 'shr', 'sar', 'rol', 'ror', 'rcl', 'rcr'])}${suffix} %cl, %${a[width]}`,
		() => `xorl %ecx, %ecx\n${random.pick(['shl', 'rol', 'rcr'])}q %cl, %${whole}`,
		() => `bswap${random.once(2) ? `q %${whole}` : `l %${a[1]}`}`,
		() => `xadd${suffix} %${a[width]}, ${random.once(2) ? place : `%${b[width]}`}`,
		() => `cmpxchg${suffix} %${a[width]}, ${random.once(2) ? place : `%${b[width]}`}`,
		() => `leaq ${random.below(100)}(%rbp), %rsi\nleaq ${random.below(100)}(%r14), %rdi\nmovl $${random.below(20)}, %ecx\nrep movs${random.pick(['b', 'q'])}`,
		() => `leaq ${random.below(100)}(%rbp), %rsi\nlods${random.pick(['b', 'w', 'l', 'q'])}`,
		() => `leaq ${random.below(100)}(%rbp), %rdi\nmovl $${random.below(9)}, %ecx\n${random.pick(['repne scasb', 'rep stosq', 'repe scasb'])}`,
		() => `movups ${place}, %xmm${random.below(4)}`,
		() => `movups %xmm${random.below(4)}, ${place}`,
		() => `movq %${whole}, %xmm${random.below(4)}`,
		() => `movq %xmm${random.below(4)}, %${whole}`,
		() => `movd %${a[1]}, %xmm${random.below(4)}`,
		() => `movhps %xmm${random.below(4)}, ${place}`,
		() => `paddq %xmm${random.below(4)}, %xmm${random.below(4)}`,
		() => `leaq ${random.below(64)}(%${whole},%${other}), %${random.pick(REGISTERS)[0]}`,
		() => `leaq data(%rip), %${whole}`,
		() => `bsf${random.pick(['q', 'l'])} %${whole}, %${other}`.replace(/bsfl %\w+, %\w+/, `bsfl %${a[1]}, %${b[1]}`),
		() => `pushfq\npopq %${whole}`,
		() => 'lahf\nsahf',
		() => `mulq %${whole}`,
		() => `imulq %${whole}, %${other}`,
		() => 'call routine',
		() => `movb %ah, %${random.pick(['bl', 'cl', 'dl'])}\nmovb %${random.pick(['bl', 'cl', 'dl'])}, %ah`,
		() => `cltq\ncqto`,
		() => `xor${random.pick(['q', 'l'])} %${whole}, %${whole}`.replace(/xorl %\w+, %\w+/, `xorl %${a[1]}, %${a[1]}`),
		() => `movl $${random.pick([39, 24, 186, 1000])}, %eax\nsyscall`,
		() => `movl $1, %eax\nmovl $1, %edi\nleaq ${random.below(100)}(%rbp), %rsi\nmovl $${random.below(4)}, %edx\nsyscall`,
		() => `${random.pick(ARITHMETIC)}${suffix} %${a[width]}, ${random.once(2) ? place : `%${b[width]}`}`,
	];
	return random.pick(choices)();
}

/** A program that moves random values about in a loop that never ends; none of it faults. */
export function movingProgram(seed: number): string {
	const random = new Prng(seed);
	const body = Array.from({length: 60}, () => lines(random)).join('\n');
	return program(
		`leaq data(%rip), %rbp\nleaq more(%rip), %r14\nagain: incq %r15\n${body}\njmp again`,
		'.text\nroutine: pushq %rbx\nmovq %rsp, %rbx\nmovl $7, -16(%rsp)\npopq %rbx\nret\n.data\ndata: .fill 64, 8, 0x1122334455667788\nmore: .zero 0x1000',
	);
}
