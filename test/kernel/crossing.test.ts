import {expect, test} from 'vitest';
import {kernelAddress} from '../../source/kernel/kernel.js';
import {Flag} from '../../source/machine/flags.js';
import {PT_REGS_FIELDS, SYSCALL_MASK} from '../../source/kernel/constants.js';
import {readRegisters} from '../../source/trace/detail.js';
import type {EventKind} from '../../source/trace/events.js';
import type {Recording} from '../../source/trace/recording.js';
import {applySetting} from '../../source/trace/register-values.js';
import {record, Run, runToLabel} from '../support/machines.js';
import {MARKED, program, withRegisters} from '../support/programs.js';

/** Names of the registers that SYSCALL leaves alone, with their fields in struct pt_regs. */
const KEPT = {
	rbx: 'bx', rbp: 'bp', rsi: 'si', rdi: 'di', rdx: 'dx', r8: 'r8', r9: 'r9', r10: 'r10', r12: 'r12', r13: 'r13', r14: 'r14', r15: 'r15', rsp: 'sp',
} as const;

test('the pt_regs hold every register as the program had it, and what the crossing itself made', () => {
	const run = new Run(withRegisters(MARKED));
	const [{fields}] = run.events('pt_regs');
	const kept = Object.fromEntries(Object.entries(KEPT).map(([register, field]) => [field, MARKED[register as keyof typeof KEPT]]));
	expect(fields).toEqual({
		...kept,
		orig_ax: MARKED.rax,
		ax: BigInt.asUintN(64, -38n),
		cx: run.address('behind'),
		ip: run.address('behind'),
		r11: 0x202n,
		flags: 0x202n,
		cs: 0x33n,
		ss: 0x2bn,
	});
});

test('after sysretq every register but rax, rcx and r11 is as before', () => {
	const run = new Run(withRegisters(MARKED));
	const before = run.registersAt(run.events('syscall')[0].step);
	const after = run.registersAt(run.events('sysret')[0].step + 1);
	expect(after).toEqual({...before, rip: run.address('behind'), general: {...MARKED, rax: 42n, rcx: run.address('behind'), r11: before.rflags}});
	expect(before.general).toEqual(MARKED);
});

test('the words of the pt_regs are pushed from ss down to r15, each below the one before', () => {
	const run = new Run(withRegisters(MARKED));
	const pushes = run.events('push').filter(({slot}) => slot !== undefined).slice(0, PT_REGS_FIELDS.length);
	expect(pushes.map(({slot}) => slot)).toEqual([...PT_REGS_FIELDS].reverse());
	const [{address, fields}] = run.events('pt_regs');
	expect(pushes.map(push => push.address)).toEqual(PT_REGS_FIELDS.map((_, index) => address + BigInt(index * 8)).reverse());
	expect(pushes.map(({value}) => value)).toEqual([...PT_REGS_FIELDS].reverse().map(field => fields[field]));
});

test('what the program left in registers is gone when do_syscall_64 begins, but for its two arguments and the number', () => {
	const machine = runToLabel(record(withRegisters(MARKED)), 'do_syscall_64');
	const {general} = readRegisters(machine);
	const {rsp, rdi, ...others} = general;
	expect(others).toEqual({
		rax: 39n, rsi: 39n, rcx: 0n, rdx: 0n, rbx: 0n, rbp: 0n, r8: 0n, r9: 0n, r10: 0n, r11: 0n, r12: 0n, r13: 0n, r14: 0n, r15: 0n,
	});
	expect(rdi).toBe(rsp + 8n);
});

test('the first instructions of the kernel run on the program’s stack pointer', () => {
	const run = new Run(withRegisters(MARKED));
	const [{step}] = run.events('syscall');
	expect([1, 2, 3].map(later => run.registersAt(step + later)).map(({cpl, general}) => [cpl, general.rsp])).toEqual([[0, MARKED.rsp], [0, MARKED.rsp], [0, MARKED.rsp]]);
	expect(run.registersAt(step + 5).general.rsp).toBe(0xffff_c900_0000_8000n);
});

test.each([
	['not canonical', 0x8000_0000_0000_0000n],
	['zero', 0n],
	['all ones', 0xffff_ffff_ffff_ffffn],
	['an address of the kernel', 0xffff_c900_0000_7000n],
	['the top of the kernel stack', 0xffff_c900_0000_8000n],
	['odd', 0x1235n],
])('a stack pointer that is %s survives the crossing', (_what, rsp) => {
	const run = new Run(withRegisters({...MARKED, rsp}));
	expect(run.events('pt_regs')[0].fields.sp).toBe(rsp);
	expect(run.registersAt(run.events('sysret')[0].step + 1).general.rsp).toBe(rsp);
	expect(run.end).toBe('exited with 0');
});

/** Runs to the first call, changes rflags there, and goes on to the end. */
function withFlags(text: string, rflags: bigint): {recording: Recording; flags: bigint} {
	const recording = record(text);
	recording.advance(10_000, ({kind}) => kind === 'syscall');
	recording.seek(recording.length - 1);
	recording.edit(machine => applySetting(machine, ['rflags', rflags]));
	const {rflags: flags} = readRegisters(recording.machine);
	recording.advance(10_000);
	return {recording, flags};
}

