import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {buildKernel} from '../../source/kernel/kernel.js';
import {boot} from '../../source/kernel/loader.js';
import type {Machine} from '../../source/machine/machine.js';
import {Cell} from '../../source/machine/layout.js';
import {Guest} from '../support/guest.js';
import {bootText, imageOf} from '../support/machines.js';
import {program} from '../support/programs.js';
import {randomProgram} from '../support/random-programs.js';
import {explain, follow} from './lane-model.js';

/** Runs a machine until ring 3 is reached for the first time. */
function intoProgram(machine: Machine): Machine {
	while (machine.cpu.cpl !== 3 && machine.cpu.stopped === undefined) machine.step();
	return machine;
}

test('nothing changes during boot and a first call that the lane does not tell', () => {
	expect(explain(bootText(program('sys 39')), 1000)).toEqual([]);
});

test('for random programs, applying the entries to the state before each step gives the state after it', () => {
	fc.assert(
		fc.property(fc.integer({min: 0, max: 1_000_000}), fc.integer({min: 0, max: 400}), (seed, skipped) => {
			const machine = intoProgram(bootText(randomProgram(seed)));
			machine.run(skipped);
			expect(explain(machine, 250)).toEqual([]);
		}),
		{numRuns: 20, seed: 20_240_601},
	);
}, 120_000);

describe('so it is', () => {
	const TEXTS: Readonly<Record<string, string>> = {
		'for partial registers, flags and addresses': program(
			`movabsq $0x1122334455667788, %rax\nmovb $0x7f, %al\nmovb $0x80, %ah\nmovw $0x1234, %ax\naddb $1, %al\nincb %ah\nadcl $-1, %eax\nsbbq %rdx, %rdx
			leaq data(%rip), %rbx\nmovl $3, %ecx\nmovq $5, -8(%rbx,%rcx,8)\naddl $1, (%rbx)\nxaddq %rax, (%rbx)\nxchgb %al, (%rbx)\ncmpxchgq %rcx, (%rbx)
			shll $3, %eax\nrorq $5, %rax\nrclb $1, %al\nimulq $7, %rbx, %rdx\nmovl $9, %eax\nxorl %edx, %edx\ndivl %ecx\nbtsq $2, (%rbx)\nbsrq %rcx, %rdx\nbswapl %edx
			setc %dl\ncmovzq %rcx, %rax\nmovsbq (%rbx), %rsi\nmovzwl (%rbx), %esi\ncbtw\ncqto\nlahf\nsahf\nstc\ncmc\nclc\nstd\ncld\npushfq\npopfq
			pushq (%rbx)\npopq 8(%rbx)\npushw %ax\npopw %ax\ncall 1f\njmp 2f\n1: ret\n2: enter $16, $0\nleave\nloop 3f\n3: jrcxz 4f\n4: movq %fs:0x0, %rax`,
			'.data\ndata: .zero 64',
		),
		'for string instructions, forwards, backwards and compared': program(
			`leaq data(%rip), %rsi\nleaq data+32(%rip), %rdi\nmovl $16, %ecx\nrep movsb\nmovl $4, %ecx\nrep stosq\nlodsb\nstd\nmovl $3, %ecx\nrep movsw\ncld
			leaq data(%rip), %rsi\nleaq data(%rip), %rdi\nmovl $8, %ecx\nrepe cmpsb\nleaq data(%rip), %rdi\nmovl $9, %ecx\nmovb $7, %al\nrepne scasb\nxorl %ecx, %ecx\nrep movsb
			leaq data(%rip), %rdi\nmovl $3000, %ecx\nrep stosb`,
			'.bss\ndata: .zero 4096',
		),
		'for vector and floating-point instructions': program(
			`movl $3, %eax\ncvtsi2sd %eax, %xmm0\nsqrtsd %xmm0, %xmm1\nmovups %xmm1, data(%rip)\npaddq data(%rip), %xmm2\ndivsd %xmm3, %xmm0\nstmxcsr data(%rip)
			fld1\nfldpi\nfaddp\nfstpl data(%rip)\nfninit\nmovq %rax, %mm1\nemms\nfxsave64 data(%rip)\nfxrstor64 data(%rip)`,
			'.bss\n.balign 16\ndata: .zero 1024',
		),
		'for a page fault': program('nop\nmovl 16, %eax'),
		'for a general protection fault': program('hlt'),
		'for a divide error': program('xorl %ecx, %ecx\ndivl %ecx'),
		'for a breakpoint': program('int3'),
		'for an address that is not canonical': program('movabsq $0x8000000000000000, %rax\nmovq (%rax), %rbx'),
		'for a single step and the return by iretq': program('pushfq\norq $0x100, (%rsp)\npopfq\nsys 39'),
		'for bytes that are no instruction': program('ud2'),
		'for a jump to where nothing is': program('movl $0x10, %eax\njmp *%rax'),
		'for a store across two pages': program('leaq data+4092(%rip), %rax\nmovq $-1, (%rax)\naddq $1, (%rax)', '.bss\n.balign 4096\ndata: .zero 8192'),
	};

	test.each(Object.entries(TEXTS))('%s', (_, text) => {
		expect(explain(intoProgram(bootText(text)), 900)).toEqual([]);
	});

	test('with page-table isolation, whose cr3 changes on the way', () => {
		const machine = boot(buildKernel({isolation: true}), imageOf(program('sys 39\nsys 1, 1, 0, 5')), {memory: 8 * 1024 * 1024});
		expect(explain(machine, 1400)).toEqual([]);
	});

	test('for two threads, their switches and the timer’s interrupt', () => {
		const threads = program(
			`movl $56, %eax\nmovl $0x100, %edi\nleaq stack_end(%rip), %rsi\nxorl %edx, %edx\nxorl %r10d, %r10d\nxorl %r8d, %r8d\nsyscall\ntestl %eax, %eax\njz 1f
			sys 24\n2: jmp 2b\n1: sys 24\n3: incq %rbx\njmp 3b`,
			'.bss\n.zero 4096\nstack_end: .zero 16',
		);
		const machine = intoProgram(bootText(threads));
		expect(explain(machine, 1500)).toEqual([]);
		machine.run(10_000 - 1700);
		const {problems, marks} = follow(machine, 2200);
		expect([problems, marks.has('interrupt')]).toEqual([[], true]);
	});
});

