import {program} from './programs.js';
import {Prng} from './prng.js';

/** Registers that the lines of a random program may change; rsp, rbp (the data) and r15 (the loop) have their own work. */
const REGISTERS = ['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14'] as const;

const ARITHMETIC = ['addq', 'subq', 'adcq', 'sbbq', 'xorq', 'andq', 'orq', 'cmpq', 'testq', 'movq', 'imulq', 'xchgq'];

/** One line, or a few that belong together; none can fault, and each leaves the stack as it was. */
function lines(random: Prng): string {
	const register = random.pick(REGISTERS);
	const other = random.pick(REGISTERS);
	const offset = random.below(0x1fe0);
	switch (random.below(14)) {
		case 0:
			return `movq %${register}, ${offset}(%rbp)`;
		case 1:
			return `movq ${offset}(%rbp), %${register}`;
		case 2:
			return `pushq %${register}\npopq %${other}`;
		case 3:
			return `movl $39, %eax\nsyscall`;
		case 4:
			return `movl $1, %eax\nmovl $1, %edi\nleaq ${offset}(%rbp), %rsi\nmovl $${random.below(20)}, %edx\nsyscall`;
		case 5:
			return `movl $1, %eax\nmovl $1, %edi\nxorl %esi, %esi\nmovl $5, %edx\nsyscall`;
		case 6:
			return `shlq $${random.below(64)}, %${register}`;
		case 7:
			return `leaq ${offset}(%rbp), %rdi\nmovl $${random.below(30)}, %ecx\nrep stosb`;
		// The next two change the code that the routine at \`patched\` runs: the number that it loads, or how it ends.
		case 8:
			return `movb %${register === 'rax' ? 'al' : 'cl'}, patched + 1(%rip)`;
		case 9:
			return `movl $${random.bits()}, patched + 1(%rip)`;
		case 10:
			return 'call patched';
		case 11:
			return `addq $${random.below(1000)}, ${offset}(%rbp)`;
		case 12:
			return `pushfq\norq $${random.once(2) ? '0x40000' : '0x400'}, (%rsp)\npopfq\nnop\npushq $0x202\npopfq`;
		default:
			return `${random.pick(ARITHMETIC)} %${register}, %${other}`;
	}
}

/** A program of random lines, done in a loop that never ends: arithmetic, memory, calls, faults in the kernel, new code. */
export function randomProgram(seed: number): string {
	const random = new Prng(seed);
	const body = Array.from({length: 60}, () => lines(random)).join('\n');
	return program(
		`leaq data(%rip), %rbp\nagain: incq %r15\n${body}\njmp again`,
		`.section .patched, "awx"\npatched: movl $1, %ebx\nret\n.bss\ndata: .zero 0x2000`,
	);
}