const ARITHMETIC = Flag.CF | Flag.PF | Flag.AF | Flag.ZF | Flag.SF | Flag.OF;

test.each([
	['the arithmetic flags', ARITHMETIC],
	['the direction flag', Flag.DF],
	['the alignment flag', Flag.AC],
	['the identification flag', Flag.ID],
	['the nested-task flag', Flag.NT],
	['all of them together', ARITHMETIC | Flag.DF | Flag.AC | Flag.ID | Flag.NT],
	['none, not even IF', 0n],
])('%s: masked in the kernel, kept for the program', (_what, extra) => {
	const set = extra === 0n ? 0n : extra | Flag.IF;
	const {recording, flags} = withFlags(program('sys 39'), set);
	expect(flags).toBe(set | 2n);
	const stepOf = (wanted: EventKind): number => recording.events.find(({kind}) => kind === wanted)?.step ?? -1;
	recording.seek(stepOf('syscall') + 1);
	expect(readRegisters(recording.machine).rflags).toBe(flags & ~SYSCALL_MASK);
	recording.seek(stepOf('sysret') + 1);
	const after = readRegisters(recording.machine);
	expect([after.rflags, after.general.r11, after.cpl]).toEqual([flags, flags, 3]);
});

test('a call that is single-stepped leaves by iretq, and the trap comes behind the next instruction', () => {
	const run = new Run(program('movl $39, %eax\npushfq\norq $0x100, (%rsp)\npopfq\nsyscall\nbehind: nop\ntrapped: nop'));
	expect(run.events('sysret')).toEqual([]);
	expect(run.events('iret')).toMatchObject([{rip: run.address('behind'), cpl: 3}]);
	const [{step}] = run.events('iret');
	const {general, rflags} = run.registersAt(step + 1);
	expect([general.rax, general.rcx, general.r11, rflags]).toEqual([42n, run.address('behind'), rflags, rflags]);
	expect((rflags & Flag.TF) !== 0n).toBe(true);
	expect(run.end).toBe('SIGTRAP, code 2, address trapped');
});

test('a call whose next instruction lies beyond the program’s half leaves by iretq and faults there', () => {
	const recording = record(program('sys 39'));
	recording.advance(10_000, ({kind}) => kind === 'pt_regs');
	recording.edit(machine => machine.memory.write(slotOf(recording, 'ip'), 64, 0x7fff_ffff_f000n));
	recording.edit(machine => machine.memory.write(slotOf(recording, 'cx'), 64, 0x7fff_ffff_f000n));
	recording.advance(10_000);
	const tail = recording.events.filter(({kind}) => ['sysret', 'iret', 'exception'].includes(kind)).slice(1);
	expect(tail).toMatchObject([{kind: 'iret', rip: 0x7fff_ffff_f000n, cpl: 3}, {kind: 'exception', vector: 14, cr2: 0x7fff_ffff_f000n, cpl: 3}]);
});

/** Physical address of a field of the pt_regs that the kernel has just completed. */
function slotOf(recording: Recording, field: (typeof PT_REGS_FIELDS)[number]): number {
	const event = recording.events.findLast(({kind}) => kind === 'pt_regs');
	if (event?.kind !== 'pt_regs') throw new Error('no pt_regs yet');
	const address = event.address + BigInt(PT_REGS_FIELDS.indexOf(field) * 8);
	const page = recording.machine.cpu.paging.peek(address);
	return (page?.physical ?? 0) + Number(address & 0xfffn);
}

test.each([
	['cs', 0x23n],
	['ss', 0x23n],
	['flags', 0x202n | Flag.RF],
	['cx', 0n],
	['r11', 0x2n],
] as const)('a call whose saved %s is not what SYSRET would load leaves by iretq', (field, value) => {
	const recording = record(program('sys 39'));
	const from = kernelAddress(recording.kernel, 'do_syscall_64');
	recording.advance(10_000, ({kind}) => kind === 'pt_regs');
	expect(recording.machine.rip).toBe(from);
	recording.edit(machine => machine.memory.write(slotOf(recording, field), 64, value));
	runToLabel(recording, 'swapgs_restore_regs_and_return_to_usermode');
	expect(recording.events.filter(({kind}) => kind === 'sysret')).toEqual([]);
});

test('the user’s alignment flag does not open user pages to a handler of exceptions', () => {
	const recording = record(program('pushfq\norq $0x40000, (%rsp)\npopfq\nxorl %ecx, %ecx\ndivl %ecx'));
	const machine = runToLabel(recording, 'exc_trap');
	expect(machine.cpu.rflags & Flag.AC).toBe(0n);
});

test('user pages are open to the kernel from stac to clac and nowhere else', () => {
	const recording = record(program('sys 1, 1, text, 3\nsys 1, 1, 0, 3', 'text: .ascii "abc"'));
	const open: string[] = [];
	while (recording.advance(1) === undefined) {
		const {machine, kernel} = recording;
		if (machine.cpu.cpl === 0 && (machine.cpu.rflags & Flag.AC) !== 0n) open.push(kernel.symbols.nearest(machine.rip)?.name ?? '');
	}

	expect(new Set(open)).toEqual(new Set(['copy_from_user_bytes', 'copy_from_user_end', 'asm_exc_page_fault']));
});
