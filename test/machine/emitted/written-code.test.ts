import {describe, expect, test} from 'vitest';
import {differencesAlong, hurry} from '../../support/emitted-compare.js';
import {emittedGuest, type GuestOptions, UserPlace} from '../../support/emitted-guest.js';

hurry({slice: 97, metBefore: 1, wantedBefore: 300});

/** Slices; decoding anew all the time is slow, so that they are few. */
const SLICES = [1, 63, 64, 65, 399, 400, 401, 2345, 1, 2, 3, 3001, 64, 400];
const compare = (text: string, options: GuestOptions = {}): string[] => differencesAlong(engine => emittedGuest(engine, text, options), SLICES);

/** A hot loop in ring 3 that writes code, all of it or now and then, as r8 counts. */
const LOOPS: readonly (readonly [what: string, lines: string])[] = [
	['the number that the next instruction loads', 'movb %r8b, 2f+1(%rip)\n2: movb $1, %al\naddl %eax, %r9d'],
	['a number further on in the same straight run', 'incl 2f+1(%rip)\naddq %r8, %r10\nadcq %r10, %r11\nxorl %r8d, %r11d\n2: movl $1, %eax\naddl %eax, %r9d'],
	['a number before it in the same straight run', '2: movl $1, %eax\naddl %eax, %r9d\nadcl %r9d, %r10d\nincl 2b+1(%rip)'],
	['a number now and then', 'testb $31, %r8b\njnz 3f\nincl 2f+1(%rip)\n3: addq %r8, %r10\n2: movl $1, %eax\naddl %eax, %r9d'],
	['a number in another block of the loop, now and then', 'testb $31, %r8b\njnz 3f\nincl 2f+1(%rip)\n3: addq %r8, %r10\njc 4f\n2: movl $1, %eax\naddl %eax, %r9d\n4: nop'],
	['a number with a store that reaches into data before it', 'testb $15, %r8b\njnz 3f\naddw $0x100, 2f(%rip)\n3: nop\njmp 2f\n.byte 0\n2: movb $1, %al\naddl %eax, %r9d'],
	['which register an instruction changes', 'testb $15, %r8b\njnz 3f\nxorb $1, 2f+1(%rip)\n3: addq %r8, %r10\n2: incl %eax\nincl %ecx'],
	['the condition of a jump', 'testb $15, %r8b\njnz 3f\nxorb $1, 2f(%rip)\n3: cmpb $9, %r8b\n2: jne 4f\naddq %r8, %r10\n4: nop'],
	['the target of a jump', 'testb $15, %r8b\njnz 3f\nxorb $4, 2f+1(%rip)\n3: cmpb $9, %r8b\n2: jmp 4f\n4: addq %r8, %r10\nnop\naddq %r8, %r11\nnop'],
	['the setter of flags that a jump asks for', 'testb $15, %r8b\njnz 3f\nxorb $0x28, 2f(%rip)\n3: movl %r8d, %eax\n2: subb $9, %al\njs 4f\naddq %r8, %r10\n4: nop'],
	['the instruction that writes', 'testb $15, %r8b\njnz 3f\n2: movb $0x90, 2b(%rip)\nmovb $0xc6, 2b(%rip)\n3: nop'],
	['the same bytes that were there', 'movb 2f(%rip), %al\nmovb %al, 2f(%rip)\n2: addl %r8d, %r9d'],
	['data that lies among the code', 'jmp 3f\n.balign 8\n2: .quad 0\n3: incq 2b(%rip)\naddq 2b(%rip), %r9'],
	['data among the code, in a loop within the loop', 'jmp 3f\n.balign 8\n2: .quad 0\n3: movl $10, %ecx\n4: addq %rcx, 2b(%rip)\nadcq 2b(%rip), %r9\nloop 4b'],
	['code by a push', 'testb $15, %r8b\njnz 3f\nmovq %rsp, %rbp\nleaq 2f+8(%rip), %rsp\nmovabsq $0x9090909090909090, %rax\naddb %r8b, %bl\npushq %rax\nmovq %rbp, %rsp\njmp 2f\n.balign 8\n2: .quad 0x9090909090909090\n3: addq %r8, %r10'],
	['code by a repeated string instruction', 'testb $15, %r8b\njnz 3f\nleaq 2f(%rip), %rdi\nmovb $0x90, %al\nmovl $3, %ecx\nrep stosb\n3: addq %r8, %r10\n2: nop\nnop\nnop'],
	['code by an exchange', 'testb $15, %r8b\njnz 3f\nmovl %r8d, %eax\nxchgl %eax, 2f+1(%rip)\naddq %rax, %r11\n3: addq %r8, %r10\n2: movl $1, %eax\naddl %eax, %r9d'],
	['code by a comparison and exchange that fails', 'movl $7, %eax\ncmpxchgl %ebx, 2f+1(%rip)\n2: movl $1, %eax\naddl %eax, %r9d'],
	['code by a vector', 'testb $15, %r8b\njnz 3f\nmovups 2f(%rip), %xmm1\npaddb %xmm1, %xmm2\nmovups %xmm1, 2f(%rip)\n3: addq %r8, %r10\n2: movl $1, %eax\naddl %eax, %r9d\nnop\nnop\nnop\nnop\nnop\nnop\nnop\nnop'],
	['a routine that it calls', 'testb $15, %r8b\njnz 3f\nincl routine+1(%rip)\n3: call routine\naddl %eax, %r9d'],
	['a routine on another page that it calls', 'testb $15, %r8b\njnz 3f\nincl distant+1(%rip)\n3: call distant\naddl %eax, %r9d'],
	['a routine by way of a pointer', 'testb $15, %r8b\njnz 3f\nincl distant+1(%rip)\n3: leaq distant(%rip), %rbx\ncall *%rbx\naddl %eax, %r9d'],
	['its own page by another name', 'testb $15, %r8b\njnz 3f\nincl 2f+1-begin+0x900000\n3: addq %r8, %r10\n2: movl $1, %eax\naddl %eax, %r9d'],
	['an instruction across two pages', 'testb $15, %r8b\njnz 3f\nincl across+2(%rip)\n3: call before\naddq %rax, %r9'],
	['how a loop within it ends', 'movl $9, %ecx\n2: addq %rcx, %r9\ntestb $15, %r8b\njnz 3f\nxorb $1, 4f(%rip)\n3: decl %ecx\n4: jns 2b\nmovl $0, %edx'],
];

