import {beforeAll, describe, expect, test} from 'vitest';
import {ADDRESSES} from '../../source/kernel/constants.js';
import {kernelAddress} from '../../source/kernel/kernel.js';
import type {TraceEvent} from '../../source/trace/events.js';
import {Places} from '../../source/trace/hardware/places.js';
import {narrate} from '../../source/trace/narrator.js';
import {narrateEvent, resultText} from '../../source/trace/narrator-events.js';
import {imageOf, Run} from '../support/machines.js';
import {program} from '../support/programs.js';

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** A run with its narrator. */
class Told {
	readonly run: Run;
	readonly places: Places;

	constructor(text: string, options: ConstructorParameters<typeof Run>[1] = {}) {
		this.run = new Run(text, options);
		this.places = new Places(this.run.recording.machine, this.run.recording.kernel, {image: imageOf(text)});
	}

	/** The sentence of a step. */
	step(step: number): string {
		return narrate(this.run.recording.detail(step), this.places);
	}

	/** The sentence of the step of the n-th event of a kind, a few steps on. */
	at(kind: TraceEvent['kind'], after = 0, nth = 0): string {
		return this.step(this.run.events(kind)[nth].step + after);
	}

	label(name: string): bigint {
		return kernelAddress(this.run.recording.kernel, name);
	}
}

let told: Told;

beforeAll(() => {
	told = new Told(program('movq $5, %rbx\nsys 1, 1, message, 3', '.section .rodata\nmessage: .ascii "hi\\n"'));
});

test('the way in, sentence by sentence', () => {
	const {step} = told.run.events('syscall')[0];
	const {rip, general, rflags} = told.run.registersAt(step);
	const perCpu = told.places.perCpu;
	const top = ADDRESSES.VMALLOC_START + 0x8000n;
	expect([0, 1, 2, 3, 4, 5].map(further => told.step(step + further))).toEqual([
		`syscall: ring 3 becomes ring 0 and rip ${hex(told.label('entry_SYSCALL_64'))}, entry_SYSCALL_64; rcx keeps the return address ${hex(rip + 2n)}, r11 the flags ${hex(rflags)}; rsp is still the program’s ${hex(general.rsp)}.`,
		'endbr64: a mark that says that jumps may land here; nothing changes but rip.',
		`swapgs: the GS base becomes ${hex(perCpu)}, the kernel’s per-CPU area; the program’s 0x0 waits in IA32_KERNEL_GS_BASE.`,
		`mov: the 64 bits at ${hex(perCpu + 0x1014n)} (cpu_tss_rw + TSS_sp2) become ${hex(general.rsp)} (the program’s stack), the value of rsp.`,
		`mov: rsp becomes ${hex(top)} (the top of kernel stack 0), from ${hex(perCpu + 0x28n)} (cpu_current_top_of_stack).`,
		`push: 0x2b goes to ${hex(top - 8n)} (pt_regs->ss), the new top of the stack.`,
	]);
});

test('the way back', () => {
	const {step, rip} = told.run.events('sysret')[0];
	const {general} = told.run.registersAt(step);
	expect(told.step(step - 1)).toBe(`swapgs: the GS base becomes 0x0; the kernel’s ${hex(told.places.perCpu)} waits in IA32_KERNEL_GS_BASE.`);
	expect(told.step(step)).toBe(`sysretq: back to ring 3 at ${hex(rip)}, _start+${hex(rip - told.run.address('_start'))}, which rcx held, with the flags 0x202 from r11; rsp is the program’s ${hex(general.rsp)} already.`);
});

test('a byte for the console', () => {
	expect(told.at('out')).toBe('out: 0x68 (‘h’) goes to port 0x3f8, the serial port: the console.');
});

test('a fault: why, what is pushed where, and where it goes on', () => {
	const faulted = new Told(program('nop\nfault: movl 16, %eax'));
	expect(faulted.at('exception')).toBe(
		'mov: #PF, page fault: reading 0x10 is refused to ring 3 by the level-2 entry: its P bit is 0: nothing is mapped there; ' +
			`the processor pushes ss, rsp, rflags, cs, rip and the error code on the entry stack and goes on at ${hex(faulted.label('asm_exc_page_fault'))}, asm_exc_page_fault, in ring 0.`,
	);
	const privileged = new Told(program('hlt'));
	expect(privileged.at('exception')).toContain('hlt: #GP, general protection: HLT is for ring 0 only; the processor pushes ss, rsp, rflags, cs, rip and the error code');
	expect(new Told(program('xorl %ecx, %ecx\ndivl %ecx')).at('exception')).toContain('div: #DE, divide error: the divisor is zero;');
	expect(new Told(program('int3')).at('exception')).toContain('int3: the program asks for vector 3 (#BP, breakpoint); the processor pushes ss, rsp, rflags, cs and rip on');
});

