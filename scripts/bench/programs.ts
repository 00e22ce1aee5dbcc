/** Small programs for measuring, each beside the same work in JavaScript with BigInt. Both give the same number. */

/** One program: its text, what it must leave as its exit status, and the same in JavaScript. */
export interface BenchProgram {
	readonly name: string;
	readonly text: string;
	readonly plain: () => bigint;
}

const SIZE = 60_000;

/** Ends with the low byte of rax as the status. */
const EXIT = `
	movl	%eax, %edi
	andl	$0xff, %edi
	movl	$231, %eax
	syscall
	.bss
	.balign	4096
from:	.zero	${SIZE + 8}
	.balign	4096
to:	.zero	${SIZE + 8}
`;

const begin = (times: number): string => `
	.globl	_start
	.text
_start:	movl	$${times}, %ebp
again:
`;

const end = `
	decl	%ebp
	jnz	again
${EXIT}`;

const SIEVES = 4;
const sieve = `${begin(SIEVES)}
	leaq	from(%rip), %rbx
	xorl	%ecx, %ecx
1:	movb	$1, (%rbx,%rcx)
	incl	%ecx
	cmpl	$${SIZE}, %ecx
	jb	1b
	xorl	%eax, %eax
	movl	$2, %ecx
2:	cmpb	$0, (%rbx,%rcx)
	je	4f
	incl	%eax
	leal	(%rcx,%rcx), %edx
3:	cmpl	$${SIZE}, %edx
	jae	4f
	movb	$0, (%rbx,%rdx)
	addl	%ecx, %edx
	jmp	3b
4:	incl	%ecx
	cmpl	$${SIZE}, %ecx
	jb	2b
${end}`;

function plainSieve(): bigint {
	let primes = 0n;
	for (let time = 0; time < SIEVES; time++) {
		const flags = new Uint8Array(SIZE).fill(1);
		primes = 0n;
		for (let i = 2n; i < BigInt(SIZE); i++) {
			if (flags[Number(i)] === 0) continue;
			primes++;
			for (let j = i + i; j < BigInt(SIZE); j += i) flags[Number(j)] = 0;
		}
	}

	return primes;
}

const HASHES = 8;
const hash = `${begin(HASHES)}
	leaq	from(%rip), %rbx
	movabsq	$0xcbf29ce484222325, %rax
	movabsq	$0x100000001b3, %rsi
	xorl	%ecx, %ecx
1:	movzbl	(%rbx,%rcx), %edx
	xorq	%rdx, %rax
	imulq	%rsi, %rax
	incq	%rcx
	cmpq	$${SIZE}, %rcx
	jb	1b
${end}`;

function plainHash(): bigint {
	const bytes = new Uint8Array(SIZE);
	let value = 0n;
	for (let time = 0; time < HASHES; time++) {
		value = 0xcbf2_9ce4_8422_2325n;
		for (const byte of bytes) value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100_0000_01b3n);
	}

	return value;
}

const COPIES = 80;
const copy = `${begin(COPIES)}
	leaq	from(%rip), %rsi
	leaq	to(%rip), %rdi
	movl	$${SIZE / 8}, %ecx
	movq	%rbp, (%rsi)
1:	movq	(%rsi), %rax
	movq	%rax, (%rdi)
	addq	$8, %rsi
	addq	$8, %rdi
	decq	%rcx
	jnz	1b
	movq	to(%rip), %rax
${end}`;

function plainCopy(): bigint {
	const source = new BigUint64Array(SIZE / 8);
	const target = new BigUint64Array(SIZE / 8);
	for (let time = COPIES; time > 0; time--) {
		source[0] = BigInt(time);
		for (let index = 0; index < source.length; index++) target[index] = source[index];
	}

	return target[0];
}

const FIB = 22;
const FIBS = 4;
const fib = `${begin(FIBS)}
	movl	$${FIB}, %edi
	call	fib
${end}
	.text
fib:	cmpq	$2, %rdi
	jae	1f
	movq	%rdi, %rax
	ret
1:	pushq	%rbx
	pushq	%rdi
	decq	%rdi
	call	fib
	movq	%rax, %rbx
	popq	%rdi
	subq	$2, %rdi
	call	fib
	addq	%rbx, %rax
	popq	%rbx
	ret
`;

function plainFib(): bigint {
	const of = (n: bigint): bigint => (n < 2n ? n : of(n - 1n) + of(n - 2n));
	let value = 0n;
	for (let time = 0; time < FIBS; time++) value = of(BigInt(FIB));
	return value;
}

/** The mix. */
export const MIX: readonly BenchProgram[] = [
	{name: 'sieve', text: sieve, plain: plainSieve},
	{name: 'FNV-1a', text: hash, plain: plainHash},
	{name: 'copy', text: copy, plain: plainCopy},
	{name: 'fib', text: fib, plain: plainFib},
];

/** The text of a program that does its work more often. What it leaves doesn't depend on how often. */
export function longer(text: string, factor: number): string {
	const scaled = text.replace(/movl\t\$(\d+), %ebp/, (_, times: string) => `movl\t$${Number(times) * factor}, %ebp`);
	if (scaled === text) throw new Error('no count of repetitions in %ebp was found in a program of the mix');
	return scaled;
}

/** The sieve again and again, for long recordings: it writes to fifteen pages all the time. */
export const ENDLESS = longer(sieve, 250_000);

/** Tens of thousands of different instructions, run a few times: code that is always cold. */
export function coldText(instructions: number, times: number): string {
	const registers = ['eax', 'ecx', 'edx', 'esi', 'edi', 'r8d', 'r9d', 'r10d', 'r11d', 'r12d', 'r13d', 'r14d'];
	const operations = ['addl', 'subl', 'xorl', 'andl', 'orl', 'movl'];
	let seed = 12_345;
	const pick = <T>(list: readonly T[]): T => {
		seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
		return list[(seed >>> 16) % list.length];
	};

	const lines = Array.from({length: instructions}, (_, index) => `\t${pick(operations)}\t$${index + 1}, %${pick(registers)}`);
	return `\t.globl\t_start\n_start:\tmovl\t$${times}, %ebp\nagain:\n${lines.join('\n')}\n\tdecl\t%ebp\n\tjnz\tagain\n\tmovl\t$231, %eax\n\txorl\t%edi, %edi\n\tsyscall\n`;
}