/** Code for ring 3: the loop, and routines on the same page, the next one, and the border after that. */
const user = (lines: string): string => `
start:	to_user begin
	.section .user,"ax"
begin:	incq %r8
	${lines}
	jmp begin
routine: movl $1, %eax
	ret
	.balign 4096
distant: movl $1, %eax
	adcl %r8d, %r11d
	ret
	.balign 4096
	.zero 4096 - 5
before:	nop
	nop
across:	movabsq $0x1122334455667788, %rax
	ret
`;

const OPTIONS: GuestOptions = {writableCode: true, aliases: [[0x90_0000n, UserPlace.CODE]]};

describe('A hot loop runs what it has written:', () => {
	test.each(LOOPS)('%s', (_, lines) => {
		expect(compare(user(lines), OPTIONS)).toEqual([]);
	});
});

describe('A hot loop runs what stands there by then', () => {
	/** Two pages of code which change places: the entries in the page table, or what they hold. */
	const swapping = (how: string): string => `
start:	to_user begin
vector_3:
	incq %r12
	${how}
	iretq
	.section .user,"awx"
begin:	movl $30, %r13d
1:	call first
	addq %rax, %r9
	call second
	xorq %rax, %r9
	decl %r13d
	jnz 1b
	int3
	jmp begin
	.balign 4096
first:	movl $1, %eax
	incq %r8
	addq %r8, %rax
	ret
	.balign 4096
second:	movl $2, %eax
	addq %r9, %rax
	ret
	.balign 4096
`;

	const ENTRIES: GuestOptions = {writableCode: true, entries: {entry_first: UserPlace.CODE + 0x1000n, entry_second: UserPlace.CODE + 0x2000n, entry_data: UserPlace.DATA}};
	const exchange = 'movabsq $entry_first, %rbx\nmovabsq $entry_second, %rcx\nmovq (%rbx), %rax\nxchgq (%rcx), %rax\nmovq %rax, (%rbx)';

	test.each([
		['when its pages change places, and invlpg says so', `${exchange}\ninvlpg USER_CODE + 0x1000\ninvlpg USER_CODE + 0x2000`],
		['when its pages change places, and invlpg says so of one of them', `${exchange}\ninvlpg USER_CODE + 0x1000`],
		['when its pages change places, and nobody says so', exchange],
		['when its pages change places, and cr3 is written', `${exchange}\nmovq %cr3, %rax\nmovq %rax, %cr3`],
		['when the kernel writes a page', 'stac\nincl USER_CODE + 0x1001\nclac'],
		['when the kernel copies one page over another', 'stac\nmovl $USER_CODE + 0x1000, %esi\nmovl $USER_CODE + 0x2000, %edi\nmovl $64, %ecx\nincl 1(%rsi)\nrep movsq\nclac'],
		['when the kernel writes a page by its own name for it', 'movabsq $entry_first, %rbx\nmovq (%rbx), %rax\nandl $0xfffff000, %eax\nmovabsq $KERNEL_BASE, %rbx\nincl 1(%rbx,%rax)'],
	])('%s', (_, how) => {
		expect(compare(swapping(how), ENTRIES)).toEqual([]);
	});

	test('when it runs under two names by turns', () => {
		const text = `
start:	to_user begin
	.section .user,"awx"
begin:	movl $20, %r13d
1:	incq %r8
	addq %r8, %r9
	leaq 2f(%rip), %rax
2:	addq %rax, %r10
	decl %r13d
	jnz 1b
	movabsq $0x500000, %rax
	leaq begin(%rip), %rcx
	testl $0x100000, %ecx
	jz 3f
	movabsq $-0x500000, %rax
3:	addq %rcx, %rax
	jmp *%rax
`;
		expect(compare(text, OPTIONS)).toEqual([]);
	});

	test('when its stack grows into its page', () => {
		const text = `
start:	to_user begin, 0x202, USER_CODE+0x1000
	.section .user,"awx"
begin:	incq %r8
	pushq %r8
	addq (%rsp), %r9
	call 1f
	popq %rax
	jc begin
	xorq %rax, %r10
	jmp begin
1:	adcq %r9, %r11
	ret
	.balign 4096
`;
		expect(compare(text, OPTIONS)).toEqual([]);
	});

	test('when the kernel rewrites its own hot loop', () => {
		const text = `
start:	incq %r8
	testb $15, %r8b
	jnz 1f
	incl 2f+1(%rip)
1:	addq %r8, %r9
2:	movl $1, %eax
	addl %eax, %r10d
	jc start
	jmp start
`;
		expect(compare(text)).toEqual([]);
	});

	test('when somebody outside writes it between two runs', () => {
		const text = `
start:	to_user begin
	.section .user,"ax"
begin:	incq %r8
1:	movl $1, %eax
	addl %eax, %r9d
	jmp begin
`;
		const found = [3, 400, 1000, 5000].flatMap(slice => differencesAlong(engine => {
			const machine = emittedGuest(engine, text);
			machine.run(2000);
			const physical = machine.cpu.paging.peek(UserPlace.CODE)?.physical ?? 0;
			machine.memory.write(physical + 4, 32, 0x1234n);
			return machine;
		}, [slice, slice, 1, slice]));
		expect(found).toEqual([]);
	});
});
