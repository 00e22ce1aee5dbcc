import {expect, test} from 'vitest';
import {ADDRESSES, ISOLATION, PER_CPU} from '../../source/kernel/constants.js';
import {buildKernel, kernelAddress} from '../../source/kernel/kernel.js';
import {Run} from '../support/machines.js';
import {HELLO, program} from '../support/programs.js';

const ISOLATED = {kernel: {isolation: true}};

test('a call switches cr3 on the way in, before the thread’s stack is touched, and back on the way out', () => {
	const run = new Run(HELLO, ISOLATED);
	const kinds = ['syscall', 'swapgs', 'cr3', 'stack-switch', 'push', 'sysret'];
	const call = run.recording.events.filter(({step, kind}) => step >= run.events('syscall')[0].step && kinds.includes(kind)).map(({kind}) => kind);
	expect(call.slice(0, 5)).toEqual(['syscall', 'swapgs', 'cr3', 'stack-switch', 'push']);
	const end = call.indexOf('sysret');
	expect(call.slice(end - 6, end + 1)).toEqual(['stack-switch', 'push', 'push', 'cr3', 'stack-switch', 'swapgs', 'sysret']);
	const [into, outOf] = run.events('cr3');
	expect(into.before & BigInt(ISOLATION.PTI_USER_PGTABLE_AND_PCID_MASK)).toBe(BigInt(ISOLATION.PTI_USER_PGTABLE_AND_PCID_MASK));
	expect([outOf.before, outOf.after]).toEqual([into.after, into.before]);
});

test('in the user’s tables nothing of the kernel is mapped but what the way in and out touches', () => {
	const run = new Run(HELLO, ISOLATED);
	const {kernel, machine} = run.recording;
	// The run has ended in the kernel, where GS points to the CPU's own variables.
	const perCpu = machine.registers.get('gs.base');
	run.recording.seek(run.events('syscall')[0].step);
	const mapped = (address: bigint): boolean => machine.cpu.paging.peek(address) !== undefined;
	const label = (name: string): bigint => kernelAddress(kernel, name);
	expect([label('entry_SYSCALL_64'), label('asm_exc_page_fault'), perCpu + BigInt(PER_CPU.cpu_tss_rw), ADDRESSES.CPU_ENTRY_AREA_TSS].map(mapped)).toEqual([true, true, true, true]);
	expect([label('do_syscall_64'), label('tasks'), perCpu, ADDRESSES.PAGE_OFFSET, ADDRESSES.VMALLOC_START + 0x7ff8n].map(mapped)).toEqual([false, false, false, false, false]);
});

test.each([['with', true], ['without', false]])('a kernel address is out of a program’s reach %s isolation', (_, isolation) => {
	const run = new Run(program('	movabsq $0xffff888000000000, %rax\n	movq (%rax), %rbx\n'), {kernel: {isolation}});
	expect(run.end).toBe('SIGSEGV, code 1, address 0xffff888000000000');
});

test('an exception from the program switches cr3 too, and the kernel’s own does not', () => {
	const run = new Run(program('	movl $1, %eax\n	movl $1, %edi\n	xorl %esi, %esi\n	movl $5, %edx\n	syscall\n	ud2\n'), ISOLATED);
	expect([run.results, run.end.split(',')[0]]).toEqual([[-14], 'SIGILL']);
	const [inKernel, fromUser] = run.events('exception');
	const switches = run.events('cr3').map(({step}) => step);
	expect(switches.some(step => step > inKernel.step && step < inKernel.step + 60)).toBe(false);
	expect(switches.some(step => step > fromUser.step && step < fromUser.step + 60)).toBe(true);
});

test('isolation without the entry stack is refused', () => {
	expect(() => buildKernel({isolation: true, entryStack: false})).toThrow('isolation needs the entry stack');
});

test('without the entry stack, the processor pushes an exception’s frame onto the thread’s stack', () => {
	const run = new Run(program('	ud2\n'), {kernel: {entryStack: false}});
	const [{stack, to}] = run.events('stack-switch');
	expect([stack, to]).toEqual(['thread', ADDRESSES.VMALLOC_START + 0x8000n]);
	expect(run.events('push').slice(0, 5).map(({slot}) => slot)).toEqual(['ss', 'sp', 'flags', 'cs', 'ip']);
	expect(run.end.split(',')[0]).toBe('SIGILL');
});
