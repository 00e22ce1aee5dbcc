import {describe, expect, test} from 'vitest';
import {differencesAlong, hurry, ODD_SLICES} from '../../support/emitted-compare.js';
import {emittedGuest, type GuestOptions, UserPlace} from '../../support/emitted-guest.js';

hurry({slice: 97, metBefore: 1, wantedBefore: 300});

const SLICES = [...ODD_SLICES, 20_000, ...ODD_SLICES];

/** A handler that counts, notes where and why, and goes on at r15 with the flags of the fault. */
const HANDLER = `
vector_13: vector_14:
	incq	faults(%rip)
	movq	%cr2, %r14
	addq	(%rsp), %r13
	leaq	8(%rsp), %rsp
	movq	%r15, (%rsp)
	iretq
	.data
faults:	.quad 0
room:	.zero 0x3000
	.text
`;

/** Maps another page where USER_DATA + 0x1000 is: the entries of that page and of the one behind it change places. */
const SWAP = 'movabsq $entry_one, %rbx\nmovabsq $entry_two, %rcx\nmovq (%rbx), %rax\nxchgq (%rcx), %rax\nmovq %rax, (%rbx)';

const OPTIONS: GuestOptions = {entries: {entry_one: UserPlace.DATA + 0x1000n, entry_two: UserPlace.DATA + 0x2000n, entry_code: UserPlace.CODE + 0x1000n}};

const compare = (text: string, options: GuestOptions = OPTIONS): string[] => differencesAlong(engine => emittedGuest(engine, `${HANDLER}${text}`, options), SLICES);

/** A short hot loop on one page of the user's data, between other things; it goes round r8 times. */
const inner = (address: string, count = 40): string => `
	movl $${count}, %r8d
	movq $${address}, %rdi
8:	addq %r8, (%rdi)
	movq (%rdi), %rsi
	adcq %rsi, %r9
	xorq %r9, 8(%rdi)
	decl %r8d
	jnz 8b
`;

describe('SMAP', () => {
	test('lets a hot loop of ring 0 touch pages of ring 3 between stac and clac', () => {
		expect(compare(`
start:	leaq 2f(%rip), %r15
1:	stac
	${inner('USER_DATA')}
	clac
	incq %r12
2:	jmp 1b
`)).toEqual([]);
	});

	test('stops a hot loop of ring 0 that has forgotten stac, now and then', () => {
		expect(compare(`
start:	leaq 2f(%rip), %r15
1:	testb $3, %r12b
	jz 3f
	stac
3:	${inner('USER_DATA')}
2:	clac
	incq %r12
	jmp 1b
`)).toEqual([]);
	});

	test('stops the middle of a hot loop that calls clac itself', () => {
		expect(compare(`
start:	leaq 2f(%rip), %r15
1:	stac
	movl $50, %r8d
	movq $USER_DATA, %rdi
8:	addq %r8, (%rdi)
	cmpl $7, %r8d
	jne 9f
	clac
9:	adcq (%rdi), %r9
	decl %r8d
	jnz 8b
2:	incq %r12
	jmp 1b
`)).toEqual([]);
	});

	test('is lifted by popfq and set again by it', () => {
		expect(compare(`
start:	leaq 2f(%rip), %r15
1:	movl $0x40002, %eax
	movl %r12d, %ecx
	andl $1, %ecx
	shll $18, %ecx
	subl %ecx, %eax
	pushq %rax
	popfq
	${inner('USER_DATA')}
2:	incq %r12
	jmp 1b
`)).toEqual([]);
	});

	test('goes by CR4 from one moment to the next', () => {
		expect(compare(`
start:	leaq 2f(%rip), %r15
1:	movq %cr4, %rax
	btcq $21, %rax
	movq %rax, %cr4
	${inner('USER_DATA')}
2:	incq %r12
	jmp 1b
`)).toEqual([]);
	});
});

