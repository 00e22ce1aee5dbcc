import {describe, expect, test} from 'vitest';
import {Guest} from '../support/guest.js';

const IN_USER = (code: string): string => `start: to_user user\n.section .user,"ax"\nuser: ${code}`;
const USER_DATA = 0x60_0000n;

describe('A repeated string instruction that faults', () => {
	test('leaves its registers at the element that could not be written, with rip at itself', () => {
		const guest = new Guest(IN_USER('movl $USER_DATA+0x100, %esi\nmovl $USER_DATA+0x3ff0, %edi\nmovl $100, %ecx\nhere: rep movsq'));
		guest.run();
		expect(guest.last).toMatchObject({vector: 14, errorCode: 6, cr2: USER_DATA + 0x4000n, address: guest.address('here')});
		expect(['rcx', 'rsi', 'rdi'].map(name => guest.register(name as 'rcx'))).toEqual([98n, USER_DATA + 0x110n, USER_DATA + 0x4000n]);
	});

	test('goes on from there once the page is there', () => {
		const guest = new Guest(`
start:	to_user user
vector_14:
	addq	$8, %rsp
	movabsq	$entry, %rbx
	movq	(%rbx), %rbx
	orq	$1, (%rbx)
	iretq
entry:	.quad	0
	.section .user,"ax"
user:	movl	$0x803f00, %edi
	movl	$0x200, %ecx
	movl	$0x55, %eax
	rep stosb
	int3
`);
		guest.mapUser(0x80_3000n, {write: true});
		guest.mapUser(0x80_4000n, {write: true});
		const [, , , last] = guest.bare.machine.cpu.paging.explain(0x80_4000n);
		guest.changeEntry(0x80_4000n, {clear: 1n});
		guest.setWord(guest.address('entry'), 0xffff_8000_0000_0000n + BigInt(last.entryAddress));
		guest.run();
		expect(guest.vectors).toEqual([14, 3]);
		expect([...guest.bare.peek(0x80_40f8n, 10)]).toEqual([0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0, 0]);
		expect(guest.register('rcx')).toBe(0n);
	});

	test('half-way through an element that spans two pages writes none of it', () => {
		const guest = new Guest(IN_USER('movl $USER_DATA+0x3ffc, %edi\nmovq $-1, %rax\nmovl $3, %ecx\nrep stosq'));
		guest.run();
		expect(guest.register('rcx')).toBe(3n);
		expect([...guest.bare.peek(USER_DATA + 0x3ffcn, 4)]).toEqual([0, 0, 0, 0]);
	});

	test('compares first and faults later: cmps and scas keep the flags of the last element', () => {
		const guest = new Guest(IN_USER('movl $USER_DATA+0x3ffe, %edi\nxorl %eax, %eax\nmovl $9, %ecx\nrepe scasb'));
		guest.run();
		expect(guest.register('rcx')).toBe(7n);
		expect(guest.frame[2] & 0x40n).toBe(0x40n);
	});
});

describe('A step of a repeated string', () => {
	const COPY = 'start: movabsq $SPARE, %rdi\nmovabsq $SPARE+0x2000, %rsi\nmovl $2000, %ecx\nhere: rep movsb\nhlt';

	test('does a bounded number of elements, the same with listeners and without', () => {
		const plain = new Guest(COPY);
		plain.run();
		const watched = new Guest(COPY);
		const nothing = (): void => undefined;
		watched.bare.machine.cpu.listen({mark: nothing}, {effect: nothing, access: nothing, walk: nothing});
		watched.run();
		expect(plain.bare.machine.steps).toBe(8);
		expect(watched.bare.machine.steps).toBe(8);
	});

	test('ends with rip at the instruction while elements are left', () => {
		const guest = new Guest(COPY);
		guest.steps(4);
		expect(guest.bare.machine.rip).toBe(guest.address('here'));
		expect(guest.register('rcx')).toBe(2000n - 512n);
	});
});

describe('String addresses', () => {
	test('a source takes fs or gs, a destination never', () => {
		const guest = new Guest(IN_USER('movl $0x100, %eax\nwrgsbase %rax\nmovl $USER_DATA, %esi\nmovl $USER_DATA+0x40, %edi\nmovl $1, %ecx\ngs rep movsb\ngs stosb\nint3'));
		guest.bare.poke(USER_DATA + 0x100n, Uint8Array.of(7));
		guest.run();
		expect([...guest.bare.peek(USER_DATA + 0x40n, 2)]).toEqual([7, 0]);
	});

	test('of 32 bits wrap at 4 GiB and clear the upper halves', () => {
		const guest = new Guest(IN_USER('movabsq $0xabcd00600000, %rdi\nmovabsq $0x1234500000002, %rcx\nmovl $9, %eax\n.byte 0x67\nrep stosb\nint3'));
		guest.run();
		expect([guest.register('rdi'), guest.register('rcx')]).toEqual([USER_DATA + 2n, 0n]);
	});
});
