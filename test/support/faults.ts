/** Programs that end by an exception, with the end that Linux gives them: signal, si_code, and what si_addr names. */
import {program} from './programs.js';

export interface FaultingProgram {
	readonly what: string;
	readonly text: string;
	readonly end: string;
}

const DATA = `
.data
data: .quad 0x1122334455667788
.section .rodata
constant: .quad 1
`;

const fault = (what: string, lines: string, end: string): FaultingProgram => ({what, text: program(lines, DATA), end});

const SEGV_KERNEL = 'SIGSEGV, code 128, address 0x0';
const BUS_KERNEL = 'SIGBUS, code 128, address 0x0';

/** Instructions of ring 0 alone. */
const PRIVILEGED = [
	'hlt', 'cli', 'sti', 'inb $0x60, %al', 'outb %al, $0x80', 'inl %dx, %eax', 'wrmsr', 'rdmsr', 'movq %rax, %cr3', 'movq %cr0, %rax', 'movq %rax, %dr7',
	'swapgs', 'sysretq', 'invlpg (%rax)', 'lgdt (%rsp)', 'lidt (%rsp)', 'ltr %ax', 'clts', 'wbinvd',
];

export const FAULTS: readonly FaultingProgram[] = [
	fault('a division by zero', 'xorl %ecx, %ecx\nfault: divl %ecx', 'SIGFPE, code 1, address fault'),
	fault('a quotient that does not fit', 'movl $0x80000000, %eax\ncltd\nmovl $-1, %ecx\nfault: idivl %ecx', 'SIGFPE, code 1, address fault'),
	fault('ud2', 'nop\nfault: ud2', 'SIGILL, code 2, address fault'),
	fault('bytes that are no instruction', 'nop\nfault: .byte 0x06', 'SIGILL, code 2, address fault'),
	fault('lock before an instruction that can’t have it', 'nop\nfault: .byte 0xf0\nnop', 'SIGILL, code 2, address fault'),
	fault('clac, which programs do not have', 'nop\nfault: clac', 'SIGILL, code 2, address fault'),
	fault('int3', 'int3', 'SIGTRAP, code 128, address 0x0'),
	fault('int $3', 'int $3', 'SIGTRAP, code 128, address 0x0'),
	fault('int $4', 'int $4', SEGV_KERNEL),
	fault('int $0x81, which has no gate', 'int $0x81', SEGV_KERNEL),
	...PRIVILEGED.map(line => fault(line, line, SEGV_KERNEL)),
	fault('sixteen bytes of one instruction', '.fill 15, 1, 0x66\nnop', SEGV_KERNEL),
	fault('a load of ss with a kernel selector', 'movl $0x18, %eax\nmovl %eax, %ss', SEGV_KERNEL),
	fault('iretq to nothing', 'pushq $0\npushq $0\npushq $0\npushq $0\npushq $0\niretq', SEGV_KERNEL),
	fault('iretq to ring 0', 'pushq $0x18\npushq $0\npushq $2\npushq $0x10\npushq $0\niretq', SEGV_KERNEL),
	fault('a far return to nothing', 'pushq $0\npushq $0\nlretq', SEGV_KERNEL),
	fault('an address that is not canonical', 'movabsq $0x8000000000000000, %rax\nmovq (%rax), %rbx', SEGV_KERNEL),
	fault('a read that reaches out of the lower half', 'movabsq $0x7ffffffffffc, %rax\nmovq (%rax), %rbx', SEGV_KERNEL),
	fault('a jump to an address that is not canonical', 'movabsq $0x8000000000000000, %rax\njmp *%rax', SEGV_KERNEL),
	fault('a push to a stack that is not canonical', 'movabsq $0x8000000000000000, %rsp\npushq %rax', BUS_KERNEL),
	fault('a pop from a stack that is not canonical', 'movabsq $0x800000000000, %rsp\npopq %rax', BUS_KERNEL),
	fault('a call on a stack that is not canonical', 'movabsq $0x8000000000000000, %rsp\ncall data', BUS_KERNEL),
	fault('an access by rbp that is not canonical', 'movabsq $0x8000000000000000, %rbp\nmovq (%rbp), %rax', BUS_KERNEL),
	fault('a read of a null pointer', 'movl 0, %eax', 'SIGSEGV, code 1, address 0x0'),
	fault('a write near a null pointer', 'movl %eax, 8', 'SIGSEGV, code 1, address 0x8'),
	fault('a jump to a null pointer', 'xorl %eax, %eax\njmp *%rax', 'SIGSEGV, code 1, address 0x0'),
	fault('a write to read-only data', 'movl %eax, constant(%rip)', 'SIGSEGV, code 2, address constant'),
	fault('a write to code', 'movl %eax, _start(%rip)', 'SIGSEGV, code 2, address _start'),
	fault('a jump to data', 'jmp data', 'SIGSEGV, code 2, address data'),
	fault('a read of kernel code', 'movabsq $0xffffffff81000000, %rax\nmovq (%rax), %rax', 'SIGSEGV, code 1, address 0xffffffff81000000'),
	fault('a jump to kernel code', 'movabsq $0xffffffff81000000, %rax\njmp *%rax', 'SIGSEGV, code 1, address 0xffffffff81000000'),
	fault('a write to the kernel’s half where nothing is', 'movabsq $0xffff800000000000, %rax\nmovq %rax, (%rax)', 'SIGSEGV, code 1, address 0xffff800000000000'),
	fault('the page behind the program’s half', 'movabsq $0x7ffffffff000, %rax\nmovb (%rax), %al', 'SIGSEGV, code 1, address 0x7ffffffff000'),
	fault('the last byte of the lower half', 'movabsq $0x7fffffffffff, %rax\nmovb (%rax), %al', 'SIGSEGV, code 1, address 0x7fffffffffff'),
	fault('a single step', 'pushfq\norq $0x100, (%rsp)\npopfq\nnop\ntrapped: nop', 'SIGTRAP, code 2, address trapped'),
	fault('a single step over a system call', 'movl $39, %eax\npushfq\norq $0x100, (%rsp)\npopfq\nsyscall\nnop\ntrapped: nop', 'SIGTRAP, code 2, address trapped'),
	fault('a read that is not aligned, with AC set', 'pushfq\norq $0x40000, (%rsp)\npopfq\nmovq data + 1(%rip), %rax', 'SIGBUS, code 1, address 0x0'),
	fault('an x87 division by zero', 'fninit\npushq $0x340\nfldcw (%rsp)\nfldz\nfld1\nfdivp\nfault: fwait', 'SIGFPE, code 3, address fault'),
	fault('an x87 operation without a result', 'fninit\npushq $0x340\nfldcw (%rsp)\nfldz\nfldz\nfdivp\nfault: fwait', 'SIGFPE, code 7, address fault'),
	fault('an SSE operation without a result', 'pushq $0\nldmxcsr (%rsp)\nxorps %xmm0, %xmm0\nfault: divss %xmm0, %xmm0', 'SIGFPE, code 7, address fault'),
	fault('an SSE division by zero', 'pushq $0x1d80\nldmxcsr (%rsp)\nmovl $1, %eax\ncvtsi2ss %eax, %xmm1\nxorps %xmm0, %xmm0\nfault: divss %xmm0, %xmm1', 'SIGFPE, code 3, address fault'),
	fault('an SSE result that is not exact', 'pushq $0x0f80\nldmxcsr (%rsp)\nmovl $1, %eax\ncvtsi2ss %eax, %xmm1\nmovl $3, %eax\ncvtsi2ss %eax, %xmm0\nfault: divss %xmm0, %xmm1', 'SIGFPE, code 6, address fault'),
];