test('a trap comes behind an instruction that was done', () => {
	const stepped = new Told(program('pushfq\norq $0x100, (%rsp)\npopfq\nmovl $7, %ebx\nnop'));
	expect(stepped.at('exception')).toMatch(/^mov: rbx becomes 0x7; then #DB, debug; the processor pushes ss, rsp, rflags, cs and rip on /);
});

test('an exception that cannot be delivered stops the machine', () => {
	const broken = new Told(program('nop\nhlt'));
	const {machine} = broken.run.recording;
	const {step} = broken.run.events('exception')[0];
	broken.run.recording.seek(step);
	broken.run.recording.edit(edited => {
		edited.registers.set('idtr.limit', 0n);
	});
	broken.run.recording.advanceOne();
	expect(machine.cpu.stopped?.kind).toBe('triple-fault');
	expect(broken.step(step)).toContain('and the machine stops.');
});

describe('plain instructions', () => {
	test.each([
		['movl $5, %eax', 'mov: rax becomes 0x5.'],
		['movq %rsp, %rdi', 'mov: rdi becomes STACK (the program’s stack), the value of rsp.'],
		['nop', 'nop: nothing changes but rip.'],
		['movl $1, %ecx\nmovl $2, %eax\nxchgq %rax, %rcx', 'xchg: rcx becomes 0x2 and rax becomes 0x1.'],
		['xorl %eax, %eax\ncmpl $1, %eax', 'cmp: 0x0 − 0x1 = 0xffffffff: CF becomes 1, AF becomes 1, ZF becomes 0, SF becomes 1; nothing else changes.'],
		['jmp 1f\n1:', 'jmp: on to last, last.'],
		['xorl %eax, %eax\njz 1f\nnop\n1:', 'je: the condition “equal” (ZF = 1) holds: on to last, last.'],
		['movl $1, %eax\ntestl %eax, %eax\njz 1f\n1:', 'je: the condition “equal” (ZF = 1) does not hold: the jump is not taken.'],
		['pushq $7\npopq %rbx', 'pop: 0x7 comes off the stack into rbx; rsp is now STACK (the program’s stack).'],
		['leaq data(%rip), %rdi\nmovl $4, %ecx\nxorl %eax, %eax\nrep stosb', 'stosb: 4 elements of 1 byte; rdi is now data+4 (data+0x4) and rcx has come down to 0.'],
		['leaq data(%rip), %rdi\nxorl %ecx, %ecx\nrep stosb', 'stosb: rcx is 0: nothing is left to do.'],
		['incq data(%rip)', 'inc: the 64 bits at data (data) become 0x1.'],
	])('%s', (lines, expected) => {
		const short = new Told(program(`${lines}\nlast: ud2`, '.data\ndata: .quad 0, 0'));
		const {step} = short.run.events('exception')[0];
		const {general} = short.run.registersAt(step);
		const address = (name: string): bigint => short.run.address(name);
		const wanted = expected
			.replace('STACK', hex(general.rsp))
			.replace(/\bon to last, last/, `on to ${hex(address('last'))} (last)`)
			.replace('now data+4', `now ${hex(address('data') + 4n)}`)
			.replace('at data (', `at ${hex(address('data'))} (`);
		expect(short.step(step - 1)).toBe(wanted);
	});
});

test('every step of a run is one sentence that begins with its instruction', () => {
	const {length} = told.run.recording;
	for (let step = 0; step < length; step++) {
		const sentence = told.step(step);
		expect(sentence).toMatch(/^[a-z0-9]+: \S[^\n]*[^.]\.$/);
		expect(sentence).not.toMatch(/undefined|NaN|\[object|\d+n\b/);
	}
});

test('every event of a run is one sentence', () => {
	const kinds = new Set<string>();
	for (const event of told.run.recording.events) {
		kinds.add(event.kind);
		const sentence = narrateEvent(event, told.places);
		expect(sentence).toMatch(/^\S[^\n]*[^.]\.$/);
		expect(sentence).not.toMatch(/undefined|NaN|\[object/);
	}

	expect(kinds.size).toBeGreaterThan(10);
});

test('events say what they mean', () => {
	const of = (kind: TraceEvent['kind']): string => narrateEvent(told.run.events(kind)[0], told.places);
	const {rip} = told.run.events('syscall')[0];
	const message = hex(told.run.address('message'));
	expect(of('syscall')).toBe(
		`The program makes the call write(fd = 0x1, buf = ${message}, count = 0x3) at ${hex(rip)}, _start+${hex(rip - told.run.address('_start'))}: the processor goes to ${hex(told.label('entry_SYSCALL_64'))}, entry_SYSCALL_64 in ring 0.`,
	);
	expect(of('dispatch')).toBe('The handler __x64_sys_write is reached: call 1 is write.');
	expect(of('result')).toBe('The result of write is 3; rax will hold it.');
	expect(of('out')).toBe('The console gets “h”.');
	expect(of('pt_regs')).toMatch(/do_syscall_64 is called with them, orig_ax is 1\.$/);
	expect(narrateEvent({step: 0, kind: 'interrupt', vector: 32, rip: 5n, cpl: 3})).toBe('Interrupt 32, the timer, in ring 3 before 0x5.');
	expect(narrateEvent({step: 0, kind: 'exception', vector: 14, name: '#PF', rip: 5n, cpl: 3, errorCode: 6, cr2: 0x10n})).toBe('Exception #PF, page fault in ring 3 at 0x5, error code 0x6, address 0x10.');
	expect(narrateEvent({step: 0, kind: 'boot', label: 'idt_syscall_init'})).toBe('idt_syscall_init is entered: the address of entry_SYSCALL_64 is written to IA32_LSTAR.');
	expect(narrateEvent({step: 0, kind: 'out', bytes: 'a\n\u0001'})).toBe('The console gets “a\\n\\x01”.');
	expect(narrateEvent({...told.run.events('syscall')[0], nr: 9999})).toContain('number 9999, which no call has');
});

test('a result is a number or an error', () => {
	expect([0n, 12n, 0xffff_ffff_ffff_ffdan, 0xffff_ffff_ffff_f001n].map(resultText)).toEqual(['0', '12 (0xc)', '-38, ENOSYS: Function not implemented', '-4095, an error without a name']);
});