describe('on a machine without our kernel', () => {
	const TEXTS: Readonly<Record<string, string>> = {
		'entries that were never used, and tables of every kind': `
start:	movabsq	$SPARE, %rbp
	lgdt	gdtr(%rip)
	lidt	idtr(%rip)
	sgdt	(%rbp)
	sidt	(%rbp)
	str	%ax
	sldt	%eax
	smsw	%rcx
	movw	$0x2b, %ax
	movw	%ax, %es
	movw	%es, %bx
	movw	$0x18, %ax
	movw	%ax, %ss
	nop
	pushq	%fs
	popq	%fs
	lar	%ax, %ecx
	lsl	%ax, %ecx
	verr	%ax
	hlt
	.balign	8
gdtr:	.word	0x7f
	.quad	GDT
	.balign	8
idtr:	.word	0xfff
	.quad	IDT`,
		'control, debug and model-specific registers': `
start:	movq	%cr0, %rax
	movq	%rax, %cr0
	movq	%cr3, %rax
	movq	%rax, %cr3
	movq	%cr4, %rax
	orq	$0x20000, %rax
	movq	%rax, %cr4
	movq	%cr3, %rax
	orq	$5, %rax
	btsq	$63, %rax
	movq	%rax, %cr3
	movabsq	$SPARE, %rbp
	invlpg	(%rbp)
	movq	%rax, %cr2
	movq	%dr7, %rax
	movq	%rax, %dr7
	movl	$0xc0000082, %ecx
	rdmsr
	wrmsr
	movl	$0xc0000080, %ecx
	rdmsr
	wrmsr
	movl	$0xc0000103, %ecx
	movl	$7, %eax
	xorl	%edx, %edx
	wrmsr
	rdtscp
	wrfsbase %rax
	rdgsbase %rcx
	swapgs
	clts
	cpuid
	hlt`,
		'flags of the system and ports': `
start:	sti
	nop
	cli
	stac
	clac
	movb	$0x41, %al
	outb	%al, $0xe9
	inb	$0xe9, %al
	movl	$0x3f8, %edx
	movq	$SPARE, %rsi
	movl	$2, %ecx
	rep	outsb
	movq	$SPARE, %rdi
	insb
	hlt`,
		'software interrupts, breakpoints and single steps': `
start:	int	$0x30
	int3
	movq	$0x401, %rax
	leaq	watched(%rip), %rcx
	movq	%rcx, %dr0
	movq	%rax, %dr7
watched: nop
	pushfq
	orq	$0x100, (%rsp)
	popfq
	nop
	nop
	hlt
vector_1:
	movq	%dr6, %rax
	orq	$0x10000, 16(%rsp)
	andq	$~0x100, 16(%rsp)
	iretq
vector_3:
	iretq
vector_48:
	iretq`,
		'ways to ring 3 and back, far calls, and a fault on the way': `
start:	pushq	$0x10
	leaq	1f(%rip), %rax
	pushq	%rax
	lretq
1:	to_user	user
vector_13:
	addq	$8, %rsp
	addq	$1, (%rsp)
	iretq
vector_48:
	hlt
	.section .user,"ax"
user:	hlt
	movq	USER_DATA, %rax
	movq	%rax, USER_DATA
	pushq	$1
	int	$0x30
	nop`,
	};

	test.each(Object.entries(TEXTS))('%s', (_, text) => {
		const guest = new Guest(text);
		guest.useInterruptStack(3);
		expect(explain(guest.bare.machine, 200)).toEqual([]);
	});

	test('accessed and dirty bits are told as they are set', () => {
		const {problems, kinds} = follow(new Guest('start: movabsq $SPARE, %rbp\nmovq (%rbp), %rax\nmovq %rax, (%rbp)\nhlt').bare.machine, 4);
		expect([problems, kinds.has('page-entry')]).toEqual([[], true]);
	});

	test('what the host writes to memory and registers for a hypercall is told too', () => {
		const {machine} = new Guest('start: movl $7, %eax\nvmcall\nhlt').bare;
		machine.cpu.onHypercall = cpu => {
			cpu.cells[0] = 0xffff_ffff_ffff_fff3n;
			cpu.cells[Cell.KERNEL_GS_BASE] = 5n;
			machine.memory.writeBytes(0x18_0ff8, Uint8Array.from({length: 16}, (_, index) => index));
			machine.memory.clear(0x18_2000, 8);
			cpu.translationsChanged();
		};

		const {problems, marks} = follow(machine, 3);
		expect([problems, marks.has('hypercall'), machine.memory.read(0x18_1000, 64)]).toEqual([[], true, 0x0f0e_0d0c_0b0a_0908n]);
	});
});