describe('Rings', () => {
	test('change in a hot loop, by interrupts of software and iretq, and the same pages are used by both', () => {
		expect(compare(`
start:	to_user user
vector_3:
	stac
	${inner('USER_DATA')}
	clac
	incq %r12
	iretq
	.section .user,"ax"
user:	${inner('USER_DATA')}
	int3
	${inner('USER_DATA + 0x1000', 20)}
	jmp user
`)).toEqual([]);
	});

	test('change by sysretq and syscall, and a page of the kernel is refused to ring 3 in between', () => {
		expect(compare(`
start:	movl $0xc0000081, %ecx
	xorl %eax, %eax
	movl $0x00230010, %edx
	wrmsr
	movl $0xc0000082, %ecx
	movabsq $entry, %rax
	movq %rax, %rdx
	shrq $32, %rdx
	wrmsr
	movl $0xc0000084, %ecx
	movl $0x40200, %eax
	xorl %edx, %edx
	wrmsr
	to_user user
entry:	movq %rsp, %r11
	movq %rcx, %r10
	leaq room(%rip), %rdi
	movl $20, %r8d
8:	addq %r8, (%rdi)
	adcq (%rdi), %r9
	decl %r8d
	jnz 8b
	movq %r10, %rcx
	movl $0x202, %r11d
	sysretq
	.section .user,"ax"
user:	leaq 2f(%rip), %r15
	${inner('USER_DATA')}
	syscall
	movabsq $KERNEL_BASE, %rbx
	addq (%rbx), %r9
2:	incq %r12
	jmp user
`)).toEqual([]);
	});

	test('decide about WP: ring 0 may write what ring 3 may not while it is off', () => {
		expect(compare(`
start:	stac
	leaq 2f(%rip), %r15
	movabsq $entry_one, %rax
	andq $~2, (%rax)
	invlpg USER_DATA + 0x1000
1:	stac
	movq %cr0, %rax
	btcq $16, %rax
	movq %rax, %cr0
	${inner('USER_DATA + 0x1000')}
2:	incq %r12
	jmp 1b
`)).toEqual([]);
	});
});

describe('A page that a hot loop uses', () => {
	test('is another one after invlpg', () => {
		expect(compare(`
start:	stac
1:	${inner('USER_DATA + 0x1000')}
	${SWAP}
	invlpg USER_DATA + 0x1000
	invlpg USER_DATA + 0x2000
	jmp 1b
`)).toEqual([]);
	});

	test('is another one after invlpg in the loop itself', () => {
		expect(compare(`
start:	stac
	movq $USER_DATA + 0x1000, %rdi
1:	incq %r8
	addq %r8, 8(%rdi)
	adcq 0x1008(%rdi), %r9
	testb $7, %r8b
	jnz 1b
	${SWAP}
	invlpg USER_DATA + 0x1000
	addq %r8, 8(%rdi)
	invlpg USER_DATA + 0x2000
	jmp 1b
`)).toEqual([]);
	});

	test('stays the old one without invlpg, and is the new one after a write to cr3', () => {
		expect(compare(`
start:	stac
1:	${inner('USER_DATA + 0x1000')}
	${SWAP}
	${inner('USER_DATA + 0x1000')}
	${inner('USER_DATA + 0x2000', 9)}
	movq %cr3, %rax
	movq %rax, %cr3
	${inner('USER_DATA + 0x1000')}
	jmp 1b
`)).toEqual([]);
	});

	test('goes away, and a fault says so; then it is there again', () => {
		expect(compare(`
start:	leaq 2f(%rip), %r15
1:	stac
	${inner('USER_DATA + 0x1000', 100)}
2:	stac
	movabsq $entry_one, %rbx
	btcq $0, (%rbx)
	invlpg USER_DATA + 0x1000
	jmp 1b
`)).toEqual([]);
	});

	test.each([['P', 0], ['W', 1], ['U', 2]] as const)('changes its right %s between one round of ring 3 and the next', (_, bit) => {
		expect(compare(`
start:	to_user user
vector_3:
	movabsq $entry_one, %rbx
	btcq $${bit}, (%rbx)
	invlpg USER_DATA + 0x1000
	incq %r12
	iretq
	.section .user,"ax"
user:	leaq 2f(%rip), %r15
1:	${inner('USER_DATA + 0x1000', 60)}
2:	int3
	jmp 1b
`)).toEqual([]);
	});

	test.each([['P', 0], ['U', 2], ['NX', 63]] as const)('changes its right %s while code on it is called', (_, bit) => {
		expect(compare(`
start:	to_user user
vector_3:
	movabsq $entry_code, %rbx
	btcq $${bit}, (%rbx)
	invlpg USER_CODE + 0x1000
	incq %r12
	iretq
	.section .user,"ax"
user:	leaq 2f(%rip), %r15
1:	movl $30, %r8d
3:	call called
	addq %r8, %r9
	decl %r8d
	jnz 3b
2:	movq $USER_STACK, %rsp
	int3
	jmp 1b
	.balign 4096
called:	incq %r10
	adcq %r8, %r11
	ret
`)).toEqual([]);
	});

	test('gets its accessed and dirty bits back whenever they are cleared', () => {
		expect(compare(`
start:	stac
1:	movabsq $entry_one, %rbx
	movq (%rbx), %rcx
	addq %rcx, %r10
	andq $~0x60, (%rbx)
	invlpg USER_DATA + 0x1000
	movq $USER_DATA + 0x1000, %rdi
	movl $20, %r8d
8:	addq (%rdi), %r9
	cmpl $11, %r8d
	jne 9f
	movq %r9, 16(%rdi)
9:	decl %r8d
	jnz 8b
	jmp 1b
`)).toEqual([]);
	});
});

describe('PCIDs', () => {
	/** A second set of tables below SPARE, in which the pages at USER_DATA + 0x1000 and + 0x2000 have changed places. */
	const TABLES = `
	movq %cr4, %rax
	btsq $17, %rax
	movq %rax, %cr4
	stac
	${SWAP}
	invlpg USER_DATA + 0x1000
	invlpg USER_DATA + 0x2000
`;

	test.each([['kept', 'btsq $63, %rax'], ['dropped', 'nop']])('change in a hot loop, translations %s, while the tables change under them', (_, keep) => {
		expect(compare(`
start:	${TABLES}
1:	${inner('USER_DATA + 0x1000')}
	movq %cr3, %rax
	xorq $5, %rax
	${keep}
	movq %rax, %cr3
	${inner('USER_DATA + 0x1000', 30)}
	incq %r12
	testb $3, %r12b
	jnz 1b
	${SWAP}
	testb $4, %r12b
	jnz 1b
	invlpg USER_DATA + 0x1000
	jmp 1b
`)).toEqual([]);
	});

	test.each([0, 1, 2, 3])('are invalidated by invpcid of type %i', type => {
		expect(compare(`
start:	${TABLES}
1:	${inner('USER_DATA + 0x1000')}
	movq %cr3, %rax
	xorq $5, %rax
	btsq $63, %rax
	movq %rax, %cr3
	${SWAP}
	movl $${type}, %eax
	pushq $USER_DATA + 0x1000
	pushq $${type === 1 || type === 0 ? 5 : 0}
	invpcid (%rsp), %rax
	leaq 16(%rsp), %rsp
	jmp 1b
`)).toEqual([]);
	});

	test('keep global pages, which a change of PGE drops', () => {
		expect(compare(`
start:	${TABLES}
	movabsq $entry_one, %rbx
	btsq $8, (%rbx)
	invlpg USER_DATA + 0x1000
1:	${inner('USER_DATA + 0x1000')}
	${SWAP}
	movq %cr3, %rax
	movq %rax, %cr3
	${inner('USER_DATA + 0x1000')}
	movq %cr4, %rax
	btcq $7, %rax
	movq %rax, %cr4
	jmp 1b
`)).toEqual([]);
	});
});

test('More pages than the translation cache holds are walked over in a hot loop', () => {
	expect(compare(`
start:	movabsq $KERNEL_BASE + 0x180000, %rdi
	xorl %r8d, %r8d
1:	incq %r8
	movq %r8, %rax
	imulq $0x61000, %rax
	andl $0x7f000, %eax
	addq %r8, (%rdi,%rax)
	adcq 8(%rdi,%rax), %r9
	movabsq $KERNEL_BASE, %rbx
	addq (%rbx,%rax,2), %r10
	jmp 1b
`)).toEqual([]);
});
